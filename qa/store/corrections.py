"""A recorded correction: what counts in a closed period is changed, with the reason, and the kept score follows."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from qa.review.events import Decision
from qa.review.settling import MARK
from qa.store.locks import lock_on
from qa.store.periods import PeriodError, kept_scores
from qa.store.reviews import judge, retract, review_of


@dataclass(frozen=True, slots=True)
class Correction:
    """The scores of the call and of its agent in the closed period, before and after; None where there is none."""

    agent_id: str
    first_day: date
    last_day: date
    call: tuple[float, float]
    period: tuple[float | None, float | None]


def correct(*, session: Session, call_id: str, target: str, decision: Decision, reason: str, by: str) -> Correction:
    """Decides on a rule of a call, or takes back a manual deduction (`item#number`), in a closed period.

    Raises PeriodError for a call of no closed period or of nobody, or without a reason; ReviewError where the call
    has no such deduction.
    """
    before = review_of(session=session, call_id=call_id)
    lock = lock_on(session=session, day=before.meta.day)
    agent_id = before.meta.agent_id
    if lock is None or lock.id is None:
        raise PeriodError(f"{call_id}: its day is in no closed period; review it at the inspector's desk")
    if agent_id is None:
        raise PeriodError(f"{call_id}: nobody's call, so no score of a period rests on it")
    if not reason.strip():
        raise PeriodError("a correction needs a reason; it stays on record")
    kept = kept_scores(session=session, lock_id=lock.id).get(agent_id)
    if MARK in target:
        item, _, number = target.rpartition(MARK)
        if not number.isdecimal():
            raise PeriodError(f"{target}: name a manual deduction as manual-06{MARK}3")
        for deduction in before.manual:
            if deduction.seq == int(number) and deduction.item != item:
                raise PeriodError(f"{target}: deduction {number} of {call_id} is {deduction.item}{MARK}{number}")
        after = retract(
            session=session,
            call_id=call_id,
            seen=before.seen,
            by=by,
            deduction=int(number),
            reason=reason,
            correction=reason,
        )
    else:
        after = judge(
            session=session,
            call_id=call_id,
            seen=before.seen,
            by=by,
            rule=target,
            decision=decision,
            reason=reason,
            correction=reason,
        )
    return Correction(
        agent_id,
        lock.first_day,
        lock.last_day,
        (before.card.score, after.card.score),
        (kept, kept_scores(session=session, lock_id=lock.id).get(agent_id)),
    )
