"""Rows of calls.csv made from a telephone system's records, and the file they go into."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from qa.call import LOCAL
from qa.errors import ConfigError
from qa.files import atomic

EXTENSION = r"\d{2,5}"
"""What a number inside the centre looks like, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """One answered call; an empty text means that the record does not tell.

    `ring_seconds` is how long the agent's telephone rang, without the time in a queue or a menu.
    """

    recording: str
    call_id: str
    agent_id: str = ""
    direction: str = "inbound"
    started_at: str = ""
    ring_seconds: str = ""
    hangup_by: str = ""
    caller: str = ""
    queue: str = ""
    queue_seconds: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """The calls of some records, in order of time, and a line for each record that could not be read."""

    lines: tuple[CallLine, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How records are read: `extension` tells numbers inside the centre, `recording` names the file of a call.

    `recording` is a template of the record's own fields, as in "{uniqueid}.wav"; None: what the record says itself.
    `utc`: its times are UTC, not those of Asia/Shanghai.
    """

    extension: re.Pattern[str]
    recording: str | None = None
    utc: bool = False

    def inside(self, number: str) -> bool:
        """Whether a number is one of the centre's own."""
        return bool(self.extension.fullmatch(number))

    def name(self, record: Mapping[str, str], own: Sequence[str], default: str) -> str:
        """The recording's file name: by the template, else the first of the record's `own` fields that has one."""
        template = self.recording
        if template is None:
            named = next((record[key] for key in own if record.get(key)), "")
            return PurePosixPath(named).name or default.format_map(record)
        try:
            return template.format_map(record)
        except (KeyError, IndexError, ValueError) as error:
            known = ", ".join(sorted(record))
            raise ConfigError(f"--recording {template!r}: {error} is no field of the record; it has {known}") from None

    def moment(self, text: str) -> datetime | None:
        """A time as the record writes it, in Asia/Shanghai; None where it is empty or no time."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        zone = UTC if self.utc else LOCAL
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(LOCAL)


def local(epoch_s: float) -> str:
    """Seconds since 1970 as calls.csv has times."""
    return datetime.fromtimestamp(epoch_s, LOCAL).isoformat(timespec="seconds")


def seconds(value: float | None) -> str:
    """Seconds as calls.csv has them; empty where unknown or negative."""
    return "" if value is None or value < 0 else f"{value:.3f}".rstrip("0").rstrip(".")


def write_calls(out: Path, lines: Sequence[CallLine]) -> int:
    """Adds the calls to a calls file; a row that is there already stays as it is. Returns how many were added."""
    columns = [field.name for field in fields(CallLine)]
    rows = list(_existing(out))
    known = {row.get("call_id") or PurePosixPath(row.get("recording") or "").stem for row in rows}
    new = [line for line in lines if line.call_id not in known]
    header = [*(rows[0] if rows else columns), *(c for c in columns if rows and c not in rows[0])]
    with atomic(out) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        writer.writerows({column: getattr(line, column) for column in columns} for line in new)
    return len(new)


def _existing(out: Path) -> Iterator[dict[str, str]]:
    if not out.exists():
        return
    try:
        with out.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if "recording" not in (reader.fieldnames or ()):
                raise ConfigError(f"{out}: is no calls file, has no column 'recording'; name another with --out")
            for row in reader:
                yield {name: value or "" for name, value in row.items() if name}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{out}: cannot be read ({error}); name another file with --out") from None
