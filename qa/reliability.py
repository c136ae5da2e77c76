"""Is 0.9 really 90 %? The stated probability of a violation held against how often there was one."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.intervals import wilson

EDGES = (0.0, 0.05, 0.15, 0.3, 0.5, 0.7, 0.9, 0.95, 1.0)

Case = tuple[float, bool]
"""The stated probability (0–1) that a rule was violated, and whether it was."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases with a stated probability in [low, high): how many, their mean, how many were violations."""

    low: float
    high: float
    cases: int
    stated: float
    violations: int

    @property
    def observed(self) -> float:
        return self.violations / self.cases

    @property
    def gap(self) -> float:
        """Observed less stated: above 0 where the engine is too timid, below 0 where it is too sure."""
        return self.observed - self.stated

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.violations, self.cases)


def violation_probability(finding: Mapping[str, Any]) -> float | None:
    """The probability of a violation that a finding of results.jsonl states; None where it states none.

    `confidence` says how likely the verdict is right. Words charged to a dearer rule are no statement on this one.
    """
    confidence = finding.get("confidence")
    if confidence is None or finding.get("covered_by"):
        return None
    return float(confidence) if finding["verdict"] == "violated" else 1.0 - float(confidence)


def curve(cases: Iterable[Case], edges: Sequence[float] = EDGES) -> list[Bin]:
    """The bins that hold a case, in order; the last one includes its upper edge."""
    stated = [0.0] * (len(edges) - 1)
    counts, violations = [0] * len(stated), [0] * len(stated)
    for probability, violated in cases:
        place = min(bisect_right(edges, probability) - 1, len(stated) - 1)
        stated[place] += probability
        counts[place] += 1
        violations[place] += violated
    return [Bin(edges[i], edges[i + 1], n, stated[i] / n, violations[i]) for i, n in enumerate(counts) if n]


def expected_error(bins: Sequence[Bin]) -> float | None:
    """The expected calibration error: gaps without their sign, weighted by cases (Naeini and others 2015)."""
    cases = sum(b.cases for b in bins)
    return sum(abs(b.gap) * b.cases for b in bins) / cases if cases else None


def reliability_figures(cases: Sequence[Case], charged: Sequence[Case]) -> dict[str, Any]:
    """The curve as plain values. Nearly all verdicts are sure that nothing happened and would hide the others in a
    mean: `error_open` leaves out the first bin, and `deducted` tells of the cases that cost points alone."""
    bins = curve(cases)
    return {
        "cases": len(cases),
        "expected_calibration_error": _rounded(expected_error(bins)),
        "error_open": _rounded(expected_error([b for b in bins if b.low > 0])),
        "deducted": _plain(curve(charged, (0.0, 1.0))[0]) if charged else None,
        "bins": [_plain(b) for b in bins],
    }


def _plain(b: Bin) -> dict[str, Any]:
    low, high = b.interval
    return {
        "from": b.low,
        "to": b.high,
        "cases": b.cases,
        "violations": b.violations,
        "stated": round(b.stated, 4),
        "observed": round(b.observed, 4),
        "observed_95": [round(low, 4), round(high, 4)],
        "gap": round(b.gap, 4),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
