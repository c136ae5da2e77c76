"""`qa forget`: what was said in calls, and their recordings, once the time is over for which a centre keeps them.

Batch by batch, each in one transaction: killed, it goes on where it was when it is started again.
"""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from qa.errors import ConfigError
from qa.logs import Item, Reporter
from qa.sources import Source, sha256_of
from qa.store.compacting import compact, empty_log
from qa.store.engine import open_store, reading, store_errors, writing
from qa.store.forgetting import Batch, Order, forget_unused, forget_words, words_bytes, words_due
from qa.store.needed import Reason
from qa.store.patience import AWAY_S, patiently
from qa.store.recordings import Page, Recording, forget_recordings, recordings_due
from qa.store.retention import Kind, Periods, due

BATCH = 200
"""Calls a transaction: others wait for one that long."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed, or would be: calls and bytes by kind.

    `kept` counts calls past their time that somebody needs still, `remote` recordings that are no files of this
    machine, `failed` files that could not be removed, `replaced` files that are another recording now.
    """

    calls: Mapping[Kind, int]
    bytes: Mapping[Kind, int]
    kept: Mapping[Reason, int]
    remote: int
    failed: int
    replaced: int


def forget(
    *, db: str, periods: Periods, by: str, now: datetime, reporter: Reporter, dry_run: bool = False
) -> Forgotten:
    """Removes what is past its time, or only counts it. Raises ConfigError where no period is given, StoreError."""
    if periods == Periods():
        raise ConfigError(
            "nothing says for how long content is kept; set QA_KEEP_WORDS_DAYS or QA_KEEP_RECORDINGS_DAYS, "
            "or give --words-days or --recordings-days"
        )
    store = open_store(db, away_s=AWAY_S)
    try:
        with store_errors(db):
            with reading(store) as session:
                ahead = due(session=session, periods=periods, now=now)
            reporter.start(ahead.calls + ahead.recordings)
            work = _Forgetting(store, reporter, dry_run)
            if order := _order("recordings", periods, by, now):
                work.recordings(order)
            if order := _order("words", periods, by, now):
                work.words(order)
                if not dry_run:
                    empty_log(store)
    finally:
        store.dispose()
    failed, replaced = len(work.failed), len(work.replaced)
    return Forgotten(work.calls, work.bytes, ahead.kept, ahead.remote, failed, replaced)


def write_anew(db: str, reporter: Reporter) -> int:
    """Writes the database anew; returns how many bytes smaller it is. Raises StoreError for want of disk space."""
    reporter.note("writing the database anew: it takes free disk space of twice its size, and others wait meanwhile")
    store = open_store(db)
    try:
        with store_errors(db):
            return compact(store)
    finally:
        store.dispose()


def is_same(recording: Recording, before: datetime) -> bool:
    """Whether the file is what its calls were made from, or is gone already.

    One of which no call could be scored has no hash to tell by; it is the same where it is as old as the calls. Raises
    OSError where it cannot be read.
    """
    source = Source.of_file(Path(recording.path))
    if not source.stamp and not os.path.lexists(recording.path):
        return True
    if not recording.hashes:
        return os.stat(recording.path).st_mtime < before.timestamp()
    seen = recording.seen
    known = seen is not None and seen.stamp == source.stamp != ""
    return (seen.sha256 if seen and known else sha256_of(source)) in recording.hashes


def _order(kind: Kind, periods: Periods, by: str, now: datetime) -> Order | None:
    before = periods.before(kind, now)
    days = periods.words_days if kind == "words" else periods.recordings_days
    return None if before is None or days is None else Order(before, days, by, now)


