"""Alignment of wordings with heard syllables, and the probability that a wording was said.

The score is the sum over aligned pairs of log p(heard | said) / q(heard) (see `confusion`), less the cost of
syllables lost or slipped in: a log likelihood ratio of "this was said here" against "anything was said here". Two
doubts turn it into a probability: chance (a short wording turns up somewhere in a long text) and kinship (another
sentence shares half of the words).
"""

import math
from collections.abc import Sequence

import numpy as np

from qa.phonetics.compiled import Floats
from qa.phonetics.confusion import evidence
from qa.phonetics.kernel import (
    CHANCE,
    FILLER,
    GAP_REACH,
    HEARD,
    LOST,
    NEGATION,
    NEXT_TURN,
    NOTHING,
    SAME_CHARACTER,
    SLACK,
    SLIPPED_IN,
    WANTED,
    Heard,
    Table,
)
from qa.phonetics.pattern import Wording
from qa.phonetics.syllables import Phones, inventory

HOPELESS = -3.8


def probability(ratio: float, score: float, size: int, length: int, prior: float) -> float:
    """That a wording of `size` syllables was said, found with this evidence in a text of `length` syllables.

    `prior` is the log odds of its being said at all: above 0 for a script that nearly everybody follows.
    """
    odds = min(score - chance(length), kinship(ratio, size)) + prior
    return 1.0 / (1.0 + math.exp(-odds)) if odds > -30 else 0.0


def chance(length: int) -> float:
    """Evidence (nats) that turns up by chance somewhere in a text of so many syllables."""
    return math.log(length + 1) + CHANCE


def kinship(ratio: float, size: int) -> float:
    """Log odds that a hit is the wording itself and no other sentence that shares words with it."""
    root = math.sqrt(size)
    return (10.0 + 2.0 * root) * (ratio - 0.42 - 0.42 / root)


def least_ratio(size: int) -> float:
    """The share of a perfect hit below which no prior makes a hit of this size worth telling."""
    root = math.sqrt(size)
    return HOPELESS / (10.0 + 2.0 * root) + 0.42 + 0.42 / root


def tabulate(wordings: Sequence[Wording]) -> Table:
    """Prepare wordings for alignment."""
    sizes = np.array([len(w.ids) for w in wordings], dtype=np.int32)
    ids = np.concatenate([np.zeros(0, np.int16), *(w.ids for w in wordings)])
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    ideal = np.array([w.ideal for w in wordings], dtype=np.float32)
    worth = np.cumsum(evidence()[ids, ids] + SAME_CHARACTER, dtype=np.float64)
    codes = np.concatenate([np.zeros(0, np.int32), *(w.codes for w in wordings)])
    denying = np.isin(codes, _DENYING)
    syllables = np.zeros(len(ids), dtype=WANTED)
    syllables["code"], syllables["sound"] = codes, ids
    syllables["rest"] = np.repeat(worth[first[1:] - 1], sizes) - worth
    syllables["loss"] = np.where(denying, NEGATION, LOST)
    syllables["row"] = np.where(_NEGATIONS[ids] & ~denying, ids + PLAIN, ids)
    syllables["tone"] = np.concatenate([np.zeros(0, np.int8), *(w.tones for w in wordings)])
    syllables["after_gap"] = np.concatenate([np.zeros(0, np.bool_), *(w.gap_before for w in wordings)])
    return Table(
        first=first,
        syllables=syllables,
        sizes=sizes,
        gaps=np.array([int(w.gap_before.sum()) for w in wordings], dtype=np.int32),
        ideal=ideal,
        least=(ideal * [least_ratio(len(w.ids)) for w in wordings]).astype(np.float32),
    )


def margin(table: Table, early: int) -> int:
    """Syllables around a text that an alignment may look at, begun up to `early` syllables before it."""
    reach = table.sizes + GAP_REACH * table.gaps
    return int(reach.max(initial=0)) + early + 3 * SLACK


def listen(heard: Phones, around: int) -> Heard:
    """Prepare a text for alignment, with so many syllables before and after it that match nothing."""
    prepared = np.full(len(heard) + 2 * around, _OUTSIDE)
    inside = prepared[around : around + len(heard)]
    inside["code"], inside["sound"], inside["tone"] = heard.codes, heard.ids, heard.tones
    slip = inside["slip"]
    slip[_NEGATIONS[heard.ids]] = NEGATION
    slip[heard.codes == 0] = NEXT_TURN
    slip[heard.filler] = FILLER
    return prepared


_NEGATIONS = np.isin(np.arange(len(inventory()) + 1), [inventory()[s] for s in ("bu", "mei", "bie")])
_MISHEARD = [(inventory()["bu"], inventory()[s]) for s in ("wu", "gu", "pu")]
"""What 不 is heard as where its stop is missed: of its final, and no word that could stand in its place."""
_OUTSIDE = np.array((0, SLIPPED_IN, len(inventory()) + 1, 0), dtype=HEARD)
"""The syllable that stands before and after a text."""


_DENYING = [ord(char) for char in "不没别"]
PLAIN = len(inventory()) + 1
"""Rows of `PAIRS` so much further on are of the same sound without denying anything (部, 每)."""


def _pairs() -> Floats:
    plain = evidence().T
    strict = plain.copy()
    opposed = _NEGATIONS[:, None] != _NEGATIONS[None, :]
    opposed[tuple(np.transpose(_MISHEARD))] = False
    strict[opposed] += NEGATION
    table = np.concatenate([strict, plain])
    return np.ascontiguousarray(np.pad(table, ((0, 0), (0, 1)), constant_values=NOTHING))


PAIRS = _pairs()
"""(2 × (syllables + 1), syllables + 2) evidence of a pair, [said, heard], negations kept apart from everything else."""
