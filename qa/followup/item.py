"""A follow-up item: what must still happen after a call, by when, and how urgent it is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["complaint", "promise", "order-missing", "phone-differs", "address-differs", "no-follow-up"]
State = Literal["open", "taken", "done", "dropped"]
Priority = Literal[0, 1, 2]
"""Ordinary, raised, urgent."""

TITLES: dict[Kind, tuple[str, str]] = {
    "complaint": ("投诉待答复", "001 第 8 条"),
    "promise": ("承诺回电", "003 应答要求"),
    "order-missing": ("说已登记但没有工单", "003 考核条例 4、17"),
    "phone-differs": ("工单电话与通话不符", "003 考核条例 5、12、13"),
    "address-differs": ("工单地址与通话不符", "003 考核条例 5、12、13"),
    "no-follow-up": ("工单已结但没有回访", "002 回访"),
}
"""What each kind is called, and the clause it rests on."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An item as found, not yet in the register: one of its kind a call (or an order).

    `at_s` is where to listen, `said` the words it rests on or what differs, `reasons` why it is urgent.
    """

    kind: Kind
    call_id: str | None
    due_at: datetime
    said: str = ""
    at_s: float | None = None
    order_id: str | None = None
    priority: Priority = 0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An item of the register; times in Asia/Shanghai. `owner` is whoever took it."""

    id: int
    kind: Kind
    call_id: str | None
    order_id: str | None
    team: str | None
    agent_id: str | None
    said: str
    at_s: float | None
    opened_at: datetime
    due_at: datetime
    state: State
    priority: Priority
    reasons: tuple[str, ...]
    owner: str | None
    closing_note: str
    reminders: int

    def overdue(self, now: datetime) -> bool:
        """Whether it is still open after its time."""
        return self.state in ("open", "taken") and self.due_at < now
