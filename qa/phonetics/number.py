"""One number held against what is heard: the same number, another one, or none.

The digits of the wanted number (known, or themselves heard) are aligned in order with any stretch of the heard
syllables, as words are in `align`: one may be lost, a syllable may slip in, and what comes before and after costs
nothing. Two explanations compete: the very same digits, every difference being the recogniser's, or a number in which
some digits are others. A digit that is poorly heard speaks for neither; a digit clearly written as another one speaks
for the second.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import LOWEST, evidence
from qa.phonetics.digit_kernel import CLEAR, NEARLY, NOTHING, digit_pairs, digit_rows, held, spoken_digits
from qa.phonetics.digits import columns, table_of
from qa.phonetics.syllables import Phones, inventory

Floats = NDArray[np.float64]

SPELLED = ("零〇洞", "一幺", "二两", "三", "四", "五", "六", "七拐", "八", "九勾")
WRITTEN = {char: value for value, chars in enumerate(SPELLED) for char in chars}
PLAIN = frozenset("零〇一幺二两三四五六七八九")
"""Digits that are hardly ever written for anything else."""
OFTEN = frozenset("一六七九")
"""Digits that sound alike on a telephone, in the reading that does (幺 and 拐 are there to avoid it)."""
UNCLEAR, PERFECT = "○", 5.2
NAMES = "0123456789" + UNCLEAR
"""Of a digit, the last one (-1) of none."""
REACH, MOST = 3, 6
CHANGED = 1.5
"""So many digits of a wrong number are expected to be other ones."""
BY_CHANCE, BY_CHANCE_HEARD = 0.2, 0.35
"""Ordinary talk, with its hours, floors and words of the same sound, explains such a share of a number; more of one
that is itself heard, and longer."""
UNITS = ((1000, "qian"), (100, "bai"), (10, "shi"))
_VALUES = table_of({char: np.int8(value) for char, value in WRITTEN.items()}, np.int8(-1))
_PLAIN, _OFTEN = (table_of(dict.fromkeys(chars, np.True_), np.False_) for chars in (PLAIN, OFTEN))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Evidence in nats, against a stretch of ordinary talk, that the wanted number was said (`same`), another in its
    place (`other`) or no number (`none`).

    `told` are the digits heard there, `lost` how many of the number's were not, `short` how many of these nothing
    else stands for, `contrary` how many digits are written as other ones.
    """

    same: float
    other: float
    none: float
    told: str
    lost: int
    short: int
    contrary: int

    def probability(self, right: float, wrong: float, none: float) -> float:
        """Probability (0–1) of the wanted number, from how often it is right, wrong or not said at all."""
        odds = [self.same + math.log(right), self.other + math.log(wrong), self.none + math.log(none)]
        top = max(odds)
        return math.exp(odds[0] - top) / sum(math.exp(o - top) for o in odds)

    def given(self, right: float, wrong: float) -> float:
        """Probability (0–1) of the wanted number where some number was surely said."""
        return 1.0 / (1.0 + math.exp(self.other + math.log(wrong) - self.same - math.log(right)))


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A stretch of syllables that are mostly digits: the digits heard (`UNCLEAR` for a syllable that sounds like none),
    how many of them are clear, and `rows` (n, 10) the evidence for each digit."""

    start: int
    end: int
    digits: str
    clear: int
    rows: Floats

    @property
    def weights(self) -> Floats:
        """(n, 10) the probability of each digit."""
        likely = np.exp(self.rows)
        weights: Floats = likely / likely.sum(axis=1, keepdims=True)
        return weights


class _Heard(NamedTuple):
    """Syllables as digits, see `digit_rows`."""

    rows: Floats
    written: NDArray[np.bool_]
    plain: NDArray[np.bool_]
    idle: NDArray[np.bool_]


def known(number: str) -> Floats:
    """Digit probabilities of a number that is known."""
    return np.eye(10)[[int(d) for d in number]]


def spoken(heard: Phones) -> Spoken | None:
    """The stretch that is likeliest a number; None where no syllable sounds like a digit."""
    start, end, rows, digits, clear = spoken_digits(_heard(heard).rows, heard.ids, heard.filler)
    if not len(rows):
        return None
    return Spoken(start, end, "".join([NAMES[digit] for digit in digits.tolist()]), clear, rows)


def compare(wanted: Floats, heard: Phones) -> Comparison:
    """Hold a number, (n, 10) probabilities of its digits, against heard syllables."""
    digits = _heard(heard)
    same, other = _pairs(wanted, digits)
    return _compare(same, other, digits, heard, list(range(len(wanted))), BY_CHANCE_HEARD)


def stated(number: str, heard: Phones) -> Comparison:
    """Hold a known number of at least one digit against heard syllables, read by digits or as 六百一十八."""
    digits = _heard(heard)
    spelled = {tokens: "".join([t for t in tokens if t.isdigit()]) for tokens in readings(number)}
    pairs = {figures: _pairs(known(figures), digits) for figures in set(spelled.values())}
    found = [_read(tokens, pairs[figures], digits, heard) for tokens, figures in spelled.items()]
    return max(found, key=lambda c: max(c.same, c.other))


def beside(heard: Phones, marks: Sequence[tuple[int, int]]) -> bool:
    """Whether a digit stands shortly before 号, or right beside one of the `marks` [start, end) of a number (工号),
    so that a number was said there, however poorly heard; a single word that only sounds like a digit shows none."""
    digits = _heard(heard)
    best, plain = digits.rows.max(axis=1, initial=NOTHING), digits.plain
    ends = np.flatnonzero((heard.ids == inventory()["hao"]) & (heard.codes != ord("好")))  # 您好 is no 号
    if any(bool((best[max(0, end - REACH) : end] >= CLEAR).any()) for end in ends):
        return True
    parts = [slice(max(0, start - REACH), start) for start, _ in marks] + [slice(end, end + REACH) for _, end in marks]
    return any(
        bool(plain[part].any()) or (best[part].max(initial=NOTHING) >= CLEAR and int((best[part] >= NEARLY).sum()) > 1)
        for part in parts
    )


def between(heard: Phones, marks: Sequence[tuple[int, int]]) -> bool:
    """Whether a few syllables stand between two marks (工号…为您服务), as a number does that is not recognised."""
    idle = heard.filler | (heard.ids == 0)
    ordered = sorted(marks)
    return any(1 < int((~idle[a:b]).sum()) <= MOST for (_, a), (b, _) in pairwise(ordered))


def without(heard: Phones, spans: Sequence[tuple[int, int]]) -> Phones:
    """The syllables, those of the spans [start, end) made unknown, as pauses are."""
    ids, codes = heard.ids.copy(), heard.codes.copy()
    for start, end in spans:
        ids[start:end], codes[start:end] = 0, 0
    return replace(heard, ids=ids, codes=codes)


@lru_cache(maxsize=1024)
def readings(number: str) -> tuple[tuple[str, ...], ...]:
    """The ways to read a number: its digits, and with units where it has no leading zero and at most four digits.

    >>> readings("102")
    (('1', '0', '2'), ('1', 'bai', '0', '2'))
    """
    plain = tuple(number)
    if not 2 <= len(number) <= 4 or number[0] == "0":
        return (plain,)
    tokens: list[str] = []
    for place, digit in enumerate(number):
        unit = dict(enumerate([name for _, name in UNITS][-(len(number) - 1) :])).get(place)
        if digit != "0":
            tokens += [digit, unit] if unit else [digit]
        elif any(d != "0" for d in number[place:]) and tokens[-1] != "0":
            tokens.append("0")
    return plain, tuple(tokens)


def _read(tokens: tuple[str, ...], pairs: tuple[Floats, Floats], digits: _Heard, heard: Phones) -> Comparison:
    places = [i for i, t in enumerate(tokens) if t.isdigit()]
    same, other = pairs
    if len(places) < len(tokens):
        same, other = np.zeros((len(tokens), len(heard))), np.zeros((len(tokens), len(heard)))
        same[places], other[places] = pairs
        for i, token in enumerate(tokens):
            if i not in places:
                same[i] = other[i] = evidence()[heard.ids, inventory()[token]]
    return _compare(same, other, digits, heard, places, BY_CHANCE)


def _heard(heard: Phones) -> _Heard:
    """A written digit denies the others, those alike less so, and so does its very sound between digits."""
    return _Heard(*digit_rows(columns(), _VALUES, _OFTEN, _PLAIN, heard.ids, heard.codes, heard.filler, LOWEST))


def _pairs(wanted: Floats, digits: _Heard) -> tuple[Floats, Floats]:
    """(k, n) evidence that each heard syllable is this digit of the number, or is it in a number partly another."""
    share = max(0.3, 1.0 - CHANGED / len(wanted))
    return digit_pairs(wanted, digits.rows, digits.written, share)


def _compare(
    same: Floats, other: Floats, digits: _Heard, heard: Phones, places: list[int], by_chance: float
) -> Comparison:
    if not same.size:
        return Comparison(NOTHING, NOTHING, 0.0, "", len(places), len(places), 0)
    right, found, wrong, told, contrary = held(same, other, *digits, np.array(places))
    at = found.tolist()
    chance = math.log(len(heard) + 1)
    none = by_chance * PERFECT * len(places)
    lost, all_heard = sum([at[i] < 0 for i in places]), min(at) >= 0
    short = 0 if all_heard else _short(places, same.argmax(axis=1), at, heard)
    names = "".join([NAMES[digit] for digit in told.tolist() if digit >= 0])
    return Comparison(right - chance, wrong - chance, none, names, lost, short, contrary)


def _short(digits: Sequence[int], wanted: Sequence[int], at: Sequence[int], heard: Phones) -> int:
    """How many digits nothing at all stands for: between the digits before and after there are too few syllables.

    `digits`: places of the digits in `wanted` (k,), which tells equal ones; of a row of equal digits any may be lost.
    """
    idle = heard.filler | (heard.ids == 0) | (heard.ids == inventory()["hao"])
    count, k = 0, len(at)
    for first in digits:
        if first and wanted[first - 1] == wanted[first]:
            continue
        last = next((i for i in range(first, k) if wanted[i] != wanted[first]), k)
        if all(place >= 0 for place in at[first:last]):
            continue
        before = [place for place in at[:first] if place >= 0]
        after = [place for place in at[last:] if place >= 0]
        own = [place for place in at[first:last] if place >= 0]
        begin = before[-1] + 1 if before else min(own or after, default=0) - 1
        end = after[0] if after else max(own or before, default=0) + 2
        stand = sum(not idle[place] for place in range(max(0, begin), min(end, len(heard))))
        count += max(0, last - first - stand)
    return count
