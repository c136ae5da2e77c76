"""What a call leaves to be done: pure, from the call and its rule set."""

from dataclasses import replace
from datetime import datetime, timedelta

from qa.call import Call, Role
from qa.checks.stream import Occurrence
from qa.checks.view import CallView
from qa.followup.due import due_at
from qa.followup.item import Draft, Priority
from qa.rules.model import RuleSet

SURE = 0.9
"""As for a deduction: what is likely, but not sure, is left to the rule `promise-time` and whoever reviews it."""
COMPLAINT_TIME = timedelta(hours=48)
"""House: a complaint is answered within two days."""


def follow_ups(call: Call, ruleset: RuleSet, *, repeated: bool = False) -> tuple[Draft, ...]:
    """Complaints and promised call-backs of a call that has a start time.

    `repeated`: the caller has called before in these days, which raises the priority, as urgent words do.
    """
    called_at = call.meta.started_at
    if called_at is None:
        return ()
    view = CallView(call, ruleset.book)
    priority, reasons = _priority(view, repeated)
    drafts = [d for d in (_complaint(view, called_at), _promise(view, called_at)) if d is not None]
    return tuple(replace(d, priority=max(d.priority, priority), reasons=(*d.reasons, *reasons)) for d in drafts)


def _complaint(view: CallView, called_at: datetime) -> Draft | None:
    meta = view.call.meta
    denied = surely(view, "no-complaint", "customer")
    said = None if denied else surely(view, "complains", "customer")
    if not meta.complaint and said is None:
        return None
    words, at_s = (said.turn.text, said.start_s) if said else ("", None)
    return Draft("complaint", meta.call_id, called_at + COMPLAINT_TIME, words, at_s, meta.work_order, 1)


def _promise(view: CallView, called_at: datetime) -> Draft | None:
    promised = surely(view, "promises", "agent")
    if promised is None:
        return None
    meta, turn = view.call.meta, promised.turn
    around = [t for t in view.turns if t.role == "agent" and turn.start_s - 15 <= t.start_s <= turn.end_s + 15]
    spoken = "".join(t.text for t in around)
    ended_at = called_at + timedelta(seconds=view.call.duration_s)
    return Draft("promise", meta.call_id, due_at(spoken, ended_at), turn.text, promised.start_s, meta.work_order)


def _priority(view: CallView, repeated: bool) -> tuple[Priority, tuple[str, ...]]:
    urgent = surely(view, "urgent", "customer")
    reasons = [*([urgent.wording] if urgent else []), *(["多次来电"] if repeated else [])]
    return (2 if urgent else 1 if repeated else 0), tuple(reasons)


def surely(view: CallView, phrases: str, role: Role) -> Occurrence | None:
    """The first place where a role surely says one of the phrases; None where the rule set has no such phrases."""
    if phrases not in view.book.phrases:
        return None
    found = view.find_any((phrases,), role)
    return min((o for o in found if o.probability >= SURE), key=lambda o: o.start_s, default=None)
