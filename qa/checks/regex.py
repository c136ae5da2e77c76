"""Regular expressions of rule files: always google-re2, whose time grows with the text alone."""

import re
from functools import lru_cache
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


def _all_written(view: CallView) -> tuple[str, dict[int, str]]:
    """The characters of all turns, one turn a line, and those of each turn by its identity."""
    return view.once(_all_written, lambda: _lines(view))


def _lines(view: CallView) -> tuple[str, dict[int, str]]:
    text = UNWRITTEN.sub("", "\n".join(turn.text.replace("\n", " ") for turn in view.turns))
    lines = text.split("\n") if view.turns else []
    return text, dict(zip(map(id, view.turns), lines, strict=True))


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
    compiled = _compiled(params.pattern)
    found: list[Evidence] = []
    text, lines = _all_written(view)
    by_line = not any(edge in params.pattern for edge in TEXT_EDGES)
    if by_line and _compiled_by_line(params.pattern).search(text) is None:
        return Signal(0.0)
    for turn in view.turns_in(params.by, params.where.within(view)):
        weight = view.weight(turn, params.by)
        if weight < HEARD:
            continue
        matches = list(compiled.finditer(lines[id(turn)]))
        places = [i for i, char in enumerate(turn.text) if char.isalnum()] if matches else []
        likely = round(FOUND * weight * min(1.0, 0.6 + 0.6 * turn.confidence), 4)
        for match in matches:
            start, end = places[match.start()], places[match.end() - 1] + 1
            found.append(Evidence(turn.role, time_at(turn, start), time_at(turn, end), turn.text[start:end], likely))
    if len(found) < params.times:
        return Signal(0.0)
    return any_of([Signal(sorted((e.probability for e in found), reverse=True)[params.times - 1], tuple(found))])
