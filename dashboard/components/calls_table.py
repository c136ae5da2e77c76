"""The calls list's table: a row is opened by a click on any of its cells."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard.components.export import table
from dashboard.i18n import t
from qa.store.queries import CallRow

ROW_PX = 36
MOST_ROWS_SEEN = 12
RED, AMBER, GREEN, GREY = "#b3261e", "#8a4b00", "#1a6334", "#4c5967"


def calls_table(rows: Sequence[CallRow], rule_names: Mapping[str, str], *, key: str) -> Any:
    """Draw the rows; gives Streamlit's selection, in which the clicked cell is."""
    frame = table(rows, rule_names)
    column = st.column_config
    return st.dataframe(
        frame.style.map(_ink, subset=[t("column.verdict")])
        .map(lambda names: "" if names == "—" else f"color: {RED}", subset=[t("column.violated")])
        .map(lambda names: "" if names == "—" else f"color: {AMBER}", subset=[t("column.review")])
        .format({t("column.score"): "{:.1f}"}, na_rep="—"),
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="—",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(rows), MOST_ROWS_SEEN) + 1) + 2,
        column_config={
            t("column.call_id"): column.TextColumn(width=95),
            t("column.started_at"): column.TextColumn(width=130),
            t("column.agent"): column.TextColumn(width=85),
            t("column.team"): column.TextColumn(width=80),
            t("column.ruleset"): column.TextColumn(width=80),
            t("column.duration"): column.TextColumn(width=55),
            t("column.score"): column.NumberColumn(width=55),
            t("column.grade"): column.TextColumn(width=45),
            t("column.verdict"): column.TextColumn(width=75),
            t("column.violated"): column.TextColumn(width=165),
            t("column.review"): column.TextColumn(width=165),
        },
    )


def _ink(outcome: str) -> str:
    grave = (t("outcome.fatal"), t("status.failed"))
    colour = RED if outcome in grave else AMBER if outcome == t("outcome.review") else GREEN
    return f"color: {GREY if outcome == t('status.skipped') else colour}; font-weight: 600"
