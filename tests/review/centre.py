"""A stored call that can be reviewed, with a tariff of a few rules and all items of the shipped scheme."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from qa.call import CallMeta
from qa.finding import Evidence, Finding
from qa.result import CallResult, Provenance, Scorecard
from qa.rules.scheme import Price
from qa.rules.tariff import Tariff, tariff_json
from qa.score import charge, total
from qa.store.engine import writing
from qa.store.saving import save_result, start_run
from qa.store.tables import TariffRecord
from qa.store.transcripts import StoredTranscript
from tests.builders import make_call, make_meta, make_transcript
from tests.rules.shipped import ruleset

SCHEME = ruleset("heating").scheme
RULES = (
    Price("rude-language", "服务禁语", "003", 10, per="occurrence", cap=20),
    Price("slang", "网络用语", "003", 5, per="occurrence"),
    Price("job-number", "主动报工号", "002", 5),
    Price("early-hangup", "提前挂机", "003", 6, multipliers=("dissatisfied", "complaint"), excludes=("closing",)),
    Price("closing", "结束语", "003", 5),
    Price("nuisance-call", "骚扰电话", "003", 10, multipliers=("severe",)),
    Price("refusal", "推诿", "003", 5, fatal=True, per="occurrence"),
)
TARIFF = Tariff("heating", RULES, (SCHEME,))
SHA = "f" * 64
SCORED = datetime(2026, 3, 12, 1, tzinfo=UTC)
NOON = datetime(2026, 3, 12, 4, tzinfo=UTC)


def said(start_s: float, end_s: float, probability: float = 0.97) -> Evidence:
    return Evidence("agent", start_s, end_s, "话", probability)


def found(rule: str, verdict: Any = "violated", *evidence: Evidence) -> Finding:
    name = next(r.name for r in RULES if r.id == rule)
    return Finding(rule, name, "003", verdict, 0.93, "因为", evidence=evidence)


FINDINGS = (
    found("rude-language", "violated", said(1, 3)),
    found("slang", "violated", said(2, 3)),
    found("job-number", "violated"),
    found("early-hangup", "passed"),
    found("closing", "violated"),
    found("nuisance-call", "needs_review"),
    found("refusal", "passed"),
)


def machine(*findings: Finding, meta: CallMeta | None = None, tariff: Tariff = TARIFF) -> Scorecard:
    """What the machine makes of findings (those of `FINDINGS` unless given): 100 − 10 − 5 − 5 = 80."""
    meta = meta or make_meta()
    prices, scheme = tariff.prices(meta.day), tariff.scheme(meta.day)
    return total(charge(findings or FINDINGS, prices, scheme, meta), prices, scheme, {}, {})


def keep(
    store: Engine,
    card: Scorecard | None = None,
    *,
    scored_at: datetime = SCORED,
    transcript: StoredTranscript | None = None,
    recording_path: str = "c1.wav",
    **meta: Any,
) -> str:
    """Stores a scored call and its tariff; returns its id."""
    told = make_meta(**meta)
    heard = transcript.audio_sha256 if transcript else "a" * 64
    provenance = Provenance(heard, "base", SHA, "0.2.0", scored_at.isoformat())
    result = CallResult(told, "scored", None, make_call(meta=told), card or machine(meta=told), provenance)
    with writing(store) as session:
        session.merge(
            TariffRecord(ruleset_sha256=SHA, ruleset="heating", content=tariff_json(TARIFF), kept_at=scored_at)
        )
        run = start_run(session=session, command="run", total=1)
        save_result(
            session=session,
            result=result,
            run_id=run,
            work="transcribed",
            transcript=transcript or make_transcript(make_call(meta=told)),
            recording_path=recording_path,
        )
    return told.call_id
