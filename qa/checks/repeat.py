"""Reading back: what the customer gave (address, phone number) is said again by the agent."""

import numpy as np
from pydantic import Field

from qa.call import Turn
from qa.checks.params import Params
from qa.checks.signal import FAINT, Signal
from qa.checks.view import CallView, Window
from qa.finding import Evidence
from qa.phonetics.digits import DigitRun, agree, runs
from qa.phonetics.lexicon import seeds

REPLY_S = 25.0


class ReadBack(Params):
    """`ask`: how the agent asks for it; `marks`: words by which an answer is known; `within_turns` of the agent."""

    ask: tuple[str, ...]
    marks: tuple[str, ...] = ()
    within_turns: int = Field(default=2, ge=1)


def gave_text(view: CallView, params: ReadBack) -> Signal:
    """The customer answers the agent's question with an address or the like."""
    return max((s for s, _, _ in _answers(view, params)), key=lambda s: s.probability, default=Signal(0.0))


def text_not_read_back(view: CallView, params: ReadBack) -> Signal:
    """The agent's next turns do not repeat it."""
    worst = Signal(0.0)
    for given, answer, following in _answers(view, params):
        share = max((_shared(view, answer, t) for t in following), default=0.0)
        if not following or given.probability <= FAINT:
            continue
        lacking = 0.96 if share <= 0.1 else 0.5 if share <= 0.22 else 0.03
        if min(lacking, given.probability) > worst.probability:
            told = tuple(Evidence(t.role, t.start_s, t.end_s, t.text) for t in (answer, *following[:1]))
            worst = Signal(min(lacking, given.probability), told)
    return worst


def _answers(view: CallView, params: ReadBack) -> list[tuple[Signal, Turn, list[Turn]]]:
    """For each question: how likely it was answered, the answer, and the agent's turns after it."""
    found: list[tuple[Signal, Turn, list[Turn]]] = []
    for asked in view.find_any(params.ask, "agent"):
        if asked.probability < 0.5:
            continue
        replies = [
            t
            for t in view.turns_in("customer")
            if asked.start_s <= t.start_s <= asked.end_s + REPLY_S and len(view.sounds[id(t)]) >= 4
        ]
        for reply in replies[:2]:
            window = Window(after_s=reply.start_s, before_s=reply.end_s)
            marked = max((o.probability for o in view.find_any(params.marks, "customer", window)), default=0.0)
            digits = any(len(r.digits) >= 2 for r in runs(view.sounds[id(reply)]))
            likely = min(asked.probability, 0.95 if marked >= 0.5 and digits else 0.6 if marked >= 0.8 else 0.0)
            if likely:
                following = [t for t in view.turns_in("agent") if t.start_s >= reply.start_s + 0.3]
                found.append((Signal(likely), reply, following[: params.within_turns]))
                break
    return found


def _shared(view: CallView, given: Turn, said: Turn) -> float:
    """Share of the syllable pairs of one turn that sound again in another."""
    wanted, _ = seeds(view.sounds[id(given)].ids)
    heard, _ = seeds(view.sounds[id(said)].ids)
    return float(np.isin(np.unique(wanted), heard).mean()) if len(wanted) else 0.0


class PhoneBack(Params):
    """`least`: so many digits make a phone number; `within_s`: how long after it the agent may read it back."""

    least: int = Field(default=7, ge=4)
    within_s: float = Field(default=20.0, gt=0)


def gave_phone(view: CallView, params: PhoneBack) -> Signal:
    """The customer says a phone number."""
    given = _number(view, params)
    return Signal(0.97 if given and len(given[0].digits) >= 10 else 0.8 if given else 0.0)


def phone_not_read_back(view: CallView, params: PhoneBack) -> Signal:
    """The agent reads back no number, or other digits."""
    given = _number(view, params)
    if given is None:
        return Signal(0.0)
    number, first, last = given
    window = Window(after_s=first.start_s, before_s=last.end_s + params.within_s)
    turns = [t for t in view.turns_in("agent", window) if t.end_s > first.start_s + 0.5]
    told = _digits(view, turns)
    quotes = tuple(Evidence(t.role, t.start_s, t.end_s, t.text) for t in (last, *turns[:1]))
    if not turns:
        return Signal(0.0)
    if told is None or len(told.digits) < 4:
        return Signal(0.95 if told is None else 0.6, quotes, "没有跟读电话号码")
    return Signal(1.0 - agree(number, told), quotes, f"客户说 {number.digits},坐席读 {told.digits}")


def _number(view: CallView, params: PhoneBack) -> tuple[DigitRun, Turn, Turn] | None:
    """The first phone number of the customer: digits of turns close together, with the first and last turn."""
    turns = [t for t in view.turns_in("customer") if _digits(view, [t]) is not None]
    for index, turn in enumerate(turns):
        group = [turn]
        for later in turns[index + 1 :]:
            if later.start_s - group[-1].end_s > 5.0:
                break
            group.append(later)
        joined = _digits(view, group)
        if joined is not None and len(joined.digits) >= params.least:
            return joined, group[0], group[-1]
    return None


def _digits(view: CallView, turns: list[Turn]) -> DigitRun | None:
    """All digits of some turns in one run; None where there are none."""
    found = [r for t in turns for r in runs(view.sounds[id(t)], least=3)]
    if not found:
        return None
    return DigitRun(0, 0, "".join(r.digits for r in found), np.concatenate([r.fit for r in found]))
