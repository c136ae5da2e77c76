"""The follow-up register, and the work orders that calls are held against."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field

from qa.store.columns import Json, UtcDateTime
from qa.store.tables.base import SQLModel


class FollowUpRecord(SQLModel, table=True):
    """One item of the register as it stands now; its steps tell how it came there.

    `subject` is the call, or the order where there is no call: there is one item of a kind for each. `priority` is 0
    ordinary, 1 raised, 2 urgent, for `reasons`. `state` is `open`, `taken`, `done` or `dropped`.
    """

    __tablename__ = "follow_up"
    __table_args__ = (UniqueConstraint("kind", "subject", name="uq_follow_up_kind"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(index=True)
    subject: str
    call_id: str | None = Field(default=None, foreign_key="call.call_id", ondelete="SET NULL", index=True)
    order_id: str | None = Field(default=None, index=True)
    team: str | None = Field(default=None, index=True)
    agent_id: str | None = Field(default=None, index=True)
    said: str = Field(sa_type=Text)
    at_s: float | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)
    state: str = Field(index=True)
    priority: int
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    owner: str | None = Field(default=None, index=True)
    closing_note: str = Field(sa_type=Text)
    reminders: int


class FollowUpStepRecord(SQLModel, table=True):
    """What was done with an item: `opened`, `taken`, `reminded`, `postponed`, `done`, `dropped` or `reopened`."""

    __tablename__ = "follow_up_step"

    item_id: int = Field(primary_key=True, foreign_key="follow_up.id", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    kind: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    note: str = Field(sa_type=Text)


class WorkOrderRecord(SQLModel, table=True):
    """One work order as last imported."""

    __tablename__ = "work_order"

    order_id: str = Field(primary_key=True)
    call_id: str | None = Field(default=None, index=True)
    agent_id: str | None = None
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    phone: str | None = None
    address: str | None = Field(default=None, sa_type=Text)
    imported_at: datetime = Field(sa_type=UtcDateTime)
