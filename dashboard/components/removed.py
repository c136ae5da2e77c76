"""In place of what was kept of a call for its time only: a sentence that says since when it is gone, and what stays."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from dashboard.i18n import t
from dashboard.wording import clock, number
from qa.finding import Finding, Verdict
from qa.result import CallResult

ROW_PX = 36
ORDER: tuple[Verdict, ...] = ("violated", "needs_review", "passed", "not_applicable")


def words_removed(result: CallResult, findings: Sequence[Finding]) -> None:
    """Draw the sentence, and the findings as a table: nothing of them can be heard or read any more."""
    _told("words", result.words_removed_at)
    if findings:
        table = findings_table(findings)
        st.dataframe(table, hide_index=True, row_height=ROW_PX, placeholder="—")


def recording_removed(result: CallResult) -> None:
    """Draw the sentence for a call of which only the recording is gone."""
    _told("recording", result.recording_removed_at)


def findings_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """One line a finding, what took points first, with the seconds at which it was heard."""
    rows = sorted(findings, key=lambda finding: ORDER.index(finding.verdict))
    return pd.DataFrame(
        {
            t("column.verdict"): [t(f"player.{row.verdict}") for row in rows],
            t("rules.name"): [row.name for row in rows],
            t("rules.points"): [f"−{number(row.points)}" if row.points else "" for row in rows],
            t("removed.at"): ["、".join(clock(quoted.start_s) for quoted in row.evidence) for row in rows],
            t("rules.clause"): [row.clause for row in rows],
            t("removed.reason"): [row.reason for row in rows],
        }
    )


def _told(what: str, at: datetime | None) -> None:
    st.info(t(f"removed.{what}", day=at.date() if at else "—"), icon=":material/delete_history:")
