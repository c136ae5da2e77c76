"""In which holidays a day falls: the public calendar, overridden by the centre's notices."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache

import holidays

from qa.checks.opening import EDGE
from qa.rules.schema import HolidayWindow

GREETED = {
    "元旦": "元旦",
    "春节": "春节",
    "农历除夕": "春节",
    "劳动节": "劳动节",
    "中秋节": "中秋节",
    "国庆节": "国庆节",
}


def holiday_windows(notices: Iterable[HolidayWindow]) -> Callable[[date], frozenset[str]]:
    """A function from a local date to the holidays whose greeting is due; `~` before a name says "perhaps"."""
    told = tuple(notices)
    covered = {(n.holiday, year) for n in told for year in (n.start.year, n.end.year)}

    def on(day: date) -> frozenset[str]:
        noticed = {n.holiday for n in told if n.start <= day <= n.end}
        public = {n for n in _public(day.year).get(day, ()) if (n.removeprefix(EDGE), day.year) not in covered}
        return frozenset(noticed | public)

    return on


@lru_cache(maxsize=16)
def _public(year: int) -> dict[date, frozenset[str]]:
    """Days off around each public holiday of a year (package `holidays`): 国庆 with its make-up days, and so on."""
    calendar = holidays.country_holidays("CN", years=(year - 1, year, year + 1), language="zh_CN")
    named: dict[date, set[str]] = {}
    off: set[date] = set()
    for day, text in calendar.items():
        off.add(day)
        for part in text.split(";"):
            name = GREETED.get(part.strip().split("（")[0])
            if name:
                named.setdefault(day, set()).add(name)
    result: dict[date, frozenset[str]] = {}
    for day in (date(year, 1, 1) + timedelta(days=n) for n in range(366)):
        if day.year != year or calendar.is_working_day(day):
            continue
        run = _run(day, calendar)
        names = frozenset(n for d in run for n in named.get(d, ()))
        if not names:
            continue
        listed = [d for d in run if d in off]
        inside = min(listed) <= day <= max(listed)
        result[day] = names if inside else frozenset(EDGE + n for n in names)
    return result


def _run(day: date, calendar: holidays.HolidayBase) -> list[date]:
    """The unbroken days off around a day."""
    first = last = day
    while not calendar.is_working_day(first - timedelta(days=1)):
        first -= timedelta(days=1)
    while not calendar.is_working_day(last + timedelta(days=1)):
        last += timedelta(days=1)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
