"""All wordings of a rule set, found in a text at once.

Every pattern is expanded into plain wordings. Pairs of neighbouring syllables (by coarse sound class) point from the
text to the wordings that could be there; only around such seeds are text and wording aligned (see `align`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.align import Match, Table, align, tabulate
from qa.phonetics.confusion import sound_classes
from qa.phonetics.pattern import Pattern, Wording, compile_pattern
from qa.phonetics.syllables import Phones
from qa.phonetics.words import word_starts

BAND = 4
REGION, FEW = 12, 4
SEED_SHARE = 0.3
EXACT_EVIDENCE = 5.5
BATCH = 60_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of syllables [start, end) that may be a pattern, `size` of whose syllables were wanted.

    `evidence` is its log likelihood ratio (nats), `ratio` that in shares of a perfect hit.
    """

    start: int
    end: int
    evidence: float
    ratio: float
    size: int
    exact: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Compiled patterns: the `table` of their wordings (W), and for each seed the wordings and offsets it stands in."""

    patterns: Mapping[str, Pattern]
    table: Table
    owners: tuple[str, ...]
    owner_of: NDArray[np.int32]
    keys: NDArray[np.int64]
    starts: NDArray[np.int64]
    posting_wording: NDArray[np.int32]
    posting_offset: NDArray[np.int32]
    needed: NDArray[np.int32]
    shortest: Mapping[str, int]
    exact: tuple[Pattern, ...] = field(default=())

    def search(self, heard: Phones) -> dict[str, list[Hit]]:
        """Every pattern that may stand in the text with its hits, best first, none of a pattern overlapping."""
        found: dict[str, list[Hit]] = {}
        for pattern in self.exact:
            if hits := _exact(pattern, heard):
                found[pattern.source] = hits
        wording, left = self._candidates(heard)
        for begin in range(0, len(wording), BATCH):
            chunk = slice(begin, begin + BATCH)
            for match in align(self.table, wording[chunk], left[chunk], heard):
                found.setdefault(self.owners[match.wording], []).append(self._hit(match))
        return {source: _apart(hits) for source, hits in found.items()}

    def _hit(self, match: Match) -> Hit:
        ideal, size = float(self.table.ideal[match.wording]), int(self.table.sizes[match.wording])
        return Hit(match.start, match.end, match.score, match.score / ideal, size)

    def _candidates(self, heard: Phones) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Wordings with enough seeds on about the same diagonal, and the syllable at which to begin aligning."""
        keys, at = seeds(heard.ids)
        slot = np.searchsorted(self.keys, keys)
        slot[slot == len(self.keys)] = 0
        known = (self.keys[slot] == keys) if len(self.keys) else np.zeros(len(keys), dtype=np.bool_)
        slot, at = slot[known], at[known]
        counts = self.starts[slot + 1] - self.starts[slot]
        total = int(counts.sum())
        none = np.zeros(0, dtype=np.int32)
        if not total:
            return none, none
        first = np.repeat(self.starts[slot], counts)
        within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
        posting = first + within
        wording = self.posting_wording[posting].astype(np.int64)
        diagonal = np.repeat(at, counts) - self.posting_offset[posting]
        span = len(heard) + 64
        cell = wording * (2 * span) + (diagonal + 32) // BAND
        cells, tally = np.unique(cell, return_counts=True)
        neighbour = np.searchsorted(cells, cells + 1)
        neighbour[neighbour == len(cells)] = 0
        joined = tally + np.where(cells[neighbour] == cells + 1, tally[neighbour], 0)
        which = cells // (2 * span)
        enough = np.flatnonzero(joined >= self.needed[which])
        start = (cells[enough] % (2 * span)) * BAND - 32
        fullness = joined[enough] / self.table.sizes[which[enough]]
        chosen = _best_of_pattern(self.owner_of[which[enough]], start, fullness)
        return which[enough][chosen].astype(np.int32), start[chosen].astype(np.int32)


def _best_of_pattern(
    owner: NDArray[np.int32], start: NDArray[np.int64], fullness: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Indices of the few wordings of each pattern that have most of their seeds in about the same place."""
    order = np.lexsort((-fullness, start // REGION, owner))
    group = np.stack([owner[order], start[order] // REGION])
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (group[:, 1:] != group[:, :-1]).any(axis=0)
    first = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    return order[np.arange(len(order)) - first < FEW]


def seeds(ids: NDArray[np.int16]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Keys of neighbouring (and next but one) syllable pairs by sound class, and where their first syllable stands."""
    classes = sound_classes()[ids].astype(np.int64)
    keys: list[NDArray[np.int64]] = []
    places: list[NDArray[np.int64]] = []
    for step in (1, 2):
        first, second = classes[:-step], classes[step:]
        real = (first > 0) & (second > 0)
        keys.append(((first << 12) | second)[real])
        places.append(np.flatnonzero(real))
    return np.concatenate(keys), np.concatenate(places)


def build_lexicon(sources: Iterable[str]) -> Lexicon:
    """Compile patterns into a lexicon; raises ValueError for a faulty pattern."""
    patterns = {source: compile_pattern(source) for source in dict.fromkeys(sources)}
    wordings: list[Wording] = []
    owners: list[str] = []
    for source, pattern in patterns.items():
        if pattern.exact is None:
            wordings += pattern.wordings
            owners += [source] * len(pattern.wordings)
    keys: list[NDArray[np.int64]] = []
    who: list[NDArray[np.int32]] = []
    where: list[NDArray[np.int32]] = []
    for index, wording in enumerate(wordings):
        k, at = seeds(wording.ids)
        keys.append(k)
        who.append(np.full(len(k), index, dtype=np.int32))
        where.append(at.astype(np.int32))
    empty = np.zeros(0, dtype=np.int64)
    all_keys = np.concatenate(keys) if keys else empty
    order = np.argsort(all_keys, kind="stable")
    unique, starts = np.unique(all_keys[order], return_index=True)
    table = tabulate(wordings)
    return Lexicon(
        patterns=patterns,
        table=table,
        owners=tuple(owners),
        owner_of=np.unique(np.array(owners, dtype=object), return_inverse=True)[1].astype(np.int32)
        if owners
        else empty.astype(np.int32),
        keys=unique,
        starts=np.append(starts, len(all_keys)).astype(np.int64),
        posting_wording=(np.concatenate(who) if who else empty.astype(np.int32))[order],
        posting_offset=(np.concatenate(where) if where else empty.astype(np.int32))[order],
        needed=np.maximum(1, np.ceil(SEED_SHARE * (2 * table.sizes - 3))).astype(np.int32),
        shortest={s: min(len(w.ids) for w in p.wordings) for s, p in patterns.items() if p.wordings},
        exact=tuple(p for p in patterns.values() if p.exact is not None),
    )


def _exact(pattern: Pattern, heard: Phones) -> list[Hit]:
    """The very characters, as words of their own."""
    assert pattern.exact is not None
    hits: list[Hit] = []
    for match in pattern.exact.finditer(heard.text):
        edges = word_starts(heard.text)
        if match.start() in edges and match.end() in edges:
            start, end = (int(np.searchsorted(heard.chars, x)) for x in match.span())
            if end > start:
                hits.append(Hit(start, end, EXACT_EVIDENCE * (end - start), 1.0, end - start, exact=True))
    return hits


def _apart(hits: list[Hit]) -> list[Hit]:
    """The likeliest hits of one pattern; longer wordings win ties."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (-(h.ratio - 0.5) * h.size**0.5, h.start)):
        if all(hit.end <= k.start or hit.start >= k.end for k in kept):
            kept.append(hit)
    return kept
