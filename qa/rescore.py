"""`qa rescore`: every stored call again by the present rules, from its transcript, without audio.

The calls are worked page by page, in processes of their own where there are many. Each page is one transaction, and
what it stores does not count yet; when all pages are there, all of it counts at once. A rescoring that was killed goes
on where it was.
"""

import gc
import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

import qa
from qa.batch import Totals
from qa.ledger import beating
from qa.logs import Item, Reporter
from qa.pages import through_archive
from qa.pipeline import Outcome, load_rules, work_transcript
from qa.store.archive import (
    FORGOTTEN,
    Entry,
    count_archived,
    count_forgotten,
    forgotten_among,
    load_entries,
    load_transcripts,
)
from qa.store.engine import open_store, reading, store_errors, writing
from qa.store.guard import adding_words
from qa.store.patience import AWAY_S, patiently
from qa.store.rescoring import add_waiting, publish, resume_or_start, scored_already
from qa.store.scorecards import Made
from qa.store.tariffs import keep_tariffs
from qa.store.transcripts import StoredTranscript, load_transcript, renew_prepared, save_transcript


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker process needs to know."""

    run_id: int
    rules: Path
    db: str
    as_of: date | None = None


def rescore(*, rules: Path, db: str, workers: int, reporter: Reporter, as_of: date | None = None) -> Totals:
    """Scores every stored call that has a transcript again; the former scores count until all new ones are there.

    Each call goes by the rules and scheme of its day, or all by those `as_of` one day. A call that cannot be scored
    keeps its former score. `workers` 0 is one a core. Raises ConfigError, RuleError or
    StoreError where nothing could be scored.
    """
    goal = _goal(rules, as_of)
    store = open_store(db, away_s=AWAY_S)
    with store_errors(db):
        with writing(store) as session:
            keep_tariffs(session=session, rulesets=tuple(load_rules(rules).rulesets.values()))
            total, bare = count_archived(session=session)
            forgotten = count_forgotten(session=session)
            run_id, waiting = resume_or_start(session=session, goal=goal, total=total)
        if waiting:
            reporter.note(f"going on with a rescoring that was broken off: {waiting} of {total} calls are scored")
        if forgotten:
            reporter.note(f"{forgotten} calls are left out and keep their score: {FORGOTTEN}")
        reporter.start(total)
        counts = Counter({"kept": bare})
        work = partial(rescore_page, job=Job(run_id, rules, db, as_of))
        with beating(store, run_id):
            for items in through_archive(store, work, total=total, workers=workers):
                for item in items:
                    counts.update({item.status, item.work})
                    reporter.item(item)
            with writing(store) as session:
                published = publish(session=session, run_id=run_id)
    if published.overtaken:
        reporter.note(f"{published.overtaken} calls were stored by another run meanwhile and keep its result")
    if published.closed:
        reporter.note(f"{published.closed} calls are in closed periods and keep their score")
    store.dispose()
    return Totals(**{name: counts[name] for name in Totals.__slots__} | {"run_id": run_id})


def rescore_page(call_ids: list[str], job: Job) -> list[Item]:
    """Scores these calls again, keeps it in one transaction, and tells what became of each."""
    _warm(job.rules)
    store = _store(job.db)
    done, entries, transcripts = _read(store, job.run_id, call_ids)
    worked = [_score(entry, transcripts[entry.transcript_key], job) for entry in entries]
    _store_page(store, job.run_id, worked)
    return [*(Item(i, i, "scored", "rescored", None, 0.0) for i in call_ids if i in done), *(w.item for w in worked)]


@dataclass(frozen=True, slots=True)
class _Worked:
    entry: Entry
    outcome: Outcome
    item: Item
    renewed: bool


@patiently
def _read(store: Engine, run_id: int, call_ids: list[str]) -> tuple[set[str], list[Entry], dict[str, StoredTranscript]]:
    """The calls that are scored already, the others, and their transcripts by key."""
    with reading(store) as session:
        done = scored_already(session=session, run_id=run_id, call_ids=call_ids)
        entries = load_entries(session=session, call_ids=[i for i in call_ids if i not in done])
        return done, entries, load_transcripts(session=session, keys=[e.transcript_key for e in entries])


@patiently
def _store_page(store: Engine, run_id: int, worked: Sequence[_Worked]) -> None:
    with writing(store) as session:
        adding_words(session=session)
        # Words that were removed meanwhile must not come back with a new score.
        gone = forgotten_among(session=session, call_ids=[w.entry.meta.call_id for w in worked])
        scored = [w for w in worked if w.outcome.result.status == "scored" and w.entry.meta.call_id not in gone]
        made = [_made(session, w) for w in scored]
        add_waiting(session=session, run_id=run_id, made=made, items=[w.item for w in worked])


def _score(entry: Entry, transcript: StoredTranscript, job: Job) -> _Worked:
    began = time.monotonic()
    outcome = work_transcript(entry.meta, transcript, job.rules, as_of=job.as_of)
    result, where = outcome.result, entry.meta.recording or entry.meta.call_id
    # A call in which nobody speaks is no other by other rules.
    work = {"scored": "rescored", "skipped": "kept", "failed": "failed"}[result.status]
    item = Item(entry.meta.call_id, where, result.status, work, result.error, round(time.monotonic() - began, 4))
    found = outcome.transcript
    kept = (transcript.phones, transcript.sides_by, entry.transcript_key)
    renewed = found is not None and (found.phones, found.sides_by, found.key) != kept
    return _Worked(entry, outcome, item, renewed)


def _made(session: Session, worked: _Worked) -> Made:
    """The scorecard to keep; stores the transcript first where its sides or syllables are found out anew."""
    entry, result, transcript = worked.entry, worked.outcome.result, worked.outcome.transcript
    assert result.scorecard and result.provenance and transcript
    if transcript.key != entry.transcript_key:
        former = load_transcript(session=session, key=entry.transcript_key)
        save_transcript(session=session, transcript=replace(transcript, peaks=former.peaks if former else ()))
    elif worked.renewed:
        renew_prepared(session=session, transcript=transcript)
    return Made(entry.meta.call_id, result.scorecard, result.provenance, transcript.key, entry.run_id)


def _goal(rules: Path, as_of: date | None) -> str:
    """What the calls are scored by: program and rules."""
    book = load_rules(rules).rulesets
    sets = [(name, (book[name].pinned(as_of) if as_of else book[name]).sha256) for name in sorted(book)]
    return hashlib.sha256(repr((qa.__version__, as_of is None, sets)).encode()).hexdigest()


@lru_cache(maxsize=1)
def _warm(rules: Path) -> None:
    """Reads the rules; they stay to the end of the process, and the collector need not look at them again."""
    load_rules(rules)
    gc.freeze()


@lru_cache(maxsize=1)
def _store(url: str) -> Engine:
    return open_store(url, away_s=AWAY_S)
