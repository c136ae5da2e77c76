"""How far the inspectors of a calibration session agreed: by rule, by inspector, and what to talk about."""

import pandas as pd
import streamlit as st

from dashboard.i18n import t
from qa.agreement.kappa import Agreement, Percent
from qa.agreement.session import SessionReport

ROW_PX, TOPICS = 36, 100


def agreement(report: SessionReport, names: dict[str, str]) -> None:
    """Draw the three tables; `names` are those of the rules."""
    rules, inspectors, topics = st.tabs(
        [t("calibration.rules"), t("calibration.inspectors"), t("calibration.topics", count=len(report.topics))]
    )
    with rules:
        _table(
            {
                t("rules.name"): [names.get(rule.rule, rule.rule) for rule in report.rules],
                t("calibration.calls"): [rule.calls for rule in report.rules],
                t("calibration.raters"): [rule.raters for rule in report.rules],
                t("calibration.percent"): [_percent(rule.percent) for rule in report.rules],
                t("calibration.cohen"): [_kappa(rule.cohen) for rule in report.rules],
                t("calibration.fleiss"): [_kappa(rule.fleiss) for rule in report.rules],
                t("calibration.split"): [rule.split for rule in report.rules],
            },
            "rules",
        )
    with inspectors:
        st.caption(t("calibration.against"))
        _table(
            {
                t("calibration.inspector"): [each.inspector for each in report.inspectors],
                t("calibration.percent"): [_percent(each.percent) for each in report.inspectors],
                t("calibration.kappa"): [_kappa(each.kappa) for each in report.inspectors],
                t("calibration.harder"): [each.harder for each in report.inspectors],
                t("calibration.softer"): [each.softer for each in report.inspectors],
            },
            "inspectors",
        )
    with topics:
        shown = report.topics[:TOPICS]
        _table(
            {
                t("column.call_id"): [topic.call_id for topic in shown],
                t("rules.name"): [names.get(topic.rule, topic.rule) for topic in shown],
                t("calibration.verdicts"): [
                    "；".join(f"{who} {t(f'player.{verdict}')}" for who, verdict in topic.verdicts) for topic in shown
                ],
                t("calibration.reference"): [
                    t(f"player.{topic.reference}") if topic.reference else "—" for topic in shown
                ],
            },
            "topics",
        )


def _table(columns: dict[str, list[object]], key: str) -> None:
    st.dataframe(pd.DataFrame(columns), hide_index=True, row_height=ROW_PX, key=f"agreement-{key}")


def _percent(found: Percent) -> str:
    if found.value is None:
        return "—"
    return t("rules.interval", share=found.value, low=found.low, high=found.high)


def _kappa(found: Agreement) -> str:
    if found.value is None:
        return "—"
    if found.low is None or found.high is None:
        return f"{found.value:.2f}"
    return t("calibration.interval", value=found.value, low=found.low, high=found.high)
