"""Regular expressions of rule files: always google-re2, whose time grows with the text alone."""

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import Any, ClassVar

import re2
from pydantic import Field, field_validator

from qa.call import Role
from qa.checks.params import Params, Part
from qa.checks.signal import Signal, any_of
from qa.checks.stream import time_at
from qa.checks.view import CallView
from qa.finding import Evidence

LONGEST = 500
FOUND = 0.97
HEARD = 0.5
TEXT_EDGES = ("\\A", "\\z", "(?-")
"""With one of these in it, an expression can ask for the edge of the whole text, where a line's will not do."""
UNWRITTEN = re.compile(r"[^\w\n]|_")
"""What is neither letter nor digit, line breaks left alone."""


def checked_pattern(pattern: str | None) -> str | None:
    """The pattern itself; raises ValueError where google-re2 does not take it or it matches nothing at all."""
    if pattern is None:
        return None
    if len(pattern) > LONGEST:
        raise ValueError(f"a regular expression of more than {LONGEST} characters; split it")
    try:
        compiled = re2.compile(pattern, _options())
    except re2.error as error:
        raise ValueError(f"bad regular expression {pattern!r}: {_told(error)}") from None
    if compiled.search("") is not None:
        raise ValueError(f"regular expression {pattern!r} also matches where nothing is said; make it need a character")
    return pattern


def _places(view: CallView, pattern: str) -> dict[int, list[tuple[int, int]]]:
    """The characters [start, end) of every match in each turn that has one, by the turn's identity."""
    lines = view.once(_lines, lambda: _lines(view))
    if not any(edge in pattern for edge in TEXT_EDGES):
        text, begins = view.once(_joined, lambda: _joined(lines))
        spans = [match.span() for match in _compiled_by_line(pattern).finditer(text)]
        if all("\n" not in text[start:end] for start, end in spans):
            found: dict[int, list[tuple[int, int]]] = {}
            for start, end in spans:
                line = bisect_right(begins, start) - 1
                found.setdefault(id(view.turns[line]), []).append((start - begins[line], end - begins[line]))
            return found
    every = ((id(turn), _compiled(pattern).finditer(line)) for turn, line in zip(view.turns, lines, strict=True))
    return {turn: [match.span() for match in matches] for turn, matches in every}


def _lines(view: CallView) -> list[str]:
    """The characters of every turn."""
    text = "\n".join([turn.text.replace("\n", " ") for turn in view.turns])
    return UNWRITTEN.sub("", text).split("\n") if view.turns else []


def _joined(lines: list[str]) -> tuple[str, list[int]]:
    """All of them, one a line, and where each line begins."""
    return "\n".join(lines), list(accumulate([len(line) + 1 for line in lines], initial=0))


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern, _options())


@lru_cache(maxsize=1024)
def _compiled_by_line(pattern: str) -> Any:
    return re2.compile(f"(?m){pattern}", _options())


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def _told(error: Exception) -> str:
    text = error.args[0] if error.args else error
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


class Matches(Params):
    """`pattern`: a regular expression (google-re2) on the characters of one turn without punctuation and spaces, Arabic
    digits as they stand; `times`: how often at least."""

    plain: ClassVar[frozenset[str]] = frozenset({"pattern"})
    pattern: str = Field(min_length=1)
    by: Role = "agent"
    where: Part = Part()
    times: int = Field(default=1, ge=1)

    _good = field_validator("pattern")(checked_pattern)


def matches(view: CallView, params: Matches) -> Signal:
    """The role's words, as they are written down, match a regular expression."""
    places = _places(view, params.pattern)
    if not places:
        return Signal(0.0)
    found: list[Evidence] = []
    for turn in view.turns_in(params.by, params.where.within(view)):
        spans, weight = places.get(id(turn), ()), view.weight(turn, params.by)
        if weight < HEARD or not spans:
            continue
        chars = [i for i, char in enumerate(turn.text) if char.isalnum()]
        likely = round(FOUND * weight * min(1.0, 0.6 + 0.6 * turn.confidence), 4)
        for first, last in spans:
            start, end = chars[first], chars[last - 1] + 1
            found.append(Evidence(turn.role, time_at(turn, start), time_at(turn, end), turn.text[start:end], likely))
    if len(found) < params.times:
        return Signal(0.0)
    return any_of([Signal(sorted((e.probability for e in found), reverse=True)[params.times - 1], tuple(found))])
