"""Appeals (申诉) and their steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field

from qa.store.columns import Json, UtcDateTime
from qa.store.tables.base import SQLModel


class AppealRecord(SQLModel, table=True):
    """One appeal as it stands now; its steps are the truth.

    `state` is one of `qa.review.appeals.State`; `due_on` is the last day for who must act next, None once it is over.
    """

    __tablename__ = "appeal"

    id: int | None = Field(default=None, primary_key=True)
    call_id: str = Field(foreign_key="call.call_id", ondelete="CASCADE", index=True)
    agent_id: str = Field(index=True)
    state: str = Field(index=True)
    outcome: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime, index=True)
    due_on: date | None = Field(default=None, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AppealStepRecord(SQLModel, table=True):
    """One step of an appeal: who did what, when, why; `data` as `qa.review.appeals` keeps it."""

    __tablename__ = "appeal_step"

    appeal_id: int = Field(primary_key=True, foreign_key="appeal.id", ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    kind: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(sa_type=Text)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
