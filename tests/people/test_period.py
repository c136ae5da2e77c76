"""Shifts past midnight, and the arithmetic of a period score."""

from datetime import date, datetime, time
from typing import Any

import pytest

from qa.call import LOCAL
from qa.people.period import CallPart, Cost, period_score
from qa.people.shifts import ShiftHours, shift_at
from qa.rules.scheme import Scheme

SHIFTS = (
    ShiftHours("早班", time(8), time(16)),
    ShiftHours("中班", time(16), time(0)),
    ShiftHours("夜班", time(22), time(6)),
)


@pytest.mark.parametrize(
    ("at", "shift"),
    [
        ("2026-03-11T08:00", ("早班", date(2026, 3, 11))),
        ("2026-03-11T15:59", ("早班", date(2026, 3, 11))),
        ("2026-03-11T16:00", ("中班", date(2026, 3, 11))),
        ("2026-03-11T23:59", ("中班", date(2026, 3, 11))),
        ("2026-03-12T00:00", ("夜班", date(2026, 3, 11))),
        ("2026-03-12T05:59", ("夜班", date(2026, 3, 11))),
        ("2026-03-12T06:00", None),
        # The last day of a month, and of a year.
        ("2027-01-01T01:00", ("夜班", date(2026, 12, 31))),
    ],
)
def test_the_shift_at_a_moment(at: str, shift: Any) -> None:
    assert shift_at(SHIFTS, datetime.fromisoformat(at).replace(tzinfo=LOCAL)) == shift


def part(score: float, **traits: Any) -> CallPart:
    defaults = {"direction": "inbound", "complaint": False, "reviewed": False, "provisional": False}
    return CallPart("c", score, **(defaults | traits))


def cost(points: float) -> Cost:
    return Cost(1, date(2026, 3, 1), "onsite-09", "私人电话", "002", points, "")


@pytest.mark.parametrize(
    ("calls", "onsite", "complaints", "weights", "mean", "score"),
    [
        ([], [], [], {}, None, None),
        ([], [cost(3)], [], {}, None, None),
        ([part(90)], [], [], {}, 90, 90),
        ([part(90), part(81)], [cost(3)], [cost(5)], {}, 85.5, 77.5),
        ([part(100), part(70, complaint=True)], [], [], {"complaint": 3}, 77.5, 77.5),
        ([part(100), part(70, complaint=True, reviewed=True)], [], [], {"complaint": 2, "reviewed": 1.5}, 77.5, 77.5),
        ([part(100), part(40, direction="outbound")], [], [], {"outbound": 0}, 100, 100),
        ([part(40, direction="outbound")], [], [], {"outbound": 0}, None, None),
        ([part(5)], [cost(10)], [], {}, 5, 0),
        ([part(100), part(100), part(85)], [], [], {}, 95, 95),
        ([part(90), part(90), part(85)], [], [], {}, 88.3333, 88.33),
    ],
)
def test_a_period_score(
    calls: list[CallPart], onsite: list[Cost], complaints: list[Cost], weights: Any, mean: Any, score: Any
) -> None:
    found = period_score("003", calls, onsite, complaints, Scheme(weights=weights))
    assert (found.mean, found.score) == (mean, score)
