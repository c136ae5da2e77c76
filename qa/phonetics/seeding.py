"""Where a wording could be in a text: pairs of neighbouring syllables (by coarse sound) on about the same diagonal."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import sound_classes
from qa.phonetics.kernel import BAND, CHUNK, STEPS, Seeds
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
    """Index wordings (W) that belong to patterns (`owner`, W) out of `owners`."""
    found = [seeds_of(w.ids, STEPS if len(w.ids) < LONG else STEPS[:1]) for w in wordings]
    empty = np.zeros(0, dtype=np.int32)
    keys = np.concatenate([empty, *(k for k, _ in found)])
    order = np.argsort(keys, kind="stable")
    which = np.repeat(np.arange(len(wordings), dtype=np.int32), [len(k) for k, _ in found])
    sizes = np.array([len(w.ids) for w in wordings], dtype=np.int32)
    share = np.where(sizes < LONG, SHARE, SHARE_OF_LONG)
    needed = np.clip(np.ceil(share * np.array([len(k) for k, _ in found])), 1, 255).astype(np.uint8)
    return Seeds(
        first=np.searchsorted(keys[order], np.arange(COUNT * COUNT + 1)).astype(np.int32),
        wording=which[order],
        offset=np.concatenate([empty, *(at for _, at in found)])[order],
        needed=needed,
        untouched=np.repeat(needed[:, None], CHUNK, axis=1),
        owner=np.array(owner, dtype=np.int32),
        owners=owners,
        lead=int(sizes.max(initial=0)) // BAND + 1,
    )
