"""All wordings of a rule set, found in a text at once.

Every pattern is expanded into plain wordings. Pairs of neighbouring syllables point from the text to the wordings that
could be there (see `seeding`); only around such seeds are text and wording aligned (see `align`; `kernel` does both).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np

from qa.phonetics.align import PAIRS, chance, listen, margin, tabulate
from qa.phonetics.exact import ExactWords
from qa.phonetics.kernel import BAND, NOTHING, Seeds, Table, find
from qa.phonetics.pattern import Pattern, Wording, compile_pattern
from qa.phonetics.seeding import classes_of, index
from qa.phonetics.syllables import Phones

EXACT_EVIDENCE, SURELY = 5.5, 100.0


class Hit(NamedTuple):
    """A stretch of syllables [start, end) that may be a pattern, `size` of whose syllables were wanted.

    `evidence` is its log likelihood ratio (nats), `ratio` that in shares of a perfect hit, `kinship` the log odds that
    it is no other sentence with the same words in it.
    """

    start: int
    end: int
    evidence: float
    ratio: float
    size: int
    kinship: float
    exact: bool = False

    def odds(self, length: int) -> float:
        """Log odds that it was said, in a text of so many syllables; its prior comes on top."""
        return min(self.kinship, self.evidence - chance(length))


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """All hits of a lexicon in a text. `found` by columns, those of pattern `number` at `places[number]` in it;
    `exact` the hits of exact patterns, `most` the greatest kinship and evidence of each, `sources` the patterns.
    """

    sources: tuple[str, ...]
    places: Mapping[int, tuple[int, int]]
    found: tuple[list[Any], ...]
    exact: Mapping[int, list[Hit]]
    most: Mapping[int, tuple[float, float]]
    _told: dict[int, list[tuple[str, Hit]]] = field(default_factory=dict)

    def odds(self, numbers: frozenset[int], length: int) -> float:
        """Log odds that no hit of some patterns exceeds, in a text of so many syllables."""
        by_chance, best = chance(length), NOTHING
        for number in self.most.keys() & numbers:
            kin, evidence = self.most[number]
            best = max(best, min(kin, evidence - by_chance))
        return best

    def of(self, numbers: frozenset[int]) -> tuple[tuple[str, Hit], ...]:
        """The hits of some patterns, each with its pattern, in the patterns' order and the best of each first."""
        present = self.places.keys() & numbers
        if self.exact:
            present |= self.exact.keys() & numbers
        return tuple(chain.from_iterable(self._one(number) for number in sorted(present)))

    def _one(self, number: int) -> list[tuple[str, Hit]]:
        if number not in self._told:
            first, last = self.places.get(number, (0, 0))
            hits = [Hit(*values) for values in zip(*(column[first:last] for column in self.found), strict=True)]
            source = self.sources[number]
            self._told[number] = [(source, hit) for hit in (*hits, *self.exact.get(number, ()))]
        return self._told[number]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Compiled patterns: the `table` of their wordings and the `seeds` that point to them; `sources` by number,
    `numbers` by source."""

    patterns: Mapping[str, Pattern]
    sources: tuple[str, ...]
    table: Table
    seeds: Seeds
    exact: ExactWords
    margin: int
    exact_numbers: tuple[int, ...]
    numbers: Mapping[str, int]
    shortest: Mapping[str, int]

    def find(self, heard: Phones) -> Hits:
        """Every pattern that may stand in the text with its hits, none of a pattern overlapping."""
        exact: dict[int, list[Hit]] = {}
        for number, start, end in self.exact.find(heard):
            hit = Hit(start, end, EXACT_EVIDENCE * (end - start), 1.0, end - start, SURELY, exact=True)
            exact.setdefault(self.exact_numbers[number], []).append(hit)
        if len(heard) < 2 or not len(self.table.sizes):
            return Hits(self.sources, {}, (), exact, dict.fromkeys(exact, (SURELY, SURELY)))
        around = listen(heard, self.margin)
        owner, *found = find(self.table, self.seeds, around, self.margin, classes_of(heard.ids), PAIRS)
        edges = [0, *(np.flatnonzero(np.diff(owner)) + 1).tolist(), len(owner)] if len(owner) else [0]
        numbers = owner[edges[:-1]].tolist()
        places = dict(zip(numbers, pairwise(edges), strict=True))
        columns = tuple(column.tolist() for column in found)
        _, _, evidence, _, _, kin = found
        most = zip(
            *(np.maximum.reduceat(c, edges[:-1]).tolist() if numbers else () for c in (kin, evidence)), strict=True
        )
        known = dict(zip(numbers, most, strict=True)) | dict.fromkeys(exact, (SURELY, SURELY))
        return Hits(self.sources, places, columns, exact, known)

    def search(self, heard: Phones) -> dict[str, list[Hit]]:
        """As `find`, all hits by their patterns."""
        hits: dict[str, list[Hit]] = {}
        for source, hit in self.find(heard).of(frozenset(range(len(self.sources)))):
            hits.setdefault(source, []).append(hit)
        return hits


def build_lexicon(sources: Iterable[str]) -> Lexicon:
    """Compile patterns into a lexicon; raises ValueError for a faulty pattern."""
    patterns = {source: compile_pattern(source) for source in dict.fromkeys(sources)}
    wordings: list[Wording] = []
    owner: list[int] = []
    for number, pattern in enumerate(patterns.values()):
        wordings += pattern.wordings
        owner += [number] * len(pattern.wordings)
    numbers = {source: number for number, source in enumerate(patterns)}
    exact = {source: pattern for source, pattern in patterns.items() if pattern.exact is not None}
    table, seeds = tabulate(wordings), index(wordings, owner, len(patterns))
    return Lexicon(
        patterns=patterns,
        sources=tuple(patterns),
        table=table,
        seeds=seeds,
        exact=ExactWords(tuple(exact.values())),
        margin=margin(table, seeds.lead * BAND),
        exact_numbers=tuple(numbers[source] for source in exact),
        numbers=numbers,
        shortest={s: min(len(w.ids) for w in p.wordings) for s, p in patterns.items() if p.wordings},
    )
