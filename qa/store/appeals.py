"""Appeals (申诉): submitted by the agent, answered by the shift lead, ruled on by the QA lead, settled at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from sqlmodel import Session, col, select

from qa.call import LOCAL
from qa.review.appeals import Appeal, AppealError, Kind, State, Step, check_step, check_submission, fold_steps
from qa.review.events import Judged, Retracted
from qa.review.settling import MARK
from qa.store import audit
from qa.store.appealing import StoredAppeal, deadlines, load_appeal
from qa.store.locks import check_open
from qa.store.periods import correct_period
from qa.store.resettling import resettle
from qa.store.reviews import Review, append_event, review_of
from qa.store.tables import AppealRecord, AppealStepRecord, CallRecord, ReplyRecord


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One line of a list of appeals; `team` is the call's."""

    id: int
    call_id: str
    agent_id: str
    team: str | None
    state: State
    outcome: str | None
    opened_at: datetime
    due_on: date | None
    closed_at: datetime | None


def submit(
    *,
    session: Session,
    call_id: str,
    by: str,
    targets: Sequence[str],
    reason: str,
    at: datetime | None = None,
) -> StoredAppeal:
    """An agent's appeal against deductions of an own call (`Review.deductions` names them).

    Raises AppealError past the window, without a reason, or where an appeal was made before.
    """
    at = at or datetime.now(UTC)
    session.get(CallRecord, call_id, with_for_update=True)
    review = review_of(session=session, call_id=call_id)
    if not reason.strip():
        raise AppealError("an appeal needs a reason; say what is wrong with the deduction")
    if review.meta.agent_id is None:
        raise AppealError(f"{call_id}: nobody's call; give it an agent_id first")
    if any(stored.appeal.open_on(_day(at)) for stored in review.appeals):
        raise AppealError(f"{call_id}: an appeal is under way; wait for its outcome")
    before = [t for stored in review.appeals if stored.appeal.outcome != "withdrawn" for t in stored.appeal.targets]
    check_submission(targets, review.deductions, before)
    last_day = appeal_until(session=session, review=review)
    if _day(at) > last_day:
        raise AppealError(f"{call_id}: the time for an appeal ended on {last_day}")
    row = AppealRecord(call_id=call_id, agent_id=review.meta.agent_id, state="at_shift_lead", opened_at=at, due_on=None)
    session.add(row)
    session.flush()
    return _step(session, row, "submitted", by, at, reason, tuple(dict.fromkeys(targets)), "")


def appeal_until(*, session: Session, review: Review) -> date:
    """The last local day on which the agent may appeal: counted from the score or its last change or confirmation."""
    windows, workdays = deadlines(session=session, call_id=review.call_id)
    row = session.get(CallRecord, review.call_id)
    times = [e.at for e in (review.state.changed, review.state.confirmed) if e]
    if row is not None and row.scored_at:
        times.append(datetime.fromisoformat(row.scored_at))
    return workdays.after(_day(max(times)), windows.appeal)


def answer(
    *,
    session: Session,
    appeal_id: int,
    by: str,
    lifted: Sequence[str],
    reason: str,
    at: datetime | None = None,
    correction: str = "",
) -> StoredAppeal:
    """The shift lead's answer: the deductions in `lifted` fall, the others stay; all of them end the appeal."""
    return _decide(session, appeal_id, "answered", by, lifted, reason, at, correction)


def rule(
    *,
    session: Session,
    appeal_id: int,
    by: str,
    lifted: Sequence[str],
    reason: str,
    at: datetime | None = None,
    correction: str = "",
) -> StoredAppeal:
    """The QA lead's ruling, which is final."""
    return _decide(session, appeal_id, "ruled", by, lifted, reason, at, correction)


def escalate(*, session: Session, appeal_id: int, by: str, reason: str, at: datetime | None = None) -> StoredAppeal:
    """The agent goes on to the QA lead: in time after an answer, or when the shift lead's time is over."""
    return _decide(session, appeal_id, "escalated", by, (), reason, at, "")


def withdraw(
    *, session: Session, appeal_id: int, by: str, reason: str = "", at: datetime | None = None
) -> StoredAppeal:
    """The agent takes the appeal back; the deductions may be appealed again in time."""
    return _decide(session, appeal_id, "withdrawn", by, (), reason, at, "")


def reply(
    *, session: Session, call_id: str, agent_id: str, by: str, text: str = "", at: datetime | None = None
) -> None:
    """An agent's word on a score without an appeal; without text it is acknowledged."""
    kind = "reply" if text.strip() else "acknowledged"
    at = at or datetime.now(UTC)
    session.add(ReplyRecord(call_id=call_id, agent_id=agent_id, kind=kind, text=text.strip(), by=by, at=at))
    session.flush()


def replies(*, session: Session, call_id: str) -> list[ReplyRecord]:
    """What the agent said to a call, oldest first."""
    return list(
        session.exec(select(ReplyRecord).where(ReplyRecord.call_id == call_id).order_by(col(ReplyRecord.id))).all()
    )


