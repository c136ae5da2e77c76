"""The audit log, and the versions of schemes and rules that it speaks of."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field

from qa.store.columns import UtcDateTime
from qa.store.tables.base import SQLModel


class AuditRecord(SQLModel, table=True):
    """Who changed what, when, from what to what; `before` and `after` are JSON texts, hashed as they stand.

    `hash` covers the row and `previous`, the hash of the row before: a changed, removed or added row breaks the chain.
    """

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    by: str = Field(index=True)
    action: str
    subject: str = Field(index=True)
    before: str | None = Field(default=None, sa_type=Text)
    after: str | None = Field(default=None, sa_type=Text)
    reason: str = Field(sa_type=Text)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class TariffRecord(SQLModel, table=True):
    """What a rule set and scheme charge, kept by the hash that calls name: old calls are settled by their own."""

    __tablename__ = "tariff"

    ruleset_sha256: str = Field(primary_key=True, max_length=64)
    ruleset: str
    content: dict[str, Any] = Field(sa_type=JSON)
    kept_at: datetime = Field(sa_type=UtcDateTime)


class PublicationRecord(SQLModel, table=True):
    """A version of a rule file or scheme as it was published, whole; `file` is its path in the rules folder."""

    __tablename__ = "publication"

    id: int | None = Field(default=None, primary_key=True)
    file: str = Field(index=True)
    sha256: str = Field(max_length=64)
    text: str = Field(sa_type=Text)
    valid_from: date | None = None
    note: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
