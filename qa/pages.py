"""Going through a whole archive page by page: in processes of their own where there are many calls, few in memory."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from sqlalchemy import Engine

from qa.errors import ConfigError
from qa.machine import cores
from qa.store.archive import archived_ids
from qa.workers import prepare_worker

PAGE = 500
LEAST_A_WORKER = 2000
"""Calls for which a worker process pays: each reads the rules before it begins."""
AHEAD = 2
"""Pages on their way, a worker."""

Result = TypeVar("Result")


def through_archive(
    store: Engine,
    work: Callable[[list[str]], Result],
    *,
    total: int,
    workers: int,
    only: Sequence[str] | None = None,
) -> Iterator[Result]:
    """What `work` makes of each page of ids of calls that have a transcript, in order; `total` is their number.

    `only` are the calls to go through, where these are not all. `work` must be such as can be handed to another
    process; `workers` 0 is one a core. Raises ConfigError where a process dies.
    """
    pages = archived_ids(engine=store, page=PAGE) if only is None else _cut(only)
    used = max(1, min(workers or cores(), total // LEAST_A_WORKER))
    return _spread(pages, work, used) if used > 1 else map(work, pages)


def _cut(ids: Sequence[str]) -> Iterator[list[str]]:
    return (list(ids[at : at + PAGE]) for at in range(0, len(ids), PAGE))


def _spread(pages: Iterator[list[str]], work: Callable[[list[str]], Result], workers: int) -> Iterator[Result]:
    # Spawned, not forked: the parent has a database connection.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=prepare_worker, initargs=(1,))
    try:
        pending: deque[Future[Result]] = deque()
        for page in pages:
            pending.append(pool.submit(work, page))
            if len(pending) > AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool:
        raise ConfigError(
            "a worker process died, most likely for want of memory; run again with fewer --workers"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
