"""What waits for a person: calls that somebody must look at, and calls from which a plan chooses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import case, exists, func, or_, select
from sqlmodel import Session

from qa.call import LOCAL
from qa.sampling.plan import Candidate
from qa.store import summed
from qa.store.current import current
from qa.store.filters import CallFilter, conditions
from qa.store.tables import CallRecord, FindingRecord, ReviewEventRecord, ScorecardRecord

Cause = Literal["fatal", "complaint", "dissatisfied", "review"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
DOUBLED = 2.0
"""What a violation is worth where the customer complains or is dissatisfied: most clauses double it."""

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_FINDING: Any = FindingRecord
_EVENT: Any = ReviewEventRecord


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call in the queue with why it is there, the gravest cause first; `started_at` in Asia/Shanghai.

    `expected` is how many violations to expect in it.
    """

    call_id: str
    started_at: datetime | None
    team: str | None
    agent_id: str | None
    score: float
    causes: tuple[Cause, ...]
    expected: float


def waiting(*, session: Session, where: CallFilter | None = None, limit: int = 100, offset: int = 0) -> list[Waiting]:
    """Calls that a person must look at and has not: the gravest cause first, then where most is expected."""
    flags = (_CARD.fatal, _CALL.complaint, _CALL.dissatisfied, _CARD.needs_review)
    query = (
        select(_CALL.call_id, _CALL.started_at, _CALL.team, _CALL.agent_id, _CARD.score, *flags, _CARD.expected)
        .join(_CARD, current(_CARD))
        .where(*_must(where))
        .order_by(_CARD.gravity.desc(), _CARD.expected.desc(), _CALL.started_at, _CALL.call_id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Waiting(
            call_id,
            started_at.astimezone(LOCAL) if started_at else None,
            team,
            agent_id,
            score,
            tuple(cause for cause, flag in zip(CAUSES, said, strict=True) if flag),
            float(expected or 0.0),
        )
        for call_id, started_at, team, agent_id, score, *said, expected in session.execute(query)
    ]


def count_waiting(*, session: Session, where: CallFilter | None = None) -> int:
    """How many calls a person must look at and has not."""
    known = summed.waiting(session=session, where=where or CallFilter())
    if known is not None:
        return known
    query = select(func.count()).select_from(_CALL).join(_CARD, current(_CARD)).where(*_must(where))
    return int(session.execute(query).scalar_one())


def candidates(*, session: Session, where: CallFilter | None = None) -> list[Candidate]:
    """The scored calls of a filter that nobody has reviewed but can, with the violations to expect in each."""
    doubled = or_(_CALL.complaint.is_(True), _CALL.dissatisfied.is_(True))
    query = (
        select(_CALL.call_id, _CALL.agent_id, _CALL.team, case((doubled, DOUBLED), else_=1.0), func.sum(_likely()))
        .join(_CARD, current(_CARD))
        .join(_FINDING, current(_FINDING))
        .where(*conditions(where or CallFilter()), ~_reviewed(), _CALL.words_removed_at.is_(None))
        .group_by(_CALL.call_id, _CALL.agent_id, _CALL.team, _CALL.complaint, _CALL.dissatisfied)
        .order_by(_CALL.call_id)
    )
    return [
        Candidate(call_id, agent or "", team or "", float(expected), float(weight))
        for call_id, agent, team, weight, expected in session.execute(query)
    ]


def gravity() -> Any:
    """For an UPDATE of scorecards: why a person must hear the call, the gravest as the highest number, else None."""
    call = select(case((_CALL.complaint.is_(True), 2), (_CALL.dissatisfied.is_(True), 1)))
    asked = call.where(_CALL.call_id == _CARD.call_id).scalar_subquery()
    return case((_CARD.fatal.is_(True), 3), else_=func.coalesce(asked, case((_CARD.needs_review.is_(True), 0))))


def _must(where: CallFilter | None) -> list[Any]:
    return [*conditions(where or CallFilter()), _CARD.gravity.is_not(None), ~_reviewed()]


def _reviewed() -> Any:
    return exists(select(_EVENT.seq).where(_EVENT.call_id == _CALL.call_id).correlate(_CALL))


def _likely() -> Any:
    """The probability of a violation, as `qa.sampling.expected` has it."""
    return case((_FINDING.verdict == "violated", _FINDING.confidence), else_=1.0 - _FINDING.confidence)
