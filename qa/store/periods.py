"""Period scores from the store, opened down to clause, call and second; closing a period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import false, or_
from sqlmodel import Session, col, delete, func, select

from qa.access import EVERY_CALL, Scope
from qa.errors import QaError
from qa.people.period import CallGroup, CallPart, Cost, PeriodScore, Standing, period_score, standing
from qa.review.settling import end_of
from qa.store import audit
from qa.store.costs import costs, scheme_of_day
from qa.store.current import current
from qa.store.filters import visible
from qa.store.measures import cents, sum_where
from qa.store.tables import (
    CallRecord,
    EvidenceRecord,
    FindingRecord,
    ManualDeductionRecord,
    PeriodLockRecord,
    PeriodScoreRecord,
    ReviewEventRecord,
    ScorecardRecord,
)


class PeriodError(QaError):
    """A period that cannot be closed."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Points that a call lost by one clause; `at_s` is the second of the recording, None where it is about no words."""

    call_id: str
    rule: str
    name: str
    clause: str
    points: float
    at_s: float | None


def period_scores(
    *, session: Session, first_day: date, last_day: date, at: datetime, agent_id: str | None = None
) -> list[PeriodScore]:
    """The scores of all agents (or one) who have calls or entries in these local days, by job number.

    Of calls that are scored; by the scheme of the last day. `at` tells what is provisional still.
    """
    scheme = scheme_of_day(session=session, day=last_day)
    parts = _calls(session, first_day, last_day, at, agent_id)
    off = costs(session=session, first_day=first_day, last_day=last_day)
    agents = sorted(parts.keys() | off.keys()) if agent_id is None else [agent_id]
    nothing: tuple[list[Cost], list[Cost]] = ([], [])
    return [
        period_score(agent, parts.get(agent, ()), onsite, complaints, scheme)
        for agent in agents
        for onsite, complaints in (off.get(agent, nothing),)
    ]


def standings(
    *, session: Session, first_day: date, last_day: date, at: datetime, agent_ids: Sequence[str] | None = None
) -> list[Standing]:
    """What `period_scores` tells in figures alone, of all agents or some, without reading every call."""
    scheme = scheme_of_day(session=session, day=last_day)
    groups = _grouped(session, first_day, last_day, at, agent_ids)
    off = costs(session=session, first_day=first_day, last_day=last_day)
    agents = groups.keys() | (off.keys() if agent_ids is None else off.keys() & set(agent_ids))
    nothing: tuple[list[Cost], list[Cost]] = ([], [])
    return [standing(agent, groups.get(agent, ()), *off.get(agent, nothing), scheme) for agent in sorted(agents)]


def losses(
    *, session: Session, agent_id: str, first_day: date, last_day: date, within: Scope = EVERY_CALL
) -> list[Loss]:
    """What an agent's calls of these days lost, clause by clause, dearest first: the way from score to second.

    Of the calls in a scope.
    """
    table, manual, heard = FindingRecord, ManualDeductionRecord, EvidenceRecord
    begins = (
        select(func.min(heard.start_s))
        .where(heard.call_id == table.call_id, heard.run_id == table.run_id, heard.finding == table.position)
        .correlate(table)
        .scalar_subquery()
    )
    span = (CallRecord.agent_id == agent_id, *_within(first_day, last_day), *visible(within))
    columns: Any = (table.call_id, table.rule, table.name, table.clause, table.points, begins)
    found = session.execute(
        select(*columns).join(CallRecord, current(table)).where(*span, table.verdict == "violated", table.points > 0)
    ).all()
    columns = (manual.call_id, manual.item, manual.name, manual.clause, manual.points, manual.start_s)
    entered = session.execute(
        select(*columns)
        .join(CallRecord, col(CallRecord.call_id) == col(manual.call_id))
        .where(*span, manual.points > 0)
    ).all()
    return sorted((Loss(*row) for row in (*found, *entered)), key=lambda loss: (-loss.points, loss.call_id, loss.rule))


def close_period(
    *, session: Session, first_day: date, last_day: date, by: str, at: datetime | None = None
) -> PeriodLockRecord:
    """Closes a period: its scores are kept, and only a recorded correction changes what counts in it.

    Raises PeriodError where it is not over, runs into a closed one, or holds scores that may still change.
    """
    at = at or datetime.now(UTC)
    if last_day < first_day or at < end_of(last_day):
        raise PeriodError(f"{first_day} to {last_day} is not over; close it from {last_day + timedelta(days=1)} on")
    table = PeriodLockRecord
    clash = session.exec(
        select(table).where(col(table.first_day) <= last_day, col(table.last_day) >= first_day)
    ).first()
    if clash:
        raise PeriodError(f"{clash.first_day} to {clash.last_day} is closed already")
    scores = period_scores(session=session, first_day=first_day, last_day=last_day, at=at)
    if waiting := sum(score.provisional for score in scores):
        raise PeriodError(f"{waiting} calls of {first_day} to {last_day} are provisional; review them or wait")
    lock = PeriodLockRecord(first_day=first_day, last_day=last_day, closed_by=by, closed_at=at)
    session.add(lock)
    session.flush()
    assert lock.id is not None
    for score in scores:
        session.add(_kept(lock.id, score))
    audit.record(
        session=session,
        by=by,
        action="period closed",
        subject=f"period:{first_day}/{last_day}",
        after={score.agent_id: score.score for score in scores},
        at=at,
    )
    return lock


