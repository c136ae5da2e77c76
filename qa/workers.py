"""Worker processes for recordings: each loads the model once, and one that dies takes only its call with it.

Every worker is a process pool of one: a pool of many is broken as a whole when the system kills a single
member for want of memory.
"""

import copyreg
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import MappingProxyType
from typing import Any

from qa.call import CallMeta
from qa.logs import quiet_libraries
from qa.pipeline import Line, Outcome, failed, work_recording

DIED = "its worker process died, most likely for want of memory; run again with fewer --workers"


@dataclass(frozen=True, slots=True)
class Job:
    """One recording for a worker."""

    path: Path
    meta: CallMeta


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def share_cores(workers: int, jobs: int) -> tuple[int, int]:
    """(workers, threads each) for so many jobs: together no more threads than cores. `workers` 0 chooses.

    Two threads a worker is the choice, since every worker holds its own copy of the model.
    """
    chosen = workers or max(1, cores() // 2)
    used = max(1, min(chosen, jobs))
    return used, max(1, cores() // used)


def work_all(jobs: Sequence[Job], line: Line, workers: int) -> Iterator[tuple[Job, Outcome, float]]:
    """Each job with its outcome and seconds, as they finish. Raises ConfigError if nothing can be worked.

    When the caller stops early (an error, Ctrl-C) the worker processes are ended.
    """
    idle: SimpleQueue[_Worker] = SimpleQueue()
    for _ in range(workers):
        idle.put(_Worker(line))

    def work(job: Job) -> tuple[Job, Outcome, float]:
        worker = idle.get()
        began = time.monotonic()
        try:
            return job, worker.work(job), time.monotonic() - began
        finally:
            idle.put(worker)

    threads = ThreadPoolExecutor(workers)
    try:
        pending = {threads.submit(work, job) for job in jobs}
        while pending:
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
            process.join()
        threads.shutdown()


class _Worker:
    def __init__(self, line: Line) -> None:
        self._line = line
        self._pool = _pool(line)

    def work(self, job: Job) -> Outcome:
        try:
            return self._pool.submit(work_recording, job.path, job.meta, self._line).result()
        except BrokenProcessPool:
            self._pool = _pool(self._line)
            return Outcome(failed(job.meta, DIED))


def _pool(line: Line) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent has threads and a database connection.
    return ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=prepare_worker, initargs=(line.threads,)
    )


def prepare_worker(threads: int) -> None:
    """What every worker process does first: keeps to its threads, leaves Ctrl-C to the parent, dies with it."""
    os.environ["OMP_NUM_THREADS"] = str(threads)
    # Ctrl-C reaches the whole process group; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    quiet_libraries()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _rebuild(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


# Read-only mappings inside the frozen values travel between processes as plain ones.
copyreg.pickle(MappingProxyType, lambda mapping: (_rebuild, (dict(mapping),)))
