"""The charts above the calls list."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from dashboard.i18n import t
from qa.store.queries import RulePoints, Summary

FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
INK, BAR, COST = "#1c2733", "#0b5cad", "#b3261e"
TOP_RULES = 6
HEIGHT = 260


def charts(summary: Summary) -> None:
    """Distribution of scores, and the rules that cost most, side by side."""
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('chart.scores')}**")
        _draw(score_figure(summary.score_bins), "chart-scores")
    with right:
        st.markdown(f"**{t('chart.rules')}**")
        if summary.points_by_rule:
            _draw(rule_figure(summary.points_by_rule[:TOP_RULES]), "chart-rules")
        else:
            st.caption(t("chart.no_points"))


def score_figure(bins: Sequence[tuple[int, int]]) -> go.Figure:
    """Calls by five points of score, from the lowest score that occurs to 100."""
    first = next((at for at, (_, count) in enumerate(bins) if count), 0)
    shown = bins[min(first, len(bins) - 8) :]
    names = [f"{low}–{low + 5}" for low, _ in shown]
    figure = go.Figure(
        go.Bar(
            x=[low + 2.5 for low, _ in shown],
            width=4.5,
            y=[count for _, count in shown],
            marker_color=BAR,
            customdata=names,
            hovertemplate=t("chart.scores_hover") + "<extra></extra>",
        )
    )
    figure.update_xaxes(
        title=t("chart.scores_x"), range=[shown[0][0], 100], dtick=10 if len(shown) > 10 else 5, automargin=True
    )
    figure.update_yaxes(title=t("chart.scores_y"), rangemode="tozero", gridcolor="#e3e9f0", automargin=True)
    if max(count for _, count in shown) < 5:  # a few calls would get ticks at fractions of a call
        figure.update_yaxes(dtick=1)
    return figure


def rule_figure(rules: Sequence[RulePoints]) -> go.Figure:
    """Points taken off by each rule, the dearest on top, its clause on hover and in the label."""
    figure = go.Figure(
        go.Bar(
            y=[t("chart.rule", name=rule.name, clause=short(rule.clause)) for rule in rules],
            x=[rule.points for rule in rules],
            orientation="h",
            marker_color=COST,
            text=[f"{rule.points:g}" for rule in rules],
            textposition="auto",
            customdata=[[rule.name, rule.clause, rule.count] for rule in rules],
            hovertemplate=t("chart.rules_hover") + "<extra></extra>",
        )
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(title=t("chart.rules_x"), rangemode="tozero", gridcolor="#e3e9f0", automargin=True)
    return figure


def short(clause: str, most: int = 12) -> str:
    """The clause's beginning, for an axis label."""
    return clause if len(clause) <= most else clause[: most - 1] + "…"


def _draw(figure: go.Figure, key: str) -> None:
    figure.update_xaxes(title_font_size=13, title_standoff=8)
    figure.update_yaxes(title_font_size=13, title_standoff=8)
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 6, "b": 8},
        font={"family": FONT, "size": 13, "color": INK},
        bargap=0.25,
        showlegend=False,
        plot_bgcolor="#ffffff",
        paper_bgcolor="#ffffff",
    )
    st.plotly_chart(figure, key=key, theme=None, config={"displayModeBar": False})
