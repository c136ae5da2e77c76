"""Coaching: what a shift lead talks over with an agent, and the action they agree on."""

from datetime import UTC, date, datetime

from sqlmodel import Session, col, select

from qa.store import audit
from qa.store.costs import EntryError
from qa.store.tables import CoachingRecord


def coach(
    *,
    session: Session,
    agent_id: str,
    note: str,
    by: str,
    action: str = "",
    due_on: date | None = None,
    call_id: str | None = None,
    at: datetime | None = None,
) -> None:
    """Records a talk with an agent. Raises EntryError without a note, or with a day but no action due on it."""
    if not note.strip():
        raise EntryError("say what was talked over")
    if due_on and not action.strip():
        raise EntryError("name the action that is due on that day")
    at = at or datetime.now(UTC)
    row = CoachingRecord(
        agent_id=agent_id, call_id=call_id, note=note.strip(), action=action.strip(), due_on=due_on, by=by, at=at
    )
    session.add(row)
    session.flush()
    _record(session, row, "coaching", by, at)


def settle_action(*, session: Session, coaching_id: int, by: str, at: datetime | None = None) -> None:
    """Notes that an agreed action was carried out; once only. Raises EntryError where there is none open."""
    row = session.get(CoachingRecord, coaching_id)
    if row is None or not row.action or row.done_at:
        raise EntryError("no such open action; it may have been settled meanwhile")
    row.done_by, row.done_at = by, at or datetime.now(UTC)
    session.add(row)
    _record(session, row, "agreed action done", by, row.done_at)


def coachings(*, session: Session, agent_id: str, limit: int = 100) -> list[CoachingRecord]:
    """The talks with an agent, newest first."""
    query = select(CoachingRecord).where(CoachingRecord.agent_id == agent_id).order_by(col(CoachingRecord.id).desc())
    return list(session.exec(query.limit(limit)).all())


def _record(session: Session, row: CoachingRecord, action: str, by: str, at: datetime) -> None:
    told = {"id": row.id, "call": row.call_id, "due": row.due_on.isoformat() if row.due_on else None}
    audit.record(session=session, by=by, action=action, subject=f"agent:{row.agent_id}", after=told, at=at)
