"""Reviewed verdicts, and what they say of a rule."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from qa.finding import Verdict
from qa.intervals import wilson

LEAST_REVIEWED = 10
REQUIRED_PRECISION = 0.9
"""House: of deductions that were reviewed nine in ten must stand, as a stated confidence of 0.9 promises."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One or more (`count`) verdicts of the machine that a person decided on; `confidence` is what the finding stated.

    `violated` is what the person decided, `at` when.
    """

    rule: str
    machine: Verdict
    confidence: float
    violated: bool
    at: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class Month:
    """The reviewed deductions of a month (its first day): how many, and how many stood."""

    month: date
    reviewed: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """What review says of a rule.

    `confirmed` and `overturned` count its deductions, `opened` the open verdicts of which `opened_violated` turned out
    violations, `missed` violations that people found where the machine had passed the call. `low` and `high` are the
    95 % interval of the precision. `flagged`: even at best fewer deductions stand than must.
    """

    rule: str
    confirmed: int
    overturned: int
    opened: int
    opened_violated: int
    missed: int
    low: float
    high: float
    trend: tuple[Month, ...]

    @property
    def precision(self) -> float | None:
        """The share of reviewed deductions that stood, None where none was reviewed."""
        reviewed = self.confirmed + self.overturned
        return self.confirmed / reviewed if reviewed else None

    @property
    def flagged(self) -> bool:
        """Whether the rule's deductions are overturned too often to go on."""
        return self.confirmed + self.overturned >= LEAST_REVIEWED and self.high < REQUIRED_PRECISION


def records(reviewed: Iterable[Reviewed]) -> tuple[RuleRecord, ...]:
    """One record a rule, the least precise first, rules without reviewed deductions last."""
    by_rule: dict[str, list[Reviewed]] = defaultdict(list)
    for entry in reviewed:
        by_rule[entry.rule].append(entry)
    found = [_record(rule, entries) for rule, entries in by_rule.items()]
    return tuple(sorted(found, key=lambda r: (r.precision if r.precision is not None else 2.0, r.rule)))


def _record(rule: str, entries: list[Reviewed]) -> RuleRecord:
    counts: Counter[tuple[Verdict, bool]] = Counter()
    months: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for entry in entries:
        counts[entry.machine, entry.violated] += entry.count
        if entry.machine == "violated":
            month = months[entry.at.date().replace(day=1)]
            month[0] += entry.count
            month[1] += entry.count * entry.violated
    confirmed, overturned = counts["violated", True], counts["violated", False]
    low, high = wilson(confirmed, confirmed + overturned)
    return RuleRecord(
        rule=rule,
        confirmed=confirmed,
        overturned=overturned,
        opened=counts["needs_review", True] + counts["needs_review", False],
        opened_violated=counts["needs_review", True],
        missed=counts["passed", True] + counts["not_applicable", True],
        low=low,
        high=high,
        trend=tuple(Month(month, *months[month]) for month in sorted(months)),
    )
