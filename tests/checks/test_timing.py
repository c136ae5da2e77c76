"""What only time tells: silent calls, holds, dead air, interruptions, speech rate; doubtful within 0.3 s of a limit."""

from dataclasses import replace

import pytest

from qa.call import Call
from qa.checks.silence import SilentCall, silent_call_wrong
from qa.checks.view import CallView
from tests.checks.verdicts import call_of, finding, heard, verdict
from tests.rules.shipped import ruleset

FIRST = "您好,大龙供暖报修八六七号为您服务,请问您有什么问题?"
AGAIN = "您好!请问您有什么问题?"
NOTICE = "非常抱歉,您的电话没有声音,请您换一部电话再打来,再见!"


def silent(first_wait: float, second_wait: float, last_wait: float, notice: str = NOTICE) -> Call:
    """A silent call of three prompts with these waits (s) after them."""
    second = 8.0 + first_wait
    third = second + 3.0 + second_wait
    return call_of(
        f"坐席 0.5-8.0: {FIRST}",
        f"坐席 {second}-{second + 3.0}: {AGAIN}",
        f"坐席 {third}-{third + 6.0}: {notice}",
        hangup_by="agent",
        duration_s=third + 6.0 + last_wait,
    )


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ((5.5, 5.5, 5.5), "passed"),
        ((5.4, 6.0, 9.0), "passed"),
        ((5.2, 5.5, 5.5), "needs_review"),
        ((5.5, 4.8, 5.5), "needs_review"),
        ((5.5, 5.5, 5.0), "needs_review"),
        ((4.6, 5.5, 5.5), "violated"),
        ((5.5, 2.0, 5.5), "violated"),
        ((5.5, 5.5, 1.0), "violated"),
        ((5.2, 5.5, 4.0), "violated"),
    ],
)
def test_waits_of_a_silent_call(waits: tuple[float, float, float], expected: str) -> None:
    assert verdict("silent-call", silent(*waits)) == expected


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ("电话没有声音,请换一部电话再打来", "passed"),
        ("您好,请问有什么可以帮您", "violated"),
        ("非常抱歉,您的电话没有声音,再见!", "violated"),
    ],
)
def test_the_notice_of_a_silent_call(notice: str, expected: str) -> None:
    assert verdict("silent-call", silent(6, 6, 6, notice)) == expected


@pytest.mark.parametrize(("waits", "expected"), [((6.0, 6.0, 6.0), "passed"), ((6.0, 3.0, 6.0), "violated")])
def test_turns_tell_where_no_speech_was_measured(waits: tuple[float, float, float], expected: str) -> None:
    assert verdict("silent-call", heard(silent(*waits))) == expected


def test_nobody_prompts_where_nobody_speaks() -> None:
    view = CallView(replace(call_of(duration_s=20.0), turns=(), speech=()), ruleset("heating").book)
    found = silent_call_wrong(view, SilentCall(notice=("no-sound", "call-again")))
    assert (found.probability, found.why) == (0.97, "只提示了 0 次,应为 3 次")


def test_two_prompts_are_too_few() -> None:
    call = call_of(f"坐席 0.5-8: {FIRST}", f"坐席 14-19: {NOTICE}", hangup_by="agent", duration_s=26.0)
    found = finding("silent-call", call)
    assert found.verdict == "violated"
    assert "2" in found.reason


@pytest.mark.parametrize(
    ("fields", "speaks", "expected"),
    [
        ({"hangup_by": "customer"}, (), "not_applicable"),
        ({"hangup_by": "agent"}, ("客户 9: 喂,听得到吗",), "not_applicable"),
        ({}, (), "not_applicable"),
        ({"hangup_by": "agent", "direction": "outbound"}, (), "not_applicable"),
        ({"hangup_by": "agent"}, (), "violated"),
    ],
)
def test_which_calls_are_silent(fields: dict[str, str], speaks: tuple[str, ...], expected: str) -> None:
    assert verdict("silent-call", call_of(f"坐席 0.5-8: {FIRST}", *speaks, **fields)) == expected


def held(seconds: float, announcement: str = "请您稍等,我帮您查询一下", back: str = "好的,帮您登记了") -> Call:
    """A call with a silence of so many seconds after an announcement."""
    start = 12.0 + seconds
    return call_of("客户 5-8: 我家的暖气不热", f"坐席 9-12: {announcement}", f"坐席 {start}-{start + 3}: {back}")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (held(12), "violated"),
        (held(10.4), "violated"),
        (held(10.2), "needs_review"),
        (held(9.8), "needs_review"),
        (held(9.6), "not_applicable"),
        (held(3), "not_applicable"),
        (held(12, back="让您久等了,帮您登记了"), "passed"),
        (held(12, back="感谢您的等待,帮您登记了"), "passed"),
        (held(12, back="不好意思,帮您登记了"), "passed"),
        (held(12, announcement="请您烧等,我帮您茶询一下"), "violated"),
        (held(12, announcement="您的地址我记下了"), "not_applicable"),
    ],
)
def test_holds(call: Call, expected: str) -> None:
    assert verdict("hold-etiquette", call) == expected


