"""Numbers by sound: a job or phone number in any reading, held against the number that is expected."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rapidfuzz.distance import LCSseq

from qa.phonetics.align import FILLER, LOST, SLIPPED_IN, probability
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

ALIKE = frozenset([frozenset("17"), frozenset("69")])
CLEAR, BRIDGE = 3.0, 0.4
ALIKE_EVIDENCE = 1.3
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
    best = fit.max(axis=1) if len(fit) else np.zeros(0)
    units = {inventory()[u]: v for u, v in UNITS.items()}
    found: list[DigitRun] = []
    current: list[int] = []
    place: list[tuple[int, int]] = []
    for i in range(len(heard) + 1):
        digit = i < len(heard) and (best[i] >= CLEAR or _bridges(best, i))
        unit = i < len(heard) and _is_unit(heard, i, current, place, units)
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


def _bridges(best: NDArray[np.float32], i: int) -> bool:
    """Whether a syllable a little like a digit stands between two clear digits and so may be one, poorly heard."""
    return 0 < i < len(best) - 1 and best[i] >= BRIDGE and best[i - 1] >= CLEAR and best[i + 1] >= CLEAR


def _is_unit(heard: Phones, i: int, digits: list[int], place: list[tuple[int, int]], units: dict[int, int]) -> bool:
    """Whether a syllable is 千, 百 or 十 after a single digit; a homophone (是, 时) only where a real one came before."""
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


def agreement(run: DigitRun, expected: str) -> float:
    """Probability (0–1) that a run of heard digits was the expected number, its errors being the recogniser's.

    A number of the same length is judged digit by digit; digits that sound alike (1 and 7, 6 and 9 on a telephone)
    are easily confused. A run of another length can only be doubted, the more the fewer digits are shared.
    """
    if len(run.digits) == len(expected):
        return _sigmoid(3.0 - _surprise(run.fit, run.digits, expected))
    if len(run.digits) > len(expected):
        rest = len(run.digits) - len(expected)
        best = min(
            _surprise(run.fit[i : i + len(expected)], run.digits[i : i + len(expected)], expected)
            for i in range(rest + 1)
        )
        return 0.6 * _sigmoid(3.0 - best)
    missing = len(expected) - len(run.digits)
    if _subsequence(run.digits, expected):
        return 0.5 if missing == 1 else 0.3
    return 0.05


def _surprise(fit: NDArray[np.float32], digits: str, expected: str) -> float:
    total = 0.0
    for row, heard, said in zip(fit, digits, expected, strict=True):
        loss = float(row.max() - row[int(said)])
        total += min(loss, 5.5 - ALIKE_EVIDENCE) if frozenset((heard, said)) in ALIKE else loss
    return total


def _subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(digit in rest for digit in short)


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


def agree(one: DigitRun, other: DigitRun) -> float:
    """Probability (0–1) that two heard numbers are the same, errors being the recogniser's.

    Numbers of different length can only be doubted: the shorter may have lost digits in recognition.
    """
    if len(one.digits) == len(other.digits):
        return _sigmoid(3.0 - _difference(one, other))
    short, long = sorted((one, other), key=lambda r: len(r.digits))
    if long.digits.endswith(short.digits) or _subsequence(short.digits, long.digits):
        return 0.6
    windows = [
        DigitRun(0, 0, long.digits[i : i + len(short.digits)], long.fit[i : i + len(short.digits)])
        for i in range(len(long.digits) - len(short.digits) + 1)
    ]
    best = min(_difference(short, window) for window in windows)
    return 0.6 * _sigmoid(3.0 - best) + 0.2 * _common(one.digits, other.digits)


def _difference(one: DigitRun, other: DigitRun) -> float:
    total = 0.0
    for a, b, x, y in zip(one.fit, other.fit, one.digits, other.digits, strict=True):
        loss = float(a.max() + b.max() - (a + b).max())
        total += min(loss, 5.5 - ALIKE_EVIDENCE) if frozenset((x, y)) in ALIKE else loss
    return total


def _common(one: str, other: str) -> float:
    """Share of digits in common order."""
    return float(LCSseq.normalized_similarity(one, other))


def stated(heard: Phones, start: int, end: int, expected: str, prior: float) -> float:
    """Probability (0–1) that a number was said somewhere in syllables [start, end), in any reading of its digits.

    The digits are aligned in order; one may be lost or another syllable slip in, at the same cost as for words.
    """
    fit = fits(heard)[start:end]
    if not len(fit) or not expected:
        return 0.0
    ideal = float(sum(_columns()[:, int(d)].max() for d in expected))
    slips = np.where(heard.filler[start:end], FILLER, SLIPPED_IN)
    row = np.zeros(len(fit) + 1)
    for place, digit in enumerate(expected):
        now = row + LOST if place else np.full(len(fit) + 1, -np.inf)
        now[1:] = np.maximum(now[1:], row[:-1] + fit[:, int(digit)])
        if place < len(expected) - 1:
            for i in range(1, len(now)):
                now[i] = max(now[i], now[i - 1] + slips[i - 1])
        row = now
    best = float(row.max())
    return probability(best / ideal, best, len(expected), end - start, prior)
