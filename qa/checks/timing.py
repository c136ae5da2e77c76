"""What only time tells: holds, dead air, interruptions, speech rate."""

import math
from bisect import bisect_left

from pydantic import Field

from qa.call import Speech, Turn
from qa.checks.params import Params
from qa.checks.signal import FAINT, Signal, any_of
from qa.checks.view import EXPECTED, UNEXPECTED, CallView, Window
from qa.finding import Evidence, quote

TOLERANCE_S = 0.3
JOIN_S = 0.4
BEFORE_S = 12.0
PERHAPS, BACK_TURNS = 0.5, 2


class Hold(Params):
    """`announce`: phrases with which a hold is announced, `perhaps` phrases that may pass for one.

    `over_s`: how long a silence counts; `back`: what is due after it.
    """

    announce: tuple[str, ...]
    perhaps: tuple[str, ...] = ()
    over_s: float = Field(default=10.0, gt=0)
    back: tuple[str, ...] = ()


def held(view: CallView, params: Hold) -> Signal:
    """The agent announces a hold and nobody speaks for over so many seconds."""
    long = _long_silences(view, params.over_s)
    return any_of([Signal(min(longer, sharper(_announced(view, gap, params)))) for gap, longer in long])


def hold_wrong(view: CallView, params: Hold) -> Signal:
    """Back from an announced hold, the agent neither thanks nor apologises."""
    faults: list[Signal] = []
    for gap, longer in _long_silences(view, params.over_s):
        hold = min(longer, sharper(_announced(view, gap, params)))
        back = _return(view, gap)
        if hold <= FAINT or not back:
            continue
        window = Window(after_s=gap[0] - BEFORE_S, before_s=back[-1].end_s)
        said = [o for o in view.contested(params.back, "agent", window, EXPECTED) if o.end_s > gap[1]]
        thanked = max((sharper(o.probability) for o in said), default=0.0)
        lacking = min(hold, 1.0 - max(thanked, view.hidden("agent", Window(after_s=gap[1], before_s=back[-1].end_s))))
        evidence = (Evidence("agent", *gap, ""), quote(back[0]))
        faults.append(Signal(lacking, evidence, f"让客户等待了 {gap[1] - gap[0]:.0f} 秒"))
    return any_of(faults)


def _return(view: CallView, gap: tuple[float, float]) -> list[Turn]:
    """The agent's first words after a silence: two turns at most, none after the customer has answered."""
    back = [t for t in view.turns_in("agent") if t.end_s > gap[1] and t.start_s >= gap[0]][:BACK_TURNS]
    answers = [t.start_s for t in view.turns_in("customer") if back and t.start_s > back[0].start_s]
    return [t for t in back if t.start_s < min(answers, default=math.inf)]


def dead_air(view: CallView, params: Hold) -> Signal:
    """Nobody speaks for over so many seconds and no hold was announced before."""
    faults: list[Signal] = []
    for gap, longer in _long_silences(view, params.over_s):
        alone = min(longer, 1.0 - _announced(view, gap, params))
        faults.append(Signal(alone, (Evidence("unknown", *gap, ""),), f"静默 {gap[1] - gap[0]:.1f} 秒"))
    return any_of(faults)


def silences(view: CallView) -> list[tuple[float, float]]:
    """Stretches (start, end) in seconds between words in which nobody is heard, both ends of the call left out."""
    return view.once(silences, lambda: _silences(view))


def _silences(view: CallView) -> list[tuple[float, float]]:
    spans = sorted((s.start_s, s.end_s) for s in view.call.speech)
    gaps: list[tuple[float, float]] = []
    heard_until = spans[0][1] if spans else 0.0
    for start, end in spans:
        if start > heard_until:
            gaps.append((heard_until, start))
        heard_until = max(heard_until, end)
    return gaps


def _long_silences(view: CallView, limit_s: float) -> list[tuple[tuple[float, float], float]]:
    """The silences that may last longer than a limit, and how likely each does."""
    lengths = [(gap, gap[1] - gap[0]) for gap in silences(view)]
    return [
        (gap, 0.5 if abs(length - limit_s) < TOLERANCE_S else 1.0)
        for gap, length in lengths
        if length > limit_s or abs(length - limit_s) < TOLERANCE_S
    ]


