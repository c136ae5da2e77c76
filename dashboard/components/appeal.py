"""Appeals on a call: the agent submits, withdraws or goes on; the shift lead answers, the QA lead rules."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from dashboard import acts
from dashboard.components.notices import refusal_in_words
from dashboard.i18n import t
from dashboard.wording import moment
from qa.access import Viewer, may
from qa.call import LOCAL
from qa.store.appealing import StoredAppeal
from qa.store.reviews import Review


def appeal_panel(call_id: str, review: Review, who: Viewer) -> None:
    """Draw what was said about the score so far, and what this person may do about it now."""
    for each in acts.replies(call_id):
        words = f"  \n{each.text}" if each.text else ""
        st.markdown(
            f"{t('appeal.replied' if each.text else 'appeal.accepted')} · {moment(each.at.astimezone(LOCAL))}{words}"
        )
    for stored in review.appeals:
        _history(stored, review)
        if stored.appeal.open_on(datetime.now(UTC).astimezone(LOCAL).date()):
            if may(who, "rule_on_appeal"):
                _decide(call_id, stored, review)
            if may(who, "appeal"):
                _agent(call_id, stored)
    if may(who, "appeal"):
        _respond(call_id, review)


def target_name(review: Review, target: str) -> str:
    """A deduction as people call it."""
    names = {finding.rule: finding.name for finding in review.machine.findings}
    names |= {f"{entered.item}#{entered.seq}": entered.name for entered in review.manual}
    return names.get(target, target)


def _history(stored: StoredAppeal, review: Review) -> None:
    with st.container(border=True):
        state = t(f"appeal.state_{stored.appeal.state}")
        due = t("appeal.due", day=stored.appeal.due_on) if stored.appeal.due_on else ""
        st.markdown(f"**{t('appeal.title')}** · {state} {due}")
        for step in stored.steps:
            targets = "、".join(target_name(review, target) for target in step.targets)
            st.markdown(
                f"{t(f'appeal.step_{step.kind}')} · {step.by} · {moment(step.at.astimezone(LOCAL))}"
                f"{' · ' + targets if targets else ''}  \n{step.reason}"
            )


def _decide(call_id: str, stored: StoredAppeal, review: Review) -> None:
    with st.form(f"decide-{stored.id}"):
        lifted = _deductions(t("appeal.lift"), stored.appeal.targets, review, key=f"lift-{stored.id}")
        reason = st.text_area(t("appeal.reason"), height=80)
        if st.form_submit_button(t("appeal.decide"), type="primary"):
            _do(lambda: acts.answer(call_id, stored.id, lifted, reason), reason=reason)


def _agent(call_id: str, stored: StoredAppeal) -> None:
    with st.form(f"go-on-{stored.id}", border=False):
        reason = st.text_input(t("appeal.reason"))
        with st.container(horizontal=True):
            if st.form_submit_button(t("appeal.escalate")):
                _do(lambda: acts.escalate(call_id, stored.id, reason), reason=reason)
            if st.form_submit_button(t("appeal.withdraw")):
                _do(lambda: acts.withdraw(call_id, stored.id))


def _respond(call_id: str, review: Review) -> None:
    with st.container(border=True, key="respond"):
        st.markdown(f"**{t('appeal.respond')}**")
        turn = len(review.appeals)
        with st.form(f"respond-form-{turn}", border=False):
            targets = _deductions(t("appeal.targets"), review.deductions, review, key=f"appeal-targets-{turn}")
            reason = st.text_area(t("appeal.words"), height=80, key=f"appeal-words-{turn}")
            with st.container(horizontal=True):
                if st.form_submit_button(t("appeal.submit"), type="primary", disabled=not review.deductions):
                    if targets:
                        _do(lambda: acts.appeal(call_id, targets, reason), reason=reason)
                    else:
                        st.error(t("appeal.need_targets"))
                if st.form_submit_button(t("appeal.reply")):
                    _do(lambda: acts.acknowledge(call_id, reason), told=t("appeal.acknowledged"))


def _deductions(label: str, targets: Sequence[str], review: Review, *, key: str) -> list[str]:
    """Some of the deductions, each a button of its own: nothing has to be opened to see them."""
    chosen: list[str] = st.pills(
        label, targets, selection_mode="multi", format_func=lambda target: target_name(review, target), key=key
    )
    return chosen


def _do(act: Callable[[], None], *, told: str = "", reason: str | None = None) -> None:
    """Does it and draws the page anew; a `reason` that is needed and not given is asked for."""
    if reason is not None and not reason.strip():
        st.error(t("appeal.need_reason"))
        return
    with refusal_in_words():
        act()
        if told:
            st.toast(told)
        st.rerun()
