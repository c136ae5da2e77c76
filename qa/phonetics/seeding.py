"""Where a wording could be in a text: pairs of neighbouring syllables (by coarse sound) on about the same diagonal."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.compiled import compiled
from qa.phonetics.confusion import sound_classes
from qa.phonetics.pattern import Wording

BAND = 4
"""Diagonals a bin: so many syllables may slip in or get lost between two seeds."""
REGION = 3
CHUNK = 5 * REGION
FEW = 4
"""Of each pattern only so many wordings are aligned in a region of `REGION` bins; a chunk of bins is done at a time."""
SHARE = 0.3
STEPS = (1, 2)

Ints = NDArray[np.int32]


class Seeds(NamedTuple):
    """For each pair of sound classes (`first[key]` to `first[key + 1]`) the wordings and offsets in which it stands.

    `needed` (W,): seeds a wording must have in two neighbouring bins; `owner` (W,): its pattern; `lead`: bins before
    the text begins.
    """

    first: Ints
    wording: Ints
    offset: Ints
    needed: NDArray[np.uint8]
    owner: Ints
    owners: int
    lead: int


def seeds_of(ids: NDArray[np.int16]) -> tuple[Ints, Ints]:
    """Keys of neighbouring (and next but one) syllable pairs, and where their first syllable stands."""
    classes, count = classes_of(ids), int(_CLASSES.max()) + 1
    keys: list[Ints] = []
    places: list[Ints] = []
    for step in STEPS:
        one, other = classes[:-step], classes[step:]
        real = np.flatnonzero((one > 0) & (other > 0)).astype(np.int32)
        keys.append(one[real] * count + other[real])
        places.append(real)
    return np.concatenate(keys), np.concatenate(places)


def classes_of(ids: NDArray[np.int16]) -> Ints:
    """The coarse sound of each syllable."""
    return _CLASSES[ids]


_CLASSES = sound_classes().astype(np.int32)


def index(wordings: Sequence[Wording], owner: Sequence[int], owners: int) -> Seeds:
    """Index wordings (W) that belong to patterns (`owner`, W) out of `owners`."""
    found = [seeds_of(w.ids) for w in wordings]
    empty = np.zeros(0, dtype=np.int32)
    keys = np.concatenate([empty, *(k for k, _ in found)])
    order = np.argsort(keys, kind="stable")
    which = np.repeat(np.arange(len(wordings), dtype=np.int32), [len(k) for k, _ in found])
    count = int(_CLASSES.max()) + 1
    sizes = np.array([len(w.ids) for w in wordings], dtype=np.int32)
    return Seeds(
        first=np.searchsorted(keys[order], np.arange(count * count + 1)).astype(np.int32),
        wording=which[order],
        offset=np.concatenate([empty, *(at for _, at in found)])[order],
        needed=np.clip(np.ceil(SHARE * (2 * sizes - 3)), 1, 255).astype(np.uint8),
        owner=np.array(owner, dtype=np.int32),
        owners=owners,
        lead=int(sizes.max(initial=0)) // BAND + 1,
    )


@compiled
def candidates(seeds: Seeds, sizes: Ints, classes: Ints) -> tuple[Ints, Ints]:
    """Wordings with enough seeds in about the same place, and the syllable at which to begin aligning."""
    length = len(classes)
    bins = length // BAND + seeds.lead + 1
    count = int(np.sqrt(len(seeds.first) - 1))
    reach = seeds.lead * BAND
    tally = np.zeros((len(sizes), CHUNK), dtype=np.uint8)
    ripe_wording = np.empty(len(sizes) * CHUNK, dtype=np.int32)
    ripe_bin = np.empty(len(sizes) * CHUNK, dtype=np.int32)
    best = np.empty((seeds.owners * (CHUNK // REGION), FEW), dtype=np.int32)
    filled = np.zeros(seeds.owners * (CHUNK // REGION), dtype=np.int32)
    found_wording = np.empty(1024, dtype=np.int32)
    found_at = np.empty(1024, dtype=np.int32)
    found = 0
    for chunk in range(0, bins, CHUNK):
        ripe = 0
        begin = max(0, (chunk - seeds.lead) * BAND)
        end = min(length, (chunk + CHUNK + 1) * BAND)
        for at in range(begin, end):
            for step in STEPS:
                if at + step >= length or not classes[at] or not classes[at + step]:
                    continue
                key = classes[at] * count + classes[at + step]
                for posting in range(seeds.first[key], seeds.first[key + 1]):
                    wording = seeds.wording[posting]
                    place = (at - seeds.offset[posting] + reach) // BAND - chunk
                    for bin in (place, place - 1):
                        if 0 <= bin < CHUNK:
                            tally[wording, bin] += 1
                            if tally[wording, bin] == seeds.needed[wording]:
                                ripe_wording[ripe] = wording
                                ripe_bin[ripe] = bin
                                ripe += 1
        for i in range(ripe):
            wording = ripe_wording[i]
            group = seeds.owner[wording] * (CHUNK // REGION) + ripe_bin[i] // REGION
            fullness = tally[wording, ripe_bin[i]] / sizes[wording]
            rank = filled[group]
            while rank > 0:
                other = best[group, rank - 1]
                if tally[ripe_wording[other], ripe_bin[other]] / sizes[ripe_wording[other]] >= fullness:
                    break
                if rank < FEW:
                    best[group, rank] = other
                rank -= 1
            if rank < FEW:
                best[group, rank] = i
                filled[group] = min(FEW, filled[group] + 1)
        if found + ripe > len(found_at):
            room = 2 * (found + ripe)
            found_wording = np.concatenate((found_wording, np.empty(room, dtype=np.int32)))
            found_at = np.concatenate((found_at, np.empty(room, dtype=np.int32)))
        for i in range(ripe):
            group = seeds.owner[ripe_wording[i]] * (CHUNK // REGION) + ripe_bin[i] // REGION
            for rank in range(filled[group]):
                found_wording[found] = ripe_wording[best[group, rank]]
                found_at[found] = (chunk + ripe_bin[best[group, rank]]) * BAND - reach
                found += 1
            filled[group] = 0
        tally[:] = 0
    return found_wording[:found], found_at[:found]
