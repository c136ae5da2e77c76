"""Speech spans: the arithmetic on probabilities, cross-talk, and accuracy on labelled calls."""

import csv
import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.audio import RATE, Audio, Samples, read_audio
from qa.speech import HOP, HOP_S, Span, bleed, spans_of, speech_probabilities, speech_spans


def hops(*runs: tuple[float, int]) -> np.ndarray:
    return np.concatenate([np.full(count, value, np.float32) for value, count in runs])


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        (hops((0.0, 50)), []),
        (hops((0.0, 10), (0.9, 20), (0.0, 20)), [(10, 30)]),
        (hops((0.9, 20), (0.0, 3), (0.9, 20)), [(0, 43)]),  # 0.1 s is no pause
        (hops((0.9, 20), (0.0, 10), (0.9, 20)), [(0, 20), (30, 50)]),
        (hops((0.0, 10), (0.9, 2), (0.0, 20)), []),  # a click
        (hops((0.9, 10), (0.4, 30), (0.0, 10)), [(0, 40)]),  # left below 0.35 only
        (hops((0.4, 40)), []),  # entered above 0.5 only
    ],
)
def test_spans(probabilities: np.ndarray, expected: list[tuple[int, int]]) -> None:
    spans = spans_of(probabilities, len(probabilities) * HOP_S)
    assert spans == tuple(Span(a * HOP_S, b * HOP_S) for a, b in expected)


@given(st.lists(st.floats(0, 1), max_size=300))
def test_spans_are_ordered_apart_and_inside(values: list[float]) -> None:
    duration = len(values) * HOP_S
    spans = spans_of(np.array(values, np.float32), duration)
    assert all(0 <= s.start_s < s.end_s <= duration + 1e-9 for s in spans)
    assert all(b.start_s - a.end_s >= 0.19 for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "hum"])
def test_no_speech_in_what_is_none(kind: str) -> None:
    t = np.arange(20 * RATE) / RATE
    samples = {
        "silence": np.zeros_like(t),
        "noise": np.random.default_rng(0).normal(0, 500, len(t)),
        "tone": 5000 * np.sin(2 * np.pi * 450 * t) * (t % 5 < 1),  # ring-back
        "hum": 500 * np.sin(2 * np.pi * 50 * t),
    }[kind].astype(np.int16)
    assert speech_spans(Audio((samples,), 20.0, "")) == ((),)


def speech(shared: Path) -> Samples:
    return read_audio(sorted((shared / "real_speech").glob("mdcs_tourism*.flac"))[0]).channels[0]


def test_blocks_give_what_one_pass_gives(shared: Path) -> None:
    """Blocks of a minute with a second of warm-up agree with the network run over all of it at once."""
    from faster_whisper.vad import get_vad_model

    clip = speech(shared)
    long = np.tile(clip, 16)[: 130 * RATE // HOP * HOP]
    once = np.asarray(get_vad_model()(long.astype(np.float32) / 32768)).reshape(-1)
    parts = speech_probabilities(long)
    assert len(parts) == len(once)
    assert np.mean((parts > 0.5) == (once > 0.5)) > 0.995


def test_cross_talk_is_not_speech_of_the_other_side(shared: Path) -> None:
    clip = speech(shared).astype(np.float32)
    line = np.random.default_rng(0).normal(0, 20, (2, 3 * len(clip))).astype(np.float32)
    line[0, : len(clip)] += clip  # the agent speaks first, then the customer
    line[1, 2 * len(clip) :] += clip
    crossed = np.stack([line[0] + 0.2 * np.roll(line[1], 80), line[1] + 0.2 * np.roll(line[0], 80)])
    audio = Audio(tuple(crossed.astype(np.int16)), crossed.shape[1] / RATE, "")
    left, right = speech_spans(audio)
    boundary = 1.5 * len(clip) / RATE
    assert left and right
    assert all(span.end_s < boundary for span in left)
    assert all(span.start_s > boundary for span in right)


def test_two_talkers_at_once_both_count(shared: Path) -> None:
    clips = sorted((shared / "real_speech").glob("mdcs_*.flac"))
    a, b = (read_audio(c).channels[0][: 3 * RATE] for c in (clips[0], clips[-1]))
    flags = np.ones(len(a) // HOP, np.bool_)
    quieter = (b * 0.4).astype(np.int16)
    assert bleed(quieter, a, flags).mean() < 0.1
    assert bleed((a * 0.3).astype(np.int16), a, flags).mean() > 0.9


def test_measured_against_labelled_calls(shared: Path) -> None:
    """Starts and ends of turns are found within the 0.3 s that the silence rules allow."""
    folder = shared / "dev_calls"
    labels = {d["call_id"]: d for d in map(json.loads, (folder / "labels.jsonl").open(encoding="utf-8"))}
    rows = [r for r in csv.DictReader((folder / "calls.csv").open()) if r["channels"] != "mono"][:8]
    errors = []
    for row in rows:
        audio = read_audio(folder / "recordings" / row["recording"])
        spans = speech_spans(audio)
        agent = 0 if row["channels"] == "agent-left" else 1
        for turn in labels[row["call_id"]]["transcript"]:
            side = spans[agent if turn["role"] == "agent" else 1 - agent]
            inside = [s for s in side if s.start_s < turn["end"] and s.end_s > turn["start"]]
            assert inside, "a labelled turn is heard"
            errors += [inside[0].start_s - turn["start"], inside[-1].end_s - turn["end"]]
    assert np.mean(np.abs(errors) <= 0.3) > 0.95
