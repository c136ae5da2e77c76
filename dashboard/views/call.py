"""One call: score and sum, player with transcript and findings, what is known about it. Link: ?call=…&t=…"""

import math

import av
import streamlit as st

from dashboard import audio, data
from dashboard.components.about import about
from dashboard.components.call_player import call_player
from dashboard.components.notices import empty, store_in_words
from dashboard.i18n import t
from dashboard.wording import clock, moment, number, person, score_sum
from qa.result import CallResult, Scorecard
from qa.store.transcripts import Peaks


def second(text: str | None) -> float | None:
    """The `t` of a link; None for anything that is no time."""
    try:
        value = float(text) if text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def walk(call_id: str) -> None:
    """Back to the list, and on to the calls before and after in its order."""
    position = st.session_state.get("position")
    beside = data.neighbours(st.session_state.get("listing", data.Listing()), call_id=call_id, position=position)
    hint = t("call.walk_none" if position is None else "call.walk_hint")
    with st.container(horizontal=True, gap="small"):
        if st.button(t("call.back"), icon=":material/arrow_back:"):
            st.switch_page("views/calls.py")
        for label, other, step in (("before", beside.before, -1), ("after", beside.after, 1)):
            if st.button(t(f"call.{label}"), disabled=other is None, help=hint, key=f"walk-{label}"):
                st.session_state["position"] = position + step
                st.switch_page("views/call.py", query_params={"call": other})


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


def score(card: Scorecard) -> None:
    """The score, its grade, and how 100 became it."""
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
            st.markdown(t("call.sum", sum=score_sum(card)))


def sound(call_id: str) -> tuple[str | None, Peaks]:
    """The recording's URL and waveform; neither where there is no file or it cannot be read."""
    path, peaks = data.waveform(call_id)
    if path is None or not path.is_file():
        return None, ()
    try:
        return audio.signed_url(call_id), peaks or audio.peaks_of(path)
    except (av.FFmpegError, IndexError):
        return None, ()


call_id = st.query_params.get("call")
if not call_id:
    empty("choose_call")
    st.page_link("views/calls.py", label=t("call.back"), icon=":material/arrow_back:")
    st.stop()

with store_in_words():
    result = data.result(call_id)
    if result is None:
        empty("no_call", call_id=call_id)
        st.page_link("views/calls.py", label=t("call.back"), icon=":material/arrow_back:")
        st.stop()
    left, right = st.columns([5, 7], vertical_alignment="top")
    with left:
        walk(call_id)
        heading(result)
    if result.scorecard:
        with right:
            score(result.scorecard)
    if result.status == "failed":
        st.error(t("call.failed", error=result.error or "—"), icon=":material/error:")
        st.caption(t("call.failed_do"))
    elif result.status == "skipped":
        st.info(t("call.skipped", error=result.error or "—"), icon=":material/info:")
    if result.call:
        if result.call.notes:
            notes = ";".join(t("note.truncated") if note == "truncated" else note for note in result.call.notes)
            st.warning(t("call.notes", notes=notes), icon=":material/warning:")
        url, peaks = sound(call_id)
        call_player(
            result.call,
            result.scorecard.findings if result.scorecard else (),
            url=url,
            peaks=peaks,
            at_s=second(st.query_params.get("t")),
        )
    about(result)