def correct_period(*, session: Session, lock: PeriodLockRecord, agent_id: str, by: str, reason: str) -> None:
    """Writes an agent's kept score anew after a correction, with the former one in the audit log."""
    assert lock.id is not None
    former = session.get(PeriodScoreRecord, (lock.id, agent_id))
    [score] = period_scores(
        session=session,
        first_day=lock.first_day,
        last_day=lock.last_day,
        at=end_of(lock.last_day),
        agent_id=agent_id,
    )
    before = former.score if former else None
    session.execute(
        delete(PeriodScoreRecord).where(
            col(PeriodScoreRecord.lock_id) == lock.id, col(PeriodScoreRecord.agent_id) == agent_id
        )
    )
    session.add(_kept(lock.id, score))
    audit.record(
        session=session,
        by=by,
        action="period corrected",
        subject=f"period:{lock.first_day}/{lock.last_day}",
        before={agent_id: before},
        after={agent_id: score.score},
        reason=reason,
    )


def lock_of(*, session: Session, first_day: date, last_day: date) -> PeriodLockRecord | None:
    """The closed period of exactly these days."""
    query = select(PeriodLockRecord).where(
        PeriodLockRecord.first_day == first_day, PeriodLockRecord.last_day == last_day
    )
    return session.exec(query).first()


def closed_periods(*, session: Session) -> list[tuple[PeriodLockRecord, int]]:
    """The closed periods, newest first, and how many agents' scores are kept of each."""
    agents = select(func.count()).where(PeriodScoreRecord.lock_id == PeriodLockRecord.id).correlate(PeriodLockRecord)
    query = select(PeriodLockRecord, agents.scalar_subquery()).order_by(col(PeriodLockRecord.first_day).desc())
    return [(lock, int(count)) for lock, count in session.execute(query)]


def kept_scores(*, session: Session, lock_id: int) -> dict[str, float | None]:
    """The scores of a closed period by agent."""
    rows = session.exec(select(PeriodScoreRecord).where(PeriodScoreRecord.lock_id == lock_id)).all()
    return {row.agent_id: row.score for row in rows}


def _kept(lock_id: int, score: PeriodScore) -> PeriodScoreRecord:
    made_of = {
        "mean": score.mean,
        "calls": [[part.call_id, part.score, weight] for part, weight in score.calls],
        "onsite": [{**asdict(cost), "day": cost.day.isoformat()} for cost in score.onsite],
        "complaints": [{**asdict(cost), "day": cost.day.isoformat()} for cost in score.complaints],
    }
    return PeriodScoreRecord(lock_id=lock_id, agent_id=score.agent_id, score=score.score, made_of=made_of)


def _calls(
    session: Session, first_day: date, last_day: date, at: datetime, agent_id: str | None
) -> dict[str, list[CallPart]]:
    card = ScorecardRecord
    columns: Any = (CallRecord.agent_id, CallRecord.call_id, card.score, *_traits(), _may_change(at))
    query = _scored(columns, first_day, last_day, None if agent_id is None else [agent_id])
    parts: dict[str, list[CallPart]] = defaultdict(list)
    for agent, call_id, score, *traits, open_ in session.execute(query.order_by(col(CallRecord.call_id))):
        direction, complaint, seen = traits
        parts[agent].append(CallPart(call_id, score, direction, bool(complaint), bool(seen), bool(open_)))
    return parts


def _grouped(
    session: Session, first_day: date, last_day: date, at: datetime, agent_ids: Sequence[str] | None
) -> dict[str, list[CallGroup]]:
    keys: Any = (CallRecord.agent_id, *_traits())
    sums: Any = (func.count(), func.sum(cents(ScorecardRecord.score)), sum_where(_may_change(at)))
    query = _scored((*keys, *sums), first_day, last_day, agent_ids).group_by(*keys)
    groups: dict[str, list[CallGroup]] = defaultdict(list)
    for agent, direction, complaint, seen, *figures in session.execute(query):
        groups[agent].append(CallGroup(direction, bool(complaint), bool(seen), *map(int, figures)))
    return groups


def _scored(columns: Any, first_day: date, last_day: date, agent_ids: Sequence[str] | None) -> Any:
    query = select(*columns).select_from(CallRecord).join(ScorecardRecord, current(ScorecardRecord))
    query = query.where(*_within(first_day, last_day), col(CallRecord.agent_id).is_not(None))
    return query if agent_ids is None else query.where(col(CallRecord.agent_id).in_(agent_ids))


def _traits() -> tuple[Any, ...]:
    """What a call's weight follows from: direction, complaint, and whether a person has judged it."""
    judged = select(ReviewEventRecord.call_id).where(
        col(ReviewEventRecord.call_id) == col(CallRecord.call_id), ReviewEventRecord.kind == "judged"
    )
    return CallRecord.direction, func.coalesce(CallRecord.complaint, false()), judged.correlate(CallRecord).exists()


def _may_change(at: datetime) -> Any:
    until: Any = col(ScorecardRecord.provisional_until)
    return or_(until.is_(None), until > at)


def _within(first_day: date, last_day: date) -> tuple[Any, ...]:
    begins, ends = end_of(first_day - timedelta(days=1)), end_of(last_day)
    started: Any = col(CallRecord.started_at)
    return started >= begins, started < ends, col(CallRecord.status) == "scored"
