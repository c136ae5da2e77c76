"""A run of `qa` in a process of its own, and what it has stored so far."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func
from sqlmodel import select

from qa.cli import main as qa
from qa.store.engine import engine_for, reading
from qa.store.tables import RunItemRecord


@dataclass(frozen=True, slots=True)
class Soak:
    """What is disturbed: `qa run` over a folder of so many recordings, each of which is to be worked once.

    `before` is how many results runs have stored in that database before.
    """

    folder: Path
    calls: int
    db: str
    rules: Path
    workers: int = 1
    before: int = 0

    @property
    def command(self) -> list[str]:
        """The arguments of `qa`."""
        return [
            *("run", str(self.folder / "in"), "--db", self.db, "--rules", str(self.rules), "--profile", "fast"),
            *("--workers", str(self.workers), "--out", str(self.folder / "results.jsonl")),
        ]


def start(soak: Soak) -> int:
    """Starts `qa run` in a forked process; returns its id."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        with (soak.folder / "log.txt").open("a", encoding="utf-8") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        qa(soak.command)
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    finally:
        os._exit(99)


def stored(soak: Soak) -> int:
    """The results that runs have stored by now; each call's is counted once a run."""
    engine = engine_for(soak.db)
    try:
        with reading(engine) as session:
            return int(session.execute(select(func.count()).select_from(RunItemRecord)).scalar_one()) - soak.before
    except Exception:  # no table yet, or the file is locked: nothing to count
        return 0
    finally:
        engine.dispose()


def has_ended(pid: int) -> bool:
    """Whether a process has ended; it can still be waited for."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def status_of(pid: int) -> int:
    """Waits for a process and returns its exit status."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
