"""The trained reader: what it reads as one sentence, whom it excuses, and that it never convicts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from qa.call import Call
from qa.checks.free_speech import SUSPICION, FreeSpeech, free_speech
from qa.checks.ngrams import BITS, hashed, summed
from qa.checks.registry import OPERATORS
from qa.checks.signal import Signal
from qa.checks.sounding import KINDS, REACH, SHORTEST, Kind, likeness, model, units_of
from qa.checks.style import SoundsLike, sounds_like
from qa.checks.view import CallView
from qa.phonetics import phones
from tests.checks.verdicts import call_of, finding
from tests.rules.shipped import ruleset

SHUFFLED_OFF = "这个我管不着,您找别人去"


def heard(kind: Kind, call: Call, **parameters: Any) -> Signal:
    return sounds_like(CallView(call, ruleset("heating").book), SoundsLike(kind=kind, **parameters))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("rudeness", "你到底想干什么啊"),
        ("refusal", SHUFFLED_OFF),
        ("blame", "都是物流那帮人偷懒,跟我们没关系"),
    ],
)
def test_each_kind_is_heard_as_itself(kind: str, text: str) -> None:
    call = call_of("客户 5: 怎么办呢", f"坐席 9: {text}")
    assert 0.5 <= heard(kind, call).probability <= SUSPICION
    (piece,) = heard(kind, call).evidence
    assert piece.text == text and piece.start_s == 9.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["好的,我马上帮您查一下", "请问有什么可以帮您", "嗯", "", "OK", "感谢您的来电,再见"])
def test_courtesy_is_none_of_them(kind: str, text: str) -> None:
    assert heard(kind, call_of(f"坐席 9: {text}")) == Signal(0.0)


@pytest.mark.parametrize(
    "lines",
    [
        (f"客户 5: {SHUFFLED_OFF}", "坐席 20: 非常抱歉"),
        (f"客户 5: {SHUFFLED_OFF}", f"坐席 20: {SHUFFLED_OFF}"),
        ("客户 5: 师傅态度不好", f"坐席 9: 您刚才说师傅讲{SHUFFLED_OFF}"),
    ],
)
def test_the_customers_words_are_not_the_agents(lines: tuple[str, ...]) -> None:
    assert heard("refusal", call_of(*lines)).probability == 0.0


def test_the_customer_may_be_meant() -> None:
    assert heard("refusal", call_of(f"客户 5: {SHUFFLED_OFF}"), by="customer").probability >= 0.5


def test_doubt_about_the_speaker_and_about_the_words_weakens() -> None:
    clear = heard("refusal", call_of(f"坐席 9: {SHUFFLED_OFF}")).probability
    for doubt in ({"confidence": 0.2}, {"role_confidence": 0.7}):
        assert 0 < heard("refusal", call_of(f"坐席 9: {SHUFFLED_OFF}", each=doubt)).probability < clear
    assert heard("refusal", call_of(f"坐席 9: {SHUFFLED_OFF}", each={"role_confidence": 0.4})).probability == 0.0


def test_more_is_asked_for_with_a_higher_least() -> None:
    call = call_of(f"坐席 9: {SHUFFLED_OFF}")
    assert heard("refusal", call, least=0.999999).probability == 0.0


def test_it_never_convicts() -> None:
    assert OPERATORS["sounds_like"].advisory
    found = finding("rude-language", call_of("客户 5: 我家的暖气不热", "坐席 9: 您可真够烦人的,一天到晚折腾个什么劲"))
    assert (found.verdict, found.points) == ("needs_review", 0)


@pytest.mark.parametrize(
    "parameters", [{"kind": "joy"}, {"kind": "blame", "least": 0}, {"kind": "blame", "least": 1}, {}]
)
def test_faulty_parameters(parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SoundsLike.model_validate(parameters)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("好的", []),
        ("这个不归我管", ["这个不归我管"]),
        ("这个办不了,我帮您登记", ["这个办不了,我帮您登记"]),  # what softens stays beside it
        (
            "一二三四五六七八九十,一二三四五六七八九十,一二三四五六七八九十,甲乙丙丁戊己庚辛,您稍等",
            [
                "一二三四五六七八九十,一二三四五六七八九十,一二三四五六七八九十",
                "一二三四五六七八九十,一二三四五六七八九十,甲乙丙丁戊己庚辛,您稍等",
            ],
        ),
        ("长" * 60, ["长" * 60]),
    ],
)
def test_what_is_read_as_one(text: str, units: list[str]) -> None:
    sounds = phones(text)
    edges = units_of(sounds, ((0, len(sounds)),))
    assert [text[sounds.chars[a] : sounds.chars[b - 1] + 1] for a, b in edges.tolist()] == units


@given(st.text(alphabet="好的您稍等我不管,。?a", max_size=120))
def test_units_leave_out_nothing_but_crumbs(text: str) -> None:
    sounds = phones(text)
    edges = units_of(sounds, ((0, len(sounds)),)).tolist()
    covered = np.zeros(len(sounds), dtype=bool)
    for start, end in edges:
        covered[start:end] = True
        inside = np.diff(sounds.chars[start:end]) > 1
        assert end - start <= REACH or not inside.any()
    gaps = np.flatnonzero(~covered)
    runs = np.split(gaps, np.flatnonzero(np.diff(gaps) > 1) + 1)
    assert all(len(run) < SHORTEST for run in runs)


def test_homophones_share_half_of_their_ngrams() -> None:
    one, other = (
        set(hashed(p.codes, p.ids, p.chars, 0, len(p)).tolist()) for p in (phones("不归我管"), phones("不归我馆"))
    )
    sounds = 4 + 5 + 4  # single, pairs, triples with the edges
    assert len(one & other) >= sounds
    assert one != other


@pytest.mark.parametrize(
    ("text", "tail"),
    [("不归我管", 0), ("这个不归我管您找别人", 8), ("不归我管,您找别人去", 5), ("不归我管,我帮您,登记", 2)],
)
def test_the_tail_counts_a_second_time(text: str, tail: int) -> None:
    heard = phones(text)
    size = len(heard)
    every = 2 * (size + (size + 1) + size)
    assert len(hashed(heard.codes, heard.ids, heard.chars, 0, size)) == every + (tail + tail + 1 if tail else 0)


def test_the_same_words_in_the_tail_are_others_than_before_it() -> None:
    first, last = (
        set(hashed(p.codes, p.ids, p.chars, 0, len(p)).tolist()) for p in map(phones, ("帮您,没", "没,帮您"))
    )
    assert first - last and last - first


def test_sums_are_those_of_the_ngrams() -> None:
    sounds = phones("这个我管不着您找别人去")
    weights = np.array([[1.0, 0.0, 0.5], [0.0, 2.0, 0.0]], dtype=np.float32)
    rows = np.full(1 << BITS, 2, dtype=np.uint16)
    grams = hashed(sounds.codes, sounds.ids, sounds.chars, 2, 6)
    rows[grams[0]], rows[grams[1]] = 0, 1
    (sums,) = summed(sounds.codes, sounds.ids, sounds.chars, np.array([[2, 6]]), rows, weights)
    counts = [int((grams == grams[i]).sum()) for i in (0, 1)]
    assert sums.tolist() == [counts[0], 2.0 * counts[1], 0.5 * counts[0]]


def test_the_weights_that_come_with_the_package_are_small() -> None:
    assert 10_000 < len(model().weights) < 1 << 16
    assert np.isfinite(model().weights).all()


def test_marks_count_only_where_the_turn_sounds_like_it_at_all() -> None:
    view = CallView(call_of("坐席 9: 请问有什么可以帮您", f"坐席 30: {SHUFFLED_OFF}"), ruleset("heating").book)
    marks = {"marks": [{"weight": 3, "frames": ["可以帮您", "管不着"]}]}
    every, checked = (
        free_speech(view, FreeSpeech.model_validate(marks | extra)) for extra in ({}, {"kind": "refusal"})
    )
    assert [e.text for e in every.evidence] == ["可以帮您", "管不着"]
    assert [e.text for e in checked.evidence] == ["管不着"]


def test_a_turn_too_short_to_read_is_left_to_the_marks() -> None:
    view = CallView(call_of("坐席 9: 没门"), ruleset("heating").book)
    assert likeness(view.stream("agent"), "refusal").tolist() == [1.0]
