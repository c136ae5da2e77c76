"""Labels of synthetic calls: a script that contradicts its labels must not get through."""

from dataclasses import replace
from typing import Any

import pytest

from benchmarks.synth.labels import doubts, spoken_digits, verdicts
from benchmarks.synth.script import Line, Party, Placed, Script, Sound, read_lines

GOOD = """
A: 您好,大龙供暖报修零幺七号为您服务,请问您有什么问题?
C: 我家卧室的暖气从昨天开始就不热。
A: 已经为您登记了。
C: 好的。
A: 感谢您的来电,再见。
C: 再见。
"""


def script(text: str = GOOD, **changes: Any) -> Script:
    call = Script(
        "x", "heating", "017", read_lines(text), Party("zf_xiaoni"), Party("zm_yunxi"), Sound("pcm"),
        "2026-03-11T09:15:00+08:00",
    )  # fmt: skip
    return replace(call, **changes)


def placed(call: Script) -> list[Placed]:
    """The lines at five characters a second."""
    at, places = 0.0, []
    for line in call.lines:
        start = at + line.pause_s
        places.append(Placed(line.role, start, start + len(line.text) / 5, line.text))
        at = max(at, places[-1].end_s)
    return places


def doubts_of(call: Script, waited_s: float = 1.0) -> list[str]:
    places = placed(call)
    return list(doubts(call, places, verdicts(call, places), places[-1].end_s + waited_s))


def test_a_faultless_call_has_no_doubts():
    assert doubts_of(script()) == []


@pytest.mark.parametrize(
    ("text", "changes", "doubt"),
    [
        (GOOD.replace("您好", "欢迎您"), {}, "opening-greeting passed"),
        (GOOD.replace("大龙供暖报修", ""), {}, "opening-greeting passed"),
        (GOOD, {"labels": {"opening-greeting": "violated"}}, "opening-greeting violated"),
        (GOOD.replace("零幺七", "零幺八"), {}, "job-number passed"),
        (GOOD, {"labels": {"job-number": "violated"}}, "job-number violated"),
        (GOOD.replace("您好", "新年好"), {}, "holiday-opening not_applicable"),
        (GOOD.replace("已经为您登记了", "这个我不会处理"), {}, "refusal passed"),
        (GOOD.replace("感谢您的来电,", ""), {}, "closing passed"),
        (GOOD, {"labels": {"closing": "violated"}}, "closing violated"),
        (GOOD.replace("感谢您的来电,", ""), {"hangup_by": "agent"}, "early-hangup passed"),
        (GOOD, {"labels": {"early-hangup": "violated"}}, "early-hangup violated"),
        (GOOD.replace("A: 已经", "14.0 A: 已经"), {}, "dead-air passed"),
        (GOOD, {"labels": {"dead-air": "violated"}}, "dead-air violated"),
        (GOOD, {"labels": {"hold-etiquette": "passed"}}, "hold-etiquette passed"),
        (GOOD.replace("A: 已经", "-1.2 A: 已经"), {}, "interruption passed"),
        (GOOD, {"labels": {"interruption": "violated"}}, "interruption violated"),
        (GOOD.replace("A: 已经", "C: 上次多谢你了。\nA: 已经"), {}, "thanks-reply not_applicable"),
        (GOOD, {"labels": {"speech-rate": "violated"}}, "speech-rate violated"),
    ],
)
def test_a_label_against_words_or_times_is_doubted(text: str, changes: dict[str, object], doubt: str):
    assert any(found.startswith(doubt) for found in doubts_of(script(text, **changes)))


def test_no_closing_is_charged_only_where_the_customer_waited():
    call = script(GOOD.replace("感谢您的来电,再见", "就这样"), labels={"closing": "violated"})
    assert doubts_of(call, waited_s=1.0) != []
    assert doubts_of(call, waited_s=6.5) == []


@pytest.mark.parametrize(
    ("changes", "rule", "verdict"),
    [
        ({"ring_seconds": 16.0}, "slow-answer", "violated"),
        ({"ring_seconds": 15.0}, "slow-answer", "passed"),
        ({"ring_seconds": None}, "slow-answer", "not_applicable"),
        ({"sound": Sound("pcm", "mono")}, "interruption", "not_applicable"),
        ({"hangup_by": "agent"}, "early-hangup", "passed"),
        ({"direction": "outbound"}, "job-number", "not_applicable"),
        ({"omit": frozenset({"slang"})}, "slang", None),
    ],
)
def test_verdicts_follow_from_the_row(changes: dict[str, object], rule: str, verdict: str | None):
    call = script(**changes)
    assert verdicts(call, placed(call)).get(rule) == verdict


def test_a_silent_call_has_neither_closing_nor_dead_air():
    call = script("A: 您好,大龙供暖报修零幺七号为您服务,请问您有什么问题?", hangup_by="agent")
    labels = verdicts(call, placed(call))
    assert {labels[rule] for rule in ("closing", "dead-air", "early-hangup")} == {"not_applicable"}


def test_read_lines_takes_pauses_and_refuses_what_is_no_line():
    assert read_lines("-1.5 A: 嗯。\nC: 好。") == (Line("agent", "嗯。", -1.5), Line("customer", "好。", 0.7))
    with pytest.raises(ValueError, match="not a line of a call"):
        read_lines("B: 好。")


def test_a_number_is_read_digit_by_digit():
    assert spoken_digits("1026") == "幺零二六"
