"""Shifts by the clock: 早班, 中班 and 夜班, past midnight too."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from qa.call import LOCAL


@dataclass(frozen=True, slots=True)
class ShiftHours:
    """A shift's local times; where it does not end after it starts, it ends on the next day."""

    shift: str
    starts: time
    ends: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Beginning and end of the shift that starts on a local day."""
        begins = datetime.combine(day, self.starts, tzinfo=LOCAL)
        ends = datetime.combine(day, self.ends, tzinfo=LOCAL)
        return begins, ends if ends > begins else ends + timedelta(days=1)


def shift_at(shifts: Iterable[ShiftHours], at: datetime) -> tuple[str, date] | None:
    """The shift that runs at a moment, with the day on which it began; None between shifts."""
    today = at.astimezone(LOCAL).date()
    for day in (today, today - timedelta(days=1)):
        for shift in shifts:
            begins, ends = shift.on(day)
            if begins <= at < ends:
                return shift.shift, day
    return None
