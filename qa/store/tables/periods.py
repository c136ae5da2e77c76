"""What makes up an agent's period score besides calls, and periods that are closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field

from qa.store.columns import Json, UtcDateTime
from qa.store.tables.base import SQLModel


class OnsiteRecord(SQLModel, table=True):
    """One on-site item (现场管理, 002) seen on an agent; a warning costs no points.

    An entry that was withdrawn stays, with who withdrew it, when and why.
    """

    __tablename__ = "onsite"

    id: int | None = Field(default=None, primary_key=True)
    agent_id: str = Field(index=True)
    day: date = Field(index=True)
    shift: str | None = None
    item: str
    name: str
    clause: str
    warning: bool
    points: float
    note: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_reason: str | None = Field(default=None, sa_type=Text)


class ComplaintRecord(SQLModel, table=True):
    """A complaint that was looked into and confirmed, and what it costs the agent's period score."""

    __tablename__ = "confirmed_complaint"

    id: int | None = Field(default=None, primary_key=True)
    agent_id: str = Field(index=True)
    day: date = Field(index=True)
    call_id: str | None = Field(default=None, foreign_key="call.call_id", ondelete="SET NULL", index=True)
    points: float
    note: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_reason: str | None = Field(default=None, sa_type=Text)


class PeriodLockRecord(SQLModel, table=True):
    """A closed period: what counts in it changes only by a recorded correction."""

    __tablename__ = "period_lock"

    id: int | None = Field(default=None, primary_key=True)
    first_day: date = Field(index=True)
    last_day: date = Field(index=True)
    closed_by: str
    closed_at: datetime = Field(sa_type=UtcDateTime)


class PeriodScoreRecord(SQLModel, table=True):
    """An agent's score of a closed period with what it was made of; a correction writes it anew."""

    __tablename__ = "period_score"

    lock_id: int = Field(primary_key=True, foreign_key="period_lock.id", ondelete="CASCADE")
    agent_id: str = Field(primary_key=True, index=True)
    score: float | None = None
    made_of: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
