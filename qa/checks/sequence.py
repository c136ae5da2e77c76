"""What is said before, after and between other things: hits in a place, answers in time, gaps between two phrases."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from qa.call import Role
from qa.checks.params import Params, Part, Phrases, Wanted, one_or_many
from qa.checks.signal import FAINT, Signal, any_of
from qa.checks.stream import Occurrence
from qa.checks.view import EXPECTED, UNEXPECTED, CallView, Window
from qa.finding import Evidence

LIKELY = 0.5
TOLERANCE_S = 0.3
Which = Literal["any", "all", "first", "last"] | Annotated[int, Field(strict=True, ge=1)]


class Anchor(Params):
    """Hits of phrases from which others are counted; `which`: any, all, first, last or the n-th hit (1, 2 …)."""

    phrases: tuple[str, ...]
    by: Role = "agent"
    which: Which = "any"

    _short = field_validator("phrases", mode="before")(one_or_many)


class Spot(Part):
    """A part of the call, or what comes `after` or `before` hits of other phrases, at most `within_s` seconds or
    `within_turns` turns of the role away from them."""

    after: Anchor | None = None
    before: Anchor | None = None
    within_s: float | None = Field(default=None, gt=0)
    within_turns: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _hangs_on_something(self) -> "Spot":
        if self.after and self.before:
            raise ValueError("`after` and `before` do not go together; use two conditions under `all`")
        if (self.within_s or self.within_turns) and not (self.after or self.before):
            raise ValueError("`within_s` and `within_turns` count from `after` or `before`")
        return self


class HitIn(Wanted):
    """`where`: the place; `times`: how often at least in it."""

    where: Spot = Spot()
    times: int = Field(default=1, ge=1)


class Followed(Phrases):
    """`then`: what the other side has to say, anything where nothing is written; `within_s` after the words' turn;
    `which`: any hit, all, the first, the last or the n-th."""

    then: tuple[str, ...] = ()
    within_s: float = Field(default=5.0, gt=0)
    which: Which = "all"


class Gap(Params):
    """From the end of a hit of `after` to the next hit of `until`: longer than `over_s`, or shorter than `under_s`."""

    after: Anchor
    until: Anchor
    over_s: float | None = Field(default=None, ge=0)
    under_s: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_limit(self) -> "Gap":
        if (self.over_s is None) == (self.under_s is None):
            raise ValueError("write either `over_s` or `under_s`")
        return self


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds [start, end) in which something is looked for; `probability` that what opens it was said."""

    probability: float
    start_s: float
    end_s: float
    anchor: Occurrence | None = None


def hit(view: CallView, params: HitIn) -> Signal:
    """The role says one of the phrases in that place, at least so many times."""
    place = params.where
    anchor = place.after or place.before
    if anchor is None:
        return _said(view, params, Stretch(1.0, 0.0, float("inf")))
    stretches = [_reach(view, params, found) for found in _hits(view, anchor)]
    return _combined([(s, _said(view, params, s)) for s in stretches], anchor.which)


def followed(view: CallView, params: Followed) -> Signal:
    """After the role's words the other side says something (or something in particular) within so many seconds."""
    other: Role = "customer" if params.by == "agent" else "agent"
    anchor = Anchor(phrases=params.phrases, by=params.by, which=params.which)
    answers: list[tuple[Stretch, Signal]] = []
    for said in _hits(view, anchor, params.where.window()):
        start_s, limit_s = said.start_s, said.turn.end_s + params.within_s
        stretch = Stretch(said.probability, start_s, limit_s + TOLERANCE_S, said)
        answers.append((stretch, any_of(list(_answers(view, params, other, start_s, limit_s)))))
    return _combined(answers, params.which)


def gap(view: CallView, params: Gap) -> Signal:
    """Between two phrases lies more time than `over_s`, or less than `under_s`."""
    gaps: list[tuple[Stretch, Signal]] = []
    ends = [o for o in _hits(view, params.until) if o.probability >= LIKELY]
    for opened in _hits(view, params.after):
        closed = next((o for o in ends if o.start_s >= opened.end_s and o is not opened), None)
        if closed is None:
            continue
        length = closed.start_s - opened.end_s
        limit = params.over_s if params.over_s is not None else params.under_s or 0.0
        beyond = length - limit if params.over_s is not None else limit - length
        likely = 0.5 if abs(beyond) < TOLERANCE_S else float(beyond > 0)
        signal = Signal(
            min(likely, closed.probability), (opened.evidence(), closed.evidence()), f"两句话相隔 {length:.1f} 秒"
        )
        gaps.append((Stretch(opened.probability, opened.end_s, closed.start_s, opened), signal))
    return _combined(gaps, params.after.which)


