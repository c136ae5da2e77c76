"""Reading one call back as the value it was stored from."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from sqlmodel import Session, col, select

from qa.call import LOCAL, Call, CallMeta, Channels, Direction, HangupBy, Role
from qa.finding import Evidence, Finding, Verdict
from qa.result import CallResult, Entered, Provenance, Scorecard, Status
from qa.store.tables import (
    CallRecord,
    EvidenceRecord,
    FindingRecord,
    ManualDeductionRecord,
    ScorecardRecord,
    TranscriptRecord,
)
from qa.store.transcripts import speech_of, turns_of

# Times are shown where the centre is; the store holds UTC.


def load_result(*, session: Session, call_id: str) -> CallResult | None:
    """One call with turns, speech, findings and evidence, or None where there is no such call."""
    row = session.get(CallRecord, call_id)
    if row is None:
        return None
    meta = load_meta(row)
    card = load_scorecard(session=session, call_id=call_id, run_id=row.run_id)
    manual = load_entered(session=session, call_ids=[call_id]).get(call_id, ())
    return CallResult(
        meta=meta,
        status=cast(Status, row.status),
        error=row.error,
        call=load_call(session=session, meta=meta, key=row.transcript_key, bare=row.words_removed_at is not None),
        scorecard=replace(card, manual=tuple(manual)) if card else None,
        provenance=load_provenance(row),
        **load_removed(row),
    )


def load_entered(*, session: Session, call_ids: Sequence[str]) -> dict[str, list[Entered]]:
    """The deductions that people entered, by call, in the order in which they did."""
    table = ManualDeductionRecord
    columns: Any = [getattr(table, field.name) for field in fields(Entered)]
    query = select(table.call_id, *columns).where(col(table.call_id).in_(call_ids)).order_by(col(table.seq))
    found: dict[str, list[Entered]] = defaultdict(list)
    for call_id, *values in session.execute(query):
        found[call_id].append(Entered(*values))
    return found


def load_meta(row: CallRecord) -> CallMeta:
    """The metadata that a call was scored with; `started_at` in Asia/Shanghai."""
    return CallMeta(
        call_id=row.call_id,
        recording=row.recording,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        team=row.team,
        shift=row.shift,
        ruleset=row.ruleset,
        direction=cast(Direction, row.direction),
        started_at=row.started_at.astimezone(LOCAL) if row.started_at else None,
        ring_seconds=row.ring_seconds,
        hangup_by=cast("HangupBy | None", row.hangup_by),
        complaint=row.complaint,
        dissatisfied=row.dissatisfied,
        nuisance=row.nuisance,
        caller=row.caller,
        work_order=row.work_order,
        channels=cast("Channels | None", row.channels_hint),
        extra=MappingProxyType(dict(row.extra)),
    )


def load_removed(row: CallRecord) -> dict[str, datetime | None]:
    """When what was said in a call, and its recording, were removed, in Asia/Shanghai; as fields of a result."""
    times = {name: getattr(row, name) for name in ("words_removed_at", "recording_removed_at")}
    return {name: at.astimezone(LOCAL) if at else None for name, at in times.items()}


def load_call(*, session: Session, meta: CallMeta, key: str | None, bare: bool = False) -> Call | None:
    """The call as it is checked: its metadata with the transcript under `key`, or None without one.

    `bare`: without turns and spans, since its words were removed; a younger call may still have them.
    """
    transcript = session.get(TranscriptRecord, key) if key else None
    if transcript is None:
        return None
    return Call(
        meta=meta,
        duration_s=transcript.duration_s,
        channels=cast(Channels, transcript.channels),
        turns=() if bare else turns_of(session, transcript.key),
        speech=() if bare else speech_of(session, transcript.key),
        speech_measured=transcript.speech_measured,
        notes=tuple(transcript.notes),
    )


def load_provenance(row: CallRecord) -> Provenance | None:
    """What a call's result was made from; None where it was not scored."""
    if row.ruleset_sha256 is None or row.qa_version is None or row.scored_at is None:
        return None
    return Provenance(
        audio_sha256=row.audio_sha256,
        model=row.engine,
        ruleset_sha256=row.ruleset_sha256,
        qa_version=row.qa_version,
        scored_at=row.scored_at,
    )


def load_scorecard(*, session: Session, call_id: str, run_id: int | None) -> Scorecard | None:
    """What a run made of a call, or None where it scored no such call."""
    card = session.get(ScorecardRecord, (call_id, run_id)) if run_id is not None else None
    if card is None:
        return None
    findings = session.exec(
        select(FindingRecord)
        .where(FindingRecord.call_id == call_id, FindingRecord.run_id == run_id)
        .order_by(col(FindingRecord.position))
    ).all()
    evidence = session.exec(
        select(EvidenceRecord)
        .where(EvidenceRecord.call_id == call_id, EvidenceRecord.run_id == run_id)
        .order_by(col(EvidenceRecord.finding), col(EvidenceRecord.position))
    ).all()
    return Scorecard(
        score=card.score,
        fatal=card.fatal,
        grade=card.grade,
        needs_review=card.needs_review,
        findings=tuple(load_finding(f, [e for e in evidence if e.finding == f.position]) for f in findings),
        answers=MappingProxyType(dict(card.answers)),
        metrics=MappingProxyType(dict(card.metrics)),
    )


def load_finding(row: FindingRecord, evidence: Sequence[EvidenceRecord]) -> Finding:
    """A finding with its evidence, both in their order."""
    return Finding(
        rule=row.rule,
        name=row.name,
        clause=row.clause,
        verdict=cast(Verdict, row.verdict),
        confidence=row.confidence,
        reason=row.reason,
        count=row.count,
        points=row.points,
        multiplier=row.multiplier,
        evidence=tuple(Evidence(cast(Role, e.role), e.start_s, e.end_s, e.text, e.probability) for e in evidence),
        right_wording=row.right_wording,
        covered_by=row.covered_by,
    )
