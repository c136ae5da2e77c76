"""One recording, or one transcript, to one result: the steps of the line in order and nothing else."""

import hashlib
import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from qa.call import LOCAL, SIDE_UNCERTAIN, SIDES_SWAPPED, Call, CallMeta, Channels, Role
from qa.errors import ConfigError, MetadataError, QaError, RuleError
from qa.result import CallResult, Provenance
from qa.settings import Profile
from qa.store.transcripts import StoredTranscript

if TYPE_CHECKING:
    from qa.asr.faster_whisper import FasterWhisper
    from qa.diarize import Diarizer
    from qa.rules.model import RuleBook, RuleSet
    from qa.rules.script import AgentLikeness

_KEPT: dict[Role, Role] = {"agent": "agent", "customer": "customer", "unknown": "unknown"}
_SWAPPED: dict[Role, Role] = {"agent": "customer", "customer": "agent", "unknown": "unknown"}
NO_SPEECH = "nobody speaks in this recording; nothing to score"


@dataclass(frozen=True, slots=True)
class Line:
    """How recordings are worked: small enough to be handed to a worker process, which loads what it names.

    `model` None is the bundled one; `threads` is per worker.
    """

    rules: Path
    model: str | None = None
    profile: Profile = "balanced"
    threads: int = 1

    def engine_of(self, channels: Channels) -> str:
        """The name under which transcripts of such recordings are kept, known without loading the model."""
        from qa.asr import engine_name
        from qa.diarize import diarizer_name

        name = engine_name(self.model, self.profile)
        voices = diarizer_name() if channels == "mono" else None
        return f"{name}+{voices}" if voices else name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What working one recording gave; `transcript` is None where it failed.

    `passing`: it failed for a cause that may pass by itself, such as want of memory.
    """

    result: CallResult
    transcript: StoredTranscript | None = None
    passing: bool = False


def work_recording(path: Path, meta: CallMeta, line: Line) -> Outcome:
    """Transcribes, checks and scores one recording; a fault of the recording is a failed result.

    Raises ConfigError or RuleError where no recording could be worked: model or rules cannot be loaded.
    """

    def work() -> Outcome:
        ruleset = ruleset_of(meta, load_rules(line.rules).rulesets)
        transcript = transcribe(path, meta, ruleset, line)
        return Outcome(score_transcript(meta, transcript, ruleset), transcript)

    return _contained(meta, work)


def work_transcript(meta: CallMeta, transcript: StoredTranscript, rules: Path, *, as_of: date | None = None) -> Outcome:
    """Checks and scores a transcript that is there already, with the same promise as `work_recording`.

    `as_of` as in `ruleset_of`.
    """

    def work() -> Outcome:
        ruleset = ruleset_of(meta, load_rules(rules).rulesets, as_of)
        sided = sounded = with_phones(transcript)
        told_by = sides_by(meta, ruleset)
        if transcript.audio_sha256 and transcript.sides_by != told_by:
            sided = replace(sides_again(sounded, meta, ruleset), sides_by=told_by)
        return Outcome(score_transcript(meta, sided, ruleset), sided)

    return _contained(meta, work)


def with_phones(transcript: StoredTranscript) -> StoredTranscript:
    """The transcript with the syllables of its turns, found out where they were not stored or by another program."""
    from qa.phonetics.packed import prepare, unpack

    texts = [turn.text for turn in transcript.turns]
    return transcript if unpack(transcript.phones, texts) else replace(transcript, phones=prepare(texts))


def sides_again(transcript: StoredTranscript, meta: CallMeta, ruleset: "RuleSet") -> StoredTranscript:
    """A two-channel transcript with agent and customer assigned by the present metadata and opening script."""
    from qa.roles import assign_sides

    if transcript.channels == "mono":
        return transcript
    agent_first = transcript.channels == "agent-left"
    left, right = ("agent", "customer") if agent_first else ("customer", "agent")
    words = [[w for t in transcript.turns if t.role == role for w in t.words] for role in (left, right)]
    sides = assign_sides(words, meta.channels, _by_stored_syllables(transcript, ruleset.agent_likeness))
    channels: Channels = "agent-left" if sides.agent == 0 else "agent-right"
    notes = (*(n for n in transcript.notes if n not in (SIDES_SWAPPED, SIDE_UNCERTAIN)), *sides.notes)
    as_sure = all(turn.role_confidence == sides.confidence for turn in transcript.turns)
    if as_sure and (channels, notes) == (transcript.channels, transcript.notes):
        return transcript
    roles = _KEPT if channels == transcript.channels else _SWAPPED
    return replace(
        transcript,
        channels=channels,
        turns=tuple(replace(t, role=roles[t.role], role_confidence=sides.confidence) for t in transcript.turns),
        speech=tuple(replace(s, role=roles[s.role]) for s in transcript.speech),
        notes=notes,
    )


def sides_by(meta: CallMeta, ruleset: "RuleSet") -> str:
    """A hash of what the sides of a call are told apart by besides its words: metadata, opening script, program."""
    script = sorted(ruleset.agent_likeness.patterns.items())
    return hashlib.sha256(repr((qa.__version__, meta.channels, script)).encode()).hexdigest()


def _by_stored_syllables(transcript: StoredTranscript, likeness: "AgentLikeness") -> Callable[[str], float]:
    """The likeness, without finding out anew how a side's words sound."""
    from qa.phonetics.packed import unpack

    texts = [turn.text for turn in transcript.turns]
    sounds = unpack(transcript.phones, texts)
    if sounds is None:
        return likeness
    said = {}
    for role in _KEPT:
        places = [i for i, turn in enumerate(transcript.turns) if turn.role == role]
        said["".join(texts[i] for i in places)] = sounds.joined(places).heard
    return lambda text: likeness.of(said[text]) if text in said else likeness(text)


