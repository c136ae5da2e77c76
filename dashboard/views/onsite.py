"""On-site inspections: enter an item on an agent, see the entries of a period, take one back."""

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import data, onsite
from dashboard.components.agent_box import agent_box
from dashboard.components.notices import empty, refusal_in_words, store_in_words
from dashboard.components.period import period
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.wording import moment, number, person
from qa.call import LOCAL
from qa.rules.scheme import OnsiteItem
from qa.store.tables import OnsiteRecord

ROW_PX = 36


def priced(item: OnsiteItem) -> str:
    """An item with what it costs."""
    cost = t("onsite.after_warning" if item.after_warning else "onsite.costs", points=number(item.points))
    return f"{item.name} · {cost} · {item.clause}"


def entering(names: dict[str, str], today: date) -> None:
    """The form by which an item is entered."""
    with st.form("onsite", clear_on_submit=False):
        left, middle, right = st.columns([3, 2, 2])
        with left:
            agent = agent_box(names, "onsite_agent")
        with middle:
            day = st.date_input(t("onsite.day"), today, max_value=today, key="onsite_day")
        with right:
            shift = st.selectbox(t("onsite.shift"), onsite.shifts(), index=None, placeholder="—", key="onsite_shift")
        choices = {item.id: item for item in onsite.items(today)}
        item = st.selectbox(
            t("onsite.item"),
            choices,
            index=None,
            placeholder=t("ui.choose"),
            format_func=lambda key: priced(choices[key]),
            key="onsite_item",
        )
        left, right = st.columns(2)
        with left:
            note = st.text_input(t("onsite.note"), placeholder=t("onsite.note_hint"), key="onsite_note")
        with right:
            correction = st.text_input(t("onsite.correction"), key="onsite_correction")
        if st.form_submit_button(t("onsite.enter"), type="primary", icon=":material/add:"):
            if agent is None or item is None or not isinstance(day, date):
                st.error(t("onsite.choose"))
                return
            with refusal_in_words():
                entered = onsite.enter(agent, day, item, shift, note, correction)
                key = "onsite.warned" if entered.warning else "onsite.entered"
                st.session_state["onsite_told"] = t(
                    key, agent=person(agent, names[agent]), item=entered.name, points=number(entered.points)
                )
                st.rerun()


def people() -> None:
    """Whom the viewer looks after, in which team, and who works now."""
    members = onsite.roster(data.now())
    on_duty = sum(member.shift is not None for member in members)
    with st.expander(t("onsite.people", count=len(members), on_duty=on_duty), icon=":material/groups:"):
        st.dataframe(
            pd.DataFrame(
                {
                    t("column.agent"): [person(member.agent_id, member.name) for member in members],
                    t("column.team"): [member.team or "—" for member in members],
                    t("onsite.on_duty"): [member.shift or "—" for member in members],
                }
            ),
            hide_index=True,
            row_height=ROW_PX,
            key="onsite-people",
        )


def table(rows: list[OnsiteRecord], names: dict[str, str]) -> pd.DataFrame:
    """One line an entry."""
    return pd.DataFrame(
        {
            t("onsite.day"): [str(row.day) for row in rows],
            t("onsite.shift"): [row.shift or "—" for row in rows],
            t("column.agent"): [person(row.agent_id, names.get(row.agent_id)) for row in rows],
            t("onsite.item"): [row.name for row in rows],
            t("rules.clause"): [row.clause for row in rows],
            t("onsite.result"): [result(row) for row in rows],
            t("onsite.note"): [row.note or "—" for row in rows],
            t("onsite.by"): [f"{row.by} {moment(row.at.astimezone(LOCAL))}" for row in rows],
        }
    )


def result(row: OnsiteRecord) -> str:
    """What an entry costs."""
    if row.withdrawn_at:
        return t("onsite.withdrawn", reason=row.withdrawn_reason or "—")
    return t("onsite.warning") if row.warning else f"−{number(row.points)}"


def withdrawing(rows: list[OnsiteRecord], names: dict[str, str]) -> None:
    """Taking one of the entries back."""
    standing = {row.id or 0: row for row in rows if row.withdrawn_at is None}
    if not standing:
        return
    with st.expander(t("onsite.withdraw"), icon=":material/undo:"), st.form("withdraw", border=False):

        def told(key: int) -> str:
            row = standing[key]
            return f"{row.day} · {person(row.agent_id, names.get(row.agent_id))} · {row.name}"

        entry = st.selectbox(t("onsite.entry"), standing, format_func=told, key="onsite_entry")
        reason = st.text_input(t("onsite.why"), key="onsite_why")
        correction = st.text_input(t("onsite.correction"), key="onsite_withdraw_correction")
        if st.form_submit_button(t("onsite.withdraw")):
            if not reason.strip():
                st.error(t("onsite.why_needed"))
                return
            with refusal_in_words():
                onsite.withdraw(entry, reason, correction)
                st.session_state["onsite_told"] = t("onsite.taken_back")
                st.rerun()


with store_in_words():
    today = data.now().date()
    names = onsite.agents(today)
    if not names:
        empty("no_agents")
        st.stop()
    told = st.session_state.pop("onsite_told", None)
    if told:
        st.success(told, icon=":material/check:")
    entering(names, today)
    people()
    chosen = period(day=today, key="onsite_period")
    rows = onsite.entries(chosen)
    if not rows:
        empty("no_onsite", period=chosen.label)
        st.stop()
    counted = [row for row in rows if row.withdrawn_at is None]
    tiles(
        (
            Tile(t("onsite.items"), len(counted)),
            Tile(t("onsite.warnings"), sum(row.warning for row in counted)),
            Tile(t("onsite.points"), number(sum(row.points for row in counted))),
            Tile(t("onsite.agents"), len({row.agent_id for row in counted})),
        )
    )
    st.dataframe(table(rows, names), hide_index=True, row_height=ROW_PX, key="onsite-entries")
    withdrawing(rows, names)
