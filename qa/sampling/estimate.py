"""From the calls that were heard to all calls: an estimate that the choice of calls does not bend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from qa.sampling.plan import Pick

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Estimate:
    """Violations in all calls together, with a 95 % interval; `heard` of the picks have been judged."""

    total: float
    low: float
    high: float
    heard: int


def estimate(picks: Sequence[Pick], found: Mapping[str, int], population: int) -> Estimate:
    """How many violations `population` calls hold, from what was found in those that were picked and heard.

    What was sure to be picked counts as it is; each blindly drawn call stands for as many as its chance says
    (Horvitz and Thompson 1952), with the interval of a simple random sample.
    """
    heard = [pick for pick in picks if pick.call_id in found]
    sure = sum(found[pick.call_id] for pick in heard if pick.chance >= 1)
    sample = [found[pick.call_id] for pick in heard if pick.chance < 1]
    rest = population - sum(pick.chance >= 1 for pick in picks)
    if not sample:
        return Estimate(float(sure), float(sure), float("inf") if rest else float(sure), len(heard))
    mean = sum(sample) / len(sample)
    spread = sum((value - mean) ** 2 for value in sample) / (len(sample) - 1) if len(sample) > 1 else mean
    error = rest * sqrt(spread / len(sample) * max(0.0, 1 - len(sample) / rest)) if rest else 0.0
    total = sure + rest * mean
    return Estimate(total, max(float(sure), total - _Z95 * error), total + _Z95 * error, len(heard))
