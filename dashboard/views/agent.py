"""One agent, or the own page of an agent: score over time against the team, deductions, best and worst calls."""

import streamlit as st

from dashboard import data
from dashboard.components.charts import draw, pareto_figure, trend_figure
from dashboard.components.notices import empty, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.walking import start_list
from dashboard.who import viewer
from dashboard.wording import moment, number, person
from qa.access import may
from qa.store.queries import CallFilter, CallRow

SHOWN = 5


def calls(title: str, rows: list[CallRow], key: str) -> None:
    """Some calls, each a step away."""
    st.markdown(f"**{title}**")
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-{row.call_id}"):
            if st.button(row.call_id, key=f"open-{key}-{row.call_id}", icon=":material/headphones:"):
                start_list(data.Listing(), 0)
                st.session_state["position"] = None
                st.switch_page("views/call.py", query_params={"call": row.call_id})
            st.markdown(f"**{number(row.score or 0)}** · {moment(row.started_at)}")


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


with store_in_words():
    agent_id = choose()
    if agent_id is None:
        empty("agent")
        st.stop()
    own = CallFilter(agent_id=agent_id, status="scored")
    summary = data.summary(own)
    if not summary.calls:
        empty("no_own")
        st.stop()
    mean = "—" if summary.mean_score is None else f"{summary.mean_score:.1f}"
    tiles(
        (
            Tile(t("kpi.calls"), summary.calls),
            Tile(t("kpi.mean"), mean),
            Tile(t("kpi.fatal"), summary.fatal),
            Tile(t("agent.appeals"), len(data.open_appeals(agent_id=agent_id))),
        )
    )
    days, means, team = data.daily_means(agent_id)
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
    worst, best = st.columns(2)
    with worst:
        rows = data.page_of(data.Listing(own, "score", descending=False), limit=SHOWN)
        calls(t("agent.worst"), rows, "worst")
    with best:
        calls(t("agent.best"), data.page_of(data.Listing(own, "score"), limit=SHOWN), "best")
