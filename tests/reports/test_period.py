"""Periods begin and end where people say, and none is forgotten or counted twice."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.call import LOCAL
from qa.errors import ConfigError
from qa.reports.period import KINDS, SHIFTS, Kind, Period, choose, period_of, shift_of

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
LONG = [kind for kind in KINDS if kind != "shift"]


@pytest.mark.parametrize(
    ("kind", "label", "start", "end", "before", "steps"),
    [
        ("day", "2026-03-11", "2026-03-11", "2026-03-12", "2026-03-10", 24),
        ("week", "2026-W11", "2026-03-09", "2026-03-16", "2026-W10", 7),
        ("month", "2026-03", "2026-03-01", "2026-04-01", "2026-02", 31),
        ("quarter", "2026-Q1", "2026-01-01", "2026-04-01", "2025-Q4", 13),
        ("half-year", "2026-H1", "2026-01-01", "2026-07-01", "2025-H2", 6),
        ("year", "2026", "2026-01-01", "2027-01-01", "2025", 12),
    ],
)
def test_a_period(kind: Kind, label: str, start: str, end: str, before: str, steps: int) -> None:
    period = period_of(kind, date(2026, 3, 11))
    assert (period.label, period.before.label, len(period.steps())) == (label, before, steps)
    assert (period.start.isoformat(), period.end.isoformat()) == (f"{start}T00:00:00+08:00", f"{end}T00:00:00+08:00")


@given(day=DAYS, kind=st.sampled_from(LONG))
def test_periods_follow_each_other_without_a_gap(day: date, kind: Kind) -> None:
    period = period_of(kind, day)
    assert period.start.date() <= day < period.end.date()
    assert period.before.end == period.start
    starts = [at for _, at in period.steps()]
    assert starts[0] == period.start and sorted(set(starts)) == starts and starts[-1] < period.end


def test_a_night_shift_ends_on_the_next_day() -> None:
    middle = shift_of(date(2026, 3, 11), SHIFTS[1])
    assert middle.label == "2026-03-11 中班"
    assert middle.end == datetime(2026, 3, 12, tzinfo=LOCAL)
    assert middle.before.label == "2026-03-10 中班"
    assert middle.slack == timedelta(hours=8)


NOW = datetime(2026, 3, 11, 9, 30, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("kind", "day", "shift", "label"),
    [
        ("day", None, None, "2026-03-10"),
        ("month", None, None, "2026-02"),
        ("year", None, None, "2025"),
        ("week", date(2026, 1, 1), None, "2026-W01"),
        ("shift", None, None, "2026-03-11 夜班"),
        ("shift", None, "早班", "2026-03-10 早班"),
        ("shift", None, "中班", "2026-03-10 中班"),
        ("shift", date(2026, 3, 1), "夜班", "2026-03-01 夜班"),
    ],
)
def test_what_is_asked_for(kind: Kind, day: date | None, shift: str | None, label: str) -> None:
    assert choose(kind, day, shift, NOW).label == label


@pytest.mark.parametrize(("day", "shift", "said"), [(None, "白班", "白班"), (date(2026, 3, 1), None, "--shift 早班")])
def test_a_shift_that_cannot_be_known(day: date | None, shift: str | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        choose("shift", day, shift, NOW)


def test_a_shift_is_no_plain_period() -> None:
    with pytest.raises(ConfigError):
        period_of("shift", date(2026, 3, 1))
    assert isinstance(shift_of(date(2026, 3, 1), SHIFTS[0]), Period)
