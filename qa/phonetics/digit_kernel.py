"""Digits in heard syllables, as machine code: where numbers stand, and how well one number is another."""

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.compiled import Floats, compiled

LOST, SLIPPED_IN, FILLER, NOTHING = -3.0, -2.2, -0.4, -1e6
CLEAR, NEARLY, BRIDGE, SAME_SOUND = 3.0, 1.0, 0.4, 4.5
"""Evidence (nats) of a digit: clear, nearly one, perhaps one between two clear ones, its very sound."""
CONTRARY, SOUNDED, ALIKE_COST = -7.0, -4.5, 9.0
ALIKE = (-1, 7, -1, -1, -1, -1, 9, 1, -1, 6)
"""The digit that may be meant where one is written that sounds like it on a telephone."""
DIGIT_SLIPPED_IN, SOUND_LEFT_OUT, WRITTEN_LEFT_OUT = -3.5, -2.5, -10.0
HOMOPHONE = -1.0
"""Another number is less likely where no digit is written but a word of the same sound."""


@compiled
def in_order(
    pair: NDArray[np.float64], slips: NDArray[np.float64], left_out: NDArray[np.float64]
) -> tuple[float, NDArray[np.int64]]:
    """The best score of (k, n) pairs in order, and where each of the k stands (-1: lost).

    What is left over at both ends costs what the syllable right beside costs there.
    """
    k, n = pair.shape
    score, source = np.zeros(n + 1), np.zeros((k, n + 1), dtype=np.int64)
    begun = np.arange(n + 1)
    score[1:] = left_out
    for i in range(k):
        if i:
            begun[0] = 0
            for p in range(1, n + 1):
                begun[p] = p
                if score[p - 1] + slips[p - 1] > score[p]:
                    score[p] = score[p - 1] + slips[p - 1]
                    begun[p] = begun[p - 1]
        for p in range(n, -1, -1):
            taken = score[p - 1] + pair[i, p - 1] if p else NOTHING
            lost = score[p] + LOST
            source[i, p] = begun[p - 1] if taken >= lost else -1 - begun[p]
            score[p] = max(taken, lost)
    score[:n] += left_out
    end = int(score.argmax())
    best, places = score[end], np.full(k, -1)
    for i in range(k - 1, -1, -1):
        back = source[i, end]
        if back >= 0:
            places[i] = end - 1
            end = back
        else:
            end = -1 - back
    return best, places


