"""Sums over calls by day and agent: they follow from the other tables and are made anew where those have changed."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text

from qa.store.tables.base import SQLModel

BINS = 20
"""Bins of equal width from 0 to 100 in which scores are counted."""
MEASURES = (
    "calls", "scored", "failed", "skipped", "score_cents", "needs_review", "fatal", "complaints", "dissatisfied",
    "silent", "reviewed",
)  # fmt: skip
ANSWERS = (
    "asked", "rated", "rating_sum", "low", "solved", "unsolved", "satisfied", "ordinary", "unsatisfied", "charged",
    "uncharged",
)  # fmt: skip
BIN_NAMES = tuple(f"bin{at:02}" for at in range(BINS))

TALLY = Table(
    "tally",
    SQLModel.metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("agent_id", String),
    Column("team", String),
    Column("grade", String),
    Column("agent_name", String),
    *(Column(name, Integer, nullable=False) for name in (*MEASURES, *BIN_NAMES, *ANSWERS, "waiting")),
    Index("ix_tally_day", "day", "agent_id"),
    # Counts over all days are read from this index alone.
    Index("ix_tally_agent", "agent_id", "team", "grade", "agent_name", "calls", "failed", "scored", "skipped"),
)
"""The calls of an agent on a local day, by team and grade (none: without a score); `waiting` in the queue."""

COST = Table(
    "cost",
    SQLModel.metadata,
    Column("id", Integer, primary_key=True),
    Column("month", Date, nullable=False),
    Column("agent_id", String),
    Column("team", String),
    Column("rule", String, nullable=False),
    Column("name", String, nullable=False),
    Column("clause", Text, nullable=False),
    Column("entered", Boolean, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("calls", "count", "cents", "open")),
    Index("ix_cost_month", "month", "agent_id"),
    # Sums over all months are read from this index alone.
    Index("ix_cost_rule", "entered", "rule", "month", "team", "calls", "count", "cents"),
)
"""What took points off an agent's calls of a local month, or is left to a person, by team and rule;
`entered` by people."""

STALE = Table(
    "stale",
    SQLModel.metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("agent_id", String),
    Index("ix_stale_day", "day"),
)
"""Days and agents whose calls have changed since they were summed; written with the change."""
DERIVED = (TALLY, COST, STALE)
