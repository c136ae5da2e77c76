"""Sums over calls, kept by day and agent, so that figures of months need not read every call.

Whoever changes calls marks their days; before figures are asked for the marked ones are summed anew. The calls remain
the truth: where the sums do not cover a span, it is read from them.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlmodel import Session, col

from qa.call import midnight
from qa.store.days import as_day, local_day, month_after
from qa.store.measures import GIVEN, MEASURES, SCORES, WAITING, calls, deductions, entered
from qa.store.tables import CallRecord, ScorecardRecord
from qa.store.tables.sums import COST, STALE, TALLY

MOST_DAYS = 20
"""So many days are summed in one transaction, lest others wait for it."""
_LOCK = 0x73756D73
_CALL: Any = CallRecord


def mark(*, session: Session, where: ColumnElement[bool]) -> None:
    """Notes that calls have changed, or are about to, in the transaction that changes them."""
    days = select(local_day(session), _CALL.agent_id).where(where, _CALL.started_at.is_not(None)).distinct()
    told = [{"day": as_day(day), "agent_id": agent} for day, agent in session.execute(days)]
    if told:
        session.execute(insert(STALE), told)


def mark_calls(*, session: Session, call_ids: Collection[str]) -> None:
    """The same for calls by their ids."""
    mark(session=session, where=col(CallRecord.call_id).in_(call_ids))


def stale(*, session: Session) -> bool:
    """Whether some days must be summed anew."""
    return session.execute(select(STALE.c.id).limit(1)).first() is not None


def refresh(*, session: Session) -> bool:
    """Sums up to `MOST_DAYS` marked days anew, in a writing session; returns whether more are left."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    # What is marked from now on stays marked, even if it is summed already.
    last = session.execute(select(func.max(STALE.c.id))).scalar_one()
    if last is None:
        return False
    marked = session.execute(select(STALE.c.day, STALE.c.agent_id).where(STALE.c.id <= last).distinct()).all()
    by_day: dict[date, set[str | None]] = defaultdict(set)
    for day, agent in marked:
        by_day[day].add(agent)
    chosen = sorted(by_day, reverse=True)[:MOST_DAYS]
    by_month: dict[date, set[str | None]] = defaultdict(set)
    for day in chosen:
        by_month[day.replace(day=1)] |= by_day[day]
        _sum_day(session, day, by_day[day])
    for month, agents in by_month.items():
        _sum_month(session, month, agents)
    session.execute(delete(STALE).where(STALE.c.id <= last, STALE.c.day.in_(chosen)))
    return len(by_day) > len(chosen)


def cover(*, session: Session, first: date | None = None, after: date | None = None) -> bool:
    """Whether the sums are those of all calls from a local day on and before another; None for no bound."""
    days, times = [], []
    if first is not None:
        days.append((TALLY.c.day >= first, STALE.c.day >= first))
        times.append(_CALL.started_at >= midnight(first))
    if after is not None:
        days.append((TALLY.c.day < after, STALE.c.day < after))
        times.append(_CALL.started_at < midnight(after))
    if session.execute(select(STALE.c.id).where(*(marked for _, marked in days)).limit(1)).first():
        return False
    summed = select(func.coalesce(func.sum(TALLY.c.calls), 0)).where(*(kept for kept, _ in days))
    counted = select(func.count()).select_from(_CALL).where(*times)
    return bool(session.execute(summed).scalar_one() == session.execute(counted).scalar_one())


def _sum_day(session: Session, day: date, agents: set[str | None]) -> None:
    session.execute(delete(TALLY).where(TALLY.c.day == day, *_of(TALLY.c.agent_id, agents)))
    keys = (_CALL.agent_id, _CALL.team, ScorecardRecord.grade)
    sums = MEASURES | SCORES | GIVEN | WAITING
    query = calls(*keys, func.max(_CALL.agent_name), *sums.values())
    within = (_CALL.started_at >= midnight(day), _CALL.started_at < midnight(day + timedelta(days=1)))
    names = ("agent_id", "team", "grade", "agent_name", *sums)
    found = session.execute(query.where(*within, *_of(_CALL.agent_id, agents)).group_by(*keys)).all()
    if found:
        session.execute(insert(TALLY), [{"day": day, **dict(zip(names, row, strict=True))} for row in found])


def _sum_month(session: Session, month: date, agents: set[str | None]) -> None:
    session.execute(delete(COST).where(COST.c.month == month, *_of(COST.c.agent_id, agents)))
    within = (_CALL.started_at >= midnight(month), _CALL.started_at < midnight(month_after(month)))
    names = ("agent_id", "team", "rule", "name", "clause", "calls", "count", "cents", "open")
    for by_hand, query in enumerate((deductions(_CALL.agent_id, _CALL.team), entered(_CALL.agent_id, _CALL.team))):
        told = {"month": month, "entered": bool(by_hand)}
        found = session.execute(query.where(*within, *_of(_CALL.agent_id, agents))).all()
        if found:
            session.execute(insert(COST), [told | dict(zip(names, row, strict=True)) for row in found])


def _of(agent_id: Any, agents: set[str | None]) -> list[Any]:
    """The terms that leave these agents; none where calls of nobody are among them."""
    return [] if None in agents else [agent_id.in_(agents)]
