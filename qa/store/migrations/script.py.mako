"""${message}."""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import Json, UtcDateTime
from qa.store.migrations.aside import table_away, tables_back

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
