"""The rules with how they fare, and what a draft of one changes, as tables."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.i18n import t
from dashboard.rulebook import RuleRow
from dashboard.wording import clock, number
from qa.changes import VerdictChange
from qa.rules.examples import ExampleOutcome

ROW_PX = 36
SHOWN = 6


def rules_table(rows: Sequence[RuleRow]) -> RuleRow | None:
    """Draw one line a rule; gives the one that was clicked."""
    column = st.column_config
    frame = pd.DataFrame(
        {
            t("rules.name"): [row.name for row in rows],
            t("rules.clause"): [row.clause for row in rows],
            t("rules.points"): [t("rules.asks") if row.review_only else number(row.points) for row in rows],
            t("rules.hits"): [row.hits for row in rows],
            t("rules.share"): [row.share for row in rows],
            t("rules.change"): [_change(row) for row in rows],
            t("rules.reviewed"): [row.record.confirmed + row.record.overturned if row.record else 0 for row in rows],
            t("rules.precision"): [_precision(row) for row in rows],
            t("rules.overturned"): [_overturned(row) for row in rows],
            t("rules.trend"): [_months(row) for row in rows],
        }
    )
    choice = st.dataframe(
        frame,
        key=f"rules-{hash(tuple(row.id for row in rows))}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="—",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(frame), SHOWN) + 1) + 2,
        column_config={
            t("rules.name"): column.TextColumn(width=120),
            t("rules.clause"): column.TextColumn(width=150),
            t("rules.share"): column.NumberColumn(format="%.1f"),
            t("rules.change"): column.NumberColumn(format="%+.1f"),
            t("rules.overturned"): column.NumberColumn(format="percent"),
            t("rules.trend"): column.LineChartColumn(y_min=0, y_max=1),
        },
    )
    return rows[choice.selection.cells[0][0]] if choice.selection.cells else None


def examples_table(outcomes: Sequence[ExampleOutcome]) -> None:
    """Draw how a draft's examples went: a line of sum, and each that did not go as written."""
    wrong = [outcome for outcome in outcomes if not outcome.ok]
    if not wrong:
        st.success(t("rules.examples_right", count=len(outcomes)), icon=":material/check:")
        return
    st.error(t("rules.examples_wrong", wrong=len(wrong), count=len(outcomes)), icon=":material/error:")
    st.dataframe(
        pd.DataFrame(
            {
                t("rules.set"): [outcome.ruleset for outcome in wrong],
                t("rules.id"): [outcome.rule for outcome in wrong],
                t("rules.example"): [outcome.example for outcome in wrong],
                t("rules.expected"): [_seen(outcome.expected, outcome.expected_at_s) for outcome in wrong],
                t("rules.got"): [_seen(outcome.got, outcome.at_s) for outcome in wrong],
                t("rules.reason"): [outcome.reason for outcome in wrong],
            }
        ),
        hide_index=True,
        key="rules-examples",
    )


def changes_table(changes: Sequence[VerdictChange]) -> None:
    """Draw which verdicts change in which way, and links to calls to listen to."""
    st.dataframe(
        pd.DataFrame(
            {
                t("rules.name"): [change.name for change in changes],
                t("rules.from_to"): [f"{_verdict(change.before)} → {_verdict(change.after)}" for change in changes],
                t("rules.calls"): [change.calls for change in changes],
                t("rules.points_lost"): [change.points for change in changes],
                t("rules.listen"): [_link(change) for change in changes],
            }
        ),
        hide_index=True,
        column_config={
            t("rules.points_lost"): st.column_config.NumberColumn(format="%+.1f"),
            t("rules.listen"): st.column_config.LinkColumn(display_text=r".*call=([^&]+)"),
        },
        key="rules-changes",
    )


def _link(change: VerdictChange) -> str | None:
    if not change.samples:
        return None
    call_id, at_s = change.samples[0]
    return f"/call?call={call_id}" + (f"&t={at_s:.1f}" if at_s is not None else "")


def _verdict(verdict: str | None) -> str:
    return t(f"player.{verdict}") if verdict else t("rules.none")


def _seen(verdict: str, at_s: float | None) -> str:
    return _verdict(verdict) if at_s is None else f"{_verdict(verdict)} {clock(at_s)}"


def _change(row: RuleRow) -> float | None:
    return None if row.share is None or row.former is None else row.share - row.former


def _precision(row: RuleRow) -> str:
    record = row.record
    if record is None or record.precision is None:
        return "—"
    return t("rules.interval", share=record.precision, low=record.low, high=record.high)


def _overturned(row: RuleRow) -> float | None:
    precision = row.record.precision if row.record else None
    return None if precision is None else 1 - precision


def _months(row: RuleRow) -> list[float]:
    return [month.confirmed / month.reviewed for month in row.record.trend] if row.record else []
