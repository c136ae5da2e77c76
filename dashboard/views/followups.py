"""The follow-up register: complaints, promises and work orders that wait; one is taken, and closed with a note."""

from typing import get_args

import pandas as pd
import streamlit as st

from dashboard import data, followups
from dashboard.components.notices import empty, refusal_in_words, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.walking import start_queue
from dashboard.wording import moment
from qa.followup.item import FollowUp, Kind, State

SHOWN, ROW_PX = 100, 36
KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
PRIORITIES = ("ordinary", "raised", "urgent")


def table(items: list[FollowUp]) -> pd.DataFrame:
    """One line an item."""
    now = data.now()
    return pd.DataFrame(
        {
            t("followup.kind"): [t(f"followup.{item.kind}") for item in items],
            t("followup.priority"): [t(f"followup.{PRIORITIES[item.priority]}") for item in items],
            t("column.due"): [due(item, overdue=item.overdue(now)) for item in items],
            t("followup.state"): [t(f"followup.{item.state}") for item in items],
            t("followup.owner"): [item.owner or "—" for item in items],
            t("column.call_id"): [item.call_id or item.order_id or "—" for item in items],
            t("column.team"): [item.team or "—" for item in items],
            t("column.agent"): [item.agent_id or "—" for item in items],
            t("followup.said"): [item.said or "—" for item in items],
        }
    )


def due(item: FollowUp, *, overdue: bool) -> str:
    """When it is due, and whether that has passed."""
    return t("followup.late", at=moment(item.due_at)) if overdue else moment(item.due_at)


def act(item: FollowUp) -> None:
    """What can be done with one item."""
    with st.container(border=True):
        reasons = "、".join(item.reasons)
        st.markdown(f"**{t(f'followup.{item.kind}')}** · {moment(item.opened_at)}{' · ' + reasons if reasons else ''}")
        st.markdown(item.said or "—")
        if item.closing_note:
            st.caption(t("followup.closed_with", note=item.closing_note))
        with st.container(horizontal=True):
            if item.call_id and st.button(t("followup.hear"), icon=":material/headphones:"):
                start_queue([], 0)
                at = {"t": f"{item.at_s:.1f}"} if item.at_s is not None else {}
                st.switch_page("views/call.py", query_params={"call": item.call_id} | at)
            if item.state in ("open", "taken") and st.button(t("followup.take"), icon=":material/front_hand:"):
                followups.take(item.id)
                st.rerun()
        with st.form(f"close-{item.id}", border=False):
            closed = item.state in ("done", "dropped")
            note = st.text_input(t("followup.note"), key=f"note-{item.id}", placeholder=t("followup.note_hint"))
            with st.container(horizontal=True):
                names = ("reopen",) if closed else ("close", "drop")
                pressed = [name for name in names if st.form_submit_button(t(f"followup.{name}"))]
        if pressed:
            finish(item, pressed[0], note)


def finish(item: FollowUp, how: str, note: str) -> None:
    """Closes an item or opens it again; either needs a note."""
    if not note.strip():
        st.error(t("followup.note_needed"))
        return
    with refusal_in_words():
        if how == "reopen":
            followups.reopen(item.id, note)
        else:
            followups.close(item.id, note, dropped=how == "drop")
        st.rerun()


with store_in_words():
    late = followups.count(overdue=True)
    tiles(
        (
            Tile(t("followup.waiting"), followups.count()),
            Tile(t("followup.overdue"), late),
            Tile(t("followup.untaken"), followups.count(state="open")),
            Tile(t("followup.done_so_far"), followups.count(state="done")),
        )
    )
    states, kinds, overdue_only = st.columns([3, 3, 2], vertical_alignment="bottom")
    with states:
        state = st.selectbox(
            t("followup.state"),
            STATES,
            index=None,
            placeholder=t("followup.not_closed"),
            format_func=lambda state: t(f"followup.{state}"),
            key="followup_state",
        )
    with kinds:
        kind = st.selectbox(
            t("followup.kind"),
            KINDS,
            index=None,
            placeholder=t("filter.all"),
            format_func=lambda kind: t(f"followup.{kind}"),
            key="followup_kind",
        )
    with overdue_only:
        overdue = st.toggle(t("followup.only_overdue"), key="followup_overdue")
    items = followups.items(state=state, kind=kind, overdue=overdue, limit=SHOWN)
    if not items:
        empty("followups")
        st.stop()
    total = followups.count(state=state, kind=kind, overdue=overdue)
    st.caption(t("followup.shown", shown=len(items), total=total))
    choice = st.dataframe(
        table(items),
        key=f"followups-{hash(tuple(item.id for item in items))}",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(items), 9) + 1) + 2,
    )
    if choice.selection.rows:
        act(items[choice.selection.rows[0]])
