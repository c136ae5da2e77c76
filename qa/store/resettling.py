"""Bringing what counts in line with the events: after each of them, and after a call was scored again."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, exists, or_, select

from qa.call import LOCAL, CallMeta
from qa.review.events import Event, Judged, State, fold, read_action
from qa.review.settling import ManualDeduction, end_of, settle
from qa.rules.tariff import Tariff
from qa.store.appealing import appeals_of
from qa.store.loading import load_meta
from qa.store.machine import card_of, machine_card, write_card
from qa.store.sums import mark_calls
from qa.store.tables import (
    AppealRecord,
    CallRecord,
    ManualDeductionRecord,
    ReviewEventRecord,
    ReviewVerdictRecord,
    ScorecardRecord,
)
from qa.store.tariffs import load_tariff


def load_events(*, session: Session, call_id: str) -> tuple[Event, ...]:
    """Everything that people did to a call, in order."""
    query = select(ReviewEventRecord).where(ReviewEventRecord.call_id == call_id).order_by(col(ReviewEventRecord.seq))
    return tuple(Event(r.seq, r.by, r.at, read_action(r.data), r.appeal_id) for r in session.exec(query))


def resettle(*, session: Session, call_id: str, before: tuple[float, datetime | None] | None = None) -> None:
    """Writes score, findings, verdicts, manual deductions and the provisional window as the events have them.

    `before` is the score before a rescore and until when it was provisional: one that comes out the same does not wait
    anew. A call without a score, or scored before tariffs were kept, stays as it is.
    """
    mark_calls(session=session, call_ids=[call_id])
    row = session.get(CallRecord, call_id)
    card = card_of(session=session, call=row) if row else None
    tariff = load_tariff(session=session, ruleset_sha256=row.ruleset_sha256) if row else None
    if row is None or card is None or tariff is None:
        return
    events = load_events(session=session, call_id=call_id)
    state, meta = fold(events), load_meta(row)
    if events:
        machine = machine_card(session=session, call_id=call_id)
        assert machine is not None
        settled = settle(machine, state, tariff, meta)
        write_card(session=session, row=card, machine=machine, card=settled.card)
        _write_verdicts(session, call_id, state)
        _write_deductions(session, call_id, settled.manual)
        card.gravity = None
    same = before is not None and before[0] == card.score and before[1] is not None
    card.provisional_until = before[1] if before and same else _stands_from(session, row, state, tariff, meta)
    session.add(card)
    session.flush()


def resettle_run(*, session: Session, run_id: int) -> None:
    """The same for all calls whose scorecards a run has just put in place of others (`ScorecardRecord.replaces`)."""
    card, former = ScorecardRecord, aliased(ScorecardRecord)
    ours: Any = (
        col(card.run_id) == run_id,
        col(card.replaces).is_not(None),
        exists().where(col(CallRecord.call_id) == col(card.call_id), col(CallRecord.run_id) == run_id),
    )
    beside: Any = (former.call_id == card.call_id, former.run_id == card.replaces)
    touched = or_(*(exists().where(col(t.call_id) == col(card.call_id)) for t in (ReviewEventRecord, AppealRecord)))
    query = select(card.call_id, former.score, former.provisional_until).join(former, and_(*beside))
    settled = session.execute(query.where(*ours, touched)).all()
    same = select(former.provisional_until).where(*beside, former.score == card.score).scalar_subquery()
    at_once: Any = {"synchronize_session": False}
    session.execute(update(card).where(*ours).values(provisional_until=same), execution_options=at_once)
    today = datetime.now(LOCAL).date()
    for sha256 in session.execute(select(card.ruleset_sha256).where(*ours).distinct()).scalars().all():
        if tariff := load_tariff(session=session, ruleset_sha256=sha256):
            until = end_of(tariff.workdays.after(today, tariff.scheme(today).windows.provisional))
            anew = update(card).where(*ours, card.ruleset_sha256 == sha256, col(card.provisional_until).is_(None))
            session.execute(anew.values(provisional_until=until), execution_options=at_once)
    session.expire_all()
    for call_id, score, until in settled:
        resettle(session=session, call_id=call_id, before=(score, until))


def _stands_from(session: Session, row: CallRecord, state: State, tariff: Tariff, meta: CallMeta) -> datetime | None:
    """The time from which the score stands: confirmed, ruled on, or the window after its last change over.

    None while an appeal waits for an answer.
    """
    windows = tariff.scheme(meta.day).windows
    scored_at = datetime.fromisoformat(row.scored_at) if row.scored_at else datetime.now(UTC)
    changed_at = max(scored_at, state.changed.at) if state.changed else scored_at
    last_day = tariff.workdays.after(changed_at.astimezone(LOCAL).date(), windows.provisional)
    times = [state.confirmed.at if state.confirmed else end_of(last_day)]
    for stored in appeals_of(session=session, call_id=row.call_id):
        appeal = stored.appeal
        if appeal.state in ("at_shift_lead", "at_qa_lead"):
            return None
        if appeal.state == "answered" and appeal.due_on:
            times.append(end_of(appeal.due_on))
    return max(times)


def _write_verdicts(session: Session, call_id: str, state: State) -> None:
    session.execute(delete(ReviewVerdictRecord).where(col(ReviewVerdictRecord.call_id) == call_id))
    for event in state.verdicts.values():
        action = event.action
        assert isinstance(action, Judged)
        session.add(
            ReviewVerdictRecord(
                call_id=call_id,
                rule=action.rule,
                machine_verdict=action.machine_verdict,
                machine_confidence=action.machine_confidence,
                decision=action.decision,
                verdict=action.verdict,
                reason=action.reason,
                facts=list(action.facts),
                by=event.by,
                at=event.at,
                seq=event.seq,
                ruleset_sha256=action.ruleset_sha256,
            )
        )


def _write_deductions(session: Session, call_id: str, manual: tuple[ManualDeduction, ...]) -> None:
    session.execute(delete(ManualDeductionRecord).where(col(ManualDeductionRecord.call_id) == call_id))
    for deduction in manual:
        action = deduction.action
        session.add(
            ManualDeductionRecord(
                call_id=call_id,
                seq=deduction.seq,
                item=deduction.item,
                name=deduction.name,
                clause=deduction.clause,
                points=deduction.points,
                multiplier=deduction.multiplier,
                facts=list(action.facts),
                start_s=action.start_s,
                end_s=action.end_s,
                note=action.note,
                covered_by=deduction.covered_by,
                by=deduction.by,
                at=deduction.at,
            )
        )
