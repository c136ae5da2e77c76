"""Whether the agent takes up what the customer said: the name, the problem."""

from itertools import pairwise

from pydantic import Field

from qa.call import Turn
from qa.checks.params import Params
from qa.checks.signal import FAINT, Signal
from qa.checks.stream import Occurrence
from qa.checks.view import UNEXPECTED, CallView, Window
from qa.finding import quote
from qa.phonetics import Phones

SURE, LIKELY, PARTLY = 0.96, 0.6, 0.5
HEARD_WELL = 0.7
WORDY = 6


class NameBack(Params):
    """`gives`: how a customer tells a name; `asks`: how an agent asks for it; `uses`: words by which an agent shows
    to have heard it (先生, 您姓); `within_turns` of the agent."""

    gives: tuple[str, ...]
    asks: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    within_turns: int = Field(default=4, ge=1)


def gave_name(view: CallView, params: NameBack) -> Signal:
    """The customer tells a name."""
    told = _names(view, params)
    best = max(told, key=lambda pair: pair[0], default=None)
    return Signal(best[0], (best[1].evidence(),)) if best else Signal(0.0)


def name_not_used(view: CallView, params: NameBack) -> Signal:
    """The agent's next turns neither repeat the name nor address the customer by it."""
    worst = Signal(0.0)
    for likely, given in _names(view, params):
        following = _next(view, given.turn, params.within_turns)
        if not following:
            continue
        window = Window(after_s=following[0].start_s, before_s=following[-1].end_s)
        used = max(view.said(params.uses, "agent", window), _sounds_again(view, given, following))
        lacking = min(likely, 1.0 - used, SURE if min(t.confidence for t in following) >= HEARD_WELL else PARTLY)
        if lacking > worst.probability:
            worst = Signal(lacking, (given.evidence(), quote(following[0])))
    return worst


def _names(view: CallView, params: NameBack) -> list[tuple[float, Occurrence]]:
    """Where the customer tells a name, surer where the agent has just asked for it."""
    asked = view.contested(params.asks, "agent", prior=UNEXPECTED)
    found: list[tuple[float, Occurrence]] = []
    for given in view.contested(params.gives, "customer", prior=UNEXPECTED):
        question = max((o.probability for o in asked if 0 <= given.turn.start_s - o.start_s <= 15.0), default=0.0)
        likely = given.probability if question >= LIKELY else min(LIKELY, given.probability)
        if likely > FAINT and given.turn.confidence >= PARTLY:
            found.append((likely, given))
    return found


def _sounds_again(view: CallView, given: Occurrence, following: list[Turn]) -> float:
    """1 where a syllable of the name (what stands after 姓 or 叫) sounds again in the answer."""
    heard = view.stream("customer").heard
    name = set(heard.ids[given.end - 1 : given.end + 2].tolist()) - {0}
    said = (view.phones(turn).ids.tolist() for turn in following)
    return 0.0 if all(name.isdisjoint(ids) for ids in said) else 1.0


class ProblemBack(Params):
    """`repeats`: words that announce a confirmation (您是说); `within_turns` of the agent after the problem."""

    repeats: tuple[str, ...] = ()
    within_turns: int = Field(default=3, ge=1)


def told_problem(view: CallView, params: ProblemBack) -> Signal:
    """The customer tells what the call is about."""
    problem = _problem(view)
    return Signal(0.95, (quote(problem),)) if problem else Signal(0.0)


def problem_not_repeated(view: CallView, params: ProblemBack) -> Signal:
    """Nothing of the customer's first longer words sounds again in the agent's next turns."""
    problem = _problem(view)
    following = _next(view, problem, params.within_turns) if problem else []
    if problem is None or not following:
        return Signal(0.0)
    window = Window(after_s=following[0].start_s, before_s=following[-1].end_s)
    heard = {pair for turn in following for pair in _pairs(view.phones(turn))}
    repeated = 1.0 if _pairs(view.phones(problem)) & heard else view.said(params.repeats, "agent", window)
    return Signal(min(LIKELY, 1.0 - repeated), (quote(problem), quote(following[0])))


def _problem(view: CallView) -> Turn | None:
    """The customer's first turn of more than a greeting, well heard."""
    turns = [t for t in view.turns_in("customer") if t.role == "customer" and view.syllables(t) >= WORDY]
    return turns[0] if turns and turns[0].confidence >= HEARD_WELL else None


def _pairs(sounds: Phones) -> set[tuple[int, int]]:
    """Every two syllables that follow one another, those outside Mandarin left out."""
    return {(one, other) for one, other in pairwise(sounds.ids.tolist()) if one and other}


def _next(view: CallView, turn: Turn, count: int) -> list[Turn]:
    return [t for t in view.turns_in("agent") if t.start_s > turn.start_s][:count]
