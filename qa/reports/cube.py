"""Sums over the calls of a period, made by the database: one grouped query each, alike on SQLite and PostgreSQL.

Where the sums of days (`qa.store.sums`) cover the period, they are added up; else the calls are.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, text, union
from sqlmodel import Session

from qa.call import LOCAL
from qa.reports.figures import BINS, Answers, Cost, KeyCall, Tally
from qa.reports.period import MONTHS, Period
from qa.store import measures, sums
from qa.store.current import current
from qa.store.measures import GIVEN, LOUD, MEASURES, SCORES
from qa.store.tables import CallRecord, FindingRecord, ScorecardRecord
from qa.store.tables.sums import ANSWERS, BIN_NAMES, COST, TALLY

Key = tuple[str | None, str | None]
"""Team and agent."""

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_FINDING: Any = FindingRecord


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls and when; `summed` tells that the sums of days cover them."""

    period: Period
    team: str | None = None
    shift: str | None = None
    summed: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The WHERE terms on CallRecord."""
        started, named = _CALL.started_at, _CALL.shift
        start, end, slack = self.period.start, self.period.end, self.period.slack
        terms: list[ColumnElement[bool]] = [started >= start - slack, started < end + slack]
        if self.period.shift:
            # Overtime stays with its shift; a call that names none belongs to the shift of its hour.
            inside = and_(or_(named.is_(None), named == ""), started >= start, started < end)
            terms.append(or_(named == self.period.shift.name, inside))
        elif self.shift is not None:
            terms.append(named == self.shift)
        if self.team is not None:
            terms.append(_CALL.team == self.team)
        return terms

    def days(self) -> list[ColumnElement[bool]]:
        """The same on the sums of days."""
        first, after = self.period.start.date(), self.period.end.date()
        return [TALLY.c.day >= first, TALLY.c.day < after, *self._ours(TALLY.c.team)]

    def months(self) -> list[ColumnElement[bool]]:
        """The same on the costs of months."""
        first, after = self.period.start.date(), self.period.end.date()
        return [COST.c.month >= first, COST.c.month < after, *self._ours(COST.c.team)]

    def _ours(self, team: Any) -> list[ColumnElement[bool]]:
        return [] if self.team is None else [team == self.team]


def scope_of(*, session: Session, period: Period, team: str | None = None, shift: str | None = None) -> Scope:
    """The scope, from the sums of days where they cover it: whole days, not single shifts of them."""
    whole = shift is None and period.kind not in ("shift", "day")
    first, after = period.start.date(), period.end.date()
    return Scope(period, team, shift, summed=whole and sums.cover(session=session, first=first, after=after))


def tallies(*, session: Session, scope: Scope) -> dict[Key, Tally]:
    """The figures of every agent in every team."""
    if scope.summed:
        keys, query = (TALLY.c.team, TALLY.c.agent_id, TALLY.c.grade), select().where(*scope.days())
        query = query.add_columns(*keys, *_added((*MEASURES, *BIN_NAMES)))
    else:
        keys = (_CALL.team, _CALL.agent_id, _CARD.grade)
        query = measures.calls(*keys, *MEASURES.values(), *SCORES.values()).where(*scope.conditions())
    found: dict[Key, Tally] = {}
    for team, agent, grade, *values in session.execute(query.group_by(*keys)):
        part = _tally(values, {grade: int(values[0])} if grade is not None else {})
        found[team, agent] = found[team, agent] + part if (team, agent) in found else part
    return found


def names(*, session: Session, scope: Scope) -> dict[str | None, str | None]:
    """The agents' names by job number."""
    if scope.summed:
        query = select(TALLY.c.agent_id, func.max(TALLY.c.agent_name)).where(*scope.days())
        return dict(session.execute(query.group_by(TALLY.c.agent_id)).all())
    query = select(_CALL.agent_id, func.max(_CALL.agent_name)).where(*scope.conditions()).group_by(_CALL.agent_id)
    return dict(session.execute(query).all())


def trend(*, session: Session, scope: Scope, starts: Sequence[datetime]) -> list[Tally]:
    """The figures of each step, without bins and grades; the first and the last step take what lies outside."""
    if scope.summed:
        later: Any = [(TALLY.c.day < start.date(), i) for i, start in enumerate(starts[1:])]
        step = _step(later).label("step")
        query = select(step, *_added(MEASURES)).where(*scope.days()).group_by("step")
    else:
        later = [(_CALL.started_at < start, i) for i, start in enumerate(starts[1:])]
        query = measures.calls(_step(later).label("step"), *MEASURES.values()).where(*scope.conditions())
        query = query.group_by("step")
    found = {int(at): _tally(values, {}) for at, *values in session.execute(query)}
    return [found.get(i, Tally()) for i in range(len(starts))]


def _step(later: list[Any]) -> Any:
    return case(*later, else_=len(later)) if later else literal(0)


