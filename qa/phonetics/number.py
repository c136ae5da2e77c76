"""One number held against what is heard: the same number, another one, or none.

The digits of the wanted number (known, or themselves heard) are aligned in order with any stretch of the heard
syllables, as words are in `align`: one may be lost, a syllable may slip in, and what comes before and after costs
nothing. Two explanations compete: the very same digits, every difference being the recogniser's, or a number in which
some digits are others. A digit that is poorly heard speaks for neither; a digit clearly written as another one speaks
for the second.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.align import FILLER, LOST, SLIPPED_IN
from qa.phonetics.confusion import LOWEST, evidence
from qa.phonetics.digits import CLEAR, fits
from qa.phonetics.syllables import Phones, inventory

Floats = NDArray[np.float64]

SPELLED = ("零〇洞", "一幺", "二两", "三", "四", "五", "六", "七拐", "八", "九勾")
WRITTEN = {char: value for value, chars in enumerate(SPELLED) for char in chars}
ALIKE = {1: 7, 7: 1, 6: 9, 9: 6}
OFTEN = frozenset("一六七九")
"""Digits that sound alike on a telephone, in the reading that does (幺 and 拐 are there to avoid it)."""
NOTHING = -1e6
CONTRARY, SOUNDED, ALIKE_COST = -7.0, -4.5, 9.0
UNCLEAR, NEARLY, SAME_SOUND = "○", 1.0, 4.5
DIGIT_SLIPPED_IN, SOUND_LEFT_OUT, PERFECT = -3.5, -2.5, 5.2
HOMOPHONE = -1.0
"""Another number is less likely where no digit is written but a word of the same sound."""
CHANGED = 1.5
"""So many digits of a wrong number are expected to be other ones."""
BY_CHANCE, BY_CHANCE_HEARD = 0.2, 0.35
"""Ordinary talk, with its hours, floors and words of the same sound, explains such a share of a number; more of one
that is itself heard, and longer."""
UNITS = ((1000, "qian"), (100, "bai"), (10, "shi"))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Evidence in nats, against a stretch of ordinary talk, that the wanted number was said (`same`), another in its
    place (`other`) or no number (`none`); `told` the digits heard there, `lost` how many of the number's were not."""

    same: float
    other: float
    none: float
    told: str
    lost: int

    def probability(self, right: float, wrong: float, none: float) -> float:
        """Probability (0–1) of the wanted number, from how often it is right, wrong or not said at all."""
        odds = [self.same + math.log(right), self.other + math.log(wrong), self.none + math.log(none)]
        top = max(odds)
        return math.exp(odds[0] - top) / sum(math.exp(o - top) for o in odds)


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A stretch of syllables that are mostly digits: `weights` (n, 10) the probability of each digit,
    the digits heard (`UNCLEAR` for a syllable that sounds like none), and how many of them are clear."""

    start: int
    end: int
    digits: str
    weights: Floats
    clear: int


def known(number: str) -> Floats:
    """Digit probabilities of a number that is known."""
    return np.eye(10)[[int(d) for d in number]]


def spoken(heard: Phones) -> Spoken | None:
    """The stretch that is likeliest a number; None where no syllable sounds like a digit."""
    rows = _rows(heard)
    if not len(rows):
        return None
    worth = np.log(np.exp(rows).mean(axis=1))
    idle = heard.ids == 0
    best = rows.max(axis=1)
    near = np.concatenate([[False], best >= NEARLY, [False]])
    idle |= heard.filler & ~((best >= CLEAR) & near[:-2] & near[2:])  # 吧 between digits is an eight
    worth[idle] = FILLER
    start, end = _densest(worth)
    kept = [i for i in range(start, end) if not idle[i]]
    if not kept:
        return None
    digits = "".join(str(int(rows[i].argmax())) if best[i] >= NEARLY else UNCLEAR for i in kept)
    likely = np.exp(rows[kept])
    return Spoken(start, end, digits, likely / likely.sum(axis=1, keepdims=True), int((best[kept] >= CLEAR).sum()))


def compare(wanted: Floats, heard: Phones) -> Comparison:
    """Hold a number, (n, 10) probabilities of its digits, against heard syllables."""
    rows = _rows(heard)
    same, other = _pairs(wanted, rows, heard)
    return _compare(same, other, rows, heard, list(range(len(wanted))), BY_CHANCE_HEARD)


def stated(number: str, heard: Phones) -> Comparison:
    """Hold a known number of at least one digit against heard syllables, read by digits or as 六百一十八."""
    rows = _rows(heard)
    found = [_read(tokens, rows, heard) for tokens in readings(number)]
    return max(found, key=lambda c: max(c.same, c.other))


def garbled(heard: Phones) -> bool:
    """Whether a digit stands shortly before 号, so that a number was said there, however poorly heard."""
    digit = _rows(heard).max(axis=1, initial=NOTHING) >= CLEAR
    marks = np.flatnonzero((heard.ids == inventory()["hao"]) & (heard.codes != ord("好")))  # 您好 is no 号
    return any(bool(digit[max(0, mark - 3) : mark].any()) for mark in marks)


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


def _read(tokens: tuple[str, ...], rows: Floats, heard: Phones) -> Comparison:
    digits = [i for i, t in enumerate(tokens) if t.isdigit()]
    same, other = np.zeros((len(tokens), len(heard))), np.zeros((len(tokens), len(heard)))
    same[digits], other[digits] = _pairs(known("".join(tokens[i] for i in digits)), rows, heard)
    for i, token in enumerate(tokens):
        if i not in digits:
            same[i] = other[i] = evidence()[heard.ids, inventory()[token]]
    return _compare(same, other, rows, heard, digits, BY_CHANCE)


def _rows(heard: Phones) -> Floats:
    """(n, 10) evidence for each digit at each syllable; a written digit denies the others, those alike less so, and so
    does its very sound between digits."""
    rows = fits(heard).astype(np.float64)
    best = rows.max(axis=1, initial=NOTHING)
    near = np.concatenate([[False], best >= NEARLY, [False]])
    sounded = (best >= SAME_SOUND) & near[:-2] & near[2:]
    rows[sounded] = np.where(rows[sounded] <= LOWEST, SOUNDED, rows[sounded])
    for i, code in enumerate(heard.codes):
        value = WRITTEN.get(chr(int(code)))
        if value is not None:
            clear = max(float(rows[i, value]), CLEAR)
            rows[i] = CONTRARY
            rows[i, value] = clear
            if value in ALIKE and chr(int(code)) in OFTEN:
                rows[i, ALIKE[value]] = clear - ALIKE_COST
    return rows


def _pairs(wanted: Floats, rows: Floats, heard: Phones) -> tuple[Floats, Floats]:
    """(k, n) evidence that each heard syllable is this digit of the number, or is it in a number partly another."""
    likely = np.exp(rows)
    chosen = np.where([chr(int(c)) in WRITTEN for c in heard.codes], 0.0, HOMOPHONE)
    same = np.log(wanted @ likely.T + 1e-9) + 0.7 * chosen[None, :]
    any_digit = (np.log(likely.mean(axis=1)) + chosen)[None, :]
    share = max(0.3, 1.0 - CHANGED / len(wanted))
    return same, np.logaddexp(math.log(share) + same, math.log(1.0 - share) + any_digit)


def _compare(
    same: Floats, other: Floats, rows: Floats, heard: Phones, digits: list[int], by_chance: float
) -> Comparison:
    if not same.size:
        return Comparison(NOTHING, NOTHING, 0.0, "", len(digits))
    slips = np.where(rows.max(axis=1) >= CLEAR, DIGIT_SLIPPED_IN, SLIPPED_IN)
    slips = np.where(heard.filler | (heard.ids == 0), FILLER, slips)
    chance = math.log(len(heard) + 1)
    none = by_chance * PERFECT * len(digits)
    written = np.array([chr(int(c)) in WRITTEN for c in heard.codes])
    beside = np.where(written, DIGIT_SLIPPED_IN, np.where(rows.max(axis=1) >= CLEAR, SOUND_LEFT_OUT, 0.0))
    right, at = _align(same, slips, beside)
    wrong, instead = _align(other, slips, beside)
    told = "".join(str(int(rows[instead[i]].argmax())) for i in digits if instead[i] >= 0)
    return Comparison(right - chance, wrong - chance, none, told, sum(at[i] < 0 for i in digits))


def _align(pair: Floats, slips: Floats, beside: Floats) -> tuple[float, list[int]]:
    """The best score of (k, n) pairs in order and where each of the k is heard (-1: lost).

    What is left over at both ends costs what the syllable right beside costs there.
    """
    k, n = pair.shape
    skipped = np.concatenate([[0.0], np.cumsum(slips)])
    score = np.concatenate([[0.0], beside])
    source = np.zeros((k, n + 1), dtype=np.int32)
    places = np.arange(n + 1)
    for i in range(k):
        level = score - skipped
        reach = np.maximum.accumulate(level)
        begun = np.maximum.accumulate(np.where(level >= reach, places, 0))
        score, begun = (reach + skipped, begun) if i else (score, places)
        taken = np.full(n + 1, NOTHING)
        taken[1:] = score[:-1] + pair[i]
        lost = score + LOST
        source[i, 1:] = begun[:-1]
        source[i] = np.where(taken >= lost, source[i], -1 - begun)
        score = np.maximum(taken, lost)
    score = score + np.concatenate([beside, [0.0]])
    end = int(score.argmax())
    best = float(score[end])
    at = [-1] * k
    for i in range(k - 1, -1, -1):
        back = int(source[i, end])
        if back >= 0:
            at[i] = end - 1
            end = back
        else:
            end = -1 - back
    return best, at


def _densest(worth: Floats) -> tuple[int, int]:
    """The stretch with the greatest sum."""
    best, span, total, start = 0.0, (0, 0), 0.0, 0
    for i, value in enumerate(worth):
        if total <= 0:
            total, start = 0.0, i
        total += float(value)
        if total > best:
            best, span = total, (start, i + 1)
    return span
