"""Recording to turns, with the real model."""

import csv
from collections.abc import Sequence
from pathlib import Path

import av
import jiwer
import numpy as np
import pytest

from qa.asr import Decoding
from qa.asr.faster_whisper import FasterWhisper
from qa.audio import RATE, Samples, read_audio
from qa.call import Channels, Turn, Word
from qa.diarize import Voice
from qa.roles import Run
from qa.speech import Span
from qa.transcribe import Transcript, measured, mono_speech, transcribe_recording, turns_of


@pytest.fixture(scope="session")
def engine() -> FasterWhisper:
    return FasterWhisper(decoding=Decoding.of("balanced"), threads=2)


def likeness(text: str) -> float:
    """Stands in for the rule set's: only an agent offers help."""
    return 1.0 if "为您服务" in text or "可以帮您" in text else 0.0


def write_wav(path: Path, channels: Sequence[np.ndarray]) -> Path:
    layout = "mono" if len(channels) == 1 else "stereo"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=RATE)
        stream.layout = layout
        data = np.stack(channels).astype(np.int16).T.reshape(1, -1).copy()
        frame = av.AudioFrame.from_ndarray(data, format="s16", layout=layout)
        frame.sample_rate = RATE
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def work(path: Path, engine: FasterWhisper, hint: Channels | None = None) -> Transcript:
    return transcribe_recording(
        path,
        hint=hint,
        transcriber=engine,
        agent_likeness=likeness,
        diarizer=None,
    )


def word(start_s: float, end_s: float, text: str) -> Word:
    return Word(start_s, end_s, text, 0.8)


def test_turns_join_over_short_pauses_only() -> None:
    runs = [
        Run("agent", 1.0, 0.0, 1.0, (word(0, 1, "您好"),)),
        Run("agent", 0.9, 1.5, 2.0, (word(1.5, 2, "请问"),)),
        Run("agent", 1.0, 2.7, 3.0, (word(2.7, 3, "喂"),)),
        Run("customer", 1.0, 3.1, 3.4, (word(3.1, 3.4, "嗯"),)),
    ]
    turns = turns_of(runs)
    assert [(t.role, t.start_s, t.end_s, t.text, t.role_confidence) for t in turns] == [
        ("agent", 0.0, 2.0, "您好请问", 0.967),
        ("agent", 2.7, 3.0, "喂", 1.0),
        ("customer", 3.1, 3.4, "嗯", 1.0),
    ]


def test_speech_without_words_is_unknown() -> None:
    runs = [Run("agent", 1.0, 0.0, 1.0, (word(0, 1, "您好"),))]
    speech = mono_speech(runs, (Span(0.0, 1.0), Span(4.0, 5.0)))
    assert [(s.role, s.start_s) for s in speech] == [("agent", 0.0), ("unknown", 4.0)]


@pytest.mark.parametrize(
    ("start_s", "end_s", "mandarin", "level_db", "expected"),
    [
        (0.0, 1.0, (0.9, 0.3), -6.0, 0.9),  # the pause after it is no part of it
        (0.0, 3.0, (0.9, 0.3), -9.0, 0.6),
        (2.0, 3.0, (0.9, 0.3), -20.0, 0.3),
        (0.0, 3.0, (), -9.0, None),
        (1.2, 1.8, (0.9, 0.3), None, None),
    ],
)
def test_level_and_language_of_a_turn(
    start_s: float, end_s: float, mandarin: tuple[float, ...], level_db: float | None, expected: float | None
) -> None:
    samples = np.zeros(3 * RATE, np.int16)
    samples[:RATE] = round(32768 * 10 ** (-6 / 20))
    samples[2 * RATE :] = round(32768 * 10 ** (-20 / 20))
    turn = Turn("agent", start_s, end_s, "您好", level_db=0.0, mandarin=0.0)
    found = measured(turn, samples, (Span(0.0, 1.0), Span(2.0, 3.0)), mandarin)
    assert found.level_db == (None if level_db is None else pytest.approx(level_db, abs=0.2))
    assert found.mandarin == (None if expected is None else pytest.approx(expected, abs=0.001))


def sounds() -> dict[str, np.ndarray]:
    t = np.arange(15 * RATE) / RATE
    rng = np.random.default_rng(0)
    chords = sum(np.sin(2 * np.pi * f * t) for f in (262, 330, 392, 523))
    return {
        "silence": np.zeros_like(t),
        "noise": rng.normal(0, 3000, len(t)),
        "tone": 8000 * np.sin(2 * np.pi * 450 * t) * (t % 5 < 1),
        "music": 2500 * chords * (0.3 + 0.7 * np.exp(-3 * (t % 0.5))),
    }


