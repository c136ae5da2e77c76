"""The charts above the calls list."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from dashboard.i18n import t
from qa.store.queries import RulePoints, Summary

FONT = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
# Readable on light and dark alike; all else is left to the theme.
BAR, COST, QUIET = "#2f81d6", "#d2554b", "#8592a0"
TOP_RULES = 6
HEIGHT = 260


def charts(summary: Summary) -> None:
    """Distribution of scores, and the rules that cost most, side by side."""
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('chart.scores')}**")
        draw(score_figure(summary.score_bins), "chart-scores")
    with right:
        st.markdown(f"**{t('chart.rules')}**")
        if summary.points_by_rule:
            draw(rule_figure(summary.points_by_rule[:TOP_RULES]), "chart-rules")
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
    figure.update_yaxes(title=t("chart.scores_y"), rangemode="tozero", automargin=True)
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
    figure.update_xaxes(title=t("chart.rules_x"), rangemode="tozero", automargin=True)
    return figure


def short(clause: str, most: int = 12) -> str:
    """The clause's beginning, for an axis label."""
    return clause if len(clause) <= most else clause[: most - 1] + "…"


def trend_figure(
    labels: Sequence[str], means: Sequence[float | None], compared: Sequence[float | None] = ()
) -> go.Figure:
    """The mean score over time, against that of the team where given."""
    figure = go.Figure()
    if compared:
        figure.add_scatter(
            x=list(labels),
            y=list(compared),
            name=t("chart.team"),
            line={"color": QUIET, "dash": "dot"},
            connectgaps=True,
        )
    figure.add_scatter(
        x=list(labels),
        y=list(means),
        name=t("chart.mean"),
        mode="lines+markers",
        line={"color": BAR, "width": 3},
        connectgaps=True,
        hovertemplate=t("chart.trend_hover") + "<extra></extra>",
    )
    figure.update_xaxes(type="category", nticks=12, automargin=True)
    known = [mean for mean in (*means, *compared) if mean is not None]
    figure.update_yaxes(title=t("chart.mean_y"), automargin=True, range=[max(0, min(known, default=0) - 5), 101])
    return figure


def pareto_figure(names: Sequence[str], points: Sequence[float]) -> go.Figure:
    """Points taken off by rule, the dearest first, and their running share of all."""
    total = sum(points) or 1.0
    running = [100 * sum(points[: at + 1]) / total for at in range(len(points))]
    width = min(0.75, 0.15 * len(names))
    figure = go.Figure(go.Bar(x=list(names), y=list(points), width=width, marker_color=COST, name=t("chart.rules_x")))
    figure.add_scatter(
        x=list(names), y=running, yaxis="y2", name=t("chart.share"), mode="lines+markers", line={"color": BAR}
    )
    figure.update_layout(
        yaxis2={
            "overlaying": "y",
            "side": "right",
            "range": [0, 105],
            "tickmode": "array",
            "tickvals": [0, 50, 100],
            "ticktext": ["0%", "50%", "100%"],
            "showgrid": False,
        }
    )
    figure.update_xaxes(type="category", automargin=True, tickangle=-30)
    figure.update_yaxes(title=t("chart.rules_x"), rangemode="tozero", automargin=True, selector={"side": None})
    return figure


def throughput_figure(labels: Sequence[str], hours: Sequence[float], speeds: Sequence[float | None]) -> go.Figure:
    """Hours of audio that runs recognised, and how many times as fast as it lasts."""
    figure = go.Figure(go.Bar(x=list(labels), y=list(hours), marker_color=BAR, name=t("runs.hours")))
    figure.add_scatter(
        x=list(labels), y=list(speeds), yaxis="y2", name=t("runs.speed"), mode="lines+markers", line={"color": COST}
    )
    figure.update_layout(yaxis2={"overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False})
    figure.update_xaxes(type="category", nticks=12, automargin=True)
    figure.update_yaxes(title=t("runs.hours"), rangemode="tozero", automargin=True, selector={"side": None})
    return figure


def draw(figure: go.Figure, key: str, *, height: int = HEIGHT, legend: bool = False) -> None:
    """Draw a figure in the colours of the page."""
    figure.update_xaxes(title_font_size=13, title_standoff=8)
    figure.update_yaxes(title_font_size=13, title_standoff=8)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 24 if legend else 6, "b": 8},
        font={"family": FONT, "size": 13},
        bargap=0.25,
        showlegend=legend,
        legend={"orientation": "h", "y": 1.12, "x": 0},
    )
    st.plotly_chart(figure, key=key, theme="streamlit", config={"displayModeBar": False})
