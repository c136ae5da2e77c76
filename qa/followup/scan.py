"""Going through stored calls for what they leave to be done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from qa.followup.find import follow_ups
from qa.followup.item import Draft
from qa.followup.orders import FOLLOW_UP_TIME, differences, missing, unfollowed
from qa.pipeline import call_of
from qa.rules.model import RuleSet
from qa.store.archive import load_archived
from qa.store.engine import reading, writing
from qa.store.filters import CallFilter
from qa.store.followups import add_items, called_before, closed_orders, orders_of, orders_span
from qa.store.queries import call_ids

PAGE = 200
CLOSED_WITHIN = timedelta(days=30)
"""Orders that were closed longer ago are not held against calls any more."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """How many calls were gone through, and how many items are new."""

    calls: int
    added: int


def scan(engine: Engine, rulesets: Mapping[str, RuleSet], where: CallFilter, *, now: datetime) -> Scanned:
    """Finds what the calls of a filter leave to be done; a call gone through again adds nothing twice."""
    with reading(engine) as session:
        ids = call_ids(session=session, where=where)
    added = 0
    for start in range(0, len(ids), PAGE):
        with reading(engine) as session:
            drafts = list(_found(session, rulesets, ids[start : start + PAGE]))
        with writing(engine) as session:
            added += add_items(session=session, drafts=drafts, by="qa", now=now)
    with reading(engine) as session:
        closed = closed_orders(session=session, since=now - CLOSED_WITHIN - FOLLOW_UP_TIME)
    late = [draft for order, followed in closed if (draft := unfollowed(order, followed, now)) is not None]
    with writing(engine) as session:
        added += add_items(session=session, drafts=late, by="qa", now=now)
    return Scanned(len(ids), added)


def _found(session: Session, rulesets: Mapping[str, RuleSet], ids: list[str]) -> Iterator[Draft]:
    span = orders_span(session=session)
    for entry in load_archived(session=session, call_ids=ids):
        ruleset = rulesets.get(entry.meta.ruleset or "")
        if ruleset is None:
            continue
        call, meta = call_of(entry.meta, entry.transcript), entry.meta
        repeated = called_before(session=session, call_id=meta.call_id, caller=meta.caller, at=meta.started_at)
        yield from follow_ups(call, ruleset, repeated=repeated)
        orders = orders_of(session=session, call_id=meta.call_id, work_order=meta.work_order)
        for order in orders:
            yield from differences(call, ruleset, order)
        # Only where orders of that time were imported can one be missing.
        covered = span is not None and meta.started_at is not None and span[0] <= meta.started_at <= span[1]
        if covered and (draft := missing(call, ruleset, orders)) is not None:
            yield draft
