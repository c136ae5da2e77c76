"""Work orders held against what was said in a call."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from qa.call import Call
from qa.checks.repeat import address_turns, phone_turns, shared_sounds
from qa.checks.view import CallView
from qa.followup.find import surely
from qa.followup.item import Draft
from qa.followup.order import Order
from qa.phonetics import phones
from qa.phonetics.number import stated
from qa.phonetics.syllables import concatenate
from qa.rules.model import RuleSet

CHECK_TIME = timedelta(hours=24)
"""House: what differs is looked at within a day."""
FOLLOW_UP_TIME = timedelta(days=2)
"""House: a closed order is followed up within two days."""
RIGHT, WRONG = 0.7, 0.3
"""How often an order has the number that was said, before listening."""
DIFFERS, TOLD_SURELY = 0.2, 0.9
SAME_ADDRESS = 0.3
"""An address of which fewer sound pairs are heard is another one; read-backs of the same share far more."""


def differences(call: Call, ruleset: RuleSet, order: Order) -> tuple[Draft, ...]:
    """Where an order's phone number or address is clearly not what the customer said; nothing where it is unsure."""
    called_at = call.meta.started_at
    if called_at is None:
        return ()
    view = CallView(call, ruleset.book)
    params = {rule.id: rule.violated.params for rule in ruleset.rules}
    due = called_at + CHECK_TIME
    found = []
    if order.phone and (at_s := _phone_differs(view, params.get("repeat-back-phone"), order.phone)) is not None:
        found.append(Draft("phone-differs", call.meta.call_id, due, order.phone, at_s, order.order_id))
    if order.address and (at_s := _address_differs(view, params.get("repeat-back-address"), order.address)) is not None:
        found.append(Draft("address-differs", call.meta.call_id, due, order.address, at_s, order.order_id))
    return tuple(found)


def missing(call: Call, ruleset: RuleSet, orders: Sequence[Order]) -> Draft | None:
    """The agent surely says that something is registered, and no order belongs to the call."""
    called_at = call.meta.started_at
    if called_at is None or orders:
        return None
    said = surely(CallView(call, ruleset.book), "registered", "agent")
    if said is None:
        return None
    return Draft("order-missing", call.meta.call_id, called_at + CHECK_TIME, said.turn.text, said.start_s)


def unfollowed(order: Order, followed: bool, now: datetime) -> Draft | None:
    """A closed order that nobody has called about within the time for it."""
    if followed or order.closed_at is None or order.closed_at + FOLLOW_UP_TIME > now:
        return None
    return Draft("no-follow-up", order.call_id, order.closed_at + FOLLOW_UP_TIME, order_id=order.order_id)


def _phone_differs(view: CallView, params: Any, phone: str) -> float | None:
    """The second at which the customer says another number; None where the same was said, or none for sure."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    told = phone_turns(view, params) if params is not None and len(digits) >= 7 else None
    if told is None or told.probability < TOLD_SURELY:
        return None
    spoken = [t for t in view.turns if t.role == "customer" and told.first.start_s <= t.start_s <= told.last.end_s]
    heard = concatenate([view.phones(turn) for turn in spoken])
    held = stated(digits, heard)
    if max(held.same, held.other) <= held.none or held.given(RIGHT, WRONG) > DIFFERS:
        return None
    return told.first.start_s


def _address_differs(view: CallView, params: Any, address: str) -> float | None:
    told = [t for t in address_turns(view, params) if t.probability >= TOLD_SURELY] if params is not None else []
    if not told:
        return None
    wanted = phones(address)
    shares = [shared_sounds([wanted], [view.phones(t) for t in place.turns]) for place in told]
    return told[0].turns[0].start_s if max(shares) < SAME_ADDRESS else None
