"""What agent and customer were told apart by, so that a rescoring need not do it again."""

import sqlalchemy as sa

from qa.store.migrations.aside import columns_away, columns_back

revision: str = "0008"
down_revision: str | None = "0007"


def upgrade() -> None:
    columns_back("prepared", ("transcript_key",), (sa.Column("sides_by", sa.String(64), nullable=True),))


def downgrade() -> None:
    columns_away("prepared", ("transcript_key",), ("sides_by",))
