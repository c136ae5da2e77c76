"""How words sound to a search: each character by its reading, syllables that regional Mandarin merges as one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from zlib import crc32

from pypinyin import Style, pinyin

from qa.phonetics.syllables import is_han, normalise

_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("f", "h"))
LEAST = 2
"""Sounds that a search must have: the index knows pairs."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The sounds of a text, and for each the position of its character in the text."""

    sounds: tuple[str, ...]
    chars: tuple[int, ...]


def heard(text: str) -> Heard:
    """What a text sounds like, each character by its usual reading; punctuation and spaces have no sound."""
    chars = _spoken(text)
    return Heard(tuple(_sounds(char)[0] for _, char in chars), tuple(at for at, _ in chars))


def readings(text: str) -> tuple[tuple[str, ...], ...]:
    """The same for what is looked for: every sound that each character can have, the usual one first."""
    return tuple(_sounds(char) for _, char in _spoken(text))


def pairs(sounds: Sequence[str]) -> list[int]:
    """Each two sounds that follow one another, as a number below 2³¹, each once."""
    return sorted({_pair(a, b) for a, b in pairwise(sounds)})


def wanted(looked_for: Sequence[tuple[str, ...]], *, exact: bool) -> list[list[int]]:
    """What an index must have of a text: of each list at least one pair. `exact`: characters have their usual sound."""
    usual = [sounds[:1] if exact else sounds for sounds in looked_for]
    return [[_pair(a, b) for a, b in product(here, after)] for here, after in pairwise(usual)]


def places(text: str, words: str, *, exact: bool) -> Iterator[tuple[int, int]]:
    """Where the words stand (`exact`), or sound, in a text: first and last character, end not included.

    What is between two sounds, punctuation and spaces, is passed over.
    """
    if exact:
        chars = _spoken(text)
        said, asked = "".join(char for _, char in chars), "".join(char for _, char in _spoken(words))
        at = said.find(asked) if asked else -1
        while at >= 0:
            yield chars[at][0], chars[at + len(asked) - 1][0] + 1
            at = said.find(asked, at + 1)
        return
    heard_there, looked_for = heard(text), readings(words)
    for at in range(len(heard_there.sounds) - len(looked_for) + 1):
        if all(heard_there.sounds[at + i] in sounds for i, sounds in enumerate(looked_for)):
            yield heard_there.chars[at], heard_there.chars[at + len(looked_for) - 1] + 1


def _spoken(text: str) -> list[tuple[int, str]]:
    """The characters of a text that are said, normalised, each with its position."""
    return [(at, char) for at, char in enumerate(map(_plain, text)) if char.isalnum()]


@lru_cache(maxsize=16384)
def _plain(char: str) -> str:
    return normalise(char)


@lru_cache(maxsize=16384)
def _sounds(char: str) -> tuple[str, ...]:
    if not is_han(char):
        return (char,)
    found = pinyin("零" if char == "〇" else char, style=Style.NORMAL, heteronym=True)[0]
    return tuple(dict.fromkeys(_merged(sound) for sound in found))


def _merged(syllable: str) -> str:
    for initial, other in _MERGED:
        if syllable.startswith(initial):
            syllable = other + syllable.removeprefix(initial)
            break
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


@lru_cache(maxsize=131072)
def _pair(first: str, second: str) -> int:
    return crc32(f"{first} {second}".encode()) & 0x7FFFFFFF
