"""Numbers by sound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.phonetics import phones
from qa.phonetics.digits import READINGS, agree, agreement, runs, stated

SAYABLE = {
    "0": "零洞〇0",
    "1": "一幺1",
    "2": "二两2",
    "3": "三3",
    "4": "四4",
    "5": "五5",
    "6": "六6",
    "7": "七拐7",
    "8": "八8",
    "9": "九勾9",
}


def heard_digits(text: str, least: int = 2) -> list[str]:
    return [run.digits for run in runs(phones(text), least)]


def agreed(text: str, expected: str) -> float:
    """How well the one number of a text agrees with what is expected."""
    (run,) = runs(phones(text))
    return agreement(run, expected)


def said(text: str, expected: str, prior: float = 1.5) -> float:
    heard = phones(text)
    return stated(heard, 0, len(heard), expected, prior)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("867", ["867"]),
        ("八六七", ["867"]),
        ("把溜起", ["867"]),
        ("８６７号", ["867"]),
        ("幺零二", ["102"]),
        ("洞洞拐", ["007"]),
        ("零零三", ["003"]),
        ("1003", ["1003"]),
        ("八,六,嗯,七", ["867"]),
        ("8 6 7", ["867"]),
        ("一百零二", ["102"]),
        ("一千零三", ["1003"]),
        ("八百六十七", ["867"]),
        ("二十三", ["23"]),
        ("一百二十", ["120"]),
        ("两百", ["200"]),
        ("三十", ["30"]),
        ("我是八六七号,不是八六八号", ["867", "868"]),
        ("幺三八零幺三六五四二七", ["13801365427"]),
        ("您好请问", []),
        ("", []),
        ("八", []),
    ],
)
def test_runs(text: str, expected: list[str]) -> None:
    assert heard_digits(text) == expected


@pytest.mark.parametrize(("text", "least", "expected"), [("八", 1, ["8"]), ("八六", 3, []), ("八六七", 3, ["867"])])
def test_a_run_has_its_least_length(text: str, least: int, expected: list[str]) -> None:
    assert heard_digits(text, least) == expected


def test_a_run_lies_where_it_is_said() -> None:
    (run,) = runs(phones("工号八六七为您服务"))
    assert (run.start, run.end, run.fit.shape) == (2, 5, (3, 10))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("八六七", "867"),
        ("867", "867"),
        ("把溜起", "867"),
        ("扒六七", "867"),
        ("幺零二", "102"),
        ("一零二", "102"),
        ("一百零二", "102"),
        ("一千零三", "1003"),
        ("1003", "1003"),
        ("零零三", "003"),
        ("零零散", "003"),
    ],
)
def test_the_right_number_agrees(text: str, expected: str) -> None:
    assert agreed(text, expected) >= 0.9
    assert said(text, expected) >= 0.6


@pytest.mark.parametrize(
    ("text", "expected"),
    [("六幺八", "385"), ("八六八", "867"), ("1003", "1005"), ("零零三", "867"), ("八六七", "102"), ("九四零", "618")],
)
def test_another_number_does_not(text: str, expected: str) -> None:
    assert agreed(text, expected) < 0.1
    assert said(text, expected) < 0.9


@pytest.mark.parametrize(("text", "expected"), [("八六", "867"), ("八七", "867"), ("零三", "003"), ("100", "1003")])
def test_one_digit_lost_leaves_a_doubt(text: str, expected: str) -> None:
    assert 0.35 <= agreed(text, expected) < 0.9


@pytest.mark.parametrize(("text", "expected"), [("八六七零", "867"), ("八八六七", "867")])
def test_one_digit_too_many_leaves_a_doubt(text: str, expected: str) -> None:
    assert 0.35 <= agreed(text, expected) < 0.9


@pytest.mark.parametrize(("alike", "unlike", "expected"), [("幺零七", "幺零三", "101"), ("八九七", "八五七", "867")])
def test_digits_that_sound_alike_are_more_easily_excused(alike: str, unlike: str, expected: str) -> None:
    assert agreed(alike, expected) > agreed(unlike, expected)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("13801365427", "幺三八,零幺三六,五四二七", 0.9, 1.0),
        ("幺三八零幺三六五四二七", "幺三八零幺三六五四二三", 0.0, 0.1),
        ("幺三八零幺三六五四二七", "五四二七", 0.35, 0.9),
        ("13801365427", "1380136547", 0.35, 0.9),
        ("13801365427", "62550000", 0.0, 0.35),
    ],
)
def test_two_numbers_heard(one: str, other: str, least: float, most: float) -> None:
    first, second = runs(phones(one))[0], runs(phones(other))[0]
    assert least <= agree(first, second) <= most
    assert agree(second, first) == pytest.approx(agree(first, second))


@pytest.mark.parametrize(("text", "expected"), [("", "867"), ("八六七", ""), ("您好", "867")])
def test_nothing_is_stated_by_nothing(text: str, expected: str) -> None:
    assert said(text, expected) == pytest.approx(0.0, abs=0.01)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number and one of its readings, digit by digit."""
    digits = draw(st.text(alphabet="0123456789", min_size=3, max_size=6))
    return digits, "".join(draw(st.sampled_from(SAYABLE[d])) for d in digits)


@settings(deadline=None)
@given(numbers())
def test_any_reading_of_a_number_is_that_number(number: tuple[str, str]) -> None:
    digits, reading = number
    assert heard_digits(reading) == [digits]
    assert agreed(reading, digits) >= 0.9
    assert said(f"工号{reading}为您服务", digits) >= 0.9


@settings(deadline=None)
@given(st.text(max_size=40), st.text(alphabet="0123456789", max_size=6))
def test_any_text_is_taken(text: str, expected: str) -> None:
    heard = phones(text)
    assert 0.0 <= stated(heard, 0, len(heard), expected, 0.0) <= 1.0
    for run in runs(heard, 1):
        assert 0 <= run.start < run.end <= len(heard)
        assert set(run.digits) <= set(READINGS)
        assert 0.0 <= agreement(run, expected) <= 1.0
        assert agree(run, run) >= 0.9
