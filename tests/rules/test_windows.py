"""Holiday windows: days off as the State Council announced them on 2024-11-12 and 2025-11-04, edges, overrides."""

from datetime import date, timedelta

import pytest

from qa.rules.schema import HolidayWindow
from qa.rules.windows import EDGE, holiday_windows

PUBLIC = holiday_windows(())


def notice(holiday: str, start: str, end: str) -> HolidayWindow:
    return HolidayWindow.model_validate({"holiday": holiday, "from": start, "to": end})


def days_of(name: str, year: int) -> set[date]:
    every = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return {day for day in every if day.year == year and name in PUBLIC(day)}


@pytest.mark.parametrize(
    ("holiday", "first", "last"),
    [
        ("元旦", "2025-01-01", "2025-01-01"),
        ("春节", "2025-01-28", "2025-02-04"),
        ("劳动节", "2025-05-01", "2025-05-05"),
        ("国庆节", "2025-10-01", "2025-10-08"),
        ("中秋节", "2025-10-01", "2025-10-08"),
        ("元旦", "2026-01-01", "2026-01-03"),
        ("春节", "2026-02-15", "2026-02-23"),
        ("劳动节", "2026-05-01", "2026-05-05"),
        ("中秋节", "2026-09-25", "2026-09-27"),
        ("国庆节", "2026-10-01", "2026-10-07"),
    ],
)
def test_announced_windows(holiday: str, first: str, last: str) -> None:
    """Days that count are announced ones; an announced weekend that borders on them is at least possible."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    announced = {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    certain, possible = days_of(holiday, begin.year), days_of(EDGE + holiday, begin.year)
    assert certain | possible == announced
    assert all(day.weekday() >= 5 for day in possible)
    assert not certain & possible


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2027-01-01", "元旦"),
        ("2027-02-06", "春节"),
        ("2027-05-01", "劳动节"),
        ("2027-09-15", "中秋节"),
        ("2027-10-01", "国庆节"),
        ("2028-01-01", "元旦"),
        ("2028-01-26", "春节"),
        ("2028-05-01", "劳动节"),
        ("2028-10-03", "中秋节"),
        ("2028-10-02", "国庆节"),
    ],
)
def test_the_day_itself_is_in_its_window_before_any_notice(day: str, holiday: str) -> None:
    assert holiday in PUBLIC(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    [
        "2026-03-11",  # an ordinary Wednesday
        "2026-04-05",  # 清明 has no greeting
        "2026-06-19",  # nor has 端午
        "2025-09-28",  # a Sunday worked instead of a holiday
        "2026-02-14",  # likewise before 春节
        "2026-02-24",
        "2026-10-08",
        "2026-12-31",
    ],
)
def test_days_without_a_greeting(day: str) -> None:
    assert PUBLIC(date.fromisoformat(day)) == frozenset()


@pytest.mark.parametrize("year", [2025, 2028])
def test_mid_autumn_and_national_day_together_allow_either(year: int) -> None:
    assert PUBLIC(date(year, 10, 3)) >= {"中秋节", "国庆节"}


def test_a_weekend_beside_a_window_is_doubtful() -> None:
    """1 January 2025 is a Wednesday; in 2028 it is a Saturday, and Monday's make-up day is the notice's to give."""
    bordering = {n for day in range(1, 8) for n in PUBLIC(date(2028, 1, day))}
    assert "元旦" in bordering
    assert bordering <= {"元旦", EDGE + "元旦"}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2027-02-04", frozenset()),
        ("2027-02-05", {"春节"}),
        ("2027-02-11", {"春节"}),
        ("2027-02-12", frozenset()),
        # Another holiday and another year keep the public calendar.
        ("2027-10-01", {"国庆节"}),
        ("2026-02-17", {"春节"}),
    ],
)
def test_a_notice_overrides_the_calendar_for_its_holiday_and_year(day: str, expected: set[str]) -> None:
    told = holiday_windows([notice("春节", "2027-02-05", "2027-02-11")])
    assert told(date.fromisoformat(day)) == expected


def test_a_notice_over_new_year_covers_both_years() -> None:
    told = holiday_windows([notice("元旦", "2026-12-31", "2027-01-02")])
    assert [told(date(2026, 12, 30)), told(date(2027, 1, 3))] == [frozenset(), frozenset()]
    assert told(date(2026, 12, 31)) == told(date(2027, 1, 2)) == {"元旦"}


def test_two_notices_may_share_a_day() -> None:
    told = holiday_windows([notice("中秋节", "2028-10-01", "2028-10-03"), notice("国庆节", "2028-10-01", "2028-10-07")])
    assert told(date(2028, 10, 2)) == {"中秋节", "国庆节"}
    assert told(date(2028, 10, 4)) == {"国庆节"}
