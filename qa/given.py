"""Scoring without audio: transcripts that are given (transcripts.jsonl)."""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

import qa
from qa.batch import Totals
from qa.call import CallMeta, Channels, Speech, Turn
from qa.discover import with_ruleset
from qa.errors import ConfigError
from qa.files import check_writable
from qa.ledger import Ledger, Standing, open_ledger
from qa.logs import Reporter
from qa.metadata import CallsFile, meta_sha256, read_calls
from qa.pipeline import Outcome, failed, load_rules, work_transcript
from qa.result import CallResult
from qa.settings import Settings, pseudonymiser
from qa.store.engine import open_store, reading, store_errors
from qa.store.state import CallState, call_states
from qa.store.transcripts import StoredTranscript

ENGINE = "given"


class _Span(BaseModel):
    model_config = ConfigDict(strict=True)

    role: Literal["agent", "customer", "unknown"]
    start: float = Field(ge=0, allow_inf_nan=False)
    end: float = Field(ge=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _in_order(self) -> "_Span":
        if self.end < self.start:
            raise ValueError(f"end {self.end} is before start {self.start}")
        return self


class _Said(_Span):
    text: str
    confidence: float = Field(default=1.0, ge=0, le=1)
    level_db: float | None = Field(default=None, allow_inf_nan=False)
    mandarin: float | None = Field(default=None, ge=0, le=1)
    alternatives: list[str] = Field(default_factory=list)


class _Given(BaseModel):
    model_config = ConfigDict(strict=True)

    call_id: str = Field(pattern=r"^[^\x00-\x1f]{1,200}$")
    duration_s: float = Field(ge=0, allow_inf_nan=False)
    transcript: list[_Said]
    speech: list[_Span] | None = None


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """What `qa score` was asked to do."""

    transcripts: Path
    rules: Path
    db: str
    calls: Path | None = None
    out: Path | None = None
    ruleset: str = "telecom"


@dataclass(frozen=True, slots=True)
class _Line:
    where: str
    meta: CallMeta
    transcript: StoredTranscript | None
    error: str | None
    keep: bool


def score_given(options: ScoreOptions, settings: Settings, reporter: Reporter) -> Totals:
    """Scores every line of a transcripts file; a bad line fails alone."""
    hide = pseudonymiser(settings, options.db)
    calls = read_calls(options.calls, pseudonymise=hide) if options.calls else None
    if options.out:
        check_writable(options.out)
    book = load_rules(options.rules)
    lines = list(_read(options, calls))
    for note in calls.notes if calls else ():
        reporter.note(note)
    store = open_store(options.db)
    with store_errors(options.db), reading(store) as session:
        states = call_states(session=session, call_ids=[line.meta.call_id for line in lines])
    with open_ledger(options.db, command="score", total=len(lines), reporter=reporter, book=book) as ledger:
        kept = [line for line in lines if _done(line, options, states.get(line.meta.call_id))]
        ledger.keep([Standing(k.meta.call_id, k.where, states[k.meta.call_id].status) for k in kept])
        done = {line.meta.call_id for line in kept}
        for line in lines:
            if line.meta.call_id not in done or not line.keep:
                _score(line, options.rules, ledger)
        if options.out:
            ledger.write_out(options.out, [_entry(line) for line in lines])
        return Totals.of(ledger)


def _score(line: _Line, rules: Path, ledger: Ledger) -> None:
    began = time.monotonic()
    if line.transcript is not None and line.error is None:
        outcome = work_transcript(line.meta, line.transcript, rules)
    else:
        outcome = Outcome(failed(line.meta, line.error or ""))
    if not line.keep:
        ledger.refuse(outcome.result, where=line.where)
        return
    ledger.save(
        outcome,
        where=line.where,
        work="failed" if outcome.result.status == "failed" else "rescored",
        seconds=time.monotonic() - began,
        meta_sha256=meta_sha256(line.meta),
    )


def _entry(line: _Line) -> str | CallResult:
    return line.meta.call_id if line.keep else failed(line.meta, line.error or "")


def _done(line: _Line, options: ScoreOptions, state: CallState | None) -> bool:
    if line.transcript is None or line.error or state is None or state.status == "failed":
        return False
    if state.words_removed_at and state.transcript_key == line.transcript.key:
        return True
    ruleset = load_rules(options.rules).rulesets.get(line.meta.ruleset or "")
    made_from = (line.transcript.key, meta_sha256(line.meta), qa.__version__)
    return (
        ruleset is not None
        and state.ruleset_sha256 in ruleset.hashes
        and (state.transcript_key, state.meta_sha256, state.qa_version) == made_from
    )


def _read(options: ScoreOptions, calls: CallsFile | None) -> Iterator[_Line]:
    path = options.transcripts
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; check --transcripts") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text ({error}); save it as UTF-8") from None
    rows = {row.call_id: row for row in reversed(calls.rows)} if calls else {}
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            given = _Given.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            yield _Line(where, CallMeta(call_id=_id_of(line)), None, _explained(error), keep=False)
            continue
        row = rows.get(given.call_id)
        meta = with_ruleset((row.meta if row else None) or CallMeta(call_id=given.call_id), options.ruleset)
        first = seen.setdefault(given.call_id, number)
        error_text = row.error if row else None
        if first != number:
            error_text = f"call_id {given.call_id!r} is already in line {first}; give every call its own"
        yield _Line(where, meta, _transcript(given, meta.channels), error_text, keep=first == number)


def _id_of(line: str) -> str:
    """The call id of a line that is otherwise wrong, or an empty text."""
    try:
        call_id = json.loads(line).get("call_id")
    except (ValueError, AttributeError):
        return ""
    return call_id if isinstance(call_id, str) else ""


def _explained(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return f"is no JSON ({error}); write one object a line"
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"]) or "line"
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message[0].lower()}{message[1:]}; see transcripts.jsonl in the documentation"


def _transcript(given: _Given, channels: Channels | None) -> StoredTranscript:
    content = given.model_dump_json(exclude={"call_id"})
    turns = tuple(
        Turn(
            t.role,
            t.start,
            t.end,
            t.text,
            t.confidence,
            level_db=t.level_db,
            mandarin=t.mandarin,
            alternatives=tuple(t.alternatives),
        )
        for t in given.transcript
    )
    spans = given.speech if given.speech is not None else given.transcript
    known = all(turn.role != "unknown" for turn in turns)
    return StoredTranscript(
        source=hashlib.sha256(content.encode()).hexdigest(),
        audio_sha256=None,
        engine=ENGINE,
        # Where every turn has a side, the sides are apart; which of them was left does not matter.
        channels=channels or ("agent-left" if known else "mono"),
        duration_s=max([given.duration_s, *(turn.end_s for turn in turns)]),
        turns=tuple(sorted(turns, key=lambda t: t.start_s)),
        speech=tuple(sorted((Speech(s.role, s.start, s.end) for s in spans), key=lambda s: s.start_s)),
        speech_measured=given.speech is not None,
    )
