"""Two probabilities become a verdict; doubt about either goes to a person."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.calibration import calibrated
from qa.call import CallMeta
from qa.checks.signal import Signal, all_of, any_of, negated, unknown
from qa.evaluate import check_call, judge
from qa.finding import Evidence, Verdict
from qa.rules.model import Expression, Rule
from tests.builders import OPENING, make_call, make_meta, make_turn
from tests.rules.shipped import NAMES, ruleset

QUOTE = Evidence("agent", 1.0, 2.0, "话", 0.97)


def make_rule(**fields: Any) -> Rule:
    defaults: dict[str, Any] = {
        "id": "a",
        "name": "规则",
        "clause": "003",
        "points": 5.0,
        "applies": None,
        "violated": Expression("perhaps"),
        "reason": "不合规定",
        "right_wording": "工号{job_number}",
        "inapplicable": "没有这种情形",
    }
    return Rule(**(defaults | fields))


def verdict(applies: float, violated: float, **fields: Any) -> Verdict:
    return judge(make_rule(**fields), Signal(applies), Signal(violated), ruleset(), {}).verdict


@pytest.mark.parametrize(
    ("applies", "violated", "expected"),
    [
        (1.0, 1.0, "violated"),
        (1.0, 0.9, "violated"),
        (1.0, 0.89, "needs_review"),
        (0.9, 1.0, "violated"),
        (0.89, 1.0, "needs_review"),
        (0.35, 1.0, "needs_review"),
        (1.0, 0.35, "needs_review"),
        (0.34, 1.0, "not_applicable"),
        (1.0, 0.34, "passed"),
        (0.5, 0.34, "passed"),
        (0.49, 0.34, "not_applicable"),
        (0.0, 0.0, "not_applicable"),
    ],
)
def test_thresholds(applies: float, violated: float, expected: Verdict) -> None:
    assert verdict(applies, violated) == expected


@pytest.mark.parametrize(
    ("fields", "violated", "expected"),
    [
        ({"review_only": True}, 1.0, "needs_review"),
        ({"review_only": True}, 0.0, "passed"),
        ({"sure": 0.99}, 0.95, "needs_review"),
        ({"sure": 0.6}, 0.7, "violated"),
        ({"doubt": 0.1}, 0.2, "needs_review"),
        ({"doubt": 0.6}, 0.5, "passed"),
    ],
)
def test_a_rule_may_set_its_own_thresholds(fields: dict[str, Any], violated: float, expected: Verdict) -> None:
    assert verdict(1.0, violated, **fields) == expected


@pytest.mark.parametrize(
    ("applies", "violated"), [(unknown("ring_seconds"), Signal(1.0)), (Signal(1.0), unknown("ring_seconds"))]
)
def test_missing_metadata_make_a_rule_not_applicable_and_say_so(applies: Signal, violated: Signal) -> None:
    finding = judge(make_rule(), applies, violated, ruleset(), {})
    assert finding.verdict == "not_applicable"
    assert "振铃时长" in finding.reason


def test_what_a_finding_tells() -> None:
    signal = Signal(0.95, (QUOTE,), "缺少公司名称")
    struck = judge(make_rule(), Signal(1.0), signal, ruleset(), {"job_number": "867"})
    assert struck.confidence == round(calibrated(0.95), 4)
    assert (struck.evidence, struck.right_wording) == ((QUOTE,), "工号867")
    assert struck.reason == "不合规定（缺少公司名称）"
    doubtful = judge(make_rule(), Signal(1.0), signal._replace(probability=0.6), ruleset(), {})
    assert doubtful.reason.startswith("请人工复核")
    assert doubtful.confidence == round(1 - calibrated(0.6), 4)
    passed = judge(make_rule(), Signal(1.0), signal._replace(probability=0.1), ruleset(), {})
    assert (passed.evidence, passed.right_wording, passed.confidence) == ((), "", round(1 - calibrated(0.1), 4))
    aside = judge(make_rule(), Signal(0.1), signal, ruleset(), {})
    assert (aside.evidence, aside.reason) == ((), "不适用：没有这种情形")


@given(st.floats(0, 1), st.floats(0, 1), st.booleans())
def test_a_deduction_is_never_less_than_sure(applies: float, violated: float, review_only: bool) -> None:
    finding = judge(make_rule(review_only=review_only), Signal(applies), Signal(violated), ruleset(), {})
    assert 0 <= finding.confidence <= 1
    sure = min(applies, violated) >= 0.9 and not review_only
    assert (finding.verdict == "violated") is sure
    if finding.verdict == "needs_review":
        assert min(applies, violated) >= 0.35


@pytest.mark.parametrize(
    ("signal", "probability", "missing"),
    [
        (all_of([Signal(0.9), Signal(0.4)]), 0.4, ()),
        (all_of([Signal(0.9), unknown("a")]), 0.0, ("a",)),
        # What is false whatever the missing field says stays false.
        (all_of([Signal(0.0), unknown("a")]), 0.0, ()),
        (any_of([Signal(0.9), Signal(0.4)]), 0.9, ()),
        (any_of([Signal(0.5), unknown("a")]), 0.5, ("a",)),
        (any_of([Signal(1.0), unknown("a")]), 1.0, ()),
        (any_of([]), 0.0, ()),
        (negated(Signal(0.3)), 0.7, ()),
        (negated(unknown("a")), 1.0, ("a",)),
    ],
)
def test_signals_combine(signal: Signal, probability: float, missing: tuple[str, ...]) -> None:
    assert (signal.probability, signal.missing) == (pytest.approx(probability), missing)


def test_evidence_follows_the_signal_that_decides() -> None:
    other = replace(QUOTE, text="别的")
    both = any_of([Signal(0.9, (QUOTE,)), Signal(0.02, (other,))])
    assert both.evidence == (QUOTE,)
    assert all_of([Signal(0.9, (QUOTE,)), Signal(0.8, (other,))]).evidence == (QUOTE, other)
    assert negated(Signal(0.9, (QUOTE,), "为什么")).evidence == ()
    assert any_of([Signal(0.1, answers={"rating": 9}), Signal(1.0)]).answers == {"rating": 9}


@pytest.mark.parametrize("name", NAMES)
def test_a_call_gets_one_finding_a_rule_in_their_order(name: str) -> None:
    checked = check_call(make_call(), ruleset(name))
    assert [f.rule for f in checked.findings] == [rule.id for rule in ruleset(name).rules]
    assert all(f.reason for f in checked.findings)


@pytest.mark.parametrize(
    "turns",
    [
        (),
        (make_turn("agent", 0.0, 1.0, ""),),
        (make_turn("unknown", 0.0, 1.0, "。"),),
        (make_turn("customer", 0.0, 1.0, "abc ABC 👍 ｘｙｚ"),),
        (make_turn("agent", 3.0, 3.0, "好"),),
    ],
)
def test_the_poorest_calls_are_checked_without_a_deduction_for_words(turns: tuple[Any, ...]) -> None:
    call = replace(make_call(meta=CallMeta(call_id="c1")), turns=turns, speech=(), duration_s=5.0)
    checked = check_call(call, ruleset())
    language = {"rude-language", "refusal", "blame-other-department", "slang", "name-disclosure"}
    assert {f.verdict for f in checked.findings if f.rule in language} == {"passed"}


def test_checking_is_pure() -> None:
    call = make_call()
    assert check_call(call, ruleset()) == check_call(call, ruleset())


def test_a_rule_that_replaces_another_takes_it_out() -> None:
    turns = (make_turn("agent", 0.5, 5.5, OPENING), make_turn("customer", 6.0, 8.0, "等一下我还有一个问题想问"))
    struck = {f.rule: f for f in check_call(make_call(*turns, meta=make_meta(hangup_by="agent")), ruleset()).findings}
    assert struck["early-hangup"].verdict == "violated"
    assert struck["closing"].verdict == "not_applicable"
    assert "提前挂机" in struck["closing"].reason
