"""Scores of a period: who has which, what it is made of down to the second, complaints, and closing it.

Link: ?agent=…
"""

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import data, periods
from dashboard.components.agent_box import agent_box
from dashboard.components.notices import empty, refusal_in_words, store_in_words
from dashboard.components.period import period
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.who import viewer
from dashboard.wording import clock, moment, number, person
from qa.access import may
from qa.call import LOCAL
from qa.people.period import Cost, Standing
from qa.reports.period import Kind, Period
from qa.store.periods import Loss

ROW_PX = 36
KINDS: tuple[Kind, ...] = ("week", "month", "quarter", "half-year", "year")


def exact(score: float | None) -> str:
    """A score to two places; a dash for none."""
    return "—" if score is None else f"{score:.2f}"


def choose(found: list[Standing], names: dict[str, str]) -> Standing:
    """Draws one line an agent; gives the one that was clicked, else that of the link, else the first."""
    if len(found) == 1:
        return found[0]
    frame = pd.DataFrame(
        {
            t("column.agent"): [person(each.agent_id, names.get(each.agent_id)) for each in found],
            t("periods.score"): [each.score for each in found],
            t("periods.mean"): [each.mean for each in found],
            t("periods.calls"): [each.calls for each in found],
            t("periods.onsite"): [-each.onsite or 0.0 for each in found],
            t("periods.complaints"): [-each.complaints or 0.0 for each in found],
            t("periods.provisional"): [each.provisional for each in found],
        }
    )
    two = st.column_config.NumberColumn(format="%.2f")
    points = st.column_config.NumberColumn(format="%g")
    picked = st.dataframe(
        frame,
        key="period-scores",
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        placeholder="—",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(frame), 10) + 1) + 2,
        column_config={
            t("periods.score"): two,
            t("periods.mean"): two,
            t("periods.onsite"): points,
            t("periods.complaints"): points,
        },
    )
    rows = picked.selection.rows
    if rows and rows[0] < len(found):
        return found[rows[0]]
    asked = st.query_params.get("agent")
    return next((each for each in found if each.agent_id == asked), found[0])


def opened(each: Standing, names: dict[str, str], chosen: Period) -> None:
    """What one agent's score is made of."""
    made = periods.made_of(each.agent_id, chosen)
    st.subheader(t("periods.of", agent=person(each.agent_id, names.get(each.agent_id)), period=chosen.label))
    tiles(
        (
            Tile(t("periods.mean"), exact(each.mean)),
            Tile(t("periods.onsite"), number(-each.onsite or 0.0)),
            Tile(t("periods.complaints"), number(-each.complaints or 0.0)),
            Tile(t("periods.score"), exact(each.score)),
            Tile(t("periods.calls"), each.calls),
            Tile(t("periods.provisional"), each.provisional),
        )
    )
    st.caption(t("periods.sum"))
    losses(made.losses)
    costs(made.onsite, t("periods.onsite_list"), "onsite")
    costs(made.complaints, t("periods.complaint_list"), "complaints")


def losses(lost: tuple[Loss, ...]) -> None:
    """What the calls lost; a click opens the call at the second."""
    st.markdown(f"**{t('periods.losses')}**")
    if not lost:
        st.caption(t("chart.no_points"))
        return
    frame = pd.DataFrame(
        {
            t("column.call_id"): [loss.call_id for loss in lost],
            t("periods.at"): [clock(loss.at_s) for loss in lost],
            t("periods.deducted"): [f"−{number(loss.points)}" for loss in lost],
            t("periods.rule"): [loss.name for loss in lost],
            t("rules.clause"): [loss.clause for loss in lost],
        }
    )
    picked = st.dataframe(
        frame, key="period-losses", hide_index=True, on_select="rerun", selection_mode="single-row", row_height=ROW_PX
    )
    if picked.selection.rows and picked.selection.rows[0] < len(lost):
        loss = lost[picked.selection.rows[0]]
        second = {} if loss.at_s is None else {"t": f"{loss.at_s:.1f}"}
        st.switch_page("views/call.py", query_params={"call": loss.call_id} | second)


