"""Numbers by sound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.phonetics import phones
from qa.phonetics.digits import READINGS, runs

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
        ("一千零三", ["103"]),
        ("八百六十七", ["867"]),
        ("二十三", ["23"]),
        ("一百二十", ["12"]),
        ("两百", ["2"]),
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
    assert (run.start, run.end) == (2, 5)


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


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_taken(text: str) -> None:
    heard = phones(text)
    for run in runs(heard, 1):
        assert 0 <= run.start < run.end <= len(heard)
        assert set(run.digits) <= set(READINGS)
