"""What a report is about in time: a shift, a day, ... a year, the period before it, and the steps of its trend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from qa.call import LOCAL, midnight
from qa.errors import ConfigError

Kind = Literal["shift", "day", "week", "month", "quarter", "half-year", "year"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift's hours by the wall clock; one that ends at or before its start ends on the next day."""

    name: str
    start: time
    end: time


SHIFTS = (
    Shift("早班", time(8), time(16)),
    Shift("中班", time(16), time(0)),
    Shift("夜班", time(0), time(8)),
)
"""House: three shifts of eight hours, where the centre has entered none."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (included) to `end` (not included), aware times of Asia/Shanghai; `shift` only where it is one."""

    kind: Kind
    start: datetime
    end: datetime
    shift: Shift | None = None

    @property
    def label(self) -> str:
        """The period in figures, the same in every language: 2026-03-11, 2026-W11, 2026-03, 2026-Q1, 2026-H1, 2026."""
        day = self.start.date()
        match self.kind:
            case "shift":
                assert self.shift
                return f"{day} {self.shift.name}"
            case "day":
                return f"{day}"
            case "week":
                year, week, _ = day.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{day:%Y-%m}"
            case "quarter":
                return f"{day.year}-Q{(day.month + 2) // 3}"
            case "half-year":
                return f"{day.year}-H{(day.month + 5) // 6}"
            case "year":
                return f"{day.year}"

    @property
    def before(self) -> "Period":
        """The period to compare with: the same shift a day earlier, otherwise the one that ended as this began."""
        if self.shift:
            return shift_of(self.start.date() - timedelta(days=1), self.shift)
        return period_of(self.kind, self.start.date() - timedelta(days=1))

    @property
    def slack(self) -> timedelta:
        """How far outside its hours a call may lie that names this shift: half-way to the shift of the day before."""
        return (timedelta(days=1) - (self.end - self.start)) / 2 if self.shift else timedelta()

    def steps(self) -> tuple[tuple[str, datetime], ...]:
        """Label and start of each step of the trend: hours of a day, days of a month, weeks of a quarter, months."""
        if self.kind in ("shift", "day"):
            hours = int((self.end - self.start) / timedelta(hours=1))
            starts = [self.start + timedelta(hours=i) for i in range(hours)]
            return tuple((f"{at:%H:%M}", at) for at in starts)
        if self.kind in ("week", "month", "quarter"):
            width = 7 if self.kind == "quarter" else 1
            days = (self.end.date() - self.start.date()).days
            starts = [self.start + timedelta(days=i) for i in range(0, days, width)]
            return tuple((f"{at:%m-%d}", at) for at in starts)
        first, count = self.start.date(), MONTHS[self.kind]
        return tuple((f"{day:%Y-%m}", midnight(day)) for day in (_later(first, i) for i in range(count)))


def period_of(kind: Kind, day: date) -> Period:
    """The period of that kind (not a shift) in which the day lies; weeks begin on Monday."""
    match kind:
        case "shift":
            raise ConfigError("a shift needs its name; use --shift")
        case "day":
            return Period(kind, midnight(day), midnight(day + timedelta(days=1)))
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Period(kind, midnight(monday), midnight(monday + timedelta(days=7)))
        case _:
            length = MONTHS[kind]
            first = day.replace(month=(day.month - 1) // length * length + 1, day=1)
            return Period(kind, midnight(first), midnight(_later(first, length)))


def shift_of(day: date, shift: Shift) -> Period:
    """The shift that begins on that day."""
    start = datetime.combine(day, shift.start, LOCAL)
    end = datetime.combine(day, shift.end, LOCAL)
    return Period("shift", start, end if end > start else end + timedelta(days=1), shift)


def choose(
    kind: Kind, day: date | None, shift_name: str | None, now: datetime, shifts: Sequence[Shift] = SHIFTS
) -> Period:
    """The period that was asked for; without a day the last one that is over, without a name the last shift.

    Raises ConfigError for a shift that nobody knows, and where only the day of a shift is given.
    """
    now = now.astimezone(LOCAL)
    if kind != "shift":
        return period_of(kind, day) if day else period_of(kind, now.date()).before
    known = [shift for shift in shifts if shift_name in (None, shift.name)]
    names = "|".join(shift.name for shift in shifts)
    if not known:
        raise ConfigError(f"--shift {shift_name}: no such shift; use {names}")
    if day is not None:
        if shift_name is None:
            raise ConfigError(f"--date names a day, not a shift; add --shift {names}")
        return shift_of(day, known[0])
    recent = [shift_of(now.date() - timedelta(days=back), shift) for back in (0, 1, 2) for shift in known]
    return max((period for period in recent if period.end <= now), key=lambda period: period.end)


def _later(first: date, months: int) -> date:
    """The first of a month that many months on."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
