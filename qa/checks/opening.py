"""The opening: its parts, holiday greetings, the job number."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from qa.checks.params import Params
from qa.checks.signal import FAINT, Signal, unknown
from qa.checks.view import EXPECTED, CallView, Window
from qa.finding import Evidence, quote
from qa.phonetics.digits import runs
from qa.phonetics.number import garbled, stated

OPENING = Window("opening")
LOCAL = ZoneInfo("Asia/Shanghai")
OFTEN, SURELY = (0.8, 0.05, 0.15), 0.8
UNHEARD = 0.3
FIRST_PART, NEAR_PERFECT = 5, 0.9
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
    strange = unexplained(view, OPENING, every)
    said = {
        part: _part_said(view, names, strange, first=order == 0)
        for order, (part, names) in enumerate(params.parts.items())
    }
    absent = [part for part, likely in said.items() if likely <= 0.5]
    why = "缺少" + "、".join(absent) if absent else ""
    lacking = (1.0 - min(said.values())) * own(view, OPENING)
    return Signal(lacking, evidence=opening_words(view), why=why)


def own(view: CallView, window: Window) -> float:
    """Probability that the words of a window are the agent's at all, by its least certain turn."""
    return min((view.weight(t, "agent") for t in view.turns_in("agent", window)), default=0.5)


def _part_said(view: CallView, names: tuple[str, ...], strange: list[tuple[int, int]], first: bool) -> float:
    """Probability that a part of the opening is said, were it in the place of words that nothing else explains.

    The first part stands at the beginning; further on only a near perfect hit counts (工号三八五号 sounds like 上午好).
    """
    begin = min((start for start, _ in view.ranges("agent", OPENING)), default=0)
    hits = view.contested(names, "agent", OPENING, EXPECTED)
    if first:
        hits = tuple(h for h in hits if h.start - begin <= FIRST_PART or h.ratio >= NEAR_PERFECT)
    heard = max((h.probability for h in hits), default=0.0)
    if first:
        odd = any(at == 0 for at, _ in strange)
    else:
        odd = any(at > 0 and length >= max(2, shortest(view, names) - 1) for at, length in strange)
    return max(heard, view.hidden("agent", OPENING), UNHEARD if odd else 0.0)


def unexplained(view: CallView, window: Window, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Stretches of syllables in a window that no phrase and no number explains: place from its start, and length."""
    stream = view.stream("agent")
    covered = stream.heard.filler.copy()
    for hit in view.find_any(names, "agent", window):
        if hit.probability >= 0.25:
            covered[hit.start : hit.end] = True
    for run in runs(stream.heard, least=2):
        covered[run.start : run.end] = True
    stretches: list[tuple[int, int]] = []
    place = 0
    for start, end in view.ranges("agent", window):
        open_at, length = 0, 0
        for i in range(start, end):
            if stream.heard.filler[i] or not stream.heard.codes[i]:
                continue
            if not covered[i]:
                open_at, length = (open_at, length + 1) if length else (place, 1)
            elif length:
                stretches.append((open_at, length))
                length = 0
            place += 1
        if length:
            stretches.append((open_at, length))
    return stretches


def shortest(view: CallView, names: tuple[str, ...]) -> int:
    """Syllables of the shortest wording of some phrases."""
    return min((view.lexicon.shortest[p] for p in view.patterns(names) if p in view.lexicon.shortest), default=2)


def opening_words(view: CallView) -> tuple[Evidence, ...]:
    """The agent's first words, quoted."""
    turns = view.turns_in("agent", OPENING)[:2]
    return tuple(quote(t) for t in turns)


class Holiday(Params):
    """`greetings`: holiday → phrase sets of its greeting; `near`: wordings that come close to one.

    `margin_days`: so long before and after a window a greeting is only doubtful.
    """

    greetings: dict[str, tuple[str, ...]] = Field(min_length=1)
    near: tuple[str, ...] = ()
    margin_days: int = Field(default=3, ge=0)


def holiday_window(view: CallView, params: Holiday) -> Signal:
    """The call falls into a holiday window, or a holiday greeting is used outside one."""
    if view.call.meta.started_at is None:
        return unknown("started_at")
    if _today(view):
        return Signal(1.0)
    every = tuple(n for names in params.greetings.values() for n in names)
    return Signal(max((o.probability for o in view.contested(every, "agent", OPENING)), default=0.0))


def holiday_wrong(view: CallView, params: Holiday) -> Signal:
    """Inside a window the greeting of that holiday is missing; outside one a holiday greeting is used."""
    if view.call.meta.started_at is None:
        return unknown("started_at")
    today = _today(view)
    if not today:
        return _misplaced(view, params)
    right = tuple(n for day in today for n in params.greetings.get(day, ()))
    lacking = 1.0 - view.said(right, "agent", OPENING)
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
    every = tuple(n for names in params.greetings.values() for n in names)
    used = view.contested(every, "agent", OPENING)
    top = max((o.probability for o in used), default=0.0)
    if _soon(view, params.margin_days):
        top = min(top, 0.5)
    evidence = tuple(o.evidence() for o in used if o.probability >= max(FAINT, top / 2))
    return Signal(top, evidence=evidence, why="非节日期间使用了节日问候")


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


class JobNumber(Params):
    """`anchors`: words that go with a job number; their own syllables (为您服务) are no digits."""

    anchors: tuple[str, ...]


def job_number_wrong(view: CallView, params: JobNumber) -> Signal:
    """The opening states no job number, or another than the call's agent has."""
    expected = digits_of(view)
    if not expected:
        return unknown("agent_id")
    if not view.turns_in("agent", OPENING):
        return Signal(0.5, why="没有识别到坐席的开头语")
    right, told = number_said(view, OPENING, expected, params.anchors, OFTEN)
    right = max(right, view.hidden("agent", OPENING))
    why = f"报的工号像是 {told}，应为 {expected}" if told else f"没有报工号（应为 {expected}）"
    return Signal((1.0 - right) * own(view, OPENING), evidence=opening_words(view), why=why)


def digits_of(view: CallView) -> str:
    """The digits of the call's agent id."""
    return "".join(c for c in view.call.meta.agent_id or "" if c.isdigit())


def number_said(
    view: CallView, window: Window, expected: str, anchors: tuple[str, ...], often: tuple[float, float, float]
) -> tuple[float, str]:
    """Probability that the expected number is said in a window, and the digits of another that is likelier.

    `anchors`: words around a number, themselves no part of it; `often`: how often it is right,
    another one, or not said at all, before listening.
    """
    stream = view.stream("agent")
    words = [(a.start, a.end) for a in view.find_any(anchors, "agent", window) if a.probability >= SURELY]
    ranges = view.ranges("agent", window)
    free = [i for start, end in ranges for i in range(start, end) if not any(a <= i < b for a, b in words)]
    held = stated(expected, stream.heard.part(free))
    told = held.told if held.other > max(held.none, held.same) else ""
    weight = min((stream.weights[i] for i in view.indices("agent", window)), default=1.0)
    likely = held.probability(*often)
    if not told and garbled(stream.heard.part(free)):
        likely = max(likely, UNHEARD)
    return likely * weight, told
