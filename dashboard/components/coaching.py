"""What a shift lead and an agent have between them: costly moments to hear, talks with agreed actions, praise."""

from datetime import date

import streamlit as st

from dashboard import coaching, data
from dashboard.components.clip import clip
from dashboard.components.notices import refusal_in_words
from dashboard.i18n import t
from dashboard.wording import moment, number
from qa.call import LOCAL
from qa.store.tables import CoachingRecord, PraiseRecord


def costly_moments(agent_id: str, standing: data.Standing) -> None:
    """Draw the dearest deductions, each with the seconds that cost it and the right wording."""
    st.markdown(f"**{t('coaching.moments')}**")
    found = coaching.costly_moments(agent_id, standing)
    if not found:
        st.caption(t("coaching.no_moments"))
    for at, each in enumerate(found):
        with st.container(border=True, key=f"moment-{at}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**−{number(each.points)}** · {each.name} · {each.clause}")
                if st.button(each.call_id, key=f"moment-open-{at}", icon=":material/headphones:"):
                    at_s = {"call": each.call_id, "t": f"{each.start_s:.1f}"}
                    st.switch_page("views/call.py", query_params=at_s)
            clip(each.call_id, each.start_s, each.end_s)
            told = [f"“{each.text}”"] if each.text else []
            if each.right_wording:
                told.append(t("coaching.right", wording=each.right_wording))
            st.caption(" · ".join([moment(each.started_at), *told]))


def talks(agent_id: str, *, leads: bool) -> None:
    """Draw the talks with an agent, and for who leads the form of a new one."""
    today = data.now().date()
    found = coaching.talks(agent_id)
    st.markdown(f"**{t('coaching.talks')}**")
    if not found:
        st.caption(t("coaching.no_talks"))
    for talk in found:
        with st.container(border=True, key=f"talk-{talk.id}"):
            st.markdown(f"{talk.note}  \n:gray[{_about(talk)}]")
            if talk.action:
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(t("coaching.action_is", action=talk.action))
                    st.badge(_state(talk, today))
                    if leads and not talk.done_at and st.button(t("coaching.done"), key=f"done-{talk.id}"):
                        with refusal_in_words():
                            coaching.settle(talk.id or 0)
                            st.rerun()
    if leads:
        _new_talk(agent_id, today)


def praises(agent_id: str, *, leads: bool) -> None:
    """Draw the praise of an agent, and for who leads the form of more."""
    st.markdown(f"**{t('coaching.praise')}**")
    found = coaching.praises(agent_id)
    if not found:
        st.caption(t("coaching.no_praise"))
    for each in found:
        st.markdown(f":material/thumb_up: {each.text}  \n:gray[{_about(each)}]")
    if leads:
        with st.expander(t("coaching.praise_new")), st.form("praise", clear_on_submit=True, border=False):
            text = st.text_input(t("coaching.praise_text"))
            call_id = st.text_input(t("coaching.call"))
            if st.form_submit_button(t("coaching.enter")):
                if not text.strip():
                    st.error(t("coaching.praise_needed"))
                    return
                with refusal_in_words():
                    coaching.praise(agent_id, text, call_id.strip() or None)
                    st.rerun()


def _new_talk(agent_id: str, today: date) -> None:
    with st.expander(t("coaching.new")), st.form("talk", clear_on_submit=True, border=False):
        note = st.text_area(t("coaching.note"), height=80)
        left, middle, right = st.columns([3, 1, 2])
        with left:
            action = st.text_input(t("coaching.action"))
        with middle:
            due_on = st.date_input(t("coaching.due"), None, min_value=today)
        with right:
            call_id = st.text_input(t("coaching.call"))
        if st.form_submit_button(t("coaching.enter"), type="primary"):
            if not note.strip() or (due_on and not action.strip()):
                st.error(t("coaching.needed"))
                return
            with refusal_in_words():
                coaching.coach(agent_id, note, action, due_on, call_id.strip() or None)
                st.rerun()


def _about(written: CoachingRecord | PraiseRecord) -> str:
    parts = (written.by, moment(written.at.astimezone(LOCAL)), written.call_id)
    return " · ".join(part for part in parts if part)


def _state(talk: CoachingRecord, today: date) -> str:
    if talk.done_at:
        return t("coaching.was_done", by=talk.done_by, day=talk.done_at.astimezone(LOCAL).date())
    if talk.due_on is None:
        return t("coaching.open")
    return t("coaching.overdue" if talk.due_on < today else "coaching.due_on", day=talk.due_on)
