"""The syllables of a transcript as bytes: looking them up again costs microseconds, finding them out milliseconds.

Layout, little-endian: magic with the version of the layout, a fingerprint of what the syllables depend on, a CRC-32
of all that follows; three counts (turns, characters, syllables) and the CRC-32 of the texts; the length of each turn;
one bit a character (does it sound?); for each syllable `id << 3 | tone`; one bit a syllable (is it filler?) and another
(does a word begin here?); position and code of each character that normalising changed.
"""

import ast
import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.phonetics.joining import joined
from qa.phonetics.syllables import Phones, phones

MAGIC = b"QAP2"
HEAD = struct.Struct("<4s8sI")
COUNTS = struct.Struct("<IIII")
TONE_BITS = 3


class Joined(NamedTuple):
    """Some turns one after the other: their syllables, an unknown one between two turns; for each syllable the place of
    its turn among these; for each turn its syllables [start, end) and where its text begins, (k, 3)."""

    heard: Phones
    turn_of: NDArray[np.int64]
    spans: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sounds:
    """The syllables of all turns, one after the other; turn i has the syllables `[edges[i], edges[i + 1])`.

    `heard` counts characters from the start of the transcript, turn i beginning at `starts[i]` of its text.
    """

    heard: Phones
    edges: NDArray[np.int64]
    starts: NDArray[np.int64]

    def turn(self, number: int) -> Phones:
        """The syllables of one turn, characters counted from its start."""
        heard = self.heard
        (a, b), (s, e) = self.edges[number : number + 2].tolist(), self.starts[number : number + 2].tolist()
        chars = (heard.chars[a:b] - s).astype(np.int32)
        text, ids, tones = heard.text[s:e], heard.ids[a:b], heard.tones[a:b]
        return Phones(text, ids, tones, chars, heard.codes[a:b], heard.filler[a:b], heard.begins[a:b])

    def joined(self, turns: Sequence[int]) -> Joined:
        """The syllables of some turns one after the other, as `syllables.concatenate` gives them."""
        every, starts = self.heard, self.starts.tolist()
        ids, tones, chars, codes, filler, begins, turn_of, spans = joined(
            every.ids,
            every.tones,
            every.chars,
            every.codes,
            every.filler,
            every.begins,
            self.edges,
            self.starts,
            np.array(turns, dtype=np.int64),
        )
        text = "\n".join([every.text[starts[turn] : starts[turn + 1]] for turn in turns])
        return Joined(Phones(text, ids, tones, chars, codes, filler, begins), turn_of, spans)


def sounds_of(packed: bytes | None, texts: Sequence[str]) -> Sounds:
    """The syllables of turns with these texts, from what was stored where that can be used."""
    return _last_sounds(packed, tuple(texts))


@lru_cache(maxsize=1)
def _last_sounds(packed: bytes | None, texts: tuple[str, ...]) -> Sounds:
    """A call is measured right after it is checked."""
    return unpack(packed, texts) or _found_out(texts)


def _found_out(texts: Sequence[str]) -> Sounds:
    parts = [phones(text) for text in texts]
    starts = np.cumsum([0, *(len(text) for text in texts)])
    heard = Phones(
        text="".join(part.text for part in parts),
        ids=_joined([part.ids for part in parts]).astype(np.int16),
        tones=_joined([part.tones for part in parts]).astype(np.int8),
        chars=_joined([part.chars + start for part, start in zip(parts, starts, strict=False)]).astype(np.int32),
        codes=_joined([part.codes for part in parts]).astype(np.int32),
        filler=_joined([part.filler for part in parts]).astype(np.bool_),
        begins=_joined([part.begins for part in parts]).astype(np.bool_),
    )
    return Sounds(heard, np.cumsum([0, *(len(part) for part in parts)]), starts)


