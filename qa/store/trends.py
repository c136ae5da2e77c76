"""Mean scores day by day: for lines of a chart."""

from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from qa.store import summed
from qa.store.current import current
from qa.store.days import as_day, local_day
from qa.store.filters import CallFilter, conditions
from qa.store.tables import CallRecord, ScorecardRecord


def means_by_day(*, session: Session, where: CallFilter, by_agent: bool) -> dict[tuple[str | None, date], float | None]:
    """The mean score of each local day (Asia/Shanghai), of each agent or (agent None) of all calls of a filter."""
    known = summed.means_by_day(session=session, where=where) if by_agent else None
    if known is not None:
        return known
    day = local_day(session)
    agent: Any = (CallRecord.agent_id,) if by_agent else ()
    columns: Any = (*agent, day, func.avg(ScorecardRecord.score))
    query = (
        select(*columns)
        .select_from(CallRecord)
        .join(ScorecardRecord, current(ScorecardRecord))
        .where(*conditions(where), col(CallRecord.started_at).is_not(None))
        .group_by(*agent, day)
    )
    found: dict[tuple[str | None, date], float | None] = {}
    for *who, at, mean in session.execute(query):
        found[who[0] if who else None, as_day(at)] = float(mean)
    return found


def team_of(*, session: Session, agent_id: str) -> str | None:
    """The team of an agent's latest call."""
    query = (
        select(CallRecord.team)
        .where(CallRecord.agent_id == agent_id, col(CallRecord.team).is_not(None))
        .order_by(col(CallRecord.started_at).desc())
        .limit(1)
    )
    return session.execute(query).scalar_one_or_none()
