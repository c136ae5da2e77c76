"""What a raw probability is worth: how often a rule was really violated where the engine said so much.

The engine's probability is a likelihood ratio squeezed between 0 and 1, and a fixed number where half of something was
heard; both rank cases well and state them badly. `POINTS` maps it to the share observed: least squares over
non-decreasing straight pieces on generated calls (`python -m benchmarks.calibrate`), held against other seeds and
against calls recognised from sound. Thresholds are compared with the raw probability, so that calibration moves no
verdict; `thresholds` tells what they are worth.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from qa.finding import Verdict

Points = Sequence[tuple[float, float]]

POINTS: Points = (
    (0.0, 0.0),
    (0.05, 0.004),
    (0.1, 0.015),
    (0.2, 0.019),
    (0.3, 0.126),
    (0.4, 0.13),
    (0.5, 0.134),
    (0.53, 0.358),
    (0.6, 0.409),
    (0.61, 0.526),
    (0.69, 0.667),
    (0.7, 0.671),
    (0.79, 0.675),
    (0.8, 0.8),
    (0.82, 0.847),
    (0.89, 0.851),
    (0.9, 0.974),
    (0.95, 0.995),
    (1.0, 0.999),
)
"""(raw, observed), rising strictly. Fitted 2026-11-27 on 12,000 generated calls at 15 % noise, 4,000 of each of seeds
8501 to 8503; held against 4,000 of seed 8504."""


def calibrated(probability: float, points: Points = POINTS) -> float:
    """How often a rule was violated where the raw probability of a violation was this (0–1)."""
    return _along(probability, [x for x, _ in points], [y for _, y in points])


def raw(probability: float, points: Points = POINTS) -> float:
    """The raw probability that `calibrated` turned into this."""
    return _along(probability, [y for _, y in points], [x for x, _ in points])


@lru_cache(maxsize=4096)
def stated_confidence(verdict: Verdict, confidence: float) -> float:
    """How likely a verdict is right, from the raw confidence: that of the violation, or one less it."""
    return calibrated(confidence) if verdict == "violated" else 1.0 - calibrated(1.0 - confidence)


def thresholds(doubt: float, sure: float) -> tuple[float, float]:
    """The calibrated probability from which on a person is asked, and that from which on points are deducted."""
    return calibrated(doubt), calibrated(sure)


def _along(x: float, xs: list[float], ys: list[float]) -> float:
    place = min(max(bisect_right(xs, x) - 1, 0), len(xs) - 2)
    part = (x - xs[place]) / (xs[place + 1] - xs[place])
    return ys[place] + min(max(part, 0.0), 1.0) * (ys[place + 1] - ys[place])
