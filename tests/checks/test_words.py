"""Words: whose they are, whether they are quoted, how well they were heard."""

from itertools import pairwise
from typing import Any

import pytest

from tests.checks.verdicts import call_of, finding, verdict

RUDE = "跟你说过多少遍了,你听不懂吗"
LANGUAGE = [
    ("rude-language", RUDE),
    ("rude-language", "再不说话我就挂机了"),
    ("rude-language", "在不说话我就挂极了阿"),
    ("refusal", "这个我不知道怎么处理"),
    ("refusal", "我不负责这块"),
    ("blame-other-department", "这都是技术部的错,他们老是这样"),
    ("name-disclosure", "我叫张伟,你记我名字就行"),
    ("slang", "哈喽亲,么么哒"),
]


@pytest.mark.parametrize(("rule", "text"), LANGUAGE)
def test_forbidden_words_of_the_agent(rule: str, text: str) -> None:
    call = call_of("客户 5: 我家的暖气不热", f"坐席 9: {text}")
    found = finding(rule, call)
    assert (found.verdict, found.count) == ("violated", 1)
    assert {e.role for e in found.evidence} == {"agent"}
    assert all(9.0 <= e.start_s < e.end_s for e in found.evidence)
    assert found.points > 0 and found.right_wording


@pytest.mark.parametrize(("rule", "text"), LANGUAGE)
def test_the_customers_words_are_not_the_agents(rule: str, text: str) -> None:
    call = call_of(f"客户 5: {text}", "坐席 12: 非常抱歉,给您添麻烦了")
    assert verdict(rule, call) == "passed"


@pytest.mark.parametrize(("rule", "text"), LANGUAGE)
def test_words_of_nobody_in_particular_cost_nothing(rule: str, text: str) -> None:
    call = call_of("客户 5: 我家的暖气不热", f"未知 9: {text}")
    assert verdict(rule, call) in ("needs_review", "passed")
    assert finding(rule, call).points == 0


def test_rude_words_of_nobody_in_particular_go_to_a_person() -> None:
    assert verdict("rude-language", call_of("客户 5: 我家的暖气不热", f"未知 9: {RUDE}")) == "needs_review"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "violated"),
        ({"confidence": 0.3}, "needs_review"),
        ({"role_confidence": 0.6}, "needs_review"),
        ({"role_confidence": 0.95}, "violated"),
    ],
)
def test_doubtful_hearing_goes_to_a_person(fields: dict[str, Any], expected: str) -> None:
    call = call_of("客户 5: 我家的暖气不热", f"坐席 9: {RUDE}", each=fields)
    assert verdict("rude-language", call) == expected


@pytest.mark.parametrize(
    "text",
    [
        "您刚才说维修工讲有什么事快说不说我挂线啦,是吗",
        "您的意思是维修工说你听不懂吗",
        "客户说跟你说过多少遍了",
    ],
)
def test_words_repeated_to_confirm_them_break_nothing(text: str) -> None:
    call = call_of("客户 5: 维修工态度很差", f"坐席 12: {text}")
    assert verdict("rude-language", call) == "passed"


def test_an_echo_of_the_customer_is_not_certain() -> None:
    assert verdict("rude-language", call_of("客户 5: 他问我你听不懂吗", "坐席 9: 你听不懂吗")) == "needs_review"
    assert verdict("rude-language", call_of("客户 5: 他问我你听不懂吗", "坐席 90: 你听不懂吗")) == "violated"


