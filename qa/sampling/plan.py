"""Plans of what to hear. Pure: the same calls and seed give the same plan."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from qa.sampling.draw import drawn, lot
from qa.sampling.quota import quotas

Way = Literal["agent", "team", "guided", "uniform"]
Stratum = Literal["agent", "team"]

UNIFORM_SHARE = 0.1
"""House: a tenth of the listening budget is drawn blindly, so that what nobody expects is seen and can be estimated."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that may be heard; `expected` is how many violations are expected in it, `weight` what one is worth."""

    call_id: str
    agent_id: str = ""
    team: str = ""
    expected: float = 0.0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Pick:
    """A call to hear, how it was chosen, and the chance (0–1) that it had of being chosen."""

    call_id: str
    way: Way
    chance: float
    expected: float


def spot_checks(calls: Iterable[Candidate], count: int, seed: int, per: Stratum = "agent") -> tuple[Pick, ...]:
    """`count` random calls shared out by agent or team: each has its quota of all calls, within one.

    Sharing by team also shares each team's number among its agents.
    """
    groups = _by(calls, per)
    shares = quotas({name: len(members) for name, members in groups.items()}, count)
    picks: list[Pick] = []
    for name, members in groups.items():
        if per == "team":
            own = _by(members, "agent")
            parts = quotas({agent: len(calls) for agent, calls in own.items()}, shares[name])
            picks += [pick for agent, calls in own.items() for pick in _drawn(calls, parts[agent], seed, per)]
        else:
            picks += _drawn(members, shares[name], seed, per)
    return tuple(sorted(picks, key=lambda pick: (lot(seed, "order", pick.call_id), pick.call_id)))


def each_agent(calls: Iterable[Candidate], count: int, seed: int) -> tuple[Pick, ...]:
    """`count` random calls of every agent, fewer of those who have fewer."""
    groups = _by(calls, "agent")
    picks = [pick for members in groups.values() for pick in _drawn(members, count, seed, "agent")]
    return tuple(sorted(picks, key=lambda pick: (lot(seed, "order", pick.call_id), pick.call_id)))


def listening(
    calls: Iterable[Candidate], budget: int, seed: int, uniform_share: float = UNIFORM_SHARE
) -> tuple[Pick, ...]:
    """`budget` calls: those in which most is expected, and a part drawn uniformly from the rest.

    The first come ordered by what they are worth; each call's chance is known, so that `estimate` stays unbiased.
    """
    ranked = sorted(calls, key=lambda c: (-c.expected * c.weight, lot(seed, "ties", c.call_id), c.call_id))
    budget = min(budget, len(ranked))
    uniform = min(budget, ceil(round(budget * uniform_share, 9)))
    guided, rest = ranked[: budget - uniform], {c.call_id: c for c in ranked[budget - uniform :]}
    picks = [Pick(c.call_id, "guided", 1.0, c.expected) for c in guided]
    for call_id in drawn(rest, uniform, seed, "uniform"):
        picks.append(Pick(call_id, "uniform", uniform / len(rest), rest[call_id].expected))
    return tuple(picks)


def _drawn(members: Sequence[Candidate], count: int, seed: int, way: Stratum) -> list[Pick]:
    known = {member.call_id: member for member in members}
    chance = min(1.0, count / len(known))
    return [Pick(call_id, way, chance, known[call_id].expected) for call_id in drawn(known, count, seed, "spot")]


def _by(calls: Iterable[Candidate], stratum: Stratum) -> dict[str, list[Candidate]]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for call in calls:
        groups[call.agent_id if stratum == "agent" else call.team].append(call)
    return dict(sorted(groups.items()))
