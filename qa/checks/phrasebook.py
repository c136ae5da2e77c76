"""The phrases of a rule set by name, as patterns and as their numbers in its lexicon."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.checks.naming import as_choice
from qa.phonetics import Lexicon

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Phrasebook:
    """`phrases` by name, with the `variables` that their texts may ask for, and the `lexicon` that finds them all."""

    variables: Mapping[str, Any]
    phrases: Mapping[str, tuple[str, ...]]
    lexicon: Lexicon
    _patterns: dict[Names, tuple[str, ...]] = field(default_factory=dict)
    _numbers: dict[Names, NDArray[np.int32]] = field(default_factory=dict)
    _members: dict[Names, frozenset[int]] = field(default_factory=dict)
    _others: dict[tuple[Names, Names], NDArray[np.int32]] = field(default_factory=dict)
    _wordings: dict[Names, NDArray[np.int64]] = field(default_factory=dict)
    _shortest: dict[Names, int] = field(default_factory=dict)

    def patterns(self, names: Names) -> tuple[str, ...]:
        """The patterns behind some names, variables filled in; a name that is no set's is a pattern itself."""
        if names not in self._patterns:
            texts = (p for name in names for p in self.phrases.get(name) or (as_choice(name, self.variables),))
            self._patterns[names] = tuple(dict.fromkeys(texts))
        return self._patterns[names]

    def numbers(self, names: Names) -> NDArray[np.int32]:
        """The lexicon's numbers of these patterns in order; one that it does not hold has none."""
        if names not in self._numbers:
            known = self.lexicon.numbers
            self._numbers[names] = np.array(sorted(known[p] for p in self.patterns(names) if p in known), np.int32)
        return self._numbers[names]

    def members(self, names: Names) -> frozenset[int]:
        """The same numbers as a set."""
        if names not in self._members:
            self._members[names] = frozenset(self.numbers(names).tolist())
        return self._members[names]

    def others(self, names: Names, without: Names) -> NDArray[np.int32]:
        """The lexicon's numbers of the names but for some."""
        key = (names, without)
        if key not in self._others:
            self._others[key] = self.numbers(tuple(name for name in names if name not in without))
        return self._others[key]

    def wordings(self, names: Names) -> NDArray[np.int64]:
        """The lexicon's numbers of all wordings of some phrases."""
        if names not in self._wordings:
            self._wordings[names] = np.flatnonzero(np.isin(self.lexicon.seeds.owner, self.numbers(names)))
        return self._wordings[names]

    def shortest(self, names: Names) -> int:
        """Syllables of the shortest wording of some phrases."""
        if names not in self._shortest:
            sizes = self.lexicon.shortest
            self._shortest[names] = min((sizes[p] for p in self.patterns(names) if p in sizes), default=2)
        return self._shortest[names]
