"""The deduction scheme: pure arithmetic on verdicts."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.finding import Evidence, Finding, Verdict
from qa.result import Scorecard
from qa.rules.model import Expression, Rule
from qa.rules.scheme import Scheme
from qa.score import charge, multiplier, score_call, total
from tests.builders import OPENING, make_call, make_meta, make_turn
from tests.rules.shipped import ruleset

SCHEME = Scheme(multipliers={"complaint": 2.0, "dissatisfied": 3.0})
VERDICTS: tuple[Verdict, ...] = ("violated", "passed", "not_applicable", "needs_review")


def make_rule(id_: str = "a", points: float = 5.0, **fields: Any) -> Rule:
    return Rule(
        id=id_,
        name=f"规则{id_}",
        clause="003",
        points=points,
        applies=None,
        violated=Expression("perhaps"),
        reason="因为",
        right_wording="",
        **fields,
    )


def words(start_s: float, end_s: float, probability: float = 0.97) -> Evidence:
    return Evidence("agent", start_s, end_s, "话", probability)


def found(rule: str = "a", *evidence: Evidence, verdict: Verdict = "violated") -> Finding:
    return Finding(rule, f"规则{rule}", "003", verdict, 0.97, "因为", evidence=evidence)


def charged(
    findings: list[Finding], rules: list[Rule], scheme: Scheme = SCHEME, **meta: Any
) -> tuple[dict[str, Finding], Scorecard]:
    by_id = {rule.id: rule for rule in rules}
    result = charge(tuple(findings), by_id, scheme, make_meta(**meta))
    return {f.rule: f for f in result}, total(result, by_id, scheme, {}, {})


@pytest.mark.parametrize(
    ("rule", "evidence", "count", "points"),
    [
        (make_rule(points=5), [words(1, 2), words(5, 6)], 1, 5),
        (make_rule(points=5, per="occurrence"), [words(1, 2)], 1, 5),
        (make_rule(points=5, per="occurrence"), [words(1, 2), words(5, 6), words(8, 9)], 3, 15),
        (make_rule(points=5, per="occurrence", cap=10), [words(1, 2), words(5, 6), words(8, 9)], 3, 10),
        (make_rule(points=5, per="occurrence", cap=20), [words(1, 2), words(5, 6), words(8, 9)], 3, 15),
        (make_rule(points=5, per="occurrence"), [words(1, 2), words(5, 6, 0.5)], 1, 5),
        # Two conditions of the rule quote the same utterance.
        (make_rule(points=5, per="occurrence"), [words(1, 2), words(5, 6), words(1.5, 3)], 2, 10),
        (make_rule(points=5, per="occurrence", sure=0.6), [words(1, 2), words(5, 6, 0.7)], 2, 10),
        (make_rule(points=5), [], 1, 5),
    ],
)
def test_points_of_a_violated_rule(rule: Rule, evidence: list[Evidence], count: int, points: float) -> None:
    findings, card = charged([found("a", *evidence)], [rule])
    assert (findings["a"].count, findings["a"].points) == (count, points)
    assert card.score == 100 - points


@pytest.mark.parametrize("verdict", ["passed", "not_applicable", "needs_review"])
def test_only_violated_deducts(verdict: Verdict) -> None:
    findings, card = charged([found("a", words(1, 2), verdict=verdict)], [make_rule(fatal=True)])
    assert (findings["a"].points, card.score, card.fatal) == (0, 100, False)
    assert card.needs_review is (verdict == "needs_review")


@pytest.mark.parametrize(
    ("multipliers", "facts", "stack", "factor"),
    [
        ((), {"complaint": True}, False, 1),
        (("complaint",), {}, False, 1),
        (("complaint",), {"complaint": False}, False, 1),
        (("complaint",), {"complaint": True}, False, 2),
        (("complaint", "dissatisfied"), {"complaint": True, "dissatisfied": True}, False, 3),
        (("complaint", "dissatisfied"), {"complaint": True, "dissatisfied": True}, True, 6),
        (("complaint", "dissatisfied"), {"complaint": True}, True, 2),
        (("severe",), {"complaint": True}, False, 1),
    ],
)
def test_multipliers_do_not_stack_unless_told(
    multipliers: tuple[Any, ...], facts: dict[str, Any], stack: bool, factor: float
) -> None:
    rule = make_rule(points=6, multipliers=multipliers)
    scheme = replace(SCHEME, stack_multipliers=stack)
    assert multiplier(rule, scheme, make_meta(**facts)) == factor
    findings, card = charged([found("a", words(1, 2))], [rule], scheme, **facts)
    assert (findings["a"].points, findings["a"].multiplier, card.score) == (6 * factor, factor, 100 - 6 * factor)


def test_a_multiplier_lifts_the_cap_with_the_points() -> None:
    rule = make_rule(points=5, per="occurrence", cap=8, multipliers=("complaint",))
    findings, _ = charged([found("a", words(1, 2), words(5, 6))], [rule], complaint=True)
    assert findings["a"].points == 16


@pytest.mark.parametrize(
    ("points", "grade"), [(0, "A"), (5, "A"), (5.5, "B"), (15, "B"), (15.5, "C"), (30, "C"), (30.5, "D"), (100, "D")]
)
def test_grade_bands(points: float, grade: str) -> None:
    _, card = charged([found()], [make_rule(points=points)])
    assert (card.score, card.grade) == (100 - points, grade)


def test_fatal_sets_the_call_to_nothing() -> None:
    _, card = charged([found("a"), found("b", verdict="passed")], [make_rule("a", 0, fatal=True), make_rule("b")])
    assert (card.score, card.fatal, card.grade) == (0, True, "D")


def test_the_score_stops_at_nothing() -> None:
    _, card = charged([found("a"), found("b")], [make_rule("a", 70), make_rule("b", 60)])
    assert (card.score, card.fatal) == (0, False)


PER = {"per": "occurrence"}


@pytest.mark.parametrize(
    ("rules", "findings", "points", "covered"),
    [
        # The dearest rule pays for the same words, whichever comes first.
        ([("a", 5), ("b", 10)], [("a", [(1, 3)]), ("b", [(1, 3)])], {"a": 0, "b": 10}, {"a": "b"}),
        ([("a", 10), ("b", 5)], [("a", [(1, 3)]), ("b", [(1, 3)])], {"a": 10, "b": 0}, {"b": "a"}),
        # Words that overlap only in part are the same utterance, words side by side are not.
        ([("a", 5), ("b", 10)], [("a", [(2.5, 4)]), ("b", [(1, 3)])], {"a": 0, "b": 10}, {"a": "b"}),
        ([("a", 5), ("b", 10)], [("a", [(3, 4)]), ("b", [(1, 3)])], {"a": 5, "b": 10}, {}),
        # What is left over is charged.
        ([("a", 5), ("b", 10)], [("a", [(1, 3), (7, 8)]), ("b", [(1, 3)])], {"a": 5, "b": 10}, {}),
        # Equal points: one of them pays, always the same.
        ([("a", 5), ("b", 5)], [("b", [(1, 3)]), ("a", [(1, 3)])], {"a": 5, "b": 0}, {"b": "a"}),
        # Three rules on one utterance.
        (
            [("a", 5), ("b", 10), ("c", 2)],
            [("a", [(1, 3)]), ("b", [(1, 3)]), ("c", [(2, 3)])],
            {"a": 0, "b": 10, "c": 0},
            {"a": "b", "c": "b"},
        ),
    ],
)
def test_one_utterance_is_charged_once(
    rules: list[tuple[str, float]],
    findings: list[tuple[str, list[tuple[float, float]]]],
    points: dict[str, float],
    covered: dict[str, str],
) -> None:
    made = [make_rule(id_, p, per="occurrence") for id_, p in rules]
    result, card = charged([found(id_, *(words(*span) for span in spans)) for id_, spans in findings], made)
    assert {id_: f.points for id_, f in result.items()} == points
    assert {id_: f.covered_by for id_, f in result.items() if f.covered_by} == covered
    for id_ in covered:
        assert result[id_].verdict == "passed"
        assert f"规则{covered[id_]}" in result[id_].reason
    assert card.score == 100 - sum(points.values())


@pytest.mark.parametrize("evidence", [[], [words(1, 2, 0.5)]])
def test_a_violation_that_quotes_nothing_sure_counts_once(evidence: list[Evidence]) -> None:
    """What is missing (a closing, an answer in time) leaves no words to count."""
    findings, card = charged([found("a", *evidence)], [make_rule(points=5, per="occurrence")])
    assert (findings["a"].count, findings["a"].points, card.score) == (1, 5, 95)


def test_doubtful_words_cover_nothing() -> None:
    """The dear rule is charged for 1–2 s only; at 5–6 s the cheaper one is sure and pays."""
    rules = [make_rule("a", 10, per="occurrence"), make_rule("b", 5, per="occurrence")]
    result, card = charged([found("a", words(1, 2), words(5, 6, 0.5)), found("b", words(5, 6))], rules)
    assert (result["a"].points, result["b"].points, card.score) == (10, 5, 85)


def test_words_of_another_role_are_other_words() -> None:
    rules = [make_rule("a", 10, per="occurrence"), make_rule("b", 5, per="occurrence")]
    theirs = Evidence("customer", 1, 3, "话", 0.97)
    result, _ = charged([found("a", words(1, 3)), found("b", theirs)], rules)
    assert (result["a"].points, result["b"].points) == (10, 5)


spans = st.lists(
    st.tuples(st.floats(0, 60), st.floats(0.1, 5), st.floats(0, 1)).map(lambda t: words(t[0], t[0] + t[1], t[2])),
    min_size=1,
    max_size=4,
)


@st.composite
def verdicts(draw: st.DrawFn) -> tuple[list[Finding], list[Rule]]:
    """Any rules with any verdicts; a per-occurrence violation has at least one sure occurrence, as `judge` demands."""
    rules: list[Rule] = []
    findings: list[Finding] = []
    for number in range(draw(st.integers(1, 6))):
        points = draw(st.floats(0, 100))
        per = draw(st.sampled_from(["call", "occurrence"]))
        cap = draw(st.none() | st.floats(points, 100)) if per == "occurrence" and points > 0 else None
        rules.append(
            make_rule(
                f"r{number}",
                points,
                per=per,
                cap=cap,
                fatal=draw(st.booleans()),
                multipliers=tuple(draw(st.sets(st.sampled_from(["complaint", "dissatisfied"])))),
            )
        )
        evidence = [words(60, 61 + number), *draw(spans)]
        findings.append(found(f"r{number}", *evidence, verdict=draw(st.sampled_from(VERDICTS))))
    return findings, rules


@given(verdicts(), st.booleans(), st.booleans(), st.booleans(), st.integers(1, 100))
def test_any_verdicts_give_a_score_within_bounds(
    made: tuple[list[Finding], list[Rule]], complaint: bool, dissatisfied: bool, stack: bool, base: int
) -> None:
    findings, rules = made
    scheme = replace(SCHEME, base=base, stack_multipliers=stack)
    result, card = charged(findings, rules, scheme, complaint=complaint, dissatisfied=dissatisfied)
    by_id = {rule.id: rule for rule in rules}
    struck = [f for f in result.values() if f.verdict == "violated"]
    assert 0 <= card.score <= base
    assert card.fatal is any(by_id[f.rule].fatal for f in struck)
    assert card.score == 0 if card.fatal else card.score == round(max(0, base - sum(f.points for f in struck)), 2)
    assert card.grade in {name for name, _ in scheme.grades}
    assert [f.rule for f in card.findings] == [f.rule for f in findings]
    for finding in result.values():
        rule = by_id[finding.rule]
        assert finding.points == 0 or finding.verdict == "violated"
        assert finding.covered_by is None or finding.verdict == "passed"
        if finding.verdict == "violated":
            assert 1 <= finding.count <= max(1, len(finding.evidence))
            assert finding.points <= (rule.cap or rule.points * finding.count) * finding.multiplier + 1e-9


@given(verdicts())
def test_what_is_charged_depends_on_no_order(made: tuple[list[Finding], list[Rule]]) -> None:
    findings, rules = made
    forward, one = charged(findings, rules)
    backward, other = charged(findings[::-1], rules[::-1])
    assert forward == backward
    assert one.score == other.score


BEGUN = (
    make_turn("agent", 0.5, 5.5, OPENING),
    make_turn("customer", 6.0, 8.0, "我家的暖气不热"),
    make_turn("agent", 9.0, 11.0, "好的,我已经帮您登记了"),
    make_turn("customer", 12.0, 14.0, "等一下,我还有一个问题想问"),
)


@pytest.mark.parametrize(
    ("hangup_by", "complaint", "hangup", "closing", "points"),
    [
        ("agent", None, "violated", "not_applicable", 6),
        ("agent", True, "violated", "not_applicable", 12),
        ("system", None, "not_applicable", "violated", 5),
    ],
)
def test_early_hangup_replaces_closing(
    hangup_by: Any, complaint: bool | None, hangup: Verdict, closing: Verdict, points: float
) -> None:
    card = score_call(make_call(*BEGUN, meta=make_meta(hangup_by=hangup_by, complaint=complaint)), ruleset())
    by_rule = {f.rule: f for f in card.findings}
    assert (by_rule["early-hangup"].verdict, by_rule["closing"].verdict) == (hangup, closing)
    assert by_rule["early-hangup"].points + by_rule["closing"].points == points


def test_a_scorecard_holds_one_finding_a_rule_in_their_order() -> None:
    card = score_call(make_call(), ruleset())
    assert [f.rule for f in card.findings] == [rule.id for rule in ruleset().rules]
    assert card.metrics["talk_ratio_agent"] == pytest.approx(5 / 7, abs=0.001)
