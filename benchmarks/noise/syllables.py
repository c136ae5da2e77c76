"""Mandarin text as syllables: initial, final and tone of each character, and how two syllables relate."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

Relation = Literal["same_syllable", "near", "unrelated"]

_ARABIC = str.maketrans("0123456789", "零一二三四五六七八九")
_NOT_SPOKEN = re.compile(r"[^一-鿿a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One spoken syllable; a Latin letter is an `initial` of its own with an empty final and tone 0."""

    initial: str
    final: str
    tone: int

    @property
    def base(self) -> str:
        """The syllable without its tone."""
        return self.initial + self.final


@lru_cache(maxsize=4096)
def parse(pinyin: str) -> Syllable:
    """A syllable from numbered pinyin such as `zhang1` (5 is the neutral tone)."""
    if not pinyin[-1].isdigit():
        return Syllable(pinyin.lower(), "", 0)
    initial = to_initials(pinyin[:-1], strict=False)
    return Syllable(initial, to_finals(pinyin[:-1], strict=False, v_to_u=False), int(pinyin[-1]))


def spoken(text: str) -> str:
    """`text` as it is spoken: Arabic digits one by one, no punctuation, lower-case letters."""
    return _NOT_SPOKEN.sub("", text.translate(_ARABIC)).lower()


def syllables(text: str) -> list[Syllable]:
    """One syllable for each character of `spoken(text)`, heteronyms read from their context."""
    read = lazy_pinyin(spoken(text), style=Style.TONE3, neutral_tone_with_five=True)
    return [parse(p) for chunk in read for p in ([chunk] if chunk[-1].isdigit() else chunk)]  # letters come in a lump


def relation(said: Syllable, heard: Syllable) -> Relation:
    """Tone aside: the same syllable, one that shares its initial or its final, or neither."""
    if said.base == heard.base:
        return "same_syllable"
    return "near" if said.initial == heard.initial or said.final == heard.final else "unrelated"
