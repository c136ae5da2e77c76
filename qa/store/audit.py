"""The audit log: who changed what, when, from what to what. Rows are only added, each sealed by the one before it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from qa.store.tables import AuditRecord

START = "0" * 64
_LOCK = 0x6175646974


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the log; `before` and `after` are what stood and what stands now, None where there is nothing."""

    seq: int
    at: datetime
    by: str
    action: str
    subject: str
    before: Any
    after: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What going through the log found: rows, the newest hash, and every fault as a line that names the row."""

    rows: int
    head: str
    faults: tuple[str, ...]


def record(
    *,
    session: Session,
    by: str,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Adds a row to the log, in the transaction of the change itself.

    `subject` names the thing that changed, as `call:c1` or `user:wang`; `before` and `after` are plain JSON values,
    and never a transcript's words.
    """
    if session.get_bind().dialect.name != "sqlite":
        # Two at once would continue the same row; SQLite lets only one write anyway.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    last = session.exec(select(AuditRecord).order_by(col(AuditRecord.seq).desc()).limit(1)).first()
    row = AuditRecord(
        seq=last.seq + 1 if last else 1,
        at=(at or datetime.now(UTC)).astimezone(UTC),
        by=by,
        action=action,
        subject=subject,
        before=_text(before),
        after=_text(after),
        reason=reason,
        previous=last.hash if last else START,
        hash="",
    )
    row.hash = _seal(row)
    session.add(row)
    session.flush()


def verify(*, session: Session, head: str | None = None) -> Verdict:
    """Goes through the whole log. Rows that were cut off its end are only missed where an older `head` is given."""
    faults: list[str] = []
    expected, previous, seen = 1, START, head is None
    rows = 0
    for row in session.exec(select(AuditRecord).order_by(col(AuditRecord.seq)).execution_options(yield_per=1000)):
        if row.seq != expected:
            faults.append(f"{_rows(expected, row.seq - 1)} missing")
        elif row.previous != previous:
            faults.append(f"row {row.seq} does not continue row {row.seq - 1}")
        if row.hash != _seal(row):
            faults.append(f"row {row.seq} was changed ({row.action} {row.subject} by {row.by})")
        seen = seen or row.hash == head
        expected, previous, rows = row.seq + 1, row.hash, rows + 1
    if not seen:
        faults.append(f"no row has the hash {head}; rows were cut off the end or the whole log was written anew")
    return Verdict(rows, previous, tuple(faults))


def entries(*, session: Session, subject: str | None = None, limit: int = 100, offset: int = 0) -> list[Entry]:
    """The newest rows, of one subject or of all."""
    query = select(AuditRecord).order_by(col(AuditRecord.seq).desc()).limit(limit).offset(offset)
    if subject is not None:
        query = query.where(AuditRecord.subject == subject)
    return list(_entries(session.exec(query)))


def _entries(rows: Any) -> Iterator[Entry]:
    for row in rows:
        before, after = (None if part is None else json.loads(part) for part in (row.before, row.after))
        yield Entry(row.seq, row.at, row.by, row.action, row.subject, before, after, row.reason)


def _rows(first: int, last: int) -> str:
    return f"row {first} is" if first == last else f"rows {first} to {last} are"


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _seal(row: AuditRecord) -> str:
    told = (row.seq, row.at.isoformat(), row.by, row.action, row.subject, row.before, row.after, row.reason)
    return hashlib.sha256(json.dumps([*told, row.previous], ensure_ascii=False).encode()).hexdigest()
