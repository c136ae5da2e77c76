"""Bins of stated probabilities against what happened, on cases counted by hand, and a law."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reliability import curve, expected_error, reliability_figures, violation_probability


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        ({"verdict": "violated", "confidence": 0.97}, 0.97),
        ({"verdict": "needs_review", "confidence": 0.4}, 0.6),
        ({"verdict": "passed", "confidence": 0.98}, 0.02),
        ({"verdict": "not_applicable", "confidence": 1.0}, 0.0),
        ({"verdict": "passed", "confidence": 0.97, "covered_by": "refusal"}, None),
        ({"verdict": "absent"}, None),
    ],
)
def test_what_a_finding_states(finding: dict[str, Any], expected: float | None) -> None:
    assert violation_probability(finding) == (None if expected is None else pytest.approx(expected))


def test_bins() -> None:
    found = curve([(0.0, False), (0.5, True), (0.59, False), (0.9, True), (1.0, True)], (0.0, 0.5, 0.9, 1.0))
    assert [(b.low, b.cases, b.violations) for b in found] == [(0.0, 1, 0), (0.5, 2, 1), (0.9, 2, 2)]
    assert [b.stated for b in found] == pytest.approx([0.0, 0.545, 0.95])
    assert [b.gap for b in found] == pytest.approx([0.0, -0.045, 0.05])
    assert expected_error(found) == pytest.approx((2 * 0.045 + 2 * 0.05) / 5)
    assert expected_error([]) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_every_case_is_in_one_bin(cases: list[tuple[float, bool]]) -> None:
    found = curve(cases)
    assert sum(b.cases for b in found) == len(cases)
    assert sum(b.violations for b in found) == sum(violated for _, violated in cases)
    assert all(b.low <= b.stated + 1e-9 and b.stated <= b.high + 1e-9 for b in found)


def test_a_confidence_that_keeps_its_word_has_no_gap_and_one_that_boasts_has() -> None:
    draw = random.Random(4)
    honest = [(p, draw.random() < p) for p in (draw.random() for _ in range(20_000))]
    boasting = [(p**0.5, violated) for p, violated in honest]
    assert reliability_figures(honest, [])["error_open"] < 0.02
    assert reliability_figures(boasting, [])["error_open"] > 0.1


def test_deductions_apart() -> None:
    cases = [(0.96, True), (0.94, False), (0.4, True)]
    found = reliability_figures(cases, cases[:2])["deducted"]
    assert (found["cases"], found["violations"], found["gap"]) == (2, 1, pytest.approx(-0.45))
