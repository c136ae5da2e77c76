"""The book of one run: every call's outcome goes through here into the store, one transaction a call."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from qa.export import write_jsonl
from qa.files import atomic
from qa.logs import Item, Reporter
from qa.pipeline import Outcome
from qa.result import CallResult
from qa.store.engine import open_store, reading, shown, store_errors, writing
from qa.store.loading import load_result
from qa.store.saving import finish_run, note_item, save_result, start_run


@dataclass(slots=True)
class Ledger:
    """One run's outcomes. `counts` has statuses and kinds of work (see `RunItemRecord.work`)."""

    engine: Engine
    run_id: int
    reporter: Reporter
    db: str
    counts: Counter[str] = field(default_factory=Counter)

    def save(
        self,
        outcome: Outcome,
        *,
        where: str,
        work: str,
        seconds: float,
        location: str | None = None,
        meta_sha256: str = "",
    ) -> None:
        """Stores one outcome in place of any older one of that call, and tells it."""
        with writing(self.engine) as session:
            save_result(
                session=session,
                result=outcome.result,
                run_id=self.run_id,
                work=work,
                transcript=outcome.transcript,
                recording_path=location,
                meta_sha256=meta_sha256,
            )
        self._tell(outcome.result, where, work, seconds)

    def keep(self, kept: Sequence[tuple[str, str, str]]) -> None:
        """Notes calls that were done before, as (call id, where, status)."""
        with writing(self.engine) as session:
            for call_id, _, status in kept:
                note_item(
                    session=session,
                    run_id=self.run_id,
                    call_id=call_id,
                    work="kept",
                    status=status,
                    error=None,
                )
        for call_id, where, status in kept:
            self._count(Item(call_id, where, status, "kept", None, 0.0))

    def refuse(self, result: CallResult, *, where: str) -> None:
        """Tells a failure that must not be stored, since its call id is another call's."""
        self._tell(result, where, "failed", 0.0)

    def _tell(self, result: CallResult, where: str, work: str, seconds: float) -> None:
        self._count(Item(result.meta.call_id, where, result.status, work, result.error, round(seconds, 3)))

    def _count(self, item: Item) -> None:
        self.counts.update((item.status, item.work) if item.work != item.status else (item.status,))
        self.reporter.item(item)

    def write_out(self, out: Path, entries: Sequence[str | CallResult]) -> None:
        """Writes results.jsonl in the order of `entries`: ids of stored calls, or results not stored."""
        with atomic(out) as draft, draft.open("w", encoding="utf-8") as file:
            write_jsonl(file, self._results(entries))

    def _results(self, entries: Sequence[str | CallResult]) -> Iterator[CallResult]:
        with reading(self.engine) as session:
            for entry in entries:
                result = load_result(session=session, call_id=entry) if isinstance(entry, str) else entry
                if result is not None:
                    yield result
                session.expire_all()


@contextmanager
def open_ledger(db: str, *, command: str, total: int, reporter: Reporter) -> Iterator[Ledger]:
    """A run in the database; its end is recorded however it ends, unless the process is killed.

    Raises StoreError with the remedy for whatever the database refuses.
    """
    engine = open_store(db)
    with store_errors(db):
        with writing(engine) as session:
            run_id = start_run(session=session, command=command, total=total)
        reporter.start(total)
        yield Ledger(engine, run_id, reporter, shown(db))
        with writing(engine) as session:
            finish_run(session=session, run_id=run_id)
    engine.dispose()
