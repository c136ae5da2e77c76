"""The words of one role, turn after turn, as syllables, and what is found in them."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.call import Role, Turn, texts_of
from qa.finding import Evidence
from qa.phonetics import Phones, kernel
from qa.phonetics.packed import Sounds


@dataclass(frozen=True, eq=False)
class Stream:
    """All words of one role: turns, the weight (0–1) with which each is that role's, the syllables (an unknown one
    between two turns), for each turn its syllables [start, end) and where its text begins, for each syllable its turn.
    """

    turns: tuple[Turn, ...]
    weights: tuple[float, ...]
    heard: Phones
    edges: tuple[tuple[int, int], ...]
    begins: tuple[int, ...]
    turn_of: NDArray[np.int64]
    _seconds: dict[tuple[int, bool], float] = field(default_factory=dict)
    _word_ends: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def starts_s(self) -> list[float]:
        """When each turn begins, in order."""
        return [turn.start_s for turn in self.turns]

    @cached_property
    def ends_s(self) -> list[float]:
        """When each turn is over."""
        return [turn.end_s for turn in self.turns]

    @cached_property
    def clarity(self) -> list[tuple[float, float]]:
        """The characters of all turns before each and before the end, and how many of them were heard rightly."""
        sizes = [letters(turn) for turn in self.turns]
        heard = [size * turn.confidence for size, turn in zip(sizes, self.turns, strict=True)]
        return list(zip(accumulate(sizes, initial=0.0), accumulate(heard, initial=0.0), strict=True))

    @cached_property
    def orderly(self) -> bool:
        """Whether no turn is over before an earlier one."""
        return all(one <= other for one, other in pairwise(self.ends_s))

    @cached_property
    def sure(self) -> bool:
        """Whether every turn is surely this role's."""
        return all(weight == 1.0 for weight in self.weights)

    def second(self, syllable: int, *, after: bool = False) -> float:
        """When a syllable is said, or when it is over."""
        key = (syllable, after)
        if key not in self._seconds:
            turn = int(self.turn_of[syllable])
            if turn not in self._word_ends:
                self._word_ends[turn] = word_ends(self.turns[turn])
            char = int(self.heard.chars[syllable]) - self.begins[turn] + after
            self._seconds[key] = _time_of(self.turns[turn], char, self._word_ends[turn])
        return self._seconds[key]


class Occurrence(NamedTuple):
    """A wording found in a stream at syllables [start, end); `probability` includes whose words they are.

    `ratio` and `strength` are its evidence, in shares of a perfect hit and in nats.
    """

    stream: Stream
    start: int
    end: int
    probability: float
    wording: str
    ratio: float
    strength: float

    @property
    def turn(self) -> Turn:
        """The turn in which it begins."""
        return self.stream.turns[int(self.stream.turn_of[self.start])]

    @property
    def role(self) -> Role:
        """Whose words they are most likely."""
        return self.turn.role

    @property
    def start_s(self) -> float:
        """When it begins."""
        return self.stream.second(self.start)

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.stream.second(self.end - 1, after=True)

    @property
    def text(self) -> str:
        """The words, as they were recognised."""
        heard = self.stream.heard
        return heard.text[heard.chars[self.start] : heard.chars[self.end - 1] + 1].strip()

    def evidence(self) -> Evidence:
        """The occurrence as a finding quotes it."""
        return Evidence(self.role, self.start_s, self.end_s, self.text, round(self.probability, 4))


def join(likely: list[tuple[Turn, float]], sounds: Sounds, places: list[int]) -> Stream:
    """Turns, each with its weight, one after the other; `places` are theirs among the turns of `sounds`."""
    heard, turn_of, spans = sounds.joined(places)
    return Stream(
        turns=tuple([turn for turn, _ in likely]),
        weights=tuple([weight for _, weight in likely]),
        heard=heard,
        edges=tuple([(start, end) for start, end, _ in spans.tolist()]),
        begins=tuple(spans[:, 2].tolist()),
        turn_of=turn_of,
    )


def letters(turn: Turn) -> int:
    """The characters of a turn, one at least."""
    return len(turn.text) or 1


def outdoes(known: Occurrence, hit: Occurrence) -> bool:
    """Whether a known phrase explains most of a poor hit's syllables better than the hit does."""
    found = known.start, known.end, known.ratio, known.strength
    return kernel.outdoes(*found, hit.start, hit.end, hit.ratio, hit.strength)


def time_at(turn: Turn, char: int) -> float:
    """Second at which the character at this position of a turn is said, from its words' times where these are known."""
    return _time_of(turn, char, word_ends(turn))


def word_ends(turn: Turn) -> tuple[int, ...]:
    """Where each word of a turn ends in its text; nothing where its words are not known."""
    texts = texts_of(turn.words)
    return tuple(accumulate(map(len, texts))) if "".join(texts) == turn.text else ()


def _time_of(turn: Turn, char: int, ends: tuple[int, ...]) -> float:
    if ends:
        number = bisect_right(ends, char)
        if number == len(ends):
            return round(turn.words[-1].end_s, 2)
        word = turn.words[number]
        share = (char - ends[number] + len(word.text)) / len(word.text)
        return round(word.start_s + share * (word.end_s - word.start_s), 2)
    share = min(1.0, char / max(1, len(turn.text)))
    return round(turn.start_s + share * (turn.end_s - turn.start_s), 2)
