"""One rule-set folder as it is read: rules by id in all their versions, phrases, variables, and what it extends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from qa.rules.schema import Dated, SetFile
from qa.rules.source import Location, Source, read_source, validate

Origin = tuple[Source, Location]
Fields = dict[str, tuple[Any, Origin]]
"""What a rule says, each field with the place it comes from."""

DATES = ("valid_from", "valid_until")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A rule as it stands in a file, and the first and the last day on which it holds."""

    fields: Fields
    first_day: date
    last_day: date

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first_day <= day <= self.last_day


@dataclass(slots=True)
class Folder:
    """One rule-set folder as read; the versions of a rule don't overlap."""

    name: str
    head: SetFile
    source: Source
    rules: dict[str, list[Entry]] = field(default_factory=dict)
    phrases: dict[str, tuple[list[str], Origin]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)


def read_folder(path: Path, problems: list[str]) -> Folder | None:
    """The folder, None without a readable set.yaml; `problems` takes what is wrong with that, the sources the rest."""
    head_source = read_source(path / "set.yaml")
    head = validate(SetFile, head_source.data, (), head_source)
    if head is None:
        problems += head_source.problems
        return None
    folder = Folder(path.name, head, head_source, sources=[head_source])
    for file in sorted(path.glob("*.y*ml")):
        if file.name == "set.yaml":
            continue
        source = read_source(file)
        folder.sources.append(source)
        if source.problems and source.data is None:
            continue
        if not isinstance(source.data, dict):
            source.complain((), "a rule file has `rules:` and `phrases:` and nothing else")
            continue
        for key in set(source.data) - {"rules", "phrases"}:
            source.complain((key,), f"unknown key {key!r}; a rule file has `rules:` and `phrases:` and nothing else")
        _take_phrases(folder, source)
        _take_rules(folder, source)
    return folder


def _take_phrases(folder: Folder, source: Source) -> None:
    entries = source.data.get("phrases") or {}
    if not isinstance(entries, dict):
        source.complain(("phrases",), "`phrases` gives a list of texts to each name")
        return
    for name, texts in entries.items():
        at = ("phrases", name)
        if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            source.complain(at, f"phrases {name!r} must be a list of texts")
        elif name in folder.phrases:
            source.complain(at, f"phrases {name!r} stand in this rule set twice")
        else:
            folder.phrases[name] = (texts, (source, at))


def _take_rules(folder: Folder, source: Source) -> None:
    entries = source.data.get("rules") or []
    if not isinstance(entries, list):
        source.complain(("rules",), "`rules` is a list")
        return
    for index, entry in enumerate(entries):
        at = ("rules", index)
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            source.complain(at, "a rule needs an `id`")
        else:
            dates = validate(Dated, {k: entry[k] for k in DATES if k in entry}, at, source) or Dated()
            _add(
                folder.rules.setdefault(entry["id"], []),
                Entry(
                    {k: (v, (source, (*at, k))) for k, v in entry.items() if k not in DATES},
                    dates.valid_from or date.min,
                    dates.valid_until or date.max,
                ),
            )


def _add(versions: list[Entry], entry: Entry) -> None:
    for other in versions:
        if other.first_day <= entry.last_day and entry.first_day <= other.last_day:
            id_, (source, at) = entry.fields["id"]
            known, place = other.fields["id"][1]
            source.complain(
                at,
                f"rule {id_!r} stands in this rule set twice for the same days (also {known.path.name}:"
                f"{known.line(place)}); end one with valid_until, begin the other with valid_from",
            )
            return
    versions.append(entry)


def lineage(folder: Folder, folders: Mapping[str, Folder]) -> list[Folder]:
    """The folder and what it extends, the root first; empty with a complaint where that cannot be told."""
    line = [folder]
    while (parent := line[0].head.extends) is not None:
        if parent not in folders:
            folder.source.complain(
                ("extends",), f"extends {parent!r}, which is no rule set; known: {', '.join(folders)}"
            )
            return []
        if any(f.name == parent for f in line):
            folder.source.complain(("extends",), f"extends itself through {parent!r}")
            return []
        line.insert(0, folders[parent])
    return line


def changes(line: list[Folder]) -> list[date]:
    """The days on which the rules of a folder, or of what it extends, change; the beginning of time is the first."""
    entries = [entry for folder in line for versions in folder.rules.values() for entry in versions]
    ends = {e.last_day + timedelta(days=1) for e in entries if e.last_day < date.max}
    return sorted({date.min, *ends, *(e.first_day for e in entries)})


def holding(line: list[Folder], day: date) -> dict[str, tuple[Entry, ...]]:
    """By id, what makes up each rule on a day: the entry of the root first, then those that change fields of it.

    An entry that only changes fields does not count on days on which there is no such rule.
    """
    found: dict[str, tuple[Entry, ...]] = {}
    inherited: set[str] = set()
    for folder in line:
        for id_, versions in folder.rules.items():
            for entry in versions:
                if entry.holds(day) and (id_ in found or id_ not in inherited or "violated" in entry.fields):
                    found[id_] = (*found.get(id_, ()), entry)
        inherited |= folder.rules.keys()
    return found
