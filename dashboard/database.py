"""The database that the server was started with: sessions for reading and for changing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session

from qa.errors import StoreError
from qa.store import sums
from qa.store.engine import open_store, reading, shown, store_errors, writing

DEFAULT_URL = "sqlite:///qa.db"


class NoDatabaseError(StoreError):
    """There is no SQLite file yet; a page that only reads does not make one."""


def database_url() -> str:
    """The SQLAlchemy URL that the server was started with (`QA_DB`)."""
    return os.environ.get("QA_DB") or DEFAULT_URL


@contextmanager
def session() -> Iterator[Session]:
    """A session for queries. Raises NoDatabaseError before the first run, else StoreError with a remedy."""
    url = database_url()
    engine = _engine(url)
    with store_errors(url), reading(engine) as opened:
        yield opened


@contextmanager
def change() -> Iterator[Session]:
    """A session that is one transaction; raises as `session` does."""
    url = database_url()
    engine = _engine(url)
    with store_errors(url), writing(engine) as opened:
        yield opened


@contextmanager
def summed() -> Iterator[Session]:
    """A session for queries, as `session`, after the sums over calls were brought up to what has changed."""
    with session() as opened:
        more = sums.stale(session=opened)
    while more:
        with change() as opened:
            more = sums.refresh(session=opened)
    with session() as opened:
        yield opened


def _engine(url: str) -> Engine:
    parsed = make_url(url) if "://" in url else None
    if parsed and parsed.get_backend_name() == "sqlite":
        name = parsed.database
        if name and name != ":memory:" and not name.startswith("file:") and not Path(name).exists():
            raise NoDatabaseError(shown(url))
    return _opened(url)


@lru_cache(maxsize=4)
def _opened(url: str) -> Engine:
    return open_store(url)
