"""What this machine has: cores, memory, processes."""

import os
import shutil
import socket
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory_bytes() -> int | None:
    """The memory that may still be taken, by the machine and by a container's limit; None where unknown."""
    known = [free for free in (_free_of_machine(), _free_of_container()) if free is not None]
    return min(known) if known else None


def free_disk_bytes(folder: Path) -> int | None:
    """What is left on the disk of a folder; None where there is no such folder or it cannot be reached."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def host() -> str:
    """The name of this machine."""
    return socket.gethostname()


def process_lives(pid: int) -> bool:
    """Whether a process of this machine with that id runs; one that only waits to be buried does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return True
    return state not in ("Z", "X")


def _free_of_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _free_of_container() -> int | None:
    try:
        limit, used = ((_CGROUP / f"memory.{name}").read_text(encoding="ascii").strip() for name in ("max", "current"))
        cache = (_CGROUP / "memory.stat").read_text(encoding="ascii").split()
    except OSError:
        return None
    if limit == "max":
        return None
    inactive = int(cache[cache.index("inactive_file") + 1]) if "inactive_file" in cache else 0
    return int(limit) - int(used) + inactive
