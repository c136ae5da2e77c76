"""On-site inspections (现场管理) and confirmed complaints: what comes off an agent's period score besides calls."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from qa.rules.scheme import OnsiteItem
from qa.store import audit
from qa.store.costs import EntryError, scheme_of_day
from qa.store.locks import check_open
from qa.store.periods import correct_period
from qa.store.tables import ComplaintRecord, OnsiteRecord, PeriodLockRecord

R = TypeVar("R", OnsiteRecord, ComplaintRecord)


def onsite_items(*, session: Session, day: date) -> tuple[OnsiteItem, ...]:
    """The items that can be entered on a day."""
    return scheme_of_day(session=session, day=day).onsite


def enter_onsite(
    *,
    session: Session,
    agent_id: str,
    day: date,
    item: str,
    by: str,
    shift: str | None = None,
    note: str = "",
    at: datetime | None = None,
    correction: str = "",
) -> OnsiteRecord:
    """Enters an on-site item seen on an agent.

    An item that costs points only after a warning is a warning the first time, and a deduction when it is seen again
    within the scheme's `warning_days`.
    """
    scheme = scheme_of_day(session=session, day=day)
    found = next((i for i in scheme.onsite if i.id == item), None)
    if found is None:
        raise EntryError(f"{item}: no such on-site item; choose one of {', '.join(i.id for i in scheme.onsite)}")
    closed = check_open(session=session, day=day, correction=correction)
    warning = found.after_warning and not _warned(session, agent_id, item, day, scheme.warning_days)
    row = OnsiteRecord(
        agent_id=agent_id,
        day=day,
        shift=shift,
        item=item,
        name=found.name,
        clause=found.clause,
        warning=warning,
        points=0.0 if warning else found.points,
        note=note.strip(),
        by=by,
        at=at or datetime.now(UTC),
    )
    session.add(row)
    _record(session, row, "onsite", by, closed, correction, None)
    return row


def confirm_complaint(
    *,
    session: Session,
    agent_id: str,
    day: date,
    by: str,
    note: str,
    call_id: str | None = None,
    points: float | None = None,
    at: datetime | None = None,
    correction: str = "",
) -> ComplaintRecord:
    """Enters a complaint that was looked into and found right; without `points` it costs what the scheme says."""
    if points is None:
        points = scheme_of_day(session=session, day=day).complaint_points
    if not 0 <= points <= 100:
        raise EntryError(f"{points:g} points; a complaint costs 0 to 100")
    closed = check_open(session=session, day=day, correction=correction)
    at = at or datetime.now(UTC)
    row = ComplaintRecord(agent_id=agent_id, day=day, call_id=call_id, points=points, note=note.strip(), by=by, at=at)
    session.add(row)
    _record(session, row, "complaint", by, closed, correction, None)
    return row


def withdraw_entry(
    *,
    session: Session,
    entry: OnsiteRecord | ComplaintRecord,
    by: str,
    reason: str,
    at: datetime | None = None,
    correction: str = "",
) -> None:
    """Takes an on-site entry or a complaint back; it stays on record with the reason and costs nothing any more."""
    if not reason.strip():
        raise EntryError("say why the entry is withdrawn")
    if entry.withdrawn_at is not None:
        raise EntryError("the entry was withdrawn already")
    closed = check_open(session=session, day=entry.day, correction=correction)
    before = _told(entry)
    entry.withdrawn_by, entry.withdrawn_at, entry.withdrawn_reason = by, at or datetime.now(UTC), reason.strip()
    session.add(entry)
    kind = "onsite" if isinstance(entry, OnsiteRecord) else "complaint"
    _record(session, entry, f"{kind} withdrawn", by, closed, correction or reason, before)


def onsite_entries(
    *, session: Session, first_day: date, last_day: date, agent_ids: Sequence[str] | None = None
) -> list[OnsiteRecord]:
    """The entries of a span of days, withdrawn ones and warnings too, newest first."""
    return _entries(session, OnsiteRecord, first_day, last_day, agent_ids)


def confirmed_complaints(
    *, session: Session, first_day: date, last_day: date, agent_ids: Sequence[str] | None = None
) -> list[ComplaintRecord]:
    """The confirmed complaints of a span of days, withdrawn ones too, newest first."""
    return _entries(session, ComplaintRecord, first_day, last_day, agent_ids)


def _entries(
    session: Session, table: type[R], first_day: date, last_day: date, agent_ids: Sequence[str] | None
) -> list[R]:
    query = select(table).where(col(table.day) >= first_day, col(table.day) <= last_day)
    if agent_ids is not None:
        query = query.where(col(table.agent_id).in_(agent_ids))
    return list(session.exec(query.order_by(col(table.day).desc(), col(table.id).desc())).all())


def _warned(session: Session, agent_id: str, item: str, day: date, days: int) -> bool:
    query = select(OnsiteRecord.id).where(
        OnsiteRecord.agent_id == agent_id,
        OnsiteRecord.item == item,
        col(OnsiteRecord.day) >= day - timedelta(days=days),
        col(OnsiteRecord.day) <= day,
        col(OnsiteRecord.withdrawn_at).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None


def _record(
    session: Session,
    row: OnsiteRecord | ComplaintRecord,
    action: str,
    by: str,
    closed: PeriodLockRecord | None,
    reason: str,
    before: dict[str, Any] | None,
) -> None:
    session.flush()
    audit.record(
        session=session,
        by=by,
        action=f"correction {action}" if closed else action,
        subject=f"agent:{row.agent_id}",
        before=before,
        after=_told(row),
        reason=reason,
    )
    if closed:
        correct_period(session=session, lock=closed, agent_id=row.agent_id, by=by, reason=reason)


def _told(row: OnsiteRecord | ComplaintRecord) -> dict[str, Any]:
    return {
        "id": row.id,
        "day": row.day.isoformat(),
        "item": row.item if isinstance(row, OnsiteRecord) else "complaint",
        "points": row.points if row.withdrawn_at is None else 0.0,
    }
