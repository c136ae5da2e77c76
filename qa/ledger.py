"""The book of one run: every call's outcome goes through here into the store, one transaction a call."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlmodel import Session

from qa.export import write_jsonl
from qa.files import atomic
from qa.logs import Item, Reporter
from qa.pipeline import Outcome
from qa.result import CallResult
from qa.rules.model import RuleBook
from qa.sources import Source
from qa.store import work as store_work
from qa.store.engine import open_store, reading, shown, store_errors, writing
from qa.store.patience import AWAY_S, patiently
from qa.store.results import load_results
from qa.store.saving import finish_run, note_item, save_result, start_run
from qa.store.tables import RunRecord
from qa.store.tariffs import keep_tariffs
from qa.store.work import Seen


@dataclass(frozen=True, slots=True)
class Standing:
    """A call that a run leaves as it is stored; `where` is its recording or line."""

    call_id: str
    where: str
    status: str
    error: str | None = None


@dataclass(slots=True)
class Ledger:
    """One run's outcomes. `counts` has statuses and kinds of work (`RunItemRecord.work`, `kept`, `held`)."""

    engine: Engine
    run_id: int
    reporter: Reporter
    db: str
    counts: Counter[str] = field(default_factory=Counter)

    @patiently
    def claim(self, call_id: str) -> bool:
        """Takes a call for this run; False while another run works on it."""
        with writing(self.engine) as session:
            return store_work.claim(session=session, call_id=call_id, run_id=self.run_id)

    @patiently
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
        self._write(lambda session: self._store(session, outcome, work, seconds, location, meta_sha256))
        self._tell(outcome, where, work, seconds)

    @patiently
    def save_worked(self, outcome: Outcome, *, source: Source, work: str, seconds: float, meta_sha256: str) -> None:
        """`save` for a recording that was worked: gives the call back, and remembers its file or its failure."""
        call_id, done = outcome.result.meta.call_id, outcome.result.status != "failed"
        kind = work if done else "failed"

        def store(session: Session) -> None:
            self._store(session, outcome, kind, seconds, source.location, meta_sha256)
            store_work.release(session=session, run_id=self.run_id, call_id=call_id)
            if done:
                store_work.forget_failure(session=session, call_id=call_id)
            else:
                store_work.note_failure(
                    session=session,
                    call_id=call_id,
                    stamp=source.stamp,
                    meta_sha256=meta_sha256,
                    passing=outcome.passing,
                )
            if outcome.transcript and outcome.transcript.audio_sha256:
                seen = Seen(source.location, source.stamp, outcome.transcript.audio_sha256)
                store_work.note_seen(session=session, seen=[seen])

        self._write(store)
        self._tell(outcome, source.location, kind, seconds)

    def keep(self, kept: Sequence[Standing], seen: Sequence[Seen] = ()) -> None:
        """Notes calls that were done before, and remembers their files."""
        if seen:
            with writing(self.engine) as session:
                store_work.note_seen(session=session, seen=seen)
        self._leave(kept, "kept")

    def hold(self, held: Sequence[Standing]) -> None:
        """Notes calls that failed before and are left alone."""
        self._leave(held, "held")

    @patiently
    def give_back(self, call_id: str) -> None:
        """Gives back a claimed call that needs no work after all."""
        with writing(self.engine) as session:
            store_work.release(session=session, run_id=self.run_id, call_id=call_id)

    @patiently
    def refuse(self, result: CallResult, *, where: str) -> None:
        """Tells a failure that must not be stored, since its call id is another call's: the run notes it by `where`."""
        with writing(self.engine) as session:
            note_item(
                session=session, run_id=self.run_id, call_id=where, work="failed", status="failed", error=result.error
            )
        self._tell(Outcome(result), where, "failed", 0.0)

    def write_out(self, out: Path, entries: Sequence[str | CallResult]) -> None:
        """Writes results.jsonl in the order of `entries`: ids of stored calls, or results not stored."""
        with atomic(out) as draft, draft.open("w", encoding="utf-8") as file:
            write_jsonl(file, self._results(entries))

    def _write(self, change: Callable[[Session], None]) -> None:
        """Makes a change in one transaction; once more where another run stored the same transcript just then."""
        try:
            with writing(self.engine) as session:
                change(session)
        except IntegrityError:
            with writing(self.engine) as session:
                change(session)

    def _store(
        self, session: Session, outcome: Outcome, work: str, seconds: float, location: str | None, meta_sha256: str
    ) -> None:
        save_result(
            session=session,
            result=outcome.result,
            run_id=self.run_id,
            work=work,
            transcript=outcome.transcript,
            recording_path=location,
            meta_sha256=meta_sha256,
            seconds=seconds,
        )

    @patiently
    def _leave(self, calls: Sequence[Standing], work: str) -> None:
        if not calls:
            return
        with writing(self.engine) as session:
            run = session.get(RunRecord, self.run_id)
            if run is not None:
                setattr(run, work, getattr(run, work) + len(calls))
                session.add(run)
        for call in calls:
            self._count(Item(call.call_id, call.where, call.status, work, call.error, 0.0))

    def _tell(self, outcome: Outcome, where: str, work: str, seconds: float) -> None:
        result = outcome.result
        audio_s = outcome.transcript.duration_s if outcome.transcript and work == "transcribed" else 0.0
        self._count(
            Item(result.meta.call_id, where, result.status, work, result.error, round(seconds, 3), round(audio_s, 2))
        )

    def _count(self, item: Item) -> None:
        self.counts.update((item.status, item.work) if item.work != item.status else (item.status,))
        self.reporter.item(item)

    def _results(self, entries: Sequence[str | CallResult]) -> Iterator[CallResult]:
        with reading(self.engine) as session:
            for stored, page in groupby(entries, key=lambda entry: isinstance(entry, str)):
                if stored:
                    yield from load_results(session=session, call_ids=[e for e in page if isinstance(e, str)])
                else:
                    yield from (entry for entry in page if isinstance(entry, CallResult))


@contextmanager
def open_ledger(db: str, *, command: str, total: int, reporter: Reporter, book: RuleBook) -> Iterator[Ledger]:
    """A run in the database, by the rules of `book`; its end is recorded however it ends, unless the process is killed.

    Raises StoreError with the remedy for whatever the database refuses.
    """
    engine = open_store(db, away_s=AWAY_S)
    with store_errors(db):
        with writing(engine) as session:
            keep_tariffs(session=session, rulesets=tuple(book.rulesets.values()))
            run_id = start_run(session=session, command=command, total=total)
        reporter.start(total)
        with beating(engine, run_id):
            try:
                yield Ledger(engine, run_id, reporter, shown(db))
            except BaseException:
                with suppress(DatabaseError):
                    _close(engine, run_id, "stopped")
                raise
            _close(engine, run_id, "finished")
    engine.dispose()


@patiently
def _close(engine: Engine, run_id: int, outcome: str) -> None:
    with writing(engine) as session:
        store_work.release(session=session, run_id=run_id)
        finish_run(session=session, run_id=run_id, outcome=outcome)


@contextmanager
def beating(engine: Engine, run_id: int) -> Iterator[None]:
    """Tells the store every few seconds that the run lives."""
    ended = threading.Event()

    def tell() -> None:
        while not ended.wait(store_work.BEAT_S):
            with suppress(DatabaseError), writing(engine) as session:
                store_work.beat(session=session, run_id=run_id)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
