"""The sampling plan: which calls of some days to hear, why, with which chance, and by which seed."""

from collections import Counter
from datetime import date
from functools import partial
from typing import get_args

import pandas as pd
import streamlit as st

from dashboard import data, sampling
from dashboard.components.export import as_csv, as_xlsx
from dashboard.components.notices import empty, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.walking import start_queue
from qa.queues import Entry
from qa.sampling.plan import UNIFORM_SHARE, Stratum
from qa.store.queues import Cause

ROW_PX, MOST = 36, 5000
MUST = frozenset(get_args(Cause))
STRATA: tuple[Stratum, ...] = get_args(Stratum)


def table(entries: list[Entry]) -> pd.DataFrame:
    """One line a call."""
    return pd.DataFrame(
        {
            t("column.call_id"): [entry.call_id for entry in entries],
            t("column.cause"): ["、".join(t(f"cause.{reason}") for reason in entry.reasons) for entry in entries],
            t("column.expected"): [round(entry.expected, 2) for entry in entries],
            t("sampling.chance"): [round(entry.chance, 4) for entry in entries],
        }
    )


def days(first: date) -> tuple[date, date]:
    """The days that are planned; half a choice is one day."""
    span = st.date_input(t("filter.date"), value=(first, first), format="YYYY-MM-DD", key="sampling_days")
    chosen = [day for day in span if isinstance(day, date)] if isinstance(span, tuple) else []
    return (chosen[0], chosen[-1]) if chosen else (first, first)


with store_in_words():
    columns = st.columns([3, 2, 2, 2, 2], vertical_alignment="bottom")
    with columns[0]:
        first, last = days(data.last_day())
    with columns[1]:
        budget = st.number_input(t("sampling.budget"), 0, MOST, 20, key="sampling_budget")
    with columns[2]:
        spot = st.number_input(t("sampling.spot"), 0, MOST, 10, key="sampling_spot")
    with columns[3]:
        per = st.selectbox(
            t("sampling.per"), STRATA, format_func=lambda per: t(f"sampling.per_{per}"), key="sampling_per"
        )
    with columns[4]:
        seed = st.number_input(t("sampling.seed"), 0, 10**9, 1, key="sampling_seed")
    entries = sampling.plan(first, last, budget=budget, spot=spot, per=per, seed=seed)
    st.caption(t("sampling.about", share=UNIFORM_SHARE, seed=seed))
    if not entries:
        empty("plan")
        st.stop()
    reasons = Counter(reason for entry in entries for reason in entry.reasons)
    tiles(
        (
            Tile(t("sampling.calls"), len(entries)),
            Tile(t("sampling.must"), sum(bool(MUST & set(entry.reasons)) for entry in entries)),
            Tile(t("sampling.budgeted"), reasons["guided"] + reasons["uniform"]),
            Tile(t("sampling.spots"), reasons["agent"] + reasons["team"]),
        )
    )
    ids = [entry.call_id for entry in entries]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("sampling.start"), type="primary", icon=":material/play_arrow:"):
            start_queue(ids, 0)
            st.switch_page("views/call.py", query_params={"call": ids[0]})
        for kind, write in (("csv", as_csv), ("xlsx", as_xlsx)):
            st.download_button(
                t(f"list.{kind}"),
                partial(write, table(entries)),
                f"{t('sampling.file')}-{first}-{seed}.{kind}",
                on_click="ignore",
                key=f"plan-{kind}",
            )
    choice = st.dataframe(
        table(entries),
        key=f"plan-{st.session_state.get('opened', 0)}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(entries), 11) + 1) + 2,
    )
    if choice.selection.cells:
        at = choice.selection.cells[0][0]
        start_queue(ids, at)
        st.session_state["opened"] = st.session_state.get("opened", 0) + 1
        st.switch_page("views/call.py", query_params={"call": ids[at]})
