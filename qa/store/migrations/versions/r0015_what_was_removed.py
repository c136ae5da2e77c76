"""When what was said, and the recording, were removed since their time was over."""

import sqlalchemy as sa
from alembic import op

from qa.store.columns import UtcDateTime
from qa.store.migrations.aside import columns_away, columns_back

revision: str = "0015"
down_revision: str | None = "0014"

WORDS, RECORDING = "words_removed_at", "recording_removed_at"


def upgrade() -> None:
    columns_back("transcript", ["key"], [sa.Column(WORDS, UtcDateTime(), nullable=True)])
    columns_back("call", ["call_id"], [sa.Column(name, UtcDateTime(), nullable=True) for name in (WORDS, RECORDING)])
    _make("ix_transcript_words", "transcript", ["created_at"], WORDS)
    _make("ix_call_words", "call", ["started_at"], WORDS)
    _make("ix_call_recording", "call", ["recording_path", "started_at"], RECORDING)


def downgrade() -> None:
    op.drop_index("ix_transcript_words", "transcript")
    op.drop_index("ix_call_words", "call")
    op.drop_index("ix_call_recording", "call")
    columns_away("call", ["call_id"], [WORDS, RECORDING])
    columns_away("transcript", ["key"], [WORDS])


def _make(name: str, table: str, columns: list[str], still_there: str) -> None:
    where = sa.text(f"{still_there} IS NULL")
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
