"""How a sentence sounds: a small trained reader for rudeness, refusal and blame in words that no list holds.

A linear model over the sentence's n-grams, of its characters and of its toneless syllables (so that homophones from
recognition matter less). `benchmarks/style` holds the sentences it learnt from and trains it anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qa.checks.ngrams import BITS, summed, units
from qa.checks.stream import Stream
from qa.phonetics import Phones

Kind = Literal["rudeness", "refusal", "blame"]
KINDS: tuple[Kind, ...] = ("rudeness", "refusal", "blame")
VERSION = 2
REACH = 36
"""A unit takes in clauses up to so many syllables: what softens a sentence often stands in its other half."""
SHORTEST = 4
NOTHING_LIKE = 0.18
"""Below it a turn is cleared of a kind: log odds 1.5 under those at which the reader alone asks."""
Edges = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """`rows` (2 ** BITS,): for a hashed n-gram its row of `weights` (n, 3) float32, one column for each of `KINDS`, or
    n where it is unknown; `bias` (3,); `learnt`: fingerprint of the sentences."""

    rows: NDArray[np.uint16]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    learnt: str

    def likely(self, heard: Phones, edges: Edges) -> NDArray[np.float64]:
        """Probability (units, 3) that the syllables of each unit are of each kind."""
        sums = summed(heard.codes, heard.ids, heard.chars, edges, self.rows, self.weights)
        roots = np.sqrt(np.maximum(1, edges[:, 1:] - edges[:, :1]))
        likely: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(sums / roots + self.bias)))
        return likely


def units_of(heard: Phones, turns: Sequence[tuple[int, int]]) -> Edges:
    """Runs of clauses within turns [start, end), up to `REACH` syllables long; one at least begins at every clause
    that no earlier run takes in to the turn's end."""
    return units(heard.chars, np.array(turns, dtype=np.int64).reshape(-1, 2), REACH, SHORTEST)


@lru_cache(maxsize=1)
def model() -> Model:
    """The trained weights that come with the package."""
    with files("qa.data").joinpath("style.npz").open("rb") as file, np.load(file) as stored:
        if int(stored["version"]) != VERSION:
            raise ValueError("style.npz: of another version; run `python -m benchmarks.style`")
        weights = stored["weights"].astype(np.float32) * stored["scale"]
        rows = np.full(1 << BITS, len(weights), dtype=np.uint16)
        rows[np.cumsum(stored["steps"], dtype=np.int64)] = np.arange(len(weights))
        return Model(rows, weights, stored["bias"], str(stored["learnt"]))


@lru_cache(maxsize=4)
def read(stream: Stream) -> tuple[Edges, NDArray[np.float64]]:
    """All that a role says, read once for all kinds."""
    edges = units_of(stream.heard, stream.edges)
    return edges, model().likely(stream.heard, edges)


@lru_cache(maxsize=4)
def _likeliest(stream: Stream) -> NDArray[np.float64]:
    edges, likely = read(stream)
    greatest = np.full((len(stream.turns), len(KINDS)), -1.0)
    np.maximum.at(greatest, stream.turn_of[edges[:, 0]], likely)
    return np.where(greatest < 0.0, 1.0, greatest)


def likeness(stream: Stream, kind: Kind) -> NDArray[np.float64]:
    """Probability (turns,) that the likeliest part of each turn is of a kind; 1 where a turn is too short to tell."""
    return _likeliest(stream)[:, KINDS.index(kind)]
