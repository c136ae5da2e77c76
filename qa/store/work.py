"""What runs must know of each other and of earlier nights: files seen, calls claimed, calls that failed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select, update

from qa.machine import host, process_lives
from qa.store.tables import ClaimRecord, FailureRecord, RunRecord, SeenRecord

CHUNK = 500
BEAT_S = 10.0
SILENT_S = 120.0
"""A run of another machine that has not told for so long that it lives counts as dead."""
TRIES = 3
"""After so many failures for want of network or memory a recording is left alone like any other that failed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A recording's hash when its file had this stamp."""

    location: str
    stamp: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that failed when it was worked; see `FailureRecord`."""

    call_id: str
    attempts: int
    held: bool
    stamp: str
    meta_sha256: str


def seen_files(*, session: Session, locations: Sequence[str]) -> dict[str, Seen]:
    """What is known of those recordings, by location."""
    found: dict[str, Seen] = {}
    for chunk in _chunks(locations):
        for row in session.exec(select(SeenRecord).where(col(SeenRecord.location).in_(chunk))).all():
            found[row.location] = Seen(row.location, row.stamp, row.sha256)
        session.expunge_all()
    return found


def note_seen(*, session: Session, seen: Iterable[Seen]) -> None:
    """Remembers recordings' hashes, except of files that have no stamp to tell a change by."""
    known = {one.location: one for one in seen if one.stamp}
    # Sorted, so that two runs that note the same files do not wait for each other in a circle.
    rows = [{"location": s.location, "stamp": s.stamp, "sha256": s.sha256} for _, s in sorted(known.items())]
    if not rows:
        return
    new = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(SeenRecord)
    changed = {"stamp": new.excluded.stamp, "sha256": new.excluded.sha256}
    session.execute(new.on_conflict_do_update(index_elements=["location"], set_=changed), rows)


def claim(*, session: Session, call_id: str, run_id: int) -> bool:
    """Takes a call for a run; False where another run that lives has it. Needs a writing session."""
    row = session.exec(select(ClaimRecord).where(ClaimRecord.call_id == call_id).with_for_update()).first()
    if row is not None and row.run_id != run_id and run_lives(session=session, run_id=row.run_id):
        return False
    try:
        with session.begin_nested():
            session.merge(ClaimRecord(call_id=call_id, run_id=run_id))
    except IntegrityError:
        return False
    return True


def release(*, session: Session, run_id: int, call_id: str | None = None) -> None:
    """Gives back a call that a run has claimed, or all of them."""
    query = delete(ClaimRecord).where(col(ClaimRecord.run_id) == run_id)
    session.execute(query if call_id is None else query.where(col(ClaimRecord.call_id) == call_id))


def beat(*, session: Session, run_id: int) -> None:
    """Tells that a run lives."""
    session.execute(update(RunRecord).where(col(RunRecord.id) == run_id).values(beat_at=datetime.now(UTC)))


def run_lives(*, session: Session, run_id: int) -> bool:
    """Whether a run is still at work."""
    run = session.get(RunRecord, run_id, populate_existing=True)
    return run is not None and lives(run, datetime.now(UTC))


def lives(run: RunRecord, now: datetime) -> bool:
    """Whether a run is at work at `now`: of this machine by its process, of another by when it last told."""
    if run.finished_at is not None or run.beat_at is None or now - run.beat_at > timedelta(seconds=SILENT_S):
        return False
    return run.host != host() or (run.pid is not None and process_lives(run.pid))


def failures(*, session: Session, call_ids: Iterable[str] | None = None) -> Mapping[str, Failure]:
    """The calls that failed when they were worked, by call id: all, or those among `call_ids`."""
    found: dict[str, Failure] = {}
    for chunk in [None] if call_ids is None else _chunks(list(call_ids)):
        query = select(FailureRecord).order_by(col(FailureRecord.call_id))
        if chunk is not None:
            query = query.where(col(FailureRecord.call_id).in_(chunk))
        for row in session.exec(query).all():
            found[row.call_id] = Failure(row.call_id, row.attempts, row.held, row.stamp, row.meta_sha256)
    return found


def note_failure(*, session: Session, call_id: str, stamp: str, meta_sha256: str, passing: bool) -> None:
    """Counts a failed attempt. The call is held, unless the cause may pass and it was not tried often yet."""
    now = datetime.now(UTC)
    row = session.get(FailureRecord, call_id)
    attempts = row.attempts + 1 if row and row.stamp == stamp else 1
    session.merge(
        FailureRecord(
            call_id=call_id,
            attempts=attempts,
            held=not passing or attempts >= TRIES,
            stamp=stamp,
            meta_sha256=meta_sha256,
            first_at=row.first_at if row else now,
            last_at=now,
        )
    )


def forget_failure(*, session: Session, call_id: str) -> None:
    """Forgets what failed before, since the call is scored now."""
    session.execute(delete(FailureRecord).where(col(FailureRecord.call_id) == call_id))


def _chunks(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
