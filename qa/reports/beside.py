"""What stands in a report beside calls and verdicts: appeals, on-site items, overdue follow-ups; and shifts."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from qa.access import EVERY_CALL
from qa.followup.item import FollowUp
from qa.reports.cube import Key, Scope
from qa.reports.figures import Appeals, Onsite
from qa.reports.period import SHIFTS, Shift
from qa.store.followups import count_items, list_items
from qa.store.measures import cents, sum_where
from qa.store.tables import AppealRecord, CallRecord, OnsiteRecord, ShiftRecord

_CALL: Any = CallRecord
_APPEAL: Any = AppealRecord
_ONSITE: Any = OnsiteRecord


def appeals(*, session: Session, scope: Scope) -> dict[Key, Appeals]:
    """Appeals against calls of the period, by agent and team."""
    keys = (_CALL.team, _CALL.agent_id)
    sums = (sum_where(_APPEAL.outcome == outcome) for outcome in ("accepted", "partly", "rejected", "withdrawn"))
    query = (
        select(*keys, func.count(), sum_where(_APPEAL.state != "closed"), *sums)
        .join(_APPEAL, _APPEAL.call_id == _CALL.call_id)
        .where(*scope.conditions())
        .group_by(*keys)
    )
    return {(team, agent): Appeals(*map(int, values)) for team, agent, *values in session.execute(query)}


def onsite(*, session: Session, scope: Scope) -> dict[str, Onsite]:
    """On-site items of the period's days by agent; those withdrawn are left out."""
    first, last = scope.period.start.date(), (scope.period.end - timedelta(microseconds=1)).date()
    query = (
        select(
            _ONSITE.agent_id,
            func.count(),
            sum_where(_ONSITE.warning.is_(True)),
            sum_where(_ONSITE.warning.is_(False), cents(_ONSITE.points)),
        )
        .where(_ONSITE.day >= first, _ONSITE.day <= last, _ONSITE.withdrawn_at.is_(None))
        .group_by(_ONSITE.agent_id)
    )
    if scope.period.shift is not None:
        query = query.where((_ONSITE.shift == scope.period.shift.name) | _ONSITE.shift.is_(None))
    return {agent: Onsite(*map(int, values)) for agent, *values in session.execute(query)}


def overdue(*, session: Session, team: str | None, at: datetime, limit: int) -> tuple[int, tuple[FollowUp, ...]]:
    """How many follow-up items are overdue at a moment, and the most urgent of them."""
    asked: dict[str, Any] = {"scope": EVERY_CALL, "overdue_at": at, "team": team}
    return count_items(session=session, **asked), tuple(list_items(session=session, limit=limit, **asked))


def shifts(*, session: Session) -> tuple[Shift, ...]:
    """The centre's shifts by their beginning, or the usual three where none was entered."""
    rows = session.execute(select(ShiftRecord)).scalars()
    own = [Shift(row.shift, time.fromisoformat(row.starts), time.fromisoformat(row.ends)) for row in rows]
    return tuple(sorted(own, key=lambda shift: shift.start)) or SHIFTS
