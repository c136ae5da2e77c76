"""Text as a sequence of Mandarin syllables that remember the characters they came from."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin

from qa.phonetics.words import word_starts

DIGITS = {"0": "零", "1": "一", "2": "二", "3": "三", "4": "四", "5": "五", "6": "六", "7": "七", "8": "八", "9": "九"}
FILLER_WORDS = re.compile("[嗯呃啊哦唔噢额诶唉呀嘛吧呢]|那个|这个|就是说?|然后")
OTHER = 0


@dataclass(frozen=True, slots=True, eq=False)
class Phones:
    """The syllables of a text.

    `ids` (n,) int16 index into `inventory()` (0 = not Mandarin), `tones` (n,) int8 1–5 (0 unknown),
    `chars` (n,) int32 position of the character in `text`, `codes` (n,) int32 the character itself, `filler` (n,) bool,
    `begins` (n,) bool whether a word begins here.
    """

    text: str
    ids: NDArray[np.int16]
    tones: NDArray[np.int8]
    chars: NDArray[np.int32]
    codes: NDArray[np.int32]
    filler: NDArray[np.bool_]
    begins: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, which: Sequence[int]) -> "Phones":
        """Only some of the syllables, by their indices."""
        at = np.asarray(which, dtype=np.intp)
        return Phones(
            self.text, self.ids[at], self.tones[at], self.chars[at], self.codes[at], self.filler[at], self.begins[at]
        )

    def cut(self, start: int, end: int) -> "Phones":
        """The syllables [start, end)."""
        part = slice(start, end)
        return Phones(
            self.text,
            self.ids[part],
            self.tones[part],
            self.chars[part],
            self.codes[part],
            self.filler[part],
            self.begins[part],
        )


@lru_cache(maxsize=1)
def frequencies() -> dict[str, float]:
    """Share of each toneless syllable in running Mandarin (word frequencies of jieba 0.42.1's dictionary)."""
    table: dict[str, float] = json.loads(files("qa.data").joinpath("syllables.json").read_text("utf-8"))
    return table


@lru_cache(maxsize=1)
def inventory() -> dict[str, int]:
    """Toneless syllable to id; id 0 is kept for what is not Mandarin."""
    return {s: i for i, s in enumerate(sorted(frequencies()), start=1)}


def normalise(text: str) -> str:
    """Half-width, lower case, Arabic digits as Chinese ones; the length never changes."""
    out = []
    for char in text:
        folded = unicodedata.normalize("NFKC", char).lower()
        folded = folded if len(folded) == 1 else char
        out.append(DIGITS.get(folded, folded))
    return "".join(out)


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one (CJK unified ideographs and 〇)."""
    return "\u4e00" <= char <= "\u9fff" or char == "〇"


def phones(text: str, *, words: bool = True) -> Phones:
    """The syllables of a text; punctuation and spaces give none, a Latin letter gives one unknown syllable.

    Without `words`, for texts in which no word is looked for, none but the first syllable begins one.
    """
    plain = normalise(text)
    ids: list[int] = []
    tones: list[int] = []
    chars: list[int] = []
    known = inventory()
    for start, run in _runs(plain):
        if is_han(run[0]):
            spoken = run.replace("〇", "零")
            for offset, sound in enumerate(
                lazy_pinyin(spoken, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
            ):
                ids.append(known.get(sound.rstrip("12345"), OTHER))
                tones.append(int(sound[-1]) if sound[-1].isdigit() else 0)
                chars.append(start + offset)
        else:
            for offset in range(len(run)):
                ids.append(OTHER)
                tones.append(0)
                chars.append(start + offset)
    starts = word_starts(plain) if words else frozenset(chars[:1])
    idle = {i for match in FILLER_WORDS.finditer(plain) for i in range(*match.span())}
    return Phones(
        text=plain,
        ids=np.array(ids, dtype=np.int16),
        tones=np.array(tones, dtype=np.int8),
        chars=np.array(chars, dtype=np.int32),
        codes=np.array([ord(plain[i]) for i in chars], dtype=np.int32),
        filler=np.array([i in idle for i in chars], dtype=np.bool_),
        begins=np.array([i in starts for i in chars], dtype=np.bool_),
    )


def concatenate(parts: Sequence[Phones]) -> Phones:
    """Texts one after the other, a line break (one unknown, idle syllable) between two of them."""
    pieces: list[Phones] = []
    text = ""
    for part in parts:
        if pieces:
            pieces.append(_pause(len(text)))
            text += "\n"
        moved = (part.chars + len(text)).astype(np.int32)
        pieces.append(Phones(part.text, part.ids, part.tones, moved, part.codes, part.filler, part.begins))
        text += part.text
    if not pieces:
        return phones("")
    return Phones(
        text=text,
        ids=np.concatenate([p.ids for p in pieces]),
        tones=np.concatenate([p.tones for p in pieces]),
        chars=np.concatenate([p.chars for p in pieces]),
        codes=np.concatenate([p.codes for p in pieces]),
        filler=np.concatenate([p.filler for p in pieces]),
        begins=np.concatenate([p.begins for p in pieces]),
    )


def _pause(at: int) -> Phones:
    return Phones(
        text="\n",
        ids=np.array([OTHER], dtype=np.int16),
        tones=np.zeros(1, dtype=np.int8),
        chars=np.array([at], dtype=np.int32),
        codes=np.zeros(1, dtype=np.int32),
        filler=np.zeros(1, dtype=np.bool_),
        begins=np.ones(1, dtype=np.bool_),
    )


def _runs(text: str) -> list[tuple[int, str]]:
    """Maximal runs of Chinese characters or of letters, with their start."""
    runs: list[tuple[int, str]] = []
    start = 0
    kind = 0
    for i, char in enumerate([*text, " "]):
        now = 1 if is_han(char) else 2 if char.isalnum() else 0
        if now != kind:
            if kind:
                runs.append((start, text[start:i]))
            start, kind = i, now
    return runs
