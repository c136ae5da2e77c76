"""What every model has in common; models import it before they define anything."""

from sqlalchemy import Index, text
from sqlmodel import SQLModel

# Names for every constraint, set before the first model: migrations can only drop what has a name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def partial_index(name: str, where: str, *columns: str) -> Index:
    """An index of the rows for which `where` holds, on both databases."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


__all__ = ["SQLModel", "partial_index"]
