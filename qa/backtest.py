"""Two versions of the rules on the same stored calls: what would be judged otherwise. Nothing is written.

See `pages` for how all of them are gone through, `comparison` for one call.
"""

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from qa.call import CallMeta
from qa.changes import Backtest, CallChange, Tally
from qa.comparison import Findings, Pair, compare, listens
from qa.errors import MetadataError
from qa.logs import Item, Reporter
from qa.pages import through_archive
from qa.pipeline import ruleset_of, with_phones
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from qa.sampling.draw import drawn
from qa.store.archive import (
    FORGOTTEN,
    Entry,
    count_archived,
    count_forgotten,
    ids_since,
    load_entries,
    load_transcripts,
)
from qa.store.engine import open_store, reading, store_errors
from qa.store.transcripts import StoredTranscript
from qa.store.verdicts import load_verdicts


@dataclass(frozen=True, slots=True)
class Versions:
    """The folders with the old and the new rules, and the database of the calls."""

    old: Path
    new: Path
    db: str


class Pairs:
    """The rule sets of two folders as of each call's day, every pair made once."""

    def __init__(self, old: Mapping[str, RuleSet], new: Mapping[str, RuleSet], *, same_holidays: bool) -> None:
        self._old, self._new, self._same_holidays = old, new, same_holidays
        self._made: dict[tuple[int, int], Pair] = {}

    def of(self, meta: CallMeta) -> Pair | None:
        """Both versions of what the call is scored by; None where a folder has no such rule set."""
        try:
            old, new = ruleset_of(meta, self._old), ruleset_of(meta, self._new)
        except MetadataError:
            return None
        key = id(old), id(new)
        if key not in self._made:
            self._made[key] = Pair.of(old, new, same_holidays=self._same_holidays)
        return self._made[key]


@dataclass(frozen=True, slots=True)
class Sample:
    """Which calls to compare: those from a day on (None: of all days), and `most` drawn of them (None: each)."""

    since: date | None = None
    most: int | None = None
    seed: int = 1


EVERY_CALL = Sample()


@dataclass(frozen=True, slots=True)
class Compared:
    """One call: what changes (None for nothing), or why it could not be compared."""

    call_id: str
    agent_id: str | None
    seconds: float
    change: CallChange | None = None
    error: str | None = None


def backtest(
    versions: Versions, *, workers: int, limit: int, reporter: Reporter, sample: Sample = EVERY_CALL
) -> Backtest:
    """Compares both versions on the stored calls that have a transcript; `limit` changed calls are kept to show.

    `workers` 0 is one a core. Raises ConfigError, RuleError or StoreError where nothing can be compared.
    """
    _pairs(versions)
    store = _store(versions.db)
    tally = Tally(limit)
    with store_errors(versions.db):
        with reading(store) as session:
            only = _drawn(session, sample)
            total = count_archived(session=session)[0] if only is None else len(only)
            forgotten = count_forgotten(session=session) if only is None else 0
        if forgotten:
            reporter.note(f"{forgotten} calls are left out: {FORGOTTEN}")
        reporter.start(total)
        work = partial(compare_page, versions=versions)
        for page in through_archive(store, work, total=total, workers=workers, only=only):
            for one in page:
                if one.error:
                    tally.fail()
                else:
                    tally.add(one.agent_id, one.change)
                status = "failed" if one.error else "scored"
                reporter.item(Item(one.call_id, one.call_id, status, "compared", one.error, one.seconds))
    return tally.result()


def compare_page(call_ids: list[str], versions: Versions) -> list[Compared]:
    """Compares these calls, one after the other."""
    pairs = _pairs(versions)
    with reading(_store(versions.db)) as session:
        entries = load_entries(session=session, call_ids=call_ids)
        stored = _stored(session, entries, pairs)
        wanted = [
            e.transcript_key
            for e in entries
            if (pair := pairs.of(e.meta)) and listens(e.meta, stored.get(e.meta.call_id), pair)
        ]
        transcripts = load_transcripts(session=session, keys=wanted)
    return [_compared(e, transcripts.get(e.transcript_key), stored.get(e.meta.call_id), pairs) for e in entries]


def _drawn(session: Session, sample: Sample) -> list[str] | None:
    """The ids of a sample, sorted; None for all calls."""
    if sample.since is None and sample.most is None:
        return None
    ids = ids_since(session=session, day=sample.since)
    return ids if sample.most is None else sorted(drawn(ids, sample.most, sample.seed, "backtest"))


def _stored(session: Session, entries: Sequence[Entry], pairs: Pairs) -> dict[str, Findings]:
    """The findings of the calls whose stored result was made by the old version."""
    known: dict[frozenset[str], list[str]] = {}
    for entry in entries:
        pair = pairs.of(entry.meta)
        if pair and not pair.told.none and entry.ruleset_sha256 == pair.old.sha256:
            known.setdefault(pair.rejudged(entry.meta), []).append(entry.meta.call_id)
    return {
        call_id: findings
        for rules, call_ids in known.items()
        for call_id, findings in load_verdicts(session=session, call_ids=call_ids, rules=rules).items()
    }


def _compared(entry: Entry, transcript: StoredTranscript | None, stored: Findings | None, pairs: Pairs) -> Compared:
    began = time.monotonic()
    meta = entry.meta
    change, error = None, None
    pair = pairs.of(meta)
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
def _pairs(versions: Versions) -> Pairs:
    """The rule sets of both folders, read once a process."""
    old, new = (load_rulebook(folder).rulesets for folder in (versions.old, versions.new))
    notices = [(folder / "holidays.yaml").read_bytes() for folder in (versions.old, versions.new)]
    pairs = Pairs(old, new, same_holidays=notices[0] == notices[1])
    # They stay to the end of the process; the collector would go through all of them whenever it looks at calls.
    gc.freeze()
    return pairs


@lru_cache(maxsize=1)
def _store(url: str) -> Engine:
    return open_store(url)
