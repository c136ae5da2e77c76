"""An archive scored again: new scorecards wait beside those that count until all are there, then all count at once."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, func, insert, not_, update
from sqlmodel import Session, col, delete, exists, select

from qa.errors import StoreError
from qa.logs import Item
from qa.machine import host
from qa.store.guard import adding_words
from qa.store.locks import in_closed_period
from qa.store.resettling import resettle_run
from qa.store.saving import finish_run, start_run
from qa.store.scorecards import MADE_FROM, Made, add_scorecards
from qa.store.sums import mark
from qa.store.tables import CallRecord, RunItemRecord, RunRecord, ScorecardRecord
from qa.store.transcripts import drop_unused
from qa.store.work import lives

COMMAND = "rescore"
ENDED = "another `qa rescore` has ended this one; its scores count, not these"


@dataclass(frozen=True, slots=True)
class Published:
    """How many calls got their new score, and how many had been stored by another run meanwhile, whose result stays.

    `closed` calls are in closed periods, where only a recorded correction changes what counts.
    """

    calls: int
    overtaken: int
    closed: int


def resume_or_start(*, session: Session, goal: str, total: int) -> tuple[int, int]:
    """The run that goes on or begins, and how many scorecards wait in it already.

    `goal` is a hash of what the calls are scored by. A broken-off run of another goal is ended, what waits in it goes.
    Raises StoreError where another process is at work.
    """
    now, going = _now(), None
    query = select(RunRecord).where(RunRecord.command == COMMAND, col(RunRecord.finished_at).is_(None))
    for run in session.exec(query.order_by(col(RunRecord.id))).all():
        assert run.id is not None
        if lives(run, now):
            raise StoreError(f"another `qa rescore` (run {run.id}) is at work; wait until it has finished")
        if run.goal == goal:
            going = run
            continue
        finish_run(session=session, run_id=run.id, outcome="stopped")
        session.flush()
        session.execute(delete(ScorecardRecord).where(_waiting(run.id)))
    if going is None or going.id is None:
        run_id = start_run(session=session, command=COMMAND, total=total, goal=goal)
        return run_id, 0
    going.host, going.pid, going.beat_at, going.total = host(), os.getpid(), now, total
    count = select(func.count()).select_from(ScorecardRecord).where(_waiting(going.id))
    return going.id, int(session.execute(count).scalar_one())


def scored_already(*, session: Session, run_id: int, call_ids: Sequence[str]) -> set[str]:
    """Those of the calls whose scorecards wait and stand for the results that the calls have now."""
    query = select(CallRecord.call_id).join(ScorecardRecord, _replaces(run_id))
    return set(session.execute(query.where(col(CallRecord.call_id).in_(call_ids))).scalars())


def add_waiting(*, session: Session, run_id: int, made: Sequence[Made], items: Sequence[Item]) -> None:
    """Stores scorecards that do not count yet, and what the run did with each call.

    Each scorecard names in `replaces` the run of its call's present result.
    """
    _check_going(session, run_id)
    add_scorecards(session=session, run_id=run_id, made=made)
    note, now = RunItemRecord, _now()
    known = col(note.call_id).in_([item.call_id for item in items])
    session.execute(delete(note).where(col(note.run_id) == run_id, known))
    told = [
        {"run_id": run_id, "call_id": i.call_id, "work": i.work, "status": i.status, "error": i.error, "at": now}
        for i in items
    ]
    if told:
        session.execute(insert(note), told)


def publish(*, session: Session, run_id: int) -> Published:
    """Makes all that waits count, where its call still has the result that it stands for, and ends the run."""
    adding_words(session=session)
    _check_going(session, run_id)
    call, card = CallRecord, ScorecardRecord
    shut = in_closed_period(session=session)
    closed = session.execute(select(func.count()).select_from(call).join(card, _replaces(run_id)).where(shut))
    left = int(closed.scalar_one())
    renewed = (col(card.transcript_key) != col(call.transcript_key), not_(shut))
    former = session.execute(select(call.transcript_key).join(card, _replaces(run_id)).where(*renewed)).scalars().all()
    values: dict[str, Any] = {name: getattr(card, name) for name in ("run_id", "transcript_key", *MADE_FROM)}
    at_once = (
        update(call)
        .where(_replaces(run_id), not_(shut))
        .values(**values, status="scored", error=None, updated_at=_now())
    )
    session.execute(at_once, execution_options={"synchronize_session": False})
    mark(session=session, where=col(call.run_id) == run_id)
    resettle_run(session=session, run_id=run_id)
    counts = exists().where(col(call.call_id) == col(card.call_id), col(call.run_id) == run_id)
    published: Any = session.execute(update(card).where(_waiting(run_id), counts).values(replaces=None))
    overtaken: Any = session.execute(delete(card).where(_waiting(run_id)))
    for key in filter(None, former):
        drop_unused(session=session, key=key)
    finish_run(session=session, run_id=run_id)
    return Published(published.rowcount, overtaken.rowcount - left, left)


def _waiting(run_id: int) -> Any:
    return and_(col(ScorecardRecord.run_id) == run_id, col(ScorecardRecord.replaces).is_not(None))


def _replaces(run_id: int) -> Any:
    """Joins what waits in a run to its call, where that still has the result that it stands for."""
    same_call = col(ScorecardRecord.call_id) == col(CallRecord.call_id)
    return and_(_waiting(run_id), same_call, col(ScorecardRecord.replaces) == col(CallRecord.run_id))


def _check_going(session: Session, run_id: int) -> None:
    """Raises StoreError where another process has ended the run, and keeps it from doing so until this one is done."""
    query = select(RunRecord.finished_at).where(RunRecord.id == run_id).with_for_update(read=True)
    if session.execute(query).scalar_one() is not None:
        raise StoreError(ENDED)


def _now() -> datetime:
    return datetime.now(UTC)
