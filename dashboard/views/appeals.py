"""Appeals that are under way, those due first; a click opens the call, where they are answered."""

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.notices import empty, store_in_words
from dashboard.i18n import t
from dashboard.walking import start_queue
from dashboard.wording import moment
from qa.call import LOCAL

ROW_PX = 36

with store_in_words():
    rows = data.open_appeals()
    if not rows:
        empty("appeals")
        st.stop()
    st.caption(t("appeal.open", count=len(rows)))
    choice = st.dataframe(
        pd.DataFrame(
            {
                t("column.call_id"): [row.call_id for row in rows],
                t("column.agent"): [row.agent_id for row in rows],
                t("column.team"): [row.team or "—" for row in rows],
                t("appeal.state"): [t(f"appeal.state_{row.state}") for row in rows],
                t("column.due"): [str(row.due_on or "—") for row in rows],
                t("appeal.opened"): [moment(row.opened_at.astimezone(LOCAL)) for row in rows],
            }
        ),
        key=f"appeals-{st.session_state.get('opened', 0)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        row_height=ROW_PX,
    )
    if choice.selection.cells:
        start_queue([], 0)
        st.session_state["opened"] = st.session_state.get("opened", 0) + 1
        st.switch_page("views/call.py", query_params={"call": rows[choice.selection.cells[0][0]].call_id})
