"""Writing results: everything of one call in one transaction, so a call is stored whole or not at all."""

import os
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

import qa
from qa.call import CallMeta
from qa.machine import host
from qa.result import CallResult
from qa.store.guard import adding_words
from qa.store.loading import load_meta
from qa.store.locks import lock_on
from qa.store.machine import card_of
from qa.store.resettling import resettle
from qa.store.scorecards import Made, add_scorecards
from qa.store.sums import mark_calls
from qa.store.tables import CallRecord, RunItemRecord, RunRecord
from qa.store.transcripts import StoredTranscript, drop_unused, save_transcript


def start_run(*, session: Session, command: str, total: int, goal: str | None = None) -> int:
    """Records that this process begins to work on `total` calls; returns the run's id."""
    now = datetime.now(UTC)
    run = RunRecord(
        command=command,
        qa_version=qa.__version__,
        started_at=now,
        total=total,
        host=host(),
        pid=os.getpid(),
        beat_at=now,
        goal=goal,
    )
    session.add(run)
    session.flush()
    assert run.id is not None
    return run.id


def finish_run(*, session: Session, run_id: int, outcome: str = "finished") -> None:
    """Records that a run came to its end: `finished`, or `stopped` before that."""
    run = session.get(RunRecord, run_id)
    if run is not None:
        run.finished_at = datetime.now(UTC)
        run.outcome = outcome
        session.add(run)


def note_item(
    *,
    session: Session,
    run_id: int,
    call_id: str,
    work: str,
    status: str,
    error: str | None,
    audio_s: float | None = None,
    seconds: float | None = None,
) -> None:
    """Records what a run did with a call; a repeat within the run overwrites."""
    session.merge(
        RunItemRecord(
            run_id=run_id,
            call_id=call_id,
            work=work,
            status=status,
            error=error,
            at=datetime.now(UTC),
            audio_s=audio_s,
            seconds=seconds,
        )
    )


def save_result(
    *,
    session: Session,
    result: CallResult,
    run_id: int,
    work: str,
    transcript: StoredTranscript | None = None,
    recording_path: str | None = None,
    meta_sha256: str = "",
    seconds: float | None = None,
) -> None:
    """Stores one call's result, with its transcript and the run's note of it; an older one becomes its history.

    `work` is what it took: `transcribed`, `rescored` or `failed`, in so many `seconds`. `transcript` is None for a
    failed call, and then the call keeps none.
    """
    call_id = result.meta.call_id
    adding_words(session=session)
    # A review of the call at the same moment waits, and is not lost in what is written here.
    former = session.get(CallRecord, call_id, with_for_update=True)
    former_key = former.transcript_key if former else None
    stood = card_of(session=session, call=former) if former else None
    closed = former and stood and lock_on(session=session, day=load_meta(former).day)
    bare = former and stood and former.words_removed_at and result.status == "failed"
    if former and (closed or bare):
        # What counts in a closed period changes only by a correction; and a score whose words are gone cannot be made
        # again once the fault is mended.
        note_item(session=session, run_id=run_id, call_id=call_id, work="kept", status=former.status, error=None)
        return
    before = (stood.score, stood.provisional_until) if stood else None
    key = save_transcript(session=session, transcript=transcript) if transcript else None
    provenance = result.provenance
    mark_calls(session=session, call_ids=[call_id])
    session.merge(
        CallRecord(
            **_meta_columns(result.meta),
            recording_path=recording_path,
            status=result.status,
            error=result.error,
            transcript_key=key,
            audio_sha256=provenance.audio_sha256 if provenance else None,
            engine=provenance.model if provenance else None,
            ruleset_sha256=provenance.ruleset_sha256 if provenance else None,
            qa_version=provenance.qa_version if provenance else None,
            scored_at=provenance.scored_at if provenance else None,
            meta_sha256=meta_sha256,
            run_id=run_id,
            updated_at=datetime.now(UTC),
        )
    )
    session.flush()
    if result.scorecard is not None and provenance is not None:
        made = Made(call_id, result.scorecard, provenance, key)
        add_scorecards(session=session, run_id=run_id, made=[made])
        resettle(session=session, call_id=call_id, before=before)
    else:
        mark_calls(session=session, call_ids=[call_id])
    # A failed call keeps its former transcript in the store: the next try may be about rules or metadata only.
    if former_key is not None and key is not None and former_key != key:
        drop_unused(session=session, key=former_key)
    note_item(
        session=session,
        run_id=run_id,
        call_id=call_id,
        work=work,
        status=result.status,
        error=result.error,
        audio_s=transcript.duration_s if transcript and work == "transcribed" else None,
        seconds=seconds,
    )
    session.flush()


def _meta_columns(meta: CallMeta) -> dict[str, Any]:
    return {
        "call_id": meta.call_id,
        "recording": meta.recording,
        "agent_id": meta.agent_id,
        "agent_name": meta.agent_name,
        "team": meta.team,
        "shift": meta.shift,
        "ruleset": meta.ruleset,
        "direction": meta.direction,
        "started_at": meta.started_at,
        "ring_seconds": meta.ring_seconds,
        "hangup_by": meta.hangup_by,
        "complaint": meta.complaint,
        "dissatisfied": meta.dissatisfied,
        "nuisance": meta.nuisance,
        "caller": meta.caller,
        "work_order": meta.work_order,
        "channels_hint": meta.channels,
        "extra": dict(meta.extra),
    }
