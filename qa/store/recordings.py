"""Which recordings are past their time, and what the store knows of them; the files themselves are not touched here."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session

from qa.store import audit
from qa.store.forgetting import Order
from qa.store.needed import Needs, Reason, needs
from qa.store.retention import SUBJECTS, local, past_due, why
from qa.store.tables import CallRecord, SeenRecord
from qa.store.work import Seen, seen_files

_CALL: Any = CallRecord
_SEEN: Any = SeenRecord


@dataclass(frozen=True, slots=True)
class Recording:
    """A file past its time: its path, its calls by id, the hashes that it had for them, and when it was last hashed.

    `hashes` is empty where none of its calls could be scored.
    """

    path: str
    call_ids: tuple[str, ...]
    hashes: frozenset[str]
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class Page:
    """Recordings past their time, and the calls among a page of them that keep theirs, with why.

    `last` is where the next page goes on, None where there is nothing further.
    """

    recordings: tuple[Recording, ...]
    kept: dict[str, Reason]
    last: str | None


def recordings_due(*, session: Session, order: Order, after: str, most: int) -> Page:
    """Files of this machine that can go, of up to so many calls from an id on."""
    reason = why(needs(session=session, now=order.now), "recordings", order.before)
    query = select(_CALL.call_id, _CALL.recording_path, reason).where(past_due("recordings", order.before), local())
    rows = session.execute(query.where(_CALL.call_id > after).order_by(_CALL.call_id).limit(most)).all()
    paths = list(dict.fromkeys(path for _, path, told in rows if told is None))
    seen = seen_files(session=session, locations=paths)
    calls: dict[str, list[Any]] = defaultdict(list)
    query = select(_CALL.recording_path, _CALL.call_id, _CALL.audio_sha256).where(*_of(paths)).order_by(_CALL.call_id)
    for row in session.execute(query):
        calls[row.recording_path].append(row)
    return Page(
        tuple(
            Recording(
                path,
                tuple(row.call_id for row in calls[path]),
                frozenset(row.audio_sha256 for row in calls[path] if row.audio_sha256),
                seen.get(path),
            )
            for path in paths
        ),
        {call_id: told for call_id, _, told in rows if told is not None},
        rows[-1].call_id if rows else None,
    )


def forget_recordings(
    *, session: Session, order: Order, paths: Sequence[str], remove: Callable[[str], bool]
) -> tuple[str, ...]:
    """Removes files by `remove`, which tells whether the file is gone, and notes it on all their calls; returns these.

    One transaction. A file that somebody needs since it was looked up stays.
    """
    session.execute(select(_CALL.call_id).where(*_of(paths)).order_by(_CALL.call_id).with_for_update())
    holds = needs(session=session, now=order.now)
    gone = [path for path in _free(session, holds, order, paths) if remove(path)]
    if not gone:
        return ()
    calls = session.execute(select(_CALL.call_id).where(*_of(gone)).order_by(_CALL.call_id)).scalars().all()
    session.execute(update(CallRecord).where(*_of(gone)).values(recording_removed_at=order.now))
    session.execute(delete(SeenRecord).where(_SEEN.location.in_(gone)))
    audit.record(
        session=session,
        by=order.by,
        action="recordings removed",
        subject=SUBJECTS["recordings"],
        after={"calls": len(calls), "in_all": order.done + len(calls), "days": order.days},
        at=order.now,
    )
    return tuple(calls)


def _free(session: Session, holds: Needs, order: Order, paths: Sequence[str]) -> list[str]:
    query = select(_CALL.recording_path, why(holds, "recordings", order.before))
    told = session.execute(query.where(*_of(paths), past_due("recordings", order.before))).all()
    needed = {path for path, reason in told if reason is not None}
    return [path for path in dict.fromkeys(path for path, _ in told) if path not in needed]


def _of(paths: Sequence[str]) -> tuple[Any, ...]:
    return _CALL.recording_path.in_(paths), _CALL.recording_removed_at.is_(None)
