"""Free wording: marks that add up within a stretch, softened by polite ones; never more than a suspicion."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qa.checks.frames import compile_frames, filled
from qa.checks.free_speech import STRETCH, SUSPICION, FreeSpeech, bare, weigh
from qa.score import score_call
from tests.checks.verdicts import call_of, finding, verdict
from tests.rules.shipped import ruleset

MARKS = {
    "classes": {"you": "你|您", "we": "我们|{crew}"},
    "least": 2.5,
    "marks": [
        {"weight": 2, "frames": ["[快|赶紧]说", "<you>…(真)烦", "<we>不管"]},
        {"weight": 1, "frames": ["挂了$", "急什么"]},
        {"weight": -2, "frames": ["请您"]},
    ],
}
VARIABLES: dict[str, object] = {"crew": ["师傅", "班组"], "other": 3}


def parameters(**changes: Any) -> FreeSpeech:
    return FreeSpeech.model_validate(MARKS | changes)


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("我帮您查一下", 0.0),
        ("急什么", 0.0),  # one mark of 1 can never be enough: it is not even looked up
        ("快说急什么", 3.0),
        ("快说赶紧说急什么", 3.0),  # the same frame twice counts once
        ("赶紧说不然我挂了", 3.0),
        ("挂了赶紧说", 0.0),  # the end of the turn is meant
        ("你这人真的烦急什么", 3.0),
        ("你这个人这个人这个人真烦急什么", 0.0),  # the gap is too wide for the frame
        ("师傅不管急什么", 3.0),
        ("班组不管急什么", 3.0),
        ("请您快说急什么", 1.0),
        ("快说" + "嗯" * STRETCH + "急什么", 2.0),  # too far apart to be one utterance
    ],
)
def test_marks_add_up(text: str, total: float) -> None:
    assert weigh(text, parameters(), VARIABLES)[0] == total


def test_the_stretch_that_the_marks_cover() -> None:
    text = "好的好的快说啊急什么谢谢"
    assert weigh(text, parameters(), VARIABLES) == (3.0, text.index("快"), text.index("谢"))


def test_each_rule_set_has_its_own_words() -> None:
    params = parameters()
    assert weigh("师傅不管急什么", params, VARIABLES)[0] == 3.0
    assert weigh("师傅不管急什么", params, {"crew": ["快递"]})[0] == 0.0
    assert weigh("快递不管急什么", params, {"crew": ["快递"]})[0] == 3.0


@given(st.text(alphabet="快赶紧说你您真烦急什么挂了请我们不管师傅嗯", max_size=60))
def test_the_filter_leaves_out_nothing_that_is_enough(text: str) -> None:
    """Looking each frame up in every text gives the same answer as asking the set first."""
    params = parameters()
    every = parameters(least=0.001)
    total = weigh(text, every, VARIABLES)[0]
    found = weigh(text, params, VARIABLES)[0]
    assert (found >= params.least) == (total >= params.least)
    assert found in (0.0, total)


@pytest.mark.parametrize(
    ("frames", "told"),
    [
        (["[快|赶紧说"], "bracket"),
        (["快]说"], "bracket"),
        (["<they>不管"], "<they>"),
        (["(快)(说)"], "no words"),
    ],
)
def test_faulty_frames_are_told_when_rules_are_read(frames: list[str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        parameters(marks=[{"weight": 1, "frames": frames}])


def test_frames_take_no_regular_expression() -> None:
    frames = compile_frames(["a.b*"])
    assert frames.present("axbb") == []
    assert frames.places(0, "xa.b*") == [(1, 5)]


def test_classes_may_use_classes() -> None:
    assert filled("<a>x", {"a": "<b>|c", "b": "d|e"}) == "[[d|e]|c]x"


@pytest.mark.parametrize(("text", "plain", "places"), [("喂,快 说!", "喂快说", (0, 2, 4)), ("", "", ())])
def test_bare_text_remembers_its_places(text: str, plain: str, places: tuple[int, ...]) -> None:
    assert bare(text) == (plain, places)


IMPATIENT = "您怎么这么磨叽,一点小事纠缠个没完"


def test_free_wording_is_never_more_than_suspected() -> None:
    found = finding("rude-language", call_of("客户 5: 我家的暖气不热", f"坐席 9: {IMPATIENT}"))
    assert (found.verdict, found.points) == ("needs_review", 0)
    (piece,) = found.evidence
    assert piece.text in IMPATIENT and piece.start_s >= 9.0
    assert piece.probability is not None and piece.probability <= SUSPICION


@pytest.mark.parametrize(
    "lines",
    [
        (f"客户 5: {IMPATIENT}", "坐席 20: 非常抱歉,给您添麻烦了"),
        (f"客户 5: {IMPATIENT}", f"坐席 20: {IMPATIENT}"),
        ("客户 5: 师傅态度不好", f"坐席 9: 您刚才说师傅讲{IMPATIENT}"),
    ],
)
def test_free_wording_of_the_customer_is_not_the_agents(lines: tuple[str, ...]) -> None:
    assert verdict("rude-language", call_of(*lines)) == "passed"


def test_the_same_words_long_after_are_the_agents_own() -> None:
    call = call_of(f"客户 5: {IMPATIENT}", f"坐席 90: {IMPATIENT}")
    assert verdict("rude-language", call) == "needs_review"


@pytest.mark.parametrize("name", ["heating", "telecom", "broadband"])
def test_weakly_heard_free_wording_is_weaker(name: str) -> None:
    clear, weak = (
        next(
            f
            for f in score_call(
                call_of("客户 5: 我家的暖气不热", f"坐席 9: {IMPATIENT}", each=each), ruleset(name)
            ).findings
            if f.rule == "rude-language"
        )
        for each in ({}, {"confidence": 0.2})
    )
    assert weak.evidence[0].probability is not None and clear.evidence[0].probability is not None
    assert weak.evidence[0].probability < clear.evidence[0].probability
