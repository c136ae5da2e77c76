"""The syllables of some turns one after the other, as machine code (numba)."""

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.compiled import compiled


@compiled
def joined(
    ids: NDArray[np.int16],
    tones: NDArray[np.int8],
    chars: NDArray[np.int32],
    codes: NDArray[np.int32],
    filler: NDArray[np.bool_],
    begins: NDArray[np.bool_],
    edges: NDArray[np.int64],
    starts: NDArray[np.int64],
    places: NDArray[np.int64],
) -> tuple[
    NDArray[np.int16],
    NDArray[np.int8],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.bool_],
    NDArray[np.bool_],
    NDArray[np.int64],
    NDArray[np.int64],
]:
    """The same of the turns at `places` alone, an unknown syllable between two of them, characters counted anew with
    one between two turns; then for each syllable its turn, and for each turn its syllables [start, end) and where its
    text begins, (k, 3). Turn i has the syllables `edges[i]` to `edges[i + 1]` and the characters from `starts[i]` on.
    """
    count = max(0, len(places) - 1)
    for place in places:
        count += edges[place + 1] - edges[place]
    own_ids, own_tones = np.zeros(count, dtype=np.int16), np.zeros(count, dtype=np.int8)
    own_chars, own_codes = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    own_filler, own_begins = np.zeros(count, dtype=np.bool_), np.ones(count, dtype=np.bool_)
    turn_of, spans = np.empty(count, dtype=np.int64), np.empty((len(places), 3), dtype=np.int64)
    at, letter = 0, 0
    for turn in range(len(places)):
        place = places[turn]
        spans[turn, 0], spans[turn, 2] = at, letter
        for i in range(edges[place], edges[place + 1]):
            own_ids[at], own_tones[at], own_codes[at] = ids[i], tones[i], codes[i]
            own_filler[at], own_begins[at] = filler[i], begins[i]
            own_chars[at], turn_of[at] = chars[i] - starts[place] + letter, turn
            at += 1
        letter += starts[place + 1] - starts[place]
        spans[turn, 1] = at
        if at < count:
            own_chars[at], turn_of[at] = letter, turn
        at, letter = at + 1, letter + 1
    return own_ids, own_tones, own_chars, own_codes, own_filler, own_begins, turn_of, spans
