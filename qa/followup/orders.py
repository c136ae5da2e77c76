"""Work orders of another system: read from CSV, and held against what was said in a call."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.call import Call
from qa.checks.repeat import address_turns, phone_turns, shared_sounds
from qa.checks.view import CallView
from qa.errors import ConfigError
from qa.files import csv_text
from qa.followup.find import surely
from qa.followup.item import Draft
from qa.metadata import Time
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


class Order(BaseModel):
    """One row of orders.csv; what is empty is not known. Times without offset are Asia/Shanghai."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    order_id: str = Field(min_length=1, max_length=200)
    call_id: str | None = None
    agent_id: str | None = None
    opened_at: Time = None
    closed_at: Time = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class OrdersFile:
    """The orders of a file, and what is wrong with its other rows, one line each."""

    orders: tuple[Order, ...]
    problems: tuple[str, ...]


def read_orders(path: Path) -> OrdersFile:
    """Reads orders.csv (UTF-8 or GB 18030). Raises ConfigError where the file as a whole cannot be read."""
    rows = csv.DictReader(csv_text(path).splitlines())
    if "order_id" not in (rows.fieldnames or ()):
        raise ConfigError(f"{path}: no column order_id; the first line must name the columns")
    orders: dict[str, Order] = {}
    problems = []
    for number, row in enumerate(rows, start=2):
        fields = {name: value.strip() for name, value in row.items() if name and isinstance(value, str)}
        try:
            order = Order.model_validate({name: value for name, value in fields.items() if value})
        except ValidationError as error:
            fault = error.errors()[0]
            problems.append(f"{path}:{number}: {fault['loc'][0]}: {fault['msg'].removeprefix('Value error, ').lower()}")
            continue
        if order.order_id in orders:
            problems.append(f"{path}:{number}: order_id {order.order_id!r} appears twice; the later row counts")
        orders[order.order_id] = order
    return OrdersFile(tuple(orders.values()), tuple(problems))


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
