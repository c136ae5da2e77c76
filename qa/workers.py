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
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from types import MappingProxyType
from typing import Any

from qa.call import CallMeta
from qa.errors import AudioError
from qa.logs import quiet_libraries
from qa.machine import cores, free_memory_bytes
from qa.pipeline import Line, Outcome, failed, work_recording, work_transcript
from qa.sources import Source, fetched
from qa.store.transcripts import StoredTranscript

DIED = (
    "its worker process died twice, most likely for want of memory; "
    "run `qa retry` with fewer --workers, and `qa doctor` if it dies again"
)
AHEAD = 2
"""Jobs made ready (recordings fetched) beyond those that are being worked."""
WORKER_BYTES = 900 << 20
"""What a worker takes with the bundled model: 580 to 660 MiB measured on short calls, and room for long ones."""


@dataclass(frozen=True, slots=True)
class Job:
    """One recording for a worker; with a transcript it needs none, being only scored from that."""

    source: Source
    meta: CallMeta
    transcript: StoredTranscript | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A job that was worked."""

    job: Job
    outcome: Outcome
    seconds: float


def share_cores(workers: int, jobs: int, free_bytes: int | None = None) -> tuple[int, int]:
    """(workers, threads each) for so many jobs: together no more threads than cores. `workers` 0 chooses.

    Two threads a worker is the choice, since every worker holds its own copy of the model, and no more workers
    than fit into `free_bytes` of memory (None: as much as there is).
    """
    free = free_memory_bytes() if free_bytes is None else free_bytes
    fit = max(1, free // WORKER_BYTES) if free is not None else cores()
    chosen = workers or max(1, min(cores() // 2, fit))
    used = max(1, min(chosen, jobs))
    return used, max(1, cores() // used)


def work_all(jobs: Iterable[Job], line: Line, workers: int, cache: Path) -> Iterator[Done]:
    """Each job as it is finished. Jobs are taken as they are needed; recordings from elsewhere are fetched to `cache`.

    A job whose worker dies is worked again after all others, alone. Raises ConfigError if nothing can be worked.
    When the caller stops early (an error, Ctrl-C) the worker processes are ended.
    """
    with _Crew(line, workers, cache) as crew:
        died: list[Job] = []
        for job, result in crew.each(jobs):
            if result is None:
                died.append(job)
            else:
                yield result
        crew.shrink()
        for job, result in crew.each(died):
            yield result or Done(job, Outcome(failed(job.meta, DIED)), 0.0)


class _Crew:
    """The workers of one run, each with a thread that waits for it, and some threads that fetch ahead."""

    def __init__(self, line: Line, workers: int, cache: Path) -> None:
        self._line, self._workers, self._cache = line, workers, cache
        self._idle: SimpleQueue[ProcessPoolExecutor] = SimpleQueue()
        for _ in range(workers):
            self._idle.put(_pool(line))
        self._threads = ThreadPoolExecutor(workers + AHEAD)
        self._starting = threading.Lock()
        self._scoring = threading.Lock()
        self._stopped = False

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        with self._starting:
            self._stopped = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
            process.join()
        self._threads.shutdown()
        # Python's own end of broken pools may meet their threads half-way; here they are waited for.
        while not self._idle.empty():
            self._idle.get().shutdown()

    def shrink(self) -> None:
        """Leaves one worker, so that the next job has the machine to itself."""
        for _ in range(self._workers - 1):
            self._idle.get().shutdown()
        self._workers = 1

    def each(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Done | None]]:
        """Each job with what came of it, None where its worker died."""
        waiting = iter(jobs)
        pending: dict[Future[Done | None], Job] = {}
        while True:
            for job in islice(waiting, self._workers + AHEAD - len(pending)):
                pending[self._threads.submit(self._work, job)] = job
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield pending.pop(future), future.result()

    def _work(self, job: Job) -> Done | None:
        began = time.monotonic()
        if job.transcript is not None:
            with self._scoring:
                began = time.monotonic()
                outcome = work_transcript(job.meta, job.transcript, self._line.rules)
                return Done(job, outcome, time.monotonic() - began)
        try:
            with fetched(job.source, self._cache) as path:
                return self._worked(job, path)
        except AudioError as error:
            return Done(job, Outcome(failed(job.meta, str(error)), passing=True), time.monotonic() - began)

    def _worked(self, job: Job, path: Path) -> Done | None:
        pool = self._idle.get()
        began = time.monotonic()
        try:
            with self._starting:
                if self._stopped:
                    raise CancelledError
                future = pool.submit(work_recording, path, job.meta, self._line)
            return Done(job, future.result(), time.monotonic() - began)
        except BrokenProcessPool:
            pool.shutdown()
            pool = _pool(self._line)
            return None
        finally:
            self._idle.put(pool)


def work_job(job: Job, line: Line, cache: Path) -> Done:
    """Works one job in this process; a recording from elsewhere is fetched to `cache`."""
    began = time.monotonic()
    if job.transcript is not None:
        outcome = work_transcript(job.meta, job.transcript, line.rules)
    else:
        try:
            with fetched(job.source, cache) as path:
                outcome = work_recording(path, job.meta, line)
        except AudioError as error:
            outcome = Outcome(failed(job.meta, str(error)), passing=True)
    return Done(job, outcome, time.monotonic() - began)


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
