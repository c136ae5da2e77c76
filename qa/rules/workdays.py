"""Working days of the centre: the public calendar with its make-up days, overridden by holidays.yaml."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from qa.rules.schema import HolidayFile


@dataclass(frozen=True, slots=True)
class Workdays:
    """Days that a centre works (`on`) or has off (`off`) whatever the public calendar says."""

    on: frozenset[date] = frozenset()
    off: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        if day in self.on or day in self.off:
            return day in self.on
        return _public(day.year).is_working_day(day)

    def after(self, day: date, working_days: int) -> date:
        """The last day of a deadline of so many working days; the day itself does not count."""
        left = working_days
        while left > 0:
            day += timedelta(days=1)
            left -= self.works(day)
        return day


PUBLIC = Workdays()
"""The public calendar as it is."""


def workdays_of(file: HolidayFile) -> Workdays:
    """The working days that a file of notices gives; a day named to be worked is worked, whatever else is said."""
    noticed = {w.start + timedelta(days=n) for w in file.windows for n in range((w.end - w.start).days + 1)}
    on = frozenset(file.workdays)
    return Workdays(on, frozenset(noticed | set(file.days_off)) - on)


@lru_cache(maxsize=16)
def _public(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=(year,))
