"""Numbers held against what a recogniser wrote of them."""

import pytest

from qa.phonetics import phones
from qa.phonetics.number import beside, between, compare, readings, spoken, stated, without

RIGHT = (0.7, 0.1, 0.2)


@pytest.mark.parametrize(
    ("number", "reading"),
    [
        ("102", ("1", "bai", "0", "2")),
        ("618", ("6", "bai", "1", "shi", "8")),
        ("1208", ("1", "qian", "2", "bai", "0", "8")),
    ],
)
def test_units_of_a_number(number: str, reading: tuple[str, ...]) -> None:
    assert readings(number) == (tuple(number), reading)


def test_leading_zero_has_no_units() -> None:
    assert readings("003") == (("0", "0", "3"),)


@pytest.mark.parametrize(
    ("number", "heard", "low", "high"),
    [
        ("385", "您好大龙供暖报修三八五号为您服务", 0.9, 1.0),
        ("867", "把溜起号", 0.9, 1.0),
        ("618", "我是六百一十八号话务员", 0.9, 1.0),
        ("102", "幺零而呃幺零二号", 0.9, 1.0),
        ("003", "工号零零为您服务", 0.8, 1.0),
        ("385", "您好大龙供暖报修六幺八号为您服务", 0.0, 0.1),
        ("1208", "我的工号是五七零八", 0.0, 0.1),
        ("719", "您问这个干什么呀", 0.0, 0.1),
    ],
)
def test_job_number(number: str, heard: str, low: float, high: float) -> None:
    assert low <= stated(number, phones(heard)).probability(*RIGHT) <= high


@pytest.mark.parametrize(
    ("given", "told", "low", "high"),
    [
        ("由三八零雅三六五字二七", "要三八零一三六五四二骑士吗", 0.9, 1.0),
        ("13801365427", "您的电话是一三八,对吧,零一三六,五四二七", 0.9, 1.0),
        ("13801365427", "13801365427吧二十四小时", 0.9, 1.0),
        ("13801365427", "幺三八,零幺三六,五四二三,是吗", 0.0, 0.1),
        ("13801365427", "幺三八,零二三六,五四二七,是吗", 0.0, 0.1),
        ("13801365427", "嗯,记下了。维修人员二十四小时内联系您", 0.0, 0.1),
        ("15673255675", "15673255615,对吗", 0.1, 0.65),
    ],
)
def test_phone_number(given: str, told: str, low: float, high: float) -> None:
    stretch = spoken(phones(given))
    assert stretch is not None
    assert low <= compare(stretch.weights, phones(told)).probability(*RIGHT) <= high


def test_nothing_like_a_number() -> None:
    assert spoken(phones("")) is None


@pytest.mark.parametrize(
    ("number", "heard", "short", "contrary"),
    [
        ("385", "工号三八五为您服务", 0, 0),
        ("1208", "我是幺零八号话务员", 1, 0),
        ("5037", "工号五零三为您服务", 0, 0),
        ("5037", "我是五零三号", 1, 0),
        ("5037", "我是五零三真号", 0, 0),
        ("7733", "工号七三三号", 1, 0),
        ("7733", "工号配七三三号", 0, 0),
        ("102", "工号二一零号", 1, 3),
        ("385", "我是把溜起号", 0, 0),
    ],
)
def test_digits_that_are_not_there_or_are_others(number: str, heard: str, short: int, contrary: int) -> None:
    held = stated(number, phones(heard))
    assert (held.short, held.contrary) == (short, contrary)


@pytest.mark.parametrize(
    ("heard", "mark", "expected"),
    [
        ("我是幺嘎号话务员", None, True),
        ("您好,请问有什么可以帮您", None, False),
        ("工号互苦七扭", "工号", True),
        ("工号另艳市", "工号", True),
        ("报修您的为", "报修", False),
        ("下午好,大龙", "大龙", False),
    ],
)
def test_a_number_stands_beside_its_mark(heard: str, mark: str | None, expected: bool) -> None:
    start = heard.index(mark) if mark else 0
    assert beside(phones(heard), [(start, start + 2)] if mark else []) is expected


@pytest.mark.parametrize(
    ("number", "heard", "low", "high"),
    [
        ("102", "工号二一零号", 0.0, 0.1),
        ("074", "我是一四五号话务员", 0.0, 0.1),
        ("618", "我是幺嘎号话务员", 0.9, 1.0),
        ("867", "把溜起号", 0.9, 1.0),
    ],
)
def test_which_number_was_said_there(number: str, heard: str, low: float, high: float) -> None:
    assert low <= stated(number, phones(heard)).given(0.8, 0.05) <= high


def test_without_makes_syllables_unknown() -> None:
    heard = phones("工号三八五")
    rest = without(heard, [(0, 2)])
    assert rest.ids[:2].tolist() == [0, 0]
    assert rest.ids[2:].tolist() == heard.ids[2:].tolist()


@pytest.mark.parametrize(("inside", "expected"), [("就着", True), ("那个", False), ("", False), ("啊", False)])
def test_something_between_two_marks_may_be_a_number(inside: str, expected: bool) -> None:
    heard = phones(f"工号{inside}为您服务")
    assert between(heard, [(len(heard) - 4, len(heard)), (0, 2)]) is expected
