"""The map from raw probabilities to observed shares: it rises, can be undone, and says what was seen."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.calibrate import fit
from qa.calibration import POINTS, calibrated, raw, stated_confidence, thresholds
from qa.curve import DOUBT, SURE
from qa.finding import Verdict
from qa.rules.scheme import Scheme

probabilities = st.floats(0, 1)


def test_points_rise_from_nothing_to_all_but_certainty() -> None:
    assert POINTS[0] == (0.0, 0.0) and POINTS[-1][0] == 1.0 and 0.95 < POINTS[-1][1] <= 1.0
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(POINTS))


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.5, 0.2), (0.75, 0.6), (1.0, 1.0)])
def test_between_points(x: float, y: float) -> None:
    assert calibrated(x, ((0.0, 0.0), (0.5, 0.2), (1.0, 1.0))) == pytest.approx(y)


@given(probabilities, probabilities)
def test_order_is_kept(a: float, b: float) -> None:
    assert (a <= b) == (calibrated(a) <= calibrated(b)) or calibrated(a) == pytest.approx(calibrated(b))


@given(probabilities)
def test_it_can_be_undone(p: float) -> None:
    assert raw(calibrated(p)) == pytest.approx(p, abs=1e-9)


@pytest.mark.parametrize(
    ("verdict", "confidence"), [("violated", 0.97), ("needs_review", 0.4), ("passed", 0.98), ("not_applicable", 1.0)]
)
def test_confidence_is_that_of_the_verdict(verdict: Verdict, confidence: float) -> None:
    violation = confidence if verdict == "violated" else 1 - confidence
    stated = stated_confidence(verdict, confidence)
    assert (stated if verdict == "violated" else 1 - stated) == pytest.approx(calibrated(violation))


def test_what_the_thresholds_are_worth() -> None:
    """Points are deducted where 97 in a hundred are violations; a person is asked where one in ten or more are."""
    doubt, sure = thresholds(Scheme().doubt, Scheme().sure)
    assert 0.97 <= sure < 0.99
    assert 0.05 <= doubt < 0.2


def test_a_known_distortion_is_found_again() -> None:
    draw = random.Random(7)
    boasting = [draw.random() for _ in range(40_000)]
    points = fit([(p, draw.random() < p * p) for p in boasting])
    assert [observed for _, observed in points] == pytest.approx([p * p for p, _ in points], abs=0.03)


def test_the_picture_shows_the_thresholds_of_the_scheme() -> None:
    assert thresholds(Scheme().doubt, Scheme().sure) == (DOUBT, SURE)
