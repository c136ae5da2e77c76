"""One call: score and sum, player with transcript and findings, verdicts, appeals, what is known about it.

Link: ?call=…&t=…
"""

import math
from datetime import UTC, datetime

import streamlit as st

from dashboard import acts, data
from dashboard.components.about import about
from dashboard.components.appeal import appeal_panel
from dashboard.components.beside import beside
from dashboard.components.call_player import Walk, call_player, player_key
from dashboard.components.notices import empty, store_in_words
from dashboard.components.removed import recording_removed, words_removed
from dashboard.components.sound import sound, url_of
from dashboard.i18n import t
from dashboard.walking import Way, way
from dashboard.who import viewer
from dashboard.wording import clock, moment, number, person, score_sum
from qa.access import may
from qa.call import LOCAL
from qa.errors import QaError
from qa.result import CallResult, Scorecard
from qa.store.reviews import Review


def second(text: str | None) -> float | None:
    """The `t` of a link; None for anything that is no time."""
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def done(call_id: str) -> None:
    """Callback of the player: what was done there is stored, or is told as one line."""
    player = st.session_state.get(player_key(call_id))
    act = player.act if player else None
    if not act or act["call_id"] != call_id:
        return
    try:
        if act["kind"] == "next":
            leave(call_id)
        else:
            acts.review_act(act)
    except QaError as error:
        st.session_state["trouble"] = str(error)


def leave(call_id: str) -> None:
    """On to the next call; one with every finding decided is confirmed, and its score stands."""
    review = acts.review(call_id) if may(viewer(), "review") else None
    if review and review.state.verdicts and not review.state.confirmed:
        waits = any(finding.verdict == "needs_review" for finding in review.card.findings)
        if not waits:
            acts.review_act({"kind": "confirm", "call_id": call_id, "seen": review.seen})
    onward = way(call_id)
    onward.step(1)
    if onward.after:
        st.query_params.clear()
        st.query_params["call"] = onward.after
    else:
        st.session_state["leave"] = True


def walk(onward: Way) -> None:
    """Back to the list or the queue, and on to the calls before and after in its order."""
    with st.container(horizontal=True, gap="small"):
        if st.button(t("call.back_queue" if onward.queue else "call.back"), icon=":material/arrow_back:"):
            st.switch_page("views/desk.py" if onward.queue else "views/calls.py")
        for label, other, step in (("before", onward.before, -1), ("after", onward.after, 1)):
            if st.button(t(f"call.{label}"), disabled=other is None, help=onward.hint, key=f"walk-{label}"):
                onward.step(step)
                st.switch_page("views/call.py", query_params={"call": other})
        if onward.place:
            st.caption(onward.place)


def heading(result: CallResult) -> None:
    """Which call this is, in one line."""
    meta = result.meta
    parts = (
        person(meta.agent_id, meta.agent_name),
        meta.team,
        meta.ruleset,
        moment(meta.started_at) if meta.started_at else None,
        clock(result.call.duration_s) if result.call else None,
    )
    st.markdown(f"#### {meta.call_id}")
    st.caption(" · ".join(part for part in parts if part))


def score(card: Scorecard, review: Review | None) -> None:
    """The score, its grade, how far it stands, and how 100 became it."""
    reviews = sum(finding.verdict == "needs_review" for finding in card.findings)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=130, key="score"):
            st.metric(t("call.score"), number(card.score))
        with st.container(width="stretch"):
            with st.container(horizontal=True, gap="small"):
                st.badge(t("call.grade", grade=card.grade), color="blue")
                if card.fatal:
                    st.badge(t("call.fatal"), color="red", icon=":material/block:")
                if card.needs_review:
                    text = t("call.needs_review", count=reviews) if reviews else t("call.review_flag")
                    st.badge(text, color="orange", icon=":material/rate_review:")
                if review:
                    standing(review)
            st.markdown(t("call.sum", sum=score_sum(card, review.manual if review else ())))


def standing(review: Review) -> None:
    """Whether the score stands, and what is under appeal."""
    now = datetime.now(UTC)
    if not review.provisional(now):
        st.badge(t("call.settled"), color="green", icon=":material/check:")
    elif review.provisional_until:
        until = moment(review.provisional_until.astimezone(LOCAL))
        st.badge(t("call.provisional", until=until), color="gray")
    else:
        st.badge(t("call.provisional_open"), color="gray")
    disputed = review.in_dispute(now.astimezone(LOCAL).date())
    if disputed:
        st.badge(t("call.disputed", count=len(disputed)), color="violet", icon=":material/gavel:")


def notes(call_id: str, review: Review) -> None:
    """Notes of those who review, newest last, and a new one."""
    with st.expander(t("review.notes"), expanded=bool(review.state.notes)):
        for event in review.state.notes:
            st.markdown(
                f"{getattr(event.action, 'text', '')}  \n:gray[{event.by} · {moment(event.at.astimezone(LOCAL))}]"
            )
        with st.form("note", clear_on_submit=True, border=False):
            words = st.text_input(t("review.note_new"))
            if st.form_submit_button(t("review.note_add")) and words.strip():
                acts.review_act({"kind": "note", "call_id": call_id, "seen": review.seen, "text": words})
                st.rerun()


if st.session_state.pop("leave", False):
    st.toast(t("review.done"))
    st.switch_page("views/desk.py")
call_id = st.query_params.get("call")
if not call_id:
    empty("choose_call")
    st.page_link("views/calls.py", label=t("call.back"), icon=":material/arrow_back:")
    st.stop()

with store_in_words():
    who = viewer()
    result = data.result(call_id)
    if result is None:
        empty("no_call", call_id=call_id)
        st.page_link("views/calls.py", label=t("call.back"), icon=":material/arrow_back:")
        st.stop()
    review = acts.review(call_id) if result.scorecard else None
    card = review.card if review else result.scorecard
    onward = way(call_id)
    left, right = st.columns([5, 7], vertical_alignment="top")
    with left:
        walk(onward)
        heading(result)
    if card:
        with right:
            score(card, review)
    trouble = st.session_state.pop("trouble", None)
    if trouble:
        st.error(trouble, icon=":material/error:")
    if result.status == "failed":
        st.error(t("call.failed", error=result.error or "—"), icon=":material/error:")
        st.caption(t("call.failed_do"))
    elif result.status == "skipped":
        st.info(t("call.skipped", error=result.error or "—"), icon=":material/info:")
    beside(result)
    if result.words_removed_at:
        words_removed(result, card.findings if card else ())
    elif result.call:
        if result.recording_removed_at:
            recording_removed(result)
        if result.call.notes:
            told = ";".join(t("note.truncated") if note == "truncated" else note for note in result.call.notes)
            st.warning(t("call.notes", notes=told), icon=":material/warning:")
        url, peaks = sound(call_id)
        call_player(
            result.call,
            card.findings if card else (),
            url=url,
            peaks=peaks,
            at_s=second(st.query_params.get("t")),
            review=review,
            judging=review is not None and may(who, "review"),
            walk=Walk(onward.further, url_of(onward.after) if onward.after else None),
            on_act=lambda: done(call_id),
        )
    if review:
        appeal_panel(call_id, review, who)
        if may(who, "review"):
            notes(call_id, review)
    about(result)
