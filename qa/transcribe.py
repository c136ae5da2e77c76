"""A recording file to roles, turns and speech: the first half of the line in one function."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log10
from pathlib import Path

import numpy as np

from qa.asr.protocol import Transcriber
from qa.audio import RATE, Audio, Samples, as_float, peaks, read_audio
from qa.call import Channels, Role, Speech, Turn, Word
from qa.diarize import Diarizer
from qa.roles import Run, assign_sides, script_runs, side_runs, voice_runs
from qa.speech import Span, speech_spans

PAUSE_S = 0.6  # a longer pause ends a turn
UNKNOWN_PAUSE_S = 0.4  # where the speaker is not known a turn must not run on into the other side's answer


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a recording, and measured on it.

    `turns` and `speech` are in order of time; both empty where nobody speaks. `peaks` has a row a channel, ten
    bins a second. `model` names the recogniser (and diarizer) with its options.
    """

    audio_sha256: str
    duration_s: float
    channels: Channels
    turns: tuple[Turn, ...]
    speech: tuple[Speech, ...]
    notes: tuple[str, ...]
    peaks: tuple[tuple[float, ...], ...]
    model: str


def transcribe_recording(
    path: Path,
    *,
    hint: Channels | None,
    transcriber: Transcriber,
    agent_likeness: Callable[[str], float],
    diarizer: Diarizer | None,
) -> Transcript:
    """The recording at `path` as turns of agent and customer.

    `hint` is what calls.csv says of the channels; the audio is believed where they differ. Raises AudioError.
    """
    audio = read_audio(path)
    spans = speech_spans(audio)
    hearings = transcriber.hear(audio.channels, spans)
    notes = list(audio.notes)
    if len(audio.channels) == 2 and (side := _only_side(audio, spans, hint)) is not None:
        audio = Audio((audio.channels[side],), audio.duration_s, audio.sha256, audio.notes)
        spans, hearings = (spans[side],), (hearings[side],)
        notes.append("one channel silent, the other taken as mono")
    words = [hearing.words for hearing in hearings]
    model = transcriber.name
    channels: Channels
    if len(audio.channels) == 2:
        if hint == "mono":
            notes.append("stereo although calls.csv says mono")
        sides = assign_sides(words, hint, agent_likeness)
        notes.extend(sides.notes)
        channels = "agent-left" if sides.agent == 0 else "agent-right"
        roles: list[Role] = ["agent", "customer"] if sides.agent == 0 else ["customer", "agent"]
        runs = [side_runs(w, s, role, sides.confidence) for w, s, role in zip(words, spans, roles, strict=True)]
        speech = [Speech(r, s.start_s, s.end_s) for r, side_spans in zip(roles, spans, strict=True) for s in side_spans]
    else:
        if hint in ("agent-left", "agent-right"):
            notes.append(f"mono although calls.csv says {hint}")
        channels = "mono"
        voices = diarizer.voices(audio.channels[0]) if diarizer and words[0] else ()
        if voices and diarizer:
            model = f"{model}+{diarizer.name}"
            runs = [voice_runs(words[0], spans[0], voices, agent_likeness)]
        else:
            runs = [script_runs(words[0], spans[0], agent_likeness)]
        speech = mono_speech(runs[0], spans[0])
    heard = zip(audio.channels, spans, hearings, runs, strict=True)
    turns = [measured(turn, c, s, h.mandarin) for c, s, h, side in heard for turn in turns_of(side)]
    return Transcript(
        audio.sha256,
        audio.duration_s,
        channels,
        tuple(sorted(turns, key=lambda t: (t.start_s, t.end_s))),
        tuple(sorted(speech, key=lambda s: (s.start_s, s.end_s))),
        tuple(notes),
        peaks(audio),
        model,
    )


def turns_of(runs: Sequence[Run]) -> list[Turn]:
    """Runs of one channel, in order, joined to turns: same role, and no pause to speak of in between."""
    turns: list[Turn] = []
    group: list[Run] = []
    for run in runs:
        pause = UNKNOWN_PAUSE_S if run.role == "unknown" else PAUSE_S
        if group and (run.role != group[-1].role or run.start_s - group[-1].end_s >= pause):
            turns.append(_turn(group))
            group = []
        group.append(run)
    return [*turns, _turn(group)] if group else turns


def measured(turn: Turn, samples: Samples, spans: Sequence[Span], mandarin: Sequence[float]) -> Turn:
    """The turn with what its channel tells: the level of its speech, and its language where the engine tells it.

    `mandarin` holds a probability for each of `spans`, or nothing. Only speech counts, not the pauses in a turn.
    """
    own = [(max(s.start_s, turn.start_s), min(s.end_s, turn.end_s)) for s in spans]
    lengths_s = [max(0.0, end_s - start_s) for start_s, end_s in own]
    parts = [as_float(samples[round(a * RATE) : round(b * RATE)]) for a, b in own if b > a]
    power = sum(float(np.square(part).sum()) for part in parts) / max(1, sum(len(part) for part in parts))
    said = sum(p * length_s for p, length_s in zip(mandarin, lengths_s, strict=True)) if mandarin else 0.0
    return replace(
        turn,
        level_db=round(10 * log10(power), 1) if power > 0 else None,
        mandarin=round(said / sum(lengths_s), 3) if mandarin and any(lengths_s) else None,
    )


def mono_speech(runs: Sequence[Run], spans: Sequence[Span]) -> list[Speech]:
    """Measured speech of a mono recording: a span's runs say whose it is, a span without words is unknown."""
    speech = [Speech(run.role, run.start_s, run.end_s) for run in runs]
    starts = {run.start_s for run in runs}
    return speech + [Speech("unknown", s.start_s, s.end_s) for s in spans if s.start_s not in starts]


def _turn(runs: Sequence[Run]) -> Turn:
    words: tuple[Word, ...] = tuple(word for run in runs for word in run.words)
    lengths_s = [max(run.end_s - run.start_s, 0.01) for run in runs]
    sure_s = sum(run.confidence * length_s for run, length_s in zip(runs, lengths_s, strict=True))
    return Turn(
        role=runs[0].role,
        start_s=round(runs[0].start_s, 3),
        end_s=round(runs[-1].end_s, 3),
        text="".join(word.text for word in words).strip(),
        confidence=round(sum(word.confidence for word in words) / len(words), 4),
        words=words,
        role_confidence=round(sure_s / sum(lengths_s), 3),
    )


def _only_side(audio: Audio, spans: Sequence[Sequence[Span]], hint: Channels | None) -> int | None:
    """The side to take as mono, where the other one is silent and that is no silent customer.

    A hint of sides is believed: the silent side is a party who said nothing. Without one, a side that speaks
    through most of the call carries both parties; an agent alone on the line waits between prompts.
    """
    heard = [sum(s.end_s - s.start_s for s in side) for side in spans]
    if hint in ("agent-left", "agent-right") or all(heard) or not any(heard):
        return None
    side = 0 if heard[0] else 1
    return side if hint == "mono" or heard[side] > 0.5 * audio.duration_s else None
