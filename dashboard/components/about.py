"""What is known about a call: metadata, speech figures, call-back answers, and what made its score."""

from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st

from dashboard.i18n import known, t
from dashboard.wording import clock, moment, number, person, yes_no
from qa.result import CallResult, Provenance

Facts = Iterable[tuple[str, str]]


def about(result: CallResult) -> None:
    """Metadata and figures side by side, provenance folded away."""
    left, right = st.columns(2)
    with left:
        facts(t("call.about"), meta_facts(result))
    with right:
        if result.scorecard:
            facts(t("call.metrics"), metric_facts(result.scorecard.metrics))
            if result.scorecard.answers:
                facts(
                    t("call.answers"),
                    [(_named(f"answer.{k}", k), _shown(v)) for k, v in result.scorecard.answers.items()],
                )
    if result.provenance:
        with st.expander(t("call.provenance")):
            facts(None, provenance_facts(result.provenance))


def meta_facts(result: CallResult) -> list[tuple[str, str]]:
    """(name, value) of everything that is known; fields that are not known are left out."""
    meta = result.meta
    channels = result.call.channels if result.call else meta.channels
    known = (
        ("call_id", meta.call_id),
        ("recording", meta.recording),
        ("agent", person(meta.agent_id, meta.agent_name)),
        ("team", meta.team),
        ("shift", meta.shift),
        ("ruleset", meta.ruleset),
        ("direction", t(f"value.{meta.direction}")),
        ("started_at", moment(meta.started_at) if meta.started_at else None),
        ("duration", clock(result.call.duration_s) if result.call else None),
        ("channels", t(f"value.{channels}") if channels else None),
        ("ring_seconds", None if meta.ring_seconds is None else t("value.seconds", value=meta.ring_seconds)),
        ("hangup_by", t(f"value.{meta.hangup_by}") if meta.hangup_by else None),
        ("complaint", None if meta.complaint is None else yes_no(meta.complaint)),
        ("dissatisfied", None if meta.dissatisfied is None else yes_no(meta.dissatisfied)),
        ("nuisance", None if meta.nuisance is None else yes_no(meta.nuisance)),
        ("caller", meta.caller),
        ("work_order", meta.work_order),
    )
    facts = [(t(f"meta.{key}"), value) for key, value in known if value]
    return facts + [(key, value) for key, value in meta.extra.items() if value]


def metric_facts(metrics: Mapping[str, float | None]) -> list[tuple[str, str]]:
    """(name, value with its unit) of every figure."""

    def shown(key: str, value: float | None) -> str:
        if value is None:
            return "—"
        if key.endswith("_s"):
            return t("value.seconds", value=value)
        if key.endswith("_per_min"):
            return t("metric.chars_per_min", value=value)
        return f"{value:.0%}" if "ratio" in key else number(value)

    return [(_named(f"metric.{key}", key), shown(key, value)) for key, value in metrics.items()]


def provenance_facts(provenance: Provenance) -> list[tuple[str, str]]:
    """(name, value) of what the score can be reproduced from."""
    keys = ("audio_sha256", "model", "ruleset_sha256", "qa_version", "scored_at")
    return [(t(f"provenance.{key}"), str(getattr(provenance, key) or "—")) for key in keys]


def _named(message: str, key: str) -> str:
    return t(message) if known(message) else key


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return yes_no(value)
    return str(value)


def facts(title: str | None, pairs: Facts) -> None:
    """Names with their values, one below the other."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    heading = f"<h4>{escape(title)}</h4>" if title else ""
    st.html(f'{heading}<dl class="facts">{lines}</dl>')