def _contained(meta: CallMeta, work: Callable[[], Outcome]) -> Outcome:
    """One call's trouble must not end the run. The trace may quote the call, so it is for --debug only."""
    try:
        return work()
    except (ConfigError, RuleError):
        raise
    except QaError as error:
        return Outcome(failed(meta, str(error)))
    except MemoryError:
        return Outcome(failed(meta, "not enough memory for this call; use fewer --workers"), passing=True)
    except Exception as error:
        if os.environ.get("QA_DEBUG"):
            traceback.print_exc()
        return Outcome(failed(meta, f"internal error ({type(error).__name__}); run with --debug and report it"))


def transcribe(path: Path, meta: CallMeta, ruleset: "RuleSet", line: Line) -> StoredTranscript:
    """The transcript of one recording. Raises AudioError for what cannot be decoded."""
    from qa.audio import read_audio
    from qa.rehear import heard_again
    from qa.transcribe import transcribe_recording

    engine = _transcriber(line.model, line.profile, line.threads)
    heard = transcribe_recording(
        path,
        hint=meta.channels,
        transcriber=engine,
        agent_likeness=ruleset.agent_likeness,
        diarizer=_diarizer(),
    )
    transcript = StoredTranscript(
        source=heard.audio_sha256,
        audio_sha256=heard.audio_sha256,
        engine=line.engine_of(heard.channels),
        channels=heard.channels,
        duration_s=heard.duration_s,
        turns=heard.turns,
        speech=heard.speech,
        notes=heard.notes,
        peaks=heard.peaks,
    )
    call = call_of(meta, transcript)
    turns = heard_again(call, ruleset, audio=lambda: read_audio(path), listener=engine)
    return with_phones(replace(transcript, turns=turns, sides_by=sides_by(meta, ruleset)))


def score_transcript(meta: CallMeta, transcript: StoredTranscript, ruleset: "RuleSet") -> CallResult:
    """Checks and scores a transcript; a call in which nobody speaks is skipped."""
    from qa.score import score_call

    call = call_of(meta, transcript)
    provenance = Provenance(
        audio_sha256=transcript.audio_sha256,
        model=transcript.engine if transcript.audio_sha256 else None,
        ruleset_sha256=ruleset.sha256,
        qa_version=qa.__version__,
        scored_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    if not call.turns and not call.speech:
        return CallResult(meta, "skipped", error=NO_SPEECH, call=call, provenance=provenance)
    return CallResult(meta, "scored", call=call, scorecard=score_call(call, ruleset), provenance=provenance)


def call_of(meta: CallMeta, transcript: StoredTranscript) -> Call:
    """The call as it is checked."""
    return Call(
        meta=meta,
        duration_s=transcript.duration_s,
        channels=transcript.channels,
        turns=transcript.turns,
        speech=transcript.speech,
        speech_measured=transcript.speech_measured,
        notes=transcript.notes,
        phones=transcript.phones,
    )


def failed(meta: CallMeta, error: str) -> CallResult:
    """The result of a call that cannot be scored."""
    return CallResult(meta, "failed", error=error)


def ruleset_of(meta: CallMeta, rulesets: "Mapping[str, RuleSet]", as_of: date | None = None) -> "RuleSet":
    """The rule set that the call's metadata names, by the rules of the call's day.

    `as_of` is a day whose rules go before; a call without a day goes by today's. Raises MetadataError where there is
    no such rule set.
    """
    if meta.ruleset is not None and meta.ruleset in rulesets:
        ruleset = rulesets[meta.ruleset]
        if as_of is None and meta.day is not None:
            return ruleset.on(meta.day)
        return ruleset.pinned(as_of or datetime.now(LOCAL).date())
    known = ", ".join(sorted(rulesets))
    raise MetadataError(f"column ruleset: {meta.ruleset!r} is no rule set; use one of {known}")


@lru_cache(maxsize=1)
def load_rules(rules: Path) -> "RuleBook":
    """The rule book of a folder, loaded once a process; raises RuleError with every fault."""
    from qa.rules.loader import load_rulebook

    return load_rulebook(rules)


def warm_up(line: Line, *, model: bool = True) -> str:
    """Loads what recordings are worked by; returns a hash of it, alike on all machines that give the same results."""
    sets = load_rules(line.rules).rulesets
    if model:
        _transcriber(line.model, line.profile, line.threads)
    made_from = (qa.__version__, line.engine_of("mono"), [(name, sets[name].sha256) for name in sorted(sets)])
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _transcriber(model: str | None, profile: Profile, threads: int) -> "FasterWhisper":
    from qa.asr import Decoding
    from qa.asr.faster_whisper import FasterWhisper

    return FasterWhisper(model, Decoding.of(profile), threads)


@lru_cache(maxsize=1)
def _diarizer() -> "Diarizer | None":
    from qa.diarize import load_diarizer

    return load_diarizer()
