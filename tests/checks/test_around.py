"""What stands around forbidden words: where a sentence begins and ends, what was asked before, whom words quote."""

import pytest

from tests.checks.verdicts import call_of, finding, verdict

ASKED = "客户 5: 那能不能今天就帮我弄好"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((ASKED, "坐席 9: 我不知道"), "violated"),
        ((ASKED, "坐席 9: 我不知道请问您的具体地址"), "violated"),  # a new sentence without a mark
        ((ASKED, "坐席 9: 我不知道您的情况我已经上报了"), "violated"),
        ((ASKED, "坐席 9: 好的我看一下。我不知道。"), "violated"),  # a sentence of its own
        ((ASKED, "坐席 9: 着与我没关建"), "violated"),  # heard by half, but all of the answer
        (("坐席 5: 您看", "坐席 9: 好的着与我没关建我给您说一下"), "passed"),  # the same amid words that help
        ((ASKED, "坐席 9: 哦,我不知道师傅已经联系您了,您稍等"), "passed"),  # news, no refusal
        ((ASKED, "坐席 9: 不行您再打过来"), "passed"),
        ((ASKED, "坐席 9: 不行,您再打过来"), "passed"),
        ((ASKED, "坐席 9: 这跟您没关系"), "passed"),
        ((ASKED, "坐席 9: 这个不行的"), "violated"),
        ((ASKED, "坐席 9: 这个不行的咱们再试另一个按钮"), "passed"),  # 的话, misheard
        ((ASKED, "坐席 9: 宁不知道怎么处理没关系,我来教您"), "passed"),  # 您, misheard
        ((ASKED, "坐席 9: 这个布行的地址我帮您查到了"), "passed"),
        ((ASKED, "坐席 9: 您说的情况系统里有记录,这个我不知道怎么处理"), "violated"),  # 您说的情况 quotes nobody
        ((ASKED, "坐席 9: 您说这个我不知道怎么处理,是吗"), "passed"),
        ((ASKED, "坐席 9: 这块我故负责"), "violated"),  # 不, its stop missed
        ((ASKED, "坐席 9: 这块我负责"), "passed"),
        ((ASKED, "坐席 9: 这个跟我没关系您的情况我已经上报了"), "violated"),  # no 没关系,您…
        ((ASKED, "坐席 9: 没关系您慢慢说"), "passed"),
    ],
)
def test_refusals_in_their_sentence(lines: tuple[str, ...], expected: str) -> None:
    assert verdict("refusal", call_of(*lines)) == expected


@pytest.mark.parametrize(
    ("pause_s", "expected"),
    [(0.0, "passed"), (2.0, "violated")],
)
def test_what_goes_on_without_a_pause_is_one_sentence(pause_s: float, expected: str) -> None:
    first = "坐席 9-10: 这个布行"
    assert verdict("refusal", call_of(ASKED, first, f"坐席 {10 + pause_s}: 的地址我帮您查到了")) == expected


def test_a_quotation_goes_on_where_a_turn_is_cut_in_two() -> None:
    assert verdict("slang", call_of("坐席 9-10: 您说对方只回了", "坐席 10: 收到收到,是吗")) == "passed"
    assert verdict("slang", call_of("坐席 9-10: 您说对方只回了", "坐席 20: 收到收到")) == "violated"


def test_an_echo_repeats_what_was_said_last() -> None:
    told = "客户 5: 每次都说不上来,我不知道怎么处理"
    assert verdict("refusal", call_of(told, "坐席 9: 我不知道怎么处理")) == "needs_review"
    asked = "客户 14: 那你现在就给我解决一下吧"
    assert verdict("refusal", call_of(told, "坐席 10: 好的", asked, "坐席 18: 我不知道怎么处理")) == "violated"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("这是财务部的错", "violated"),
        ("这不是财务部的错", "needs_review"),
        ("这跟我们没关系,是物业的事", "violated"),
        ("这不是我的责任是调度部的问题", "violated"),
        ("这不是您的责任,是我们部门的问题", "passed"),
    ],
)
def test_blame(text: str, expected: str) -> None:
    assert verdict("blame-other-department", call_of(ASKED, f"坐席 9: {text}")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("亲,稍等一下哦", "violated"),
        ("钦这边给您登记好了哦", "violated"),
        ("号哒马上给您弄", "violated"),
        ("骂么哒马上就好", "violated"),
        ("亲您稍后再试", "needs_review"),  # 请您, misheard?
        ("亲,甜边给那个您登记好了哦", "violated"),
        ("亲难您稍等一下哦", "violated"),
        ("请您稍等一下哦", "passed"),
        ("您的亲戚那边给您回电话", "passed"),
        ("您要亲自过来,您稍等一下哦", "passed"),
        ("您的申请这边给您登记好了", "passed"),
        ("好政哒马上给您弄", "violated"),
        ("收中收到", "needs_review"),  # all of the answer, but a quarter of it lost
        ("收到,我来处理", "passed"),
        ("收到收莲我来处理", "violated"),
        ("我给您说一下哈喽请您讲", "violated"),  # 给您说 quotes nobody
        ("您说说店家怎么喊您亲的", "passed"),
        ("林说对方只回了收到收到是马", "passed"),  # 您说, misheard, but asked about
        ("好大的雨,您路上当心", "passed"),
        ("请这边登记", "passed"),
    ],
)
def test_slang(text: str, expected: str) -> None:
    assert verdict("slang", call_of(ASKED, f"坐席 9: {text}")) == expected


def test_two_phrases_heard_by_half_bear_each_other_out() -> None:
    found = finding("blame-other-department", call_of(ASKED, "坐席 9: 这都是工程不的绰他们老是者羊"))
    assert (found.verdict, found.count) == ("violated", 1)
