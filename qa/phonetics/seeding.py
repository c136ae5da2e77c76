"""Where a wording could be in a text: pairs of neighbouring syllables (by coarse sound) on about the same diagonal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import sound_classes
from qa.phonetics.kernel import BAND, STEPS, Seeds
from qa.phonetics.pattern import Wording

SHARE, SHARE_OF_LONG = 0.3, 0.4
LONG = 7
"""Wordings of so many syllables are found by their neighbouring pairs alone."""

Ints = NDArray[np.int32]


def seeds_of(ids: NDArray[np.int16], steps: Sequence[int] = STEPS) -> tuple[Ints, Ints]:
    """Keys of neighbouring (and next but one) syllable pairs, and where their first syllable stands."""
    classes = classes_of(ids)
    keys: list[Ints] = []
    places: list[Ints] = []
    for step in steps:
        one, other = classes[:-step], classes[step:]
        real = np.flatnonzero((one > 0) & (other > 0)).astype(np.int32)
        keys.append(one[real] * COUNT + other[real])
        places.append(real)
    return np.concatenate(keys), np.concatenate(places)


def classes_of(ids: NDArray[np.int16]) -> Ints:
    """The coarse sound of each syllable."""
    return _CLASSES[ids]


def one_after_the_other(texts: Sequence[Ints]) -> Ints:
    """The sounds of several texts, so far apart that no pair reaches from one to the next."""
    apart = np.zeros(max(STEPS), dtype=np.int32)
    return np.concatenate([part for text in texts for part in (text, apart)])


_CLASSES = sound_classes().astype(np.int32)
COUNT = int(_CLASSES.max()) + 1


def index(wordings: Sequence[Wording], owner: Sequence[int], owners: int) -> Seeds:
    """Index wordings (W) that belong to patterns (`owner`, W, in order) out of `owners`."""
    found = [seeds_of(w.ids, STEPS if len(w.ids) < LONG else STEPS[:1]) for w in wordings]
    empty = np.zeros(0, dtype=np.int32)
    keys, places = (np.concatenate([empty, *parts]) for parts in zip((empty, empty), *found, strict=True))
    counts = np.array([len(k) for k, _ in found], dtype=np.int64)
    sizes = np.array([len(w.ids) for w in wordings], dtype=np.int32)
    owned = np.array(owner, dtype=np.int32)
    needed = np.clip(np.ceil(np.where(sizes < LONG, SHARE, SHARE_OF_LONG) * counts), 1, 255).astype(np.uint8)
    enough = np.full(owners, 255, dtype=np.uint8)
    np.minimum.at(enough, owned, needed)
    # Wordings of one pattern share most of their pairs: each is one seed of the pattern.
    order = np.lexsort((places, np.repeat(owned, counts), keys))
    every = np.stack([keys, np.repeat(owned, counts), places])[:, order]
    begins = np.flatnonzero(np.append(True, (every[:, 1:] != every[:, :-1]).any(axis=0))[: every.shape[1]])
    return Seeds(
        first=np.searchsorted(every[0, begins], np.arange(COUNT * COUNT + 1)).astype(np.int32),
        pattern=every[1, begins].astype(np.int16),
        offset=every[2, begins].astype(np.int16),
        enough=enough,
        edges=np.append(begins, every.shape[1]).astype(np.int32),
        wordings=np.repeat(np.arange(len(wordings), dtype=np.int32), counts)[order],
        needed=needed,
        owner=owned,
        owners=owners,
        lead=int(sizes.max(initial=0)) // BAND + 1,
        sounds=COUNT,
        widest=int(np.bincount(owned).max(initial=0)),
    )
