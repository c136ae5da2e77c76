"""The opening: its parts and holiday greetings."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from qa.call import LOCAL
from qa.checks.params import Params
from qa.checks.signal import FAINT, Signal, unknown
from qa.checks.stream import Occurrence, outdoes
from qa.checks.view import EXPECTED, CallView, Window
from qa.finding import Evidence, quote
from qa.phonetics.align import PAIRS
from qa.phonetics.digits import DigitRun, runs
from qa.phonetics.kernel import trace
from qa.phonetics.number import PLAIN
from qa.phonetics.syllables import Phones, inventory

OPENING = Window("opening")
UNHEARD = 0.3
FIRST_PART, NEAR_PERFECT = 5, 0.9
EXPLAINS, ROOM, ROOM_AT_BEGIN, TRACE = 0.25, 3, 2, 0.3
"""A phrase this likely explains its syllables; so many strange ones may be any phrase as short, and fewer a phrase of
whose evidence they hold such a share."""
PLAIN_TRACE, TRACED, HALF, SHORT = 0.4, 0.8, 0.45, 4
"""Half of a phrase in its place, with strange syllables for the rest, is hardly ever anything else."""
EDGE = "~"
"""Marks a day that only borders on a holiday: a weekend next to it, or the days off that a notice may leave out."""


class OpeningLacks(Params):
    """`parts`: name shown to the reader → phrase sets of which one must be said.

    The first part stands first. `known`: other phrases of an opening; words that none of all these explains may be a
    part, poorly heard.
    """

    parts: dict[str, tuple[str, ...]] = Field(min_length=1)
    known: tuple[str, ...] = ()


def opening_lacks(view: CallView, params: OpeningLacks) -> Signal:
    """The agent's opening lacks one of the parts."""
    if not view.turns_in("agent", OPENING):
        return Signal(0.5, why="没有识别到坐席的开头语")
    every = params.known + tuple(n for names in params.parts.values() for n in names)
    said = {
        part: _part_said(view, names, params.known, every, first=order == 0)
        for order, (part, names) in enumerate(params.parts.items())
    }
    absent = [part for part, likely in said.items() if likely <= 0.5]
    why = "缺少" + "、".join(absent) if absent else ""
    lacking = (1.0 - min(said.values())) * own(view, OPENING)
    return Signal(lacking, evidence=opening_words(view), why=why)


def own(view: CallView, window: Window) -> float:
    """Probability that the words of a window are the agent's at all, by its least certain turn."""
    return min((view.weight(t, "agent") for t in view.turns_in("agent", window)), default=0.5)


def _part_said(
    view: CallView, names: tuple[str, ...], known: tuple[str, ...], every: tuple[str, ...], first: bool
) -> float:
    """Probability that a part of the opening is said, as heard, or as what no phrase explains may hide it."""
    hits = view.contested(names, "agent", OPENING, EXPECTED)
    begin = min((start for start, _ in view.ranges("agent", OPENING)), default=0)
    if first:
        hits = not_outdone(view, hits, known)
        hits = tuple(
            h for h in hits if h.start <= begin + FIRST_PART or h.ratio >= NEAR_PERFECT or not _counts(view, h)
        )
    heard = max((h.probability for h in hits), default=0.0)
    if heard >= TRACED:
        return heard
    strange = unexplained(view, OPENING, every)
    likely = max(heard, _traced(view, names, strange, first), view.hidden("agent", OPENING))
    return UNHEARD if likely < UNHEARD and not first and _half_said(view, names) else likely


def not_outdone(view: CallView, hits: tuple[Occurrence, ...], known: tuple[str, ...]) -> tuple[Occurrence, ...]:
    """The hits in the opening whose syllables no known phrase explains better (中心,工号 sounds like 新年好)."""
    rivals = [o for o in view.find_any(known, "agent", OPENING) if o.probability >= EXPLAINS]
    return tuple(h for h in hits if not any(outdoes(rival, h) for rival in rivals))


