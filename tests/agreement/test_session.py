"""A session tells where inspectors differ, from whom, and what to talk about first."""

import pytest

from qa.agreement.session import Rating, session_report
from qa.finding import Verdict

SAID: dict[tuple[str, str], dict[str, Verdict]] = {
    ("c1", "refusal"): {"李": "violated", "王": "violated", "赵": "violated"},
    ("c2", "refusal"): {"李": "violated", "王": "passed", "赵": "violated"},
    ("c3", "refusal"): {"李": "passed", "王": "passed", "赵": "passed"},
    ("c1", "slang"): {"李": "passed", "王": "passed"},
    ("c2", "slang"): {"李": "passed", "王": "not_applicable"},
}
REFERENCE: dict[tuple[str, str], Verdict] = {
    ("c1", "refusal"): "passed",
    ("c2", "refusal"): "violated",
    ("c3", "refusal"): "passed",
}
RATINGS = [Rating(*case, who, verdict) for case, verdicts in SAID.items() for who, verdict in verdicts.items()]


def test_rules_with_the_least_agreement_first() -> None:
    found = session_report(RATINGS)
    assert [(r.rule, r.calls, r.raters, r.split) for r in found.rules] == [("slang", 2, 2, 1), ("refusal", 3, 3, 1)]
    slang, refusal = found.rules
    assert (slang.percent.value, slang.percent.pairs) == (0.5, 2)
    assert (refusal.percent.value, refusal.percent.pairs) == (pytest.approx(7 / 9), 9)
    assert refusal.cohen.value is None and refusal.fleiss.value == pytest.approx(0.55)
    assert slang.cohen.value == pytest.approx(0.0)


def test_inspectors_against_the_reference() -> None:
    found = {i.inspector: i for i in session_report(RATINGS, REFERENCE).inspectors}
    assert {name: (i.harder, i.softer, i.percent.pairs) for name, i in found.items()} == {
        "李": (1, 0, 3),
        "王": (1, 1, 3),
        "赵": (1, 0, 3),
    }
    assert found["李"].percent.value == pytest.approx(2 / 3)


def test_what_to_talk_about() -> None:
    topics = session_report(RATINGS, REFERENCE).topics
    assert [(t.call_id, t.rule) for t in topics] == [("c1", "refusal"), ("c2", "refusal"), ("c2", "slang")]
    assert topics[0].reference == "passed" and dict(topics[1].verdicts)["王"] == "passed"


def test_a_corrected_verdict_counts_once() -> None:
    again = [*RATINGS, Rating("c2", "slang", "王", "passed")]
    assert [t.rule for t in session_report(again).topics] == ["refusal"]


def test_an_empty_session() -> None:
    found = session_report([])
    assert (found.rules, found.inspectors, found.topics) == ((), (), ())
