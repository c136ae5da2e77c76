"""Words: said, not said, and answered."""

import math

from pydantic import Field

from qa.call import Role, Turn
from qa.checks.params import Phrases
from qa.checks.signal import FAINT, Signal
from qa.checks.stream import Occurrence
from qa.checks.view import ANYWHERE, EXPECTED, UNEXPECTED, CallView, Window
from qa.finding import quote

AS_WELL, EXCUSING = 0.1, 0.78
"""So much worse a phrase may explain words and still be as good; from this share of a perfect hit on it excuses."""
DENIED = 0.5
BEARS_OUT = 0.3
NO_PAUSE_S = 0.1


class Said(Phrases):
    """`times`: how often at least; `unless`: phrases that explain the same words otherwise (我不投诉)."""

    times: int = Field(default=1, ge=1)
    unless: tuple[str, ...] = ()


def said(view: CallView, params: Said) -> Signal:
    """The role says one of the phrases (at least `times` times); a script is expected of the agent only."""
    window = params.where.window()
    prior = EXPECTED if params.by == "agent" else UNEXPECTED
    found = _not_denied(view, view.contested(params.phrases, params.by, window, prior), params, window)
    ranked = sorted((o.probability for o in found), reverse=True)
    best = ranked[params.times - 1] if len(ranked) >= params.times else 0.0
    likely = tuple(o.evidence() for o in found if o.probability >= max(FAINT, 0.5 * best))
    return Signal(max(best, view.hidden(params.by, window)), evidence=likely)


def _not_denied(view: CallView, found: tuple[Occurrence, ...], params: Said, window: Window) -> list[Occurrence]:
    """The hits that no phrase of `unless` explains better; in doubt where both do about as well, or both poorly."""
    if not found or not params.unless:
        return list(found)
    denials = [o for o in view.find_any(params.unless, params.by, window) if o.probability >= 0.4]
    kept = []
    for hit in found:
        rival = max((d.ratio for d in denials if d.start < hit.end and hit.start < d.end), default=0.0)
        if rival < max(hit.ratio, EXCUSING):
            doubtful = rival >= hit.ratio - AS_WELL
            kept.append(hit._replace(probability=min(DENIED, hit.probability)) if doubtful else hit)
    return kept


class Answered(Phrases):
    """`to`: what the other side says; `within_turns`: how many of the role's next turns may hold the phrases.

    `unless`: words in the other side's same turn that make an answer needless.
    """

    to: tuple[str, ...]
    unless: tuple[str, ...] = ()
    within_turns: int = Field(default=1, ge=1)


def unanswered(view: CallView, params: Answered) -> Signal:
    """The other side says one of `to`, and the role's next turns hold none of the phrases."""
    worst = Signal(0.0)
    for asked in _asking(view, params):
        following = _reply(view, asked, params)
        if not following:
            continue
        window = Window(after_s=following[0].start_s, before_s=following[-1].end_s)
        probability = min(asked.probability, 1.0 - view.said(params.phrases, params.by, window))
        if probability > worst.probability:
            answer = tuple(quote(t) for t in following[: params.within_turns])
            worst = Signal(probability, evidence=(asked.evidence(), *answer))
    return worst


def asked_for(view: CallView, params: Answered) -> Signal:
    """The other side says one of `to` with nothing in the same turn that makes an answer needless."""
    best = max(_asking(view, params), key=lambda o: o.probability, default=None)
    return Signal(best.probability, (best.evidence(),)) if best else Signal(0.0)


def _asking(view: CallView, params: Answered) -> list[Occurrence]:
    """What asks for an answer, one a turn; several phrases in one turn bear each other out (真有耐心, 太谢谢你了)."""
    other: Role = "customer" if params.by == "agent" else "agent"
    turns: dict[int, list[Occurrence]] = {}
    for hit in view.contested(params.to, other, ANYWHERE, UNEXPECTED):
        if hit.probability > FAINT and not _has(view, hit.turn, other, params.unless):
            turns.setdefault(id(hit.turn), []).append(hit)
    asking = []
    for hits in turns.values():
        best = max(hits, key=lambda o: o.probability)
        missed = math.prod(1.0 - o.probability for o in hits if o is best or o.probability >= BEARS_OUT)
        asking.append(best._replace(probability=1.0 - missed))
    return asking


def _reply(view: CallView, asked: Occurrence, params: Answered) -> list[Turn]:
    """The role's next turns, and what goes on from the last of them without a pause (a turn cut in two)."""
    reply: list[Turn] = []
    for turn in view.following(params.by, asked.start_s):
        if len(reply) >= params.within_turns and turn.start_s - reply[-1].end_s > NO_PAUSE_S:
            break
        reply.append(turn)
    return reply


class Answer(Phrases):
    """`to`: what the other side asks; `phrases`: the answer looked for; `excuse`: words that make it another answer."""

    to: tuple[str, ...]
    excuse: tuple[str, ...] = ()


def answered(view: CallView, params: Answer) -> Signal:
    """The other side asks, and the role's next turn gives the answer looked for."""
    other: Role = "customer" if params.by == "agent" else "agent"
    best = Signal(0.0)
    for asked in view.contested(params.to, other):
        following = [t for t in view.turns_in(params.by) if t.start_s > asked.start_s][:1]
        if asked.probability <= FAINT or not following or _has(view, following[0], params.by, params.excuse):
            continue
        window = Window(after_s=following[0].start_s, before_s=following[0].end_s)
        for hit in view.find_any(params.phrases, params.by, window):
            likely = min(asked.probability, hit.probability)
            if likely > best.probability:
                best = Signal(likely, (hit.evidence(),), f"“{hit.text}”")
    return best


def _has(view: CallView, turn: Turn, role: Role, names: tuple[str, ...]) -> bool:
    window = Window(after_s=turn.start_s, before_s=turn.end_s)
    return any(o.probability >= 0.5 and o.turn is turn for o in view.find_any(names, role, window))
