"""What a change of rules changes: call by call, and summed up over an archive."""

import heapq
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from qa.finding import Verdict

SAMPLES = 3
"""Calls to listen to for each way in which a verdict changes."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule judged otherwise; a verdict is None where that version has no such rule.

    `points` is what the call loses more (below 0: less) by this rule, `at_s` the second at which to listen.
    """

    rule: str
    name: str
    before: Verdict | None
    after: Verdict | None
    points: float
    at_s: float | None


@dataclass(frozen=True, slots=True)
class CallChange:
    """One call judged otherwise, its scores by both versions, and the rules it comes from."""

    call_id: str
    agent_id: str | None
    before: float
    after: float
    grade_before: str
    grade_after: str
    rules: tuple[RuleChange, ...]

    @property
    def points(self) -> float:
        """How much higher (below 0: lower) the new version scores the call."""
        return round(self.after - self.before, 2)


@dataclass(frozen=True, slots=True)
class VerdictChange:
    """All calls in which a rule's verdict changes in one way, with a few of them (call id, second) to listen to."""

    rule: str
    name: str
    before: Verdict | None
    after: Verdict | None
    calls: int
    points: float
    samples: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What changes for an agent: calls compared, calls that score otherwise, points gained (below 0: lost)."""

    agent_id: str | None
    calls: int
    rescored: int
    points: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """The sum of a back-test: `changed` calls have another verdict or score, `rescored` another score.

    `calls` are those compared; `rules` the most frequent changes first, `agents` the largest changes first, `largest`
    the calls that change most.
    """

    calls: int
    failed: int
    changed: int
    rescored: int
    lower: int
    higher: int
    regraded: int
    points: float
    rules: tuple[VerdictChange, ...]
    agents: tuple[AgentChange, ...]
    largest: tuple[CallChange, ...]

    def json(self) -> dict[str, Any]:
        """The same as plain values."""
        plain = asdict(self)
        for entry, call in zip(plain["largest"], self.largest, strict=True):
            entry["points"] = call.points
        return plain


@dataclass(slots=True)
class _Way:
    name: str = ""
    calls: int = 0
    points: float = 0.0
    samples: list[tuple[float, str, float | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Agent:
    calls: int = 0
    rescored: int = 0
    points: float = 0.0


class Tally:
    """Sums up changes as they come; what it holds grows with rules and agents, not with calls."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._calls = self._failed = self._changed = self._lower = self._higher = self._regraded = 0
        self._points = 0.0
        self._ways: dict[tuple[str, Verdict | None, Verdict | None], _Way] = defaultdict(_Way)
        self._agents: dict[str | None, _Agent] = defaultdict(_Agent)
        # The rank of a call is unique by its id, so that calls themselves are never compared.
        self._largest: list[tuple[tuple[float, int, str], CallChange]] = []

    def add(self, agent_id: str | None, change: CallChange | None) -> None:
        """One compared call; no change where both versions agree."""
        self._calls += 1
        agent = self._agents[agent_id]
        agent.calls += 1
        if change is None:
            return
        self._changed += 1
        self._lower += change.points < 0
        self._higher += change.points > 0
        self._regraded += change.grade_before != change.grade_after
        self._points += change.points
        agent.rescored += change.points != 0
        agent.points += change.points
        for rule in change.rules:
            way = self._ways[rule.rule, rule.before, rule.after]
            way.name = rule.name
            way.calls += 1
            way.points += rule.points
            way.samples = sorted([*way.samples, (-abs(rule.points), change.call_id, rule.at_s)])[:SAMPLES]
        heapq.heappush(self._largest, ((abs(change.points), len(change.rules), change.call_id), change))
        if len(self._largest) > self._limit:
            heapq.heappop(self._largest)

    def fail(self) -> None:
        """One call that could not be compared."""
        self._failed += 1

    def result(self) -> Backtest:
        """The sum so far."""
        return Backtest(
            calls=self._calls,
            failed=self._failed,
            changed=self._changed,
            rescored=self._lower + self._higher,
            lower=self._lower,
            higher=self._higher,
            regraded=self._regraded,
            points=round(self._points, 2),
            rules=tuple(
                VerdictChange(
                    rule=rule,
                    name=way.name,
                    before=before,
                    after=after,
                    calls=way.calls,
                    points=round(way.points, 2),
                    samples=tuple((call, at_s) for _, call, at_s in way.samples),
                )
                for (rule, before, after), way in sorted(
                    self._ways.items(), key=lambda w: (-w[1].calls, -abs(w[1].points), str(w[0]))
                )
            ),
            agents=tuple(
                AgentChange(agent_id, a.calls, a.rescored, round(a.points, 2))
                for agent_id, a in sorted(self._agents.items(), key=lambda a: (-abs(a[1].points), str(a[0])))
                if a.rescored
            ),
            largest=tuple(change for _, change in sorted(self._largest, key=lambda e: (-e[0][0], -e[0][1], e[0][2]))),
        )
