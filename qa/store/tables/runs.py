"""Runs, what each did, and what it must know of others and of earlier nights."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from qa.store.columns import UtcDateTime
from qa.store.tables.base import SQLModel


class RunRecord(SQLModel, table=True):
    """One start of a command that stores results; `finished_at` stays empty if it was killed.

    `total` counts its calls, `kept` those that were done before, `held` those that failed before and were left
    alone. `outcome` is `finished` or `stopped`. `beat_at` is when the process (`pid` on `host`) last told that it
    lives. `goal` is a hash of what a whole archive is scored again by: a killed run of the same goal is gone on with.
    """

    __tablename__ = "run"

    id: int | None = Field(default=None, primary_key=True)
    command: str
    qa_version: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    total: int = 0
    kept: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    held: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    outcome: str | None = None
    host: str | None = None
    pid: int | None = None
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    goal: str | None = Field(default=None, max_length=64)


class RunItemRecord(SQLModel, table=True):
    """What one run did with one call; `work` is `transcribed`, `rescored` or `failed`, in `seconds` of its time.

    `audio_s` is the length of what was transcribed. Older programs also noted each call that was `kept`.
    """

    __tablename__ = "run_item"
    # The list of runs is counted from this index alone.
    __table_args__ = (Index("ix_run_item_work", "run_id", "work", "status", "audio_s"),)

    run_id: int = Field(primary_key=True, foreign_key="run.id", ondelete="CASCADE")
    call_id: str = Field(primary_key=True)
    work: str
    status: str
    error: str | None = Field(default=None, sa_type=Text)
    at: datetime = Field(sa_type=UtcDateTime)
    audio_s: float | None = None
    seconds: float | None = None


class SeenRecord(SQLModel, table=True):
    """The hash of a recording as it was when its file had this stamp, so that it need not be read again."""

    __tablename__ = "seen"

    location: str = Field(primary_key=True)
    stamp: str
    sha256: str = Field(max_length=64)


class ClaimRecord(SQLModel, table=True):
    """The run that works on a call at this moment; void once that run is dead."""

    __tablename__ = "claim"

    call_id: str = Field(primary_key=True)
    run_id: int = Field(foreign_key="run.id", ondelete="CASCADE", index=True)


class FailureRecord(SQLModel, table=True):
    """How often a call's recording failed when it was worked, and whether it is `held`: left alone until asked for.

    `stamp` and `meta_sha256` are those it failed with: where they change it is tried again.
    """

    __tablename__ = "failure"

    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")
    attempts: int
    held: bool
    stamp: str
    meta_sha256: str
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