def costs(*, session: Session, scope: Scope) -> dict[Key, list[Cost]]:
    """Deductions and open verdicts of every agent in every team, one entry a rule and clause."""
    found: dict[Key, list[Cost]] = defaultdict(list)
    for team, agent, rule, name, clause, *values in _charged(session, scope, by_agent=True):
        found[team, agent].append(Cost(rule, name, clause, *map(int, values)))
    return found


def whole_costs(*, session: Session, scope: Scope) -> list[Cost]:
    """The same of all agents together."""
    rows = _charged(session, scope, by_agent=False)
    return [Cost(rule, name, clause, *map(int, values)) for rule, name, clause, *values in rows]


def _charged(session: Session, scope: Scope, *, by_agent: bool) -> Iterable[Any]:
    """Rows of team and agent (where asked for), rule, name, clause, calls, times, cents and open verdicts."""
    if scope.summed and scope.period.kind in MONTHS:
        who = (COST.c.team, COST.c.agent_id) if by_agent else ()
        named = (*who, COST.c.rule, COST.c.name, COST.c.clause)
        added = (func.sum(COST.c[name]) for name in ("calls", "count", "cents", "open"))
        return session.execute(select(*named, *added).where(*scope.months()).group_by(*named))
    keys = (_CALL.team, _CALL.agent_id) if by_agent else ()
    queries = (made(*keys).where(*scope.conditions()) for made in (measures.deductions, measures.entered))
    return chain.from_iterable(session.execute(query) for query in queries)


def answers(*, session: Session, scope: Scope) -> dict[Key, Answers]:
    """The answers to the follow-up questions by agent and team."""
    if scope.summed:
        keys = (TALLY.c.team, TALLY.c.agent_id)
        query: Any = select(*keys, *_added(ANSWERS)).where(*scope.days()).having(func.sum(TALLY.c.asked) > 0)
    else:
        keys = (_CALL.team, _CALL.agent_id)
        query = select(*keys, *GIVEN.values()).select_from(_CALL).join(_CARD, current(_CARD))
        query = query.where(*scope.conditions(), _CALL.direction == "outbound")
    return {
        (team, agent): Answers(*map(int, values)) for team, agent, *values in session.execute(query.group_by(*keys))
    }


def key_calls(*, session: Session, scope: Scope, limit: int) -> list[KeyCall]:
    """Fatal calls first, then complaints and dissatisfied customers, each from the lowest score up."""
    grave = or_(*(flag.is_(True) for flag in (_CARD.fatal, _CALL.complaint, _CALL.dissatisfied)))
    rows = session.execute(
        select(_CALL.call_id, _CALL.started_at, _CALL.team, _CALL.agent_id, _CARD.score, _CARD.fatal, _CALL.complaint)
        .join(_CARD, current(_CARD))
        .where(*scope.conditions(), grave, _CALL.call_id.in_(_grave(scope)))
        .order_by(_CARD.fatal.desc(), _CARD.score, _CALL.started_at, _CALL.call_id)
        .limit(limit)
    ).all()
    said: dict[str, list[str]] = defaultdict(list)
    charged = (
        select(_FINDING.call_id, _FINDING.name, _FINDING.points)
        .join(_CALL, current(_FINDING))
        .where(_FINDING.call_id.in_([row.call_id for row in rows]), LOUD, _FINDING.verdict == "violated")
        .order_by(_FINDING.call_id, _FINDING.points.desc(), _FINDING.position)
    )
    for call_id, name, points in session.execute(charged):
        said[call_id].append(f"{name} −{points:g}")
    return [
        KeyCall(
            row.call_id,
            row.started_at.astimezone(LOCAL),
            row.team,
            row.agent_id,
            row.score,
            bool(row.fatal),
            bool(row.complaint),
            ";".join(said[row.call_id]),
        )
        for row in rows
    ]


def _grave(scope: Scope) -> Any:
    """Calls that may be key calls, by the indexes of them alone."""
    said = select(_CALL.call_id).where(text("(call.complaint OR call.dissatisfied)"), *scope.conditions())
    return union(said.correlate(None), select(_CARD.call_id).where(text("scorecard.fatal")).correlate(None))


def undated(*, session: Session, team: str | None) -> int:
    """Stored calls (of a team) without a start time: they are in no report."""
    ours = [] if team is None else [_CALL.team == team]
    query = select(func.count()).select_from(_CALL).where(_CALL.started_at.is_(None), *ours)
    return int(session.execute(query).scalar_one())


def _added(names: Iterable[str]) -> list[Any]:
    return [func.sum(TALLY.c[name]) for name in names]


def _tally(values: Sequence[Any], grades: dict[str, int]) -> Tally:
    plain: dict[str, Any] = dict(zip(MEASURES, map(int, values), strict=False))
    bins = tuple(map(int, values[len(MEASURES) :])) or (0,) * BINS
    return Tally(**plain, bins=bins, grades=grades)
