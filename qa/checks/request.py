"""Requests of the customer that must be answered: the job number, praise, a complaint."""

from pydantic import Field

from qa.call import Turn
from qa.checks.job_number import JobNumber, digits_of, number_said
from qa.checks.params import Params, Place
from qa.checks.signal import FAINT, Signal, unknown
from qa.checks.view import ANYWHERE, UNEXPECTED, CallView, Window
from qa.finding import Evidence, quote

OFTEN = (0.6, 0.15, 0.25)
UNDERSTOOD, VOLUNTEERED, MURMUR = 0.97, 0.55, 0.06
QUESTION, QUESTION_S, UNHEARD_S = 3, 5.0, 1.5


class NumberRequest(JobNumber):
    """`ask`: how the customer asks for the job number; `within_turns` of the agent that may answer.

    `replies`: what an agent says who was asked, and now and then one who was not; with a murmur of the question
    before it they stand for the question.
    """

    ask: tuple[str, ...]
    replies: tuple[str, ...] = ()
    within_turns: int = Field(default=2, ge=1)


def number_requested(view: CallView, params: NumberRequest) -> Signal:
    """The customer asks for the job number."""
    asked = [(p, shown) for p, shown, _ in _requests(view, params)]
    best = max(asked, key=lambda x: x[0], default=None)
    return Signal(best[0], (best[1],)) if best else Signal(0.0)


def number_not_given(view: CallView, params: NumberRequest) -> Signal:
    """The customer asks for the job number and the agent's answer does not state it."""
    expected = digits_of(view)
    if not expected:
        return unknown("agent_id")
    worst = Signal(0.0)
    for asked, shown, answer in _requests(view, params):
        window = Window(after_s=answer[0].start_s, before_s=answer[-1].end_s)
        right, told = number_said(view, window, expected, params, OFTEN)
        lacking = min(asked, 1.0 - max(right, view.hidden("agent", window)))
        if lacking > worst.probability:
            why = f"答的工号像是 {told}，应为 {expected}" if told else "没有回答工号"
            worst = Signal(lacking, tuple(dict.fromkeys((shown, quote(answer[0])))), why)
    return worst


def _requests(view: CallView, params: NumberRequest) -> list[tuple[float, Evidence, tuple[Turn, ...]]]:
    """How likely the number was asked for, what shows it, and the agent's turns that should answer."""
    found: list[tuple[float, Evidence, tuple[Turn, ...]]] = []
    for asked in view.contested(params.ask, "customer", ANYWHERE, UNEXPECTED):
        answer = tuple(t for t in view.turns_in("agent") if t.start_s > asked.start_s)[: params.within_turns]
        if asked.probability > FAINT and answer and asked.end_s - asked.start_s <= QUESTION_S:
            found.append((asked.probability, asked.evidence(), answer))
    for reply in view.contested(params.replies, "agent", Window(after_s=view.opening_end_s), UNEXPECTED):
        if reply.probability > FAINT and reply.turn.start_s > view.opening_end_s and _answers(view, reply.turn):
            share = UNDERSTOOD if _murmured(view, params, reply.start_s) else VOLUNTEERED
            answer = tuple(t for t in view.turns_in("agent") if t.start_s >= reply.turn.start_s)
            found.append((share * reply.probability, reply.evidence(), answer[: params.within_turns]))
    return found


def _answers(view: CallView, turn: Turn) -> bool:
    """Whether a turn of the agent can be an answer: the customer spoke more than a word before it, or there is a pause
    in which a question may have gone unheard."""
    earlier = view.before(turn.start_s)
    if not earlier:
        return False
    last = view.turns[earlier - 1]
    if view.weight(last, "customer") >= 0.5:
        return view.syllables(last) >= QUESTION
    return turn.start_s - last.end_s >= UNHEARD_S


def _murmured(view: CallView, params: NumberRequest, before_s: float) -> bool:
    """Whether something a little like the question is heard shortly before an answer."""
    window = Window(after_s=before_s - 12.0, before_s=before_s)
    return any(o.probability >= MURMUR for o in view.contested(params.ask, "customer", window, UNEXPECTED))


class Lacks(Params):
    """`parts`: name shown to the reader → phrase sets of which one must be said; half of them or more leave a doubt."""

    parts: dict[str, tuple[str, ...]] = Field(min_length=1)
    where: Place = Place()


def lacks(view: CallView, params: Lacks) -> Signal:
    """The agent does not say the parts of a sentence; where half of them are said, a person decides."""
    window = params.where.window()
    said = {part: view.said(names, "agent", window) for part, names in params.parts.items()}
    absent = [part for part, p in said.items() if p < 0.5]
    lacking = 1.0 - min(said.values())
    if len(said) > 1 and len(absent) <= len(said) / 2:
        lacking = min(lacking, 0.6)
    return Signal(lacking, why="缺少" + "、".join(absent) if absent else "")
