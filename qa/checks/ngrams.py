"""N-grams of characters and of toneless syllables, hashed, as machine code (numba)."""

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.compiled import compiled

LONGEST = 3
BITS = 20
TAIL, TAIL_LONGEST = 8, 2
"""How a stretch ends tells help from refusal, so the n-grams of characters in its tail count a second time there: its
last clause, or so many last syllables where it is one clause."""
EDGE = 1
"""What stands before and behind a stretch: an n-gram may begin or end with it."""


@compiled
def _tail(chars: NDArray[np.int32], start: int, end: int) -> int:
    for at in range(end - 1, start, -1):
        if chars[at] - chars[at - 1] > 1:
            return at
    return max(start, end - TAIL)


@compiled
def _hashed(
    codes: NDArray[np.int32], ids: NDArray[np.int16], chars: NDArray[np.int32], start: int, end: int
) -> NDArray[np.uint32]:
    found = np.empty(2 * (LONGEST + TAIL_LONGEST) * (end - start + 2), dtype=np.uint32)
    count = 0
    tail = _tail(chars, start, end)
    for source in range(2 if tail == start else 3):
        begin = tail if source == 2 else start
        for n in range(1, (TAIL_LONGEST if source == 2 else LONGEST) + 1):
            edge = 0 if n == 1 else 1
            for first in range(begin - edge, end + edge - n + 1):
                mixed = np.uint32((source + 1) * 7919 + n)
                for at in range(first, first + n):
                    letter = EDGE
                    if begin <= at < end:
                        letter = EDGE + 1 + (ids[at] if source == 1 else codes[at])
                    mixed = np.uint32((mixed ^ np.uint32(letter)) * np.uint32(0x9E3779B1))
                    mixed = np.uint32(mixed ^ (mixed >> np.uint32(15)))
                mixed = np.uint32(mixed * np.uint32(0x2C1B3C6D))
                found[count] = np.uint32(mixed ^ (mixed >> np.uint32(12))) >> np.uint32(32 - BITS)
                count += 1
    return found[:count]


@compiled
def _summed(
    codes: NDArray[np.int32],
    ids: NDArray[np.int16],
    chars: NDArray[np.int32],
    edges: NDArray[np.int64],
    rows: NDArray[np.uint16],
    weights: NDArray[np.float32],
) -> NDArray[np.float64]:
    sums = np.zeros((len(edges), weights.shape[1]))
    for unit in range(len(edges)):
        for gram in _hashed(codes, ids, chars, edges[unit, 0], edges[unit, 1]):
            row = rows[gram]
            if row < len(weights):
                for kind in range(weights.shape[1]):
                    sums[unit, kind] += weights[row, kind]
    return sums


@compiled
def units(chars: NDArray[np.int32], turns: NDArray[np.int64], reach: int, shortest: int) -> NDArray[np.int64]:
    """Stretches [start, end), (n, 2), of whole clauses within turns: from each clause as many as fit into `reach`
    syllables, left out where an earlier stretch holds them or they are shorter than `shortest`."""
    found, count = np.empty((len(chars), 2), dtype=np.int64), 0
    for turn in range(len(turns)):
        start, end = turns[turn, 0], turns[turn, 1]
        reached, first = start, start
        whole = end - start <= reach
        while first < end:
            last, following = first, end
            for at in range(first + 1, end + 1):
                if at < end and (whole or chars[at] - chars[at - 1] <= 1):
                    continue
                following = min(following, at)
                if last > first and at - first > reach:
                    break
                last = at
            if last > reached and last - first >= shortest:
                found[count, 0], found[count, 1] = first, last
                count += 1
            reached, first = max(reached, last), following
    return found[:count]


def hashed(
    codes: NDArray[np.int32], ids: NDArray[np.int16], chars: NDArray[np.int32], start: int, end: int
) -> NDArray[np.uint32]:
    """Every n-gram of the syllables [start, end), by `codes` of characters and by `ids` of sounds, in `BITS` bits.

    `chars` tells where in the text each syllable stands: a gap parts clauses.
    """
    return _hashed(codes, ids, chars, start, end)


def summed(
    codes: NDArray[np.int32],
    ids: NDArray[np.int16],
    chars: NDArray[np.int32],
    edges: NDArray[np.int64],
    rows: NDArray[np.uint16],
    weights: NDArray[np.float32],
) -> NDArray[np.float64]:
    """For stretches `edges` (n, 2) the sums (n, kinds) of their n-grams' weights.

    `rows` (2 ** BITS,) tells for a hashed n-gram its row of `weights`, or a number beyond them.
    """
    return _summed(codes, ids, chars, edges, rows, weights)
