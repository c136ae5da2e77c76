"""Which recordings a run is about, and which row of the calls file belongs to each."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from qa.call import CallMeta
from qa.metadata import CallsFile, CallsRow, meta_from_name
from qa.sources import Place, Source, is_url, places

# What a folder is searched for. A file that is named by itself or by calls.csv may have any suffix.
SUFFIXES = (
    *(
        ".3gp",
        ".aac",
        ".aif",
        ".aiff",
        ".alaw",
        ".amr",
        ".au",
        ".awb",
        ".caf",
        ".flac",
        ".gsm",
        ".m4a",
        ".mka",
    ),
    *(".mp2", ".mp3", ".mp4", ".oga", ".ogg", ".opus", ".ulaw", ".wav", ".wave", ".webm", ".wma"),
)
# Kept beside recordings, and passed over without a word.
_BESIDE = (".csv", ".db", ".jsonl", ".json", ".key", ".log", ".md", ".py", ".sh", ".txt", ".xlsx", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Task:
    """One recording to be scored. `error` says why it must not be scored.

    `keep` is False where the error concerns a call id that belongs to another recording: storing the failure
    would overwrite that call. `missing`: a list or calls.csv names a recording that is not there.
    """

    source: Source
    meta: CallMeta
    error: str | None = None
    keep: bool = True
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The recordings under some paths; `missing` are those that a list names in vain, each with the reason."""

    recordings: tuple[Source, ...]
    missing: tuple[tuple[Source, str], ...]
    notes: tuple[str, ...]
    searched_folder: bool


def discover(paths: Sequence[str], calls: CallsFile | None = None) -> Found:
    """Recordings under files, folders (searched throughout), glob patterns, URLs and lists, in a stable order.

    Raises ConfigError for a path that does not exist and a pattern that matches nothing.
    """
    named = {PurePath(row.recording).name for row in calls.rows} if calls else set()
    found: dict[str, Source] = {}
    missing: list[tuple[Source, str]] = []
    notes: list[str] = []
    reached = [place for text in paths for place in places(text)]
    for place in reached:
        if place.error:
            missing.append((Source(place.label, PurePath(place.label).name), place.error))
        files, other = _recordings(place, named)
        for source in files:
            found.setdefault(source.location, source)
        notes += _notes(place, other, calls)
    return Found(tuple(found.values()), tuple(missing), tuple(notes), any(place.folder for place in reached))


def pair(found: Found, calls: CallsFile | None, default_ruleset: str) -> list[Task]:
    """One task a recording, with its row's metadata; then one for each row whose recording is missing.

    A bad row fails its recording: nobody gets a score from wrong metadata.
    """
    rows = calls.rows if calls else ()
    owners = _owners(found, calls) if calls else {}
    rows_of: dict[str, list[CallsRow]] = defaultdict(list)
    for row in rows:
        if row.number in owners:
            rows_of[owners[row.number].location].append(row)
    tasks: list[Task] = []
    for source in found.recordings:
        own = rows_of.get(source.location)
        tasks.append(_task(source, own[0], default_ruleset) if own else _unlisted(source, default_ruleset))
        for row in own[1:] if own else ():
            tasks.append(_task(source, row, default_ruleset))
    for source, why in found.missing:
        tasks.append(Task(source, meta_from_name(source.name), error=why, keep=False, missing=True))
    for row in rows:
        if calls and row.number not in owners and (found.searched_folder or row.error):
            tasks.append(_missing(row, calls))
    return _without_clashes(tasks)


def _recordings(place: Place, named: set[str]) -> tuple[list[Source], list[str]]:
    """The recordings of a place, and the names of a folder's files that are none."""
    if not place.folder:
        return list(place.files), []
    inside: list[Source] = []
    other: list[str] = []
    for source in place.files:
        name = PurePath(source.name)
        suffix = name.suffix.lower()
        if suffix in SUFFIXES or name.name in named:
            inside.append(source)
        elif suffix not in _BESIDE:
            other.append(source.name)
    return inside, other


def _notes(place: Place, other: list[str], calls: CallsFile | None) -> list[str]:
    notes = []
    if other:
        shown = ", ".join(other[:3]) + (f" and {len(other) - 3} more" if len(other) > 3 else "")
        notes.append(f"{place.label}: not recordings by their names, left out: {shown}; name a file itself to score it")
    if calls is None and place.folder and any(source.name == "calls.csv" for source in place.files):
        notes.append(f"{place.label.rstrip('/')}/calls.csv: is not used; name it with --calls")
    return notes


def _owners(found: Found, calls: CallsFile) -> dict[int, Source]:
    """Row number → recording: the path relative to the calls file, else the only recording that ends so."""
    by_name: dict[str, list[Source]] = defaultdict(list)
    for source in found.recordings:
        by_name[source.parts[-1]].append(source)
    owners: dict[int, Source] = {}
    for row in calls.rows:
        if not row.recording:
            continue
        written = Source(_written(row, calls), row.recording)
        parts = PurePath(row.recording).parts
        alike = by_name.get(written.parts[-1], [])
        same = [source for source in alike if source.location == written.location]
        ending = [source for source in alike if source.parts[-len(parts) :] == parts]
        if same:
            owners[row.number] = same[0]
        elif len(ending) == 1:
            owners[row.number] = ending[0]
    return owners


def _written(row: CallsRow, calls: CallsFile) -> str:
    return row.recording if is_url(row.recording) else os.path.abspath(calls.path.parent / row.recording)


def _task(source: Source, row: CallsRow, default_ruleset: str) -> Task:
    if row.meta is None:
        return Task(source, CallMeta(call_id=row.call_id, recording=row.recording), error=row.error)
    return Task(source, with_ruleset(row.meta, default_ruleset))


def _unlisted(source: Source, default_ruleset: str) -> Task:
    return Task(source, with_ruleset(meta_from_name(source.name), default_ruleset))


def _missing(row: CallsRow, calls: CallsFile) -> Task:
    meta = row.meta or CallMeta(call_id=row.call_id, recording=row.recording)
    error = row.error or (
        f"{calls.path}: row {row.number}: column recording: {row.recording!r} is missing or ambiguous; "
        "correct the name or add the file"
    )
    source = Source(_written(row, calls), row.recording)
    return Task(source, meta, error=error, keep=bool(row.call_id), missing=row.error is None)


def with_ruleset(meta: CallMeta, default_ruleset: str) -> CallMeta:
    """The metadata with the configured rule set where it names none."""
    return meta if meta.ruleset else replace(meta, ruleset=default_ruleset)


def _without_clashes(tasks: list[Task]) -> list[Task]:
    first: dict[str, Task] = {}
    for task in sorted(tasks, key=lambda t: t.error is not None):
        first.setdefault(task.meta.call_id, task)
    return [_checked(task, first[task.meta.call_id]) for task in tasks]


def _checked(task: Task, owner: Task) -> Task:
    if task is owner:
        return task
    clash = f"call_id {task.meta.call_id!r} is already that of {owner.source.location}; give it its own in calls.csv"
    return replace(task, error=task.error or clash, keep=False)
