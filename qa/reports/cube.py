"""Sums over the calls of a period, made by the database: one grouped query each, alike on SQLite and PostgreSQL."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, literal, literal_column, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session

from qa.call import LOCAL
from qa.reports.figures import BIN_POINTS, BINS, Answers, Cost, KeyCall, Tally
from qa.reports.period import Period
from qa.store.current import current
from qa.store.tables import (
    CallRecord,
    FindingRecord,
    ManualDeductionRecord,
    ReviewEventRecord,
    ScorecardRecord,
)

Key = tuple[str | None, str | None]
"""Team and agent."""

LOW_RATING = 6
"""House: a rating of six or less of ten is told apart."""

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_FINDING: Any = FindingRecord
_ENTERED: Any = ManualDeductionRecord
_EVENT: Any = ReviewEventRecord
_SILENT: Any = aliased(FindingRecord)
# Written into the statement, not bound: only so does a database see that its partial index is enough.
_SILENT_CALL: Any = literal_column("'silent-call'")
_LOUD: Any = _FINDING.verdict.in_([literal_column("'violated'"), literal_column("'needs_review'")])


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calls and when."""

    period: Period
    team: str | None = None
    shift: str | None = None

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


def tallies(*, session: Session, scope: Scope) -> dict[Key, Tally]:
    """The figures of every agent in every team."""
    grades: dict[Key, dict[str, int]] = defaultdict(dict)
    keys = (_CALL.team, _CALL.agent_id)
    query = (
        select(*keys, _CARD.grade, func.count())
        .join(_CARD, current(_CARD))
        .where(*scope.conditions())
        .group_by(*keys, _CARD.grade)
    )
    for team, agent, grade, count in session.execute(query):
        grades[team, agent][grade] = count
    bins = [sum_where(_bin(i)) for i in range(BINS)]
    rows = session.execute(_calls(*keys, *_MEASURES.values(), *bins).where(*scope.conditions()).group_by(*keys))
    return {(team, agent): _tally(values, grades[team, agent]) for team, agent, *values in rows}


def names(*, session: Session, scope: Scope) -> dict[str | None, str | None]:
    """The agents' names by job number."""
    query = select(_CALL.agent_id, func.max(_CALL.agent_name)).where(*scope.conditions()).group_by(_CALL.agent_id)
    return dict(session.execute(query).all())


def trend(*, session: Session, scope: Scope, starts: Sequence[datetime]) -> list[Tally]:
    """The figures of each step, without bins and grades; the first and the last step take what lies outside."""
    later = [(_CALL.started_at < start, i) for i, start in enumerate(starts[1:])]
    step = case(*later, else_=len(starts) - 1) if later else literal(0)
    query = _calls(step.label("step"), *_MEASURES.values()).where(*scope.conditions()).group_by("step")
    found = {int(at): _tally(values, {}) for at, *values in session.execute(query)}
    return [found.get(i, Tally()) for i in range(len(starts))]


def costs(*, session: Session, scope: Scope) -> dict[Key, list[Cost]]:
    """Deductions and open verdicts of every agent in every team, one entry a rule and clause."""
    keys = (_CALL.team, _CALL.agent_id, _FINDING.rule, _FINDING.name, _FINDING.clause)
    hit = _FINDING.verdict == "violated"
    query = (
        select(
            *keys,
            sum_where(hit),
            sum_where(hit, _FINDING.count),
            sum_where(hit, cents(_FINDING.points)),
            sum_where(_FINDING.verdict == "needs_review"),
        )
        .select_from(_CALL)
        .join(_FINDING, and_(current(_FINDING), _LOUD))
        .where(*scope.conditions())
        .group_by(*keys)
    )
    found: dict[Key, list[Cost]] = defaultdict(list)
    for team, agent, rule, name, clause, *sums in session.execute(query):
        found[team, agent].append(Cost(rule, name, clause, *map(int, sums)))
    for team, agent, rule, name, clause, *sums in session.execute(_entered(scope)):
        found[team, agent].append(Cost(rule, name, clause, *map(int, sums)))
    return found


def _entered(scope: Scope) -> Any:
    """The same of deductions that people entered; those that other words paid for are left out."""
    keys = (_CALL.team, _CALL.agent_id, _ENTERED.item, _ENTERED.name, _ENTERED.clause)
    return (
        select(
            *keys,
            func.count(_ENTERED.call_id.distinct()),
            func.count(),
            func.coalesce(func.sum(cents(_ENTERED.points)), 0),
            literal(0),
        )
        .select_from(_CALL)
        .join(_ENTERED, _ENTERED.call_id == _CALL.call_id)
        .where(*scope.conditions(), _CALL.status == "scored", _ENTERED.covered_by.is_(None))
        .group_by(*keys)
    )


