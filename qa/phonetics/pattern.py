"""Patterns: the wordings of a rule file as a lattice of syllables.

`[a|b]` gives a choice, `(a)` or `(a|b)` an option, `…` lets a few other words in between, both may be nested; a
leading `=` asks for the very characters as words of their own (for words too short to be told by sound).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import evidence
from qa.phonetics.syllables import phones

GAP = "…"
MAX_SYLLABLES = 400
SAME_CHARACTER = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Syllables:
    """A fixed run of syllables: `ids`, `tones`, `codes` (characters) each (m,), and `ideal` (m,) evidence of a perfect hit."""

    ids: NDArray[np.int16]
    tones: NDArray[np.int8]
    codes: NDArray[np.int32]
    ideal: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Gap:
    """Here a few other words may be said."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; an empty one makes the others optional."""

    branches: tuple["Sequence", ...]


Item = Syllables | Gap | Choice


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items one after the other."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A compiled pattern; `exact` is a regular expression where the very characters are asked for."""

    source: str
    root: Sequence
    exact: re.Pattern[str] | None


@lru_cache(maxsize=8192)
def compile_pattern(source: str) -> Pattern:
    """Prepare a pattern; raises ValueError saying what is wrong with it."""
    body = source.removeprefix("=")
    root, rest = _sequence(body, 0, "")
    if rest != len(body):
        raise ValueError(f"{body[rest]!r} has no partner")
    if _least(root) == 0:
        raise ValueError("no words that must be said")
    if _size(root) > MAX_SYLLABLES:
        raise ValueError(f"more than {MAX_SYLLABLES} syllables; split it into several phrases")
    exact = re.compile(_regex(body)) if source.startswith("=") else None
    return Pattern(source, root, exact)


def _sequence(text: str, at: int, closing: str) -> tuple[Sequence, int]:
    """Parse up to one of the characters in `closing`, to the end where it is empty."""
    items: list[Item] = []
    plain = ""

    def flush() -> None:
        nonlocal plain
        sounds = phones(plain)
        if len(sounds):
            codes = np.array([ord(sounds.text[c]) for c in sounds.chars], dtype=np.int32)
            ideal = evidence()[sounds.ids, sounds.ids] + SAME_CHARACTER
            items.append(Syllables(sounds.ids, sounds.tones, codes, ideal))
        plain = ""

    while at < len(text) and text[at] not in closing:
        char = text[at]
        if char in "[(":
            flush()
            choice, at = _choice(text, at)
            items.append(choice)
            continue
        if char in "])|":
            break
        if char == GAP:
            flush()
            items.append(Gap())
        else:
            plain += char
        at += 1
    flush()
    return Sequence(tuple(items)), at


def _choice(text: str, at: int) -> tuple[Choice, int]:
    closing = "]" if text[at] == "[" else ")"
    opened, branches = at, []
    while True:
        branch, at = _sequence(text, at + 1, "|" + closing)
        branches.append(branch)
        if at >= len(text) or text[at] not in "|" + closing:
            raise ValueError(f"{text[opened]!r} has no partner")
        if text[at] == closing:
            break
    if closing == ")":
        branches.append(Sequence(()))
    return Choice(tuple(branches)), at + 1


def _least(sequence: Sequence) -> int:
    """Fewest syllables that a hit must contain."""
    total = 0
    for item in sequence.items:
        if isinstance(item, Syllables):
            total += len(item.ids)
        elif isinstance(item, Choice):
            total += min(_least(b) for b in item.branches)
    return total


def _size(sequence: Sequence) -> int:
    """Syllables in all branches together: what a scan costs."""
    total = 0
    for item in sequence.items:
        if isinstance(item, Syllables):
            total += len(item.ids)
        elif isinstance(item, Choice):
            total += sum(_size(b) for b in item.branches)
    return total


def _regex(text: str) -> str:
    """The same choices and options as a regular expression over characters."""
    out = {"[": "(?:", "]": ")", "(": "(?:", ")": ")?", "|": "|", GAP: ".{0,4}"}
    return "".join(out.get(char, re.escape(char)) for char in text)
