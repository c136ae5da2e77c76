"""A small made-up centre, on both engines."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from benchmarks.store import fill, month_of
from qa.store.engine import open_store, reading

MARCH = month_of("2026-03")


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


@pytest.fixture
def centre(db: str) -> Iterator[Session]:
    """120 calls of eight agents in March and 120 in February."""
    fill(db, calls=120, agents=8, period=MARCH)
    engine = open_store(db)
    with reading(engine) as session:
        yield session
    engine.dispose()
