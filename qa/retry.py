"""Recordings that failed, worked again because somebody asked."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session

from qa.batch import Options, Totals, work_tasks
from qa.discover import Task, with_ruleset
from qa.errors import ConfigError
from qa.logs import Reporter
from qa.metadata import CallsRow, read_calls
from qa.settings import Settings, pseudonymiser
from qa.sources import Source, is_url, places
from qa.store.engine import open_store, reading, store_errors
from qa.store.loading import load_meta
from qa.store.state import failed_ids
from qa.store.tables import CallRecord
from qa.store.work import Failure, failures

MEND = "its row in the calls file is bad or its recording missing; mend that, then name the file with --calls"


def retry(call_ids: Sequence[str], options: Options, settings: Settings, reporter: Reporter) -> Totals:
    """Works calls again that failed: those named, else all whose recording failed when it was worked.

    Their metadata is what the calls file of `options` says now, else what is stored. Raises ConfigError for the id of
    a call that has not failed.
    """
    hide = pseudonymiser(settings, options.db)
    calls = read_calls(options.calls, pseudonymise=hide) if options.calls else None
    rows = {row.call_id: row for row in calls.rows} if calls else {}
    store = open_store(options.db)
    with store_errors(options.db), reading(store) as session:
        worked = failures(session=session)
        failed = failed_ids(session=session)
        for call_id in call_ids:
            if call_id not in failed:
                raise ConfigError(
                    f"no failed recording {call_id!r} in the database; `qa export --format csv` lists them"
                )
        ids = call_ids or [call_id for call_id in failed if call_id in worked or call_id in rows]
        tasks = [_task(call_id, worked.get(call_id), rows.get(call_id), options, session=session) for call_id in ids]
    store.dispose()
    if left := 0 if call_ids else len(failed) - len(ids):
        reporter.note(f"{left} calls failed for another reason: {MEND}")
    return work_tasks(tasks, options, reporter, command="retry", again=True)


def _task(call_id: str, failure: Failure | None, row: CallsRow | None, options: Options, *, session: Session) -> Task:
    stored = session.get_one(CallRecord, call_id)
    location = stored.recording_path or ""
    meta = with_ruleset(row.meta if row and row.meta else load_meta(stored), options.ruleset)
    try:
        source = _source(location)
    except ConfigError as unreachable:
        return Task(Source(location, meta.recording or ""), meta, error=str(unreachable))
    known = f"{stored.error}; {MEND}" if not failure else None
    return Task(source, meta, error=row.error if row else known)


def _source(location: str) -> Source:
    if not is_url(location):
        return Source.of_file(Path(location))
    (place,) = places(location)
    return place.files[0]
