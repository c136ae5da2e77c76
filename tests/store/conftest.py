"""The store is tested on both engines."""

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    """The URL of a database: a SQLite file that does not exist yet, or an empty store on PostgreSQL."""
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")
