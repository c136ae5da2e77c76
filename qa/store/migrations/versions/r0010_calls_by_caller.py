"""The other calls of a caller, found at once."""

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    op.create_index("ix_call_caller", "call", ["caller"])


def downgrade() -> None:
    op.drop_index("ix_call_caller", "call")
