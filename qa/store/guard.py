"""Who stores words and who removes them wait for each other, lest words come back beside a call that has none."""

from sqlalchemy import text
from sqlmodel import Session

_LOCK = 0x776F726473


def adding_words(*, session: Session) -> None:
    """Until this transaction ends nobody removes words; many may add some at once. Must be its first statement."""
    _lock(session, "pg_advisory_xact_lock_shared")


def removing_words(*, session: Session) -> None:
    """Until this transaction ends nobody adds words or removes others. Must be its first statement."""
    _lock(session, "pg_advisory_xact_lock")


def _lock(session: Session, function: str) -> None:
    # SQLite lets only one write anyway.
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text(f"SELECT {function}(:key)"), {"key": _LOCK})
