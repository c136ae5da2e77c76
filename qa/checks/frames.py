"""Frames: short patterns over characters, hundreds of which are looked for in one pass over a text (google-re2).

`[a|b]` is a choice, `(a)` an option, `…` up to four characters, `$` the end of the turn, `<name>` a word class,
`{name}` a list of the rule set.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import re2

GAP = 4

_SYNTAX = {"[": "(?:", "]": ")", "(": "(?:", ")": ")?", "|": "|", "…": f".{{0,{GAP}}}", "$": "$"}
_NAMED = re.compile("<([^>]*)>|{([^}]*)}")


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Compiled frames: the `filter` knows which may stand in a text by the words in it; each frame tells where."""

    filter: Any
    each: tuple[Any, ...]

    def perhaps(self, text: str) -> list[int]:
        """The frames whose words stand in a text, or in any of several, one a line; few others are found there."""
        return self.filter.Match(text, potential=True) or []

    def present(self, text: str) -> list[int]:
        """The frames that stand anywhere in a text, or in any of several, one a line."""
        return self.filter.Match(text) or []

    def places(self, frame: int, text: str) -> list[tuple[int, int]]:
        """The characters [start, end) of every place of one frame in a text, none overlapping."""
        return [hit.span() for hit in self.each[frame].finditer(text)]


def compile_frames(sources: Sequence[str]) -> Frames:
    """Compile frames whose names are filled in; raises ValueError for a faulty one."""
    together = re2.Filter()
    each = []
    for source in sources:
        regex = "".join(_SYNTAX.get(char, re.escape(char)) for char in source)
        try:
            each.append(re2.compile(regex, _options()))
            together.Add(f"(?m){regex}", _options())
        except re2.error:
            raise ValueError(f"{source!r}: a bracket has no partner") from None
        if each[-1].search("") and not source.endswith("$"):
            raise ValueError(f"{source!r}: stands for no words at all, too")
    together.Compile()
    return Frames(together, tuple(each))


def names_in(source: str) -> tuple[set[str], set[str]]:
    """The word classes and the rule set's lists that a frame uses."""
    found = _NAMED.findall(source)
    return {a for a, _ in found if a}, {b for _, b in found if b}


def filled(source: str, words: Mapping[str, str]) -> str:
    """A frame with words `a|b|c` in place of every name that has some; classes may use classes."""
    for _ in range(3):
        source = _NAMED.sub(lambda m: f"[{words[m[1] or m[2]]}]" if (m[1] or m[2]) in words else m[0], source)
    return source


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options
