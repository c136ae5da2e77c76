"""The runs: what the last nights scored, what not and why, and how far a running one is."""

import streamlit as st

from dashboard import data
from dashboard.components.notices import empty, store_in_words
from dashboard.components.runs_table import failures_table, hours, runs_frame, speed
from dashboard.i18n import t
from dashboard.wording import moment
from qa.store.runs import RunRow

REFRESH_S = 5


def chosen(runs: list[RunRow]) -> RunRow:
    """The run of the link, else the newest."""
    wanted = st.query_params.get("run", "")
    return next((run for run in runs if str(run.run_id) == wanted), runs[0])


def choose() -> None:
    """Callback of the choice: the link follows it."""
    st.query_params["run"] = str(st.session_state["run"])


def figures(run: RunRow) -> None:
    """The tiles, and a bar while it runs."""
    if run.state == "running":
        st.progress(
            1.0 - run.left / max(1, run.total),
            t("runs.progress", left=run.left, total=run.total, end=moment(run.ends_at)),
        )
    elif run.left:
        st.warning(t("runs.unfinished", left=run.left))
    tiles = (
        ("scored", str(run.scored)),
        ("kept", str(run.kept)),
        ("failed", str(run.failed)),
        ("held", str(run.held)),
        ("hours", hours(run.audio_s)),
        ("speed", speed(run.speed)),
    )
    for column, (key, value) in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(t(f"runs.{key}"), value, border=True)


@st.fragment(run_every=REFRESH_S)
def draw() -> None:
    """The page; drawn anew every few seconds."""
    with store_in_words():
        runs = data.runs()
        if not runs:
            empty("no_runs")
            return
        run = chosen(runs)
        failures = data.run_failures(run.run_id)
    names = {one.run_id: t("runs.name", id=one.run_id, at=moment(one.started_at)) for one in runs}
    st.selectbox(
        t("runs.choose"),
        list(names),
        index=list(names).index(run.run_id),
        format_func=names.__getitem__,
        key="run",
        on_change=choose,
    )
    figures(run)
    if failures:
        st.markdown(f"**{t('runs.not_scored')}**")
        failures_table(failures)
        if any(failure.held for failure in failures):
            st.caption(t("runs.retry_hint"))
    st.markdown(f"**{t('runs.all')}**")
    st.dataframe(runs_frame(runs), hide_index=True, width="stretch")


draw()
