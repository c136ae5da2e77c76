"""The calls list's table: a row is opened by a click on any of its cells."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard.components.export import table
from dashboard.i18n import t
from qa.store.queries import CallRow

ROW_PX = 36
MOST_ROWS_SEEN = 12
INKS = {
    "light": {"red": "#b3261e", "amber": "#8a4b00", "green": "#1a6334", "grey": "#4c5967"},
    "dark": {"red": "#ff9a92", "amber": "#ffbf73", "green": "#86d8a1", "grey": "#a9b5c2"},
}
"""The text colours of the two themes: a table is a picture, to which the theme's style sheet does not reach."""


def calls_table(rows: Sequence[CallRow], rule_names: Mapping[str, str], *, key: str) -> Any:
    """Draw the rows; gives Streamlit's selection, in which the clicked cell is."""
    frame, ink = table(rows, rule_names), INKS[st.context.theme.type or "light"]
    column = st.column_config
    return st.dataframe(
        frame.style.map(partial(_ink, ink), subset=[t("column.verdict")])
        .map(lambda names: "" if names == "—" else f"color: {ink['red']}", subset=[t("column.violated")])
        .map(lambda names: "" if names == "—" else f"color: {ink['amber']}", subset=[t("column.review")])
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
            t("column.verdict"): column.TextColumn(width=105),
            t("column.violated"): column.TextColumn(width=150),
            t("column.review"): column.TextColumn(width=150),
        },
    )


def _ink(ink: Mapping[str, str], outcome: str) -> str:
    grave = (t("outcome.fatal"), t("status.failed"))
    colour = "red" if outcome in grave else "amber" if outcome == t("outcome.review") else "green"
    return f"color: {ink['grey' if outcome == t('status.skipped') else colour]}; font-weight: 600"
