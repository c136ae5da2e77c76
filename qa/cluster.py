"""Recordings on many machines: Ray places the workers, which hold the model and do what a local worker does.

A worker is given a recording only once it has answered, and one at a time. What is lost with a worker or its machine is
worked again once, by another; all results come back here, where they are stored.
"""

import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from qa.errors import ConfigError
from qa.logs import quiet_libraries
from qa.pipeline import Line, Outcome, failed, warm_up
from qa.workers import WORKER_BYTES, Done, Job, work_job

THREADS = 2
"""Cores of a worker without a GPU, where a machine has as many."""
ANSWER_S, STARVED_S = 5.0, 600.0
LOST = "the machine or process that worked it was lost twice; run `qa retry`, on fewer workers if memory was short"


class Worker:
    """What runs on the cluster's machines, in a process of its own."""

    def __init__(self, line: Line, cache: Path, gpu: bool) -> None:
        os.environ["OMP_NUM_THREADS"] = str(line.threads)
        if not gpu:
            os.environ["CUDA_VISIBLE_DEVICES"] = ""
        quiet_libraries()
        self._line, self._cache = line, cache

    def ready(self) -> str:
        """Loads rules and model; returns what this machine would score by."""
        return warm_up(self._line)

    def work(self, job: Job) -> Done:
        """Works one recording."""
        return work_job(job, self._line, self._cache)


def work_on_cluster(jobs: Iterable[Job], line: Line, workers: int, cache: Path, *, address: str) -> Iterator[Done]:
    """Each job as it is finished, like `qa.workers.work_all`; `address` is that of the cluster's head, `workers` 0 all.

    Recordings and rules must be found under the same paths on all machines, or recordings under URLs. Raises
    ConfigError where no machine can work.
    """
    ray = _ray()
    _connect(ray, address)
    try:
        yield from _Crew(ray, line, workers, cache).each(iter(jobs))
    finally:
        ray.shutdown()


class _Crew:
    """The workers of one run: those that are starting, idle and busy."""

    def __init__(self, ray: Any, line: Line, workers: int, cache: Path) -> None:
        self._ray = ray
        self._expected = warm_up(line, model=False)
        self._starting: dict[Any, tuple[Any, Any]] = {}
        self._idle: list[tuple[Any, Any]] = []
        self._busy: dict[Any, tuple[tuple[Any, Any], Job, int]] = {}
        places = _places(ray, line, cache)[: workers or None]
        if not places:
            raise ConfigError("the cluster has no core to work on; start a node with some: ray start --address")
        for make in places:
            self._ask(make)

    def each(self, jobs: Iterator[Job]) -> Iterator[Done]:
        again: deque[Job] = deque()
        while True:
            while self._idle and (given := _next(again, jobs)):
                worker = self._idle.pop()
                self._busy[worker[0].work.remote(given[0])] = (worker, *given)
            if not self._busy and not again and (self._idle or not self._starting):
                return
            answers, _ = self._ray.wait([*self._busy, *self._starting], num_returns=1, timeout=STARVED_S)
            if not answers and not self._busy:
                raise ConfigError(f"no machine of the cluster had room for a worker in {STARVED_S:g} s; add one")
            for answer in answers:
                if answer in self._starting:
                    self._started(answer)
                elif (done := self._finished(answer, again)) is not None:
                    yield done

    def _ask(self, make: Any) -> None:
        worker = make()
        self._starting[worker.ready.remote()] = (worker, make)

    def _started(self, answer: Any) -> None:
        worker = self._starting.pop(answer)
        found = self._result(answer)
        if found is None:
            self._ask(worker[1])
        elif found != self._expected:
            raise ConfigError(f"a machine of the cluster has other rules, model or program: {found}; install the same")
        else:
            self._idle.append(worker)

    def _finished(self, answer: Any, again: "deque[Job]") -> Done | None:
        worker, job, tries = self._busy.pop(answer)
        done: Done | None = self._result(answer)
        if done is not None:
            self._idle.append(worker)
            return done
        self._ask(worker[1])
        if tries == 1:
            again.append(job)
            return None
        return Done(job, Outcome(failed(job.meta, LOST), passing=True), 0.0)

    def _result(self, answer: Any) -> Any:
        """What a worker answered; None where it is lost."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(answer)
        except errors.RayTaskError as error:
            raise error.cause from None
        except errors.RayError:
            return None


def _next(again: "deque[Job]", jobs: Iterator[Job]) -> tuple[Job, int] | None:
    """The next job and which try it is; what was lost waits until all others have been given out."""
    fresh = next(jobs, None)
    if fresh is not None:
        return fresh, 1
    return (again.popleft(), 2) if again else None


def _places(ray: Any, line: Line, cache: Path) -> list[Any]:
    """What makes a worker, for each that the machines have room for: those with GPUs first."""
    remote = ray.remote(max_restarts=0, memory=WORKER_BYTES)(Worker)
    with_gpu, without = [], []
    for node in ray.nodes():
        has = node["Resources"] if node["Alive"] else {}
        gpus, cpus = int(has.get("GPU", 0)), int(has.get("CPU", 0))
        with_gpu += [(1, 1)] * min(gpus, cpus)
        left = cpus - min(gpus, cpus)
        threads = min(THREADS, left)
        without += [(0, threads)] * (left // threads if threads else 0)

    def place(gpus: int, threads: int) -> Any:
        sized = remote.options(num_cpus=threads, num_gpus=gpus)
        return lambda: sized.remote(replace(line, threads=threads), cache, bool(gpus))

    return [place(*kind) for kind in (*with_gpu, *without)]


def _ray() -> Any:
    try:
        import ray
    except ModuleNotFoundError:
        raise ConfigError("--cluster needs Ray; run `make cluster` (extra `cluster`) on every machine") from None
    return ray


def _connect(ray: Any, address: str) -> None:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(f"--cluster {address}: not HOST:PORT, as `ray start --head` tells it")
    try:
        # Ray itself tries a head that is not there for minutes.
        socket.create_connection((host, int(port)), timeout=ANSWER_S).close()
    except OSError as error:
        raise ConfigError(
            f"--cluster {address}: no answer ({error.strerror or error}); start it: ray start --head"
        ) from None
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", configure_logging=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        first = (str(error).strip().splitlines() or ["refused"])[0]
        raise ConfigError(f"--cluster {address}: {first}; all machines need the same Ray and token") from None
