"""Reports: choose a period, see its figures and what changed, take it away."""

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.notices import empty, store_in_words
from dashboard.components.period import period
from dashboard.components.report import report_buttons
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.wording import change
from qa.reports.figures import Report


def teams(report: Report) -> pd.DataFrame:
    """One line a team."""
    return pd.DataFrame(
        {
            t("column.team"): [g.team or "—" for g in report.teams],
            t("board.calls"): [g.tally.calls for g in report.teams],
            t("board.mean"): [g.tally.mean for g in report.teams],
            t("board.before"): [g.former.mean for g in report.teams],
            t("board.fatal"): [g.tally.fatal for g in report.teams],
            t("board.complaints"): [g.tally.complaints for g in report.teams],
            t("report.silent"): [g.tally.silent for g in report.teams],
            t("board.review"): [g.tally.needs_review for g in report.teams],
        }
    )


def causes(report: Report) -> pd.DataFrame:
    """What the change of the mean comes from, rule by rule."""
    return pd.DataFrame(
        {
            t("report.rule"): [cause.name or t("report.rest") for cause in report.causes],
            t("report.clause"): [cause.clause or "—" for cause in report.causes],
            t("report.before"): [cause.before for cause in report.causes],
            t("report.after"): [cause.after for cause in report.causes],
            t("report.points"): [cause.points for cause in report.causes],
        }
    )


with store_in_words():
    chosen = period()
    report = data.report(chosen)
    report_buttons(report)
    if not report.total.tally.calls:
        empty("period")
        st.stop()
    now, former = report.total.tally, report.total.former
    mean = "—" if now.mean is None else f"{now.mean:.2f}"
    tiles(
        (
            Tile(t("board.calls"), now.calls, change(now.calls, former.calls), "neither"),
            Tile(t("board.mean"), mean, change(now.mean, former.mean)),
            Tile(t("board.complaints"), now.complaints, change(now.complaints, former.complaints), "down"),
            Tile(t("report.silent"), now.silent, change(now.silent, former.silent), "neither"),
        )
    )
    one = st.column_config.NumberColumn(format="%.1f")
    st.markdown(f"**{t('report.teams')}**")
    st.dataframe(
        teams(report),
        hide_index=True,
        placeholder="—",
        column_config={t("board.mean"): one, t("board.before"): one},
        key="report-teams",
    )
    if report.causes:
        st.markdown(f"**{t('report.causes', before=report.period.before.label)}**")
        signed = st.column_config.NumberColumn(format="%+.2f")
        st.dataframe(
            causes(report),
            hide_index=True,
            placeholder="—",
            column_config={t("report.before"): one, t("report.after"): one, t("report.points"): signed},
            key="report-causes",
        )
