"""Digits by sound: how well a syllable explains each digit, and stretches of digits."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import evidence
from qa.phonetics.syllables import Phones, inventory

READINGS = {
    "0": ("ling", "dong"),
    "1": ("yi", "yao"),
    "2": ("er", "liang"),
    "3": ("san",),
    "4": ("si",),
    "5": ("wu",),
    "6": ("liu",),
    "7": ("qi", "guai"),
    "8": ("ba",),
    "9": ("jiu", "gou"),
}
"""Telephone readings of the digits (幺 for 1, 洞 for 0, 两 for 2, 拐 for 7, 勾 for 9)."""

CLEAR, BRIDGE = 3.0, 0.4
UNITS = frozenset("十百千拾佰仟")


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits heard one after the other: syllables [start, end) and what they are, unit words left out."""

    start: int
    end: int
    digits: str


@lru_cache(maxsize=1)
def _columns() -> NDArray[np.float32]:
    """(syllables+1, 10) evidence that a heard syllable was this digit, the best of its readings."""
    table, known = evidence(), inventory()
    return np.stack([np.max([table[:, known[r]] for r in READINGS[d]], axis=0) for d in "0123456789"], axis=1).astype(
        np.float32
    )


@lru_cache(maxsize=1)
def _likes() -> NDArray[np.bool_]:
    """(syllables+1,) whether a syllable is clearly a digit, or its very sound."""
    sounds = [inventory()[r] for readings in READINGS.values() for r in readings]
    likes: NDArray[np.bool_] = (_columns().max(axis=1) >= CLEAR) | np.isin(np.arange(len(_columns())), sounds)
    return likes


def like_digits(heard: Phones) -> int:
    """How many syllables can be clear digits at all."""
    return int(_likes()[heard.ids].sum())


def fits(heard: Phones) -> NDArray[np.float32]:
    """(n, 10) evidence in nats for each digit at each syllable."""
    return _columns()[heard.ids] if len(heard) else np.zeros((0, 10), dtype=np.float32)


def runs(heard: Phones, least: int = 2) -> list[DigitRun]:
    """Stretches of at least `least` digits, whatever number they make; pauses, fillers and units (千, 百, 十) between
    them belong to a stretch. What number was said is for `number` to tell."""
    fit = fits(heard)
    best = fit.max(axis=1) if len(fit) else np.zeros(0, dtype=np.float32)
    found: list[DigitRun] = []
    current: list[int] = []
    end = 0
    for i in range(len(heard) + 1):
        inside = i < len(heard)
        unit = inside and bool(current) and chr(heard.codes[i]) in UNITS
        if inside and not unit and (best[i] >= CLEAR or _bridges(best, heard, i)):
            current.append(i)
            end = i + 1
        elif unit:
            end = i + 1
        elif not (current and inside and (heard.filler[i] or heard.ids[i] == 0) and i - end < 2):
            if current and len(current) + (end > current[-1] + 1) >= least:
                found.append(DigitRun(current[0], end, "".join(str(int(fit[c].argmax())) for c in current)))
            current = []
    return found


def _bridges(best: NDArray[np.float32], heard: Phones, i: int) -> bool:
    """Whether a syllable a little like a digit stands between two clear digits and so may be one, poorly heard."""
    inside = 0 < i < len(best) - 1 and not heard.filler[i]
    return inside and bool(best[i] >= BRIDGE and best[i - 1] >= CLEAR and best[i + 1] >= CLEAR)
