"""The inspector's desk: what waits for a person, why, and by when; Enter or a click begins with the first call."""

from datetime import datetime

import pandas as pd
import streamlit as st

from dashboard import data
from dashboard.components.notices import empty, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.walking import start_queue
from dashboard.wording import day, moment, number
from qa.store.queues import Waiting

SHOWN = 200
ROW_PX = 36


def open_call(queue: list[str], at: int) -> None:
    """Go to a call of the queue."""
    start_queue(queue, at)
    st.session_state["opened"] = st.session_state.get("opened", 0) + 1
    st.switch_page("views/call.py", query_params={"call": queue[at]})


def table(rows: list[Waiting]) -> pd.DataFrame:
    """One line a call."""
    return pd.DataFrame(
        {
            t("column.call_id"): [row.call_id for row in rows],
            t("column.cause"): ["、".join(t(f"cause.{cause}") for cause in row.causes) for row in rows],
            t("column.due"): [day(due_of(row)) for row in rows],
            t("column.started_at"): [moment(row.started_at) for row in rows],
            t("column.agent"): [row.agent_id or "—" for row in rows],
            t("column.team"): [row.team or "—" for row in rows],
            t("column.score"): [number(row.score) for row in rows],
            t("column.expected"): [f"{row.expected:.1f}" for row in rows],
        }
    )


def due_of(row: Waiting) -> datetime | None:
    """By when somebody should have looked."""
    return data.due_at(row.started_at)


with store_in_words():
    total = data.count_waiting()
    rows = data.waiting(limit=SHOWN)
    if not rows:
        empty("queue")
        st.page_link("views/calls.py", label=t("page.calls"), icon=":material/list:")
        st.stop()
    queue = [row.call_id for row in rows]
    now = data.now()
    overdue = sum(bool((due := due_of(row)) and due < now) for row in rows)
    tiles(
        (
            Tile(t("desk.waiting"), total),
            Tile(t("desk.overdue"), overdue),
            Tile(t("desk.fatal"), sum("fatal" in row.causes for row in rows)),
            Tile(t("desk.complaints"), sum("complaint" in row.causes for row in rows)),
        )
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("desk.start"), type="primary", icon=":material/play_arrow:", shortcut="Enter"):
            open_call(queue, 0)
        st.caption(t("desk.hint", shown=len(rows), total=total))
    choice = st.dataframe(
        table(rows),
        key=f"queue-{st.session_state.get('opened', 0)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(rows), 13) + 1) + 2,
    )
    if choice.selection.cells:
        open_call(queue, choice.selection.cells[0][0])
