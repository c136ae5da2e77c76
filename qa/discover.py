"""Which recordings a run is about, and which row of the calls file belongs to each."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from glob import glob, has_magic
from pathlib import Path

from qa.call import CallMeta
from qa.errors import ConfigError
from qa.metadata import CallsFile, CallsRow, meta_from_name

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
    """One recording to be scored: `path` is absolute. `error` says why it must not be scored.

    `keep` is False where the error concerns a call id that belongs to another recording: storing the failure
    would overwrite that call. `missing`: calls.csv names a recording that is not there.
    """

    path: Path
    meta: CallMeta
    error: str | None = None
    keep: bool = True
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The recordings under some paths: (absolute path, name within the path it was found under)."""

    recordings: tuple[tuple[Path, str], ...]
    notes: tuple[str, ...]
    searched_folder: bool


def discover(paths: Sequence[str], calls: CallsFile | None = None) -> Found:
    """Recordings under files, folders (searched throughout) and glob patterns, in a stable order.

    Raises ConfigError for a path that does not exist and a pattern that matches nothing.
    """
    named = {Path(row.recording).name for row in calls.rows} if calls else set()
    found: dict[Path, str] = {}
    notes: list[str] = []
    folders = False
    for text in paths:
        for path in _expanded(text):
            if path.is_dir():
                folders = True
                inside, other = _search(path, named)
                found.update({p: n for p, n in inside.items() if p not in found})
                notes += _notes(path, other, calls)
            else:
                found.setdefault(path.absolute(), path.name)
    return Found(tuple(found.items()), tuple(notes), folders)


def pair(found: Found, calls: CallsFile | None, default_ruleset: str) -> list[Task]:
    """One task a recording, with its row's metadata; then one for each row whose recording is missing.

    A bad row fails its recording: nobody gets a score from wrong metadata.
    """
    rows = calls.rows if calls else ()
    owners = _owners(found, calls) if calls else {}
    rows_of: dict[Path, list[CallsRow]] = defaultdict(list)
    for row in rows:
        if row.number in owners:
            rows_of[owners[row.number]].append(row)
    tasks: list[Task] = []
    for path, name in found.recordings:
        own = rows_of.get(path)
        tasks.append(_task(path, own[0], default_ruleset) if own else _unlisted(path, name, default_ruleset))
        for row in own[1:] if own else ():
            tasks.append(_task(path, row, default_ruleset))
    for row in rows:
        if calls and row.number not in owners and (found.searched_folder or row.error):
            tasks.append(_missing(row, calls))
    return _without_clashes(tasks)


def _expanded(text: str) -> list[Path]:
    path = Path(text)
    if path.exists():
        return [path]
    if has_magic(text):
        matches = sorted(Path(match) for match in glob(text, recursive=True))
        if matches:
            return matches
        raise ConfigError(f"{text}: no file matches this pattern; check the path")
    raise ConfigError(f"{text}: no such file or folder; check the path")


def _search(folder: Path, named: set[str]) -> tuple[dict[Path, str], list[str]]:
    inside: dict[Path, str] = {}
    other: list[str] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in sorted(f for f in files if not f.startswith(".")):
            path = Path(parent, file)
            name = str(path.relative_to(folder))
            suffix = path.suffix.lower()
            if suffix in SUFFIXES or file in named:
                inside[path.absolute()] = name
            elif suffix not in _BESIDE:
                other.append(name)
    return inside, other


def _notes(folder: Path, other: list[str], calls: CallsFile | None) -> list[str]:
    notes = []
    if other:
        shown = ", ".join(other[:3]) + (f" and {len(other) - 3} more" if len(other) > 3 else "")
        notes.append(f"{folder}: not recordings by their names, left out: {shown}; name a file itself to score it")
    if calls is None and (folder / "calls.csv").is_file():
        notes.append(f"{folder / 'calls.csv'}: is not used; name it with --calls")
    return notes


def _owners(found: Found, calls: CallsFile) -> dict[int, Path]:
    """Row number → recording: the path relative to the calls file, else the only recording that ends so."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for path, _ in found.recordings:
        by_name[path.name].append(path)
    owners: dict[int, Path] = {}
    for row in calls.rows:
        if not row.recording:
            continue
        written = Path(os.path.abspath(calls.path.parent / row.recording))
        parts = Path(row.recording).parts
        alike = by_name.get(written.name, [])
        ending = [path for path in alike if path.parts[-len(parts) :] == parts]
        if written in alike:
            owners[row.number] = written
        elif len(ending) == 1:
            owners[row.number] = ending[0]
    return owners


def _task(path: Path, row: CallsRow, default_ruleset: str) -> Task:
    if row.meta is None:
        return Task(path, CallMeta(call_id=row.call_id, recording=row.recording), error=row.error)
    return Task(path, with_ruleset(row.meta, default_ruleset))


def _unlisted(path: Path, name: str, default_ruleset: str) -> Task:
    return Task(path, with_ruleset(meta_from_name(name), default_ruleset))


def _missing(row: CallsRow, calls: CallsFile) -> Task:
    path = Path(os.path.abspath(calls.path.parent / row.recording))
    meta = row.meta or CallMeta(call_id=row.call_id, recording=row.recording)
    error = row.error or (
        f"{calls.path}: row {row.number}: column recording: {row.recording!r} is missing or ambiguous; "
        "correct the name or add the file"
    )
    return Task(path, meta, error=error, keep=bool(row.call_id), missing=row.error is None)


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
    clash = f"call_id {task.meta.call_id!r} is already that of {owner.path}; give it its own in calls.csv"
    return replace(task, error=task.error or clash, keep=False)
