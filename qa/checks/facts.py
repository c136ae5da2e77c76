"""Facts that come with the call: metadata, who spoke, how it ended."""

from typing import Literal

from pydantic import Field

from qa.call import Direction, HangupBy, Role
from qa.checks.params import Params
from qa.checks.signal import Signal, unknown
from qa.checks.view import CallView

HARDLY_S = 0.3


class CallIs(Params):
    """Metadata that the call must have; several fields must all fit."""

    direction: Direction | None = None
    hangup_by: HangupBy | None = None
    complaint: bool | None = None
    dissatisfied: bool | None = None
    nuisance: bool | None = None
    sides: Literal["apart", "mixed"] | None = None


def call_is(view: CallView, params: CallIs) -> Signal:
    """The call's metadata have these values; a field that is not known makes the rule not applicable."""
    if params.sides and (view.call.channels == "mono") != (params.sides == "mixed"):
        return Signal(0.0, why="录音为单轨" if params.sides == "apart" else "录音为双轨")
    absent: list[str] = []
    for name in params.model_fields_set - {"sides"}:
        wanted, found = getattr(params, name), getattr(view.call.meta, name)
        if wanted is not None and found is None:
            absent.append(name)
        elif wanted is not None and found != wanted:
            return Signal(0.0)
    return unknown(*sorted(absent)) if absent else Signal(1.0)


class Over(Params):
    """`field` of the metadata, in its own unit."""

    field: Literal["ring_seconds"]
    limit: float


def over(view: CallView, params: Over) -> Signal:
    """A number in the metadata is above the limit."""
    value = getattr(view.call.meta, params.field)
    if value is None:
        return unknown(params.field)
    return Signal(1.0 if value > params.limit else 0.0, why=f"{value:g} 秒")


class Known(Params):
    """`field` of the metadata that must be there."""

    field: Literal["agent_id", "ring_seconds", "started_at", "hangup_by"]


def known(view: CallView, params: Known) -> Signal:
    """The metadata hold this field."""
    return Signal(1.0) if getattr(view.call.meta, params.field) is not None else unknown(params.field)


class SwitchedOn(Params):
    """`variable` of set.yaml."""

    variable: str


def switched_on(view: CallView, params: SwitchedOn) -> Signal:
    """The rule set has this switch on."""
    on = bool(view.variables.get(params.variable))
    return Signal(1.0) if on else Signal(0.0, why="本规则集没有启用")


class Spoke(Params):
    """`least_s`: seconds of speech that count as speaking."""

    role: Role = "customer"
    least_s: float = Field(default=HARDLY_S, gt=0)


def spoke(view: CallView, params: Spoke) -> Signal:
    """The role is heard for longer than a click; turns that nobody is known to have said leave it open."""
    certain = view.spoken_s(params.role)
    words = [t for t in view.turns if t.role == params.role]
    if words and certain >= params.least_s:
        return Signal(max(t.role_confidence for t in words))
    if certain >= 4 * params.least_s or words:
        return Signal(0.7)
    undecided = any(t.role == "unknown" for t in view.turns)
    return Signal(0.5 if undecided else 0.3 if certain >= params.least_s else 0.02)


class HungUp(Params):
    """`within_s`: seconds between the last words and the end of the recording."""

    by: HangupBy
    within_s: float = Field(gt=0)


def hung_up(view: CallView, params: HungUp) -> Signal:
    """This side hung up within so many seconds of the last words."""
    if view.call.meta.hangup_by is None:
        return Signal(0.0)
    if view.call.meta.hangup_by != params.by:
        return Signal(0.0)
    last = max((s.end_s for s in view.call.speech), default=0.0)
    waited = view.call.duration_s - last
    if abs(waited - params.within_s) < HARDLY_S:
        return Signal(0.5)
    return Signal(1.0 if waited < params.within_s else 0.0)


class Perhaps(Params):
    """Nothing to tell: a matter that only a person can judge."""


def perhaps(view: CallView, params: Perhaps) -> Signal:
    """Always half likely, so that the call goes to a person."""
    return Signal(0.5)
