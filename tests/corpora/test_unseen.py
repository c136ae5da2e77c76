"""Wording that nobody wrote a pattern from: how much of it is noticed, and how much courtesy is taken wrongly.

Floors under what was measured on 2026-11-27; totals only, so that nobody mends single sentences.
"""

import json
from pathlib import Path

import pytest

from benchmarks.language import ABOUT, call_with
from qa.evaluate import check_call
from tests.rules.shipped import ruleset

CAUGHT = {"rudeness": 0.83, "refusal": 0.8, "blame": 0.92}
WRONGLY = {"rudeness": 0.02, "refusal": 0.02, "blame": 0.02}
SETS = ("unseen", "second_unseen", "third_unseen")


@pytest.fixture(scope="module")
def flagged() -> dict[tuple[str, str], float]:
    """Share of the sentences of a kind that the rule about another kind violates or leaves to a person."""
    folder = Path(__file__).parent
    lines = [line for name in SETS for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    found: dict[tuple[str, str], list[bool]] = {}
    for row in map(json.loads, lines):
        verdicts = {f.rule: f.verdict for f in check_call(call_with("agent", row["text"]), ruleset("heating")).findings}
        for kind, rule in ABOUT.items():
            found.setdefault((row["kind"], kind), []).append(verdicts[rule] != "passed")
    return {key: sum(values) / len(values) for key, values in found.items()}


@pytest.mark.parametrize("kind", CAUGHT)
def test_most_of_it_is_noticed(kind: str, flagged: dict[tuple[str, str], float]) -> None:
    assert flagged[kind, kind] >= CAUGHT[kind]


@pytest.mark.parametrize("kind", WRONGLY)
def test_courtesy_is_left_alone(kind: str, flagged: dict[tuple[str, str], float]) -> None:
    assert flagged["polite", kind] <= WRONGLY[kind]