@pytest.mark.parametrize(
    ("lines", "count", "points"),
    [
        ((f"坐席 9: {RUDE}",), 1, 10),
        # Two wordings in one turn are one utterance.
        ((f"坐席 9: {RUDE},你急什么",), 1, 10),
        ((f"坐席 9: {RUDE}", "客户 20: 我家的暖气还是不热", "坐席 25: 你急什么"), 2, 20),
        ((f"坐席 9: {RUDE}", "坐席 30: 你急什么", "坐席 50: 再不说话我就挂机了"), 3, 30),
    ],
)
def test_each_utterance_counts(lines: tuple[str, ...], count: int, points: float) -> None:
    found = finding("rude-language", call_of("客户 5: 我家的暖气不热", *lines))
    assert (found.count, found.points) == (count, points)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("没办法", "violated"),
        ("嗯,没办法啊", "violated"),  # fillers are nothing said
        ("没办法,您的情况我已经上报了", "violated"),  # the first clause of the turn
        ("没办法我帮您登记一下", "violated"),
        ("我不知道,您再问问别人", "violated"),
        ("不知道我这样解释您是否能明白", "passed"),  # goes on in the same clause
        ("不知道您现在方便吗", "passed"),
        ("您没办法出门的话我们可以上门", "passed"),
        ("这个不行的话咱们再试另一个按钮", "passed"),
    ],
)
def test_bare_refusals_are_forbidden_where_they_stand_alone(text: str, expected: str) -> None:
    assert verdict("refusal", call_of("客户 5: 能不能今天帮我弄好", f"坐席 9: {text}")) == expected


def test_an_excuse_heard_badly_leaves_a_doubt() -> None:
    assert verdict("slang", call_of("坐席 9: 您的用户名是么么哒,对吗")) == "passed"
    assert verdict("slang", call_of("坐席 9: 么么哒,马上就好")) == "violated"


def test_a_quotation_ends_where_it_is_asked_about() -> None:
    assert verdict("slang", call_of("坐席 9: 您是说师傅讲这个不行对吗亲,您稍等一下哦")) == "violated"
    assert verdict("slang", call_of("坐席 9: 您是说店家喊您亲,您不喜欢,是吗")) == "passed"


def test_quoted_words_inside_a_forbidden_phrase_excuse_nothing() -> None:
    """`你说` begins 你说过多少遍: no sign that somebody else is quoted."""
    call = call_of("客户 5: 我家的暖气不热", "坐席 9: 有你说过多少遍了你听不懂吗")
    assert verdict("rude-language", call) == "violated"


def test_a_reply_cut_in_two_is_one_reply() -> None:
    praise = "客户 16: 你的服务态度真好,谢谢你啊"
    assert verdict("thanks-reply", call_of(*OPENED, praise, "坐席 20-21: 哎呀您过", "坐席 21-22: 奖了")) == "passed"
    assert verdict("thanks-reply", call_of(*OPENED, praise, "坐席 20-21: 还有事吗", "坐席 30: 不客气")) == "violated"


def test_slang_has_a_cap() -> None:
    found = finding("slang", call_of(*(f"坐席 {20 * n}: 我已经帮您登记好维修的时间了,么么哒" for n in range(1, 5))))
    assert (found.count, found.points) == (4, 10)


def test_an_utterance_is_quoted_once() -> None:
    found = finding("rude-language", call_of("客户 5: 我家的暖气不热", f"坐席 9: {RUDE}"))
    spans = sorted((e.start_s, e.end_s) for e in found.evidence)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("rude-language", "请您别着急,慢慢说,我马上帮您查"),
        ("refusal", "不知道您现在方便吗"),
        ("blame-other-department", "这个问题需要技术部的同事帮您看一下,我帮您登记"),
        ("name-disclosure", "好的,我叫师傅上门给您看一下"),
        ("name-disclosure", "请问您贵姓"),
        ("slang", "师傅会亲自上门给您检查"),
    ],
)
def test_right_words(rule: str, text: str) -> None:
    assert verdict(rule, call_of("客户 5: 我家的暖气不热", f"坐席 9: {text}")) == "passed"


OPENED = ("坐席 0.5-5.5: 您好,大龙供暖报修八六七号为您服务,请问您有什么问题?", "客户 6: 我家的暖气不热")


