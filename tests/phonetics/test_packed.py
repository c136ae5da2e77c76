"""Stored syllables are those that were stored, and nothing else is ever taken for them."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.phonetics import Phones, packed, phones
from qa.phonetics.packed import HEAD, MAGIC, Sounds, pack, prepare, sounds_of, unpack
from qa.phonetics.syllables import concatenate

TURNS = ["您好,大龙供暖867号为您服务。", "", "嗯那个〇二号ABC Ｄ!", "…", "𠮷𠮷İ①㎏好"]
TEXT = st.text(st.sampled_from("您好嗯那个就是八号长行867ａÅ〇,。 \n𠮷İ①㎏") | st.characters(), max_size=12)


def plain(part: Phones) -> list[tuple[object, object]]:
    """Every field with its type, comparable."""
    fields = [(f.name, getattr(part, f.name)) for f in dataclasses.fields(part)]
    return [(name, value if isinstance(value, str) else (value.dtype, value.tolist())) for name, value in fields]


def read(blob: bytes | None, texts: Sequence[str]) -> Sounds:
    sounds = unpack(blob, texts)
    assert sounds is not None
    return sounds


def turns(sounds: Sounds) -> list[Phones]:
    return [sounds.turn(i) for i in range(len(sounds.edges) - 1)]


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXT, max_size=6))
def test_what_is_unpacked_is_what_was_packed(texts: list[str]) -> None:
    parts = [phones(text) for text in texts]
    assert [plain(p) for p in turns(read(pack(texts, parts), texts))] == [plain(p) for p in parts]


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXT, max_size=6))
def test_syllables_that_were_not_stored_are_found_out(texts: list[str]) -> None:
    assert [plain(p) for p in turns(sounds_of(None, texts))] == [plain(p) for p in turns(read(prepare(texts), texts))]


def test_all_turns_in_one_piece() -> None:
    sounds = read(prepare(TURNS), TURNS)
    assert sounds.heard.text == "".join(phones(t).text for t in TURNS)
    assert [len(p) for p in turns(sounds)] == np.diff(sounds.edges).tolist()
    assert all(chr(c) == sounds.heard.text[i] for c, i in zip(sounds.heard.codes, sounds.heard.chars, strict=True))


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXT, max_size=6), st.lists(st.integers(0, 5), max_size=6))
def test_some_turns_are_joined_as_they_are_concatenated(texts: list[str], places: list[int]) -> None:
    sounds, chosen = sounds_of(None, texts), [i for i in places if i < len(texts)]
    heard, turn_of, spans = sounds.joined(chosen)
    assert plain(heard) == plain(concatenate([sounds.turn(i) for i in chosen]))
    for place, (start, end, begin) in enumerate(spans.tolist()):
        part = sounds.turn(chosen[place])
        assert heard.ids[start:end].tolist() == part.ids.tolist()
        assert (heard.chars[start:end] - begin).tolist() == part.chars.tolist()
        assert set(turn_of[start:end].tolist()) <= {place}


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damaged_bytes_are_left_aside(data: st.DataObject) -> None:
    blob = prepare(TURNS)
    at = data.draw(st.integers(0, len(blob) - 1))
    other = bytes([blob[at] ^ data.draw(st.integers(1, 255))])
    assert unpack(blob[:at] + other + blob[at + 1 :], TURNS) is None
    assert unpack(blob[:at], TURNS) is None


@pytest.mark.parametrize(
    "texts",
    [
        [],
        TURNS[:-1],
        [*TURNS, ""],
        [TURNS[0] + TURNS[2], *TURNS[3:]],
        [TURNS[0][:3], TURNS[0][3:], *TURNS[2:]],
        [TURNS[0].replace("好", "们"), *TURNS[1:]],
    ],
    ids=["none", "one less", "one more", "turns joined", "turns cut elsewhere", "another word"],
)
def test_bytes_of_other_texts_are_left_aside(texts: list[str]) -> None:
    assert unpack(prepare(TURNS), texts) is None


def test_bytes_of_another_program_are_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = prepare(TURNS)
    assert unpack(MAGIC[:3] + b"9" + blob[len(MAGIC) :], TURNS) is None
    monkeypatch.setattr(packed, "fingerprint", lambda: b"another!")
    assert unpack(blob, TURNS) is None


def test_no_bytes_at_all() -> None:
    assert unpack(None, TURNS) is None
    assert unpack(b"", TURNS) is None
    assert len(prepare([])) > HEAD.size and turns(read(prepare([]), [])) == []
