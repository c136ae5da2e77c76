"""From the store to a report."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce

from sqlmodel import Session

from qa.reports import beside, cube
from qa.reports.change import causes
from qa.reports.cube import Key, scope_of
from qa.reports.figures import Answers, Appeals, Cost, Group, Onsite, Report, Step, Tally
from qa.reports.period import Period

KEY_CALLS, OVERDUE = 100, 200


def make_report(
    *, session: Session, period: Period, team: str | None = None, shift: str | None = None, at: datetime | None = None
) -> Report:
    """The report of a period, of one team or all; `shift` narrows longer periods to calls that name it.

    `at` is when it is made: what is overdue then, is told (the end of the period where it is not given).
    """
    scope = scope_of(session=session, period=period, team=team, shift=shift)
    now, costs = cube.tallies(session=session, scope=scope), cube.costs(session=session, scope=scope)
    appeals, onsite = beside.appeals(session=session, scope=scope), beside.onsite(session=session, scope=scope)
    answers = cube.answers(session=session, scope=scope)
    names = cube.names(session=session, scope=scope)
    former_scope = scope_of(session=session, period=period.before, team=team, shift=shift)
    former = cube.tallies(session=session, scope=former_scope)
    former_costs = merged(cube.whole_costs(session=session, scope=former_scope))
    former_appeals = beside.appeals(session=session, scope=former_scope).values()
    former_seen = _placed(beside.onsite(session=session, scope=former_scope), former, team).values()
    seen = _placed(onsite, now, team)

    def group(keys: Iterable[Key], team: str | None, agent_id: str | None) -> Group:
        own = list(keys)
        return Group(
            team=team,
            agent_id=agent_id,
            agent_name=names.get(agent_id) if agent_id else None,
            tally=_sum_of(now, own),
            former=_sum_of(former, own),
            costs=merged(cost for key in own for cost in costs.get(key, ())),
            answers=reduce(Answers.__add__, (answers[key] for key in own if key in answers), Answers()),
            appeals=reduce(Appeals.__add__, (appeals[key] for key in own if key in appeals), Appeals()),
            onsite=reduce(Onsite.__add__, (seen[key] for key in own if key in seen), Onsite()),
        )

    by_team: dict[str | None, list[Key]] = defaultdict(list)
    for key in sorted(now.keys() | former.keys() | seen.keys(), key=str):
        by_team[key[0]].append(key)
    teams = [group(keys, team, None) for team, keys in by_team.items()]
    agents = [group([key], *key) for key in now.keys() | seen.keys()]
    total = group(now.keys() | former.keys() | seen.keys(), None, None)
    labels, starts = zip(*period.steps(), strict=True)
    late, items = beside.overdue(session=session, team=team, at=at or period.end, limit=OVERDUE)
    steps = cube.trend(session=session, scope=scope, starts=starts)
    return Report(
        period=period,
        team=team,
        shift=period.shift.name if period.shift else shift,
        total=total,
        teams=tuple(sorted(teams, key=_best_first)),
        agents=tuple(sorted(agents, key=_best_first)),
        former_costs=former_costs,
        former_appeals=reduce(Appeals.__add__, former_appeals, Appeals()),
        former_onsite=reduce(Onsite.__add__, former_seen, Onsite()),
        causes=causes(total.tally, total.former, total.costs, former_costs),
        trend=tuple(map(Step, labels, steps)),
        key_calls=tuple(cube.key_calls(session=session, scope=scope, limit=KEY_CALLS)),
        undated=cube.undated(session=session, team=team),
        overdue=late,
        overdue_items=items,
    )


def _placed(onsite: Mapping[str, Onsite], now: Mapping[Key, Tally], team: str | None) -> dict[Key, Onsite]:
    """On-site items beside the calls of their agents: with the team in which an agent has most of the calls."""
    homes: dict[str, Key] = {}
    for key in sorted(now, key=lambda key: (now[key].calls, str(key))):
        if key[1] is not None:
            homes[key[1]] = key
    if team is not None:
        onsite = {agent: found for agent, found in onsite.items() if agent in homes}
    return {homes.get(agent, (None, agent)): found for agent, found in onsite.items()}


def merged(costs: Iterable[Cost]) -> tuple[Cost, ...]:
    """One entry a rule, the dearest first; its name and clause are those of the first entry."""
    by_rule: dict[str, Cost] = {}
    for cost in costs:
        by_rule[cost.rule] = by_rule[cost.rule] + cost if cost.rule in by_rule else cost
    return tuple(sorted(by_rule.values(), key=lambda c: (-c.cents, -c.calls, c.rule)))


def _sum_of(tallies: Mapping[Key, Tally], keys: Iterable[Key]) -> Tally:
    return reduce(Tally.__add__, (tallies[key] for key in keys if key in tallies), Tally())


def _best_first(group: Group) -> tuple[float, str, str]:
    mean = group.tally.mean
    return (-mean if mean is not None else 1.0, group.team or "~", group.agent_id or "~")
