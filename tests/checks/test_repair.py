"""Repair calls: what the customer gave is read back; follow-up calls ask their questions and note the answers."""

from typing import Any

import pytest

from qa.checks.rating import out_of_ten
from qa.phonetics import phones
from qa.score import score_call
from tests.checks.verdicts import call_of, verdict
from tests.rules.shipped import ruleset

PHONE = "幺三八,零幺三六,五四二七"


@pytest.mark.parametrize(
    ("given", "back", "expected"),
    [
        (PHONE, f"{PHONE},是吗", "passed"),
        ("13801365427", f"{PHONE},是吗", "passed"),
        (PHONE, "嗯,记下了", "violated"),
        (PHONE, "幺三八,零幺三六,五四二三,是吗", "violated"),
        ("幺七七二幺二八三五三", "幺七七二幺幺八三五三,是吗", "needs_review"),
        # Whole on both sides: nothing lost or slipped in can explain that they differ.
        ("幺三七零五五散八三四零", "幺三七龄五九三而三八零,是吗", "violated"),
        ("暖气不热", "好的", "not_applicable"),
    ],
)
def test_phone_numbers(given: str, back: str, expected: str) -> None:
    call = call_of("坐席 20: 请留一下联系电话", f"客户 23-28: {given}", f"坐席 30-34: {back}", "客户 36: 对")
    assert verdict("repeat-back-phone", call) == expected


@pytest.mark.parametrize(
    ("given", "back", "expected"),
    [
        ("海淀区清河路十二号院三号楼五零二", "清河路十二号院三号楼五零二,对吗", "passed"),
        ("朝阳区望京花园六号楼二单元一零三室", "好的", "violated"),
        ("我忘了", "好的", "not_applicable"),
    ],
)
def test_addresses(given: str, back: str, expected: str) -> None:
    call = call_of("坐席 9: 请问您的具体地址", f"客户 12-16: {given}", f"坐席 17-20: {back}", "坐席 24: 请问您贵姓")
    assert verdict("repeat-back-address", call) == expected


@pytest.mark.parametrize("name", ["telecom", "broadband"])
def test_other_companies_read_nothing_back(name: str) -> None:
    call = call_of("坐席 20: 请留一下联系电话", f"客户 23-28: {PHONE}", "坐席 30: 嗯")
    assert verdict("repeat-back-phone", call, name) == "not_applicable"


QUESTIONS = {
    "solved": ("坐席 10-12: 请问问题解决了吗", "客户 13-14: 已经修好了"),
    "attitude": ("坐席 15-18: 维修工的态度怎么样", "客户 19-20: 满意"),
    "charged": ("坐席 21-23: 跟您收费了吗", "客户 24-25: 没有"),
    "rating": ("坐席 26-30: 请您为我们的服务打分,一到十分", "客户 31-32: 八分吧"),
}


def follow_up(**answers: str) -> Any:
    """A follow-up call; an empty answer leaves its question out."""
    lines = ["坐席 0.5-7: 您好,我们是供暖报修平台,对您家报修的处理情况进行回访,您现在方便吗", "客户 8-9: 方便"]
    for name, (question, reply) in QUESTIONS.items():
        if answers.get(name) != "":
            head = reply.split(": ")[0]
            lines += [question, f"{head}: {answers[name]}" if name in answers else reply]
    return call_of(*lines, direction="outbound")


@pytest.mark.parametrize("left_out", QUESTIONS)
def test_each_question_is_due(left_out: str) -> None:
    assert verdict("callback-questions", follow_up()) == "passed"
    assert verdict("callback-questions", follow_up(**{left_out: ""})) == "violated"


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({}, {"solved": True, "attitude": "满意", "charged": False, "rating": 8}),
        (
            {"solved": "还没修好", "attitude": "不满意", "charged": "收了五十块钱", "rating": "十分"},
            {"solved": False, "attitude": "不满意", "charged": True, "rating": 10},
        ),
        ({"attitude": "一般吧", "rating": "打九分"}, {"attitude": "普通", "rating": 9}),
        ({"solved": "今天天气很热闹", "rating": "我想想"}, {"rating": None}),
    ],
)
def test_answers(replies: dict[str, str], expected: dict[str, Any]) -> None:
    answers = score_call(follow_up(**replies), ruleset()).answers
    assert {name: answers[name] for name in expected} == expected


def test_a_customer_who_has_no_time_is_asked_nothing() -> None:
    call = call_of("坐席 0.5-7: 您好,对您家报修进行回访,您现在方便吗", "客户 8: 不方便,我在开会", direction="outbound")
    assert verdict("callback-questions", call) == "not_applicable"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("那就打个九分吧", 9),
        ("九分", 9),
        ("9分", 9),
        ("十分", 10),
        ("10分", 10),
        ("满分", 10),
        ("是分", 10),
        ("一分", 1),
        ("八", 8),
        ("", None),
        ("不知道", None),
        ("十一号来修的", None),
    ],
)
def test_ratings(text: str, expected: int | None) -> None:
    assert out_of_ten(phones(text)) == expected
