"""Many results at once, as results.jsonl and the exports need them: what `loading.load_result` reads, by the page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Any, cast

from sqlmodel import Session, SQLModel, col, select

from qa.call import Call, CallMeta
from qa.finding import Finding
from qa.result import CallResult, Scorecard, Status
from qa.store.archive import load_transcripts
from qa.store.current import current
from qa.store.loading import load_entered, load_finding, load_meta, load_provenance, load_removed
from qa.store.tables import CallRecord, EvidenceRecord, FindingRecord, ScorecardRecord
from qa.store.transcripts import StoredTranscript

PAGE = 200


def load_results(*, session: Session, call_ids: Sequence[str]) -> Iterator[CallResult]:
    """The calls in the order of their ids as given, without those that are not stored."""
    for start in range(0, len(call_ids), PAGE):
        page = call_ids[start : start + PAGE]
        found = {result.meta.call_id: result for result in _page(session, page)}
        yield from (found[call_id] for call_id in page if call_id in found)


def _page(session: Session, call_ids: Sequence[str]) -> Iterator[CallResult]:
    # Columns, not objects of the session, which would keep track of every one of them.
    calls: Sequence[Any] = session.execute(_columns("call").where(col(CallRecord.call_id).in_(call_ids))).all()
    transcripts = load_transcripts(session=session, keys=[c.transcript_key for c in calls if c.transcript_key])
    cards = _scorecards(session, call_ids)
    for row in calls:
        meta = load_meta(row)
        yield CallResult(
            meta=meta,
            status=cast(Status, row.status),
            error=row.error,
            call=_call(meta, transcripts.get(row.transcript_key), bare=row.words_removed_at is not None),
            scorecard=cards.get(row.call_id),
            provenance=load_provenance(row),
            **load_removed(row),
        )


def _call(meta: CallMeta, heard: StoredTranscript | None, *, bare: bool) -> Call | None:
    if heard is None:
        return None
    return Call(
        meta=meta,
        duration_s=heard.duration_s,
        channels=heard.channels,
        turns=() if bare else heard.turns,
        speech=() if bare else heard.speech,
        speech_measured=heard.speech_measured,
        notes=heard.notes,
    )


def _scorecards(session: Session, call_ids: Sequence[str]) -> dict[str, Scorecard]:
    findings = _findings(session, call_ids)
    entered = load_entered(session=session, call_ids=call_ids)
    query = _columns("scorecard").join(CallRecord, current(ScorecardRecord))
    rows: Sequence[Any] = session.execute(query.where(col(ScorecardRecord.call_id).in_(call_ids))).all()
    return {
        row.call_id: Scorecard(
            score=row.score,
            fatal=row.fatal,
            grade=row.grade,
            needs_review=row.needs_review,
            findings=tuple(findings[row.call_id]),
            answers=MappingProxyType(dict(row.answers)),
            metrics=MappingProxyType(dict(row.metrics)),
            manual=tuple(entered.get(row.call_id, ())),
        )
        for row in rows
    }


def _findings(session: Session, call_ids: Sequence[str]) -> dict[str, list[Finding]]:
    quoted: dict[tuple[str, int], list[Any]] = defaultdict(list)
    query = _columns("evidence").join(CallRecord, current(EvidenceRecord))
    query = query.where(col(EvidenceRecord.call_id).in_(call_ids)).order_by(col(EvidenceRecord.position))
    for row in session.execute(query).all():
        quoted[row.call_id, row.finding].append(row)
    findings: dict[str, list[Finding]] = defaultdict(list)
    query = _columns("finding").join(CallRecord, current(FindingRecord))
    query = query.where(col(FindingRecord.call_id).in_(call_ids)).order_by(col(FindingRecord.position))
    rows: Sequence[Any] = session.execute(query).all()
    for row in rows:
        findings[row.call_id].append(load_finding(row, quoted.get((row.call_id, row.position), ())))
    return findings


def _columns(table: str) -> Any:
    return select(*SQLModel.metadata.tables[table].columns)
