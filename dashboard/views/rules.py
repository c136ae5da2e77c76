"""The rules: how each fares; one opened to edit, try on its examples and on last month's calls, and publish.

Link: ?file=…
"""

from dataclasses import dataclass

import streamlit as st

from dashboard import rulebook, trying
from dashboard.components.editor import editor, typed
from dashboard.components.notices import empty, refusal_in_words, store_in_words
from dashboard.components.rules_table import changes_table, examples_table, rules_table
from dashboard.faults import told
from dashboard.i18n import language, t
from dashboard.wording import moment
from qa.call import LOCAL
from qa.rules.examples import ExampleOutcome

SAMPLES = (100, 500, 2000)


@dataclass(slots=True)
class Draft:
    """A file as it is being edited, from the published text `base`.

    `turn` counts how often its text was set from outside the editor.
    """

    file: str
    text: str
    base: str
    turn: int = 0
    examples: tuple[str, list[ExampleOutcome]] | None = None
    tried: tuple[str, trying.Tried] | None = None

    @property
    def document(self) -> str:
        """What the editor knows the text by."""
        return f"{self.file}#{self.turn}"

    def put(self, text: str) -> None:
        """Sets the text, whatever was typed."""
        self.text, self.turn = text, self.turn + 1

    def start_from(self, published: str) -> None:
        """Begins anew with the published text."""
        self.put(published)
        self.base = published


def draft_of(file: str, published: str) -> Draft:
    """The draft of a file, kept for as long as the session lasts; one in which nothing was changed follows the file."""
    drafts: dict[str, Draft] = st.session_state.setdefault("rule_drafts", {})
    draft = drafts.setdefault(file, Draft(file, published, published))
    written = typed(draft.document)
    if written is not None:
        draft.text = written
    if draft.text == draft.base != published:
        draft.start_from(published)
    return draft


def choose_file(rows: list[rulebook.RuleRow]) -> str:
    """The file of the rule that was clicked, or of the link."""
    files = rulebook.files()
    clicked = rules_table(rows)
    if clicked is None:
        st.session_state.pop("rules_clicked", None)
    elif st.session_state.get("rules_clicked") != clicked.id:
        st.session_state["rules_clicked"] = clicked.id
        st.session_state["rules_file"] = clicked.file
    if "rules_file" not in st.session_state:
        asked = st.query_params.get("file")
        st.session_state["rules_file"] = asked if asked in files else rows[0].file if rows else files[0]
    return st.selectbox(t("rules.file"), files, key="rules_file")


def checked(draft: Draft, published: str) -> tuple[str, ...]:
    """Tells how the draft stands; gives its faults."""
    faults = rulebook.faults_of(draft.file, draft.text)
    if faults:
        st.error(t("rules.faults", count=len(faults)), icon=":material/error:")
        st.code("\n".join(told(fault, language()) for fault in faults), language=None, wrap_lines=True)
    elif draft.text == published:
        st.info(t("rules.unchanged"), icon=":material/description:")
    else:
        st.success(t("rules.valid"), icon=":material/check:")
    return faults


def trials(draft: Draft, *, ready: bool) -> None:
    """The buttons by which a draft is tried, and what came of it."""
    if st.button(t("rules.run_examples"), icon=":material/rule:", disabled=not ready, width="stretch"):
        with st.spinner(t("rules.running")):
            draft.examples = (draft.text, trying.try_examples(draft.file, draft.text))
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        most = st.selectbox(t("rules.sample"), SAMPLES, index=1, key="rules_sample")
    with right:
        if st.button(t("rules.backtest"), icon=":material/science:", disabled=not ready, width="stretch"):
            bar = st.progress(0.0, t("rules.starting"))

            def tell(done: int, total: int) -> None:
                bar.progress(done / max(1, total), t("rules.progress", done=done, total=total))

            tried = trying.try_on_calls(draft.file, draft.text, most, tell)
            bar.empty()
            draft.tried = (draft.text, tried)


def publishing(draft: Draft, *, ready: bool) -> None:
    """The note and the button by which a draft becomes the rule."""
    with st.form("publish", border=True):
        note = st.text_input(t("rules.note"), placeholder=t("rules.note_hint"))
        if draft.tried is None or draft.tried[0] != draft.text:
            st.caption(t("rules.not_tried"))
        if st.form_submit_button(t("rules.publish"), type="primary", disabled=not ready, width="stretch"):
            if not note.strip():
                st.error(t("rules.note_needed"))
                return
            if rulebook.text_of(draft.file) != draft.base:
                st.error(t("rules.overtaken"))
                return
            with refusal_in_words():
                rulebook.publish(draft.file, draft.text, note)
                draft.base = draft.text
                st.session_state["rules_told"] = t("rules.published", file=draft.file)
                st.rerun()


def outcomes(draft: Draft) -> None:
    """What the trials of this very text gave."""
    if draft.examples and draft.examples[0] == draft.text:
        examples_table(draft.examples[1])
    if draft.tried and draft.tried[0] == draft.text:
        tried = draft.tried[1]
        st.markdown(f"**{t('rules.tried', calls=tried.calls, since=tried.since)}**")
        if tried.failed:
            st.warning(t("rules.not_compared", count=tried.failed))
        if tried.changed:
            sums = {name: getattr(tried, name) for name in ("changed", "lower", "higher", "points")}
            st.markdown(t("rules.differs", **sums))
            changes_table(tried.rules)
        else:
            st.success(t("rules.same"), icon=":material/check:")


@st.fragment
def workbench(file: str) -> None:
    """Editing, trying and publishing a file; drawn anew alone, so that typing does not ask for the figures again."""
    with store_in_words():
        published = rulebook.text_of(file)
        draft = draft_of(file, published)
        left, right = st.columns([7, 5])
        with right:
            faults = checked(draft, published)
            trials(draft, ready=not faults)
            publishing(draft, ready=not faults and draft.text != published)
            if draft.text != published and st.button(t("rules.discard"), icon=":material/undo:", width="stretch"):
                draft.start_from(published)
                st.rerun()
        with left:
            lines = [int(line) for fault in faults for path, line, _ in [fault.split(":", 2)] if path == file]
            editor(t("rules.text", file=file), draft.text, document=draft.document, faults=lines)
        outcomes(draft)


def history(file: str) -> None:
    """The published versions of the file, each a step away."""
    found = rulebook.versions(file)
    with st.expander(t("rules.versions", count=len(found)), icon=":material/history:"):
        if not found:
            st.caption(t("rules.no_versions"))
        for version in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                who = version.by or t("rules.found")
                st.markdown(f"{moment(version.at.astimezone(LOCAL))} · {who} · {version.note or '—'}", width="stretch")
                if st.button(t("rules.take"), key=f"take-{version.id}"):
                    draft_of(file, rulebook.text_of(file)).put(version.text)
                    st.rerun()


with store_in_words():
    rows = rulebook.rule_rows()
    if not rulebook.files():
        empty("no_rules", folder=rulebook.rules_dir())
        st.stop()
    done = st.session_state.pop("rules_told", None)
    if done:
        st.success(done, icon=":material/check:")
    st.caption(t("rules.about", period=rulebook.period().label, before=rulebook.period().before.label))
    file = choose_file(rows)
    workbench(file)
    history(file)
