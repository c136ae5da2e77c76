"""How a call ends: what counts as a closing, and whether the customer is done."""

import pytest

from tests.checks.verdicts import call_of, verdict

LINES = ("坐席 0.5: 您好,大龙供暖报修八六七号为您服务,请问您有什么问题", "客户 8: 我家的暖气不热,已经三天了")


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("办好了,感谢您的来电,再见", "passed"),
        ("那就先这样,谢谢,再见", "passed"),
        ("好的,感谢您的配合,再见", "passed"),
        ("谢切您的故电,祝您生活愉快,再见", "passed"),
        ("感年先您半配合再见", "passed"),
        ("那就这样,再见", "violated"),
        ("感谢您的耐心等待,已经查到了", "violated"),
        ("谢谢您的夸奖,那就这样", "violated"),
        ("嗯,那行", "violated"),
    ],
)
def test_only_thanks_for_the_call_is_a_closing(last: str, expected: str) -> None:
    call = call_of(*LINES, f"坐席 12-16: {last}", "客户 17-18: 好", hangup_by="customer", duration_s=30.0)
    assert verdict("closing", call) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("对了,还有一件事",), "violated"),
        (("对了孩有再件事",), "violated"),
        (("哎,先别挂,我还没问完呢",), "violated"),
        (("那个我还", "想问一下费用怎么算"), "violated"),
        (("好,再见",), "passed"),
        (("嗯", "拜拜"), "passed"),
    ],
)
def test_the_customer_still_asks(words: tuple[str, ...], expected: str) -> None:
    last = [f"客户 {17 + 2 * i}-{18.5 + 2 * i}: {text}" for i, text in enumerate(words)]
    call = call_of(*LINES, "坐席 12-16: 感谢您的来电,再见", *last, hangup_by="agent")
    assert verdict("early-hangup", call) == expected


def test_a_closing_that_another_thanks_explains_nearly_as_well_goes_to_a_person() -> None:
    lines = ("坐席 1: 好的,已经给您登记了工单", "客户 54: 嗯可以", "坐席 61: 好的,纳感谢您的利电嗯,再见")
    assert verdict("early-hangup", call_of(*lines, hangup_by="agent")) != "violated"
