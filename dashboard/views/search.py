"""Search over what was said in all calls, by words or by sound; a click opens the call at the second.

Link: ?q=…&by=sound
"""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import searching
from dashboard.components.export import as_csv, as_xlsx
from dashboard.components.notices import empty, store_in_words
from dashboard.components.search_form import Search, search_form
from dashboard.i18n import t
from dashboard.walking import start_queue
from dashboard.wording import clock, moment, person
from qa.search.sounds import LEAST, readings
from qa.store.search import MOST_COUNTED, Hit, Place

SHOWN, AROUND, ROW_PX = 50, 18, 36


def table(hits: Sequence[Hit]) -> pd.DataFrame:
    """One line a call, with the words around the first hit."""
    return pd.DataFrame(
        {
            t("column.call_id"): [hit.call_id for hit in hits],
            t("column.started_at"): [moment(hit.started_at) for hit in hits],
            t("column.agent"): [person(hit.agent_id, hit.agent_name) for hit in hits],
            t("column.team"): [hit.team or "—" for hit in hits],
            t("column.score"): pd.to_numeric(pd.Series([hit.score for hit in hits], dtype="float")),
            t("search.role"): [t(f"value.{hit.role}") for hit in hits],
            t("search.second"): [clock(hit.at_s) for hit in hits],
            t("search.said"): [excerpt(hit) for hit in hits],
            t("search.times"): [hit.times for hit in hits],
        }
    )


def excerpt(hit: Hit) -> str:
    """The hit in brackets, with a few words before and after."""
    before, after = hit.text[: hit.begin], hit.text[hit.end :]
    head = ("…" if len(before) > AROUND else "") + before[-AROUND:]
    tail = after[:AROUND] + ("…" if len(after) > AROUND else "")
    return f"{head}【{hit.text[hit.begin : hit.end]}】{tail}"


def starts(asked: Search) -> list[Place | None]:
    """Where the pages that were turned so far begin; another search begins anew."""
    if st.session_state.get("search_asked") != asked:
        st.session_state["search_asked"], st.session_state["search_starts"] = asked, [None]
    found: list[Place | None] = st.session_state["search_starts"]
    return found


def content(asked: Search, write: Callable[[pd.DataFrame], bytes]) -> bytes:
    """The file of everything that was found."""
    return write(table(searching.whole(asked.sought, asked.where)))


def exports(asked: Search) -> None:
    """What was found, to take away."""
    for kind, write in (("csv", as_csv), ("xlsx", as_xlsx)):
        st.download_button(
            t(f"list.{kind}"),
            partial(content, asked, write),
            f"{t('search.file')}.{kind}",
            on_click="ignore",
            key=f"search-{kind}",
        )


with store_in_words():
    missing = searching.missing()
    if missing:
        st.warning(t("search.missing", count=missing), icon=":material/warning:")
    asked = search_form()
    if asked is None:
        empty("search")
        st.stop()
    if len(readings(asked.sought.words)) < LEAST:
        st.info(t("search.short", least=LEAST), icon=":material/info:")
        st.stop()
    begins = starts(asked)
    page = searching.find(asked.sought, asked.where, limit=SHOWN, after=begins[-1])
    if not page.hits:
        empty("no_hits")
        st.stop()
    total = searching.count(asked.sought, asked.where)
with st.container(horizontal=True, vertical_alignment="center"):
    first = (len(begins) - 1) * SHOWN + 1
    about = t("search.many") if total is None or total >= MOST_COUNTED else str(total)
    shown = t("search.shown", first=first, last=first + len(page.hits) - 1, total=about)
    st.caption(f"{shown} · {t('search.hint')}", width="stretch")
    exports(asked)
choice = st.dataframe(
    table(page.hits),
    key=f"hits-{st.session_state.get('opened', 0)}-{len(begins)}",
    hide_index=True,
    on_select="rerun",
    selection_mode="single-cell",
    row_height=ROW_PX,
    height=ROW_PX * (min(len(page.hits), 12) + 1) + 2,
    column_config={
        t("search.said"): st.column_config.TextColumn(width="large"),
        t("column.score"): st.column_config.NumberColumn(format="%.1f", width=60),
        t("search.times"): st.column_config.NumberColumn(width=60),
    },
)
if choice.selection.cells:
    hit = page.hits[choice.selection.cells[0][0]]
    start_queue([], 0)
    st.session_state["opened"] = st.session_state.get("opened", 0) + 1
    st.switch_page("views/call.py", query_params={"call": hit.call_id, "t": f"{hit.at_s:.1f}"})
with st.container(horizontal=True):
    if st.button(t("list.before"), disabled=len(begins) == 1, key="search-before"):
        begins.pop()
        st.rerun()
    if st.button(t("list.after"), disabled=page.last is None, key="search-after"):
        begins.append(page.last)
        st.rerun()
