"""One agent, or the own page of an agent: score over time against the team, deductions,
what cost most to hear, best and worst calls, talks and praise."""

from typing import get_args

import streamlit as st

from dashboard import data
from dashboard.components.call_links import call_links
from dashboard.components.charts import draw, pareto_figure, trend_figure
from dashboard.components.coaching import costly_moments, praises, talks
from dashboard.components.notices import empty, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.who import viewer
from dashboard.wording import person
from qa.access import may
from qa.store.queries import Summary

SHOWN = 5
STANDINGS: tuple[data.Standing, ...] = get_args(data.Standing)


def standing_tiles(standing: data.Standing, summary: Summary) -> tuple[Tile, Tile]:
    """How many calls have a score that stands, or may still change, and their mean."""
    mean = "—" if summary.mean_score is None else f"{summary.mean_score:.1f}"
    return Tile(t(f"agent.{standing}_calls"), summary.calls), Tile(t(f"agent.{standing}_mean"), mean)


def choose() -> str | None:
    """The agent of the link, else the own number, else a choice."""
    who = viewer()
    if not may(who, "lead"):
        return who.agent_id
    names = dict(data.choices().agents)
    asked = st.query_params.get("agent")
    if asked in names and "agent_chosen" not in st.session_state:
        st.session_state["agent_chosen"] = asked
    return st.selectbox(
        t("account.agent"),
        names,
        format_func=lambda agent_id: person(agent_id, names[agent_id]),
        key="agent_chosen",
    )


def scores(agent_id: str) -> None:
    """Figures, charts and calls of the scores that stand, or of those that may still change."""
    whole = data.summary(data.scored(agent_id))
    if not whole.calls:
        empty("no_own")
        return
    sums = {standing: data.summary(data.scored(agent_id, standing)) for standing in STANDINGS}
    tiles(
        (
            *(tile for standing in STANDINGS for tile in standing_tiles(standing, sums[standing])),
            Tile(t("kpi.fatal"), whole.fatal),
            Tile(t("agent.appeals"), len(data.open_appeals(agent_id=agent_id))),
        )
    )
    standing: data.Standing = st.segmented_control(
        t("agent.standing"),
        STANDINGS,
        default="confirmed" if sums["confirmed"].calls else "provisional",
        required=True,
        format_func=lambda standing: t(f"agent.{standing}"),
        key=f"standing-{agent_id}",
    )
    st.caption(t(f"agent.{standing}_means"))
    if not sums[standing].calls:
        empty(f"no_{standing}")
        return
    charts(agent_id, standing, sums[standing])
    costly_moments(agent_id, standing)
    own = data.scored(agent_id, standing)
    worst, best = st.columns(2)
    with worst:
        rows = data.page_of(data.Listing(own, "score", descending=False), limit=SHOWN)
        call_links(t("agent.worst"), rows, "worst")
    with best:
        call_links(t("agent.best"), data.page_of(data.Listing(own, "score"), limit=SHOWN), "best")


def charts(agent_id: str, standing: data.Standing, summary: Summary) -> None:
    """The mean score by day against the team's, and what the deductions were for."""
    days, means, team = data.daily_means(data.scored(agent_id, standing))
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('agent.over_time')}**")
        draw(trend_figure(days, means, team), "agent-trend", legend=True)
    with right:
        st.markdown(f"**{t('agent.pareto')}**")
        if summary.points_by_rule:
            top = summary.points_by_rule[:8]
            draw(pareto_figure([r.name for r in top], [r.points for r in top]), "agent-pareto", legend=True)
        else:
            st.caption(t("chart.no_points"))


with store_in_words():
    agent_id = choose()
    if agent_id is None:
        empty("agent")
        st.stop()
    scores(agent_id)
    st.page_link(
        "views/periods.py",
        label=t("agent.period_score"),
        icon=":material/functions:",
        query_params={"agent": agent_id},
    )
    leads = may(viewer(), "lead")
    left, right = st.columns([3, 2])
    with left:
        talks(agent_id, leads=leads)
    with right:
        praises(agent_id, leads=leads)
