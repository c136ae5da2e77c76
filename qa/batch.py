"""The main job: recordings to stored, scored calls, doing only what is not done yet."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from qa.cluster import work_on_cluster
from qa.discover import Task, discover, pair
from qa.files import check_writable
from qa.ledger import Ledger, Standing, open_ledger
from qa.logs import Reporter
from qa.metadata import read_calls
from qa.pipeline import Line, Outcome, failed, load_rules
from qa.plan import EngineOf, Step, plan, refreshed
from qa.result import CallResult
from qa.settings import Profile, Settings, cache_dir, pseudonymiser
from qa.sources import Source, sha256_of, sweep
from qa.store.engine import open_store, reading, store_errors
from qa.store.patience import patiently
from qa.store.transcripts import find_transcript
from qa.store.work import Seen
from qa.workers import Job, share_cores, work_all

POLL_S = 2.0
"""How often a run looks whether another has finished the calls that both want."""


@dataclass(frozen=True, slots=True)
class Options:
    """What `qa run` was asked to do.

    `verify`: read every recording again, however unchanged its file looks. `cluster` is the address of a Ray cluster.
    """

    paths: tuple[str, ...]
    rules: Path
    db: str
    calls: Path | None = None
    out: Path | None = None
    workers: int = 0
    model: str | None = None
    profile: Profile = "balanced"
    ruleset: str = "telecom"
    verify: bool = False
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How a run ended, by status and by the work that it took; `held` are the failed that were left alone."""

    run_id: int
    scored: int
    failed: int
    skipped: int
    transcribed: int
    rescored: int
    kept: int
    held: int

    @classmethod
    def of(cls, ledger: Ledger) -> "Totals":
        """The totals of a run so far."""
        return cls(**{name: ledger.counts[name] for name in cls.__slots__} | {"run_id": ledger.run_id})


def run(options: Options, settings: Settings, reporter: Reporter) -> Totals:
    """Works every recording; see `Options`. A bad recording or row fails alone.

    Raises ConfigError, RuleError or StoreError where nothing could be worked.
    """
    tasks, notes = find_tasks(options, settings)
    for note in notes:
        reporter.note(note)
    return work_tasks(tasks, options, reporter, command="run")


def find_tasks(options: Options, settings: Settings) -> tuple[list[Task], tuple[str, ...]]:
    """The recordings that are meant, each with its metadata, and what should be told. Raises ConfigError."""
    hide = pseudonymiser(settings, options.db)
    calls = read_calls(options.calls, pseudonymise=hide) if options.calls else None
    found = discover(options.paths, calls)
    return pair(found, calls, options.ruleset), (*(calls.notes if calls else ()), *found.notes)


def work_tasks(
    tasks: Sequence[Task], options: Options, reporter: Reporter, *, command: str, again: bool = False
) -> Totals:
    """Works what is not done of these tasks; with `again` also what failed before. Raises as `run` does."""
    if options.out:
        check_writable(options.out)
    book = load_rules(options.rules)
    store = open_store(options.db)
    with store_errors(options.db), reading(store) as session:
        steps = plan(tasks, book, session=session, verify=options.verify)
    store.dispose()
    with open_ledger(options.db, command=command, total=len(steps), reporter=reporter, book=book) as ledger:
        todo = _settle(steps, options, ledger, again)
        if todo:
            _Shift(options, ledger, len(todo)).work(todo)
        if options.out:
            ledger.write_out(options.out, [_entry(step) for step in steps])
        return Totals.of(ledger)


def _settle(steps: Sequence[Step], options: Options, ledger: Ledger, again: bool) -> list[Step]:
    """Does with what needs no work; returns the rest."""
    engine_of = lru_cache(Line(options.rules, options.model, options.profile).engine_of)
    kept, held, todo = [], [], []
    new: list[Seen] = []
    for planned in steps:
        if planned.error:
            _fail(planned, ledger)
            continue
        step = _looked_at(planned)
        if step.done(engine_of):
            kept.append(_standing(step))
            new += [seen for seen in [step.seen()] if seen and planned.sha256 is None]
        elif step.held and not again:
            held.append(_standing(step))
        else:
            todo.append(step)
    ledger.keep(kept, new)
    ledger.hold(held)
    if held:
        ledger.reporter.note(f"{len(held)} recordings failed before and are left alone; `qa retry` works them again")
    return todo


