"""Hearing short answers again: when the sound decides, and that the rules read what is written then."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.asr import Decoding
from qa.asr.faster_whisper import FasterWhisper
from qa.audio import Audio, read_audio
from qa.phonetics import phones
from qa.rehear import Choice, choose, heard_again, likeness, ratings, said
from qa.score import score_call
from tests.builders import make_call, make_meta, make_turn
from tests.checks.test_repair import follow_up
from tests.rules.shipped import ruleset

YES, NO = Choice("解决了", ("解决了", "好了")), Choice("没解决", ("没解决",))
FAR = -20.0


@pytest.mark.parametrize(
    ("logprobs", "chosen"),
    [
        ((-1.0, FAR, -6.0), "解决了"),
        ((FAR, FAR, -2.0), "没解决"),
        ((-1.0, FAR, -2.0), None),  # too close
        ((-6.0, FAR, FAR), None),  # clear, but neither is likely
        ((-5.4, -5.4, -9.0), "解决了"),  # two wordings of one value together
        ((-500.0, -500.0, -500.0), None),
    ],
)
def test_a_value_is_chosen_where_it_is_likely_and_clear(logprobs: tuple[float, ...], chosen: str | None) -> None:
    found = choose((YES, NO), dict(zip(("解决了", "好了", "没解决"), logprobs, strict=True)))
    assert (found[0].written if found else None) == chosen
    assert found is None or 0.9 < found[1] <= 1


@pytest.mark.parametrize(("first", "number"), [("大气氛", 7), ("我大流氛", 6), ("就算分吧", 3), ("我打自焚", 4)])
def test_odd_characters_tell_a_number(first: str, number: int) -> None:
    evidence = [likeness(choice.sounds, phones(first)) for choice in ratings()]
    assert evidence.index(max(evidence)) + 1 == number


def test_both_hearings_of_a_number_count() -> None:
    choices = ratings()
    near = {text: -6.0 if choice.written in ("一分", "七分") else FAR for choice in choices for text in choice.listened}
    assert choose(choices, near) is None
    found = choose(choices, near, "大气氛")
    assert found is not None and found[0].written == "七分"


WRITTEN: list[tuple[str, str, Any]] = [
    *(
        (name, choice.written, value)
        for name in ("solved", "charged")
        for choice, value in zip(said(name), (True, False), strict=True)
    ),
    *(("attitude", choice.written, choice.written) for choice in said("attitude")),
    *(("rating", choice.written, number) for number, choice in enumerate(ratings(), start=1)),
]


@pytest.mark.parametrize(("question", "written", "value"), WRITTEN)
def test_the_rules_read_what_is_written(question: str, written: str, value: Any) -> None:
    assert score_call(follow_up(**{question: written}), ruleset()).answers[question] == value


class Deaf:
    """Fails a call that needs no second hearing."""

    def likelihoods(self, *_: Any) -> tuple[float, ...]:
        raise AssertionError("there was nothing to hear again")


def no_audio() -> Audio:
    raise AssertionError("the recording was not needed")


def test_what_is_understood_is_not_heard_again() -> None:
    call = follow_up()
    assert heard_again(call, ruleset(), audio=no_audio, listener=Deaf()) == call.turns


def test_a_rating_is_heard_again(shared: Path) -> None:
    """What the recogniser first understood of a recording in which 八分吧 is said."""
    turns = (
        make_turn("agent", 10.368, 12.064, "请问问题解决了吗?"),
        make_turn("customer", 12.992, 13.856, "已经修好了。"),
        make_turn("agent", 14.848, 18.624, "为修公的态度怎么样满意普通还是不满意。"),
        make_turn("customer", 19.488, 20.64, "不满意来得太完美。"),
        make_turn("agent", 21.76, 24.544, "请您为我们的服务打分一道十分。"),
        make_turn("customer", 25.44, 25.92, "方分打。", confidence=0.31),
        make_turn("agent", 26.976, 29.12, "好得感谢您的配合再见。"),
    )
    call = make_call(*turns, meta=make_meta(direction="outbound"), duration_s=31.58)
    assert score_call(call, ruleset()).answers["rating"] is None
    engine = FasterWhisper(decoding=Decoding.of("balanced"), threads=2)
    path = shared / "dev_calls" / "recordings" / "dev037.mp3"
    heard = replace(call, turns=heard_again(call, ruleset(), audio=lambda: read_audio(path), listener=engine))
    assert score_call(heard, ruleset()).answers["rating"] == 8
    [answer] = [turn for turn in heard.turns if turn.alternatives]
    assert (answer.role, answer.text, answer.alternatives) == ("customer", "八分", ("方分打。",))
    assert [w.text for w in answer.words] == ["八", "分"]


def test_the_right_words_are_the_likeliest(shared: Path) -> None:
    with (shared / "real_speech" / "manifest.csv").open(encoding="utf-8-sig") as file:
        row = next(r for r in csv.DictReader(file) if r["file"].startswith("mdcs_tourism"))
    samples = read_audio(shared / "real_speech" / row["file"]).channels[0]
    text = row["reference"]
    begun, ended = text[:4], text[4:6]
    engine = FasterWhisper(decoding=Decoding.of("fast"), threads=2)
    right, *wrong = engine.likelihoods(samples, begun, (ended, "八分", "没有", "解决了"))
    assert right > max(wrong) + 3
