"""Figures over all calls, or all of some teams, from the sums of days; None where those do not cover them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from qa.access import EVERY_CALL, Scope
from qa.store import sums
from qa.store.filters import CallFilter, visible
from qa.store.measures import BIN_POINTS
from qa.store.rows import FilterChoices, RulePoints, Summary
from qa.store.tables import CallRecord
from qa.store.tables.sums import BIN_NAMES, COST, TALLY

_CALL: Any = CallRecord
STATUSES = ("failed", "scored", "skipped")


def summary(*, session: Session, where: CallFilter) -> Summary | None:
    """What `queries.summary` tells."""
    if not _covered(session, where):
        return None
    names = ("calls", *STATUSES, "score_cents", "needs_review", "fatal", *BIN_NAMES)
    query = select(TALLY.c.grade, *(func.sum(TALLY.c[name]) for name in names)).where(*_of(TALLY, where))
    grades: dict[str, int] = {}
    total: dict[str, int] = dict.fromkeys(names, 0)
    for grade, *values in session.execute(query.group_by(TALLY.c.grade)):
        found = dict(zip(names, map(int, values), strict=True))
        total = {name: total[name] + found[name] for name in names}
        if grade is not None:
            grades[grade] = found["calls"]
    cards = sum(grades.values())
    return Summary(
        calls=total["calls"],
        scored=total["scored"],
        failed=total["failed"],
        skipped=total["skipped"],
        mean_score=total["score_cents"] / 100 / cards if cards else None,
        needs_review=total["needs_review"],
        fatal=total["fatal"],
        points_by_rule=_costs(session, where),
        grades=tuple(sorted(grades.items())),
        score_bins=tuple((at * BIN_POINTS, total[name]) for at, name in enumerate(BIN_NAMES)),
    )


def choices(*, session: Session, where: CallFilter) -> FilterChoices | None:
    """What `queries.filter_choices` tells."""
    if not _covered(session, where):
        return None
    # One pass for all of it: the days are many, the people few.
    keys, names = (TALLY.c.agent_id, TALLY.c.team, TALLY.c.grade), ("scored", "failed", "skipped")
    query = select(*keys, func.max(TALLY.c.agent_name), *(func.sum(TALLY.c[name]) for name in names))
    agents: dict[str, str] = {}
    teams, grades, statuses = set(), set(), set()
    for agent, team, grade, name, *counts in session.execute(query.where(*_of(TALLY, where)).group_by(*keys)):
        if agent is not None:
            agents[agent] = max(agents.get(agent, ""), name or "")
        teams.add(team)
        grades.add(grade)
        statuses |= {status for status, count in zip(names, counts, strict=True) if count}
    query = select(COST.c.rule).where(COST.c.entered.is_(False), *_of(COST, where)).distinct()
    rules = session.execute(query.order_by(COST.c.rule)).scalars().all()
    return FilterChoices(
        agents=tuple(sorted(agents.items())),
        teams=tuple(sorted(teams - {None})),
        rulesets=_rulesets(session, where),
        grades=tuple(sorted(grades - {None})),
        statuses=tuple(sorted(statuses)),
        rules=tuple((rule, _named(session, False, rule)[0]) for rule in rules),
    )


def agents(*, session: Session, where: CallFilter) -> tuple[tuple[str, str], ...] | None:
    """What `queries.agents` tells."""
    if not _covered(session, where):
        return None
    query = select(TALLY.c.agent_id, func.max(TALLY.c.agent_name)).where(*_of(TALLY, where))
    found = session.execute(query.group_by(TALLY.c.agent_id))
    return tuple(sorted((agent, name or "") for agent, name in found if agent is not None))


def waiting(*, session: Session, where: CallFilter) -> int | None:
    """What `queues.count_waiting` tells."""
    if not _covered(session, where):
        return None
    query = select(func.coalesce(func.sum(TALLY.c.waiting), 0)).where(*_of(TALLY, where))
    return int(session.execute(query).scalar_one())


def means_by_day(*, session: Session, where: CallFilter) -> dict[tuple[str | None, date], float | None] | None:
    """What `trends.means_by_day` tells by agent, also of single days."""
    if not _covered(session, where, days=True):
        return None
    mean = func.sum(TALLY.c.score_cents) / (100.0 * func.sum(TALLY.c.calls))
    query = select(TALLY.c.agent_id, TALLY.c.day, mean).where(TALLY.c.grade.is_not(None), *_of(TALLY, where))
    if where.date_from is not None:
        query = query.where(TALLY.c.day >= where.date_from)
    if where.date_to is not None:
        query = query.where(TALLY.c.day <= where.date_to)
    found = session.execute(query.group_by(TALLY.c.agent_id, TALLY.c.day))
    return {(agent, day): float(mean) for agent, day, mean in found}


def _covered(session: Session, where: CallFilter, *, days: bool = False) -> bool:
    rest = replace(where, team=None, within=EVERY_CALL)
    if days:
        rest = replace(rest, date_from=None, date_to=None)
    # The calls of one agent are soon read.
    if rest != CallFilter() or where.within.agent_id is not None or where.within == Scope():
        return False
    after = where.date_to + timedelta(days=1) if where.date_to else None
    return sums.cover(session=session, first=where.date_from, after=after)


def _of(table: Any, where: CallFilter) -> list[Any]:
    terms = [] if where.within.everything else [table.c.team.in_(where.within.teams)]
    return terms if where.team is None else [*terms, table.c.team == where.team]


def _costs(session: Session, where: CallFilter) -> tuple[RulePoints, ...]:
    keys, sums_ = (COST.c.entered, COST.c.rule), (func.sum(COST.c.count), func.sum(COST.c.cents))
    query = select(*keys, *sums_).where(*_of(COST, where), or_(COST.c.calls > 0, COST.c.entered.is_(True)))
    found = [
        RulePoints(rule, *_named(session, entered, rule), int(count), int(cents) / 100)
        for entered, rule, count, cents in session.execute(query.group_by(*keys)).all()
    ]
    return tuple(sorted(found, key=lambda cost: (-cost.points, cost.rule)))


def _named(session: Session, entered: bool, rule: str) -> tuple[str, str]:
    """Name and clause of a rule as they were last."""
    query = select(COST.c.name, COST.c.clause).where(COST.c.entered.is_(entered), COST.c.rule == rule)
    name, clause = session.execute(query.order_by(COST.c.month.desc()).limit(1)).one()
    return name, clause


def _rulesets(session: Session, where: CallFilter) -> tuple[str, ...]:
    """One after the other by the index: there are few, of many calls."""
    found: list[str] = []
    ours = visible(where.within) + ([] if where.team is None else [_CALL.team == where.team])
    last = session.execute(select(func.min(_CALL.ruleset))).scalar_one()
    while last is not None:
        if session.execute(select(_CALL.call_id).where(_CALL.ruleset == last, *ours).limit(1)).first():
            found.append(last)
        last = session.execute(select(func.min(_CALL.ruleset)).where(_CALL.ruleset > last)).scalar_one()
    return tuple(found)
