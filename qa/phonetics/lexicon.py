"""All wordings of a rule set, found in a text at once.

Every pattern is expanded into plain wordings. Pairs of neighbouring syllables point from the text to the wordings that
could be there (see `seeding`); only around such seeds are text and wording aligned (see `align`; `kernel` does both).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.align import PAIRS, listen, margin, tabulate
from qa.phonetics.exact import ExactWords
from qa.phonetics.kernel import BAND, SURELY, Seeds, Table, find
from qa.phonetics.pattern import Pattern, Wording, compile_pattern
from qa.phonetics.seeding import classes_of, index
from qa.phonetics.syllables import Phones


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


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """All hits of a lexicon in a text, rows and edges as `kernel.find` gives them; `sources` are the patterns."""

    sources: tuple[str, ...]
    found: tuple[NDArray[np.float64], NDArray[np.int32]]

    @property
    def rows(self) -> NDArray[np.float64]:
        """All hits (k, 8)."""
        return self.found[0]

    def __len__(self) -> int:
        return len(self.rows)

    def all(self) -> Iterator[tuple[str, Hit]]:
        """Every hit with its pattern, in the patterns' order and the best of each first."""
        for start, end, evidence, ratio, size, kin, owner, _ in self.rows.tolist():
            yield self.sources[int(owner)], Hit(int(start), int(end), evidence, ratio, int(size), kin, kin == SURELY)


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
    exact_numbers: NDArray[np.int64]
    numbers: Mapping[str, int]
    shortest: Mapping[str, int]

    def find(self, heard: Phones) -> Hits:
        """Every pattern that may stand in the text with its hits, none of a pattern overlapping."""
        known = self.exact.find(heard)
        known[:, 0] = self.exact_numbers[known[:, 0]]
        around = listen(heard, self.margin)
        return Hits(
            self.sources, find(self.table, self.seeds, around, self.margin, classes_of(heard.ids), PAIRS, known)
        )

    def search(self, heard: Phones) -> dict[str, list[Hit]]:
        """As `find`, all hits by their patterns."""
        hits: dict[str, list[Hit]] = {}
        for source, hit in self.find(heard).all():
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
        exact_numbers=np.array([numbers[source] for source in exact], dtype=np.int64),
        numbers=numbers,
        shortest={s: min(len(w.ids) for w in p.wordings) for s, p in patterns.items() if p.wordings},
    )