def _looked_at(step: Step) -> Step:
    """The step with its recording's hash where the call was scored before, and may be done."""
    if step.state is None or step.state.status == "failed" or step.task.source.remote:
        return step
    try:
        return _hashed(step)
    except OSError:  # told when it is worked
        return step


def _fail(step: Step, ledger: Ledger) -> None:
    result = failed(step.task.meta, step.error or "")
    where = step.task.source.location
    if step.task.keep:
        ledger.save(Outcome(result), where=where, work="failed", seconds=0.0, location=where)
    else:
        ledger.refuse(result, where=where)


def _standing(step: Step) -> Standing:
    state = step.state
    status, error = (state.status, state.error) if state else ("failed", None)
    return Standing(step.call_id, step.task.source.location, status, error)


def _entry(step: Step) -> str | CallResult:
    return step.call_id if step.task.keep else failed(step.task.meta, step.error or "")


class _Shift:
    """The working of what is to do in one run."""

    def __init__(self, options: Options, ledger: Ledger, steps: int) -> None:
        self._workers, threads = share_cores(options.workers, steps)
        self._work = work_all
        if options.cluster:
            self._workers, self._work = options.workers, partial(work_on_cluster, address=options.cluster)
        self._line = Line(options.rules, options.model, options.profile, threads)
        self._engine_of: EngineOf = lru_cache(self._line.engine_of)
        self._ledger = ledger
        self._cache = cache_dir() / "recordings"
        self._waiting: list[Step] = []

    def work(self, steps: Sequence[Step]) -> None:
        """Works the steps; those that another run works on are waited for."""
        sweep(self._cache)
        self._pass(steps)
        if self._waiting:
            self._ledger.reporter.note(f"{len(self._waiting)} calls are with another run; waiting for it")
        while self._waiting:
            time.sleep(POLL_S)
            steps, self._waiting = self._waiting, []
            self._pass(steps)

    def _pass(self, steps: Sequence[Step]) -> None:
        by_id = {step.call_id: step for step in steps}
        for done in self._work(self._jobs(steps), self._line, self._workers, self._cache):
            job = done.job
            work = "rescored" if job.transcript else "transcribed"
            self._save(done.outcome, job.source, work, done.seconds, by_id[job.meta.call_id].meta_sha256)

    def _save(self, outcome: Outcome, source: Source, work: str, seconds: float, meta_sha256: str) -> None:
        self._ledger.save_worked(outcome, source=source, work=work, seconds=seconds, meta_sha256=meta_sha256)

    def _jobs(self, steps: Sequence[Step]) -> Iterator[Job]:
        """The jobs of steps that no other run has, each with its stored transcript where its audio is known."""
        for planned in steps:
            if not self._ledger.claim(planned.call_id):
                self._waiting.append(planned)
                continue
            step = self._refreshed(planned)
            try:
                step = _hashed(step)
            except OSError as error:
                why = f"cannot be read ({error.strerror}); check the file and its rights"
                unread = Outcome(failed(step.task.meta, why), passing=True)
                self._save(unread, step.task.source, "failed", 0.0, step.meta_sha256)
                continue
            if step.done(self._engine_of):
                self._ledger.give_back(step.call_id)
                self._ledger.keep([_standing(step)], [seen for seen in [step.seen()] if seen])
            elif step.held and step.failure != planned.failure:
                self._ledger.give_back(step.call_id)
                self._ledger.hold([_standing(step)])
            else:
                yield self._job(step)

    @patiently
    def _refreshed(self, step: Step) -> Step:
        with reading(self._ledger.engine) as session:
            return refreshed(step, session=session)

    @patiently
    def _job(self, step: Step) -> Job:
        with reading(self._ledger.engine) as session:
            known = find_transcript(session=session, source=step.sha256 or "", engine_of=self._engine_of)
        return Job(step.task.source, step.task.meta, known)


def _hashed(step: Step) -> Step:
    """The step with its recording's hash; one to be fetched for the first time is hashed when it is worked."""
    source = step.task.source
    if step.sha256 or (source.remote and step.state is None):
        return step
    return replace(step, sha256=sha256_of(source))