def answers(*, session: Session, scope: Scope) -> dict[Key, Answers]:
    """The answers to the follow-up questions by agent and team."""
    given: Any = _CARD.answers
    rating = given["rating"].as_integer()
    solved, charged = given["solved"].as_boolean(), given["charged"].as_boolean()
    attitude = given["attitude"].as_string()
    keys = (_CALL.team, _CALL.agent_id)
    query = (
        select(
            *keys,
            func.count(),
            func.count(rating),
            func.coalesce(func.sum(rating), 0),
            sum_where(rating <= LOW_RATING),
            sum_where(solved.is_(True)),
            sum_where(solved.is_(False)),
            *(sum_where(attitude == word) for word in ("满意", "普通", "不满意")),
            sum_where(charged.is_(True)),
            sum_where(charged.is_(False)),
        )
        .select_from(_CALL)
        .join(_CARD, current(_CARD))
        .where(*scope.conditions(), _CALL.direction == "outbound")
        .group_by(*keys)
    )
    return {(team, agent): Answers(*map(int, sums)) for team, agent, *sums in session.execute(query)}


def key_calls(*, session: Session, scope: Scope, limit: int) -> list[KeyCall]:
    """Fatal calls first, then complaints and dissatisfied customers, each from the lowest score up."""
    grave = or_(*(flag.is_(True) for flag in (_CARD.fatal, _CALL.complaint, _CALL.dissatisfied)))
    rows = session.execute(
        select(_CALL.call_id, _CALL.started_at, _CALL.team, _CALL.agent_id, _CARD.score, _CARD.fatal, _CALL.complaint)
        .join(_CARD, current(_CARD))
        .where(*scope.conditions(), grave)
        .order_by(_CARD.fatal.desc(), _CARD.score, _CALL.started_at, _CALL.call_id)
        .limit(limit)
    ).all()
    said: dict[str, list[str]] = defaultdict(list)
    charged = (
        select(_FINDING.call_id, _FINDING.name, _FINDING.points)
        .join(_CALL, current(_FINDING))
        .where(_FINDING.call_id.in_([row.call_id for row in rows]), _LOUD, _FINDING.verdict == "violated")
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


def undated(*, session: Session, team: str | None) -> int:
    """Stored calls (of a team) without a start time: they are in no report."""
    ours = [] if team is None else [_CALL.team == team]
    query = select(func.count()).select_from(_CALL).where(_CALL.started_at.is_(None), *ours)
    return int(session.execute(query).scalar_one())


def _calls(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(_CALL)
        .outerjoin(_CARD, current(_CARD))
        .outerjoin(_SILENT, and_(current(_SILENT), _SILENT.rule == _SILENT_CALL))
    )


def _tally(values: Sequence[Any], grades: dict[str, int]) -> Tally:
    own, bins = values[: len(_MEASURES)], values[len(_MEASURES) :] or (0,) * BINS
    plain: dict[str, Any] = dict(zip(_MEASURES, map(int, own), strict=True))
    return Tally(**plain, bins=tuple(map(int, bins)), grades=grades)


def _bin(i: int) -> ColumnElement[bool]:
    """Scores of the bin; nothing lies above the last one."""
    score = _CARD.score
    low, high = score >= i * BIN_POINTS, score < (i + 1) * BIN_POINTS
    return low if i == BINS - 1 else high if i == 0 else and_(low, high)


def cents(value: Any) -> Any:
    """Whole hundredths of a number, in SQL."""
    return cast(func.round(value * 100), Integer)


def sum_where(condition: ColumnElement[bool], value: Any = 1) -> Any:
    """The sum of a value over the rows where a condition holds; 0 for none."""
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


_MEASURES: dict[str, Any] = {
    "calls": func.count(),
    "scored": sum_where(_CALL.status == "scored"),
    "failed": sum_where(_CALL.status == "failed"),
    "skipped": sum_where(_CALL.status == "skipped"),
    "score_cents": func.coalesce(func.sum(cents(_CARD.score)), 0),
    "needs_review": sum_where(_CARD.needs_review.is_(True)),
    "fatal": sum_where(_CARD.fatal.is_(True)),
    "complaints": sum_where(_CALL.complaint.is_(True)),
    "dissatisfied": sum_where(_CALL.dissatisfied.is_(True)),
    "silent": sum_where(_SILENT.verdict != "not_applicable"),
    "reviewed": sum_where(exists(select(_EVENT.seq).where(_EVENT.call_id == _CALL.call_id).correlate(_CALL))),
}
"""The figures of a tally by its fields' names, but for bins and grades."""
