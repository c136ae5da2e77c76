"""Patterns: the wordings of a rule file as sequences of syllables.

`[a|b]` gives a choice, `(a)` or `(a|b)` an option, `…` lets a few other words in between, both may be nested; a
leading `=` asks for the very characters as words of their own (for words too short to be told by sound).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.confusion import evidence
from qa.phonetics.kernel import SAME_CHARACTER
from qa.phonetics.syllables import phones

GAP = "…"
MAX_WORDINGS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """One plain way to say a pattern.

    `ids`, `tones`, `codes` (characters) and `gap_before` (other words may come first) are each (m,); `ideal` is the
    evidence of a perfect hit in nats.
    """

    ids: NDArray[np.int16]
    tones: NDArray[np.int8]
    codes: NDArray[np.int32]
    gap_before: NDArray[np.bool_]
    ideal: float


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A compiled pattern; `exact` is a regular expression where the very characters are asked for."""

    source: str
    wordings: tuple[Wording, ...]
    exact: re.Pattern[str] | None


@lru_cache(maxsize=8192)
def compile_pattern(source: str) -> Pattern:
    """Prepare a pattern; raises ValueError saying what is wrong with it."""
    body = source.removeprefix("=")
    texts, rest = _texts(body, 0, "")
    if rest != len(body):
        raise ValueError(f"{body[rest]!r} has no partner")
    if source.startswith("="):
        return Pattern(source, (), re.compile(_regex(body)))
    return Pattern(source, tuple(_wording(text) for text in dict.fromkeys(texts)), None)


def _wording(text: str) -> Wording:
    pieces = [sounds for piece in text.split(GAP) if len(sounds := phones(piece, words=False))]
    if not pieces:
        raise ValueError("no words that must be said")
    if sum(len(p) for p in pieces) == 1:
        raise ValueError(f"{text!r} is one syllable, too short to be told by sound; write it exactly, with = in front")
    ids = np.concatenate([p.ids for p in pieces])
    gap_before = np.zeros(len(ids), dtype=np.bool_)
    gap_before[np.cumsum([len(p) for p in pieces])[:-1]] = True
    ideal = float(evidence()[ids, ids].sum() + SAME_CHARACTER * len(ids))
    tones, codes = np.concatenate([p.tones for p in pieces]), np.concatenate([p.codes for p in pieces])
    return Wording(ids, tones, codes, gap_before, ideal)


def _texts(text: str, at: int, closing: str) -> tuple[list[str], int]:
    """All texts of a sequence up to one of the characters in `closing`, to the end where it is empty."""
    texts = [""]
    while at < len(text) and text[at] not in closing:
        char = text[at]
        if char in "])|":
            break
        if char in "[(":
            branches, at = _choice(text, at)
        else:
            branches, at = [char], at + 1
        texts = [head + tail for head in texts for tail in branches]
        if len(texts) > MAX_WORDINGS:
            raise ValueError(f"stands for more than {MAX_WORDINGS} wordings; split it into several phrases")
    return texts, at


def _choice(text: str, at: int) -> tuple[list[str], int]:
    closing = "]" if text[at] == "[" else ")"
    opened, branches = at, []
    while True:
        branch, at = _texts(text, at + 1, "|" + closing)
        branches += branch
        if at >= len(text) or text[at] not in "|" + closing:
            raise ValueError(f"{text[opened]!r} has no partner")
        if text[at] == closing:
            break
    if closing == ")":
        branches.append("")
    return list(dict.fromkeys(branches)), at + 1


def _regex(text: str) -> str:
    """The same choices and options as a regular expression over characters."""
    out = {"[": "(?:", "]": ")", "(": "(?:", ")": ")?", "|": "|", GAP: ".{0,4}"}
    return "".join(out.get(char, re.escape(char)) for char in text)
