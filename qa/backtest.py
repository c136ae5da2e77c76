"""Two versions of the rules on the same stored calls: what would be judged otherwise. Nothing is written.

Calls are compared page by page, by processes of their own where there are many; see `comparison` for one call.
"""

import gc
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from qa.changes import Backtest, CallChange, Tally
from qa.comparison import Findings, Pair, compare, listens
from qa.errors import ConfigError
from qa.logs import Item, Reporter
from qa.machine import cores
from qa.pipeline import with_phones
from qa.rules.loader import load_rulebook
from qa.store.archive import Entry, archived_ids, count_archived, load_entries, load_transcripts
from qa.store.engine import open_store, reading, store_errors
from qa.store.transcripts import StoredTranscript
from qa.store.verdicts import load_verdicts
from qa.workers import prepare_worker

PAGE = 500
LEAST_A_WORKER = 2000
"""Calls for which a worker process pays: each reads both rule folders before it begins."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The folders with the old and the new rules, and the database of the calls."""

    old: Path
    new: Path
    db: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One call: what changes (None for nothing), or why it could not be compared."""

    call_id: str
    agent_id: str | None
    seconds: float
    change: CallChange | None = None
    error: str | None = None


def backtest(versions: Versions, *, workers: int, limit: int, reporter: Reporter) -> Backtest:
    """Compares both versions on every stored call that has a transcript; `limit` changed calls are kept to show.

    `workers` 0 is one a core. Raises ConfigError, RuleError or StoreError where nothing can be compared.
    """
    _pairs(versions)
    store = _store(versions.db)
    tally = Tally(limit)
    with store_errors(versions.db):
        with reading(store) as session:
            total = count_archived(session=session)
        reporter.start(total)
        used = max(1, min(workers or cores(), total // LEAST_A_WORKER))
        pages = archived_ids(engine=store, page=PAGE)
        compared = _spread(pages, versions, used) if used > 1 else _here(pages, versions)
        for one in compared:
            if one.error:
                tally.fail()
            else:
                tally.add(one.agent_id, one.change)
            status = "failed" if one.error else "scored"
            reporter.item(Item(one.call_id, one.call_id, status, "compared", one.error, one.seconds))
    return tally.result()


def _here(pages: Iterator[list[str]], versions: Versions) -> Iterator[Compared]:
    for page in pages:
        yield from compare_page(page, versions)


def _spread(pages: Iterator[list[str]], versions: Versions, workers: int) -> Iterator[Compared]:
    """The same in processes, with few pages on their way at a time and in the same order."""
    # Spawned, not forked: the parent has a database connection.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=prepare_worker, initargs=(1,))
    try:
        pending: deque[Future[list[Compared]]] = deque()
        for page in pages:
            pending.append(pool.submit(compare_page, page, versions))
            if len(pending) > 2 * workers:
                yield from pending.popleft().result()
        while pending:
            yield from pending.popleft().result()
    except BrokenProcessPool:
        raise ConfigError(
            "a worker process died, most likely for want of memory; run again with fewer --workers"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def compare_page(call_ids: list[str], versions: Versions) -> list[Compared]:
    """Compares these calls, one after the other."""
    pairs = _pairs(versions)
    with reading(_store(versions.db)) as session:
        entries = load_entries(session=session, call_ids=call_ids)
        stored = _stored(session, entries, pairs)
        wanted = [
            e.transcript_key
            for e in entries
            if (pair := pairs.get(e.meta.ruleset or "")) and listens(e.meta, stored.get(e.meta.call_id), pair)
        ]
        transcripts = load_transcripts(session=session, keys=wanted)
    return [_compared(e, transcripts.get(e.transcript_key), stored.get(e.meta.call_id), pairs) for e in entries]


def _stored(session: Session, entries: Sequence[Entry], pairs: dict[str, Pair]) -> dict[str, Findings]:
    """The findings of the calls whose stored result was made by the old version."""
    known: dict[frozenset[str], list[str]] = {}
    for entry in entries:
        pair = pairs.get(entry.meta.ruleset or "")
        if pair and not pair.told.none and entry.ruleset_sha256 == pair.old.sha256:
            known.setdefault(pair.rejudged(entry.meta), []).append(entry.meta.call_id)
    return {
        call_id: findings
        for rules, call_ids in known.items()
        for call_id, findings in load_verdicts(session=session, call_ids=call_ids, rules=rules).items()
    }


def _compared(
    entry: Entry, transcript: StoredTranscript | None, stored: Findings | None, pairs: dict[str, Pair]
) -> Compared:
    began = time.monotonic()
    meta = entry.meta
    change, error = None, None
    pair = pairs.get(meta.ruleset or "")
    if pair is None:
        error = f"rule set {meta.ruleset!r} is not in both folders; nothing to compare"
    else:
        try:
            # Both versions listen to what is heard otherwise than in the stored findings: prepare that once.
            heard = with_phones(transcript) if transcript and stored is None else transcript
            change = compare(meta, heard, stored, pair)
        except Exception as fault:
            # One call's trouble must not end the comparison of the others.
            error = f"internal error ({type(fault).__name__}); report it"
    return Compared(meta.call_id, meta.agent_id, time.monotonic() - began, change, error)


@lru_cache(maxsize=1)
def _pairs(versions: Versions) -> dict[str, Pair]:
    """The rule sets of both folders by name, read once a process."""
    old, new = (load_rulebook(folder).rulesets for folder in (versions.old, versions.new))
    notices = [(folder / "holidays.yaml").read_bytes() for folder in (versions.old, versions.new)]
    same = notices[0] == notices[1]
    pairs = {name: Pair.of(old[name], new[name], same_holidays=same) for name in old if name in new}
    # They stay to the end of the process; the collector would go through all of them whenever it looks at calls.
    gc.freeze()
    return pairs


@lru_cache(maxsize=1)
def _store(url: str) -> Engine:
    return open_store(url)
