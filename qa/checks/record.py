"""Conditions on what is recorded about a call: any column of the call list, and measures of its speech."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import re2
from pydantic import Field, field_validator, model_validator

from qa.call import Call, CallMeta
from qa.checks.params import Params
from qa.checks.regex import checked_pattern
from qa.checks.signal import Signal, unknown
from qa.checks.view import CallView
from qa.metrics import measure as measured

Value = bool | float | str
COLUMNS = frozenset(CallMeta.__dataclass_fields__) - {"extra"}
DERIVED = ("hour", "weekday")
CLOSE = 0.02


class Compared(Params):
    """`over`, `under` leave the limit itself out, `least`, `most` include it."""

    over: float | None = None
    under: float | None = None
    least: float | None = None
    most: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a number lies within all limits given."""
        return (
            (self.over is None or value > self.over)
            and (self.under is None or value < self.under)
            and (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
        )

    @property
    def limits(self) -> tuple[float, ...]:
        """The limits given."""
        return tuple(x for x in (self.over, self.under, self.least, self.most) if x is not None)


class Column(Compared):
    """`name`: a column of calls.csv, also one of your own, or `hour` (0–23) or `weekday` (1–7) of the call.

    `equals` a value, `one_of` or `none_of` several, `matches` a regular expression (in any place of the text);
    several must all hold.
    """

    plain: ClassVar[frozenset[str]] = frozenset({"one_of", "none_of"})
    name: str = Field(min_length=1)
    equals: Value | None = None
    one_of: tuple[Value, ...] = ()
    none_of: tuple[Value, ...] = ()
    matches: str | None = None

    _good = field_validator("matches")(checked_pattern)

    @model_validator(mode="after")
    def _asks_something(self) -> "Column":
        asked = (self.one_of, self.none_of, self.limits, self.matches, self.equals is not None)
        if not any(asked):
            raise ValueError(
                "write what the column must be: equals, one_of, none_of, over, under, least, most, matches"
            )
        return self


def column(view: CallView, params: Column) -> Signal:
    """A column of the call's row is such; a call without it makes the rule not applicable."""
    found = value_of(view.call.meta, params.name)
    if found is None:
        return unknown(params.name)
    text = plain_text(found)
    if params.limits:
        number = as_number(text)
        if number is None:
            return unknown(f"{params.name}（应为数字）")
        if not params.holds(number):
            return Signal(0.0)
    same = {plain_text(v) for v in params.one_of}
    fits = (
        (params.equals is None or _equal(text, plain_text(params.equals)))
        and (not same or any(_equal(text, v) for v in same))
        and not any(_equal(text, plain_text(v)) for v in params.none_of)
        and (params.matches is None or re2.search(params.matches, text) is not None)
    )
    return Signal(1.0 if fits else 0.0)


def value_of(meta: CallMeta, name: str) -> object | None:
    """A column of a call's row, None where it is empty or not there."""
    if name in DERIVED:
        if meta.started_at is None:
            return None
        return meta.started_at.hour if name == "hour" else meta.started_at.isoweekday()
    found = getattr(meta, name) if name in COLUMNS else meta.extra.get(name)
    return None if found == "" else found


def plain_text(value: object) -> str:
    """A value as it would stand in a table: true, 3, 2026-03-11T09:15:00+08:00."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()


def as_number(text: str) -> float | None:
    """The number that a text is, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _equal(one: str, other: str) -> bool:
    """Equal as written; small and capital letters are one."""
    return one.lower() == other.lower()


class Measure(Compared):
    """`name`: what is measured of the speech. Seconds end in `_s`; shares are 0–1; rates are characters a minute."""

    name: Literal[
        "duration_s",
        "silence_s",
        "silence_share",
        "longest_silence_s",
        "overlap_s",
        "talk_ratio_agent",
        "agent_chars_per_min",
    ]

    @model_validator(mode="after")
    def _limits_something(self) -> "Measure":
        if not self.limits:
            raise ValueError("write a limit: over, under, least or most")
        return self


TITLES: Mapping[str, str] = {
    "duration_s": "通话时长（秒）",
    "silence_s": "静默（秒）",
    "silence_share": "静默占比",
    "longest_silence_s": "最长静默（秒）",
    "overlap_s": "同时说话（秒）",
    "talk_ratio_agent": "坐席说话占比",
    "agent_chars_per_min": "坐席语速（字/分钟）",
}


def measure(view: CallView, params: Measure) -> Signal:
    """A measure of the call's speech lies there; within 2 % of a limit a person decides."""
    value = _measures(view.call)[params.name]
    title = TITLES[params.name]
    if value is None:
        return unknown(title)
    close = any(abs(value - limit) <= CLOSE * abs(limit) and value != limit for limit in params.limits)
    return Signal(0.5 if close else float(params.holds(value)), why=f"{title} {value:g}")


def _measures(call: Call) -> Mapping[str, float | None]:
    found = measured(call)
    silence = found["silence_s"] or 0.0
    share = round(silence / call.duration_s, 3) if call.duration_s else None
    return {**found, "duration_s": call.duration_s, "silence_share": share}
