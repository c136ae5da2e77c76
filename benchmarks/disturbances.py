"""What may happen to a run: it is killed, or a worker of it, the database is held by others, the disk is full."""

import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.soak import Soak, has_ended, status_of, stored
from qa.store.engine import shown


def until(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Waits for a random instant: while the run starts, or after some more results; False where it ended before."""
    if draw.random() < 0.25:
        deadline = time.monotonic() + draw.uniform(0.0, 5.0)
        while time.monotonic() < deadline and not has_ended(pid):
            time.sleep(0.002)
    else:
        target = stored(soak) + draw.randint(1, 3)
        while stored(soak) < target and not has_ended(pid):
            time.sleep(0.005)
        time.sleep(draw.uniform(0.0, 0.2))
    return not has_ended(pid)


def kill_run(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Kills the whole run at a random instant; False where it had ended before."""
    if not until(pid, soak, draw):
        return False
    os.kill(pid, signal.SIGKILL)
    return True


def kill_worker(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Kills one worker of a run, at a random instant after it came to be; the run goes on."""
    while not has_ended(pid):
        if workers_of(pid):
            time.sleep(draw.uniform(0.0, 1.5))
            if workers := workers_of(pid):
                os.kill(draw.choice(workers), signal.SIGKILL)
                return True
        time.sleep(0.05)
    return False


def workers_of(pid: int) -> list[int]:
    """The worker processes of a run."""
    command = ["ps", "-ww", "--ppid", str(pid), "-o", "pid=", "-o", "args="]
    found = subprocess.run(command, capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in found.splitlines() if "spawn_main" in line]


def lock_database(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Holds the database longer than a run waits for it, which then ends with one line and status 2."""
    if not until(pid, soak, draw):
        return False
    with sqlite3.connect(shown(soak.db), timeout=60.0, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert status_of(pid) == 2, "a locked database must end the run with status 2"
        other.execute("ROLLBACK")
    return True


def fill_disk(pid: int, soak: Soak, draw: random.Random) -> bool:
    """Fills the disk under the database until the run ends with one line and status 2, then frees it."""
    if not until(pid, soak, draw):
        return False
    filler = Path(shown(soak.db)).parent / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    status = status_of(pid)
    filler.unlink()
    assert status == 2, "a full disk must end the run with status 2"
    return True


HOW: dict[str, Callable[[int, Soak, random.Random], bool]] = {
    "kill": kill_run,
    "worker": kill_worker,
    "locked": lock_database,
    "full": fill_disk,
}


@contextmanager
def small_disk(megabytes: int) -> Iterator[str]:
    """A tmpfs of that size."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", folder], check=True)
