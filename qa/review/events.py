"""What people do to a scored call. The state of its review is a fold of these events and of nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from qa.finding import Verdict
from qa.rules.scheme import Multiplier

Decision = Literal["confirmed", "overturned", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on one rule's finding.

    `verdict` is what counts from now on, whatever a later rescore finds; `machine_verdict` and `machine_confidence`
    are what was decided on, by the rules of `ruleset_sha256`. `facts` are multipliers that the person found given.
    """

    rule: str
    decision: Decision
    verdict: Verdict
    machine_verdict: Verdict
    machine_confidence: float
    reason: str = ""
    facts: tuple[Multiplier, ...] = ()
    ruleset_sha256: str | None = None
    kind: Literal["judged"] = "judged"


@dataclass(frozen=True, slots=True)
class Deducted:
    """A deduction by an item of the scheme; times in seconds of the recording, None where it is about no words."""

    item: str
    start_s: float | None = None
    end_s: float | None = None
    note: str = ""
    facts: tuple[Multiplier, ...] = ()
    kind: Literal["deducted"] = "deducted"


@dataclass(frozen=True, slots=True)
class Retracted:
    """A manual deduction taken back; `deduction` is the number of the event that made it."""

    deduction: int
    reason: str = ""
    kind: Literal["retracted"] = "retracted"


@dataclass(frozen=True, slots=True)
class Noted:
    """A note for those who review; it changes no score."""

    text: str
    kind: Literal["noted"] = "noted"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The call was gone through: its score stands."""

    kind: Literal["confirmed"] = "confirmed"


@dataclass(frozen=True, slots=True)
class Undone:
    """The latest event that stood is taken back; `seq` is its number."""

    seq: int
    kind: Literal["undone"] = "undone"


Action = Judged | Deducted | Retracted | Noted | Confirmed | Undone
_ACTION: TypeAdapter[Action] = TypeAdapter(Action)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done: number (from 1 within the call), by whom, when; by which appeal's ruling, if any."""

    seq: int
    by: str
    at: datetime
    action: Action
    appeal_id: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What stands of a call's review: verdicts by rule, deductions and notes in order, who confirmed."""

    verdicts: Mapping[str, Event]
    deductions: tuple[Event, ...]
    notes: tuple[Event, ...]
    confirmed: Event | None
    changed: Event | None
    """The last standing event that can change the score."""


def action_json(action: Action) -> dict[str, Any]:
    """An action as plain values for JSON; `kind` tells which."""
    plain: dict[str, Any] = _ACTION.dump_python(action, mode="json")
    return plain


def read_action(plain: Mapping[str, Any]) -> Action:
    """The inverse of `action_json`."""
    return _ACTION.validate_python(plain)


def standing(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that were not undone, in order."""
    left: list[Event] = []
    for event in events:
        if isinstance(event.action, Undone):
            left = [other for other in left if other.seq != event.action.seq]
        else:
            left.append(event)
    return tuple(left)


def fold(events: Iterable[Event]) -> State:
    """The state that events lead to. A change to the score after a confirmation asks for another one."""
    verdicts: dict[str, Event] = {}
    deductions: dict[int, Event] = {}
    notes: list[Event] = []
    confirmed: Event | None = None
    changed: Event | None = None
    for event in standing(events):
        match event.action:
            case Noted():
                notes.append(event)
                continue
            case Confirmed():
                confirmed = event
                continue
            case Judged(rule=rule):
                verdicts[rule] = event
            case Deducted():
                deductions[event.seq] = event
            case Retracted(deduction=seq):
                deductions.pop(seq, None)
        changed = event
        # A ruling is final; what an inspector changes must be confirmed again.
        confirmed = event if event.appeal_id is not None else None
    return State(verdicts, tuple(deductions.values()), tuple(notes), confirmed, changed)


def decided(machine: Verdict, decision: Decision) -> Verdict:
    """What a decision on the machine's verdict makes of it: doubt that is confirmed is a violation, overturned none."""
    if decision == "not_applicable":
        return "not_applicable"
    if decision == "confirmed":
        return "violated" if machine == "needs_review" else machine
    return "passed" if machine in ("violated", "needs_review") else "violated"