def pack(texts: Sequence[str], parts: Sequence[Phones]) -> bytes:
    """`parts`, the syllables of the turns with these texts, as bytes for `unpack`."""
    written, plain = _letters("".join(texts)), _letters("".join(part.text for part in parts))
    lengths = np.array([len(text) for text in texts], dtype="<u4")
    starts = np.cumsum(lengths) - lengths
    chars = _joined([part.chars + start for part, start in zip(parts, starts, strict=True)])
    sounding = np.zeros(len(plain), dtype=np.bool_)
    sounding[chars] = True
    sounds = _joined([part.ids.astype("<u2") << TONE_BITS | part.tones for part in parts])
    changed = np.flatnonzero(written != plain)
    body = b"".join(
        (
            COUNTS.pack(len(lengths), len(plain), len(sounds), zlib.crc32(written.tobytes())),
            lengths.tobytes(),
            np.packbits(sounding).tobytes(),
            sounds.astype("<u2").tobytes(),
            np.packbits(_joined([part.filler for part in parts]).astype(np.bool_)).tobytes(),
            np.packbits(_joined([part.begins for part in parts]).astype(np.bool_)).tobytes(),
            changed.astype("<u4").tobytes(),
            plain[changed].tobytes(),
        )
    )
    return HEAD.pack(MAGIC, fingerprint(), zlib.crc32(body)) + body


def unpack(packed: bytes | None, texts: Sequence[str]) -> Sounds | None:
    """The syllables of turns with these texts; None where the bytes are damaged, stale or of other texts."""
    if packed is None or len(packed) < HEAD.size + COUNTS.size:
        return None
    magic, made_by, check = HEAD.unpack_from(packed)
    body = memoryview(packed)[HEAD.size :]
    if magic != MAGIC or made_by != fingerprint() or check != zlib.crc32(body):
        return None
    turns, characters, syllables, texts_check = COUNTS.unpack_from(body)
    plain = _letters("".join(texts))
    if (turns, characters, texts_check) != (len(texts), len(plain), zlib.crc32(plain.tobytes())):
        return None
    at = COUNTS.size
    lengths = np.frombuffer(body, "<u4", turns, at)
    if lengths.tolist() != [len(text) for text in texts]:
        return None
    at += lengths.nbytes
    sounding = _bits(body, at, characters)
    at += (characters + 7) // 8
    sounds = np.frombuffer(body, "<u2", syllables, at)
    at += sounds.nbytes
    filler = _bits(body, at, syllables)
    at += (syllables + 7) // 8
    begins = _bits(body, at, syllables)
    at += (syllables + 7) // 8
    changed = np.frombuffer(body, "<u4", (len(body) - at) // 8, at)
    if len(changed):
        plain = plain.copy()
        plain[changed] = np.frombuffer(body, "<u4", len(changed), at + changed.nbytes)
    chars = np.flatnonzero(sounding)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    heard = Phones(
        text=plain.tobytes().decode("utf-32-le", "surrogatepass"),
        ids=(sounds >> TONE_BITS).astype(np.int16),
        tones=(sounds & ((1 << TONE_BITS) - 1)).astype(np.int8),
        chars=chars.astype(np.int32),
        codes=plain[chars].astype(np.int32),
        filler=filler,
        begins=begins,
    )
    return Sounds(heard, np.searchsorted(chars, starts), starts)


def prepare(texts: Sequence[str]) -> bytes:
    """The syllables of these texts, found out and packed."""
    return pack(texts, [phones(text) for text in texts])


@lru_cache(maxsize=1)
def fingerprint() -> bytes:
    """Eight bytes that change with whatever the syllables of a text depend on: pypinyin, jieba, inventory, program."""
    package = files("qa.phonetics")
    # Of the program only what it does counts, not its layout and comments.
    program = ast.dump(ast.parse(package.joinpath("syllables.py").read_text("utf-8")))
    inventory = files("qa.data").joinpath("syllables.json").read_bytes()
    made_by = "\n".join((version("pypinyin"), version("jieba"), program, hashlib.sha256(inventory).hexdigest()))
    return hashlib.sha256(made_by.encode()).digest()[:8]


def _letters(text: str) -> NDArray[np.uint32]:
    """The characters of a text as code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _joined(arrays: Sequence[NDArray[np.generic]]) -> NDArray[np.int64]:
    return np.concatenate([np.asarray(a, dtype=np.int64) for a in arrays]) if arrays else np.zeros(0, dtype=np.int64)


def _bits(body: memoryview, at: int, count: int) -> NDArray[np.bool_]:
    packed = np.frombuffer(body, np.uint8, (count + 7) // 8, at)
    return np.unpackbits(packed, count=count).view(np.bool_)
