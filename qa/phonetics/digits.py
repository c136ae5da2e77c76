"""Digits by sound: how well a syllable explains each digit, and stretches of digits."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import evidence
from qa.phonetics.digit_kernel import CLEAR, digit_runs
from qa.phonetics.syllables import Phones, inventory

T = TypeVar("T", bound=np.generic)

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

UNITS = frozenset("十百千拾佰仟")


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits heard one after the other: syllables [start, end) and what they are, unit words left out."""

    start: int
    end: int
    digits: str


@lru_cache(maxsize=1)
def columns() -> NDArray[np.float32]:
    """(syllables+1, 10) evidence that a heard syllable was this digit, the best of its readings."""
    table, known = evidence(), inventory()
    return np.stack([np.max([table[:, known[r]] for r in READINGS[d]], axis=0) for d in "0123456789"], axis=1).astype(
        np.float32
    )


@lru_cache(maxsize=1)
def _likes() -> NDArray[np.bool_]:
    """(syllables+1,) whether a syllable is clearly a digit, or its very sound."""
    sounds = [inventory()[r] for readings in READINGS.values() for r in readings]
    likes: NDArray[np.bool_] = (columns().max(axis=1) >= CLEAR) | np.isin(np.arange(len(columns())), sounds)
    return likes


def like_digits(heard: Phones) -> NDArray[np.bool_]:
    """(n,) which syllables can be clear digits at all."""
    return _likes()[heard.ids]


def fits(heard: Phones) -> NDArray[np.float32]:
    """(n, 10) evidence in nats for each digit at each syllable."""
    return columns()[heard.ids] if len(heard) else np.zeros((0, 10), dtype=np.float32)


def runs(heard: Phones, least: int = 2) -> list[DigitRun]:
    """Stretches of at least `least` digits, whatever number they make; pauses, fillers and units (千, 百, 十) between
    them belong to a stretch. What number was said is for `number` to tell."""
    fit = fits(heard)
    units = marked(_UNIT, heard.codes)
    spans, run_of = digit_runs(fit, heard.ids, units, heard.filler, least)
    told = fit.argmax(axis=1) if len(spans) else ()
    return [
        DigitRun(start, end, "".join(str(told[i]) for i in range(start, end) if run_of[i] == number))
        for number, (start, end) in enumerate(spans.tolist())
    ]


def marked(table: NDArray[T], codes: NDArray[np.int32]) -> NDArray[T]:
    """What a table says of some characters."""
    return table[np.minimum(codes, len(table) - 1)]


def table_of(values: Mapping[str, T], other: T) -> NDArray[T]:
    """A value for each of some characters, and another for all the rest."""
    table = np.full(max(map(ord, values)) + 2, other)
    for char, value in values.items():
        table[ord(char)] = value
    return table


_UNIT = table_of(dict.fromkeys(UNITS, np.True_), np.False_)
