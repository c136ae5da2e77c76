"""Silent calls: the caller says nothing, the agent prompts three times and waits."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from qa.call import Speech, Turn
from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.view import CallView, Window
from qa.finding import Evidence, quote

TOLERANCE_S = 0.3
HALF_SAID = 0.6


class SilentCall(Params):
    """`prompts` at least, `wait_s` after each, the last with both phrases of `notice`.

    `pause_s`: a longer silence of the agent separates two prompts.
    """

    notice: tuple[str, ...]
    prompts: int = Field(default=3, ge=1)
    wait_s: float = Field(default=5.0, gt=0)
    pause_s: float = Field(default=1.5, gt=0)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One stretch of the agent's speech in seconds."""

    start_s: float
    end_s: float


def silent_call_wrong(view: CallView, params: SilentCall) -> Signal:
    """003 无声电话问候语: too few prompts, waits too short, no notice at the third, or hung up too soon after it."""
    prompts = spoken_prompts(view, params.pause_s)
    faults: list[tuple[float, str, Evidence | None]] = []
    if len(prompts) < params.prompts:
        faults.append((0.97, f"只提示了 {len(prompts)} 次,应为 {params.prompts} 次", None))
    ends = [p.start_s for p in prompts[1:]] + [view.call.duration_s]
    for number, (prompt, end) in enumerate(zip(prompts, ends, strict=False), start=1):
        waited = end - prompt.end_s
        if waited < params.wait_s + TOLERANCE_S:
            sure = 0.97 if waited <= params.wait_s - TOLERANCE_S else 0.5
            text = f"第 {number} 次提示后只等待了 {waited:.1f} 秒,应为 {params.wait_s:g} 秒"
            faults.append((sure, text, Evidence("agent", prompt.end_s, end, "")))
    if len(prompts) >= params.prompts:
        after = Window(after_s=prompts[params.prompts - 1].start_s - 0.3)
        lacking = _notice_lacks(view, after, params.notice)
        faults.append((lacking, "第三次提示没有说规定的告知语", None))
    worst = max((p for p, _, _ in faults), default=0.0)
    told = [(text, e) for p, text, e in faults if p >= min(0.5, worst) and p > 0.05]
    spoken = tuple(quote(t) for t in view.stream("agent").turns)
    waits = tuple(e for _, e in told if e is not None)
    return Signal(worst, evidence=waits + spoken, why="；".join(text for text, _ in told))


def _notice_lacks(view: CallView, window: Window, parts: tuple[str, ...]) -> float:
    """Probability that a part of the notice is missing; a trace of it beside the other part is a doubt."""
    said = [view.said((part,), "agent", window) for part in parts]
    lacking = 1.0 - min(said)
    traced = all(view.find_any((part,), "agent", window) for part in parts)
    return min(HALF_SAID, lacking) if traced and max(said) >= 0.5 else lacking


def spoken_prompts(view: CallView, pause_s: float) -> list[Prompt]:
    """The agent's speech, spans with a pause below `pause_s` joined; the turns, where no speech was measured."""
    prompts: list[Prompt] = []
    measured: Sequence[Speech | Turn] = [span for span in view.call.speech if span.role != "customer"]
    for span in sorted(measured or view.turns_in("agent"), key=lambda s: s.start_s):
        if prompts and span.start_s - prompts[-1].end_s < pause_s:
            prompts[-1] = Prompt(prompts[-1].start_s, max(prompts[-1].end_s, span.end_s))
        else:
            prompts.append(Prompt(span.start_s, span.end_s))
    return prompts
