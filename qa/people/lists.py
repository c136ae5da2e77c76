"""Lists of people from CSV: agents with their teams, shifts, who is on duty, absence. A bad row fails alone."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from qa.errors import ConfigError


def _nothing(value: object) -> object:
    return None if value == "" else value


Day = Annotated[date | None, BeforeValidator(_nothing)]
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)


class AgentRow(_Row):
    """An agent, and a time in a team; one agent may have several rows. `agent_id` is text: 003 stays 003."""

    agent_id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    team: str = ""
    from_day: Day = Field(default=None, alias="from")
    to_day: Day = Field(default=None, alias="to")
    joined_on: Day = None
    left_on: Day = None

    @model_validator(mode="after")
    def _runs_forward(self) -> "AgentRow":
        _forward(self.from_day, self.to_day)
        return self


class ShiftRow(_Row):
    """A shift; one that ends no later than it starts runs past midnight."""

    shift: str = Field(min_length=1)
    starts: str = Field(pattern=CLOCK)
    ends: str = Field(pattern=CLOCK)


class DutyRow(_Row):
    """An agent's shift; `day` is the day on which it starts."""

    agent_id: str = Field(min_length=1)
    day: date
    shift: str = Field(min_length=1)


class AbsenceRow(_Row):
    """Days on which an agent is away, both ends included."""

    agent_id: str = Field(min_length=1)
    from_day: date = Field(alias="from")
    to_day: Day = Field(default=None, alias="to")
    kind: str = Field(min_length=1)

    @model_validator(mode="after")
    def _runs_forward(self) -> "AbsenceRow":
        _forward(self.from_day, self.to_day)
        return self


Row = AgentRow | ShiftRow | DutyRow | AbsenceRow
MODELS: tuple[tuple[frozenset[str], type[Row]], ...] = (
    (frozenset({"shift", "starts", "ends"}), ShiftRow),
    (frozenset({"agent_id", "day", "shift"}), DutyRow),
    (frozenset({"agent_id", "from", "kind"}), AbsenceRow),
    (frozenset({"agent_id", "name"}), AgentRow),
)


@dataclass(frozen=True, slots=True)
class ListFile:
    """The good rows of a file, each with its number in the spreadsheet, and a line for every bad one."""

    path: Path
    rows: tuple[tuple[int, Row], ...]
    faults: tuple[str, ...]


def read_list(path: Path) -> ListFile:
    """Reads one CSV file (UTF-8, with or without BOM); its columns tell what it lists.

    Raises ConfigError for a file that cannot be read or lists nothing known.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8; save the file as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text))
    columns = {name.strip() for name in reader.fieldnames or () if name}
    model = next((model for needed, model in MODELS if needed <= columns), None)
    if model is None:
        known = "; ".join(", ".join(sorted(needed)) for needed, _ in MODELS)
        raise ConfigError(f"{path}: no list of people; its columns must hold one of: {known}")
    rows: list[tuple[int, Row]] = []
    faults: list[str] = []
    for number, entry in enumerate(reader, start=2):
        values = {key.strip(): (value or "").strip() for key, value in entry.items() if key and isinstance(value, str)}
        if not any(values.values()):
            continue
        try:
            rows.append((number, model.model_validate(values)))
        except ValidationError as error:
            faults += [f"{path}: row {number}, {_told(fault)}" for fault in error.errors()]
    return ListFile(path, tuple(rows), tuple(faults))


def _told(fault: object) -> str:
    assert isinstance(fault, dict)
    column = ".".join(str(part) for part in fault["loc"])
    message = re.sub(r"^Value error, ", "", fault["msg"])
    if fault["type"] == "extra_forbidden":
        message = "unknown column; correct or delete it"
    return f"column {column}: {message}" if column else message


def _forward(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise ValueError(f"to {last} is before from {first}")