def list_appeals(
    *,
    session: Session,
    states: Sequence[State] = (),
    agent_id: str | None = None,
    teams: Sequence[str] | None = None,
    limit: int = 100,
) -> list[AppealRow]:
    """Appeals, those due first; `states` and `teams` narrow them."""
    query = (
        select(AppealRecord, CallRecord.team)
        .join(CallRecord, col(CallRecord.call_id) == col(AppealRecord.call_id))
        .order_by(col(AppealRecord.due_on).is_(None), col(AppealRecord.due_on), col(AppealRecord.id).desc())
        .limit(limit)
    )
    if states:
        query = query.where(col(AppealRecord.state).in_(states))
    if agent_id is not None:
        query = query.where(AppealRecord.agent_id == agent_id)
    if teams is not None:
        query = query.where(col(CallRecord.team).in_(teams))
    return [
        AppealRow(
            id=row.id or 0,
            call_id=row.call_id,
            agent_id=row.agent_id,
            team=team,
            state=cast(State, row.state),
            outcome=row.outcome,
            opened_at=row.opened_at,
            due_on=row.due_on,
            closed_at=row.closed_at,
        )
        for row, team in session.exec(query)
    ]


def appeal_by_id(*, session: Session, appeal_id: int) -> StoredAppeal:
    """One appeal. Raises AppealError where there is none."""
    return load_appeal(session=session, row=_row(session, appeal_id))


def _decide(
    session: Session,
    appeal_id: int,
    kind: Kind,
    by: str,
    lifted: Sequence[str],
    reason: str,
    at: datetime | None,
    correction: str,
) -> StoredAppeal:
    at = at or datetime.now(UTC)
    row = _row(session, appeal_id)
    session.get(CallRecord, row.call_id, with_for_update=True)
    stored = load_appeal(session=session, row=row)
    check_step(stored.appeal, kind, _day(at), lifted)
    if kind != "withdrawn" and not reason.strip():
        raise AppealError("say why; the other side reads it")
    return _step(session, row, kind, by, at, reason, tuple(dict.fromkeys(lifted)), correction)


def _step(
    session: Session,
    row: AppealRecord,
    kind: Kind,
    by: str,
    at: datetime,
    reason: str,
    targets: tuple[str, ...],
    correction: str,
) -> StoredAppeal:
    assert row.id is not None
    before = load_appeal(session=session, row=row) if kind != "submitted" else None
    steps = before.steps if before else ()
    step = Step(len(steps) + 1, kind, by, at, reason.strip(), targets)
    session.add(
        AppealStepRecord(
            appeal_id=row.id, seq=step.seq, kind=kind, by=by, at=at, reason=step.reason, data={"targets": list(targets)}
        )
    )
    session.flush()
    review = review_of(session=session, call_id=row.call_id)
    closed = check_open(session=session, day=review.meta.day, correction=correction) if targets and before else None
    if kind in ("answered", "ruled") and targets:
        _lift(session, row, step)
    appeal = fold_steps((*steps, step), *deadlines(session=session, call_id=row.call_id))
    row.state, row.outcome, row.due_on, row.closed_at = appeal.state, appeal.outcome, appeal.due_on, appeal.closed_at
    session.add(row)
    session.flush()
    resettle(session=session, call_id=row.call_id)
    audit.record(
        session=session,
        by=by,
        action=f"appeal {kind}",
        subject=f"call:{row.call_id}",
        before={"score": review.card.score, "state": before.appeal.state if before else None},
        after=_told(session, row, appeal, targets),
        reason=reason.strip(),
        at=at,
    )
    if closed:
        correct_period(session=session, lock=closed, agent_id=row.agent_id, by=by, reason=correction)
    return load_appeal(session=session, row=row)


def _told(session: Session, row: AppealRecord, appeal: Appeal, targets: tuple[str, ...]) -> dict[str, object]:
    score = review_of(session=session, call_id=row.call_id).card.score
    told = {"appeal": row.id, "score": score, "state": appeal.state, "outcome": appeal.outcome}
    return {**told, "targets": list(targets)}


def _lift(session: Session, row: AppealRecord, step: Step) -> None:
    """The deductions fall: as events of the call, so that the score is settled by them like by any other."""
    review = review_of(session=session, call_id=row.call_id)
    machine = {f.rule: f for f in review.machine.findings}
    call = session.get(CallRecord, row.call_id)
    for offset, target in enumerate(step.targets, start=1):
        action: Judged | Retracted
        if MARK in target:
            action = Retracted(int(target.rpartition(MARK)[2]), step.reason)
        else:
            found = machine[target]
            verdict = "violated" if found.covered_by else found.verdict
            sha256 = call.ruleset_sha256 if call else None
            action = Judged(target, "overturned", "passed", verdict, found.confidence, step.reason, (), sha256)
        append_event(
            session=session,
            call_id=row.call_id,
            seq=review.seen + offset,
            by=step.by,
            at=step.at,
            action=action,
            appeal_id=row.id,
        )


def _row(session: Session, appeal_id: int) -> AppealRecord:
    row = session.get(AppealRecord, appeal_id)
    if row is None:
        raise AppealError(f"no appeal {appeal_id}")
    return row


def _day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()
