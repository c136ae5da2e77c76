"""Alignment of wordings with heard syllables, and the probability that a wording was said.

The score is the sum over aligned pairs of log p(heard | said) / q(heard) (see `confusion`), less the cost of
syllables lost or slipped in: a log likelihood ratio of "this was said here" against "anything was said here". Two
doubts turn it into a probability: chance (a short wording turns up somewhere in a long text) and kinship (another
sentence shares half of the words).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.compiled import compiled
from qa.phonetics.confusion import evidence
from qa.phonetics.pattern import SAME_CHARACTER, Wording
from qa.phonetics.syllables import Phones, inventory

LOST, SLIPPED_IN, FILLER, IN_GAP, NEXT_TURN = -3.0, -2.2, -0.4, -0.25, -1.5
NEGATION = -18.0
"""Cost of a 不, 没 or 别 lost, slipped in or aligned with another word: such a wording says the opposite."""
SAME_TONE, OTHER_TONE = 0.1, -0.4
GAP_REACH = 6
SLACK = 6
NOTHING = -1e6

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


def probability(ratio: float, score: float, size: int, length: int, prior: float) -> float:
    """That a wording of `size` syllables was said, found with this evidence in a text of `length` syllables.

    `prior` is the log odds of its being said at all: above 0 for a script that nearly everybody follows.
    """
    chance = score - math.log(length + 1) - 1.5
    odds = min(chance, kinship(ratio, size)) + prior
    return 1.0 / (1.0 + math.exp(-odds)) if odds > -30 else 0.0


def kinship(ratio: float, size: int) -> float:
    """Log odds that a hit is the wording itself and no other sentence that shares words with it."""
    root = math.sqrt(size)
    return (10.0 + 2.0 * root) * (ratio - 0.42 - 0.42 / root)


fast_kinship = compiled(kinship)


class Table(NamedTuple):
    """Wordings one after the other. `first` (W + 1,): where each begins in `ids`, `tones`, `codes`, `gap_before` and
    `loss` (the cost of a syllable that is not heard); `sizes`, `gaps`, `ideal` (W,)."""

    first: Ints
    ids: NDArray[np.int16]
    tones: NDArray[np.int8]
    codes: Ints
    gap_before: NDArray[np.bool_]
    loss: Floats
    sizes: Ints
    gaps: Ints
    ideal: Floats


class Heard(NamedTuple):
    """A text as the alignment takes it: `ids`, `tones`, `codes` (n,) as in `Phones`, `slip` (n,) the cost of each
    syllable where it is not wanted."""

    ids: NDArray[np.int16]
    tones: NDArray[np.int8]
    codes: Ints
    slip: Floats


def tabulate(wordings: Sequence[Wording]) -> Table:
    """Prepare wordings for alignment."""
    sizes = np.array([len(w.ids) for w in wordings], dtype=np.int32)
    ids = np.concatenate([np.zeros(0, np.int16), *(w.ids for w in wordings)])
    return Table(
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        ids=ids,
        tones=np.concatenate([np.zeros(0, np.int8), *(w.tones for w in wordings)]),
        codes=np.concatenate([np.zeros(0, np.int32), *(w.codes for w in wordings)]),
        gap_before=np.concatenate([np.zeros(0, np.bool_), *(w.gap_before for w in wordings)]),
        loss=np.where(_NEGATIONS[ids], NEGATION, LOST).astype(np.float32),
        sizes=sizes,
        gaps=np.array([int(w.gap_before.sum()) for w in wordings], dtype=np.int32),
        ideal=np.array([w.ideal for w in wordings], dtype=np.float32),
    )


def listen(heard: Phones) -> Heard:
    """Prepare a text for alignment."""
    slip = np.full(len(heard), SLIPPED_IN, dtype=np.float32)
    slip[_NEGATIONS[heard.ids]] = NEGATION
    slip[heard.codes == 0] = NEXT_TURN
    slip[heard.filler] = FILLER
    return Heard(heard.ids, heard.tones, heard.codes, slip)


_NEGATIONS = np.isin(np.arange(len(inventory()) + 1), [inventory()[s] for s in ("bu", "mei", "bie")])


def _pairs() -> Floats:
    table = np.ascontiguousarray(evidence().T)
    table[_NEGATIONS[:, None] != _NEGATIONS[None, :]] += NEGATION
    return table


PAIRS = _pairs()
"""(syllables+1, syllables+1) evidence of a pair, [said, heard], negations kept apart from everything else."""


@compiled
def align(
    wording: int, at: int, table: Table, heard: Heard, pair: Floats, score: Floats, start: Ints
) -> tuple[float, int, int]:
    """The best alignment of a wording with a text from about syllable `at` on: evidence in nats, and its syllables
    [start, end). `score` and `start` are room for (2, m + 2 SLACK + gaps × GAP_REACH + 1) values."""
    base, size = table.first[wording], table.sizes[wording]
    width = size + 2 * SLACK + GAP_REACH * table.gaps[wording]
    left, length = at - SLACK, len(heard.ids)
    now, then = 0, 1
    for p in range(width + 1):
        score[now, p] = 0.0
        start[now, p] = p
    for step in range(size):
        said, tone, code = table.ids[base + step], table.tones[base + step], table.codes[base + step]
        if step:
            if table.gap_before[base + step]:
                for p in range(width, 0, -1):
                    for reach in range(1, min(GAP_REACH, p) + 1):
                        passed = score[now, p - reach] + np.float32(reach * IN_GAP)
                        if passed > score[now, p]:
                            score[now, p] = passed
                            start[now, p] = start[now, p - reach]
            for p in range(1, width + 1):
                place = left + p - 1
                slip = heard.slip[place] if 0 <= place < length else np.float32(SLIPPED_IN)
                passed = score[now, p - 1] + slip
                if passed > score[now, p]:
                    score[now, p] = passed
                    start[now, p] = start[now, p - 1]
        loss = table.loss[base + step] if step else np.float32(NOTHING)
        score[then, 0] = score[now, 0] + loss
        start[then, 0] = start[now, 0]
        for p in range(1, width + 1):
            place = left + p - 1
            taken = np.float32(NOTHING)
            if 0 <= place < length:
                taken = score[now, p - 1] + pair[said, heard.ids[place]]
                if heard.codes[place] == code:
                    taken += np.float32(SAME_CHARACTER)
                elif heard.ids[place] == said:
                    taken += np.float32(SAME_TONE if heard.tones[place] == tone else OTHER_TONE)
            lost = score[now, p] + loss
            if taken >= lost:
                score[then, p] = taken
                start[then, p] = start[now, p - 1]
            else:
                score[then, p] = lost
                start[then, p] = start[now, p]
        now, then = then, now
    best = 0
    for p in range(1, width + 1):
        if score[now, p] > score[now, best]:
            best = p
    return score[now, best], left + start[now, best], left + best
