"""Reading calls.csv (or .jsonl): one row a recording, each validated; a bad row never stops the others."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError

from qa.call import LOCAL, CallMeta
from qa.errors import ConfigError

Pseudonymise = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class CallsRow:
    """One row: `number` is the spreadsheet row (the header is row 1) or the line of a .jsonl file.

    `recording` is as written. `meta` is None where the row is bad; `error` then names row and column.
    """

    number: int
    recording: str
    call_id: str
    meta: CallMeta | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CallsFile:
    """A calls file: its rows, and what should be told about the file as a whole (`notes`)."""

    path: Path
    rows: tuple[CallsRow, ...]
    notes: tuple[str, ...] = ()


def _bool(value: object) -> object:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def _time(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("is no ISO 8601 time; write e.g. 2026-03-11T09:15:00+08:00") from None
    return (time if time.tzinfo else time.replace(tzinfo=LOCAL)).astimezone(LOCAL)


Flag = Annotated[Annotated[bool, Strict()] | None, BeforeValidator(_bool)]
Time = Annotated[Annotated[datetime, Strict()] | None, BeforeValidator(_time)]


class _Fields(BaseModel):
    """The known columns; any other one is kept as text."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    recording: str
    call_id: str | None = Field(default=None, pattern=r"^[^\x00-\x1f]{1,200}$")
    agent_id: str | None = None
    agent_name: str | None = None
    team: str | None = None
    shift: str | None = None
    ruleset: str | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    started_at: Time = None
    ring_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    hangup_by: Literal["agent", "customer", "system"] | None = None
    complaint: Flag = None
    dissatisfied: Flag = None
    nuisance: Flag = None
    caller: str | None = None
    work_order: str | None = None
    channels: Literal["agent-left", "agent-right", "mono"] | None = None


def read_calls(path: Path, *, pseudonymise: Pseudonymise) -> CallsFile:
    """The rows of a calls file. Raises ConfigError where the file as a whole cannot be read."""
    text, notes = _read_text(path)
    records = _jsonl_records(path, text) if path.suffix.lower() == ".jsonl" else _csv_records(path, text)
    rows: list[CallsRow] = []
    seen: dict[str, int] = {}
    for number, fields in records:
        row = _row(path, number, fields, pseudonymise)
        for kind, name in (("call_id", row.call_id), ("recording", row.recording)):
            first = seen.setdefault(f"{kind} {name}", number)
            if name and first != number:
                row = _bad(path, number, row.recording, row.call_id, f"{kind} {name!r} is already in row {first}")
        rows.append(row)
    return CallsFile(path, tuple(rows), tuple(notes))


def meta_from_name(recording: str) -> CallMeta:
    """The metadata of a recording without a row: the call id is the file name without suffix."""
    return CallMeta(call_id=Path(recording).stem, recording=recording)


def _read_text(path: Path) -> tuple[str, list[str]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; check --calls") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check --calls") from None
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = "\0"
    # UTF-16, as Excel's "Unicode text" is, can pass for GB18030, but then holds zero bytes.
    if "\0" in text:
        raise ConfigError(f"{path}: is neither UTF-8 nor GBK text; save it as CSV UTF-8")
    return text, [f"{path}: is not UTF-8 and was read as GBK; save it as CSV UTF-8 to be sure of every name"]


def _csv_records(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip() for name in next(reader, [])]
        if "recording" not in header:
            raise ConfigError(f"{path}: row 1: no column 'recording'; the first row must name the columns, with commas")
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise ConfigError(f"{path}: row 1: column {twice[0]!r} appears twice; rename one of them")
        for number, cells in enumerate(reader, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                yield (
                    number,
                    f"has {len(cells)} cells, the header {len(header)}; quote cells that hold a comma",
                )
                continue
            pairs = zip(header, (cell.strip() for cell in cells), strict=False)
            yield number, {name: cell for name, cell in pairs if name and cell}
    except csv.Error as error:
        raise ConfigError(f"{path}: row {reader.line_num}: {error}; save it as CSV UTF-8") from None


def _jsonl_records(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError as error:
            yield number, f"is no JSON ({error})"
            continue
        if not isinstance(fields, dict):
            yield number, "is no JSON object"
            continue
        yield number, {name: value for name, value in fields.items() if value not in (None, "")}


def _row(path: Path, number: int, fields: Mapping[str, Any] | str, pseudonymise: Pseudonymise) -> CallsRow:
    if isinstance(fields, str):
        return _bad(path, number, "", "", fields)
    recording = str(fields.get("recording", ""))
    call_id = str(fields.get("call_id") or Path(recording).stem)
    try:
        row = _Fields.model_validate(fields)
    except ValidationError as error:
        return _bad(path, number, recording, call_id, "; ".join(_explained(e) for e in error.errors()))
    values = {name: getattr(row, name) for name in _Fields.model_fields}
    extra = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in (row.model_extra or {}).items()
    }
    values["call_id"] = call_id
    values["caller"] = pseudonymise(row.caller) if row.caller else None
    return CallsRow(number, recording, call_id, CallMeta(**values, extra=MappingProxyType(extra)))


def _bad(path: Path, number: int, recording: str, call_id: str, problem: str) -> CallsRow:
    return CallsRow(number, recording, call_id, None, f"{path}: row {number}: {problem}")


def _explained(error: Any) -> str:
    column, value = error["loc"][0], error["input"]
    if error["type"] == "missing":
        return f"column {column}: is empty; name the recording"
    if error["type"] == "literal_error":
        return f"column {column}: {value!r} is not one of {error['ctx']['expected'].replace(' or ', ', ')}"
    if error["type"] == "bool_type":
        return f"column {column}: {value!r} is neither true nor false"
    message = re.sub("^Value error, ", "", error["msg"])
    return f"column {column}: {value!r} {message[0].lower()}{message[1:]}"


def meta_sha256(meta: CallMeta) -> str:
    """A hash over every field, which tells whether a call's metadata was corrected since it was scored."""
    fields = {name: getattr(meta, name) for name in CallMeta.__slots__} | {"extra": dict(meta.extra)}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()
