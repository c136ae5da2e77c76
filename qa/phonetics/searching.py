"""The search of a whole lexicon in one text, compiled: seeds, alignments, and of each pattern the hits that stand."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.align import GAP_REACH, SLACK, Heard, Table, align, fast_kinship
from qa.phonetics.compiled import compiled
from qa.phonetics.seeding import Seeds, candidates

LEAST_RATIO = 0.25
HOPELESS = -4.5
"""Log odds below which no prior makes a hit worth telling."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


class Found(NamedTuple):
    """Hits in a text, each (k,): its pattern, its syllables [start, end), evidence in nats and in shares of a perfect
    hit, and the syllables wanted. Those of a pattern stand together, the best first, and do not overlap."""

    owner: Ints
    start: Ints
    end: Ints
    evidence: Floats
    ratio: Floats
    size: Ints


@compiled
def find(table: Table, seeds: Seeds, heard: Heard, classes: Ints, pair: Floats) -> Found:
    """Every pattern that may stand in the text."""
    wordings, places = candidates(seeds, table.sizes, classes)
    count = len(wordings)
    owner, start, end = (np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32), np.empty(count, np.int32))
    evidence, ratio = np.empty(count, dtype=np.float32), np.empty(count, dtype=np.float32)
    size, merit = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.float32)
    room = 0
    for wording in wordings:
        room = max(room, table.sizes[wording] + GAP_REACH * table.gaps[wording] + 2 * SLACK + 1)
    scores, starts = np.empty((2, room), dtype=np.float32), np.empty((2, room), dtype=np.int32)
    kept = 0
    for i in range(count):
        wording = wordings[i]
        score, begin, stop = align(wording, places[i], table, heard, pair, scores, starts)
        share = score / table.ideal[wording]
        if share <= LEAST_RATIO or fast_kinship(share, table.sizes[wording]) < HOPELESS:
            continue
        owner[kept], start[kept], end[kept] = seeds.owner[wording], begin, stop
        evidence[kept], ratio[kept], size[kept] = score, share, table.sizes[wording]
        merit[kept] = (share - 0.5) * np.sqrt(table.sizes[wording])
        kept += 1
    order = _order(owner[:kept], merit[:kept], start[:kept])
    chosen = np.empty(kept, dtype=np.int32)
    stand, group = 0, 0
    for i in order:
        if stand == group or owner[chosen[group]] != owner[i]:
            group = stand
        free = True
        for j in range(group, stand):
            free = free and (end[i] <= start[chosen[j]] or start[i] >= end[chosen[j]])
        if free:
            chosen[stand] = i
            stand += 1
    best = chosen[:stand]
    return Found(owner[best], start[best], end[best], evidence[best], ratio[best], size[best])


@compiled
def _order(owner: Ints, merit: Floats, start: Ints) -> NDArray[np.int64]:
    """Indices by pattern, then the best first, then in order of the text."""
    order = np.argsort(start, kind="mergesort")
    order = order[np.argsort(-merit[order], kind="mergesort")]
    return order[np.argsort(owner[order], kind="mergesort")]
