"""Downgrades that lose nothing: what an older program does not know is put aside, and an upgrade brings it back."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

PREFIX = "aside_"


def table_away(*tables: str) -> None:
    """Puts whole tables aside under another name, instead of dropping them."""
    for table in tables:
        op.rename_table(table, PREFIX + table)


def tables_back(*tables: str) -> bool:
    """Brings back tables that a downgrade put aside; False where it did not, and they must be made."""
    found = sa.inspect(op.get_bind()).get_table_names()
    away = [table for table in tables if PREFIX + table in found]
    for table in away:
        op.rename_table(PREFIX + table, table)
    return bool(away)


def columns_away(table: str, key: Sequence[str], columns: Sequence[str]) -> None:
    """Takes columns out of a table; what stood in them is kept under the table's `key`."""
    kept = [*key, *columns]
    types = {column["name"]: column["type"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    aside = _aside(table, columns[0])
    op.create_table(aside, *(sa.Column(name, types[name]) for name in kept))
    names, filled = ", ".join(kept), " OR ".join(f"{name} IS NOT NULL" for name in columns)
    op.execute(f"INSERT INTO {aside} ({names}) SELECT {names} FROM {table} WHERE {filled}")
    for name in columns:
        op.drop_column(table, name)


def columns_back(table: str, key: Sequence[str], columns: Sequence[sa.Column[Any]]) -> None:
    """Adds columns to a table, with what a downgrade put aside of them; a column that is there stays as it is."""
    inspector = sa.inspect(op.get_bind())
    existing = {column["name"] for column in inspector.get_columns(table)}
    for column in columns:
        if column.name not in existing:
            op.add_column(table, column)
    aside = _aside(table, columns[0].name)
    if aside not in inspector.get_table_names():
        return
    same = " AND ".join(f"{aside}.{name} = {table}.{name}" for name in key)
    for column in columns:
        op.execute(
            f"UPDATE {table} SET {column.name} = (SELECT {column.name} FROM {aside} WHERE {same}) "
            f"WHERE EXISTS (SELECT 1 FROM {aside} WHERE {same})"
        )
    op.drop_table(aside)


def _aside(table: str, column: str) -> str:
    return f"{PREFIX}{table}_{column}"
