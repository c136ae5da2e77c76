"""Rule sets as values: what is shipped, what extends what, and the examples that rules carry."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa.finding import Finding
from qa.rules.examples import ExampleOutcome, example_call, run_examples
from qa.rules.loader import load_rulebook
from qa.rules.model import Example, Rule, RuleBook, RuleSet
from qa.score import score_call
from tests.builders import OPENING, make_call, make_turn
from tests.rules.shipped import NAMES, RULES, book, ruleset
from tests.rules.test_loader import RULE, SCHEME, load

CONTRACT = {
    *("opening-greeting", "holiday-opening", "job-number", "job-number-request", "silent-call", "rude-language"),
    *("refusal", "blame-other-department", "name-disclosure", "slang", "closing", "early-hangup", "nuisance-call"),
    *("repeat-back-address", "repeat-back-phone", "hold-etiquette", "dead-air", "interruption", "speech-rate"),
    *("slow-answer", "complaint-closing", "thanks-reply", "callback-questions", "data-lookup"),
}
"""Rule ids other programs may rely on."""


def rules_of(found: RuleSet) -> dict[str, Rule]:
    return {rule.id: rule for rule in found.rules}


@pytest.mark.parametrize("name", NAMES)
def test_shipped_rules_are_whole(name: str) -> None:
    found = rules_of(ruleset(name))
    assert found.keys() >= CONTRACT
    for rule in found.values():
        assert rule.clause and rule.reason and 0 <= rule.points <= 100
        assert rule.review_only or {"violated", "passed"} <= {e.verdict for e in rule.examples}


@pytest.mark.parametrize(
    ("rule", "points", "per", "multipliers"),
    [
        ("opening-greeting", 5, "call", ()),
        ("job-number-request", 10, "call", ()),
        ("rude-language", 10, "occurrence", ()),
        ("blame-other-department", 10, "occurrence", ()),
        ("early-hangup", 6, "call", ("complaint", "dissatisfied")),
        ("dead-air", 3, "call", ()),
        ("slow-answer", 2, "call", ()),
    ],
)
def test_points_are_those_of_the_regulations(rule: str, points: float, per: str, multipliers: tuple[str, ...]) -> None:
    found = rules_of(ruleset())[rule]
    assert (found.points, found.per, found.multipliers) == (points, per, multipliers)


@pytest.mark.parametrize("rule", ["nuisance-call", "data-lookup"])
def test_what_only_a_person_can_judge_never_deducts(rule: str) -> None:
    assert all(rules_of(ruleset(name))[rule].review_only for name in NAMES)


def test_every_example_gives_its_verdict() -> None:
    outcomes = run_examples(book())
    assert {o.ruleset for o in outcomes} == set(NAMES)
    assert len(outcomes) > 200
    assert [f"{o.place} {o.ruleset} {o.rule}: {o.got} at {o.at_s}" for o in outcomes if not o.ok] == []


SECOND_TIER = {
    "repeat-back-name": (3, False),
    "repeat-back-problem": (2, True),
    "information-complete": (3, False),
    "further-help": (2, False),
    "transfer-etiquette": (3, False),
    "greeting-reply": (2, False),
    "callback-opening": (3, False),
    "promise-time": (2, True),
    "apology": (2, True),
    "dialect": (2, True),
    "loudness": (2, True),
    "form-of-address": (2, True),
    "off-topic": (2, True),
    "after-call-remarks": (5, True),
}
"""Rule → points and whether it only ever asks for a person."""


@pytest.mark.parametrize("name", NAMES)
def test_the_second_tier_is_whole(name: str) -> None:
    found = rules_of(ruleset(name))
    assert {r: (found[r].points, found[r].review_only) for r in SECOND_TIER} == SECOND_TIER


def test_what_is_switched_off_works_once_it_is_switched_on() -> None:
    told = replace(ruleset().book, variables={**ruleset().variables, "repeat_problem": True})
    on = replace(ruleset(), book=told)
    outcomes = [o for o in run_examples(RuleBook({"heating": on})) if o.rule == "repeat-back-problem"]
    assert {o.expected for o in outcomes} == {"needs_review", "passed", "not_applicable"}
    assert [o for o in outcomes if not o.ok] == []


def test_an_example_may_hold_any_column_and_measures_of_each_turn() -> None:
    facts = {"客户等级": "VIP", "level_db": [-20, -9], "mandarin": [0.9]}
    turns = (("agent", 0.5, 2.0, "您好"), ("customer", 3.0, 4.0, "喂"))
    call = example_call(Example("passed", "", facts, turns, None), {"company": ["甲"]}, "c")
    assert call.meta.extra == {"客户等级": "VIP"}
    assert [(t.level_db, t.mandarin) for t in call.turns] == [(-20, 0.9), (-9, None)]


def outcome(**fields: Any) -> ExampleOutcome:
    defaults: dict[str, Any] = {
        "ruleset": "a", "rule": "r", "example": "1", "place": "f:1",
        "expected": "violated", "got": "violated", "expected_at_s": None, "at_s": None, "reason": "",
    }  # fmt: skip
    return ExampleOutcome(**(defaults | fields))


@pytest.mark.parametrize(
    ("fields", "ok"),
    [
        ({}, True),
        ({"got": "needs_review"}, False),
        ({"expected_at_s": 8.5, "at_s": 9.5}, True),
        ({"expected_at_s": 8.5, "at_s": 9.6}, False),
        ({"expected_at_s": 8.5, "at_s": None}, False),
    ],
)
def test_an_example_is_right_in_verdict_and_second(fields: dict[str, Any], ok: bool) -> None:
    assert outcome(**fields).ok is ok


def test_a_wrong_example_is_told_with_its_line(tmp_path: Path) -> None:
    wrong = RULE.replace("turns: [{坐席 0.5: 你听不懂吗}]", "turns: [{坐席 0.5: 您请讲}]")
    outcomes = run_examples(load(tmp_path, {"a/rules.yaml": wrong}))
    assert [(o.ok, o.expected, o.got, Path(o.place).name) for o in outcomes] == [
        (False, "violated", "passed", "rules.yaml:9"),
        (True, "passed", "passed", "rules.yaml:11"),
    ]


def test_an_example_becomes_a_call() -> None:
    example = Example(
        "violated",
        "",
        {"agent_id": "1003", "hangup_by": "agent", "duration_s": 30},
        (("agent", 0.5, None, "{company}{job_number}号"), ("customer", 6.0, 8.0, "喂")),
        None,
    )
    call = example_call(example, {"company": ["甲公司", "甲"]}, "c")
    assert [(t.role, t.text) for t in call.turns] == [("agent", "甲公司幺零零三号"), ("customer", "喂")]
    assert (call.turns[1].end_s, call.duration_s, call.meta.hangup_by) == (8.0, 30.0, "agent")
    assert call.meta.started_at is not None and call.meta.started_at.utcoffset() is not None


COMMON = {
    "common/set.yaml": "name: 通用\nabstract: true\nvariables:\n  company: [本公司]\n  polite: false\n",
    "common/rules.yaml": RULE,
    "a/set.yaml": "name: 甲公司\nextends: common\nvariables:\n  company: [星河网络]\n",
}


def extended(folder: Path, child: str) -> RuleBook:
    return load(folder, {**COMMON, "a/rules.yaml": child})


@pytest.mark.parametrize(
    ("child", "points", "name"),
    [
        ("rules: []\n", 5, "服务禁语"),
        ("rules:\n  - id: rude\n    points: 7\n", 7, "服务禁语"),
        ("rules:\n  - id: rude\n    name: 态度\n", 5, "态度"),
    ],
)
def test_a_set_overrides_field_by_field(tmp_path: Path, child: str, points: float, name: str) -> None:
    found = extended(tmp_path, child)
    assert set(found.rulesets) == {"a"}
    (rule,) = found.rulesets["a"].rules
    assert (rule.points, rule.name, rule.clause) == (points, name, "003")
    assert found.rulesets["a"].variables["company"] == ["星河网络"]
    assert found.rulesets["a"].variables["polite"] is False


def test_a_set_may_turn_a_rule_off_and_add_its_own(tmp_path: Path) -> None:
    own = (
        RULE.split("\nphrases:")[0]
        .replace("id: rude", "id: ruder")
        .replace("- id: ruder", "- id: rude\n    enabled: false\n  - id: ruder")
    )
    assert [rule.id for rule in extended(tmp_path, own).rulesets["a"].rules] == ["ruder"]


def test_a_set_replaces_phrases_of_the_set_it_extends(tmp_path: Path) -> None:
    found = extended(tmp_path, "rules: []\nphrases:\n  rude-words: [真笨]\n").rulesets["a"]
    assert found.phrases["rude-words"] == ("真笨",)
    assert set(found.book.lexicon.patterns) == {"真笨"}


def test_variables_stand_in_phrases(tmp_path: Path) -> None:
    found = extended(tmp_path, 'rules: []\nphrases:\n  rude-words: ["{company}不管"]\n').rulesets["a"]

    def verdict(text: str) -> str:
        (finding,) = score_call(make_call(make_turn("agent", 0.5, 3.0, text)), found).findings
        return finding.verdict

    assert (verdict("星河网络不管"), verdict("大龙供暖不管")) == ("violated", "passed")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("common/rules.yaml", "points: 5", "points: 6"),
        ("scheme.yaml", "B: 85", "B: 84"),
        ("holidays.yaml", "windows: []", "windows: [{holiday: 春节, from: 2027-02-05, to: 2027-02-11}]"),
        ("a/set.yaml", "星河网络]", "星河网络, 星河]"),
    ],
)
def test_the_digest_follows_everything_that_can_change_a_score(tmp_path: Path, file: str, old: str, new: str) -> None:
    before = extended(tmp_path, "rules: []\n").rulesets["a"].sha256
    assert load_rulebook(tmp_path).rulesets["a"].sha256 == before
    path = tmp_path / file
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert load_rulebook(tmp_path).rulesets["a"].sha256 != before


def test_another_set_leaves_the_digest_alone(tmp_path: Path) -> None:
    before = extended(tmp_path, "rules: []\n").rulesets["a"].sha256
    after = load(tmp_path, {**COMMON, "a/rules.yaml": "rules: []\n", "b/set.yaml": "name: 乙\nextends: common\n"})
    assert after.rulesets["a"].sha256 == before
    assert after.rulesets["b"].sha256 != before


def test_points_and_grades_of_the_files_reach_the_score(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"scheme.yaml": SCHEME.replace("C: 70", "C: 90").replace("B: 85", "B: 92")}
    found = load(tmp_path, files | {"a/rules.yaml": RULE.replace("points: 5", "points: 9")}).rulesets["a"]
    card = score_call(make_call(make_turn("agent", 0.5, 3.0, "你听不懂吗")), found)
    assert (card.score, card.grade) == (91, "C")


@pytest.mark.parametrize(
    ("name", "opening", "expected"),
    [
        ("telecom", "您好,请问有什么可以帮您!", "passed"),
        ("broadband", "您好,请问有什么可以帮您!", "violated"),
        ("heating", OPENING, "passed"),
        ("broadband", "您好,这里是星河网络客服中心,工号八六七为您服务,有什么可以帮您的吗?", "passed"),
        # Words that nothing explains may be the company's name, poorly heard.
        ("heating", "您好,这里是星河网络客服中心,工号八六七为您服务,有什么可以帮您的吗?", "needs_review"),
        ("heating", "您好,工号八六七为您服务,请问您有什么问题?", "violated"),
        ("telecom", "您好,华信通信客服中心,欢迎您的来电,我是八六七号话务员,请问有什么可以帮您?", "passed"),
    ],
)
def test_each_set_has_its_own_opening(name: str, opening: str, expected: str) -> None:
    call = make_call(make_turn("agent", 0.5, 5.5, opening), make_turn("customer", 6.0, 8.0, "我想问一下账单"))
    found: dict[str, Finding] = {f.rule: f for f in score_call(call, ruleset(name)).findings}
    assert found["opening-greeting"].verdict == expected


def test_rules_lie_where_the_project_ships_them() -> None:
    assert {path.name for path in RULES.iterdir() if path.is_dir()} == {"common", *NAMES}
