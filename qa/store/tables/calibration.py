"""Calibration sessions (校准): the same calls scored blind by several inspectors."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from qa.store.columns import UtcDateTime
from qa.store.tables.base import SQLModel


class CalibrationRecord(SQLModel, table=True):
    """A session; ratings are blind until it is closed. `reference` names the rater whose verdicts are the measure."""

    __tablename__ = "calibration"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    reference: str | None = None
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CalibrationCallRecord(SQLModel, table=True):
    """A call of a session."""

    __tablename__ = "calibration_call"

    session_id: int = Field(primary_key=True, foreign_key="calibration.id", ondelete="CASCADE")
    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")


class CalibrationRatingRecord(SQLModel, table=True):
    """One inspector's verdict on one rule of one call."""

    __tablename__ = "calibration_rating"

    session_id: int = Field(primary_key=True, foreign_key="calibration.id", ondelete="CASCADE")
    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")
    rule: str = Field(primary_key=True)
    inspector: str = Field(primary_key=True)
    verdict: str
    note: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
