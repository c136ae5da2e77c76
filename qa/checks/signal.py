"""What an operator answers: how likely its statement holds, and the words that say so."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from qa.finding import Evidence

FAINT = 0.05
NO_ANSWERS: Mapping[str, Any] = MappingProxyType({})


class Signal(NamedTuple):
    """`probability` (0–1) that the statement holds, with its evidence.

    `why` is a Chinese clause for the reader, `missing` the metadata fields without which nothing can be said,
    `answers` values taken from the call on the way (a rating, say).
    """

    probability: float
    evidence: tuple[Evidence, ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()
    answers: Mapping[str, Any] = NO_ANSWERS


CERTAIN = Signal(1.0)


def unknown(*fields: str) -> Signal:
    """Nothing can be said without these metadata fields."""
    return Signal(0.0, missing=fields)


def all_of(signals: Sequence[Signal]) -> Signal:
    """The least likely statement decides; a field missing elsewhere does not matter where one statement is false."""
    false = [s for s in signals if s.probability <= FAINT and not s.missing]
    return Signal(
        probability=min([s.probability for s in false or signals]),
        evidence=tuple([e for s in signals for e in s.evidence]),
        why="；".join([s.why for s in signals if s.why]),
        missing=() if false else _missing(signals),
        answers=_answers(signals),
    )


def any_of(signals: Sequence[Signal]) -> Signal:
    """The likeliest statement decides and brings its evidence; weaker ones add theirs if they are likely too."""
    top = max([s.probability for s in signals], default=0.0)
    if top <= FAINT:
        return Signal(top, missing=_missing(signals), answers=_answers(signals))
    told = [s for s in signals if s.probability >= min(top, 0.5) and s.probability > FAINT]
    return Signal(
        probability=top,
        evidence=_once([e for s in told for e in s.evidence]),
        why="；".join(_telling([s.why for s in told if s.why])),
        missing=() if top >= 1 - FAINT else _missing(signals),
        answers=_answers(signals),
    )


def negated(signal: Signal) -> Signal:
    """The opposite statement; evidence for the statement is none for its opposite."""
    return signal._replace(probability=1.0 - signal.probability, evidence=(), why="")


def _once(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    """Evidence in order of time, the surest where several quote the same words."""
    if len(evidence) < 2:
        return tuple(evidence)
    kept: list[Evidence] = []
    for piece in sorted(evidence, key=lambda e: -e.probability):
        same = (k for k in kept if k.role == piece.role and bool(k.text) == bool(piece.text))
        if not any(piece.start_s < k.end_s and k.start_s < piece.end_s for k in same):
            kept.append(piece)
    return tuple(sorted(kept, key=lambda e: e.start_s))


def _telling(reasons: list[str]) -> list[str]:
    """Each reason once, and none whose quoted words another reason quotes more fully."""
    distinct = list(dict.fromkeys(reasons))
    return [r for r in distinct if not any(r.strip("“”") in other for other in distinct if other != r)]


def _missing(signals: Sequence[Signal]) -> tuple[str, ...]:
    return tuple([m for s in signals for m in s.missing])


def _answers(signals: Sequence[Signal]) -> Mapping[str, Any]:
    told = [s.answers for s in signals if s.answers]
    return {key: value for answers in told for key, value in answers.items()} if told else NO_ANSWERS