@pytest.mark.parametrize("kind", sounds())
def test_no_text_where_nobody_speaks(tmp_path: Path, engine: FasterWhisper, kind: str) -> None:
    transcript = work(write_wav(tmp_path / "x.wav", [sounds()[kind]]), engine)
    assert transcript.turns == ()
    # Even if speech detection were wrong about it, nothing may be made up.
    samples = sounds()[kind].astype(np.int16)
    invented = "".join(w.text for w in engine.hear([samples], [[Span(0.0, 15.0)]])[0].words)
    assert not any(said in invented for said in ("谢谢观看", "字幕", "点赞", "普通话的句子")), invented


def clips(shared: Path, count: int) -> list[tuple[str, Samples]]:
    with (shared / "real_speech" / "manifest.csv").open(encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("mdcs_tourism")]
    return [(r["reference"], read_audio(shared / "real_speech" / r["file"]).channels[0]) for r in rows[:count]]


def test_real_speech(tmp_path: Path, engine: FasterWhisper, shared: Path) -> None:
    """Two clips on two sides: each side's text, role and times."""
    (first, a), (second, b) = clips(shared, 2)
    gap = np.zeros(RATE, np.int16)
    left = np.concatenate([a, gap, np.zeros_like(b)])
    right = np.concatenate([np.zeros_like(a), gap, b])
    transcript = work(write_wav(tmp_path / "call.wav", [left, right]), engine, "agent-left")
    assert transcript.channels == "agent-left"
    text = {r: "".join(t.text for t in transcript.turns if t.role == r) for r in ("agent", "customer")}
    assert jiwer.cer(first, text["agent"]) < 0.4
    assert jiwer.cer(second, text["customer"]) < 0.4
    customer = [t for t in transcript.turns if t.role == "customer"]
    assert customer[0].start_s > len(a) / RATE + 0.9
    assert all(0 < t.confidence <= 1 for t in transcript.turns)
    assert all(t.mandarin is not None and t.mandarin > 0.9 for t in transcript.turns)
    assert all(t.level_db is not None and -60 < t.level_db < 0 for t in transcript.turns)
    assert all(t.start_s <= w.start_s <= w.end_s <= t.end_s + 0.001 for t in transcript.turns for w in t.words)


def test_names_and_results_are_stable(engine: FasterWhisper, shared: Path) -> None:
    [(_, samples)] = clips(shared, 1)
    span = [Span(0.3, len(samples) / RATE - 0.2)]
    assert engine.hear([samples], [span]) == engine.hear([samples], [span])
    assert engine.name != FasterWhisper(decoding=Decoding.of("fast"), threads=1).name


def test_dev_call_without_a_hint(engine: FasterWhisper, shared: Path) -> None:
    """The side that speaks the script is the agent, whatever the metadata say."""
    folder = shared / "dev_calls"
    row = next(r for r in csv.DictReader((folder / "calls.csv").open()) if r["channels"] == "agent-right")
    path = folder / "recordings" / row["recording"]
    found = work(path, engine)
    assert found.channels == "agent-right"
    wrong = work(path, engine, "agent-left")
    assert "sides may be swapped" in wrong.notes
    assert all(t.role_confidence < 0.7 for t in wrong.turns)


def test_mono_without_and_with_voices(tmp_path: Path, engine: FasterWhisper, shared: Path) -> None:
    (_, a), (_, b) = clips(shared, 2)
    path = write_wav(tmp_path / "mono.wav", [np.concatenate([a, np.zeros(RATE, np.int16), b])])
    plain = work(path, engine, "agent-left")
    assert plain.channels == "mono"
    assert "mono although calls.csv says agent-left" in plain.notes
    assert {t.role for t in plain.turns} == {"unknown"}

    class TwoVoices:
        name = "two"

        def voices(self, samples: Samples) -> tuple[Voice, ...]:
            middle = len(a) / RATE + 0.5
            return (Voice(0, middle, "x"), Voice(middle, len(samples) / RATE, "y"))

    told = transcribe_recording(path, hint=None, transcriber=engine, agent_likeness=likeness, diarizer=TwoVoices())
    assert next(t.role for t in told.turns) != [t.role for t in told.turns][-1]
    assert told.model.endswith("+two")
