"""What reviews teach: precision of every rule over time, rules to hold or release, thresholds that fit better."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import learning
from dashboard.components.notices import empty, store_in_words
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.rulebook import names
from qa.learning.reviewed import LEAST_REVIEWED, REQUIRED_PRECISION, RuleRecord

ROW_PX = 36


def table(records: tuple[RuleRecord, ...], known: dict[str, str]) -> pd.DataFrame:
    """One line a rule, the least precise first."""
    return pd.DataFrame(
        {
            t("rules.name"): [known.get(record.rule, record.rule) for record in records],
            t("learning.stood"): [record.confirmed for record in records],
            t("learning.overturned"): [record.overturned for record in records],
            t("rules.precision"): [precision(record) for record in records],
            t("learning.opened"): [f"{record.opened_violated} / {record.opened}" for record in records],
            t("learning.missed"): [record.missed for record in records],
            t("rules.trend"): [[m.confirmed / m.reviewed for m in record.trend] for record in records],
        }
    )


def precision(record: RuleRecord) -> str:
    """The share that stood, with its interval."""
    if record.precision is None:
        return "—"
    return t("rules.interval", share=record.precision, low=record.low, high=record.high)


def decide(key: str, words: str, label: str, act: Callable[[], None]) -> None:
    """One thing to decide: what it is about, and the button."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="stretch")
        if st.button(label, key=key):
            act()
            st.session_state["learning_told"] = t("learning.kept")
            st.rerun()


with store_in_words():
    lesson, learned, known = learning.found(), learning.learned(), names()
    told = st.session_state.pop("learning_told", None)
    if told:
        st.success(told, icon=":material/check:")
    tiles(
        (
            Tile(t("learning.reviewed"), sum(r.confirmed + r.overturned + r.opened for r in lesson.records)),
            Tile(t("learning.to_hold"), len(lesson.to_hold)),
            Tile(t("learning.held"), len(learned.held)),
            Tile(t("learning.fits"), len(lesson.fits)),
        )
    )
    for record in lesson.to_hold:
        words = t("learning.flagged", rule=known.get(record.rule, record.rule), share=record.precision or 0.0)
        decide(f"hold-{record.rule}", words, t("learning.hold"), partial(learning.hold, record.rule))
    for rule, held in learned.held.items():
        figures = {"since": held.since, "confirmed": held.confirmed, "overturned": held.overturned}
        words = t("learning.is_held", rule=known.get(rule, rule), **figures)
        decide(f"release-{rule}", words, t("learning.release"), partial(learning.release, rule))
    for fit in lesson.fits:
        name = known.get(fit.rule, fit.rule)
        if fit.after is None:
            st.markdown(t("learning.only_ask", rule=name))
            continue
        figures = {"before": fit.before, "after": fit.after, "deducted": fit.deducted, "wrong": fit.wrong}
        words = t("learning.fit", rule=name, deducted_after=fit.deducted_after, wrong_after=fit.wrong_after, **figures)
        decide(f"fit-{fit.rule}", words, t("learning.set"), partial(learning.fit, fit.rule))
    if not lesson.records:
        empty("lesson")
        st.stop()
    st.caption(t("learning.about", least=LEAST_REVIEWED, share=REQUIRED_PRECISION))
    st.dataframe(
        table(lesson.records, known),
        hide_index=True,
        row_height=ROW_PX,
        column_config={t("rules.trend"): st.column_config.LineChartColumn(y_min=0, y_max=1)},
        key="lesson",
    )
