"""Calibration: the same calls scored blind by several inspectors, and how far they agree once it is closed."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import calibration, data
from dashboard.components.agreement import agreement
from dashboard.components.call_player import call_player
from dashboard.components.notices import empty, refusal_in_words, store_in_words
from dashboard.components.sound import sound
from dashboard.i18n import t
from dashboard.rulebook import names
from dashboard.who import viewer
from dashboard.wording import moment
from qa.access import may
from qa.agreement.session import VERDICTS
from qa.finding import Verdict
from qa.store.calibrations import Calibration

ROW_PX = 36


def opening() -> None:
    """The form by which a QA lead opens a session."""
    with (
        st.expander(t("calibration.new"), icon=":material/add:"),
        st.form("calibration", border=False),
    ):
        name = st.text_input(t("calibration.name"), key="calibration_name")
        day = data.last_day()
        columns = st.columns([3, 2, 2, 3], vertical_alignment="bottom")
        with columns[0]:
            span = st.date_input(
                t("filter.date"), value=(day.replace(day=1), day), format="YYYY-MM-DD", key="calibration_days"
            )
        with columns[1]:
            count = st.number_input(t("calibration.count"), 1, 200, 10, key="calibration_count")
        with columns[2]:
            seed = st.number_input(t("sampling.seed"), 0, 10**9, 1, key="calibration_seed")
        with columns[3]:
            reference = st.text_input(t("calibration.measure"), key="calibration_reference")
        if st.form_submit_button(t("calibration.open"), type="primary"):
            if not name.strip() or not isinstance(span, tuple) or not span:
                st.error(t("calibration.name_needed"))
                return
            with refusal_in_words():
                calls = calibration.draw(span[0], span[-1], count=count, seed=seed)
                calibration.start(name.strip(), calls, reference.strip() or None)
                st.rerun()


def choose(found: list[Calibration]) -> Calibration:
    """The session to look at, the newest first."""

    def label(number: int) -> str:
        one = known[number]
        state = t("calibration.closed" if one.closed_at else "calibration.is_open")
        return f"{one.name} · {moment(one.opened_at)} · {t('calibration.of_calls', count=one.calls)} · {state}"

    known = {one.id: one for one in found}
    return known[st.selectbox(t("calibration.choose"), known, format_func=label, key="calibration_session")]


def scoring(chosen: Calibration) -> None:
    """Blind scoring: one call with sound and words, without what machine or colleagues found."""
    lines, given = calibration.sheet(chosen.id), calibration.own(chosen.id)
    if not lines:
        empty("no_sheet")
        return
    left = [call_id for call_id in lines if call_id not in given]

    def label(call_id: str) -> str:
        return f"{call_id} · {t('calibration.scored' if call_id in given else 'calibration.unscored')}"

    done = t("calibration.progress", done=len(lines) - len(left), total=len(lines))
    call_id = st.selectbox(
        f"{t('calibration.call')} · {done}", lines, format_func=label, key=f"calibration_call_{chosen.id}"
    )
    listen, judge = st.columns([7, 5])
    with listen:
        result = data.result(call_id)
        if result and result.call:
            url, peaks = sound(call_id)
            call_player(result.call, (), url=url, peaks=peaks, at_s=None)
    with judge:
        sheet(chosen, call_id, lines[call_id], given.get(call_id, {}))


def sheet(chosen: Calibration, call_id: str, rules: Mapping[str, str], given: Mapping[str, Verdict]) -> None:
    """The rules of a call, each with the viewer's verdict."""
    labels = {t(f"player.{verdict}"): verdict for verdict in VERDICTS}
    words = {verdict: label for label, verdict in labels.items()}
    frame = pd.DataFrame(
        {
            t("rules.name"): list(rules.values()),
            t("calibration.verdict"): [words[given[rule]] if rule in given else None for rule in rules],
        }
    )
    with st.form(f"sheet-{chosen.id}-{call_id}", border=False):
        filled = st.data_editor(
            frame,
            hide_index=True,
            disabled=[t("rules.name")],
            placeholder="—",
            row_height=ROW_PX,
            height=ROW_PX * (min(len(frame), 13) + 1) + 2,
            column_config={t("calibration.verdict"): st.column_config.SelectboxColumn(options=list(labels))},
            key=f"editor-{chosen.id}-{call_id}",
        )
        rest = st.checkbox(t("calibration.rest_passed"), value=True, key=f"rest-{chosen.id}-{call_id}")
        if st.form_submit_button(t("calibration.save"), type="primary"):
            column = list(filled[t("calibration.verdict")])
            verdicts: dict[str, Verdict] = {}
            for rule, label in zip(rules, column, strict=True):
                if isinstance(label, str):
                    verdicts[rule] = labels[label]
                elif rest:
                    verdicts[rule] = "passed"
            with refusal_in_words():
                calibration.rate(chosen.id, call_id, verdicts)
                st.rerun()


with store_in_words():
    leads = may(viewer(), "manage_rules")
    if leads:
        opening()
    found = calibration.sessions()
    if not found:
        empty("calibration_lead" if leads else "calibration")
        st.stop()
    chosen = choose(found)
    if chosen.closed_at is None:
        inspectors = "、".join(chosen.inspectors) or "—"
        with st.container(horizontal=True, vertical_alignment="center"):
            told = t("calibration.blind", inspectors=inspectors) if leads else t("calibration.blind_own")
            st.caption(told, width="stretch")
            if leads and st.button(t("calibration.close"), icon=":material/lock:"):
                calibration.close(chosen.id)
                st.rerun()
        scoring(chosen)
    else:
        st.caption(t("calibration.over", at=moment(chosen.closed_at), reference=chosen.reference or "—"))
        agreement(calibration.report(chosen.id), names())
