"""The outcome of a call, and its JSON form (one line of results.jsonl)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from qa.call import Call, CallMeta, Turn
from qa.finding import Finding

Status = Literal["scored", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Entered:
    """A deduction that a person entered; `points` is 0 where `covered_by` paid for the same words. Times in seconds."""

    item: str
    name: str
    clause: str
    points: float
    multiplier: float
    start_s: float | None
    end_s: float | None
    note: str
    covered_by: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A call's score out of 100 with everything it is made of, findings in the order of the rule files.

    `manual` is filled where a stored result is read back.
    """

    score: float
    fatal: bool
    grade: str
    needs_review: bool
    findings: tuple[Finding, ...]
    answers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    metrics: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    manual: tuple[Entered, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a result can be reproduced from. `scored_at` is ISO 8601 in UTC."""

    audio_sha256: str | None
    model: str | None
    ruleset_sha256: str
    qa_version: str
    scored_at: str


@dataclass(frozen=True, slots=True)
class CallResult:
    """One call's outcome. `call` and `scorecard` are absent unless it was scored; `error` says why it failed.

    `words_removed_at` and `recording_removed_at` are when these were removed, since they had been kept long enough.
    """

    meta: CallMeta
    status: Status
    error: str | None = None
    call: Call | None = None
    scorecard: Scorecard | None = None
    provenance: Provenance | None = None
    words_removed_at: datetime | None = None
    recording_removed_at: datetime | None = None


def result_json(result: CallResult) -> dict[str, Any]:
    """The call's line of results.jsonl (design: contract, results.jsonl)."""
    meta, call, card = result.meta, result.call, result.scorecard
    return {
        "call_id": meta.call_id,
        "recording": meta.recording,
        "status": result.status,
        "error": result.error,
        "agent_id": meta.agent_id,
        "ruleset": meta.ruleset,
        "started_at": meta.started_at.isoformat() if meta.started_at else None,
        "duration_s": round(call.duration_s, 2) if call else None,
        "channels": call.channels if call else None,
        "notes": list(call.notes) if call else [],
        "score": card.score if card else None,
        "fatal": card.fatal if card else None,
        "grade": card.grade if card else None,
        "needs_review": card.needs_review if card else None,
        "findings": [finding_json(f) for f in card.findings] if card else [],
        "manual": [_entered_json(e) for e in card.manual] if card else [],
        "answers": dict(card.answers) if card else {},
        "transcript": [turn_json(turn) for turn in call.turns] if call else [],
        "metrics": dict(card.metrics) if card else {},
        "provenance": {
            "audio_sha256": result.provenance.audio_sha256,
            "model": result.provenance.model,
            "ruleset_sha256": result.provenance.ruleset_sha256,
            "qa_version": result.provenance.qa_version,
            "scored_at": result.provenance.scored_at,
        }
        if result.provenance
        else None,
    } | _removed_json(result)


def _removed_json(result: CallResult) -> dict[str, str]:
    times = {"words_removed_at": result.words_removed_at, "recording_removed_at": result.recording_removed_at}
    return {name: at.isoformat(timespec="seconds") for name, at in times.items() if at}


def _entered_json(entered: Entered) -> dict[str, Any]:
    spans = {"start": entered.start_s, "end": entered.end_s}
    plain = {name: value for name, value in asdict(entered).items() if name not in ("start_s", "end_s")}
    return plain | {name: None if value is None else round(value, 2) for name, value in spans.items()}


def turn_json(turn: Turn) -> dict[str, Any]:
    """A turn as results.jsonl carries it; what only audio can tell is left out where it is not known."""
    heard = {"level_db": turn.level_db, "mandarin": turn.mandarin, "alternatives": list(turn.alternatives) or None}
    return {
        "role": turn.role,
        "start": round(turn.start_s, 2),
        "end": round(turn.end_s, 2),
        "text": turn.text,
        "confidence": round(turn.confidence, 3),
    } | {name: value for name, value in heard.items() if value is not None}


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as results.jsonl carries it; times in seconds, rounded to the hundredth."""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "clause": finding.clause,
        "verdict": finding.verdict,
        "count": finding.count,
        "points": finding.points,
        "multiplier": finding.multiplier,
        "confidence": round(finding.confidence, 4),
        "reason": finding.reason,
        "right_wording": finding.right_wording,
        "covered_by": finding.covered_by,
        "evidence": [
            {
                "role": e.role,
                "start": round(e.start_s, 2),
                "end": round(e.end_s, 2),
                "text": e.text,
                "probability": round(e.probability, 4),
            }
            for e in finding.evidence
        ],
    }
