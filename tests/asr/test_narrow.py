"""The vocabulary of Chinese calls, cut out of Whisper's."""

import io
import struct

import numpy as np
import pytest

from qa.asr.narrow import kept_tokens, narrow_weights

SPECIAL = ["<|endoftext|>", "<|zh|>", "<|0.00|>"]


def as_token(text: str) -> str:
    """`text` as a tokenizer file spells it: GPT-2's printable bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    table = {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}
    return "".join(table[byte] for byte in text.encode())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("暖气", True),
        ("再", True),
        ("，", True),
        ("…", True),
        (" ok", True),
        ("App", True),
        ("2024", True),
        (" temperature", False),
        ("の", False),
        ("안", False),
        ("и", False),
        ("é", False),
    ],
)
def test_what_is_written_in_a_chinese_call_is_kept(text: str, kept: bool) -> None:
    vocabulary = [as_token(text), *SPECIAL]
    assert (0 in kept_tokens(vocabulary, [])) == kept
    assert kept_tokens(vocabulary, [])[-3:] == [1, 2, 3], "marks and times stay, in their order"


def test_parts_of_a_kept_token_are_kept() -> None:
    """Without the parts the tokenizer could not merge the token any more."""
    vocabulary = ["----word", "word", "inter", "----", *SPECIAL]
    assert kept_tokens(vocabulary, []) == [3, 4, 5, 6]
    assert kept_tokens(["abcd", "----", "abcd----", *SPECIAL], [("abcd", "----")]) == [1, 3, 4, 5]
    han = as_token("暖")
    assert kept_tokens([han[:2] + "x", "abcd", han, *SPECIAL], [("abcd", "x"), (han[:1], han[1:])]) == [0, 2, 3, 4, 5]


def test_only_rows_of_tokens_are_cut() -> None:
    def file(rows: np.ndarray) -> bytes:
        other = np.arange(4, dtype=np.float16)
        out = struct.pack("I", 6) + _name("WhisperSpec") + struct.pack("II", 3, 2)
        for name, value in (("embeddings", rows), ("other", other)):
            shape = struct.pack(f"{value.ndim}I", *value.shape)
            out += _name(name) + struct.pack("B", value.ndim) + shape
            out += struct.pack("<BI", 4, value.nbytes) + value.tobytes()
        return out + struct.pack("I", 0)

    rows = np.arange(15, dtype=np.float16).reshape(5, 3)
    cut = io.BytesIO()
    narrow_weights(io.BytesIO(file(rows)), cut, 5, [0, 3, 4])
    assert cut.getvalue() == file(rows[[0, 3, 4]])


def _name(text: str) -> bytes:
    return struct.pack("H", len(text) + 1) + text.encode() + b"\0"
