"""Conditions as a supervisor writes them: place, order, gaps, columns, measures, regular expressions, logic."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.call import Call
from qa.finding import Finding
from qa.score import score_call
from tests.checks.verdicts import call_of
from tests.rules.test_loader import load

RULE = """\
rules:
  - id: tried
    name: 试
    clause: 试
    points: 5
    violated: {CONDITION}
    reason: 试
    examples:
      - {verdict: violated, turns: [{坐席 0.5: 您好}]}
      - {verdict: passed, turns: [{坐席 0.5: 您好}]}
phrases:
  sorry: [非常抱歉, 对不起]
  urging: [怎么还没有人来]
  wait: [请您稍等一下]
  back: [让您久等了]
"""
URGED = ("坐席 1-4: 您好请问有什么可以帮您", "客户 5-8: 怎么还没有人来", "坐席 9-12: 非常抱歉我马上查")


def tried(folder: Path, condition: str, call: Call) -> Finding:
    """What a rule of this one condition finds."""
    rules = load(folder, {"a/rules.yaml": RULE.replace("CONDITION", condition)})
    return score_call(call, rules.rulesets["a"]).findings[0]


def holds(folder: Path, condition: str, call: Call) -> str:
    """The verdict: violated where the condition holds."""
    return tried(folder, condition, call).verdict


SORRY = "hit: {phrases: [sorry], where: {WHERE}}"
PLACES = [
    # Seconds and turns from both ends.
    ("{before_s: 20}", ("坐席 9: 非常抱歉",), "violated"),
    ("{before_s: 8}", ("坐席 9: 非常抱歉",), "passed"),
    ("{last_s: 10}", ("坐席 9: 非常抱歉", "客户 30: 好的"), "passed"),
    ("{last_s: 30}", ("坐席 9: 非常抱歉", "客户 30: 好的"), "violated"),
    ("{turns: 1}", ("坐席 1: 请讲一下", "坐席 9: 非常抱歉"), "passed"),
    ("{turns: 2}", ("坐席 1: 请讲一下", "坐席 9: 非常抱歉"), "violated"),
    ("{part: ending, turns: 1}", ("坐席 1: 非常抱歉", "坐席 9: 请讲一下"), "passed"),
    ("{part: later}", ("坐席 1: 非常抱歉", "客户 9: 我家的暖气不热已经两天了"), "passed"),
    ("{part: later}", ("坐席 1: 请讲", "客户 9: 我家的暖气不热已经两天了", "坐席 14: 非常抱歉"), "violated"),
    # Before and after another phrase.
    ("{after: {phrases: [urging], by: customer}}", URGED, "violated"),
    ("{before: {phrases: [urging], by: customer}}", URGED, "passed"),
    ("{after: {phrases: [urging], by: customer}, within_s: 20}", URGED, "violated"),
    ("{after: {phrases: [urging], by: customer}, within_s: 2}", (*URGED[:2], "坐席 20: 非常抱歉"), "passed"),
    ("{after: {phrases: [urging], by: customer}, within_turns: 1}", URGED, "violated"),
    (
        "{after: {phrases: [urging], by: customer}, within_turns: 1}",
        (*URGED[:2], "坐席 9: 我看一下", "坐席 15: 非常抱歉"),
        "passed",
    ),
    ("{after: {phrases: [urging], by: customer}}", ("坐席 9: 非常抱歉",), "passed"),
    ("{before: {phrases: [urging], by: customer}}", ("坐席 1: 非常抱歉", "客户 5: 怎么还没有人来"), "violated"),
]


@pytest.mark.parametrize(("where", "lines", "expected"), PLACES)
def test_a_phrase_in_its_place(tmp_path: Path, where: str, lines: tuple[str, ...], expected: str) -> None:
    assert holds(tmp_path, SORRY.replace("{WHERE}", where), call_of(*lines)) == expected


TWICE = ("客户 5: 怎么还没有人来", "坐席 9: 非常抱歉", "客户 40: 怎么还没有人来", "坐席 44: 我看一下记录")


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("any", "violated"),
        ("all", "passed"),
        ("first", "violated"),
        ("last", "passed"),
        ("1", "violated"),
        ("2", "passed"),
        ("3", "passed"),
    ],
)
def test_any_all_first_last_and_nth_hit(tmp_path: Path, which: str, expected: str) -> None:
    where = f"{{after: {{phrases: [urging], by: customer, which: {which}}}, within_s: 15}}"
    assert holds(tmp_path, SORRY.replace("{WHERE}", where), call_of(*TWICE)) == expected


@pytest.mark.parametrize(("times", "expected"), [(1, "violated"), (2, "violated"), (3, "passed")])
def test_at_least_so_many_times(tmp_path: Path, times: int, expected: str) -> None:
    call = call_of("坐席 1: 非常抱歉", "客户 5: 嗯", "坐席 9: 对不起")
    assert holds(tmp_path, f"hit: {{phrases: [sorry], times: {times}}}", call) == expected


def test_poor_hearing_may_hide_a_phrase(tmp_path: Path) -> None:
    call = call_of("坐席 1: 好的我来看看记录", each={"confidence": 0.1})
    assert holds(tmp_path, "not: {hit: {phrases: [sorry]}}", call) == "needs_review"


@pytest.mark.parametrize(
    ("params", "lines", "expected"),
    [
        ("", ("坐席 1-3: 请您稍等一下", "客户 4: 好的"), "violated"),
        ("", ("坐席 1-3: 请您稍等一下", "客户 30: 喂"), "passed"),
        ("", ("坐席 1-3: 请您稍等一下",), "passed"),
        (", within_s: 60", ("坐席 1-3: 请您稍等一下", "客户 30: 喂"), "violated"),
        (", within_s: 5", ("坐席 1-3: 请您稍等一下", "客户 8.1: 喂"), "needs_review"),
        (", then: [urging]", ("坐席 1-3: 请您稍等一下", "客户 4: 怎么还没有人来"), "violated"),
        (", then: [urging]", ("坐席 1-3: 请您稍等一下", "客户 4: 好的没关系"), "passed"),
        ("", ("坐席 1-3: 请您稍等一下", "客户 4: 好的", "坐席 20-24: 我再核实维修的时间请您稍等一下"), "passed"),
        (
            ", which: any",
            ("坐席 1-3: 请您稍等一下", "客户 4: 好的", "坐席 20-24: 我再核实维修的时间请您稍等一下"),
            "violated",
        ),
    ],
)
def test_the_other_side_follows(tmp_path: Path, params: str, lines: tuple[str, ...], expected: str) -> None:
    assert holds(tmp_path, f"followed: {{phrases: [wait]{params}}}", call_of(*lines)) == expected


@pytest.mark.parametrize(
    ("limit", "back_s", "expected"),
    [
        ("over_s: 30", 40, "violated"),
        ("over_s: 30", 20, "passed"),
        ("over_s: 30", 33.1, "needs_review"),
        ("under_s: 10", 8, "violated"),
        ("under_s: 10", 30, "passed"),
    ],
)
def test_a_gap_between_two_phrases(tmp_path: Path, limit: str, back_s: float, expected: str) -> None:
    call = call_of("坐席 1-3: 请您稍等一下", f"坐席 {back_s}: 让您久等了")
    condition = f"gap: {{after: {{phrases: [wait]}}, until: {{phrases: [back]}}, {limit}}}"
    assert holds(tmp_path, condition, call) == expected


def test_a_phrase_that_never_comes_leaves_no_gap(tmp_path: Path) -> None:
    condition = "gap: {after: {phrases: [wait]}, until: {phrases: [back]}, over_s: 3}"
    assert holds(tmp_path, condition, call_of("坐席 1-3: 请您稍等一下", "坐席 90: 好的")) == "passed"


def of_row(**fields: Any) -> Call:
    """A call whose row in the call list holds these fields."""
    call = call_of(*URGED)
    return replace(call, meta=replace(call.meta, **fields))


COLUMNS = [
    ("name: team, equals: 甲组", "violated"),
    ("name: team, equals: 乙组", "passed"),
    ("name: team, one_of: [乙组, 甲组]", "violated"),
    ("name: team, none_of: [乙组, 甲组]", "passed"),
    ("name: team, matches: '^甲'", "violated"),
    ("name: 客户等级, one_of: [VIP, 金卡]", "violated"),
    ("name: 欠费, over: 100", "violated"),
    ("name: 欠费, over: 120.5", "passed"),
    ("name: 欠费, least: 120.5, under: 200", "violated"),
    ("name: complaint, equals: true", "violated"),
    ("name: direction, equals: outbound", "passed"),
    ("name: hour, least: 9, under: 10", "violated"),
    ("name: weekday, one_of: [6, 7]", "passed"),
    ("name: ring_seconds, most: 15", "violated"),
    ("name: 没有这列, equals: 1", "not_applicable"),
    ("name: shift, equals: 早班", "not_applicable"),
    ("name: team, over: 3", "not_applicable"),
]


@pytest.mark.parametrize(("params", "expected"), COLUMNS)
def test_columns_of_the_call_list(tmp_path: Path, params: str, expected: str) -> None:
    extra = {"客户等级": "vip", "欠费": "120.5"}
    call = of_row(team="甲组", complaint=True, ring_seconds=6.0, extra=extra)
    assert holds(tmp_path, f"column: {{{params}}}", call) == expected


def test_what_is_lacking_is_named(tmp_path: Path) -> None:
    call = of_row(extra={"欠费": "不详"})
    assert "欠费（应为数字）" in tried(tmp_path, "column: {name: 欠费, over: 1}", call).reason


MEASURES = [
    ("name: duration_s, over: 50", "violated"),
    ("name: duration_s, over: 60.5", "needs_review"),
    ("name: duration_s, over: 100", "passed"),
    ("name: longest_silence_s, over: 20", "violated"),
    ("name: silence_s, least: 10", "violated"),
    ("name: silence_share, over: 0.9", "passed"),
    ("name: talk_ratio_agent, under: 0.4", "passed"),
    ("name: talk_ratio_agent, over: 0.4", "violated"),
    ("name: overlap_s, over: 0.5", "passed"),
    ("name: agent_chars_per_min, over: 500", "passed"),
    ("name: agent_chars_per_min, over: 100", "violated"),
]


@pytest.mark.parametrize(("params", "expected"), MEASURES)
def test_measures_of_speech(tmp_path: Path, params: str, expected: str) -> None:
    call = call_of(*URGED, duration_s=60.0)
    assert holds(tmp_path, f"measure: {{{params}}}", call) == expected


def test_overlap_cannot_be_measured_on_one_track(tmp_path: Path) -> None:
    call = call_of(*URGED, channels="mono")
    assert holds(tmp_path, "measure: {name: overlap_s, over: 0.5}", call) == "not_applicable"


REGEX = [
    ("pattern: '验证码.{0,4}[0-9]{4,6}'", "坐席 9: 您的验证码,是 4821。", "violated"),
    ("pattern: '验证码.{0,4}[0-9]{4,6}'", "坐席 9: 您的验证码收到了吗", "passed"),
    ("pattern: '验证码', by: customer", "坐席 9: 您的验证码收到了吗", "passed"),
    ("pattern: '你', times: 3", "坐席 9: 你说你的地址,你家", "violated"),
    ("pattern: '你', times: 4", "坐席 9: 你说你的地址,你家", "passed"),
    ("pattern: '验证码', where: {before_s: 5}", "坐席 9: 您的验证码收到了吗", "passed"),
]


@pytest.mark.parametrize(("params", "line", "expected"), REGEX)
def test_regular_expressions(tmp_path: Path, params: str, line: str, expected: str) -> None:
    assert holds(tmp_path, f"matches: {{{params}}}".replace("'", '"'), call_of(line)) == expected


def test_a_match_is_quoted_with_its_second(tmp_path: Path) -> None:
    found = tried(tmp_path, 'matches: {pattern: "验证码"}', call_of("坐席 10-20: 好的,您的验证码收到了吗?"))
    assert [e.text for e in found.evidence] == ["验证码"] and 13 < found.evidence[0].start_s < 17


def test_a_hostile_expression_takes_no_time(tmp_path: Path) -> None:
    # A backtracking engine would need 2^40 steps.
    call = call_of("坐席 1: " + "啊" * 4000 + "吧")
    assert holds(tmp_path, 'matches: {pattern: "(啊+)+嗯"}', call) == "passed"


WAIT, BACK = "said: {phrases: [wait]}", "said: {phrases: [back]}"


@pytest.mark.parametrize(
    ("logic", "lines", "expected"),
    [
        ("none", ("坐席 1: 我看一下记录",), "violated"),
        ("none", ("坐席 1: 请您稍等一下",), "passed"),
        ("none", ("坐席 1: 让您久等了",), "passed"),
        ("any", ("坐席 1: 让您久等了",), "violated"),
        ("all", ("坐席 1: 让您久等了",), "passed"),
        ("all", ("坐席 1: 请您稍等一下", "坐席 20: 让您久等了"), "violated"),
    ],
)
def test_logic(tmp_path: Path, logic: str, lines: tuple[str, ...], expected: str) -> None:
    assert holds(tmp_path, f"{logic}: [{{{WAIT}}}, {{{BACK}}}]", call_of(*lines)) == expected


def test_equal_conditions_are_one_object(tmp_path: Path) -> None:
    condition = "all: [{said: {phrases: [sorry]}}, {not: {said: {phrases: [sorry]}}}, {said: {phrases: [wait]}}]"
    (rule,) = load(tmp_path, {"a/rules.yaml": RULE.replace("CONDITION", condition)}).rulesets["a"].rules
    one, denied, other = rule.violated.parts
    assert denied.parts[0] is one and other is not one
