"""The follow-up register in the store: found items come in once, people take, postpone and close them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session

from qa.access import EVERY_CALL, Scope
from qa.call import LOCAL
from qa.errors import ConfigError
from qa.followup.item import Draft, FollowUp, Kind, Priority, State
from qa.followup.order import Order
from qa.store import audit
from qa.store.tables import CallRecord, FollowUpRecord, FollowUpStepRecord, WorkOrderRecord

REPEATED_WITHIN = timedelta(days=7)
"""House: a caller who has called in the week before is told apart."""
ACTIVE = ("open", "taken")

_ITEM: Any = FollowUpRecord
_CALL: Any = CallRecord
_ORDER: Any = WorkOrderRecord


def add_items(*, session: Session, drafts: Iterable[Draft], by: str, now: datetime) -> int:
    """Puts what was found into the register; what is in it already stays as it is. Returns how many are new."""
    added = 0
    for draft in drafts:
        subject = draft.call_id or draft.order_id or ""
        known = select(_ITEM.id).where(_ITEM.kind == draft.kind, _ITEM.subject == subject)
        if session.execute(known).first() is not None:
            continue
        call = session.get(CallRecord, draft.call_id) if draft.call_id else None
        item = FollowUpRecord(
            kind=draft.kind,
            subject=subject,
            call_id=call.call_id if call else None,
            order_id=draft.order_id,
            team=call.team if call else None,
            agent_id=call.agent_id if call else None,
            said="" if call and call.words_removed_at else draft.said,
            at_s=draft.at_s,
            opened_at=call.started_at if call and call.started_at else now,
            due_at=draft.due_at,
            state="open",
            priority=draft.priority,
            reasons=list(draft.reasons),
            closing_note="",
            reminders=0,
        )
        session.add(item)
        session.flush()
        _step(session, item, "opened", by, now, "")
        added += 1
    return added


def list_items(
    *,
    session: Session,
    scope: Scope = EVERY_CALL,
    state: State | None = None,
    kind: Kind | None = None,
    overdue_at: datetime | None = None,
    team: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[FollowUp]:
    """Items that a person may see, the urgent first, then by due time; without a state those not closed.

    `overdue_at` leaves only what should have been done by then.
    """
    query = _chosen(select(FollowUpRecord), scope, state, kind, overdue_at, team)
    query = query.order_by(_ITEM.priority.desc(), _ITEM.due_at, _ITEM.id).limit(limit).offset(offset)
    return [_value(row) for row in session.execute(query).scalars()]


def count_items(
    *,
    session: Session,
    scope: Scope = EVERY_CALL,
    state: State | None = None,
    kind: Kind | None = None,
    overdue_at: datetime | None = None,
    team: str | None = None,
) -> int:
    """How many items `list_items` has to tell of."""
    query = _chosen(select(func.count()).select_from(FollowUpRecord), scope, state, kind, overdue_at, team)
    return int(session.execute(query).scalar_one())


def take(*, session: Session, item_id: int, owner: str, by: str, now: datetime, note: str = "") -> None:
    """Somebody answers for an item from now on. Raises ConfigError for an item that is closed or not there."""
    item = _open(session, item_id)
    _change(session, item, "taken", by, now, note, owner=owner, state="taken")


def postpone(*, session: Session, item_id: int, due_at: datetime, by: str, now: datetime, note: str) -> None:
    """Gives an item more time, for a reason."""
    item = _open(session, item_id)
    _change(session, item, "postponed", by, now, note, due_at=due_at)


def close(*, session: Session, item_id: int, by: str, now: datetime, note: str, dropped: bool = False) -> None:
    """Ends an item with a note on what was done, or why nothing is to be done (`dropped`)."""
    if not note.strip():
        raise ConfigError("an item is closed with a note: what was done, or why nothing is to be done")
    item = _open(session, item_id)
    state: State = "dropped" if dropped else "done"
    _change(session, item, state, by, now, note, state=state, closing_note=note)


def reopen(*, session: Session, item_id: int, by: str, now: datetime, note: str) -> None:
    """Takes the closing of an item back."""
    item = _found(session, item_id)
    state: State = "taken" if item.owner else "open"
    _change(session, item, "reopened", by, now, note, state=state, closing_note="")


def remind(*, session: Session, by: str, now: datetime, scope: Scope = EVERY_CALL) -> list[FollowUp]:
    """The reminder list: every overdue item, which counts one reminder more; each at most once a day."""
    told = []
    for row in session.execute(_chosen(select(FollowUpRecord), scope, None, None, now, None)).scalars():
        steps: Any = FollowUpStepRecord
        last = select(func.max(steps.at)).where(steps.item_id == row.id, steps.kind == "reminded")
        reminded_at = session.execute(last).scalar_one()
        if reminded_at is None or reminded_at.astimezone(LOCAL).date() < now.astimezone(LOCAL).date():
            row.reminders += 1
            _step(session, row, "reminded", by, now, "")
        told.append(_value(row))
    return sorted(told, key=lambda item: (-item.priority, item.due_at, item.id))


def save_orders(*, session: Session, orders: Iterable[Order], now: datetime) -> int:
    """Stores imported orders in place of older rows of the same id; returns how many."""
    count = 0
    for order in orders:
        session.merge(WorkOrderRecord(**order.model_dump(), imported_at=now))
        count += 1
    session.flush()
    return count


def orders_of(*, session: Session, call_id: str, work_order: str | None) -> list[Order]:
    """The orders that name a call, or that the call names."""
    query = select(WorkOrderRecord).where((_ORDER.call_id == call_id) | (_ORDER.order_id == (work_order or "")))
    return [_order(row) for row in session.execute(query.order_by(_ORDER.order_id)).scalars()]


def closed_orders(*, session: Session, since: datetime) -> list[tuple[Order, bool]]:
    """Orders closed since then, and whether a call went out for them afterwards."""
    after = (
        select(_CALL.call_id)
        .where(_CALL.work_order == _ORDER.order_id, _CALL.direction == "outbound", _CALL.started_at >= _ORDER.closed_at)
        .correlate(WorkOrderRecord)
        .exists()
    )
    query = select(WorkOrderRecord, after).where(_ORDER.closed_at >= since).order_by(_ORDER.order_id)
    return [(_order(row), bool(followed)) for row, followed in session.execute(query)]


def orders_span(*, session: Session) -> tuple[datetime, datetime] | None:
    """The opening times of the first and the last order; None where there is no order."""
    first, last = session.execute(select(func.min(_ORDER.opened_at), func.max(_ORDER.opened_at))).one()
    return (first, last) if first and last else None


def called_before(*, session: Session, call_id: str, caller: str | None, at: datetime | None) -> bool:
    """Whether the same caller (a pseudonym) had called within the week before."""
    if not caller or at is None:
        return False
    lately = (_CALL.started_at >= at - REPEATED_WITHIN, _CALL.started_at < at)
    query = select(_CALL.call_id).where(_CALL.caller == caller, _CALL.call_id != call_id, *lately)
    return session.execute(query.limit(1)).first() is not None


def _chosen(
    query: Any, scope: Scope, state: State | None, kind: Kind | None, overdue_at: datetime | None, team: str | None
) -> Any:
    states: Sequence[str] = (state,) if state else ACTIVE
    query = query.where(_ITEM.state.in_(states))
    if not scope.everything:
        query = query.where((_ITEM.agent_id == (scope.agent_id or "")) | _ITEM.team.in_(scope.teams))
    if kind is not None:
        query = query.where(_ITEM.kind == kind)
    if overdue_at is not None:
        query = query.where(_ITEM.due_at < overdue_at)
    return query if team is None else query.where(_ITEM.team == team)


def _found(session: Session, item_id: int) -> FollowUpRecord:
    item = session.get(FollowUpRecord, item_id)
    if item is None:
        raise ConfigError(f"follow-up item {item_id}: there is none; see `qa follow-up list`")
    return item


def _open(session: Session, item_id: int) -> FollowUpRecord:
    item = _found(session, item_id)
    if item.state not in ACTIVE:
        raise ConfigError(f"follow-up item {item_id}: is closed already; reopen it first")
    return item


def _change(session: Session, item: FollowUpRecord, kind: str, by: str, at: datetime, note: str, **values: Any) -> None:
    """A person's change of an item, as a step and for the audit log."""
    before = _told(item)
    for name, value in values.items():
        setattr(item, name, value)
    _step(session, item, kind, by, at, note)
    audit.record(
        session=session,
        by=by,
        action=f"follow-up {kind}",
        subject=f"follow-up:{item.id}",
        before=before,
        after=_told(item),
        reason=note,
        at=at,
    )


