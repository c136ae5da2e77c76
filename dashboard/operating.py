"""What who operates asks and does: how much is stored and where, and failed recordings worked again."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import IO, Literal

from dashboard.data import require
from dashboard.database import change, database_url, session
from dashboard.i18n import t
from qa.errors import QaError
from qa.machine import cores, free_disk_bytes, free_memory_bytes
from qa.settings import load_settings
from qa.store import audit
from qa.store.retention import Periods, Removal, last_removals
from qa.store.size import Size, size

BROKE_OFF = 2
"""The exit status of a command that was not carried out."""


class RetryError(QaError):
    """A retry that cannot begin now."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What the machine of the dashboard has; bytes, None where unknown."""

    cores: int
    free_memory: int | None
    free_disk: int | None
    free_recordings: int | None


@dataclass(frozen=True, slots=True)
class Retry:
    """A retry: who asked, whether it goes on, and the last line of its log where it broke off."""

    by: str
    state: Literal["running", "ended"]
    fault: str | None = None


def stored() -> tuple[Size, Machine]:
    """How much is stored, and what is left of the machine for more."""
    require("operate")
    with session() as opened:
        found = size(session=opened)
    disks = (free_disk_bytes(folder) if folder else None for folder in (found.folder, found.recordings))
    return found, Machine(cores(), free_memory_bytes(), *disks)


def retention() -> tuple[Periods, tuple[Removal, ...]]:
    """How long content is kept, and what was removed last."""
    require("operate")
    settings = load_settings()
    with session() as opened:
        return Periods(settings.keep_words_days, settings.keep_recordings_days), last_removals(session=opened)


def retry(call_ids: Sequence[str] = ()) -> None:
    """Works failed recordings again, all or those named, in a process that outlives the page.

    Raises RetryError while another one that a page began goes on.
    """
    person = require("operate")
    command = [sys.executable, "-m", "qa", "retry", *call_ids, "--json-log"]
    with _desk().lock:
        begun = _desk().begun
        if begun and begun.process.poll() is None:
            raise RetryError(t("runs.retrying"))
        with change() as opened:
            named = {"calls": sorted(call_ids)} if call_ids else None
            audit.record(session=opened, by=person.user, action="retry", subject="runs", after=named)
        log = tempfile.TemporaryFile("w+")  # noqa: SIM115
        environment = os.environ | {"QA_DB": database_url()}  # other users of the machine see a command's arguments
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, text=True, start_new_session=True)
        _desk().begun = _Begun(person.user, process, log)


def retried() -> Retry | None:
    """The retry that pages began last, since the dashboard was started."""
    require("operate")
    begun = _desk().begun
    if begun is None:
        return None
    status = begun.process.poll()
    if status is None:
        return Retry(begun.by, "running")
    return Retry(begun.by, "ended", begun.last_line() if status == BROKE_OFF else None)


@dataclass(frozen=True, slots=True)
class _Begun:
    by: str
    process: subprocess.Popen[str]
    log: IO[str]

    def last_line(self) -> str:
        self.log.seek(0)
        lines = [line.strip() for line in self.log if line.strip()]
        return lines[-1] if lines else ""


@dataclass(slots=True)
class _Desk:
    """What all sessions share."""

    lock: Lock
    begun: _Begun | None = None


@lru_cache(maxsize=1)
def _desk() -> _Desk:
    return _Desk(Lock())
