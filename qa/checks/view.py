"""A call as the operators look at it: who said which syllables when."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from qa.call import Call, Role, Speech, Turn
from qa.checks.listening import Listening
from qa.checks.phrasebook import Phrasebook
from qa.checks.stream import Occurrence, Stream, letters
from qa.phonetics.kernel import START, contested, likeliest

T = TypeVar("T")

HEARD_WELL = 0.6
EXPECTED, UNEXPECTED = 1.5, -0.5
"""Log odds before listening: what the script asks for is nearly always said, what it forbids hardly ever."""

OPENING_PHRASES = ("greeting", "company", "offer", "welcome")
ORDINARY = (*OPENING_PHRASES, "closing", "further-help", "agent-phrases", "criticism")
LAST_TURNS = 4


class Window(NamedTuple):
    """Part of a call. `opening` and `ending` count turns of the role; seconds run from the start of the recording."""

    part: str = "anywhere"
    turns: int | None = None
    after_s: float | None = None
    before_s: float | None = None


ANYWHERE = Window()


def window_of(part: str, turns: int | None, after_s: float | None, before_s: float | None) -> Window:
    """A window; the whole call is always `ANYWHERE` itself."""
    window = Window(part, turns, after_s, before_s)
    return ANYWHERE if window == ANYWHERE else window


Search = tuple[tuple[str, ...], Role, Window, float, bool]
"""Names, role, window and prior, and whether hits are contested."""


@dataclass(eq=False)
class CallView:
    """Lazily prepared views of one call; built once a call and shared by all rules.

    `listening` may be given where another view of the same call and lexicon has listened already. `judged`: by its id,
    each condition that has been judged, and how.
    """

    call: Call
    book: Phrasebook
    listening: Listening | None = None
    judged: dict[int, tuple[object, Any]] = field(default_factory=dict)
    _indices: dict[tuple[Role, Window], Sequence[int]] = field(default_factory=dict)
    _once: dict[Hashable, Any] = field(default_factory=dict)
    _ranges: dict[tuple[Role, Window], NDArray[np.int32]] = field(default_factory=dict)
    _found: dict[Search, tuple[Occurrence, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.heard = self.listening or Listening(self.call, self.book.lexicon)
        self.stream = self.heard.stream
        self.phones = self.heard.phones
        self.syllables = self.heard.syllables
        self.weight = self.heard.weight

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the rule set."""
        return self.book.variables

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All turns in order of their start."""
        return self.heard.turns

    def before(self, second: float) -> int:
        """How many turns begin before a moment: these are the first ones."""
        return bisect_left(self.heard.starts_s, second)

    def following(self, role: Role, after_s: float) -> tuple[Turn, ...]:
        """The turns more likely a role's than not that begin after a moment."""
        starts_s, turns = self.once(("following", role), lambda: self._own(role))
        return turns[bisect_right(starts_s, after_s) :]

    def _own(self, role: Role) -> tuple[list[float], tuple[Turn, ...]]:
        turns = tuple([turn for turn in self.turns if self.weight(turn, role) >= 0.5])
        return [turn.start_s for turn in turns], turns

    def speech(self, role: Role) -> tuple[Speech, ...]:
        """Spans in which a role is heard, joined where they touch, in order."""
        return self.once(("speech", role), lambda: self._speech(role))

    def spoken_s(self, role: Role) -> float:
        """Seconds in which a role is heard."""
        return self.once(("spoken", role), lambda: sum([s.end_s - s.start_s for s in self.speech(role)]))

    def _speech(self, role: Role) -> tuple[Speech, ...]:
        spans = sorted((s for s in self.call.speech if s.role == role), key=lambda s: s.start_s)
        joined: list[Speech] = []
        for span in spans:
            if joined and span.start_s <= joined[-1].end_s:
                joined[-1] = Speech(role, joined[-1].start_s, max(joined[-1].end_s, span.end_s))
            else:
                joined.append(span)
        return tuple(joined)

    def turns_in(self, role: Role, window: Window = ANYWHERE) -> tuple[Turn, ...]:
        """The turns of a role in a window."""
        stream, places = self.stream(role), self.indices(role, window)
        if isinstance(places, range):
            return stream.turns[places.start : places.stop]
        return tuple(stream.turns[i] for i in places)

    def ranges(self, role: Role, window: Window = ANYWHERE) -> list[tuple[int, int]]:
        """Syllable ranges [start, end) of a role's stream that a window covers."""
        edges, places = self.stream(role).edges, self.indices(role, window)
        if isinstance(places, range):
            return [(edges[places[0]][0], edges[places[-1]][1])] if places else []
        ranges: list[tuple[int, int]] = []
        previous = -2
        for index in places:
            start, end = edges[index]
            if index == previous + 1:
                ranges[-1] = (ranges[-1][0], end)
            else:
                ranges.append((start, end))
            previous = index
        return ranges

    def find_any(
        self, names: tuple[str, ...], role: Role, window: Window = ANYWHERE, prior: float = 0.0
    ) -> tuple[Occurrence, ...]:
        """Where a role may have said any phrase of the named sets (or literal patterns), none overlapping."""
        return self._search((names, role, window, prior, False))

    def contested(
        self, names: tuple[str, ...], role: Role, window: Window = ANYWHERE, prior: float = 0.0
    ) -> tuple[Occurrence, ...]:
        """As `find_any`, but a poor match gives way where an ordinary phrase explains the same syllables better."""
        return self._search((names, role, window, prior, True))

    def _search(self, search: Search) -> tuple[Occurrence, ...]:
        found = self._found.get(search)
        if found is None:
            found = self._found[search] = self._searched(*search)
        return found

    def _searched(
        self, names: tuple[str, ...], role: Role, window: Window, prior: float, against_others: bool
    ) -> tuple[Occurrence, ...]:
        if self.book.members(names).isdisjoint(self.heard.audible(role, prior)):
            return ()
        hits, patterns, covered = self.heard.hits(role), self.book.numbers(names), self._covered(role, window)
        if against_others:
            others = self.book.others(OPENING_PHRASES if window.part == "opening" else ORDINARY, names)
            found = contested(*hits.found, patterns, others, covered, prior)
        else:
            found = likeliest(*hits.found, patterns, covered, prior)
        stream, sources = self.stream(role), hits.sources
        return tuple(
            [
                Occurrence(stream, int(start), int(end), probability, sources[int(owner)], ratio, evidence)
                for start, end, evidence, ratio, _, _, owner, probability in found.tolist()
            ]
        )

    def turns_with(self, names: tuple[str, ...], role: Role) -> list[Turn]:
        """The turns in which a hit of the named phrases begins, however poor it is."""
        stream, (rows, edges) = self.stream(role), self.heard.hits(role).found
        places = [row for n in self.book.numbers(names) for row in range(edges[n], edges[n + 1])]
        begins = rows[places, START].astype(np.int64)
        return [stream.turns[i] for i in sorted(set(stream.turn_of[begins].tolist()))]

    def _covered(self, role: Role, window: Window) -> NDArray[np.int32]:
        """The syllables [start, end) that a window covers, (k, 2)."""
        key = (role, window)
        covered = self._ranges.get(key)
        if covered is None:
            covered = self._ranges[key] = np.array(self.ranges(role, window), dtype=np.int32).reshape(-1, 2)
        return covered

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """What `find` gives, found once a call."""
        found = self._once.get(key, self)
        if found is self:
            found = self._once[key] = find()
        return cast(T, found)

    def said(self, names: tuple[str, ...], role: Role, window: Window = ANYWHERE) -> float:
        """Probability that a role said any of the named phrases in a window; never below what weak hearing may hide."""
        found = self.contested(names, role, window, EXPECTED)
        best = max([o.probability for o in found], default=0.0)
        return max(best, self.hidden(role, window))

    def hidden(self, role: Role, window: Window = ANYWHERE) -> float:
        """How likely words of this window were said but not recognised (0–0.4), from the recogniser's confidence."""
        stream, places = self.stream(role), self.indices(role, window)
        if not places:
            return 0.0
        if isinstance(places, range):
            before, after = stream.clarity[places.start], stream.clarity[places.stop]
            spoken, heard = after[0] - before[0], after[1] - before[1]
        else:
            spoken = sum(letters(stream.turns[i]) for i in places)
            heard = sum(letters(stream.turns[i]) * stream.turns[i].confidence for i in places)
        return 0.03 + 0.6 * max(0.0, HEARD_WELL - heard / spoken)

    def indices(self, role: Role, window: Window) -> Sequence[int]:
        """Indices of a stream's turns that lie in a window."""
        if window is ANYWHERE:
            return range(len(self.stream(role).turns))
        key = (role, window)
        chosen = self._indices.get(key)
        if chosen is None:
            chosen = self._indices[key] = self._chosen(role, window)
        return chosen

    def _chosen(self, role: Role, window: Window) -> Sequence[int]:
        stream = self.stream(role)
        first, last = 0, len(stream.turns)
        if window.before_s is not None:
            last = bisect_left(stream.starts_s, window.before_s)
        if window.part == "opening":
            last = min(last, bisect_right(stream.starts_s, self.opening_end_s))
        if window.after_s is not None:
            if not stream.orderly:
                return self._scattered(stream, window.after_s, last, window)
            first = bisect_right(stream.ends_s, window.after_s, 0, last)
        if window.part == "ending":
            first = max(first, last - (window.turns or LAST_TURNS))
        elif window.turns is not None:
            last = min(last, first + window.turns)
        return range(first, last)

    def _scattered(self, stream: Stream, after_s: float, last: int, window: Window) -> list[int]:
        """The same where a turn ends before an earlier one does."""
        chosen = [i for i in range(last) if stream.ends_s[i] > after_s]
        if window.part == "ending":
            return chosen[-(window.turns or LAST_TURNS) :]
        return chosen[: window.turns]

    @cached_property
    def opening_end_s(self) -> float:
        """Until when the agent's words count as opening.

        The opening lasts from the agent's first turn until the customer has said more than a short reply, and at
        most 25 s.
        """
        first = next((t for t in self.turns if self.weight(t, "agent") >= 0.5), None)
        if first is None:
            return 0.0
        replied = 0
        for turn in self.turns:
            if turn.start_s > first.start_s and self.weight(turn, "customer") > 0.5:
                replied += self.syllables(turn)
                if replied > 6:
                    return min(turn.start_s, first.start_s + 25.0)
        return first.start_s + 25.0
