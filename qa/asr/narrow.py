"""A Whisper model whose vocabulary is narrowed to what is said in Chinese calls.

Whisper's last layer, half of a base decoder's arithmetic, scores 51,865 tokens of a hundred languages. The weights
of Han, ASCII and punctuation tokens are kept as they are, the rest can no longer be written. Long English words are
spelled from their parts.
"""

import json
import shutil
import struct
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_LONGEST_ASCII = 3
_TEXTS = ("tokenizer.json", "vocabulary.json", "config.json")
VERSION = "zh1"


def narrow(source: Path, target: Path) -> None:
    """Writes the model folder `source`, in CTranslate2's format, to the folder `target` with fewer tokens.

    Where `source` is laid out otherwise the errors are those of reading it.
    """
    tokenizer, vocabulary, config = (json.loads((source / name).read_text(encoding="utf-8")) for name in _TEXTS)
    kept = kept_tokens(vocabulary, tokenizer["model"]["merges"])
    new = {old: index for index, old in enumerate(kept)}
    _write(target / "vocabulary.json", [vocabulary[old] for old in kept])
    _write(target / "tokenizer.json", _tokenizer(tokenizer, new))
    lists = {key: value for key, value in config.items() if key in ("lang_ids", "suppress_ids", "suppress_ids_begin")}
    _write(target / "config.json", config | {k: [new[i] for i in ids if i in new] for k, ids in lists.items()})
    with (source / "model.bin").open("rb") as read, (target / "model.bin").open("wb") as write:
        narrow_weights(read, write, len(vocabulary), kept)
    if (preprocessor := source / "preprocessor_config.json").is_file():
        shutil.copyfile(preprocessor, target / preprocessor.name)


def kept_tokens(vocabulary: Sequence[str], merges: Sequence[Sequence[str]]) -> list[int]:
    """The indices of the tokens to keep, in order; every token that a kept one is merged from is kept too."""
    texts = vocabulary.index("<|endoftext|>")
    parts = {left + right: (left, right) for left, right in merges}
    kept = {token for token in vocabulary[:texts] if not token or _is_chinese(_bytes(token))}
    pending = list(kept)
    while pending:
        fresh = [part for part in parts.get(pending.pop(), ()) if part not in kept]
        kept.update(fresh)
        pending.extend(fresh)
    return [i for i, token in enumerate(vocabulary) if i >= texts or token in kept]


def _is_chinese(token: bytes) -> bool:
    try:
        text = token.decode()
    except UnicodeDecodeError:
        return True  # a part of a character
    letters = [c for c in text if unicodedata.category(c).startswith(("L", "M"))]
    if text.isascii():
        return len(text.strip()) <= _LONGEST_ASCII or not letters
    return all(c.isascii() or unicodedata.name(c, "").startswith("CJK") for c in letters)


def _bytes(token: str) -> bytes:
    return bytes(_BYTES[c] for c in token)


def _byte_table() -> dict[str, int]:
    """GPT-2's way to write any byte as a printable character."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(others)}


_BYTES = _byte_table()


def _tokenizer(tokenizer: dict[str, Any], new: Mapping[int, int]) -> dict[str, Any]:
    model = tokenizer["model"]
    vocab = {token: new[i] for token, i in model["vocab"].items() if i in new}
    merges = [(a, b) for a, b in model["merges"] if a in vocab and b in vocab and a + b in vocab]
    added = [token | {"id": new[token["id"]]} for token in tokenizer["added_tokens"]]
    ids = {token["content"]: token["id"] for token in added}
    processor = tokenizer.get("post_processor")
    if processor and "special_tokens" in processor:
        special = {k: v | {"ids": [ids[t] for t in v["tokens"]]} for k, v in processor["special_tokens"].items()}
        processor = processor | {"special_tokens": special}
    return tokenizer | {
        "model": model | {"vocab": vocab, "merges": merges},
        "added_tokens": added,
        "post_processor": processor,
    }


def narrow_weights(read: BinaryIO, write: BinaryIO, size: int, kept: Sequence[int]) -> None:
    """Copies CTranslate2's model file, with the rows `kept` of whatever has a row for each of `size` tokens."""
    write.write(read.read(4))
    write.write(_string(read))
    head = read.read(8)
    write.write(head)
    for _ in range(struct.unpack("II", head)[1]):
        name = _string(read)
        (rank,) = struct.unpack("B", read.read(1))
        shape = struct.unpack(f"{rank}I", read.read(4 * rank))
        kind, length = struct.unpack("<BI", read.read(5))
        data = read.read(length)
        if shape and shape[0] == size:
            rows = np.frombuffer(data, np.uint8).reshape(size, -1)[list(kept)]
            shape, data = (len(kept), *shape[1:]), rows.tobytes()
        write.write(name + struct.pack("B", rank) + struct.pack(f"{rank}I", *shape))
        write.write(struct.pack("<BI", kind, len(data)))
        write.write(data)
    shutil.copyfileobj(read, write)


def _string(file: BinaryIO) -> bytes:
    size = file.read(2)
    return size + file.read(struct.unpack("H", size)[0])


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
