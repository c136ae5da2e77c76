"""Some calls, each a step away."""

from collections.abc import Sequence

import streamlit as st

from dashboard import data
from dashboard.i18n import t
from dashboard.walking import start_list
from dashboard.wording import moment, number, outcome
from qa.store.queries import CallRow


def call_links(title: str, rows: Sequence[CallRow], key: str) -> None:
    """Draw one line a call: a button that opens it, its score, when it was."""
    st.markdown(f"**{title}**")
    if not rows:
        st.caption(t("chart.no_calls"))
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", key=f"{key}-{row.call_id}"):
            if st.button(row.call_id, key=f"open-{key}-{row.call_id}", icon=":material/headphones:"):
                start_list(data.Listing(), 0)
                st.session_state["position"] = None
                st.switch_page("views/call.py", query_params={"call": row.call_id})
            score = "—" if row.score is None else number(row.score)
            st.markdown(f"**{score}** · {outcome(row)} · {moment(row.started_at)}")
