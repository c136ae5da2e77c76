"""Words and numbers of the pages."""

import pytest

from dashboard.wording import bytes_of, clock, engine, number, score_sum
from qa.asr import engine_name
from qa.result import Scorecard
from tests.builders import make_finding, make_scorecard
from tests.dashboard.centre import findings


@pytest.mark.parametrize(
    ("seconds", "expected"), [(None, "—"), (0, "00:00"), (59.6, "01:00"), (61, "01:01"), (3661.2, "1:01:01")]
)
def test_clock(seconds: float | None, expected: str) -> None:
    assert clock(seconds) == expected


@pytest.mark.parametrize(("value", "expected"), [(85.0, "85"), (84.5, "84.5"), (100, "100"), (0, "0")])
def test_number(value: float, expected: str) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("size", "expected"), [(None, "—"), (0, "0 MB"), (12_345_678, "12 MB"), (42_400_000_000, "42.4 GB")]
)
def test_bytes_of(size: int | None, expected: str) -> None:
    assert bytes_of(size) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (engine_name(None, "careful"), "whisper-base (careful)"),
        (engine_name("large-v3", "fast"), "large-v3 (fast)"),
        ("given", "given"),
        (None, "—"),
    ],
)
def test_engine(name: str | None, expected: str) -> None:
    assert engine(name) == expected


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (make_scorecard(*findings()), "100 − 5\uff08主动报工号\uff09 − 10\uff08服务禁语·态度\uff09 = 85"),
        (make_scorecard(make_finding(verdict="passed")), "100\uff08没有扣分\uff09"),
        (Scorecard(0.0, True, "D", False, (make_finding(),)), "命中一票否决项\uff0c记 0 分"),
    ],
)
def test_score_sum(card: Scorecard, expected: str) -> None:
    assert score_sum(card) == expected
