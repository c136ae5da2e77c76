"""Alignment of wordings with heard syllables, and the probability that a wording was said.

The score is the sum over aligned pairs of log p(heard | said) / q(heard) (see `confusion`), less the cost of
syllables lost or slipped in: a log likelihood ratio of "this was said here" against "anything was said here". Two
doubts turn it into a probability: chance (a short wording turns up somewhere in a long text) and kinship (another
sentence shares half of the words).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import evidence
from qa.phonetics.pattern import SAME_CHARACTER, Wording
from qa.phonetics.syllables import Phones, inventory

LOST, SLIPPED_IN, FILLER, IN_GAP, NEXT_TURN = -3.0, -2.2, -0.4, -0.25, -1.5
LOST_NEGATION, ADDED_NEGATION = -18.0, -18.0
SAME_TONE, OTHER_TONE = 0.1, -0.4
GAP_REACH = 6
SLACK = 6
LEAST_RATIO = 0.25
SIZES = (3, 5, 8, 12, 20, 10_000)
NOTHING = -1e6
NEGATIONS = np.array([inventory()[s] for s in ("bu", "mei", "bie")], dtype=np.int16)
"""不, 没 and 别: a wording that lacks its negation says the opposite."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Match:
    """The best alignment of a wording in a window: syllables [start, end) and evidence in nats."""

    wording: int
    start: int
    end: int
    score: float