@compiled
def digit_rows(
    fits: Floats,
    values: NDArray[np.int8],
    often: NDArray[np.bool_],
    plain: NDArray[np.bool_],
    ids: NDArray[np.int16],
    codes: NDArray[np.int32],
    filler: NDArray[np.bool_],
    lowest: float,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """(n, 10) evidence for each digit at each syllable; which syllables are written as digits, which as digits that
    stand for nothing else, and which are idle.

    `fits`: by sound how well it fits each digit; by character `values` (-1: no digit), whether it may sound like
    another (`often`) and whether it stands for nothing else (`plain`), the last entry for all characters beyond;
    `lowest` is what a sound that never fits has.
    """
    n = len(ids)
    rows, written = np.empty((n, 10)), np.empty(n, dtype=np.bool_)
    plainly, idle = np.empty(n, dtype=np.bool_), np.empty(n, dtype=np.bool_)
    for i in range(n):
        for digit in range(10):
            rows[i, digit] = fits[ids[i], digit]
        written[i] = values[min(codes[i], len(values) - 1)] >= 0
        plainly[i] = plain[min(codes[i], len(plain) - 1)]
        idle[i] = filler[i] or ids[i] == 0
    best = _greatest(rows)
    for i in range(1, n - 1):
        if best[i] >= SAME_SOUND and best[i - 1] >= NEARLY and best[i + 1] >= NEARLY:
            for digit in range(10):
                if rows[i, digit] <= lowest:
                    rows[i, digit] = SOUNDED
    for i in range(n):
        if written[i]:
            value = values[codes[i]]
            clear = max(rows[i, value], CLEAR)
            rows[i] = CONTRARY
            rows[i, value] = clear
            if often[min(codes[i], len(often) - 1)] and ALIKE[value] >= 0:
                rows[i, ALIKE[value]] = clear - ALIKE_COST
    return rows, written, plainly, idle


@compiled
def _greatest(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """The greatest value of each row."""
    best = np.full(len(rows), NOTHING)
    for i in range(len(rows)):
        for digit in range(rows.shape[1]):
            best[i] = max(best[i], rows[i, digit])
    return best


@compiled
def densest(
    rows: NDArray[np.float64], ids: NDArray[np.int16], filler: NDArray[np.bool_]
) -> tuple[int, int, NDArray[np.bool_]]:
    """The stretch [start, end) that is likeliest a number, and which syllables are idle words."""
    n, best = len(rows), _greatest(rows)
    idle = np.empty(n, dtype=np.bool_)
    top, begin, end = 0.0, 0, 0
    total, start = 0.0, 0
    for i in range(n):
        between = 0 < i < n - 1 and best[i] >= CLEAR and best[i - 1] >= NEARLY and best[i + 1] >= NEARLY
        idle[i] = ids[i] == 0 or (filler[i] and not between)  # 吧 between digits is an eight
        worth = FILLER if idle[i] else np.log(np.exp(rows[i]).mean())
        if total <= 0:
            total, start = 0.0, i
        total += worth
        if total > top:
            top, begin, end = total, start, i + 1
    return begin, end, idle


@compiled
def spoken_digits(
    rows: NDArray[np.float64], ids: NDArray[np.int16], filler: NDArray[np.bool_]
) -> tuple[int, int, NDArray[np.float64], NDArray[np.int8], int]:
    """The stretch [start, end) that is likeliest a number, its syllables without idle words (k, 10), the digits that
    these are (-1: none), and how many of them are clear."""
    start, end, idle = densest(rows, ids, filler)
    kept = rows[start:end][~idle[start:end]]
    digits, clear = np.empty(len(kept), dtype=np.int8), 0
    for i in range(len(kept)):
        best = kept[i].argmax()
        digits[i] = best if kept[i, best] >= NEARLY else -1
        clear += kept[i, best] >= CLEAR
    return start, end, kept, digits, clear


@compiled
def digit_runs(
    fit: Floats, ids: NDArray[np.int16], unit: NDArray[np.bool_], filler: NDArray[np.bool_], least: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stretches [start, end) of at least `least` digits, and for each syllable that is a digit of one which it is (-1:
    none); a unit behind the last digit counts as one."""
    n, best = len(ids), _greatest(fit)
    run_of, spans = np.full(n, -1), np.empty((n, 2), dtype=np.int64)
    runs, count, end = 0, 0, 0
    for i in range(n + 1):
        inside = i < n
        counted = inside and unit[i] and count > 0
        clear = inside and best[i] >= CLEAR
        bridge = 0 < i < n - 1 and not filler[i] and best[i] >= BRIDGE and best[i - 1] >= CLEAR and best[i + 1] >= CLEAR
        if not counted and (clear or bridge):
            if not count:
                spans[runs, 0] = i
            run_of[i] = runs
            count, end = count + 1, i + 1
            spans[runs, 1] = end
        elif counted:
            end = i + 1
        elif not (count and inside and (filler[i] or ids[i] == 0) and i - end < 2):
            if count and count + (end > spans[runs, 1]) >= least:
                spans[runs, 1] = end
                runs += 1
            elif count:
                run_of[spans[runs, 0] : spans[runs, 1]] = -1
            count = 0
    return spans[:runs], run_of


@compiled
def digit_pairs(
    wanted: NDArray[np.float64], rows: NDArray[np.float64], written: NDArray[np.bool_], share: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(k, n) evidence that each heard syllable is this digit of the number, or is it in a number of whose digits only a
    share is the same."""
    same, other = np.empty((len(wanted), len(rows))), np.empty((len(wanted), len(rows)))
    for i in range(len(rows)):
        likely = np.exp(rows[i])
        chosen = 0.0 if written[i] else HOMOPHONE
        any_digit = np.log(1.0 - share) + np.log(likely.mean()) + chosen
        for k in range(len(wanted)):
            same[k, i] = np.log((wanted[k] * likely).sum() + 1e-9) + 0.7 * chosen
            other[k, i] = np.logaddexp(np.log(share) + same[k, i], any_digit)
    return same, other


@compiled
def digit_costs(
    rows: NDArray[np.float64], plain: NDArray[np.bool_], idle: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) costs of a syllable that slips into a number, and of one that is left out right beside it."""
    best = _greatest(rows)
    slips, left_out = np.empty(len(rows)), np.empty(len(rows))
    for i in range(len(rows)):
        clear = best[i] >= CLEAR
        slips[i] = FILLER if idle[i] else DIGIT_SLIPPED_IN if clear else SLIPPED_IN
        left_out[i] = WRITTEN_LEFT_OUT if plain[i] else SOUND_LEFT_OUT if clear else 0.0
    return slips, left_out


@compiled
def held(
    same: NDArray[np.float64],
    other: NDArray[np.float64],
    rows: NDArray[np.float64],
    written: NDArray[np.bool_],
    plain: NDArray[np.bool_],
    idle: NDArray[np.bool_],
    digits: NDArray[np.int64],
) -> tuple[float, NDArray[np.int64], float, NDArray[np.int64], int]:
    """How well the (k, n) pairs of a number fit what is heard and where each of the k stands (-1: lost); how well those
    of another number in its place do, the digit heard there for each of `digits` (-1: lost), and how many of these are
    written as other ones."""
    slips, left_out = digit_costs(rows, plain, idle)
    right, at = in_order(same, slips, left_out)
    wrong, instead = in_order(other, slips, left_out)
    told, contrary = np.full(len(digits), -1), 0
    for number in range(len(digits)):
        place = instead[digits[number]]
        if place >= 0:
            told[number] = rows[place].argmax()
            contrary += written[place] and same[digits[number], place] < 0.0
    return right, at, wrong, told, contrary
