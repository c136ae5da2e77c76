"""Removing what was said in calls: what counts of them stays, the words go.

Verdicts, points, clauses, confidences, seconds and people's decisions stay as they are, so no score changes. Texts go
from every scorecard that a call ever had. What people wrote of their decisions (reasons, appeals, replies) is theirs
and stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import cast as sql_cast
from sqlalchemy import delete, exists, func, or_, select, update
from sqlmodel import Session, Text

from qa.quotes import SIGNS, without_quotes
from qa.store import audit
from qa.store.guard import removing_words
from qa.store.needed import Reason, needs
from qa.store.retention import SUBJECTS, past_due, why
from qa.store.sums import mark
from qa.store.tables import (
    CallRecord,
    EvidenceRecord,
    FindingRecord,
    FollowUpRecord,
    ManualDeductionRecord,
    PreparedRecord,
    ReviewEventRecord,
    RunRecord,
    ScorecardRecord,
    TranscriptRecord,
    TurnRecord,
)
from qa.store.transcripts import delete_words

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_ENTERED: Any = ManualDeductionRecord
_EVENT: Any = ReviewEventRecord
_EVIDENCE: Any = EvidenceRecord
_FINDING: Any = FindingRecord
_ITEM: Any = FollowUpRecord
_PREPARED: Any = PreparedRecord
_RUN: Any = RunRecord
_TRANSCRIPT: Any = TranscriptRecord
_TURN: Any = TurnRecord


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: calls whose words went, those kept with why; `last` is where the next goes on.

    `last` is None where there is nothing further.
    """

    removed: tuple[str, ...] = ()
    kept: dict[str, Reason] = field(default_factory=dict)
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What to remove: of calls that began before `before`, since they are kept for `days`; by whom, at what time.

    `done` counts the calls of the batches before, for the audit log.
    """

    before: datetime
    days: int
    by: str
    now: datetime
    done: int = 0


def words_due(*, session: Session, order: Order, after: str, most: int, lock: bool = False) -> Batch:
    """Up to so many calls past their time, from an id on: whose words can go, and which stay and why."""
    chosen = select(_CALL.call_id).where(past_due("words", order.before), _CALL.call_id > after)
    chosen = chosen.order_by(_CALL.call_id).limit(most)
    ids = session.execute(chosen.with_for_update() if lock else chosen).scalars().all()
    if not ids:
        return Batch()
    # Judged once they are locked: an appeal that was being made is there now.
    reason = why(needs(session=session, now=order.now), "words", order.before)
    told = session.execute(select(_CALL.call_id, reason).where(_CALL.call_id.in_(ids))).all()
    kept = {call_id: found for call_id, found in told if found is not None}
    return Batch(tuple(call_id for call_id in ids if call_id not in kept), kept, ids[-1])


def forget_words(*, session: Session, order: Order, after: str, most: int) -> Batch:
    """Removes what was said in these calls, and in all others that share their transcripts; one transaction."""
    removing_words(session=session)
    if session.get_bind().dialect.name == "sqlite":
        # What is deleted is written over in the file.
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    batch = words_due(session=session, order=order, after=after, most=most, lock=True)
    removed = _with_sharers(session, batch.removed) if batch.removed else ()
    if removed:
        _remove(session, removed, order.now)
        _record(session, order, len(removed))
    return replace(batch, removed=removed)


def forget_unused(*, session: Session, order: Order, most: int) -> int:
    """The same for up to so many transcripts that no call has any more; returns how many."""
    removing_words(session=session)
    # A rescoring that is not over has stored transcripts that calls will have when it is.
    under_way = select(_RUN.id).where(_RUN.command == "rescore", _RUN.finished_at.is_(None))
    if session.execute(under_way.limit(1)).first():
        return 0
    unused = ~exists().where(_CALL.transcript_key == _TRANSCRIPT.key)
    query = select(_TRANSCRIPT.key).where(
        _TRANSCRIPT.words_removed_at.is_(None), _TRANSCRIPT.created_at < order.before, unused
    )
    keys = session.execute(query.limit(most)).scalars().all()
    _empty(session, keys, order.now)
    return len(keys)


def words_bytes(*, session: Session, call_ids: Sequence[str]) -> int:
    """About how many bytes the transcripts of some calls take, each once; indexes are not in it."""
    keys = select(_CALL.transcript_key).where(_CALL.call_id.in_(call_ids), _CALL.transcript_key.is_not(None))
    said = func.length(_TURN.text) * 3 + func.length(sql_cast(_TURN.words, Text))
    forms = func.length(_PREPARED.turns) + func.coalesce(func.length(_PREPARED.phones), 0)
    sums = (
        select(func.sum(said)).where(_TURN.transcript_key.in_(keys)),
        select(func.sum(forms)).where(_PREPARED.transcript_key.in_(keys)),
        select(func.sum(func.length(_TRANSCRIPT.peaks))).where(_TRANSCRIPT.key.in_(keys)),
    )
    return sum(int(session.execute(query).scalar_one() or 0) for query in sums)


def _with_sharers(session: Session, call_ids: Sequence[str]) -> tuple[str, ...]:
    """The calls with all others that have their transcripts: these are past their time too, and not needed."""
    keys = select(_CALL.transcript_key).where(_CALL.call_id.in_(call_ids), _CALL.transcript_key.is_not(None))
    query = select(_CALL.call_id).where(_CALL.transcript_key.in_(keys), _CALL.words_removed_at.is_(None))
    found = session.execute(query.order_by(_CALL.call_id).with_for_update()).scalars()
    return tuple(sorted({*call_ids, *found}))


def _remove(session: Session, call_ids: Sequence[str], now: datetime) -> None:
    keys = select(_CALL.transcript_key).where(_CALL.call_id.in_(call_ids), _CALL.transcript_key.is_not(None))
    having = select(_TRANSCRIPT.key).where(_TRANSCRIPT.key.in_(keys), _TRANSCRIPT.words_removed_at.is_(None))
    _empty(session, session.execute(having).scalars().all(), now)
    # What a rescoring has ready for such a call must not count: the call keeps its score.
    session.execute(delete(ScorecardRecord).where(_CARD.call_id.in_(call_ids), _CARD.replaces.is_not(None)))
    session.execute(update(EvidenceRecord).where(_EVIDENCE.call_id.in_(call_ids), _EVIDENCE.text != "").values(text=""))
    _cut_reasons(session, call_ids)
    session.execute(update(FollowUpRecord).where(_ITEM.call_id.in_(call_ids), _ITEM.said != "").values(said=""))
    session.execute(update(ManualDeductionRecord).where(_ENTERED.call_id.in_(call_ids)).values(note=""))
    entered = select(ReviewEventRecord).where(_EVENT.call_id.in_(call_ids), _EVENT.kind == "deducted")
    for event in session.execute(entered).scalars():
        event.data = event.data | {"note": ""}
    waits = exists().where(_CARD.call_id == _CALL.call_id, _CARD.run_id == _CALL.run_id, _CARD.gravity.is_not(None))
    mark(session=session, where=_CALL.call_id.in_(call_ids) & waits)
    session.execute(update(ScorecardRecord).where(_CARD.call_id.in_(call_ids)).values(gravity=None))
    session.execute(update(CallRecord).where(_CALL.call_id.in_(call_ids)).values(words_removed_at=now))
    session.flush()


def _empty(session: Session, keys: Sequence[str], now: datetime) -> None:
    delete_words(session=session, keys=keys)
    nothing = {"peaks": None, "peaks_channels": 0, "words_removed_at": now}
    session.execute(update(TranscriptRecord).where(_TRANSCRIPT.key.in_(keys)).values(**nothing))


def _cut_reasons(session: Session, call_ids: Sequence[str]) -> None:
    quotes = or_(*(_FINDING.reason.contains(sign) for sign in SIGNS), _FINDING.machine.is_not(None))
    for finding in session.execute(select(FindingRecord).where(_FINDING.call_id.in_(call_ids), quotes)).scalars():
        finding.reason = without_quotes(finding.reason)
        if finding.machine and "reason" in finding.machine:
            finding.machine = finding.machine | {"reason": without_quotes(finding.machine["reason"])}


def _record(session: Session, order: Order, calls: int) -> None:
    audit.record(
        session=session,
        by=order.by,
        action="words removed",
        subject=SUBJECTS["words"],
        after={"calls": calls, "in_all": order.done + calls, "days": order.days},
        at=order.now,
    )
