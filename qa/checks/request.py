"""Requests of the customer that must be answered: the job number, praise, a complaint."""

from pydantic import Field

from qa.checks.opening import JobNumber, digits_of, number_said
from qa.checks.params import Params, Place
from qa.checks.signal import FAINT, Signal, unknown
from qa.checks.view import ANYWHERE, UNEXPECTED, CallView, Window
from qa.finding import Evidence

OFTEN = (0.6, 0.15, 0.25)


class NumberRequest(JobNumber):
    """`ask`: how the customer asks for the job number; `within_turns` of the agent that may answer."""

    ask: tuple[str, ...]
    within_turns: int = Field(default=2, ge=1)


def number_not_given(view: CallView, params: NumberRequest) -> Signal:
    """The customer asks for the job number and the agent's answer does not state it."""
    expected = digits_of(view)
    if not expected:
        return unknown("agent_id")
    worst = Signal(0.0)
    for asked in view.contested(params.ask, "customer", ANYWHERE, UNEXPECTED):
        if asked.probability <= FAINT:
            continue
        following = [t for t in view.turns_in("agent") if t.start_s > asked.start_s][: params.within_turns]
        if not following:
            continue
        window = Window(after_s=following[0].start_s, before_s=following[-1].end_s)
        right, told = number_said(view, window, expected, params.anchors, OFTEN)
        right = max(right, view.hidden("agent", window))
        lacking = min(asked.probability, 1.0 - right)
        if lacking > worst.probability:
            why = f"答的工号像是 {told},应为 {expected}" if told else "没有回答工号"
            answer = tuple(Evidence(t.role, t.start_s, t.end_s, t.text) for t in following[:1])
            worst = Signal(lacking, (asked.evidence(), *answer), why)
    return worst


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
