"""Words: said, not said, and forbidden words with what excuses them."""

from pydantic import Field

from qa.call import Role, Turn
from qa.checks.params import Phrases
from qa.checks.signal import FAINT, Signal
from qa.checks.stream import Occurrence
from qa.checks.view import ANYWHERE, EXPECTED, UNEXPECTED, CallView, Window
from qa.finding import Evidence, quote

QUOTING = ("quoting",)
QUOTE_REACH = 20
SURELY = 0.85
CONVICTING, HALF_HEARD = 0.82, 0.8
ALONE_REST = 1
AS_WELL = 0.1
QUOTED = 0.1
ECHOED = 0.5
ECHO_S = 30.0


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
    """The hits that no phrase of `unless` explains about as well."""
    denials = (
        [o for o in view.find_any(params.unless, params.by, window) if o.probability >= 0.4] if params.unless else []
    )
    return [
        o
        for o in found
        if not any(d.start < o.end and o.start < d.end and d.ratio >= o.ratio - AS_WELL for d in denials)
    ]


class Forbidden(Phrases):
    """`excuse`: phrases which, close around a hit, make it harmless; `within`: how many syllables around count.

    `alone`: phrases that are forbidden only where they are all that is said in a turn (不知道, 没办法). `review`
    patterns are suspicious, never certain.
    """

    excuse: tuple[str, ...] = ()
    within: int = Field(default=8, ge=1)
    alone: tuple[str, ...] = ()
    review: tuple[str, ...] = ()


def forbidden(view: CallView, params: Forbidden) -> Signal:
    """The role says forbidden words, quoting nobody and with no excuse; each occurrence is evidence of its own."""
    window = params.where.window()
    certain = view.contested(params.phrases, params.by, window, UNEXPECTED)
    if params.alone:
        certain += tuple(o for o in view.contested(params.alone, params.by, window, EXPECTED) if _alone(view, o))
    suspicious = view.contested(params.review, params.by, window, UNEXPECTED) if params.review else ()
    weighed = [(o, _blame(view, o, params, window)) for o in certain]
    weighed += [(o, min(0.6, _blame(view, o, params, window))) for o in suspicious]
    weighed = _apart([(o, p) for o, p in weighed if p > FAINT])
    top = max((p for _, p in weighed), default=0.0)
    told = [(o, p) for o, p in weighed if p >= min(0.5, top)]
    evidence = _by_turn(told)
    why = "、".join(dict.fromkeys(f"“{o.text}”" for o, _ in told))
    return Signal(top, evidence=evidence, why=why)


def _alone(view: CallView, hit: Occurrence) -> bool:
    """Whether hardly anything else is said in the turn."""
    said = view.sounds[id(hit.turn)]
    return int((~said.filler).sum()) - (hit.end - hit.start) <= ALONE_REST


def _by_turn(told: list[tuple[Occurrence, float]]) -> tuple[Evidence, ...]:
    """One piece of evidence a turn, from its first hit to its last: an utterance is one occurrence."""
    turns: dict[int, list[tuple[Occurrence, float]]] = {}
    for hit, probability in sorted(told, key=lambda x: x[0].start_s):
        turns.setdefault(id(hit.turn), []).append((hit, probability))
    return tuple(
        Evidence(
            role=hits[0][0].role,
            start_s=hits[0][0].start_s,
            end_s=hits[-1][0].end_s,
            text="……".join(o.text for o, _ in hits),
            probability=round(max(p for _, p in hits), 4),
        )
        for hits in turns.values()
    )


def _apart(weighed: list[tuple[Occurrence, float]]) -> list[tuple[Occurrence, float]]:
    kept: list[tuple[Occurrence, float]] = []
    for occurrence, probability in sorted(weighed, key=lambda x: -x[1]):
        if all(occurrence.end <= k.start or occurrence.start >= k.end for k, _ in kept):
            kept.append((occurrence, probability))
    return kept


def _blame(view: CallView, hit: Occurrence, params: Forbidden, window: Window) -> float:
    """Probability that these are forbidden words of the role's own."""
    probability = hit.probability * min(1.0, 0.6 + 0.6 * hit.turn.confidence)
    if params.excuse and _near(view, hit, params.excuse, window, params, after=True):
        return QUOTED * probability
    if _near(view, hit, QUOTING, window, params, after=False):
        return QUOTED * probability
    if _echoed(view, hit, params):
        return min(ECHOED, probability)
    return probability if hit.ratio >= CONVICTING else min(HALF_HEARD, probability)


def _near(
    view: CallView, hit: Occurrence, names: tuple[str, ...], window: Window, params: Forbidden, after: bool
) -> bool:
    """Whether one of the phrases surely stands in the same turn, shortly before the hit (or around it).

    One that shares words with the hit must explain them about as well as the hit does.
    """
    reach = params.within if after else QUOTE_REACH
    for other in view.find_any(names, params.by, window, UNEXPECTED):
        if other.turn is not hit.turn or other.probability < SURELY:
            continue
        if min(hit.end, other.end) > max(hit.start, other.start) + 1 and other.ratio < hit.ratio - AS_WELL:
            continue
        if hit.start - reach <= other.end <= hit.start + 1:
            return True
        if after and (hit.end - 1 <= other.start <= hit.end + reach or hit.start <= other.start < hit.end):
            return True
    return False


def _echoed(view: CallView, hit: Occurrence, params: Forbidden) -> bool:
    """Whether the other side said the same words shortly before, so that this may be a repetition."""
    other: Role = "customer" if params.by == "agent" else "agent"
    return any(
        o.probability >= 0.6 and 0 <= hit.start_s - o.start_s <= ECHO_S for o in view.find_any((hit.wording,), other)
    )


class Answered(Phrases):
    """`to`: what the other side says; `within_turns`: how many of the role's next turns may hold the phrases.

    `unless`: words in the other side's same turn that make an answer needless.
    """

    to: tuple[str, ...]
    unless: tuple[str, ...] = ()
    within_turns: int = Field(default=1, ge=1)


def unanswered(view: CallView, params: Answered) -> Signal:
    """The other side says one of `to`, and the role's next turns hold none of the phrases."""
    other: Role = "customer" if params.by == "agent" else "agent"
    worst = Signal(0.0)
    for asked in view.find_any(params.to, other):
        if asked.probability <= FAINT or _has(view, asked.turn, other, params.unless):
            continue
        following = [t for t in view.turns if t.start_s > asked.start_s and view.weight(t, params.by) >= 0.5][
            : params.within_turns
        ]
        if not following:
            continue
        window = Window(after_s=following[0].start_s, before_s=following[-1].end_s)
        probability = min(asked.probability, 1.0 - view.said(params.phrases, params.by, window))
        if probability > worst.probability:
            answer = tuple(quote(t) for t in following)
            worst = Signal(probability, evidence=(asked.evidence(), *answer))
    return worst


def asked_for(view: CallView, params: Answered) -> Signal:
    """The other side says one of `to` with nothing in the same turn that makes an answer needless."""
    other: Role = "customer" if params.by == "agent" else "agent"
    asked = [
        o
        for o in view.contested(params.to, other, ANYWHERE, UNEXPECTED)
        if not _has(view, o.turn, other, params.unless)
    ]
    best = max(asked, key=lambda o: o.probability, default=None)
    return Signal(best.probability, (best.evidence(),)) if best else Signal(0.0)


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
