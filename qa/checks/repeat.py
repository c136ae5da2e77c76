"""Reading back: what the customer gave (address, phone number) is said again by the agent."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from qa.call import Turn
from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.view import CallView, Window
from qa.finding import quote
from qa.phonetics.digits import like_digits, runs
from qa.phonetics.kernel import shared_pairs
from qa.phonetics.number import UNCLEAR, Comparison, compare, spoken
from qa.phonetics.seeding import COUNT, classes_of, one_after_the_other
from qa.phonetics.syllables import Phones, concatenate

REPLY_S = 25.0
MOBILE, CHUNK, CHUNK_S, MAY_BE_LOST, GARBLED, DENSE, MOSTLY = 11, 3, 6.0, 2, 2, 0.9, 0.6
READ_BACK = (0.7, 0.1, 0.2)
"""How often a number is read back rightly, wrongly or not at all, before listening."""
SURE, SURELY, PARTLY, LIKELY, FAINTLY = 0.97, 0.95, 0.6, 0.5, 0.2
LEAST, TOGETHER_S, NOT_REPEATED, REPEATED = 4, 4.0, 0.1, 0.22


class ReadBack(Params):
    """`ask`: how the agent asks for it; `marks`: words by which an answer is known; `within_turns` of the agent."""

    ask: tuple[str, ...]
    marks: tuple[str, ...] = ()
    within_turns: int = Field(default=2, ge=1)


@dataclass(frozen=True, slots=True)
class Told:
    """Something the customer told: how likely it is what was asked for, its turns, and the agent's turns after it."""

    probability: float
    turns: tuple[Turn, ...]
    following: tuple[Turn, ...]


def gave_text(view: CallView, params: ReadBack) -> Signal:
    """The customer answers the agent's question with an address or the like."""
    return Signal(max((t.probability for t in _told(view, params)), default=0.0))


def text_not_read_back(view: CallView, params: ReadBack) -> Signal:
    """The agent's next turns do not repeat it."""
    worst = Signal(0.0)
    for told in _told(view, params):
        if not told.following:
            continue
        share = _shared(view, told.turns, told.following)
        lacking = 0.96 if share <= NOT_REPEATED else 0.5 if share <= REPEATED else 0.03
        likely = min(lacking, told.probability)
        if likely > worst.probability:
            quoted = (*told.turns, *told.following[:1])
            worst = Signal(likely, tuple(quote(t) for t in quoted))
    return worst


def _told(view: CallView, params: ReadBack) -> list[Told]:
    """Every answer of the customer that looks like what was asked for, and how likely it is.

    The question, poorly heard, is made up for by an answer with two of the marks and a number.
    """
    return view.once((_told_here, params), lambda: _told_here(view, params))


def _told_here(view: CallView, params: ReadBack) -> list[Told]:
    asked = [(o.start_s, o.probability) for o in view.find_any(params.ask, "agent")]
    marked = view.turns_with(params.marks, "customer")
    found: list[Told] = []
    replies = [t for t in view.turns_in("customer") if view.syllables(t) >= LEAST] if marked else []
    for index, reply in enumerate(replies):
        parts = [reply]
        for later in replies[index + 1 :]:
            if later.start_s - parts[-1].end_s > TOGETHER_S or _between(view, parts[-1], later):
                break
            parts.append(later)
        if not any(t.end_s > reply.start_s and t.start_s < parts[-1].end_s for t in marked):
            continue
        window = Window(after_s=reply.start_s, before_s=parts[-1].end_s)
        marks = {o.wording for o in view.find_any(params.marks, "customer", window) if o.probability >= LIKELY}
        if not marks:
            continue
        question = max((likely for start_s, likely in asked if 0.0 <= reply.start_s - start_s <= REPLY_S), default=0.0)
        likely = 0.0
        if question >= LIKELY or len(marks) >= 2:
            number = any(len(r.digits) >= 2 for part in parts for r in runs(view.phones(part)))
            likely = _likely(question, len(marks), number)
        if likely:
            following = [t for t in view.turns_in("agent") if t.start_s >= reply.start_s + 0.3]
            found.append(Told(likely, tuple(parts), tuple(following[: params.within_turns])))
            if likely == SURELY:
                break
    return found


def _likely(question: float, marks: int, number: bool) -> float:
    """Probability (0–1) that an answer is what was asked for, from the question and what the answer looks like."""
    if (question >= FAINTLY and number and marks >= 2) or (question >= LIKELY and number and marks):
        return SURELY
    if (question >= LIKELY and marks) or (number and marks >= 2):
        return PARTLY
    return 0.0


def _between(view: CallView, one: Turn, other: Turn) -> bool:
    starts_s = view.stream("agent").starts_s
    following = bisect_right(starts_s, one.start_s)
    return following < len(starts_s) and starts_s[following] < other.start_s


def _shared(view: CallView, given: tuple[Turn, ...], said: tuple[Turn, ...]) -> float:
    """Share of the syllable pairs of some turns that sound again in others."""
    return shared_sounds([view.phones(t) for t in given], [view.phones(t) for t in said])


def shared_sounds(wanted: Sequence[Phones], heard: Sequence[Phones]) -> float:
    """Share (0–1) of the syllable pairs of some texts that sound again in others."""
    one, other = ([classes_of(text.ids) for text in texts] for texts in (wanted, heard))
    return shared_pairs(one_after_the_other(one), one_after_the_other(other), COUNT)


def address_turns(view: CallView, params: ReadBack) -> list[Told]:
    """Every answer of the customer that is likely an address."""
    return _told(view, params)


