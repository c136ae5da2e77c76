"""Numbers held against what a recogniser wrote of them."""

import pytest

from qa.phonetics import phones
from qa.phonetics.number import compare, garbled, readings, spoken, stated

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
    assert not garbled(phones("您好,请问有什么可以帮您"))
    assert garbled(phones("我是幺嘎号话务员"))
