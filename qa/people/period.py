"""An agent's period score: weighted mean of calls, less on-site deductions, less what confirmed complaints cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qa.rules.scheme import Scheme


@dataclass(frozen=True, slots=True)
class CallPart:
    """One call in a period: its score as it counts, and what its weight follows from."""

    call_id: str
    score: float
    direction: str
    complaint: bool
    reviewed: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class Cost:
    """Points off the period score: an on-site entry or a confirmed complaint, by its number in the store."""

    id: int
    day: date
    item: str
    name: str
    clause: str
    points: float
    note: str
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class PeriodScore:
    """An agent's score of a period with all it is made of; None where there were no calls (or none with weight).

    score = max(0, mean − onsite points − complaint points), to two places; `provisional` counts calls that may change.
    """

    agent_id: str
    calls: tuple[tuple[CallPart, float], ...]
    onsite: tuple[Cost, ...]
    complaints: tuple[Cost, ...]
    mean: float | None
    score: float | None
    provisional: int


def period_score(
    agent_id: str, calls: Iterable[CallPart], onsite: Iterable[Cost], complaints: Iterable[Cost], scheme: Scheme
) -> PeriodScore:
    """Put a period's score together. Pure."""
    weighed = tuple((part, weight(part, scheme)) for part in calls)
    seen, lodged = tuple(onsite), tuple(complaints)
    whole = sum(w for _, w in weighed)
    mean = sum(part.score * w for part, w in weighed) / whole if whole else None
    off = sum(cost.points for cost in (*seen, *lodged))
    return PeriodScore(
        agent_id=agent_id,
        calls=weighed,
        onsite=seen,
        complaints=lodged,
        mean=None if mean is None else round(mean, 4),
        score=None if mean is None else round(max(0.0, mean - off), 2),
        provisional=sum(part.provisional for part, _ in weighed),
    )


def weight(part: CallPart, scheme: Scheme) -> float:
    """A call's weight in the mean: the product of the weights of all that it is."""
    traits = [part.direction]
    traits += ["complaint"] if part.complaint else []
    traits += ["reviewed"] if part.reviewed else []
    product = 1.0
    for trait in traits:
        product *= scheme.weights.get(trait, 1.0)
    return product