def _counts(view: CallView, hit: Occurrence) -> bool:
    """Whether a hit is rather a number (工号三八五号 sounds like 上午好)."""
    return any(chr(int(code)) in PLAIN for code in view.stream("agent").heard.codes[max(0, hit.start - 1) : hit.end])


def _before_the_rest(view: CallView, strange: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places before the first number, where alone a greeting may be."""
    first = min((run.start for run in _numbers(view)), default=None)
    return [(start, end) for start, end in strange if first is None or start < first]


def _numbers(view: CallView) -> list[DigitRun]:
    """Stretches of digits in the opening, their places in the agent's stream."""
    return view.once(_numbers, lambda: _numbers_here(view))


def _numbers_here(view: CallView) -> list[DigitRun]:
    heard, ranges = view.stream("agent").heard, view.ranges("agent", OPENING)
    return [
        replace(run, start=run.start + start, end=run.end + start)
        for start, end in ranges
        for run in runs(heard.cut(start, end), least=2)
    ]


def _traced(view: CallView, names: tuple[str, ...], strange: list[tuple[int, int]], first: bool) -> float:
    """Probability that one of the phrases is said, by the traces of them in and beside what nothing explains."""
    heard = view.stream("agent").heard
    begin = min((start for start, _ in view.ranges("agent", OPENING)), default=0)
    wordings, table = view.book.wordings(names), view.book.lexicon.table
    likely = 0.0
    for start, end in _before_the_rest(view, strange) if first else strange:
        size = int((~heard.filler[start:end]).sum())
        room = ROOM_AT_BEGIN if first and start == begin else ROOM
        traced = float(trace(table, PAIRS, wordings, _between(heard, start, end)))
        if traced >= PLAIN_TRACE and (not first or start == begin):
            return TRACED
        roomy = size >= max(room, view.book.shortest(names))
        if traced >= TRACE or roomy:
            likely = UNHEARD
    return likely


def _half_said(view: CallView, names: tuple[str, ...]) -> bool:
    """Whether half of a short wording is heard somewhere (供暖 of 大龙供暖), as noise may leave of it."""
    heard = view.stream("agent").heard
    wordings, table = view.book.wordings(names), view.book.lexicon.table
    short = wordings[table.sizes[wordings] == SHORT]
    places = [(i, min(i + SHORT, end)) for start, end in view.ranges("agent", OPENING) for i in range(start, end)]
    return bool(len(short)) and any(trace(table, PAIRS, short, _between(heard, *place)) >= HALF for place in places)


def _between(heard: Phones, start: int, end: int) -> NDArray[np.int16]:
    """The syllables [start, end) without fillers."""
    part = slice(max(0, start), end)
    return heard.ids[part][~heard.filler[part]]


def unexplained(view: CallView, window: Window, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Stretches [start, end) of syllables in a window that no phrase and no number explains, fillers left out."""
    return view.once((unexplained, window, names), lambda: _unexplained(view, window, names))


def _unexplained(view: CallView, window: Window, names: tuple[str, ...]) -> list[tuple[int, int]]:
    heard = view.stream("agent").heard
    covered = heard.filler | (heard.ids == 0)
    idle = covered.copy()
    for name in names:
        for hit in view.find_any((name,), "agent", window):
            if hit.probability >= EXPLAINS:
                covered[hit.start : hit.end] = True
    for run in _numbers(view):
        covered[run.start : run.end + (run.end < len(heard) and int(heard.ids[run.end]) == inventory()["hao"])] = True
    stretches: list[tuple[int, int]] = []
    for start, end in view.ranges("agent", window):
        open_at: int | None = None
        last = start
        for i, (strange, explained) in enumerate(zip(~covered[start:end], ~idle[start:end], strict=True), start):
            if strange:
                open_at, last = i if open_at is None else open_at, i + 1
            elif explained and open_at is not None:
                stretches.append((open_at, last))
                open_at = None
        if open_at is not None:
            stretches.append((open_at, last))
    return stretches


def opening_words(view: CallView) -> tuple[Evidence, ...]:
    """The agent's first words, quoted."""
    turns = view.turns_in("agent", OPENING)[:2]
    return tuple(quote(t) for t in turns)


class Holiday(Params):
    """`greetings`: holiday → phrase sets of its greeting; `near`: wordings that come close to one.

    `ordinary`: other greetings, where none of which is heard a holiday's is likelier; `known`: other phrases of an
    opening; `margin_days`: so long before and after a window a greeting is only doubtful.
    """

    greetings: dict[str, tuple[str, ...]] = Field(min_length=1)
    near: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    margin_days: int = Field(default=3, ge=0)


def holiday_window(view: CallView, params: Holiday) -> Signal:
    """The call falls into a holiday window, or a holiday greeting is used outside one."""
    if view.call.meta.started_at is None:
        return unknown("started_at")
    if _today(view):
        return Signal(1.0)
    return Signal(max((o.probability for o in _festive(view, params)), default=0.0))


def holiday_wrong(view: CallView, params: Holiday) -> Signal:
    """Inside a window the greeting of that holiday is missing; outside one a holiday greeting is used."""
    if view.call.meta.started_at is None:
        return unknown("started_at")
    today = _today(view)
    if not today:
        return _misplaced(view, params)
    right = tuple(n for day in today for n in params.greetings.get(day, ()))
    said = not_outdone(view, view.contested(right, "agent", OPENING, EXPECTED), params.known)
    strange = unexplained(view, OPENING, (*params.known, *params.ordinary, *params.near))
    heard = max([view.hidden("agent", OPENING), *(o.probability for o in said)])
    lacking = 1.0 - max(heard, _traced(view, right, strange, first=True))
    names = "、".join(sorted(today))
    others = tuple(n for words in params.greetings.values() for n in words if n not in right)
    if _near(view, params.near, others) or all(day.startswith(EDGE) for day in today):
        lacking = min(lacking, 0.5)
    return Signal(
        lacking * own(view, OPENING),
        evidence=opening_words(view),
        why=f"{names.replace(EDGE, '')}期间没有使用规定的节日问候",
    )


def _near(view: CallView, names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether a near wording is used that is not another holiday's very greeting (国庆节快乐 holds 国庆快乐)."""
    wrong = [o for o in view.find_any(others, "agent", OPENING) if o.probability >= 0.5]
    close = [o for o in view.find_any(names, "agent", OPENING) if o.probability >= 0.5]
    return any(all(o.end <= w.start or o.start >= w.end or o.strength > w.strength for w in wrong) for o in close)


def _misplaced(view: CallView, params: Holiday) -> Signal:
    used = _festive(view, params)
    top = max((o.probability for o in used), default=0.0)
    if _soon(view, params.margin_days):
        top = min(top, 0.5)
    evidence = tuple(o.evidence() for o in used if o.probability >= max(FAINT, top / 2))
    return Signal(top, evidence=evidence, why="非节日期间使用了节日问候")


def _festive(view: CallView, params: Holiday) -> tuple[Occurrence, ...]:
    """Where a holiday greeting may be said; an opening without any other greeting likely has one."""
    every = tuple(n for names in params.greetings.values() for n in names)
    greeted = any(o.probability >= 0.5 for o in view.find_any(params.ordinary, "agent", OPENING))
    return not_outdone(view, view.contested(every, "agent", OPENING, 0.0 if greeted else EXPECTED), params.known)


def _today(view: CallView) -> frozenset[str]:
    started = view.call.meta.started_at
    assert started is not None
    windows = view.variables["holiday_windows"]
    return frozenset(windows(started.astimezone(LOCAL).date()))


def _soon(view: CallView, days: int) -> bool:
    started = view.call.meta.started_at
    assert started is not None
    date = started.astimezone(LOCAL).date()
    windows = view.variables["holiday_windows"]
    return any(windows(date + timedelta(days=d)) for d in range(-days, days + 1))
