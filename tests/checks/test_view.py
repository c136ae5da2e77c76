"""How a call looks to the operators: turns, the words of one role, their times."""

from dataclasses import replace

import pytest

from qa.call import Word
from qa.checks.stream import time_at
from qa.checks.view import ANYWHERE, CallView, Window, window_of
from tests.builders import make_turn
from tests.checks.verdicts import call_of
from tests.rules.shipped import ruleset


def test_a_window_without_limits_is_the_whole_call() -> None:
    assert window_of("anywhere", None, None, None) is ANYWHERE
    assert window_of("opening", None, 1.0, None) == Window("opening", after_s=1.0)


def test_the_turns_that_follow_a_moment_are_those_more_likely_the_roles() -> None:
    call = call_of("坐席 1-2: 您好", "客户 3-4: 你好", "坐席 5-6: 请讲", "坐席 7-8: 好的")
    doubted = tuple(replace(t, role_confidence=0.3) if t.text == "请讲" else t for t in call.turns)
    view = CallView(replace(call, turns=doubted), ruleset("heating").book)
    assert [t.text for t in view.following("agent", 1.0)] == ["好的"]
    assert [t.text for t in view.following("customer", 0.0)] == ["你好", "请讲"]


def test_the_syllables_of_a_role_keep_their_places_and_times() -> None:
    view = CallView(call_of("坐席 1-3: 您好,请讲", "客户 4-5: 你好", "坐席 6-8: 好的"), ruleset("heating").book)
    stream = view.stream("agent")
    heard = stream.heard
    assert heard.text == "您好,请讲\n好的"
    assert [heard.text[i] for i in heard.chars] == list("您好请讲\n好的")
    assert stream.edges == ((0, 4), (5, 7)) and stream.begins == (0, 6)
    assert stream.turn_of.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert [stream.second(0), stream.second(3, after=True), stream.second(6)] == [1.0, 3.0, 7.0]


@pytest.mark.parametrize(("char", "second"), [(0, 1.0), (1, 1.5), (2, 4.0), (3, 6.0), (9, 6.0)])
def test_words_tell_when_a_character_is_said(char: int, second: float) -> None:
    words = (Word(1.0, 2.0, "您好", 0.9), Word(4.0, 6.0, "请", 0.9))
    turn = make_turn("agent", 0.0, 9.0, "您好请", words=words)
    assert time_at(turn, char) == second
    assert time_at(replace(turn, words=words[:1]), 3) == 9.0
