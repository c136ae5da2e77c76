"""Calls and what was made of them. Children have natural keys (call or transcript, position): nothing is stored twice.

A transcript belongs to the audio, not to the call: two calls of equal bytes share one, and a changed rule or
corrected metadata scores a call again from it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlmodel import Field

from qa.store.columns import Json, UtcDateTime
from qa.store.tables.base import SQLModel, partial_index

_SCORECARD = ["call_id", "run_id"], ["scorecard.call_id", "scorecard.run_id"]


class SchemaRecord(SQLModel, table=True):
    """One row, by which versions before Alembic know whether they can use this database."""

    __tablename__ = "schema_version"

    id: int = Field(default=1, primary_key=True)
    version: int


class TranscriptRecord(SQLModel, table=True):
    """What was heard in one recording by one engine.

    `key` is a hash of what the transcript was made from: `source` (hash of the audio or of the given text),
    engine, and how the roles were assigned; so a transcript is stored once. `audio_sha256` is empty for a
    transcript that was given, not made. `channels` is what the audio turned out to be. `peaks` holds one byte
    a bin (0–255), channel after channel. Once `words_removed_at` is set there are neither turns, spans, peaks nor a
    prepared form any more (`qa.store.forgetting`).
    """

    __tablename__ = "transcript"
    __table_args__ = (partial_index("ix_transcript_words", "words_removed_at IS NULL", "created_at"),)

    key: str = Field(primary_key=True, max_length=64)
    source: str = Field(max_length=64)
    audio_sha256: str | None = Field(default=None, index=True, max_length=64)
    engine: str
    channels: str
    duration_s: float
    speech_measured: bool
    notes: list[str] = Field(default_factory=list, sa_type=Json)
    peaks: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    peaks_channels: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    words_removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TurnRecord(SQLModel, table=True):
    """One turn; `words` is a list of [start_s, end_s, text, confidence]."""

    __tablename__ = "turn"

    transcript_key: str = Field(primary_key=True, foreign_key="transcript.key", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    role: str
    start_s: float
    end_s: float
    text: str = Field(sa_type=Text)
    confidence: float
    role_confidence: float
    words: list[list[Any]] = Field(default_factory=list, sa_type=Json)
    level_db: float | None = None
    mandarin: float | None = None
    alternatives: list[str] | None = Field(default=None, sa_type=Json)


class PreparedRecord(SQLModel, table=True):
    """A transcript in the form in which a whole archive of them is scored again quickly.

    `turns` (see `qa.store.packing`) holds what the tables of turns and spans hold, which are the truth; `phones`
    (see `qa.phonetics.packed`) the syllables of the turns. Both are left aside and found out anew where they are
    missing, damaged or of another program; whoever changes turns or spans must delete the row. `sides_by` is a hash of
    what agent and customer were told apart by.
    """

    # A table of its own: behind the waveform of a transcript every reader would have to pass over that.
    __tablename__ = "prepared"

    transcript_key: str = Field(primary_key=True, foreign_key="transcript.key", ondelete="CASCADE")
    turns: bytes = Field(sa_type=LargeBinary)
    phones: bytes | None = Field(default=None, sa_type=LargeBinary)
    sides_by: str | None = Field(default=None, max_length=64)


class SpeechRecord(SQLModel, table=True):
    """One span of speech, as measured on the audio."""

    __tablename__ = "speech_span"

    transcript_key: str = Field(primary_key=True, foreign_key="transcript.key", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    role: str
    start_s: float
    end_s: float


class CallRecord(SQLModel, table=True):
    """One call: its metadata, its status and what its result was made from.

    `words_removed_at` and `recording_removed_at` are when what was said and the audio file were removed since their
    time was over; the score stays as it was then.
    """

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_agent_id", "agent_id", "started_at"),
        Index("ix_call_team", "team", "started_at"),
        partial_index("ix_call_grave", "complaint OR dissatisfied", "started_at", "call_id"),
        partial_index("ix_call_words", "words_removed_at IS NULL", "started_at"),
        partial_index("ix_call_recording", "recording_removed_at IS NULL", "recording_path", "started_at"),
    )

    call_id: str = Field(primary_key=True)
    recording: str | None = None
    recording_path: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    team: str | None = None
    shift: str | None = None
    ruleset: str | None = Field(default=None, index=True)
    direction: str = "inbound"
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    ring_seconds: float | None = None
    hangup_by: str | None = None
    complaint: bool | None = None
    dissatisfied: bool | None = None
    nuisance: bool | None = None
    caller: str | None = Field(default=None, index=True)
    work_order: str | None = None
    channels_hint: str | None = None
    extra: dict[str, str] = Field(default_factory=dict, sa_type=Json)

    status: str = Field(index=True)
    error: str | None = Field(default=None, sa_type=Text)
    transcript_key: str | None = Field(default=None, foreign_key="transcript.key", index=True)
    audio_sha256: str | None = Field(default=None, index=True, max_length=64)
    engine: str | None = None
    ruleset_sha256: str | None = None
    meta_sha256: str = ""
    qa_version: str | None = None
    scored_at: str | None = None
    run_id: int | None = Field(default=None, foreign_key="run.id", index=True)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    words_removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    recording_removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ScorecardRecord(SQLModel, table=True):
    """What one run made of a call: its totals as they count, reviews and rulings in them, and what they are made from.

    The call's `run_id` names the one that counts (see `qa.store.current`); the others are its history. One that waits
    until its run has scored the whole archive names in `replaces` the run whose result it is to take the place of.
    `machine` is what the machine alone gave (score, fatal, grade, needs_review) where that differs. The score is
    provisional until `provisional_until` has passed; without a time, until somebody confirms it.

    `gravity` is why a person must hear the call: fatal (3), complaint (2), dissatisfied (1), an open verdict (0); None
    where nobody must, or somebody has. `expected` is how many violations its findings let one expect.
    """

    __tablename__ = "scorecard"
    # The queue is read from this index alone, the gravest last.
    __table_args__ = (
        partial_index("ix_scorecard_gravity", "gravity IS NOT NULL", "gravity", "expected", "call_id", "run_id"),
        partial_index("ix_scorecard_fatal", "fatal", "call_id"),
    )

    call_id: str = Field(primary_key=True, foreign_key="call.call_id", ondelete="CASCADE")
    run_id: int = Field(primary_key=True, foreign_key="run.id")
    replaces: int | None = None
    transcript_key: str | None = Field(default=None, max_length=64)
    audio_sha256: str | None = Field(default=None, max_length=64)
    engine: str | None = None
    ruleset_sha256: str | None = None
    qa_version: str | None = None
    scored_at: str | None = None
    score: float = Field(index=True)
    fatal: bool
    grade: str = Field(index=True)
    needs_review: bool = Field(index=True)
    # Plain JSON text, not JSONB, which would lose the order of the keys.
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    metrics: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    machine: dict[str, Any] | None = Field(default=None, sa_type=Json)
    provisional_until: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    gravity: int | None = None
    expected: float | None = None


class FindingRecord(SQLModel, table=True):
    """One rule's verdict on one call by one run as it counts, in the order of the rule files.

    `machine` is what the machine alone found (verdict, reason, count, points, multiplier, covered_by) where that
    differs, since a review or a ruling stands against it.
    """

    __tablename__ = "finding"
    # Most verdicts are `passed`. Sums over a period read the others, and who was not heard, from these alone.
    __table_args__ = (
        ForeignKeyConstraint(*_SCORECARD, ondelete="CASCADE"),
        partial_index(
            "ix_finding_loud",
            "verdict IN ('violated', 'needs_review')",
            "call_id", "run_id", "verdict", "rule", "name", "clause", "count", "points",
        ),
        partial_index("ix_finding_silent", "rule = 'silent-call'", "call_id", "run_id", "verdict"),
    )  # fmt: skip

    call_id: str = Field(primary_key=True)
    run_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    rule: str = Field(index=True)
    name: str
    clause: str
    verdict: str
    confidence: float
    reason: str = Field(sa_type=Text)
    count: int
    points: float
    multiplier: float
    right_wording: str = Field(sa_type=Text)
    covered_by: str | None = None
    machine: dict[str, Any] | None = Field(default=None, sa_type=Json)


class EvidenceRecord(SQLModel, table=True):
    """The words, or the silence, that a finding rests on."""

    __tablename__ = "evidence"
    __table_args__ = (ForeignKeyConstraint(*_SCORECARD, ondelete="CASCADE"),)

    call_id: str = Field(primary_key=True)
    run_id: int = Field(primary_key=True)
    finding: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    role: str
    start_s: float
    end_s: float
    text: str = Field(sa_type=Text)
    probability: float