def costs(found: tuple[Cost, ...], title: str, key: str) -> None:
    """On-site entries or complaints, one a line; nothing where there are none."""
    if not found:
        return
    st.markdown(f"**{title}**")
    frame = pd.DataFrame(
        {
            t("onsite.day"): [str(cost.day) for cost in found],
            t("onsite.item"): [t("periods.complaint") if cost.item == "complaint" else cost.name for cost in found],
            t("periods.deducted"): [f"−{number(cost.points)}" for cost in found],
            t("rules.clause"): [cost.clause or "—" for cost in found],
            t("onsite.note"): [cost.note or "—" for cost in found],
            t("column.call_id"): [cost.call_id or "—" for cost in found],
        }
    )
    st.dataframe(frame, key=f"period-{key}", hide_index=True, row_height=ROW_PX)


def confirming(names: dict[str, str], today: date) -> None:
    """The form by which a complaint that was found right is entered."""
    with st.expander(t("periods.confirm"), icon=":material/report:"), st.form("complaint", border=False):
        left, middle, right = st.columns([3, 2, 2])
        with left:
            agent = agent_box(names, "complaint_agent")
        with middle:
            day = st.date_input(t("periods.complaint_day"), today, max_value=today, key="complaint_day")
        with right:
            usual = periods.complaint_points(today)
            points = st.number_input(t("periods.complaint_points"), 0.0, 100.0, usual, 0.5, key="complaint_points")
        left, middle, right = st.columns([2, 3, 2])
        with left:
            call_id = st.text_input(t("periods.complaint_call"), key="complaint_call")
        with middle:
            note = st.text_input(t("periods.complaint_note"), key="complaint_note")
        with right:
            correction = st.text_input(t("onsite.correction"), key="complaint_correction")
        if st.form_submit_button(t("periods.enter"), type="primary", icon=":material/add:"):
            if agent is None or not isinstance(day, date):
                st.error(t("periods.choose"))
                return
            with refusal_in_words():
                periods.confirm(agent, day, call_id, note, points, correction)
                st.session_state["periods_told"] = t(
                    "periods.entered", agent=person(agent, names[agent]), points=number(points)
                )
                st.rerun()


def withdrawing(found: list[periods.Complaint], names: dict[str, str]) -> None:
    """Taking a confirmed complaint back."""
    standing = {each.id: each for each in found}
    if not standing:
        return
    with st.expander(t("periods.withdraw"), icon=":material/undo:"), st.form("complaint_back", border=False):

        def told(key: int) -> str:
            each = standing[key]
            who = person(each.agent_id, names.get(each.agent_id))
            return f"{each.day} · {who} · −{number(each.points)} · {each.note}"

        entry = st.selectbox(t("onsite.entry"), standing, format_func=told, key="complaint_entry")
        reason = st.text_input(t("onsite.why"), key="complaint_why")
        correction = st.text_input(t("onsite.correction"), key="complaint_back_correction")
        if st.form_submit_button(t("periods.withdraw")):
            if not reason.strip():
                st.error(t("onsite.why_needed"))
                return
            with refusal_in_words():
                periods.withdraw(entry, reason, correction)
                st.session_state["periods_told"] = t("periods.taken_back")
                st.rerun()


def closing(chosen: Period, provisional: int) -> None:
    """How the period stands, and the button by which a QA lead closes it."""
    lock = periods.lock(chosen)
    if lock:
        at = moment(lock.closed_at.astimezone(LOCAL))
        st.info(t("periods.closed", by=lock.closed_by, at=at), icon=":material/lock:")
    elif may(viewer(), "manage_rules"):
        with st.container(horizontal=True, vertical_alignment="center"):
            over = chosen.end <= data.now()
            if st.button(t("periods.close"), icon=":material/lock:", disabled=not over or provisional > 0):
                with refusal_in_words():
                    periods.close(chosen)
                    st.rerun()
            why = t("periods.not_over") if not over else t("periods.still_open", count=provisional)
            st.caption(why if not over or provisional else t("periods.may_close"), width="stretch")


with store_in_words():
    told = st.session_state.pop("periods_told", None)
    if told:
        st.success(told, icon=":material/check:")
    chosen = period(key="periods_period", kinds=KINDS)
    names = periods.people(chosen)
    found = periods.standings(chosen)
    if found:
        closing(chosen, sum(each.provisional for each in found))
        opened(choose(found, names), names, chosen)
    else:
        empty("period")
    if may(viewer(), "lead") and names:
        confirming(names, data.now().date())
        withdrawing(periods.complaints(chosen), names)
