"""Text as a recogniser would have written it.

Wrong characters of the right sound, dropped and added syllables, digits in any writing, little punctuation,
turns run together or cut in two.

The kinds of error and the confused sounds come from `confusions.json` (measured on real speech) on top of the
usual confusions of Mandarin. Two things never happen: a digit does not turn into another digit, and the side
that speaks does not change.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

import jieba
from pypinyin import Style, pinyin

from benchmarks.noise.numbers import write_digits
from benchmarks.noise.syllables import Syllable, parse

CONFUSIONS = Path(__file__).parent / "confusions.json"
USUAL_INITIALS = ("zh z", "ch c", "sh s", "n l", "f h", "r l")
USUAL_FINALS = ("ang an", "eng en", "ing in", "uang uan", "ong eng")
USUAL_WEIGHT = 4
FILLERS = ("嗯", "呃", "啊", "那个", "这个", "就是")
FILLER_SHARE = 0.6
DIGITS = frozenset("零〇一二三四五六七八九幺两十百0123456789")
PUNCTUATION = re.compile(r"[,。?!,、;:]")
FREQUENT = 3500
MERGE_GAP_S, MERGE_SHARE, SPLIT_SHARE, SPLIT_LEAST = 1.0, 0.4, 0.12, 12


@dataclass(frozen=True, slots=True)
class Said:
    """A turn: role, start and end in seconds, text."""

    role: str
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Items with cumulative weights, ready for `random.choices`."""

    items: tuple[str, ...]
    cumulative: tuple[float, ...]

    def draw(self, draw: random.Random) -> str:
        return draw.choices(self.items, cum_weights=self.cumulative)[0]


def _choice(weights: dict[str, float]) -> Choice:
    return Choice(tuple(weights), tuple(accumulate(weights.values())))


class RecognitionNoise:
    """Draws noisy text; `cer` is the share of characters in error (0 to 1), digit writing not counted."""

    def __init__(self, cer: float = 0.15, confusions: Path = CONFUSIONS) -> None:
        measured = json.loads(confusions.read_text(encoding="utf-8"))
        rates: dict[str, float] = measured["rates"]
        self.cer = cer
        self._kinds = _choice(rates)
        self._initials = _pairs(USUAL_INITIALS, measured["initials"])
        self._finals = _pairs(USUAL_FINALS, measured["finals"])
        self._readings, self._characters, self._any = _inventory()
        self._same: dict[str, Choice | None] = {}
        self._near: dict[str, Choice | None] = {}

    def text(self, clean: str, draw: random.Random) -> str:
        """One utterance as recognised. Errors come in bursts: an utterance is good, ordinary or bad."""
        rate = self.cer * draw.choice((0.5, 1.0, 1.5))
        written = write_digits(_unpunctuate(clean, draw), draw)
        return "".join(self._character(c, draw) if draw.random() < rate else c for c in written)

    def turns(self, clean: Sequence[Said], draw: random.Random) -> list[Said]:
        """A call's turns as recognised, in order of their starts."""
        noisy: list[Said] = []
        for turn in sorted(clean, key=lambda t: t.start_s):
            turn = replace(turn, text=self.text(turn.text, draw))
            last = noisy[-1] if noisy else None
            near = last is not None and last.role == turn.role and turn.start_s - last.end_s < MERGE_GAP_S
            if last is not None and near and draw.random() < MERGE_SHARE:
                noisy[-1] = replace(last, end_s=turn.end_s, text=last.text + turn.text)
            else:
                noisy += _split(turn, draw)
        return [turn for turn in noisy if turn.text]

    def _character(self, character: str, draw: random.Random) -> str:
        kind = self._kinds.draw(draw)
        syllable = self._readings.get(character)
        if syllable is None:
            return character
        if kind == "deletion":
            return ""
        if kind == "insertion":
            added = draw.choice(FILLERS) if draw.random() < FILLER_SHARE else self._any.draw(draw)
            return character + ("" if added in DIGITS else added)
        if kind == "unrelated":
            choice: Choice | None = self._any
        else:
            choice = (self._nearly(syllable) if kind == "near" else None) or self._homophones(character)
        other = choice.draw(draw) if choice else character
        return character if other in DIGITS else other

    def _homophones(self, character: str) -> Choice | None:
        """Other characters of the same syllable, those of the same tone three times as likely."""
        if character not in self._same:
            syllable = self._readings[character]
            weights = {
                c: frequency * (3 if self._readings[c].tone == syllable.tone else 1)
                for c, frequency in self._characters.get(syllable.base, {}).items()
                if c not in DIGITS and c != character
            }
            self._same[character] = _choice(weights) if weights else None
        return self._same[character]

    def _nearly(self, syllable: Syllable) -> Choice | None:
        if syllable.base not in self._near:
            sounds = {i + syllable.final: n for i, n in self._initials[syllable.initial].items()}
            sounds |= {syllable.initial + f: n for f, n in self._finals[syllable.final].items()}
            weights: dict[str, float] = {}
            for sound, count in sounds.items():
                characters = self._characters.get(sound, {})
                total = sum(characters.values())
                weights |= {c: count * n / total for c, n in characters.items() if c not in DIGITS}
            self._near[syllable.base] = _choice(weights) if weights else None
        return self._near[syllable.base]


def _pairs(usual: Sequence[str], measured: dict[str, dict[str, int]]) -> defaultdict[str, dict[str, float]]:
    """How often each sound is heard as which other: the usual pairs both ways, plus what was counted."""
    table: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for pair in usual:
        a, b = pair.split()
        table[a][b] = table[b][a] = USUAL_WEIGHT
    for said, heard in measured.items():
        for other, count in heard.items():
            if other != said:
                table[said][other] = table[said].get(other, 0) + count
    return table


@lru_cache(maxsize=1)
def _inventory() -> tuple[dict[str, Syllable], dict[str, dict[str, float]], Choice]:
    """Readings of the frequent characters, the characters of a syllable, all by jieba's frequency."""
    counts: defaultdict[str, float] = defaultdict(float)
    with jieba.get_dict_file() as words:
        for line in words:
            word, frequency, _ = line.decode("utf-8").split(" ", 2)
            for character in word:
                if "一" <= character <= "鿿":
                    counts[character] += float(frequency)
    frequent = dict(sorted(counts.items(), key=lambda item: -item[1])[:FREQUENT])
    readings = {
        c: parse(pinyin(c, style=Style.TONE3, neutral_tone_with_five=True)[0][0]) for c in (*frequent, "幺", "您")
    }
    characters: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for c, frequency in frequent.items():
        characters[readings[c].base][c] = frequency**0.75
    return readings, dict(characters), _choice(frequent)


def _unpunctuate(text: str, draw: random.Random) -> str:
    keep = draw.choice((0.0, 0.5, 0.9))
    return PUNCTUATION.sub(lambda mark: mark[0] if draw.random() < keep else "", text)


def _split(turn: Said, draw: random.Random) -> list[Said]:
    """The turn, or now and then two halves of it at any character, the time shared by length."""
    if len(turn.text) < SPLIT_LEAST or draw.random() >= SPLIT_SHARE:
        return [turn]
    cut = draw.randrange(4, len(turn.text) - 4)
    middle = turn.start_s + (turn.end_s - turn.start_s) * cut / len(turn.text)
    return [
        replace(turn, end_s=middle, text=turn.text[:cut]),
        replace(turn, start_s=middle, text=turn.text[cut:]),
    ]
