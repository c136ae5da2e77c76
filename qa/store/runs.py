"""What runs did and how far they are: for the dashboard, the terminal and the morning's message."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from qa.call import LOCAL
from qa.store.tables import FailureRecord, RunItemRecord, RunRecord
from qa.store.work import lives

RunState = Literal["running", "finished", "stopped", "cut off"]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run; times in Asia/Shanghai, `finished_at` None while it runs and where it was cut off.

    Of `total` calls `kept` were done before and `held` had failed before and were left alone; `transcribed`,
    `rescored` and `failed` were worked. `audio_s` is the length of what was transcribed, `speed` that by the time
    taken, `ends_at` when a running one will be through at the pace so far.
    """

    run_id: int
    command: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    total: int
    transcribed: int
    rescored: int
    kept: int
    held: int
    failed: int
    skipped: int
    audio_s: float
    speed: float | None
    ends_at: datetime | None

    @property
    def scored(self) -> int:
        """The calls that it scored."""
        return self.transcribed + self.rescored - self.skipped

    @property
    def worked(self) -> int:
        """The calls that needed work and had it."""
        return self.transcribed + self.rescored + self.failed

    @property
    def left(self) -> int:
        """The calls that are still to come."""
        return max(0, self.total - self.kept - self.held - self.worked)


@dataclass(frozen=True, slots=True)
class RunFailure:
    """A call that a run could not score, why, and how often it failed when it was worked (0: it was not)."""

    call_id: str
    error: str
    attempts: int
    held: bool


def list_runs(*, session: Session, limit: int = 100) -> list[RunRow]:
    """The latest runs, newest first."""
    runs = session.exec(select(RunRecord).order_by(col(RunRecord.id).desc()).limit(limit)).all()
    return _rows(session, runs)


def load_run(*, session: Session, run_id: int) -> RunRow | None:
    """One run, or None where there is no such run."""
    run = session.get(RunRecord, run_id, populate_existing=True)
    return _rows(session, [run])[0] if run else None


def run_failures(*, session: Session, run_id: int, limit: int = 1000) -> list[RunFailure]:
    """The calls that a run worked and that failed, by call id."""
    rows = session.execute(
        select(RunItemRecord.call_id, RunItemRecord.error, FailureRecord.attempts, FailureRecord.held)
        .outerjoin(FailureRecord, col(FailureRecord.call_id) == col(RunItemRecord.call_id))
        .where(col(RunItemRecord.run_id) == run_id, col(RunItemRecord.status) == "failed")
        .order_by(col(RunItemRecord.call_id))
        .limit(limit)
    ).all()
    return [RunFailure(call_id, error or "", attempts or 0, bool(held)) for call_id, error, attempts, held in rows]


def _rows(session: Session, runs: Sequence[RunRecord]) -> list[RunRow]:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    audio_s: Counter[int] = Counter()
    groups: Any = (RunItemRecord.run_id, RunItemRecord.work, RunItemRecord.status)
    columns: Any = (*groups, func.count(), func.coalesce(func.sum(RunItemRecord.audio_s), 0.0))
    query = select(*columns).where(col(RunItemRecord.run_id).in_([run.id for run in runs])).group_by(*groups)
    for run_id, work, status, number, length_s in session.execute(query).all():
        counts[run_id][work] += number
        if status == "skipped":
            counts[run_id]["skipped"] += number
        audio_s[run_id] += length_s
    return [_row(run, counts[run.id or 0], audio_s[run.id or 0]) for run in runs]


def _row(run: RunRecord, counts: Counter[str], audio_s: float) -> RunRow:
    now = datetime.now(UTC)
    state: RunState = "running" if lives(run, now) else "cut off"
    if run.finished_at:
        state = "stopped" if run.outcome == "stopped" else "finished"
    elapsed = ((run.finished_at or now if state != "cut off" else run.beat_at or now) - run.started_at).total_seconds()
    worked = counts["transcribed"] + counts["rescored"] + counts["failed"]
    kept = run.kept + counts["kept"]
    left = max(0, run.total - kept - run.held - worked)
    return RunRow(
        run_id=run.id or 0,
        command=run.command,
        state=state,
        started_at=run.started_at.astimezone(LOCAL),
        finished_at=run.finished_at.astimezone(LOCAL) if run.finished_at else None,
        total=run.total,
        transcribed=counts["transcribed"],
        rescored=counts["rescored"],
        kept=kept,
        held=run.held,
        failed=counts["failed"],
        skipped=counts["skipped"],
        audio_s=audio_s,
        speed=audio_s / elapsed if audio_s and elapsed > 0 else None,
        ends_at=(now + timedelta(seconds=elapsed / worked * left)).astimezone(LOCAL)
        if state == "running" and worked
        else None,
    )
