"""Why a verdict: the conditions with their probabilities, and the words that were compared."""

from typing import Any

import pytest

from qa.call import Turn
from qa.errors import ConfigError
from qa.explain import Explanation, Step, explain, lines
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from tests.builders import make_call, make_meta, make_turn
from tests.small_rules import write_rules

RUDE = "你到底听不听得懂"
BYE = "感谢您的来电再见"
ASKS = make_turn("customer", 8.0, 10.0, "我家的暖气不热")


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return load_rulebook(write_rules(tmp_path_factory.mktemp("rules") / "small")).rulesets["heating"]


def told(ruleset: RuleSet, rule: str, *turns: Turn, **meta: Any) -> Explanation:
    return explain(make_call(*turns, meta=make_meta(**meta)), ruleset, rule)


def operators(step: Step) -> list[tuple[str, float]]:
    return [
        (step.expression.operator, round(step.probability, 1)),
        *(entry for part in step.parts for entry in operators(part)),
    ]


def test_the_words_behind_a_violation(ruleset: RuleSet) -> None:
    told_rude = told(ruleset, "rude", make_turn("agent", 4.0, 8.0, RUDE), ASKS)
    (match,) = [m for m in told_rude.violated.matches if m.role == "agent"]
    (hit,) = match.found
    assert (told_rude.finding.verdict, hit.text, hit.start_s, hit.wording) == ("violated", RUDE, 4.0, RUDE)
    assert hit.ratio == pytest.approx(1.0, abs=0.01) and hit.probability > told_rude.sure
    text = "\n".join(lines(told_rude))
    assert "结论：违规，扣 5 分" in text and "两项都不低于 0.9" in text and "每通电话都适用" in text
    assert f"4.0 秒 听到“{RUDE}” 对照 {RUDE}" in text and "完全一致的 100%" in text


def test_a_homophone_comes_close(ruleset: RuleSet) -> None:
    told_rude = told(ruleset, "rude", make_turn("agent", 4.0, 8.0, "你到底听不听的董"), ASKS)
    (hit,) = next(m for m in told_rude.violated.matches if m.role == "agent").found
    assert 0.6 < hit.ratio < 1.0


def test_every_part_of_a_condition_has_its_probability(ruleset: RuleSet) -> None:
    told_hangup = told(ruleset, "hangup", ASKS, make_turn("agent", 11.0, 13.0, BYE), hangup_by="agent")
    assert told_hangup.applies is not None
    assert operators(told_hangup.applies) == [("call", 1.0)]
    assert operators(told_hangup.violated) == [("not", 0.0), ("said", 1.0)]
    text = "\n".join(lines(told_hangup))
    assert "结论：符合" in text and "最后 2 句" in text and "hangup_by: agent" in text


@pytest.mark.parametrize(
    ("turns", "where"),
    [
        ((make_turn("agent", 1.0, 3.0, BYE), ASKS, *[make_turn("agent", t, t + 1, "稍等") for t in (11.0, 13.0)]), 1.0),
        ((make_turn("agent", 1.0, 3.0, "您好"), make_turn("customer", 4.0, 7.0, BYE)), 4.0),
    ],
    ids=["too early", "by the other side"],
)
def test_words_elsewhere_are_shown(ruleset: RuleSet, turns: tuple[Turn, ...], where: float) -> None:
    told_closing = told(ruleset, "closing", *turns)
    assert told_closing.finding.verdict == "violated"
    (said,) = told_closing.violated.parts
    assert [o.start_s for m in said.matches for o in m.elsewhere] == [where]
    assert f"：{where:.1f} 秒 听到“感谢您的来电”" in next(line for line in lines(told_closing) if "在别处" in line)


def test_what_the_metadata_lack_is_named(ruleset: RuleSet) -> None:
    told_slow = told(ruleset, "slow", ASKS)
    assert told_slow.finding.verdict == "not_applicable"
    assert any("通话资料缺少振铃时长" in line for line in lines(told_slow))


def test_what_replaces_a_rule_is_named(ruleset: RuleSet) -> None:
    told_closing = told(ruleset, "closing", make_turn("agent", 1.0, 3.0, "好的知道了"), ASKS, hangup_by="agent")
    assert any("结论：不适用。不适用：由“提前挂机”判定" in line for line in lines(told_closing))
    assert told_closing.violated.probability > told_closing.sure


def test_an_unknown_rule_is_refused_with_the_known_ones(ruleset: RuleSet) -> None:
    with pytest.raises(ConfigError, match="no rule 'rudeness'; it has rude, closing"):
        told(ruleset, "rudeness", ASKS)
