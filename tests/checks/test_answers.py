# ruff: noqa: E501 - one answer a line
"""What customers answer on a follow-up call, well and poorly recognised; what cannot be told is unknown."""

from typing import Any

import pytest

from qa.checks.rating import cardinal, out_of_ten
from qa.phonetics import phones
from qa.score import score_call
from tests.checks.test_repair import follow_up
from tests.rules.shipped import ruleset

SAID: dict[str, dict[Any, str]] = {
    "solved": {
        True: "已经修好了 解决了 修好了,现在挺热的 好了 嗯,好了 热了 对 是的 都弄好了 没问题了 可以了 没啥问题了 现在能用了 早就好了 好了好了 解决啦,谢谢 已经步好了 姐决了 休好了现在听热的 没事了 恢复正常了",
        False: "还没有修好 没解决,还是不热 没有 没有解决 没人来 还是不行 又坏了 没弄好 根本没来人 修了但还是不热 没修好 还在漏 还是老样子 没有姐决 没解决还是布热 没好,昨天又停了 没呢",
        None: "我不知道 不太清楚,我没在家 你说什么 今天天气很热闹 等一下 我问问我爱人 喂",
    },
    "attitude": {
        "满意": "满意 挺满意的 很满意 挺好的 还不错 很好 态度特别好 没得说 好 可以,挺客气的 非常满意 蛮益 听满意的 师傅人很好 都满意 满意满意",
        "普通": "普通吧 一般 还行吧 一般般 马马虎虎 就那样 普通 就普通吧 扑通吧 凑合吧",
        "不满意": "不满意 不太满意 很差 态度不好 不满意,来得太晚了 太差了 不怎么样 很不满意 补满意 态度恶劣 不太好 不咋样",
        None: "我没见着人 不清楚 我忘了 嗯你说什么",
    },
    "charged": {
        True: "收了五十块钱 收了 收费了 要了我三十 给了一百 收了二十 交了五十 收了80 手了八十 花了两百块 收了点材料费",
        False: "没有收费 没收钱 没有 没收 没有,没收费 免费的 一分钱没收 没要钱 美收钱 没有收 没有啊 不收费",
        None: "不知道 我爱人在家,我不清楚 你说啥 忘了",
    },
    "rating": {
        10: "十分 10分 满分 是分 给十分吧 我打十分 给你们十分 10 十 满分吧 打个石分",
        9: "打个九分吧 九分 9分 那就打个九分吧 九 都挺好的,打九分吧 就分吧",
        8: "八分 八 给个八分 满分十分我打八分 8 巴分 打八分吧",
        7: "七分 十分里面打七分",
        6: "打六分 六分吧 溜分",
        5: "五分 无分吧",
        4: "四分吧",
        1: "一分",
        2: "两分 二分",
        None: "不知道 我想想 九点五 九点五分 9.5分 八九分吧 十一号来修的 零分 一百分 十分感谢 十二分 你说什么 七八分 不好说 上个月二十号修的 一到十分啊",
    },
}
"""Question → answer → replies, a space between two."""
REPLIES = [
    (q, reply, value) for q, values in SAID.items() for value, replies in values.items() for reply in replies.split()
]


@pytest.mark.parametrize(("question", "reply", "value"), REPLIES)
def test_replies(question: str, reply: str, value: Any) -> None:
    assert score_call(follow_up(**{question: reply}), ruleset()).answers[question] == value


@pytest.mark.parametrize(("question", "reply", "value"), [r for r in REPLIES if r[0] == "rating"])
def test_ratings_alone(question: str, reply: str, value: int | None) -> None:
    assert out_of_ten(phones(reply)) == value


@pytest.mark.parametrize(
    ("numerals", "value"), [("十", 10), ("二十", 20), ("九十九", 99), ("八", 8), ("一百", None), ("二三", None)]
)
def test_cardinals(numerals: str, value: int | None) -> None:
    assert cardinal(numerals) == value
