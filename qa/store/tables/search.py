"""What searches need: which sounds each transcript has, and the searches that people keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from qa.store.columns import Json, UtcDateTime
from qa.store.tables.base import SQLModel

Pairs = Text().with_variant(ARRAY(Integer), "postgresql")


class SpokenRecord(SQLModel, table=True):
    """A transcript that can be searched, and on PostgreSQL its pairs of sounds (`qa.search.sounds`), with a GIN index.

    On SQLite the pairs are in the full-text index `spoken_index`, by this id, which is never given twice: what the
    index of an older version still has of a transcript that is gone leads nowhere.
    """

    __tablename__ = "spoken"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    transcript_key: str = Field(foreign_key="transcript.key", ondelete="CASCADE", unique=True, max_length=64)
    pairs: list[int] | None = Field(default=None, sa_type=Pairs)


class SavedViewRecord(SQLModel, table=True):
    """A search that somebody keeps under a name; `asked` is what it asks for."""

    __tablename__ = "saved_view"

    user: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    asked: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)
