"""What helps to write rules: the template and the JSON Schema for editors."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from qa.errors import ConfigError
from qa.rules.examples import run_examples
from qa.rules.json_schema import rule_file_schema
from qa.rules.loader import load_rulebook
from qa.rules.template import write_template
from tests.conftest import ROOT
from tests.small_rules import RULES, write_rules

VALIDATOR = Draft7Validator(rule_file_schema())
RULE_FILES = sorted(p for p in (ROOT / "rules").glob("*/*.yaml") if p.name != "set.yaml")


def test_a_template_passes_check_and_its_examples_as_it_is(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules")
    path = write_template("no-slang", rules / "heating")
    outcomes = [o for o in run_examples(load_rulebook(rules)) if o.rule == "no-slang"]
    assert [(o.expected, o.ok) for o in outcomes] == [("violated", True), ("passed", True)]
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema.json\n") and text.count("#") > 10
    assert not list(VALIDATOR.iter_errors(yaml.safe_load(text)))


@pytest.mark.parametrize(
    ("rule_id", "folder", "said"),
    [
        ("No-Slang", "heating", "small letters"),
        ("../escape", "heating", "small letters"),
        ("rude", "heating", "r.yaml: rule 'rude' is there already"),
        ("no-slang", ".", "no set.yaml"),
        ("no-slang", "cable", "no set.yaml"),
    ],
)
def test_a_template_is_never_written_over_something(tmp_path: Path, rule_id: str, folder: str, said: str) -> None:
    rules = write_rules(tmp_path / "rules")
    before = sorted(rules.rglob("*"))
    with pytest.raises(ConfigError, match=said):
        write_template(rule_id, rules / folder)
    assert sorted(rules.rglob("*")) == before


def test_the_committed_schema_is_up_to_date() -> None:
    committed = json.loads((ROOT / "rules" / "schema.json").read_text(encoding="utf-8"))
    assert committed == rule_file_schema(), "run: qa rules schema --out rules/schema.json"


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(rule_file_schema())


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_the_shipped_rules_fit_the_schema(path: Path) -> None:
    assert [e.message for e in VALIDATOR.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rules:", "rule:"),
        ("points: 5", "pionts: 5"),
        ("points: 5", "points: many"),
        ("per: occurrence", "per: month"),
        ("forbidden: {phrases", "forbiden: {phrases"),
        ("forbidden: {phrases", "forbidden: {phrase"),
        ("phrases: [rude-words]", "phrases: 3"),
        ("where: {part: ending", "where: {part: end"),
        ("{field: ring_seconds, limit: 15}", "{field: ring_seconds}"),
        ("verdict: violated", "verdict: broken"),
        ("  rude-words: [你到底听不听得懂]", "  rude-words: 你到底听不听得懂"),
        ("    violated:\n      forbidden", "    violated:\n      perhaps: {}\n      forbidden"),
        ("  - id: rude\n    name", "  - name"),
    ],
)
def test_the_schema_sees_what_check_would_refuse(old: str, new: str) -> None:
    assert not list(VALIDATOR.iter_errors(yaml.safe_load(RULES)))
    assert old in RULES
    assert list(VALIDATOR.iter_errors(yaml.safe_load(RULES.replace(old, new, 1))))


@pytest.mark.parametrize("condition", [{"said": {"phrases": "您好"}}, {"perhaps": None}, {"not": {"perhaps": {}}}])
def test_short_forms_fit(condition: Any) -> None:
    assert not list(VALIDATOR.iter_errors({"rules": [{"id": "x", "violated": condition}]}))
