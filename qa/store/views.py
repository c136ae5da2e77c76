"""Searches that people keep under a name; each sees the own ones."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from qa.errors import ConfigError
from qa.store.tables import SavedViewRecord


def saved_views(*, session: Session, user: str) -> dict[str, dict[str, Any]]:
    """What a person keeps, by name."""
    query = select(SavedViewRecord).where(SavedViewRecord.user == user).order_by(col(SavedViewRecord.name))
    return {row.name: row.asked for row in session.exec(query)}


def save_view(*, session: Session, user: str, name: str, asked: Mapping[str, Any]) -> None:
    """Keeps a search, in place of one of the same name. Raises ConfigError without a name."""
    if not name.strip():
        raise ConfigError("a view needs a name")
    session.merge(SavedViewRecord(user=user, name=name.strip(), asked=dict(asked), at=datetime.now(UTC)))


def forget_view(*, session: Session, user: str, name: str) -> None:
    """Lets a kept search go."""
    row = session.get(SavedViewRecord, (user, name))
    if row is not None:
        session.delete(row)
