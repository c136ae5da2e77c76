"""The scheme files of a rules folder: the present one and those of earlier days."""

from collections.abc import Mapping
from pathlib import Path

from qa.rules.scheme_file import SchemeFile
from qa.rules.source import Location, Source, read_source, validate

Files = Mapping[Source, SchemeFile | None]


def read_schemes(rules_dir: Path) -> Files:
    """`scheme.yaml`, and `scheme-….yaml` beside it; None for one with faults, which its source knows."""
    paths = [rules_dir / "scheme.yaml", *sorted(rules_dir.glob("scheme-*.y*ml"))]
    sources = [read_source(path) for path in paths]
    return {source: validate(SchemeFile, source.data, (), source) for source in sources}


def check_schemes(files: Files, rules: set[str]) -> None:
    """Notes what contradicts another scheme, or names no rule of `rules` and no item."""
    versions: dict[str, str] = {}
    days: dict[str, str] = {}
    for source, file in files.items():
        if file is not None:
            _differ("version", file.version, versions, source)
            _differ("valid_from", str(file.valid_from), days, source)
            _check_ids(file, source, rules)
            _check_names(file, source, rules | {item.id for item in file.manual})


def _differ(key: str, value: str, seen: dict[str, str], source: Source) -> None:
    if value in seen:
        source.complain((key,), f"{key} is that of {seen[value]} too; each scheme has its own")
    seen[value] = source.path.name


def _check_ids(file: SchemeFile, source: Source, rules: set[str]) -> None:
    ids = set(rules)
    for key, items in (("manual", [i.id for i in file.manual]), ("onsite", [i.id for i in file.onsite])):
        for place, id_ in enumerate(items):
            if id_ in ids:
                source.complain((key, place, "id"), f"id {id_!r} is that of another item or rule; choose another")
            ids.add(id_)


def _check_names(file: SchemeFile, source: Source, known: set[str]) -> None:
    named: list[tuple[Location, str]] = [
        *((("points", name), name) for name in file.points),
        *((("caps", name), name) for name in file.caps),
        *((("fatal", place), name) for place, name in enumerate(file.fatal)),
    ]
    for at, name in named:
        if name not in known:
            source.complain(at, f"{name!r} is no rule and no manual item; correct or delete it")
