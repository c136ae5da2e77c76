"""How a sentence sounds: a small trained reader for rudeness, refusal and blame in words that no list holds.

A linear model over the sentence's n-grams, of its characters and of its toneless syllables (so that homophones from
recognition matter less). `benchmarks/style` holds the sentences it learnt from and trains it anew. It only ever asks
for a person.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from qa.call import Role
from qa.checks.free_speech import HEARD, SUSPICION, bare, echoed, quoted
from qa.checks.ngrams import BITS, summed
from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.stream import Stream, time_at
from qa.checks.view import CallView
from qa.finding import Evidence
from qa.phonetics import Phones

Kind = Literal["rudeness", "refusal", "blame"]
KINDS: tuple[Kind, ...] = ("rudeness", "refusal", "blame")
VERSION = 1
REACH = 24
"""A unit takes in clauses up to so many syllables: what softens a sentence often stands in its other half."""
SHORTEST = 4
Edges = NDArray[np.int64]


class SoundsLike(Params):
    """Which `kind` of sentence; `least`: from which probability on a sentence sounds like it.

    0.5 is where one in a hundred of the courteous sentences, hard ones mostly, are taken wrongly by a model that
    has not learnt them.
    """

    kind: Kind
    least: float = Field(default=0.5, gt=0, lt=1)
    by: Role = "agent"


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
        sums = summed(heard.codes, heard.ids, edges, self.rows, self.weights)
        roots = np.sqrt(np.maximum(1, edges[:, 1:] - edges[:, :1]))
        likely: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-(sums / roots + self.bias)))
        return likely


def units_of(heard: Phones, turns: tuple[tuple[int, int], ...]) -> Edges:
    """Runs of clauses within turns [start, end), up to `REACH` syllables long; one at least begins at every clause
    that no earlier run takes in to the turn's end."""
    gaps = np.diff(heard.chars) > 1
    edges: list[tuple[int, int]] = []
    for start, end in turns:
        if end - start < SHORTEST:
            continue
        if end - start <= REACH:
            edges.append((start, end))
            continue
        borders = [start, *(np.flatnonzero(gaps[start : end - 1]) + start + 1).tolist(), end]
        reached = start
        for i, first in enumerate(borders[:-1]):
            last = max((b for b in borders[i + 1 :] if b - first <= REACH), default=borders[i + 1])
            if last > reached and last - first >= SHORTEST:
                edges.append((first, last))
            reached = max(reached, last)
    return np.array(edges, dtype=np.int64).reshape(-1, 2)


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
def _read(stream: Stream) -> tuple[Edges, NDArray[np.float64]]:
    """All that a role says, read once for all kinds."""
    edges = units_of(stream.heard, stream.edges)
    return edges, model().likely(stream.heard, edges)


def _told(view: CallView, stream: Stream, edges: list[int], likely: float, role: Role) -> Evidence | None:
    """The words of a unit as evidence, unless the role quotes or repeats somebody."""
    start, end = edges
    number = int(stream.turn_of[start])
    turn, begins = stream.turns[number], stream.begins[number]
    weight = stream.weights[number]
    if weight < HEARD:
        return None
    first, last = int(stream.heard.chars[start]) - begins, int(stream.heard.chars[end - 1]) - begins + 1
    words, start_s = turn.text[first:last], time_at(turn, first)
    if quoted(view, turn, start_s, role) or echoed(view, turn, bare(words)[0], role):
        return None
    heard = min(SUSPICION, likely) * weight * min(1.0, 0.6 + 0.6 * turn.confidence)
    return Evidence(turn.role, start_s, time_at(turn, last), words, round(heard, 4))


def sounds_like(view: CallView, params: SoundsLike) -> Signal:
    """The role says a sentence that sounds like this kind; probability (0–1) at most `SUSPICION`."""
    stream = view.stream(params.by)
    edges, likely = _read(stream)
    column = likely[:, KINDS.index(params.kind)]
    evidence: list[Evidence] = []
    for place in np.flatnonzero(column >= params.least).tolist():
        found = _told(view, stream, edges[place].tolist(), float(column[place]), params.by)
        if found:
            evidence.append(found)
    top = max((e.probability or 0.0 for e in evidence), default=0.0)
    return Signal(top, tuple(evidence), "、".join(f"“{e.text}”" for e in evidence))