def quiet(seconds: float, before: str = "好的") -> Call:
    return call_of(
        "客户 5-8: 我家的暖气不热", f"坐席 9-12: {before}", f"坐席 {12 + seconds}-{16 + seconds}: 我已经帮您登记了"
    )


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (quiet(20), "violated"),
        (quiet(15.4), "violated"),
        (quiet(15.2), "needs_review"),
        (quiet(14.8), "needs_review"),
        (quiet(14.6), "passed"),
        (quiet(20, "请您稍等,我帮您查询一下"), "passed"),
        # Silence at either end of the recording is no dead air.
        (call_of("客户 20-22: 喂", "坐席 23-25: 您好", duration_s=60.0), "passed"),
        # Nobody to keep waiting.
        (call_of("坐席 0.5-3: 您好", "坐席 30-32: 您好"), "not_applicable"),
    ],
)
def test_dead_air(call: Call, expected: str) -> None:
    assert verdict("dead-air", call) == expected


def test_dead_air_is_quoted_by_its_seconds() -> None:
    found = finding("dead-air", quiet(20))
    assert [(e.start_s, e.end_s, e.text) for e in found.evidence] == [(12.0, 32.0, "")]


def test_silence_is_measured_on_the_audio_not_on_the_words() -> None:
    call = quiet(20)
    assert verdict("dead-air", heard(call, ("customer", 5, 8), ("agent", 9, 31), ("agent", 32, 36))) == "passed"


def overlapping(start_s: float, end_s: float, text: str = "我已经为您提交了工单了请您放心") -> Call:
    """An agent who speaks from start to end while the customer speaks from 5 to 12 s."""
    return call_of("客户 5-12: 我家的暖气不热已经两天了我打了好几次电话", f"坐席 {start_s}-{end_s}: {text}")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (overlapping(9.0, 14.0), "violated"),
        (overlapping(10.8, 14.0), "violated"),
        (overlapping(11.0, 14.0), "needs_review"),
        (overlapping(11.2, 14.0), "passed"),
        (overlapping(12.5, 15.0), "passed"),
        # Short signs of listening interrupt nobody.
        (overlapping(8.0, 9.5, "嗯嗯"), "passed"),
        (overlapping(8.0, 9.5, "好的好的"), "passed"),
        # The customer breaks in, not the agent.
        (overlapping(3.0, 9.0), "passed"),
        (call_of("客户 5-12: 我家的暖气不热", "坐席 9-14: 我已经为您提交了工单", channels="mono"), "not_applicable"),
    ],
)
def test_interruptions(call: Call, expected: str) -> None:
    assert verdict("interruption", call) == expected


@pytest.mark.parametrize(
    ("syllables", "seconds", "expected"),
    [
        (80, 20.0, "passed"),
        (105, 20.0, "passed"),
        (112, 20.0, "needs_review"),
        (130, 20.0, "violated"),
        (40, 20.0, "violated"),
        (48, 20.0, "needs_review"),
        (55, 20.0, "passed"),
        (130, 14.0, "not_applicable"),
    ],
)
def test_speech_rate(syllables: int, seconds: float, expected: str) -> None:
    words = ("暖气维修人员会上门检查" * 20)[:syllables]
    assert verdict("speech-rate", call_of(f"坐席 1-{1 + seconds}: {words}")) == expected


@pytest.mark.parametrize(("ring", "expected"), [(15.0, "passed"), (15.1, "violated"), (None, "not_applicable")])
def test_slow_answer(ring: float | None, expected: str) -> None:
    assert verdict("slow-answer", call_of("坐席 1: 您好", ring_seconds=ring)) == expected


def held(announced: str, back: str, *later: str, after_s: float = 26.0) -> Call:
    """A call with a silence between what the agent announces and the agent's return."""
    return call_of(
        "坐席 0.5-7: 您好,大龙供暖报修八六七号为您服务,请问您有什么问题",
        "客户 8-10: 我家的暖气不热",
        f"坐席 10.5-12.8: {announced}",
        f"坐席 {after_s}-{after_s + 3}: {back}",
        *later,
    )


@pytest.mark.parametrize(
    ("announced", "back", "expected"),
    [
        ("请您稍等,我帮您查询一下", "让您久等了,查到了", "passed"),
        ("请您稍等,我帮您查询一下", "谢您的耐心等待,已时经到了", "passed"),
        ("请您稍等,我帮您查询一下", "查到了,是这样的", "violated"),
        ("稍等我核实因厂", "您的单子我看到了", "violated"),
        ("球稍左等我核登一下", "查到了,是这得", "violated"),
        ("麻烦你稍片刻,我看一下系统", "查到了,是这样的", "violated"),
        ("请稍等,我核实一下", "您反映的我记下就是了", "violated"),
        ("好的,我看一下", "查到了,是这样的", "not_applicable"),
        ("那工单号您记一下", "查到了,是这样的", "not_applicable"),
    ],
)
def test_thanks_for_waiting(announced: str, back: str, expected: str) -> None:
    assert verdict("hold-etiquette", held(announced, back)) == expected


def test_an_apology_for_something_else_is_none_for_the_wait() -> None:
    call = held(
        "请您稍等,我帮您查询一下", "系统里有记录", "客户 30-32: 我要投诉你们", "坐席 33-36: 非常抱歉给您带来不便"
    )
    assert verdict("hold-etiquette", call) == "violated"
