"""What Alembic runs for every command; the connection comes from `qa.store.migrate`, in a transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from qa.store.columns import Json, UtcDateTime
from qa.store.migrations.aside import PREFIX
from qa.store.tables import CallRecord


def _render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    if item is Json:
        return "Json"
    if isinstance(item, AutoString):
        return f"sa.String({item.length})" if item.length else "sa.String()"
    return False


def _ours(_object: Any, name: str | None, _kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Not what is put aside, nor what no model can tell: the indexes of what was said."""
    return not (name is not None and name.startswith((PREFIX, "spoken_index", "ix_spoken_pairs")))


def _run() -> None:
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=CallRecord.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=True,
        include_object=_ours,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


_run()
