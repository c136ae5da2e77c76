"""Patterns of very characters: words of their own, for what is too short to be told by its sound."""

from collections.abc import Sequence

import numpy as np
import re2
from numpy.typing import NDArray

from qa.phonetics.pattern import Pattern
from qa.phonetics.syllables import Phones


class ExactWords:
    """All exact patterns of a lexicon, looked for in one pass."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = [p.exact for p in patterns if p.exact is not None]
        self._all = re2.Set.SearchSet()
        for pattern in self._patterns:
            self._all.Add(pattern.pattern)
        if patterns:
            self._all.Compile()

    def find(self, heard: Phones) -> NDArray[np.int64]:
        """The index of each pattern found, and its syllables [start, end): (k, 3)."""
        present = sorted(self._all.Match(heard.text) or ()) if self._patterns else ()
        places = [(i, *match.span()) for i in present for match in self._patterns[i].finditer(heard.text)]
        found: NDArray[np.int64] = np.array(places, dtype=np.int64).reshape(-1, 3)
        found[:, 1:] = np.searchsorted(heard.chars, found[:, 1:])
        begins = np.append(heard.begins, True)
        whole: NDArray[np.bool_] = begins[found[:, 1]] & begins[found[:, 2]] & (found[:, 1] < found[:, 2])
        return np.compress(whole, found, axis=0)
