"""The one place where the pages meet the store."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlmodel import Session

from qa.errors import StoreError
from qa.store import queries
from qa.store.engine import open_store, reading, shown, store_errors
from qa.store.queries import CallFilter, CallRow

DEFAULT_URL = "sqlite:///qa.db"
ALL_CALLS = CallFilter()
MOST_ROWS = 100_000


class NoDatabaseError(StoreError):
    """There is no SQLite file yet; a page that only reads does not make one."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the calls list shows, in which order: enough to go on to the next call of it."""

    where: CallFilter = ALL_CALLS
    order_by: str = "started_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The calls before and after one in a listing; None at its ends."""

    before: str | None = None
    after: str | None = None


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


def page_of(listing: Listing, *, limit: int, offset: int = 0) -> list[CallRow]:
    """One page of a listing."""
    with session() as opened:
        return queries.list_calls(
            session=opened,
            where=listing.where,
            order_by=listing.order_by,
            descending=listing.descending,
            limit=limit,
            offset=offset,
        )


def whole(listing: Listing) -> list[CallRow]:
    """Every call of a listing, for an export."""
    return page_of(listing, limit=MOST_ROWS)


def fatal_calls(where: CallFilter) -> int:
    """How many of these calls a fatal item set to 0."""
    zero = Listing(replace(where, score_max=0.0))
    return sum(bool(row.fatal) for row in whole(zero))


def neighbours(listing: Listing, *, call_id: str, position: int | None) -> Neighbours:
    """The calls beside `call_id`, which was at `position`; none where the listing has moved since."""
    if position is None:
        return Neighbours()
    first = max(0, position - 1)
    ids = [row.call_id for row in page_of(listing, limit=3, offset=first)]
    at = position - first
    if at >= len(ids) or ids[at] != call_id:
        return Neighbours()
    return Neighbours(
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at + 1 < len(ids) else None,
    )


def recording_path(call_id: str) -> Path | None:
    """Where the call's recording lies, as the store knows it; None without one."""
    with session() as opened:
        return queries.recording_path(session=opened, call_id=call_id)


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
