"""Runs, and what one of them could not score, as tables."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.i18n import t
from dashboard.wording import moment
from qa.store.runs import RunFailure, RunRow

COLUMNS = (
    *("id", "state", "started", "ended", "total", "scored", "kept", "skipped", "failed", "held"),
    *("hours", "speed"),
)


def runs_frame(runs: Sequence[RunRow]) -> pd.DataFrame:
    """One line a run, newest first."""
    lines = [
        (
            run.run_id,
            t(f"run_state.{run.state.replace(' ', '_')}"),
            moment(run.started_at),
            moment(run.finished_at or run.ends_at),
            run.total,
            run.scored,
            run.kept,
            run.skipped,
            run.failed,
            run.held,
            hours(run.audio_s),
            speed(run.speed),
        )
        for run in runs
    ]
    return pd.DataFrame(lines, columns=[t(f"runs.{name}") for name in COLUMNS])


def failures_table(failures: Sequence[RunFailure], key: str) -> list[str]:
    """Draws which calls failed, why, and how often they were tried; returns the ids of those that are marked."""
    lines = [(f.call_id, f.error, f.attempts or "—", t("value.yes" if f.held else "value.no")) for f in failures]
    names = ("call_id", "error", "attempts", "left_alone")
    frame = pd.DataFrame(lines, columns=[t(f"runs.{name}") for name in names]).astype(str)
    marked = st.dataframe(
        frame, key=key, hide_index=True, width="stretch", on_select="rerun", selection_mode="multi-row"
    )
    return [failures[at].call_id for at in marked.selection.rows if at < len(failures)]


def hours(audio_s: float) -> str:
    """Hours of audio; a dash for none."""
    return f"{audio_s / 3600:.1f}" if audio_s else "—"


def speed(times: float | None) -> str:
    """Seconds of audio a second."""
    return f"{times:.1f} ×" if times else "—"
