"""The runs: what the last nights scored, what not and why, and how far a running one is; what is stored."""

import streamlit as st

import qa
from dashboard import data, operating
from dashboard.components.charts import draw, throughput_figure
from dashboard.components.notices import empty, refusal_in_words, store_in_words
from dashboard.components.runs_table import failures_table, hours, runs_frame, speed
from dashboard.components.tiles import Tile, tiles
from dashboard.i18n import t
from dashboard.wording import bytes_of, engine, moment
from qa.store.runs import RunFailure, RunRow

REFRESH_S, CHARTED = 5, 30


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
    tiles(
        (
            Tile(t("runs.scored"), run.scored),
            Tile(t("runs.kept"), run.kept),
            Tile(t("runs.failed"), run.failed),
            Tile(t("runs.held"), run.held),
            Tile(t("runs.hours"), hours(run.audio_s)),
            Tile(t("runs.speed"), speed(run.speed)),
        )
    )


def failed(run: RunRow, failures: list[RunFailure]) -> None:
    """What the run could not score, and the button that has it tried again."""
    st.markdown(f"**{t('runs.not_scored')}**")
    marked = failures_table(failures, f"failures-{run.run_id}")
    last = operating.retried()
    going_on = last is not None and last.state == "running"
    label = t("runs.retry_marked", count=len(marked)) if marked else t("runs.retry_all")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(label, icon=":material/replay:", disabled=going_on):
            with refusal_in_words():
                operating.retry(marked)
                st.rerun()
        st.caption(t("runs.retrying") if going_on else t("runs.retry_hint"), width="stretch")
    if last and last.fault:
        st.error(t("runs.retry_broke_off", fault=last.fault))


def over_time(runs: list[RunRow]) -> None:
    """A chart of the last runs that recognised recordings; none for a single one."""
    heard = [run for run in reversed(runs) if run.audio_s][-CHARTED:]
    if len(heard) > 1:
        st.markdown(f"**{t('runs.throughput', count=len(heard))}**")
        labels = [f"{moment(run.started_at)[5:]} #{run.run_id}" for run in heard]
        draw(
            throughput_figure(labels, [run.audio_s / 3600 for run in heard], [run.speed for run in heard]),
            "throughput",
            legend=True,
        )


def storage() -> None:
    """What is stored, and what the machine has left for more."""
    size, machine = operating.stored()
    st.markdown(f"**{t('runs.storage')}**")
    tiles(
        (
            Tile(t("runs.stored_calls"), f"{size.calls:,}"),
            Tile(t("runs.database"), bytes_of(size.database_bytes)),
            Tile(t("runs.free_disk"), bytes_of(machine.free_disk)),
            Tile(t("runs.free_recordings"), bytes_of(machine.free_recordings)),
            Tile(t("runs.free_memory"), bytes_of(machine.free_memory)),
            Tile(t("runs.cores"), machine.cores),
        )
    )
    st.caption(
        t(
            "runs.machine",
            since=f"{size.since:%Y-%m-%d}" if size.since else "—",
            engine=engine(size.engine),
            host=size.host or "—",
            version=qa.__version__,
        )
    )


def kept() -> None:
    """How long what was said and the recordings are kept, and what was removed last."""
    periods, removals = operating.retention()
    st.markdown(f"**{t('retention.title')}**")
    days = {"words": periods.words_days, "recordings": periods.recordings_days}
    lines = [t(f"retention.{kind}", days=count) for kind, count in days.items() if count is not None]
    lines += [
        t(f"retention.removed_{last.kind}", at=moment(last.at), by=last.by, calls=last.calls, days=last.days)
        for last in removals
    ]
    if not any(days.values()):
        lines.append(t("retention.for_ever"))
    elif not removals:
        lines.append(t("retention.never_removed"))
    st.caption("  \n".join(lines))


@st.fragment(run_every=REFRESH_S)
def page() -> None:
    """The runs; drawn anew every few seconds."""
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
            failed(run, failures)
        over_time(runs)
        st.markdown(f"**{t('runs.all')}**")
        st.dataframe(runs_frame(runs), key="all-runs", hide_index=True, width="stretch")


page()
with store_in_words():
    storage()
    kept()
