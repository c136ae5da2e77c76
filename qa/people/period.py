"""An agent's period score: weighted mean of calls, less on-site deductions, less what confirmed complaints cost."""

from collections import defaultdict
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


@dataclass(frozen=True, slots=True, order=True)
class CallGroup:
    """Calls of one weight, together: how many, the sum of their scores in hundredths, how many may change."""

    direction: str
    complaint: bool
    reviewed: bool
    calls: int
    cents: int
    provisional: int


@dataclass(frozen=True, slots=True)
class Standing:
    """An agent's score of a period in figures, as `PeriodScore` has it; `onsite` and `complaints` are points off."""

    agent_id: str
    calls: int
    mean: float | None
    onsite: float
    complaints: float
    score: float | None
    provisional: int


def period_score(
    agent_id: str, calls: Iterable[CallPart], onsite: Iterable[Cost], complaints: Iterable[Cost], scheme: Scheme
) -> PeriodScore:
    """Put a period's score together. Pure."""
    weighed = tuple((part, weight(part, scheme)) for part in calls)
    seen, lodged = tuple(onsite), tuple(complaints)
    stands = standing(agent_id, _groups(part for part, _ in weighed), seen, lodged, scheme)
    return PeriodScore(
        agent_id=agent_id,
        calls=weighed,
        onsite=seen,
        complaints=lodged,
        mean=stands.mean,
        score=stands.score,
        provisional=stands.provisional,
    )


def standing(
    agent_id: str, calls: Iterable[CallGroup], onsite: Iterable[Cost], complaints: Iterable[Cost], scheme: Scheme
) -> Standing:
    """The same from groups of calls, in figures alone. Pure."""
    groups = sorted(calls)
    whole = sum(group.calls * weight(group, scheme) for group in groups)
    mean = sum(group.cents * weight(group, scheme) for group in groups) / whole / 100 if whole else None
    seen, lodged = (sum(cost.points for cost in costs) for costs in (onsite, complaints))
    return Standing(
        agent_id=agent_id,
        calls=sum(group.calls for group in groups),
        mean=None if mean is None else round(mean, 4),
        onsite=seen,
        complaints=lodged,
        score=None if mean is None else round(max(0.0, mean - seen - lodged), 2),
        provisional=sum(group.provisional for group in groups),
    )


def weight(part: CallPart | CallGroup, scheme: Scheme) -> float:
    """A call's weight in the mean: the product of the weights of all that it is."""
    traits = [part.direction]
    traits += ["complaint"] if part.complaint else []
    traits += ["reviewed"] if part.reviewed else []
    product = 1.0
    for trait in traits:
        product *= scheme.weights.get(trait, 1.0)
    return product


def _groups(parts: Iterable[CallPart]) -> list[CallGroup]:
    found: dict[tuple[str, bool, bool], list[CallPart]] = defaultdict(list)
    for part in parts:
        found[part.direction, part.complaint, part.reviewed].append(part)
    return [
        CallGroup(
            *traits,
            calls=len(alike),
            cents=sum(round(100 * part.score) for part in alike),
            provisional=sum(part.provisional for part in alike),
        )
        for traits, alike in found.items()
    ]