@dataclass(slots=True)
class _Forgetting:
    """One going through of what is past its time, and what it did."""

    store: Engine
    reporter: Reporter
    dry_run: bool
    calls: Counter[Kind] = field(default_factory=Counter)
    bytes: Counter[Kind] = field(default_factory=Counter)
    failed: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=dict)
    """Of the files of the batch at hand."""

    def words(self, order: Order) -> None:
        """Goes through the calls, then through transcripts that no call has any more."""
        after: str | None = ""
        while after is not None:
            batch, size = _words_batch(self.store, order, after, self.dry_run)
            self.bytes["words"] += size
            self._tell(batch.removed, "words")
            order, after = replace(order, done=order.done + len(batch.removed)), batch.last
        while not self.dry_run and _unused_batch(self.store, order):
            pass

    def recordings(self, order: Order) -> None:
        """Goes through the files of this machine."""
        after: str | None = ""
        while after is not None:
            page = _page(self.store, order, after)
            going = [recording for recording in page.recordings if self._goes(recording, order)]
            calls = self._measured(going, after) if self.dry_run else self._removed(going, order)
            self.bytes["recordings"] += sum(self.sizes.values())
            self.sizes.clear()
            self._tell(calls, "recordings")
            order, after = replace(order, done=order.done + len(calls)), page.last

    def _measured(self, going: Sequence[Recording], after: str) -> tuple[str, ...]:
        # One that several calls have is counted with the first of them.
        first = [recording for recording in going if recording.call_ids[0] > after]
        for recording in first:
            self._measure(recording.path)
        return tuple(call_id for recording in first for call_id in recording.call_ids)

    def _removed(self, going: Sequence[Recording], order: Order) -> tuple[str, ...]:
        paths = [recording.path for recording in going]
        return _recordings_batch(self.store, order, paths, self._remove) if paths else ()

    def _goes(self, recording: Recording, order: Order) -> bool:
        try:
            same = is_same(recording, order.before)
        except OSError as error:
            self._fail(recording.path, f"cannot be read ({error.strerror}); check the file and its rights")
            return False
        if not same and recording.path not in self.replaced:
            self.replaced.add(recording.path)
            self.reporter.note(f"{recording.path}: is another recording now than its call had; it stays")
        return same

    def _measure(self, path: str) -> None:
        with suppress(OSError):
            self.sizes[path] = os.lstat(path).st_size

    def _remove(self, path: str) -> bool:
        if os.path.islink(path):
            self._fail(path, "is a link; remove the file that it leads to, and the link")
            return False
        self._measure(path)
        try:
            Path(path).unlink(missing_ok=True)
        except OSError as error:
            self.sizes.pop(path, None)
            self._fail(path, f"cannot be removed ({error.strerror}); give write permission on its folder")
            return False
        return True

    def _fail(self, path: str, why: str) -> None:
        if path not in self.failed:
            self.failed.add(path)
            self.reporter.note(f"{path}: {why}, then start again")

    def _tell(self, call_ids: Sequence[str], kind: Kind) -> None:
        self.calls[kind] += len(call_ids)
        for call_id in call_ids:
            self.reporter.item(Item(call_id, call_id, "removed", kind, None, 0.0))


@patiently
def _words_batch(store: Engine, order: Order, after: str, dry_run: bool) -> tuple[Batch, int]:
    if dry_run:
        with reading(store) as session:
            batch = words_due(session=session, order=order, after=after, most=BATCH)
            return batch, words_bytes(session=session, call_ids=batch.removed)
    with writing(store) as session:
        return forget_words(session=session, order=order, after=after, most=BATCH), 0


@patiently
def _unused_batch(store: Engine, order: Order) -> int:
    with writing(store) as session:
        return forget_unused(session=session, order=order, most=BATCH)


@patiently
def _page(store: Engine, order: Order, after: str) -> Page:
    with reading(store) as session:
        return recordings_due(session=session, order=order, after=after, most=BATCH)


@patiently
def _recordings_batch(
    store: Engine, order: Order, paths: Sequence[str], remove: Callable[[str], bool]
) -> tuple[str, ...]:
    with writing(store) as session:
        return forget_recordings(session=session, order=order, paths=paths, remove=remove)
