"""What a run must know of stored calls to tell done work from work to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from qa.store.tables import CallRecord

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class CallState:
    """What a stored result was made from."""

    status: str
    recording_path: str | None
    audio_sha256: str | None
    engine: str | None
    transcript_key: str | None
    ruleset_sha256: str | None
    meta_sha256: str
    qa_version: str | None


def call_states(*, session: Session, call_ids: Sequence[str]) -> dict[str, CallState]:
    """The states of those of the calls that are stored."""
    columns = (
        CallRecord.call_id,
        CallRecord.status,
        CallRecord.recording_path,
        CallRecord.audio_sha256,
        CallRecord.engine,
        CallRecord.transcript_key,
        CallRecord.ruleset_sha256,
        CallRecord.meta_sha256,
        CallRecord.qa_version,
    )
    states: dict[str, CallState] = {}
    for start in range(0, len(call_ids), _CHUNK):
        query = select(*columns).where(col(CallRecord.call_id).in_(call_ids[start : start + _CHUNK]))  # type: ignore[call-overload]
        for call_id, *values in session.execute(query).all():
            states[call_id] = CallState(*values)
    return states
