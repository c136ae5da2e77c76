"""The shift lead's board: a period at a glance, agents ranked, what cost points, and the hand-over report."""

import pandas as pd
import streamlit as st

from dashboard import data, followups
from dashboard.components.charts import draw, pareto_figure, score_figure, trend_figure
from dashboard.components.notices import empty, store_in_words
from dashboard.components.period import period
from dashboard.components.report import report_buttons
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.wording import change, person
from qa.reports.figures import BIN_POINTS, Group, Report

TOP_RULES = 8
ROW_PX = 36


def glance(report: Report, waiting: int, appeals: int, overdue: int) -> None:
    """The figures that a shift lead asks for first, with those of the period before."""
    now, former = report.total.tally, report.total.former
    share = now.scored / max(1, now.calls)
    mean = "—" if now.mean is None else f"{now.mean:.1f}"
    tiles(
        (
            Tile(t("board.calls"), now.calls, change(now.calls, former.calls), "neither"),
            Tile(t("board.coverage"), f"{share:.0%}"),
            Tile(t("board.mean"), mean, change(now.mean, former.mean)),
            Tile(t("board.fatal"), now.fatal, change(now.fatal, former.fatal), "down"),
            Tile(t("board.appeals"), appeals),
            Tile(t("board.overdue"), overdue),
            Tile(t("desk.waiting"), waiting),
        )
    )
    st.caption(t("board.compared", now=report.period.label, before=report.period.before.label))


def ranking(groups: tuple[Group, ...], trends: dict[str, list[float]]) -> pd.DataFrame:
    """One line an agent, the best first."""
    scored = [group for group in groups if group.agent_id]
    return pd.DataFrame(
        {
            t("column.agent"): [person(g.agent_id, g.agent_name) for g in scored],
            t("column.team"): [g.team or "—" for g in scored],
            t("board.calls"): [g.tally.calls for g in scored],
            t("board.mean"): [g.tally.mean for g in scored],
            t("board.change"): [
                g.tally.mean - g.former.mean if g.tally.mean is not None and g.former.mean is not None else None
                for g in scored
            ],
            t("board.trend"): [trends.get(g.agent_id or "", []) for g in scored],
            t("board.fatal"): [g.tally.fatal for g in scored],
            t("board.complaints"): [g.tally.complaints for g in scored],
            t("board.review"): [g.tally.needs_review for g in scored],
        }
    )


with store_in_words():
    chosen = period()
    report = data.report(chosen)
    if not report.total.tally.calls:
        empty("period")
        st.stop()
    glance(report, data.count_waiting(), len(data.open_appeals()), followups.count(overdue=True))
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('board.over_time')}**")
        draw(
            trend_figure([s.label for s in report.trend], [s.tally.mean for s in report.trend]),
            "board-trend",
        )
    with right:
        st.markdown(f"**{t('chart.scores')}**")
        bins = [(at * BIN_POINTS, count) for at, count in enumerate(report.total.tally.bins)]
        draw(score_figure(bins), "board-bins")
    st.markdown(f"**{t('board.agents')}**")
    frame = ranking(report.agents, data.agent_trends(chosen))
    picked = st.dataframe(
        frame,
        key="board-agents",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        placeholder="—",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(frame), 10) + 1) + 2,
        column_config={
            t("board.mean"): st.column_config.NumberColumn(format="%.1f"),
            t("board.change"): st.column_config.NumberColumn(format="%+.1f"),
            t("board.trend"): st.column_config.LineChartColumn(y_min=0, y_max=100),
        },
    )
    if picked.selection.cells:
        agents = [group.agent_id for group in report.agents if group.agent_id]
        agent_id = agents[picked.selection.cells[0][0]]
        st.switch_page("views/agent.py", query_params={"agent": agent_id})
    costs = report.total.costs[:TOP_RULES]
    if costs:
        st.markdown(f"**{t('board.pareto')}**")
        draw(
            pareto_figure([cost.name for cost in costs], [cost.cents / 100 for cost in costs]),
            "board-pareto",
            height=320,
            legend=True,
        )
    report_buttons(report)
