"""Turns, words and speech of a transcript in one piece, so that a whole archive can be read again quickly.

Layout, little-endian: magic with the version of the layout, a fingerprint of the fields of the values, a CRC-32 of all
that follows; the length of a JSON object, that object, and the numbers of the words. The JSON object holds the turns
and spans field by field. Words are most of the bytes and seldom asked for: they are made when somebody looks.
"""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, cast, overload

import numpy as np
from numpy.typing import NDArray

from qa.call import Speech, Turn, UnmadeWords, Word

MAGIC = b"QAT1"
HEAD, LENGTH = struct.Struct("<4s8sI"), struct.Struct("<I")
TURN = tuple(f.name for f in fields(Turn) if f.name != "words")
SPEECH = tuple(f.name for f in fields(Speech))
MADE_BY = hashlib.sha256(repr((TURN, SPEECH, [f.name for f in fields(Word)])).encode()).digest()[:8]
STEPS = {"start_s": 1000, "end_s": 1000, "confidence": 10000}
"""Fractions of one in which the numbers of words come; where all do, four bytes hold one."""


def pack_turns(turns: Sequence[Turn], speech: Sequence[Speech]) -> bytes:
    """The turns with their words and the spans as bytes that `unpack_turns` reads."""
    words = [word for turn in turns for word in turn.words]
    columns = {name: np.array([getattr(w, name) for w in words], dtype="<f8") for name in STEPS}
    coarse = all(bool((np.round(v * STEPS[n]) / STEPS[n] == v).all()) for n, v in columns.items())
    numbers = [np.round(v * STEPS[n]).astype("<i4") if coarse else v for n, v in columns.items()]
    told = {
        "turns": [[getattr(turn, name) for turn in turns] for name in TURN],
        "speech": [[getattr(span, name) for span in speech] for name in SPEECH],
        "words": [len(turn.words) for turn in turns],
        "text": "".join(word.text for word in words),
        "coarse": coarse,
    }
    header = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    lengths = np.array([len(word.text) for word in words], dtype="<u4")
    body = b"".join((LENGTH.pack(len(header)), header, lengths.tobytes(), *(n.tobytes() for n in numbers)))
    return HEAD.pack(MAGIC, MADE_BY, zlib.crc32(body)) + body


def unpack_turns(packed: bytes | None) -> tuple[tuple[Turn, ...], tuple[Speech, ...]] | None:
    """Turns and spans; None where the bytes are damaged or from a program whose values have other fields."""
    if packed is None or len(packed) < HEAD.size:
        return None
    magic, made_by, check = HEAD.unpack_from(packed)
    body = packed[HEAD.size :]
    if magic != MAGIC or made_by != MADE_BY or check != zlib.crc32(body):
        return None
    end = LENGTH.size + LENGTH.unpack_from(body)[0]
    told = json.loads(body[LENGTH.size : end].decode("utf-8", "surrogatepass"))
    words = _Words(body[end:], told["text"], told["coarse"])
    columns = dict(zip(TURN, told["turns"], strict=True))
    columns["alternatives"] = [tuple(others) for others in columns["alternatives"]]
    columns["words"] = _lazily(words, told["words"])
    turns = tuple(Turn(*values) for values in zip(*(columns[f.name] for f in fields(Turn)), strict=True))
    return turns, tuple(Speech(*values) for values in zip(*told["speech"], strict=True))


def readable(packed: bytes | None) -> bool:
    """Whether this program packs in the same way."""
    return packed is not None and packed.startswith(MAGIC + MADE_BY)


class _Words:
    """The words of a transcript, not yet made."""

    def __init__(self, numbers: bytes, text: str, coarse: bool) -> None:
        self._numbers, self._text, self._coarse = numbers, text, coarse

    @cached_property
    def _columns(self) -> tuple[list[int], list[list[float]]]:
        """Where each word's text begins, and starts, ends and confidences."""
        size = 4 if self._coarse else 8
        count = len(self._numbers) // (4 + len(STEPS) * size)
        lengths = np.frombuffer(self._numbers, "<u4", count)
        rows = np.frombuffer(self._numbers, f"<{'i4' if self._coarse else 'f8'}", count * len(STEPS), lengths.nbytes)
        steps: NDArray[np.float64] = np.array([*STEPS.values()] if self._coarse else [1.0] * len(STEPS))
        values = rows.reshape(len(STEPS), count) / steps[:, None]
        return [0, *accumulate(lengths.tolist())], values.tolist()

    def texts(self, first: int, last: int) -> list[str]:
        edges = self._columns[0][first : last + 1]
        return [self._text[start:end] for start, end in pairwise(edges)]

    def made(self, first: int, last: int) -> tuple[Word, ...]:
        edges, (starts, ends, confidences) = self._columns
        return tuple(
            Word(starts[i], ends[i], self._text[edges[i] : edges[i + 1]], confidences[i]) for i in range(first, last)
        )


class _TurnWords(UnmadeWords):
    """The words of one turn, equal to the tuple of them."""

    __slots__ = ("_first", "_last", "_made", "_words")

    def __init__(self, words: _Words, first: int, last: int) -> None:
        self._words, self._first, self._last = words, first, last
        self._made: tuple[Word, ...] | None = None

    def _tuple(self) -> tuple[Word, ...]:
        if self._made is None:
            self._made = self._words.made(self._first, self._last)
        return self._made

    @property
    def texts(self) -> list[str]:
        return self._words.texts(self._first, self._last)

    def __len__(self) -> int:
        return self._last - self._first

    def __iter__(self) -> Iterator[Word]:
        return iter(self._tuple())

    @overload
    def __getitem__(self, index: int) -> Word: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Word, ...]: ...
    def __getitem__(self, index: int | slice) -> Word | tuple[Word, ...]:
        if isinstance(index, slice):
            return self._tuple()[index]
        place = range(self._first, self._last)[index]
        return self._words.made(place, place + 1)[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._tuple() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._tuple())

    def __repr__(self) -> str:
        return repr(self._tuple())


def _lazily(words: _Words, counts: Sequence[int]) -> list[Any]:
    lasts = accumulate(counts)
    return [
        # To whoever reads it this is the tuple that it says it is, only later.
        cast(tuple[Word, ...], _TurnWords(words, last - count, last)) if count else ()
        for count, last in zip(counts, lasts, strict=True)
    ]
