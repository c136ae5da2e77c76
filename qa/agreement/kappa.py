"""Agreement beyond chance, with 95 % intervals. Ratings are tables of counts; nothing here knows about calls."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qa.intervals import wilson

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient (None where chance alone would agree throughout) with its 95 % interval."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Percent:
    """The share of agreement (0–1) over `pairs` comparisons, with its 95 % interval; None where nothing compares."""

    value: float | None
    low: float
    high: float
    pairs: int


UNKNOWN = Agreement(None, None, None)


def percent(agreeing: int, pairs: int) -> Percent:
    """Plain agreement."""
    low, high = wilson(agreeing, pairs)
    return Percent(agreeing / pairs if pairs else None, low, high, pairs)


def cohen(table: ArrayLike) -> Agreement:
    """Cohen's kappa of two raters (Cohen 1960) from their square table of counts, rows the first, columns the second.

    The interval follows from the large-sample variance of Fleiss, Cohen and Everitt (1969).
    """
    counts = np.asarray(table, dtype=float)
    total = counts.sum()
    if total == 0:
        return UNKNOWN
    share = counts / total
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, chance = float(np.trace(share)), float(rows @ columns)
    if chance >= 1 - 1e-12:
        return UNKNOWN
    kappa = (observed - chance) / (1 - chance)
    same = np.diag(share)
    on = float((same * (1 - (rows + columns) * (1 - kappa)) ** 2).sum())
    sums = columns[:, None] + rows[None, :]
    away = (share * sums**2).sum() - (same * np.diag(sums) ** 2).sum()
    variance = on + (1 - kappa) ** 2 * float(away) - (kappa - chance * (1 - kappa)) ** 2
    return _interval(kappa, max(0.0, variance) / (total * (1 - chance) ** 2))


def fleiss(ratings: ArrayLike) -> Agreement:
    """Fleiss' kappa of many raters (Fleiss 1971): a row a case, a column a category, counts of raters.

    Rows may have different numbers of raters; those with fewer than two say nothing. The interval comes from leaving
    out one case at a time (jackknife); the point is Fleiss' own where all cases have as many raters.
    """
    counts = np.asarray(ratings, dtype=float)
    counts = counts[counts.sum(axis=1) >= 2] if counts.size else counts
    if len(counts) == 0:
        return UNKNOWN
    kappa = _fleiss(counts)
    if kappa is None:
        return UNKNOWN
    if len(counts) < 3:
        return Agreement(kappa, None, None)
    left = [_fleiss(np.delete(counts, i, axis=0)) for i in range(len(counts))]
    known = np.array([value for value in left if value is not None])
    if len(known) < len(left):
        return Agreement(kappa, None, None)
    variance = (len(known) - 1) / len(known) * float(((known - known.mean()) ** 2).sum())
    return _interval(kappa, variance)


def _fleiss(counts: NDArray[np.float64]) -> float | None:
    raters = counts.sum(axis=1)
    same = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    shares = counts.sum(axis=0) / counts.sum()
    chance = float((shares**2).sum())
    return None if chance >= 1 - 1e-12 else (float(same.mean()) - chance) / (1 - chance)


def _interval(value: float, variance: float) -> Agreement:
    error = _Z95 * sqrt(variance)
    return Agreement(float(value), max(-1.0, value - error), min(1.0, value + error))
