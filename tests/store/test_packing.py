"""Turns, words and spans come back from their packed form as they were, or not at all."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.call import Speech, Turn, Word, texts_of
from qa.store import packing
from qa.store.packing import pack_turns, unpack_turns
from tests.builders import make_turn

SECONDS = st.floats(0, 7200, allow_nan=False) | st.integers(0, 7_200_000).map(lambda ms: ms / 1000)
SHARE = st.floats(0, 1, allow_nan=False) | st.integers(0, 10_000).map(lambda n: n / 10_000)
TEXT = st.text(max_size=6)
ROLE = st.sampled_from(["agent", "customer", "unknown"])
WORDS = st.lists(st.builds(Word, SECONDS, SECONDS, TEXT, SHARE), max_size=4).map(tuple)
TURNS = st.lists(
    st.builds(
        Turn,
        role=ROLE,
        start_s=SECONDS,
        end_s=SECONDS,
        text=TEXT,
        confidence=SHARE,
        words=WORDS,
        role_confidence=SHARE,
        level_db=st.none() | st.floats(-90, 0),
        mandarin=st.none() | SHARE,
        alternatives=st.lists(TEXT, max_size=2).map(tuple),
    ),
    max_size=4,
).map(tuple)
SPEECH = st.lists(st.builds(Speech, ROLE, SECONDS, SECONDS), max_size=3).map(tuple)
TURN = make_turn("agent", 0.5, 5.5, "您好,大龙供暖", level_db=-20.5, alternatives=("你好",))
PACKED = pack_turns((TURN,), (Speech("agent", 0.5, 5.5),))


@settings(max_examples=200, deadline=None)
@given(TURNS, SPEECH)
def test_what_is_unpacked_is_what_was_packed(turns: tuple[Turn, ...], speech: tuple[Speech, ...]) -> None:
    assert unpack_turns(pack_turns(turns, speech)) == (turns, speech)


def test_milliseconds_take_half_the_room_and_stay_exact() -> None:
    fine = tuple(Word(i / 1000, (i + 1) / 1000, "好", i / 10_000) for i in range(0, 9000, 7))
    odd = (*fine[:-1], replace(fine[-1], end_s=1 / 3))
    sizes = []
    for words in (fine, odd):
        packed = pack_turns((replace(TURN, words=words),), ())
        assert unpack_turns(packed) == ((replace(TURN, words=words),), ())
        sizes.append(len(packed))
    assert sizes[0] < 0.65 * sizes[1]


def test_words_that_are_made_late_behave_like_a_tuple() -> None:
    unpacked = unpack_turns(PACKED)
    assert unpacked is not None
    ((turn,), _) = unpacked
    assert hash(turn) == hash(TURN) and repr(turn) == repr(TURN) and turn == TURN != replace(turn, words=())
    assert (len(turn.words), turn.words[-1], turn.words[:2]) == (7, TURN.words[-1], TURN.words[:2])
    assert texts_of(turn.words) == texts_of(TURN.words) == list("您好,大龙供暖")
    with pytest.raises(IndexError):
        turn.words[7]
    assert tuple(turn.words) == TURN.words == replace(turn, role="customer").words


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_bytes_are_left_aside(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PACKED) - 1))
    other = bytes([PACKED[at] ^ data.draw(st.integers(1, 255))])
    assert unpack_turns(PACKED[:at] + other + PACKED[at + 1 :]) is None
    assert unpack_turns(PACKED[:at]) is None


def test_bytes_of_values_with_other_fields_are_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unpack_turns(None) is None
    monkeypatch.setattr(packing, "MADE_BY", b"another!")
    assert unpack_turns(PACKED) is None