@pytest.mark.parametrize(
    ("lines", "fields", "expected"),
    [
        (("坐席 10: 感谢您的来电,再见", "客户 14: 再见"), {}, "passed"),
        (("坐席 10: 感谢您的来点,在见",), {}, "passed"),
        (("坐席 10: 谢谢,再见",), {}, "passed"),
        (("坐席 10: 帮您登记了",), {}, "violated"),
        (("坐席 10-12: 帮您登记了", "客户 12.5-14: 知道了"), {"hangup_by": "customer"}, "not_applicable"),
        (("坐席 10-12: 帮您登记了", "客户 13-14: 知道了"), {"hangup_by": "customer", "duration_s": 30.0}, "violated"),
        (("坐席 10: 帮您登记了",), {"each": {"confidence": 0.2}}, "needs_review"),
    ],
)
def test_closing(lines: tuple[str, ...], fields: dict[str, Any], expected: str) -> None:
    assert verdict("closing", call_of(*OPENED, *lines, **fields)) == expected


@pytest.mark.parametrize(
    ("lines", "fields", "expected"),
    [
        (("坐席 10: 好的,感谢您的来电,再见", "客户 16: 再见"), {}, "passed"),
        (("坐席 10: 好的,帮您登记了",), {}, "violated"),
        (("坐席 10: 感谢您的来电,再见", "客户 14: 等一下,我还有一个问题"), {}, "violated"),
        (("坐席 10: 好的,帮您登记了",), {"hangup_by": "customer"}, "not_applicable"),
        (("坐席 10: 好的,帮您登记了",), {"hangup_by": None}, "not_applicable"),
    ],
)
def test_early_hangup(lines: tuple[str, ...], fields: dict[str, Any], expected: str) -> None:
    assert verdict("early-hangup", call_of(*OPENED, *lines, **({"hangup_by": "agent"} | fields))) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("客户 16: 你的服务态度真好,谢谢你啊", "坐席 20: 不客气,这是我应该做的"), "passed"),
        (("客户 16: 你的服务态度真好,谢谢你啊", "坐席 20: 还有别的事吗"), "violated"),
        (("客户 16: 没了,谢谢", "坐席 20: 感谢您的来电,再见"), "not_applicable"),
        (("坐席 16: 谢谢您啊", "客户 20: 不客气"), "not_applicable"),
    ],
)
def test_thanks(lines: tuple[str, ...], expected: str) -> None:
    assert verdict("thanks-reply", call_of(*OPENED, *lines)) == expected


CLOSED = "您反映的问题我已记录,我们会尽快给您答复,谢谢您的宝贵意见"


@pytest.mark.parametrize(
    ("lines", "fields", "expected"),
    [
        (("客户 10: 我要投诉", f"坐席 14: {CLOSED}"), {}, "passed"),
        (("客户 10: 我要投诉", "坐席 14: 感谢您的来电,再见"), {}, "violated"),
        (("客户 10: 我要投诉", "坐席 14: 您反映的问题我已记录,我们会尽快给您答复"), {}, "needs_review"),
        (("客户 10: 我不投诉", "坐席 14: 感谢您的来电,再见"), {}, "not_applicable"),
        (("客户 10: 太差了", "坐席 14: 感谢您的来电,再见"), {"complaint": True}, "violated"),
        (("客户 10: 太差了", f"坐席 14: {CLOSED}"), {"complaint": True}, "passed"),
        (("客户 10: 知道了", "坐席 14: 您要投诉吗"), {"complaint": False}, "not_applicable"),
    ],
)
def test_complaints(lines: tuple[str, ...], fields: dict[str, Any], expected: str) -> None:
    assert verdict("complaint-closing", call_of(*OPENED, *lines, **fields)) == expected


@pytest.mark.parametrize(
    ("nuisance", "expected"), [(True, "needs_review"), (False, "not_applicable"), (None, "not_applicable")]
)
def test_what_only_a_person_can_judge(nuisance: bool | None, expected: str) -> None:
    assert verdict("nuisance-call", call_of(*OPENED, nuisance=nuisance)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("这个不贵,一个月才五块", "passed"),
        ("我帮不上大忙,但可以帮您把材料准备好", "passed"),
        ("这个我们不收", "needs_review"),
        ("我不负责这块", "violated"),
    ],
)
def test_what_is_not_certain_counts_only_where_it_sounds_like_refusal(text: str, expected: str) -> None:
    assert verdict("refusal", call_of("客户 5: 我家的暖气不热", f"坐席 9: {text}")) == expected
