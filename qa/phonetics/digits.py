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
UNITS = {"shi": 10, "bai": 100, "qian": 1000}


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits heard one after the other: syllables [start, end) and how well each explains each digit (n, 10), nats."""

    start: int
    end: int
    digits: str
    fit: NDArray[np.float32]


@lru_cache(maxsize=1)
def _columns() -> NDArray[np.float32]:
    """(syllables+1, 10) evidence that a heard syllable was this digit, the best of its readings."""
    table, known = evidence(), inventory()
    return np.stack([np.max([table[:, known[r]] for r in READINGS[d]], axis=0) for d in "0123456789"], axis=1).astype(
        np.float32
    )


def fits(heard: Phones) -> NDArray[np.float32]:
    """(n, 10) evidence in nats for each digit at each syllable."""
    return _columns()[heard.ids] if len(heard) else np.zeros((0, 10), dtype=np.float32)


def runs(heard: Phones, least: int = 2) -> list[DigitRun]:
    """Stretches of at least `least` syllables that sound like digits, pauses and fillers left out; cardinals count.

    `一百零二` reads as 102: unit words inside a run carry no digit of their own.
    """
    fit = fits(heard)
    best = fit.max(axis=1) if len(fit) else np.zeros(0, dtype=np.float32)
    units = {inventory()[u]: v for u, v in UNITS.items()}
    found: list[DigitRun] = []
    current: list[int] = []
    place: list[tuple[int, int]] = []
    for i in range(len(heard) + 1):
        unit = i < len(heard) and _is_unit(heard, i, current, place, units)
        digit = not unit and i < len(heard) and (best[i] >= CLEAR or _bridges(best, heard, i))
        slack = bool(current) and i < len(heard) and (heard.filler[i] or heard.ids[i] == 0) and i - current[-1] <= 2
        if digit:
            current.append(i)
        elif unit:
            place.append((current[-1], units[int(heard.ids[i])]))
        elif not slack:
            if len(current) >= least or (current and place):
                found.append(_run(heard, fit, current, place))
            current, place = [], []
    return found


def _bridges(best: NDArray[np.float32], heard: Phones, i: int) -> bool:
    """Whether a syllable a little like a digit stands between two clear digits and so may be one, poorly heard."""
    inside = 0 < i < len(best) - 1 and not heard.filler[i]
    return inside and bool(best[i] >= BRIDGE and best[i - 1] >= CLEAR and best[i + 1] >= CLEAR)


def _is_unit(heard: Phones, i: int, digits: list[int], place: list[tuple[int, int]], units: dict[int, int]) -> bool:
    """Whether a syllable is 千, 百 or 十 after a single digit; a homophone (是) only where a real one came before."""
    if not digits or int(heard.ids[i]) not in units:
        return False
    since = sum(1 for d in digits if not place or d > place[-1][0])
    written = chr(heard.codes[i]) in "十百千拾佰仟"
    return (since == 1 or (since == 2 and bool(place))) and (written or bool(place))


def _run(heard: Phones, fit: NDArray[np.float32], at: list[int], units: list[tuple[int, int]]) -> DigitRun:
    rows = fit[at]
    digits = "".join(str(int(d)) for d in rows.argmax(axis=1))
    if units:
        digits, rows = _cardinal(at, digits, rows, dict(units))
    return DigitRun(start=at[0], end=at[-1] + 1, digits=digits, fit=rows)


def _cardinal(
    at: list[int], digits: str, rows: NDArray[np.float32], units: dict[int, int]
) -> tuple[str, NDArray[np.float32]]:
    """A number spoken with 千/百/十 as its digits; unheard places are filled with zeros."""
    spots: dict[int, int] = {}
    top = max(units.values())
    last = None
    for index, position in enumerate(at):
        if position in units:
            spots[units[position]] = index
            last = units[position]
        elif digits[index] != "0":
            spots.setdefault(
                1 if last in (None, 10) or (index and digits[index - 1] == "0") else (last or 10) // 10, index
            )
    order = [u for u in (1000, 100, 10, 1) if u <= top]
    zero = np.full(10, -2.0, dtype=np.float32)
    zero[0] = CLEAR
    table = np.stack([rows[spots[u]] if u in spots else zero for u in order])
    return "".join(digits[spots[u]] if u in spots else "0" for u in order), table
