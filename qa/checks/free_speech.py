"""Free wording that no list holds: many weak marks in one utterance add up to a suspicion.

A mark is a short frame over characters with a weight: `你到底` adds to an impatient tone, `请您` takes away. Marks
never convict: enough of them within a few words ask for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from qa.call import Role, Turn
from qa.checks.around import quotations
from qa.checks.frames import Frames, compile_frames, filled, names_in
from qa.checks.params import Params
from qa.checks.regex import UNWRITTEN
from qa.checks.signal import Signal
from qa.checks.sounding import NOTHING_LIKE, Kind, likeness
from qa.checks.stream import time_at
from qa.checks.view import CallView
from qa.finding import Evidence
from qa.phonetics.syllables import is_han, normalise

STRETCH = 24
AROUND = 8
SUSPICION = 0.6
HEARD = 0.5
QUOTED_S = 6.0
ECHO_S = 30.0
ENOUGH_TO_ECHO = 4


class Marks(Params):
    """Frames of one weight.

    `[a|b]` is a choice, `(a)` an option, `…` up to four characters, `$` the end of the turn, `<name>` a word class.
    """

    weight: float
    frames: tuple[str, ...]


class FreeSpeech(Params):
    """`marks` add up where they stand close together; `least` is the sum from which a person should listen.

    `classes` are words that frames use as `<name>`, written `a|b|c`; with a `kind` a turn that sounds nothing like it
    to the trained reader is no suspicion.
    """

    marks: tuple[Marks, ...]
    classes: Mapping[str, str] = Field(default_factory=dict)
    least: float = Field(default=2.0, gt=0)
    kind: Kind | None = None
    by: Role = "agent"

    @model_validator(mode="after")
    def _compiles(self) -> Self:
        sources = [frame for group in self.marks for frame in group.frames]
        for source in sources:
            unknown = names_in(filled(source, self.classes))[0] - set(self.classes)
            if unknown:
                raise ValueError(f"{source!r} uses <{min(unknown)}>, which `classes` does not define")
        compile_frames(
            [filled(source, {**self.classes, **dict.fromkeys(names_in(source)[1], "x")}) for source in sources]
        )
        return self


@dataclass(frozen=True, slots=True, eq=False)
class _Book:
    """All marks of a rule, compiled: the frames with their weights by the frame's index."""

    frames: Frames
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """A rule's parameters and its set's variables: equal where both are the very same objects."""

    params: FreeSpeech
    variables: Mapping[str, object]

    def __hash__(self) -> int:
        return hash((id(self.params), id(self.variables)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.params is other.params and self.variables is other.variables


@dataclass(frozen=True, slots=True)
class _Mark:
    """A mark found at characters [start, end) of a turn's bare text."""

    start: int
    end: int
    weight: float
    frame: int


def free_speech(view: CallView, params: FreeSpeech) -> Signal:
    """The role says something whose marks add up; probability (0–1) at most `SUSPICION`."""
    turns = _doubtful(view, params)
    if not turns or not _may_add_up(_written(view, turns, params), params, view.variables):
        return Signal(0.0)
    evidence = [found for turn in turns if (found := _suspicious(view, turn, params))]
    top = max((e.probability for e in evidence), default=0.0)
    why = "、".join(f"“{e.text}”" for e in evidence)
    return Signal(top, tuple(evidence), why)


def _doubtful(view: CallView, params: FreeSpeech) -> list[Turn]:
    """The turns of the role that the trained reader does not clear of this kind."""
    stream = view.stream(params.by)
    if params.kind:
        doubtful = np.flatnonzero(likeness(stream, params.kind) >= NOTHING_LIKE).tolist()
        return [stream.turns[i] for i in doubtful if stream.weights[i] >= HEARD]
    return [turn for turn, weight in zip(stream.turns, stream.weights, strict=True) if weight >= HEARD]


def _written(view: CallView, turns: list[Turn], params: FreeSpeech) -> str:
    """The bare texts of these turns at least, one a line."""
    if params.kind:
        return "\n".join(bare(turn.text)[0] for turn in turns)
    return view.once((_written, params.by), lambda: UNWRITTEN.sub("", view.stream(params.by).heard.text))


def weigh(text: str, params: FreeSpeech, variables: Mapping[str, object]) -> tuple[float, int, int]:
    """The greatest sum of marks in a stretch of a bare text, and the characters [start, end) that give it."""
    marks = _marks(text, params, variables)
    best = (0.0, 0, 0)
    for first in (m for m in marks if m.weight > 0):
        inside = [m for m in marks if m.weight > 0 and first.start <= m.start and m.end <= first.start + STRETCH]
        end = max((m.end for m in inside), default=first.end)
        soft = [m for m in marks if m.weight < 0 and m.end > first.start - AROUND and m.start < end + AROUND]
        total = sum({m.frame: m.weight for m in (*inside, *soft)}.values())
        if total > best[0]:
            best = (total, first.start, end)
    return best


def _may_add_up(text: str, params: FreeSpeech, variables: Mapping[str, object]) -> bool:
    """Whether all marks of all turns (one a line) together would be enough."""
    book = _book(_Key(params, variables))
    return sum(book.weights[f] for f in book.frames.perhaps(text) if book.weights[f] > 0) >= params.least


def _marks(text: str, params: FreeSpeech, variables: Mapping[str, object]) -> list[_Mark]:
    """Every mark of a text; none where even all of them together would not be enough."""
    book = _book(_Key(params, variables))
    present = book.frames.present(text)
    if sum(book.weights[frame] for frame in present if book.weights[frame] > 0) < params.least:
        return []
    return [
        _Mark(start, end, book.weights[frame], frame)
        for frame in present
        for start, end in book.frames.places(frame, text)
    ]


@lru_cache(maxsize=64)
def _book(key: _Key) -> _Book:
    """Compiled once a rule and set: a set of frames takes longer to compile than a call to judge."""
    lists = {name: "|".join(map(str, v)) for name, v in key.variables.items() if isinstance(v, list | tuple)}
    words = {**key.params.classes, **lists}
    marks = [(filled(frame, words), group.weight) for group in key.params.marks for frame in group.frames]
    return _Book(compile_frames([frame for frame, _ in marks]), tuple(weight for _, weight in marks))


def _suspicious(view: CallView, turn: Turn, params: FreeSpeech) -> Evidence | None:
    text, places = bare(turn.text)
    total, start, end = weigh(text, params, view.variables)
    if total < params.least:
        return None
    start_s, end_s = time_at(turn, places[start]), time_at(turn, places[end - 1] + 1)
    if quoted(view, turn, start_s, params.by) or echoed(view, turn, text[start:end], params.by):
        return None
    likely = SUSPICION * view.weight(turn, params.by) * min(1.0, 0.6 + 0.6 * turn.confidence)
    return Evidence(turn.role, start_s, end_s, turn.text[places[start] : places[end - 1] + 1], round(likely, 4))


def quoted(view: CallView, turn: Turn, start_s: float, role: Role) -> bool:
    """Whether the role says shortly before whom it quotes."""
    return any(
        o.turn is turn and o.probability >= HEARD and o.start_s <= start_s <= o.end_s + QUOTED_S
        for o in quotations(view, role)
    )


def echoed(view: CallView, turn: Turn, words: str, role: Role) -> bool:
    """Whether the other side said the same words shortly before."""
    earlier = (t for t in view.turns if view.weight(t, role) < HEARD and 0 <= turn.start_s - t.start_s <= ECHO_S)
    return len(words) >= ENOUGH_TO_ECHO and any(words in bare(t.text)[0] for t in earlier)


@lru_cache(maxsize=1024)
def bare(text: str) -> tuple[str, tuple[int, ...]]:
    """A text without punctuation and spaces, and where each of its characters stood."""
    plain = normalise(text)
    places = tuple(i for i, char in enumerate(plain) if is_han(char) or char.isalnum())
    return "".join(plain[i] for i in places), places
