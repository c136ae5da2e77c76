"""Small complete values for tests; every field can be given by name."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from qa.call import Call, CallMeta, Role, Speech, Turn, Word
from qa.finding import Evidence, Finding, Verdict
from qa.result import CallResult, Provenance, Scorecard
from qa.store.transcripts import StoredTranscript

OPENING = "您好,大龙供暖报修八六七号为您服务,请问您有什么问题?"


def make_meta(call_id: str = "c1", **fields: Any) -> CallMeta:
    """Metadata of a heating call of job number 867."""
    defaults: dict[str, Any] = {
        "recording": f"{call_id}.wav",
        "agent_id": "867",
        "ruleset": "heating",
        "started_at": datetime.fromisoformat("2026-03-11T09:15:00+08:00"),
    }
    return CallMeta(call_id=call_id, **(defaults | fields))


def make_turn(role: Role, start_s: float, end_s: float, text: str, **fields: Any) -> Turn:
    """A turn with one word a character, evenly spread."""
    step = (end_s - start_s) / max(1, len(text))
    words = tuple(Word(start_s + i * step, start_s + (i + 1) * step, letter, 0.9) for i, letter in enumerate(text))
    return Turn(role, start_s, end_s, text, **({"confidence": 0.9, "words": words} | fields))


def make_call(*turns: Turn, meta: CallMeta | None = None, **fields: Any) -> Call:
    """A two-channel call; without turns an agent who opens by the script and a customer who answers."""
    turns = turns or (
        make_turn("agent", 0.5, 5.5, OPENING),
        make_turn("customer", 6.0, 8.0, "我家的暖气不热"),
    )
    defaults: dict[str, Any] = {
        "duration_s": turns[-1].end_s + 1.0,
        "channels": "agent-left",
        "speech": tuple(Speech(t.role, t.start_s, t.end_s) for t in turns),
    }
    return Call(meta=meta or make_meta(), turns=turns, **(defaults | fields))


def make_finding(rule: str = "job-number", verdict: Verdict = "violated", **fields: Any) -> Finding:
    """A finding; a violated one costs 5 points and quotes one utterance."""
    violated = verdict == "violated"
    defaults: dict[str, Any] = {
        "name": "主动报工号",
        "clause": "002 开头语",
        "confidence": 0.97,
        "reason": "开头语没有报工号。",
        "count": 1 if violated else 0,
        "points": 5.0 if violated else 0.0,
        "evidence": (Evidence("agent", 0.5, 3.9, "您好", 0.9),) if violated else (),
        "right_wording": "八六七号为您服务",
    }
    return Finding(rule=rule, verdict=verdict, **(defaults | fields))


def make_scorecard(*findings: Finding, **fields: Any) -> Scorecard:
    """A scorecard whose score is 100 less the findings' points."""
    findings = findings or (make_finding(),)
    score = 100.0 - sum(f.points for f in findings)
    defaults: dict[str, Any] = {
        "score": score,
        "fatal": False,
        "grade": "A" if score >= 95 else "B" if score >= 85 else "C" if score >= 70 else "D",
        "needs_review": any(f.verdict == "needs_review" for f in findings),
        "metrics": {"silence_s": 1.0, "agent_chars_per_min": None},
    }
    return Scorecard(findings=findings, **(defaults | fields))


def make_result(call_id: str = "c1", *findings: Finding, meta: CallMeta | None = None) -> CallResult:
    """A scored call."""
    meta = meta or make_meta(call_id)
    return CallResult(
        meta=meta,
        status="scored",
        call=make_call(meta=meta),
        scorecard=make_scorecard(*findings),
        provenance=Provenance(
            audio_sha256="a" * 64,
            model="base",
            ruleset_sha256="b" * 64,
            qa_version="0.1.0",
            scored_at="2026-03-12T01:00:00+00:00",
        ),
    )


def make_failed(call_id: str = "broken", error: str = "the file is empty; export it again") -> CallResult:
    """A call that could not be scored."""
    return CallResult(meta=make_meta(call_id), status="failed", error=error)


def make_transcript(call: Call | None = None, **fields: Any) -> StoredTranscript:
    """The stored transcript of a call, with a short waveform."""
    call = call or make_call()
    transcript = StoredTranscript(
        source="a" * 64,
        audio_sha256="a" * 64,
        engine="base",
        channels=call.channels,
        duration_s=call.duration_s,
        turns=call.turns,
        speech=call.speech,
        speech_measured=call.speech_measured,
        notes=call.notes,
        peaks=((0.0, 0.2, 1.0), (0.4, 0.6, 0.0)),
    )
    return replace(transcript, **fields)
