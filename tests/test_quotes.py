"""Reasons without the words of the call, by cases and on every example that the rules carry."""

import pytest

from qa.quotes import SIGNS, without_quotes
from qa.rules.examples import example_call
from qa.score import score_call
from tests.rules.shipped import ruleset

RUN = 4
"""So many characters in a row are no chance."""


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("坐席说了服务禁语（“你听不懂吗”、“烦死了”）", "坐席说了服务禁语（“…”）"),
        ("坐席说了服务禁语（“他说“你好”啊（笑”）", "坐席说了服务禁语（“…”）"),
        ("请人工复核：坐席说了服务禁语（“烦死了”）", "请人工复核：坐席说了服务禁语（“…”）"),
        ("没有说“请问还有什么可以帮您”（缺少结束语）", "没有说“请问还有什么可以帮您”（缺少结束语）"),
        ("没有说“请问还有什么可以帮您”", "没有说“请问还有什么可以帮您”"),
        ("工号不对（报的工号像是 876，应为 867）", "工号不对（报的工号像是 …，应为 867）"),
        ("工号不对（没有报工号（应为 867））", "工号不对（没有报工号（应为 867））"),
        ("跟读不对（客户说 13812345678，坐席读 13812345687）", "跟读不对（客户说 …，坐席读 …）"),
        ("跟读不对（没有跟读电话号码）", "跟读不对（没有跟读电话号码）"),
        ("不适用：客户最后说“不用了谢谢”", "不适用：客户最后说“…”"),
        ("不适用：由“提前挂机”判定", "不适用：由“提前挂机”判定"),
        ("同一语句已按“服务禁语”扣分,不重复扣分", "同一语句已按“服务禁语”扣分,不重复扣分"),
        ("人工复核：客户说“算了”，不算推诿（见录音）", "人工复核：客户说“算了”，不算推诿（见录音）"),
        ("停顿太久（12.5 秒）", "停顿太久（12.5 秒）"),
        ("不正常）", "不正常）"),
        ("", ""),
    ],
)
def test_what_is_left(reason: str, left: str) -> None:
    assert without_quotes(reason) == left
    assert without_quotes(left) == left, "once is enough"
    assert reason == left or any(sign in reason for sign in SIGNS)


def test_no_words_of_an_example_are_left() -> None:
    rules = ruleset("heating")
    own = "".join(part for r in rules.rules for part in (r.reason, r.inapplicable or "", r.name))
    left, quoting = [], 0
    for rule in rules.rules:
        for number, example in enumerate(rule.examples):
            call = example_call(example, rules.variables, f"{rule.id}-{number}")
            said = {turn.text[at : at + RUN] for turn in call.turns for at in range(len(turn.text) - RUN + 1)}
            for finding in score_call(call, rules).findings:
                reason = without_quotes(finding.reason)
                quoting += reason != finding.reason
                left += [(finding.rule, reason) for words in said if words in reason and words not in own]
    assert left == [] and quoting > 20
