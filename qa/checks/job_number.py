"""The job number: whether the right one is said, in the opening or elsewhere."""

from qa.checks.opening import OPENING, UNHEARD, opening_words, own
from qa.checks.params import Params
from qa.checks.signal import Signal, unknown
from qa.checks.view import CallView, Window
from qa.phonetics.number import beside, between, stated, without

OFTEN, SURELY, ALL_BUT_ONE = (0.8, 0.05, 0.15), 0.8, 0.6


class JobNumber(Params):
    """`anchors`: words that go with a job number; their own syllables (为您服务) are no digits, nor those of `others`
    (有什么可以帮您), which have nothing to do with it."""

    anchors: tuple[str, ...]
    others: tuple[str, ...] = ()


def job_number_wrong(view: CallView, params: JobNumber) -> Signal:
    """The opening states no job number, or another than the call's agent has."""
    expected = digits_of(view)
    if not expected:
        return unknown("agent_id")
    if not view.turns_in("agent", OPENING):
        return Signal(0.5, why="没有识别到坐席的开头语")
    right, told = number_said(view, OPENING, expected, params, OFTEN)
    right = max(right, view.hidden("agent", OPENING))
    why = f"报的工号像是 {told}，应为 {expected}" if told else f"没有报工号（应为 {expected}）"
    return Signal((1.0 - right) * own(view, OPENING), evidence=opening_words(view), why=why)


def digits_of(view: CallView) -> str:
    """The digits of the call's agent id."""
    return "".join(c for c in view.call.meta.agent_id or "" if c.isdigit())


def number_said(
    view: CallView, window: Window, expected: str, params: JobNumber, often: tuple[float, float, float]
) -> tuple[float, str]:
    """Probability that the expected number is said in a window, and the digits of another that is likelier.

    `often`: how often it is right, another one, or not said at all, before listening. Beside the words that go with a
    number one was said; only written digits show that it is another; a digit that is simply not there is a doubt.
    """
    stream = view.stream("agent")
    ranges = view.ranges("agent", window)
    first, last = (ranges[0][0], ranges[-1][1]) if ranges else (0, 0)
    marks, others = (
        [(start - first, end - first) for start, end in _places(view, names, window)]
        for names in (params.anchors, params.others)
    )
    heard = without(stream.heard.cut(first, last), [*marks, *others])
    held = stated(expected, heard)
    if beside(heard, marks):
        likely = held.given(*often[:2])
        told = held.told if held.other > held.same else ""
        likely = likely if held.contrary else max(likely, UNHEARD)
    else:
        likely = held.probability(*often)
        likely = max(likely, UNHEARD) if between(heard, marks) else likely
        told = held.told if held.other > max(held.none, held.same) else ""
    likely = min(likely, ALL_BUT_ONE) if held.short else likely
    weight = min((stream.weights[i] for i in view.indices("agent", window)), default=1.0)
    return likely * weight, told


def _places(view: CallView, names: tuple[str, ...], window: Window) -> list[tuple[int, int]]:
    return [(o.start, o.end) for o in view.find_any(names, "agent", window) if o.probability >= SURELY]