def _told(item: FollowUpRecord) -> dict[str, str | None]:
    due = item.due_at.astimezone(LOCAL).isoformat(timespec="seconds")
    return {"state": item.state, "owner": item.owner, "due": due, "note": item.closing_note}


def _step(session: Session, item: FollowUpRecord, kind: str, by: str, at: datetime, note: str) -> None:
    assert item.id is not None
    steps: Any = FollowUpStepRecord
    last = session.execute(select(func.max(steps.seq)).where(steps.item_id == item.id)).scalar_one()
    session.add(FollowUpStepRecord(item_id=item.id, seq=(last or 0) + 1, kind=kind, by=by, at=at, note=note))
    session.flush()


def _value(row: FollowUpRecord) -> FollowUp:
    assert row.id is not None
    return FollowUp(
        id=row.id,
        kind=cast(Kind, row.kind),
        call_id=row.call_id,
        order_id=row.order_id,
        team=row.team,
        agent_id=row.agent_id,
        said=row.said,
        at_s=row.at_s,
        opened_at=row.opened_at.astimezone(LOCAL),
        due_at=row.due_at.astimezone(LOCAL),
        state=cast(State, row.state),
        priority=cast(Priority, row.priority),
        reasons=tuple(row.reasons),
        owner=row.owner,
        closing_note=row.closing_note,
        reminders=row.reminders,
    )


def _order(row: WorkOrderRecord) -> Order:
    return Order(
        order_id=row.order_id,
        call_id=row.call_id,
        agent_id=row.agent_id,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        phone=row.phone,
        address=row.address,
    )
