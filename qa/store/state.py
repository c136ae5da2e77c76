"""What a run must know of stored calls to tell done work from work to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from qa.call import Channels
from qa.store.tables import CallRecord, TranscriptRecord

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class CallState:
    """What a stored result was made from; `error` is why it failed or was skipped.

    `words_removed_at` is when what was said was removed: the call cannot be scored again.
    """

    status: str
    error: str | None
    recording_path: str | None
    audio_sha256: str | None
    engine: str | None
    channels: Channels | None
    transcript_key: str | None
    ruleset_sha256: str | None
    meta_sha256: str
    qa_version: str | None
    words_removed_at: datetime | None = None


def call_states(*, session: Session, call_ids: Sequence[str]) -> dict[str, CallState]:
    """The states of those of the calls that are stored."""
    columns: Any = (
        CallRecord.call_id,
        CallRecord.status,
        CallRecord.error,
        CallRecord.recording_path,
        CallRecord.audio_sha256,
        CallRecord.engine,
        TranscriptRecord.channels,
        CallRecord.transcript_key,
        CallRecord.ruleset_sha256,
        CallRecord.meta_sha256,
        CallRecord.qa_version,
        CallRecord.words_removed_at,
    )
    states: dict[str, CallState] = {}
    for start in range(0, len(call_ids), _CHUNK):
        chunk = call_ids[start : start + _CHUNK]
        query = (
            select(*columns)
            .outerjoin(TranscriptRecord, col(TranscriptRecord.key) == col(CallRecord.transcript_key))
            .where(col(CallRecord.call_id).in_(chunk))
        )
        for call_id, *values in session.execute(query).all():
            states[call_id] = CallState(*values)
    return states


def failed_ids(*, session: Session) -> list[str]:
    """The calls with a recording that have failed, sorted; those whose recording was removed are left out."""
    has = (col(CallRecord.recording_path).is_not(None), col(CallRecord.recording_removed_at).is_(None))
    query = select(CallRecord.call_id).where(CallRecord.status == "failed", *has)
    return list(session.exec(query.order_by(col(CallRecord.call_id))).all())
