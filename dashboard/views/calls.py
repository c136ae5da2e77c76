"""The calls list: filters → one listing → figures, charts, table."""

import streamlit as st

from dashboard import data
from dashboard.components.calls_table import calls_table
from dashboard.components.charts import charts
from dashboard.components.export import as_csv, as_xlsx, table
from dashboard.components.filters import clear, filters
from dashboard.components.notices import empty, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.walking import start_list
from qa.store.queries import Summary

PAGE_ROWS = 50


def figures(summary: Summary) -> None:
    """The tiles."""
    share = summary.needs_review / max(1, summary.scored)
    mean = "—" if summary.mean_score is None else f"{summary.mean_score:.1f}"
    tiles(
        (
            Tile(t("kpi.calls"), summary.calls),
            Tile(t("kpi.mean"), mean),
            Tile(t("kpi.review"), t("kpi.share", count=summary.needs_review, share=share)),
            Tile(t("kpi.fatal"), summary.fatal),
            Tile(t("kpi.failed"), summary.failed),
        )
    )


def open_call(call_id: str, position: int, listing: data.Listing) -> None:
    """Go to a call, remembering where in which listing it was."""
    start_list(listing, position)
    st.session_state["opened"] = st.session_state.get("opened", 0) + 1
    st.switch_page("views/call.py", query_params={"call": call_id})


def pages(total: int, listing: data.Listing) -> int:
    """The number of the page to show, from 0; a changed listing starts again at its first page."""
    if st.session_state.get("paged") != listing:
        st.session_state["paged"] = listing
        st.session_state["page"] = 0
    last = (total - 1) // PAGE_ROWS
    return min(st.session_state["page"], last)


def turn_page(by: int) -> None:
    """Callback of the paging buttons."""
    st.session_state["page"] = max(0, st.session_state["page"] + by)


with store_in_words():
    choices = data.choices()
    if not choices.statuses:
        empty("no_calls")
        st.stop()
    with st.sidebar:
        listing = filters(choices)
    summary = data.summary(listing.where)
    if not summary.calls:
        empty("no_match")
        st.button(t("filter.clear"), on_click=clear, type="primary", key="clear_empty")
        st.stop()
    page = pages(summary.calls, listing)
    offset = page * PAGE_ROWS
    rows = data.page_of(listing, limit=PAGE_ROWS, offset=offset)

figures(summary)
names = dict(choices.rules)
hint, csv, xlsx = st.columns([6, 1.2, 1.2], vertical_alignment="center")
last = offset + len(rows)
hint.caption(f"{t('list.shown', first=offset + 1, last=last, total=summary.calls)} · {t('list.hint')}")
csv.download_button(
    t("list.csv"),
    lambda: as_csv(table(data.whole(listing), names)),
    f"{t('list.file')}.csv",
    "text/csv",
    on_click="ignore",
    width="stretch",
)
xlsx.download_button(
    t("list.xlsx"),
    lambda: as_xlsx(table(data.whole(listing), names)),
    f"{t('list.file')}.xlsx",
    on_click="ignore",
    width="stretch",
)

# A fresh key after every visit to a call: the cell that was clicked would open it again at once.
choice = calls_table(rows, names, key=f"calls-{st.session_state.get('opened', 0)}-{page}")
if choice.selection.cells:
    row = choice.selection.cells[0][0]
    open_call(rows[row].call_id, offset + row, listing)

if summary.calls > PAGE_ROWS:
    before, after, _ = st.columns([1, 1, 6])
    before.button(
        t("list.before"),
        on_click=turn_page,
        args=(-1,),
        disabled=page == 0,
        width="stretch",
        key="page-before",
    )
    after.button(
        t("list.after"),
        on_click=turn_page,
        args=(1,),
        disabled=last >= summary.calls,
        width="stretch",
        key="page-after",
    )

charts(summary)