def _announced(view: CallView, gap: tuple[float, float], params: Hold) -> float:
    """Probability that the agent announced this silence in the seconds before it."""
    before = [t for t in view.turns_in("agent") if gap[0] - BEFORE_S <= t.end_s <= gap[0] + 1.0]
    if not before:
        return 0.0
    window = Window(after_s=before[-1].start_s - 4.0, before_s=gap[0])
    surely = max((o.probability for o in view.contested(params.announce, "agent", window)), default=0.0)
    maybe = max((o.probability for o in view.find_any(params.perhaps, "agent", window, UNEXPECTED)), default=0.0)
    return max(surely, view.hidden("agent", window), min(PERHAPS, maybe))


def sharper(probability: float) -> float:
    """The same probability with twice the log odds: beside a long silence few words come as near an announcement or
    thanks for waiting, unless they are one."""
    yes, no = probability**2, (1.0 - probability) ** 2
    return yes / (yes + no)


class Interruption(Params):
    """`over_s`: so long both go on; `harmless`: short signals of listening that interrupt nobody."""

    over_s: float = Field(default=1.0, gt=0)
    harmless: tuple[str, ...] = ()


def interruption(view: CallView, params: Interruption) -> Signal:
    """The agent starts while the customer is speaking and both go on for over so many seconds."""
    customer = _bouts(view.speech("customer"))
    faults: list[Signal] = []
    starts_s = [other.start_s for other in customer]
    for own in _bouts(view.speech("agent")):
        before = bisect_left(starts_s, own.start_s) - 1
        if before < 0:
            continue
        other = customer[before]
        both = min(own.end_s, other.end_s) - own.start_s
        if not other.start_s + TOLERANCE_S < own.start_s < other.end_s or both <= params.over_s - TOLERANCE_S / 2:
            continue
        likely = 0.97 if both >= params.over_s + TOLERANCE_S / 2 else 0.5
        turns = [t for t in view.turns_in("agent") if t.start_s < own.end_s and t.end_s > own.start_s]
        if turns and all(_listening(view, t.start_s, t.end_s, params) for t in turns[:1]):
            continue
        weight = max((view.weight(t, "agent") for t in turns), default=0.5)
        text = turns[0].text if turns else ""
        evidence = Evidence("agent", own.start_s, min(own.end_s, other.end_s), text)
        faults.append(Signal(min(likely, weight), (evidence,), f"与客户同时说话 {both:.1f} 秒"))
    return any_of(faults)


def _listening(view: CallView, start_s: float, end_s: float, params: Interruption) -> bool:
    window = Window(after_s=start_s, before_s=end_s)
    turns = view.turns_in("agent", window)
    if all(view.phones(t).filler.all() for t in turns):
        return True
    words = sum(view.syllables(t) for t in turns)
    return words <= 4 and any(o.probability >= 0.5 for o in view.find_any(params.harmless, "agent", window))


def _bouts(spans: tuple[Speech, ...]) -> list[Speech]:
    bouts: list[Speech] = []
    for span in spans:
        if bouts and span.start_s - bouts[-1].end_s <= JOIN_S:
            bouts[-1] = Speech(span.role, bouts[-1].start_s, span.end_s)
        else:
            bouts.append(span)
    return bouts


class SpeechRate(Params):
    """Band of syllables a minute of own speech, judged from `least_s` seconds of speech on."""

    slowest: float = Field(default=150, gt=0)
    fastest: float = Field(default=330, gt=0)
    least_s: float = Field(default=15, gt=0)


def spoke_enough(view: CallView, params: SpeechRate) -> Signal:
    """The agent speaks long enough for a rate."""
    return Signal(1.0 if _seconds(view) >= params.least_s else 0.0, why=f"坐席说话不足 {params.least_s:g} 秒")


def speech_rate_wrong(view: CallView, params: SpeechRate) -> Signal:
    """The agent speaks faster or slower than the band; within 8 % of an edge a person decides."""
    seconds = _seconds(view)
    if not seconds:
        return Signal(0.0)
    turns = [t for t in view.turns if t.role == "agent"]
    rate = 60 * sum(view.syllables(t) for t in turns) / seconds
    beyond = max(rate / params.fastest, params.slowest / rate if rate else 2.0)
    sure = 0.95 if view.hidden("agent") < 0.1 or rate > params.fastest else 0.6
    likely = sure if beyond > 1.08 else 0.5 if beyond > 1.0 else 0.0
    return Signal(likely, why=f"{rate:.0f} 字/分钟,应为 {params.slowest:g}–{params.fastest:g}")


def _seconds(view: CallView) -> float:
    return view.spoken_s("agent")
