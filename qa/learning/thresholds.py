"""From reviewed verdicts to the probability from which a rule may deduct."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from qa.calibration import raw
from qa.intervals import wilson
from qa.learning.reviewed import REQUIRED_PRECISION, Reviewed
from qa.sampling.expected import violation_probability

LEAST_CASES = 20
LOWEST, HIGHEST = 0.6, 0.99
"""No fit goes below an even chance with a margin, or above what a probability can tell apart."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What another threshold would have done to the reviewed verdicts of a rule.

    `before` and `after` are raw probabilities; `after` is None where none is good enough and the rule should only ask.
    Deductions and those of them that were wrong, under either; `asked` are verdicts that go to a person more (below 0:
    fewer).
    """

    rule: str
    before: float
    after: float | None
    deducted: int
    wrong: int
    deducted_after: int
    wrong_after: int

    @property
    def asked(self) -> int:
        """How many more of the reviewed verdicts a person would have been asked about."""
        return self.deducted - self.deducted_after


def fit(reviewed: Iterable[Reviewed], sure: float) -> Fit | None:
    """The lowest threshold above which reviewed deductions stand as they must; None for too few cases or no change.

    Good enough is a threshold with `LEAST_CASES` reviewed verdicts above it of which even the lower end of the 95 %
    interval is not far below the share that must stand, and the share itself is not below it. A threshold is lowered
    by the same evidence, so that open verdicts that people always confirm become deductions.
    """
    cases: dict[float, list[int]] = defaultdict(lambda: [0, 0])
    rule = ""
    for entry in reviewed:
        if entry.machine in ("violated", "needs_review"):
            probability = round(raw(violation_probability(entry.machine, entry.confidence)), 3)
            cases[probability][0] += entry.count
            cases[probability][1] += entry.count * entry.violated
            rule = entry.rule
    if sum(many for many, _ in cases.values()) < LEAST_CASES:
        return None
    deducted, right = _above(cases, sure)
    after = _lowest(cases)
    if after is not None and abs(after - sure) < 0.005:
        return None
    kept, kept_right = _above(cases, after) if after is not None else (0, 0)
    if (kept, kept_right) == (deducted, right):
        return None
    return Fit(rule, sure, after, deducted, deducted - right, kept, kept - kept_right)


def _lowest(cases: dict[float, list[int]]) -> float | None:
    """The lowest threshold that is good enough, as are all above it that have cases enough."""
    best: float | None = None
    for threshold in sorted((p for p in cases if LOWEST <= p <= HIGHEST), reverse=True):
        many, right = _above(cases, threshold)
        if many < LEAST_CASES:
            continue
        low, _ = wilson(right, many)
        if right / many < REQUIRED_PRECISION or low < REQUIRED_PRECISION - 0.1:
            break
        best = threshold
    return best


def _above(cases: dict[float, list[int]], threshold: float) -> tuple[int, int]:
    counted = [counts for probability, counts in cases.items() if probability >= threshold]
    return sum(many for many, _ in counted), sum(right for _, right in counted)
