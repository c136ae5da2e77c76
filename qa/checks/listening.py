"""What is heard in a call, whatever the rules: who said which syllables, and where the lexicon's phrases may stand."""

from functools import cached_property

import numpy as np

from qa.call import Call, Role, Turn
from qa.checks.stream import Stream, join
from qa.phonetics import Hits, Lexicon, Phones
from qa.phonetics.kernel import END, IDLE, START, WEIGHT, loudest
from qa.phonetics.packed import Sounds, sounds_of

LEAST_WEIGHT = 0.2


class Listening:
    """Lazily prepared; shared by all rules, and by rule sets of one lexicon."""

    def __init__(self, call: Call, lexicon: Lexicon) -> None:
        self.call = call
        self.lexicon = lexicon
        self._position = {id(turn): i for i, turn in enumerate(call.turns)}
        self._phones: dict[int, Phones] = {}
        self._streams: dict[Role, Stream] = {}
        self._hits: dict[Role, Hits] = {}
        self._audible: dict[tuple[Role, float], frozenset[int]] = {}

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """All turns in order of their start."""
        return tuple(sorted(self.call.turns, key=lambda t: (t.start_s, t.end_s)))

    @cached_property
    def starts_s(self) -> list[float]:
        """When each of them begins."""
        return [turn.start_s for turn in self.turns]

    @cached_property
    def sounds(self) -> Sounds:
        """Syllables of all turns, in the order of the call's turns."""
        return sounds_of(self.call.phones, [turn.text for turn in self.call.turns])

    def phones(self, turn: Turn) -> Phones:
        """Syllables of a turn."""
        place = self._position[id(turn)]
        if place not in self._phones:
            self._phones[place] = self.sounds.turn(place)
        return self._phones[place]

    def syllables(self, turn: Turn) -> int:
        """How many syllables a turn has."""
        place = self._position[id(turn)]
        return int(self.sounds.edges[place + 1] - self.sounds.edges[place])

    def weight(self, turn: Turn, role: Role) -> float:
        """Probability (0–1) that a turn is this role's."""
        if turn.role == "unknown":
            return 0.5
        return turn.role_confidence if turn.role == role else 1.0 - turn.role_confidence

    def stream(self, role: Role) -> Stream:
        """All words of a role, and those that may be its own."""
        stream = self._streams.get(role)
        if stream is None:
            weighed = [(turn, self.weight(turn, role)) for turn in self.turns]
            likely = [(turn, weight) for turn, weight in weighed if weight >= LEAST_WEIGHT]
            places = [self._position[id(turn)] for turn, _ in likely]
            stream = self._streams[role] = join(likely, self.sounds, places)
        return stream

    def audible(self, role: Role, prior: float) -> frozenset[int]:
        """The patterns that can be heard from a role at all, in however short a part of the call."""
        audible = self._audible.get((role, prior))
        if audible is None:
            odds = loudest(*self.hits(role).found)
            audible = self._audible[role, prior] = frozenset(np.flatnonzero(odds >= IDLE - prior).tolist())
        return audible

    def hits(self, role: Role) -> Hits:
        """Every pattern of the lexicon that a role may have said, with its hits."""
        hits = self._hits.get(role)
        if hits is None:
            stream = self.stream(role)
            hits = self._hits[role] = self.lexicon.find(stream.heard)
            if not stream.sure:
                for row in hits.rows:
                    turns = stream.turn_of[int(row[START])], stream.turn_of[int(row[END]) - 1]
                    row[WEIGHT] = min(stream.weights[turns[0] : turns[1] + 1])
        return hits
