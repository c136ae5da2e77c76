"""Patterns of very characters: words of their own, for what is too short to be told by its sound."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import re2

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

    def find(self, heard: Phones) -> Iterator[tuple[int, int, int]]:
        """The index of each pattern found, and its syllables [start, end)."""
        if not self._patterns:
            return
        chars = heard.chars.tolist()
        for index in sorted(self._all.Match(heard.text) or ()):
            for match in self._patterns[index].finditer(heard.text):
                start, end = bisect_left(chars, match.start()), bisect_left(chars, match.end())
                if start < end and heard.begins[start] and (end == len(heard) or heard.begins[end]):
                    yield index, start, end
