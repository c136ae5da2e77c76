"""Review: what people decided about calls. The events are the truth; the other tables follow from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field

from qa.store.columns import Json, UtcDateTime
from qa.store.tables.base import SQLModel


class ReviewEventRecord(SQLModel, table=True):
    """One thing that was done to a call, as `qa.review.events` keeps it; nothing here is changed or deleted, but for
    the notes of deductions, which go with the words that they quote (`qa.store.forgetting`).

    `seq` counts from 1 within the call: whoever writes must name the next one, so of two at once one is refused.
    """

    __tablename__ = "review_event"

    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    kind: str
    by: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    appeal_id: int | None = Field(default=None, index=True)


class ReviewVerdictRecord(SQLModel, table=True):
    """A person's standing verdict on one rule's finding, the machine's beside it.

    `decision` is `confirmed`, `overturned` or `not_applicable`; `machine_verdict` and `ruleset_sha256` tell what was
    decided on; `seq` is the event's.
    """

    __tablename__ = "review_verdict"

    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")
    rule: str = Field(primary_key=True, index=True)
    machine_verdict: str
    machine_confidence: float
    decision: str
    verdict: str
    reason: str = Field(sa_type=Text)
    facts: list[str] = Field(default_factory=list, sa_type=Json)
    by: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    seq: int
    ruleset_sha256: str | None = None


class ManualDeductionRecord(SQLModel, table=True):
    """A standing deduction that an inspector entered; `seq` is the event's.

    `item` names the scheme's item; `points` is what it costs (0 where `covered_by` names what paid for the same
    words); `facts` are the multipliers the inspector found given. `start_s` and `end_s` may be unknown.
    """

    __tablename__ = "manual_deduction"

    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    item: str = Field(index=True)
    name: str
    clause: str
    points: float
    multiplier: float
    facts: list[str] = Field(default_factory=list, sa_type=Json)
    start_s: float | None = None
    end_s: float | None = None
    note: str = Field(sa_type=Text)
    covered_by: str | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class PraiseRecord(SQLModel, table=True):
    """Praise (表扬) of an agent, for a call or in general."""

    __tablename__ = "praise"

    id: int | None = Field(default=None, primary_key=True)
    agent_id: str = Field(index=True)
    call_id: str | None = Field(default=None, foreign_key="call.call_id", ondelete="SET NULL", index=True)
    text: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class CoachingRecord(SQLModel, table=True):
    """What a shift lead talked over with an agent, and the action they agreed on (empty: none), due by a day."""

    __tablename__ = "coaching"

    id: int | None = Field(default=None, primary_key=True)
    agent_id: str = Field(index=True)
    call_id: str | None = Field(default=None, foreign_key="call.call_id", ondelete="SET NULL", index=True)
    note: str = Field(sa_type=Text)
    action: str = Field(default="", sa_type=Text)
    due_on: date | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    done_by: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReplyRecord(SQLModel, table=True):
    """What an agent says to a scored call without appealing; `kind` is `acknowledged` or `reply`."""

    __tablename__ = "reply"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.call_id", ondelete="CASCADE", index=True)
    agent_id: str = Field(index=True)
    kind: str
    text: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