def probability(ratio: float, score: float, size: int, length: int, prior: float) -> float:
    """That a wording of `size` syllables was said, found with this evidence in a text of `length` syllables.

    `prior` is the log odds of its being said at all: above 0 for a script that nearly everybody follows.
    """
    chance = score - math.log(length + 1) - 1.5
    pivot = 0.42 + 0.42 / math.sqrt(size)
    kinship = (10.0 + 2.0 * math.sqrt(size)) * (ratio - pivot)
    odds = min(chance, kinship) + prior
    return 1.0 / (1.0 + math.exp(-odds)) if odds > -30 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Wordings side by side: `ids`, `tones`, `codes`, `gap_before` (W, longest), `sizes`, `gaps`, `ideal` (W,)."""

    ids: NDArray[np.int16]
    tones: NDArray[np.int8]
    codes: Ints
    gap_before: NDArray[np.bool_]
    sizes: Ints
    gaps: Ints
    ideal: Floats


def tabulate(wordings: Sequence[Wording]) -> Table:
    """Prepare wordings for alignment."""
    sizes = np.array([len(w.ids) for w in wordings], dtype=np.int32)
    longest = int(sizes.max(initial=0))
    return Table(
        ids=_padded([w.ids for w in wordings], longest, np.int16),
        tones=_padded([w.tones for w in wordings], longest, np.int8),
        codes=_padded([w.codes for w in wordings], longest, np.int32),
        gap_before=_padded([w.gap_before for w in wordings], longest, np.bool_),
        sizes=sizes,
        gaps=np.array([int(w.gap_before.sum()) for w in wordings], dtype=np.int32),
        ideal=np.array([w.ideal for w in wordings], dtype=np.float32),
    )


def align(table: Table, which: Ints, at: Ints, heard: Phones) -> Iterator[Match]:
    """Align wordings `which` (k,) with the heard syllables from about `at` (k,) on; poor alignments are left out."""
    sizes = table.sizes[which]
    least = 0
    for most in SIZES:
        rows = np.flatnonzero((sizes > least) & (sizes <= most))
        if len(rows):
            yield from _align_group(table, which[rows], at[rows], heard)
        least = most


def _align_group(wanted: Table, which: Ints, at: Ints, heard: Phones) -> Iterator[Match]:
    size = wanted.sizes[which]
    longest = int(size.max())
    width = longest + 2 * SLACK + GAP_REACH * int(wanted.gaps[which].max())
    left = at - SLACK
    place = left[:, None] + np.arange(width, dtype=np.int32)[None, :]
    inside = (place >= 0) & (place < len(heard))
    safe = np.clip(place, 0, max(0, len(heard) - 1))
    h_ids, h_tones, h_codes = heard.ids[safe], heard.tones[safe], heard.codes[safe]
    slip = np.select(
        [heard.filler[safe], h_codes == 0, np.isin(h_ids, NEGATIONS)], [FILLER, NEXT_TURN, ADDED_NEGATION], SLIPPED_IN
    )
    table = evidence()
    grid = _Grid(
        np.concatenate([np.zeros((len(which), 1), np.float32), np.cumsum(slip, axis=1, dtype=np.float32)], axis=1)
    )
    score = np.zeros((len(which), width + 1), dtype=np.float32)
    start = np.broadcast_to(np.arange(width + 1, dtype=np.int32), score.shape).copy()
    final_score, final_start = score.copy(), start.copy()
    for step in range(longest):
        said = wanted.ids[which, step][:, None]
        if step:
            leaping = np.flatnonzero(wanted.gap_before[which, step])
            if len(leaping):
                score[leaping], start[leaping] = _leap(score[leaping], start[leaping])
            score, start = grid.relax(score, start)
        pair = table[h_ids, said]
        same = h_ids == said
        tone = np.where(h_tones == wanted.tones[which, step][:, None], SAME_TONE, OTHER_TONE)
        pair = pair + np.where(h_codes == wanted.codes[which, step][:, None], SAME_CHARACTER, np.where(same, tone, 0.0))
        denied, denies = np.isin(said, NEGATIONS), np.isin(h_ids, NEGATIONS)
        pair = np.where(denied != denies, pair + ADDED_NEGATION, pair)
        taken = score[:, :-1] + np.where(inside, pair, NOTHING)
        loss = np.where(denied, LOST_NEGATION, LOST)
        lost = score + loss if step else np.full_like(score, NOTHING)
        better = taken >= lost[:, 1:]
        now, begun = lost, start.copy()
        now[:, 1:] = np.where(better, taken, lost[:, 1:])
        begun[:, 1:] = np.where(better, start[:, :-1], start[:, 1:])
        score, start = now.astype(np.float32), begun
        done = np.flatnonzero(size == step + 1)
        final_score[done], final_start[done] = score[done], start[done]
    end = final_score.argmax(axis=1)
    rows = np.arange(len(which))
    best, begin = final_score[rows, end], final_start[rows, end]
    for row in np.flatnonzero(best > LEAST_RATIO * wanted.ideal[which]):
        yield Match(int(which[row]), int(left[row] + begin[row]), int(left[row] + end[row]), float(best[row]))


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Cumulated cost of syllables slipping in, (k, width + 1)."""

    slips: Floats

    def relax(self, score: Floats, start: Ints) -> tuple[Floats, Ints]:
        """Let syllables slip in before the next one that is wanted."""
        level = score - self.slips
        reach = np.maximum.accumulate(level, axis=1)
        places = np.arange(score.shape[1])
        source = np.maximum.accumulate(np.where(level >= reach, places, 0), axis=1)
        return reach + self.slips, np.take_along_axis(start, source, axis=1)


def _leap(score: Floats, start: Ints) -> tuple[Floats, Ints]:
    """Let up to GAP_REACH syllables pass at almost no cost."""
    best, begun = score.copy(), start.copy()
    for reach in range(1, GAP_REACH + 1):
        passed = score[:, :-reach] + reach * IN_GAP
        better = passed > best[:, reach:]
        best[:, reach:] = np.where(better, passed, best[:, reach:])
        begun[:, reach:] = np.where(better, start[:, :-reach], begun[:, reach:])
    return best, begun


def _padded(rows: list[Any], width: int, dtype: type) -> Any:
    padded: NDArray[Any] = np.zeros((len(rows), width), dtype=dtype)
    for i, row in enumerate(rows):
        padded[i, : len(row)] = row
    return padded
