"""The sums a report is made of. Scores and points are whole hundredths, so that parts add up to the total exactly."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from types import MappingProxyType

from qa.followup.item import FollowUp
from qa.reports.period import Period

BIN_POINTS, BINS = 5, 20
"""Scores are counted in bins of five points; the last one holds 95 to 100."""

EMPTY: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tally:
    """Calls of a group. Scores and points in hundredths; `bins` counts scored calls from the lowest bin up.

    `silent` are inbound calls without a word of the customer's, `reviewed` those on which a person has decided
    something, `grades` counts scored calls by grade.
    """

    calls: int = 0
    scored: int = 0
    failed: int = 0
    skipped: int = 0
    score_cents: int = 0
    needs_review: int = 0
    fatal: int = 0
    complaints: int = 0
    dissatisfied: int = 0
    silent: int = 0
    reviewed: int = 0
    bins: tuple[int, ...] = (0,) * BINS
    grades: Mapping[str, int] = field(default_factory=lambda: EMPTY)

    @property
    def mean(self) -> float | None:
        """The mean score, None where nothing was scored."""
        return self.score_cents / self.scored / 100 if self.scored else None

    def __add__(self, other: "Tally") -> "Tally":
        plain = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self) if f.type is int}
        return Tally(
            **plain,
            bins=tuple(a + b for a, b in zip(self.bins, other.bins, strict=True)),
            grades=Counter(self.grades) + Counter(other.grades),
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """What customers answered when called back; `rating_sum` over the `rated` calls, ratings 1–10."""

    calls: int = 0
    rated: int = 0
    rating_sum: int = 0
    low: int = 0
    solved: int = 0
    unsolved: int = 0
    satisfied: int = 0
    ordinary: int = 0
    unsatisfied: int = 0
    charged: int = 0
    uncharged: int = 0

    @property
    def mean_rating(self) -> float | None:
        """The mean rating, None where nobody gave one."""
        return self.rating_sum / self.rated if self.rated else None

    def __add__(self, other: "Answers") -> "Answers":
        return Answers(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Cost:
    """What one rule cost a group: calls with a deduction, occurrences, points in hundredths; `review` is open calls."""

    rule: str
    name: str
    clause: str
    calls: int = 0
    count: int = 0
    cents: int = 0
    review: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.rule,
            self.name,
            self.clause,
            self.calls + other.calls,
            self.count + other.count,
            self.cents + other.cents,
            self.review + other.review,
        )


@dataclass(frozen=True, slots=True)
class Appeals:
    """Appeals against a group's calls; those not `open` have one of the other outcomes."""

    submitted: int = 0
    open: int = 0
    accepted: int = 0
    partly: int = 0
    rejected: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Appeals") -> "Appeals":
        return Appeals(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Onsite:
    """On-site items of a group: how many, how many of them warnings, points of the others in hundredths."""

    items: int = 0
    warnings: int = 0
    cents: int = 0

    def __add__(self, other: "Onsite") -> "Onsite":
        return Onsite(self.items + other.items, self.warnings + other.warnings, self.cents + other.cents)


@dataclass(frozen=True, slots=True)
class Group:
    """A team, or one agent in a team, or everybody, with the same figures of the period before (`former`)."""

    team: str | None
    agent_id: str | None
    agent_name: str | None
    tally: Tally
    former: Tally
    costs: tuple[Cost, ...]
    answers: Answers
    appeals: Appeals
    onsite: Onsite


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the trend."""

    label: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Cause:
    """How many points of the change of the mean a rule explains (below 0: it pulls the mean down).

    `before` and `after` are deductions a hundred scored calls. An empty `rule` is what floors, fatal items and
    rounding leave over.
    """

    rule: str
    name: str
    clause: str
    before: float
    after: float
    points: float


@dataclass(frozen=True, slots=True)
class KeyCall:
    """A call that somebody should know of; `started_at` in Asia/Shanghai."""

    call_id: str
    started_at: datetime
    team: str | None
    agent_id: str | None
    score: float | None
    fatal: bool
    complaint: bool
    deductions: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a period report tells; `team` and `shift` are what it was narrowed to.

    `overdue` counts the follow-up items that are overdue when the report is made, `overdue_items` has the most urgent.
    """

    period: Period
    team: str | None
    shift: str | None
    total: Group
    teams: tuple[Group, ...]
    agents: tuple[Group, ...]
    former_costs: tuple[Cost, ...]
    former_appeals: Appeals
    former_onsite: Onsite
    causes: tuple[Cause, ...]
    trend: tuple[Step, ...]
    key_calls: tuple[KeyCall, ...]
    undated: int
    overdue: int
    overdue_items: tuple[FollowUp, ...]