class PhoneBack(Params):
    """`ask`: how the agent asks for the number; `marks`: words of the customer that announce a phone number, `others`
    words (of either) that announce another number; `least`: so many digits make a phone number; `within_s`: how long
    after it the agent may read it back."""

    ask: tuple[str, ...]
    marks: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    least: int = Field(default=7, ge=4)
    within_s: float = Field(default=20.0, gt=0)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A phone number of the customer: how likely it is one, its digits and `weights` (n, 10), first and last turn."""

    probability: float
    digits: str
    weights: NDArray[np.float64]
    first: Turn
    last: Turn


def gave_phone(view: CallView, params: PhoneBack) -> Signal:
    """The customer says a phone number."""
    given = _number(view, params)
    return Signal(given.probability if given else 0.0)


def phone_not_read_back(view: CallView, params: PhoneBack) -> Signal:
    """The agent reads back no number, or other digits."""
    given = _number(view, params)
    if given is None:
        return Signal(0.0)
    window = Window(after_s=given.first.start_s + 0.5, before_s=given.last.end_s + params.within_s)
    turns = view.turns_in("agent", window)
    if not turns:
        return Signal(0.0)
    heard = concatenate([view.phones(t) for t in turns])
    held = compare(given.weights, heard)
    lacking = 1.0 - max(held.probability(*READ_BACK), view.hidden("agent", window))
    if max(held.same, held.other) <= held.none and _last_four(given, heard):
        lacking = min(lacking, PARTLY)
    garbled = given.digits.count(UNCLEAR) >= GARBLED
    garbled = garbled or (0 < held.contrary <= held.short and not _differ(given, heard))
    if held.other > held.none and (garbled or _both_short(given, heard, held)):
        lacking = min(lacking, PARTLY)
    if lacking < PARTLY and held.lost > MAY_BE_LOST:
        lacking = PARTLY
    told = held.told if max(held.same, held.other) > held.none else ""
    why = f"客户说 {given.digits}，坐席读 {told}" if told else "没有跟读电话号码"
    return Signal(lacking, tuple(quote(t) for t in (given.last, *turns[:1])), why)


def phone_turns(view: CallView, params: PhoneBack) -> Given | None:
    """What is likeliest a phone number of the customer."""
    return _number(view, params)


def _number(view: CallView, params: PhoneBack) -> Given | None:
    """What is likeliest a phone number of the customer; the first of several."""
    return view.once((_number_here, params), lambda: _number_here(view, params))


def _number_here(view: CallView, params: PhoneBack) -> Given | None:
    stream = view.stream("customer")
    until = [0, *np.cumsum(like_digits(stream.heard)).tolist()]
    likely_digits = [t for t, (a, b) in zip(stream.turns, stream.edges, strict=True) if until[b] - until[a] >= CHUNK]
    stretches = [(t, s) for t in likely_digits if (s := spoken(view.phones(t))) and s.clear >= CHUNK]
    found: list[Given] = []
    for index, (turn, stretch) in enumerate(stretches):
        chunks = [(turn, stretch)]
        for later, more in stretches[index + 1 :]:
            count = sum(s.clear for _, s in chunks)
            if stretch.clear >= params.least or count >= MOBILE or later.start_s - chunks[-1][0].end_s > CHUNK_S:
                break
            chunks.append((later, more))
        digits = "".join([s.digits for _, s in chunks])
        likely = _is_phone(view, params, turn, digits, sum([s.clear for _, s in chunks]))
        if likely:
            weights = np.concatenate([s.weights for _, s in chunks])
            found.append(Given(likely, digits, weights, turn, chunks[-1][0]))
    return max(found, key=lambda g: g.probability, default=None)


def _is_phone(view: CallView, params: PhoneBack, turn: Turn, digits: str, clear: int) -> float:
    """Probability (0–1) that digits of the customer are a phone number: by the question, the words or their look."""
    if abs(len(digits) - MOBILE) <= 1 and clear >= MOBILE - 2 and digits[0] == "1":
        return SURE
    near = len(digits) - digits.count(UNCLEAR)
    enough, dense = near >= max(CHUNK + 2, MOSTLY * len(digits)), clear >= max(params.least, DENSE * len(digits))
    if not enough and not dense:
        return 0.0
    before = Window(after_s=turn.start_s - REPLY_S, before_s=turn.start_s)
    here = Window(after_s=turn.start_s, before_s=turn.end_s)
    wanted = [*view.find_any(params.ask, "agent", before), *view.find_any(params.marks, "customer", here)]
    unlike = [*view.find_any(params.others, "agent", before), *view.find_any(params.others, "customer", here)]
    said = [(o.turn.start_s, o.probability, o in wanted) for o in [*wanted, *unlike] if o.probability >= LIKELY]
    *_, announced = max(said, default=(0.0, 0.0, None))
    if announced and enough:
        return SURE if near >= params.least else PARTLY
    return PARTLY if dense and announced is not False else 0.0


def _both_short(given: Given, heard: Phones, held: Comparison) -> bool:
    """Whether both numbers lack as many digits of a mobile number as differ, so that they may be the same."""
    told = spoken(heard)
    missing = MOBILE - len(given.digits), MOBILE - len(told.digits) if told else 0
    return min(missing) > 0 and held.contrary <= max(missing)


def _differ(given: Given, heard: Phones) -> bool:
    """Whether two whole mobile numbers differ at more than one place: no digit is lost or slipped in."""
    told = spoken(heard)
    numbers = (given.digits, told.digits if told else "")
    if any(len(number) != MOBILE or UNCLEAR in number for number in numbers):
        return False
    return sum(a != b for a, b in zip(*numbers, strict=True)) > 1


def _last_four(given: Given, heard: Phones) -> bool:
    """Whether the agent reads the last four digits alone, which only a person can accept."""
    held = compare(given.weights[-4:], heard)
    return held.same > max(held.other, held.none)
