"""The main job: a folder of recordings to stored, scored calls, doing only what is not done yet.

A call is done when audio, engine, rule set, metadata and program are those its stored result was made from.
Where only rules, metadata or program differ it is scored again from the stored transcript.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

import qa
from qa.discover import Task, discover, pair
from qa.errors import MetadataError
from qa.files import check_writable
from qa.ledger import Ledger, open_ledger
from qa.logs import Reporter
from qa.metadata import meta_sha256, read_calls
from qa.pipeline import Line, Outcome, failed, load_rules, ruleset_of
from qa.result import CallResult
from qa.settings import Profile, Settings, cache_dir, pseudonymiser
from qa.sources import sha256_of, sweep
from qa.store.engine import open_store, reading, store_errors
from qa.store.state import CallState, call_states
from qa.store.transcripts import find_transcript
from qa.workers import Job, share_cores, work_all


@dataclass(frozen=True, slots=True)
class Options:
    """What `qa run` was asked to do."""

    paths: tuple[str, ...]
    rules: Path
    db: str
    calls: Path | None = None
    out: Path | None = None
    workers: int = 0
    model: str | None = None
    profile: Profile = "balanced"
    ruleset: str = "telecom"


@dataclass(frozen=True, slots=True)
class Totals:
    """How a run ended, by status and by the work that it took."""

    scored: int
    failed: int
    skipped: int
    transcribed: int
    rescored: int
    kept: int

    @classmethod
    def of(cls, ledger: Ledger) -> "Totals":
        """The totals of a run so far."""
        return cls(**{name: ledger.counts[name] for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class _Step:
    """A task with what is known before working it; `error` is why it fails, `state` what is stored of it."""

    task: Task
    sha256: str | None = None
    meta_sha256: str = ""
    ruleset_sha256: str = ""
    error: str | None = None
    state: CallState | None = None

    def done(self, line: Line) -> bool:
        state = self.state
        return (
            state is not None
            and state.status != "failed"
            and state.channels is not None
            and (state.audio_sha256, state.engine) == (self.sha256, line.engine_of(state.channels))
            and (state.ruleset_sha256, state.qa_version) == (self.ruleset_sha256, qa.__version__)
            and (state.meta_sha256, state.recording_path) == (self.meta_sha256, self.task.source.location)
        )


def run(options: Options, settings: Settings, reporter: Reporter) -> Totals:
    """Works every recording; see `Options`. A bad recording or row fails alone.

    Raises ConfigError, RuleError or StoreError where nothing could be worked.
    """
    hide = pseudonymiser(settings, options.db)
    calls = read_calls(options.calls, pseudonymise=hide) if options.calls else None
    found = discover(options.paths, calls)
    if options.out:
        check_writable(options.out)
    load_rules(options.rules)
    for note in (*(calls.notes if calls else ()), *found.notes):
        reporter.note(note)
    tasks = pair(found, calls, options.ruleset)
    store = open_store(options.db)
    with store_errors(options.db):
        tasks, states = _still_wanted(tasks, store)
    steps = [_step(task, options, states) for task in tasks]
    with open_ledger(options.db, command="run", total=len(steps), reporter=reporter) as ledger:
        _work(steps, options, ledger)
        if options.out:
            ledger.write_out(options.out, [_entry(step) for step in steps])
        return Totals.of(ledger)


def _still_wanted(tasks: list[Task], store: Engine) -> tuple[list[Task], dict[str, CallState]]:
    """The tasks without those whose recording is gone but whose call was scored when it was there."""
    with reading(store) as session:
        states = call_states(session=session, call_ids=[task.meta.call_id for task in tasks])
    scored = {call_id for call_id, state in states.items() if state.status != "failed"}
    return [t for t in tasks if not (t.missing and t.meta.call_id in scored)], states


def _step(task: Task, options: Options, states: dict[str, CallState]) -> _Step:
    if task.error:
        return _Step(task, error=task.error)
    try:
        ruleset = ruleset_of(task.meta, load_rules(options.rules).rulesets)
        sha256 = sha256_of(task.source)
    except MetadataError as error:
        return _Step(task, error=str(error))
    except OSError as error:
        return _Step(task, error=f"cannot be read ({error.strerror}); check the file and its rights")
    return _Step(
        task,
        sha256=sha256,
        meta_sha256=meta_sha256(task.meta),
        ruleset_sha256=ruleset.sha256,
        state=states.get(task.meta.call_id),
    )


def _entry(step: _Step) -> str | CallResult:
    if step.task.keep:
        return step.task.meta.call_id
    return failed(step.task.meta, step.error or "")


def _work(steps: Sequence[_Step], options: Options, ledger: Ledger) -> None:
    line = Line(options.rules, options.model, options.profile)
    kept = [step for step in steps if not step.error and step.done(line)]
    ledger.keep([(s.task.meta.call_id, s.task.source.location, s.state.status) for s in kept if s.state])
    for step in steps:
        if step.error:
            _fail(step, ledger)
    todo = [step for step in steps if not step.error and not step.done(line)]
    if todo:
        _work_through(todo, options, ledger)


def _fail(step: _Step, ledger: Ledger) -> None:
    result = failed(step.task.meta, step.error or "")
    where = step.task.source.location
    if step.task.keep:
        ledger.save(Outcome(result), where=where, work="failed", seconds=0.0, location=where)
    else:
        ledger.refuse(result, where=where)


def _work_through(steps: list[_Step], options: Options, ledger: Ledger) -> None:
    workers, threads = share_cores(options.workers, len(steps))
    line = Line(options.rules, options.model, options.profile, threads)
    cache = cache_dir() / "recordings"
    sweep(cache)
    by_id = {step.task.meta.call_id: step for step in steps}
    for done in work_all(_jobs(steps, line, ledger), line, workers, cache):
        job, outcome = done.job, done.outcome
        work = "rescored" if job.transcript else "transcribed"
        ledger.save(
            outcome,
            where=job.source.location,
            work="failed" if outcome.result.status == "failed" else work,
            seconds=done.seconds,
            location=job.source.location,
            meta_sha256=by_id[job.meta.call_id].meta_sha256,
        )


def _jobs(steps: list[_Step], line: Line, ledger: Ledger) -> Iterator[Job]:
    """What is to be done, each with its stored transcript where its audio is known."""
    for step in steps:
        with reading(ledger.engine) as session:
            known = find_transcript(session=session, source=step.sha256 or "", engine_of=line.engine_of)
        yield Job(step.task.source, step.task.meta, known)