def _hits(view: CallView, anchor: Anchor, window: Window | None = None) -> list[Occurrence]:
    """The hits of an anchor in order of time."""
    found = view.contested(anchor.phrases, anchor.by, window or Window(), UNEXPECTED)
    return sorted((o for o in found if o.probability > FAINT), key=lambda o: o.start_s)


def _reach(view: CallView, params: HitIn, anchor: Occurrence) -> Stretch:
    """Where an anchor lets look: after or before it, as far as the place says."""
    place = params.where
    later = place.after is not None
    limit = place.within_s if place.within_s is not None else float("inf")
    start, end = (anchor.end_s, anchor.end_s + limit) if later else (anchor.start_s - limit, anchor.start_s)
    if place.within_turns is not None:
        turns = [t for t in view.turns_in(params.by) if (t.start_s > anchor.start_s) == later and t is not anchor.turn]
        near = turns[: place.within_turns] if later else turns[-place.within_turns :]
        start, end = (start, min(end, near[-1].end_s)) if later and near else (start, end)
        start = max(start, near[0].start_s) if not later and near else start
    return Stretch(anchor.probability, start, end, anchor)


def _said(view: CallView, params: HitIn, stretch: Stretch) -> Signal:
    place = params.where.within(view)
    after = max(place.after_s or 0.0, stretch.start_s)
    before = min(place.before_s if place.before_s is not None else float("inf"), stretch.end_s)
    window = Window(place.part, place.turns, after, before)
    prior = EXPECTED if params.by == "agent" else UNEXPECTED
    found = [
        o
        for o in view.contested(params.phrases, params.by, window, prior)
        if after <= o.start_s < before and not _same_words(o, stretch.anchor)
    ]
    ranked = sorted((o.probability for o in found), reverse=True)
    best = ranked[params.times - 1] if len(ranked) >= params.times else 0.0
    told = tuple(o.evidence() for o in found if o.probability >= max(FAINT, 0.5 * best))
    return Signal(max(best, view.hidden(params.by, window)), told)


def _same_words(one: Occurrence, other: Occurrence | None) -> bool:
    return other is not None and one.role == other.role and one.start < other.end and other.start < one.end


def _answers(view: CallView, params: Followed, role: Role, start_s: float, limit_s: float) -> Iterator[Signal]:
    """What the other side says between the words and the limit, near which it is left open."""
    if params.then:
        window = Window(after_s=start_s, before_s=limit_s + TOLERANCE_S)
        said = [(o.start_s, o.probability, o.evidence()) for o in view.contested(params.then, role, window, EXPECTED)]
        yield Signal(view.hidden(role, window))
    else:
        turns = [(t, view.weight(t, role)) for t in view.turns if view.weight(t, role) >= LIKELY]
        said = [(t.start_s, w, Evidence(t.role, t.start_s, t.end_s, t.text, w)) for t, w in turns]
    for second, probability, evidence in said:
        if start_s < second <= limit_s + TOLERANCE_S:
            close = abs(second - limit_s) < TOLERANCE_S
            yield Signal(min(0.5, probability) if close else probability, (evidence,))


def _combined(found: list[tuple[Stretch, Signal]], which: Which) -> Signal:
    """One answer of those after each hit; no hit at all is no."""
    if not found:
        return Signal(0.0)
    if which == "any":
        return any_of([_both(stretch, signal) for stretch, signal in found])
    if which == "all":
        # A hit that hardly was one need not be answered.
        held = min(max(1.0 - stretch.probability, signal.probability) for stretch, signal in found)
        likeliest = max(stretch.probability for stretch, _ in found)
        return Signal(min(likeliest, held), tuple(e for _, s in found for e in s.evidence), _why(found))
    sure = [pair for pair in found if pair[0].probability >= LIKELY] or found
    number = len(sure) if which == "last" else 1 if which == "first" else int(which)
    return _both(*sure[number - 1]) if number <= len(sure) else Signal(0.0)


def _both(stretch: Stretch, signal: Signal) -> Signal:
    return Signal(min(stretch.probability, signal.probability), signal.evidence, signal.why)


def _why(found: list[tuple[Stretch, Signal]]) -> str:
    return "；".join(dict.fromkeys(s.why for _, s in found if s.why))
