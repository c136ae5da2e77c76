"""The sample calls that `qa demo` runs on: files, rows, labels and sound agree, and the spread is what it should be."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from qa.metadata import read_calls

SAMPLES = Path(__file__).resolve().parents[1] / "sample_data"
AUDIO = {".wav", ".mp3", ".opus", ".flac"}
LABELS: dict[str, dict[str, Any]] = {
    item["call_id"]: item for item in map(json.loads, (SAMPLES / "labels.jsonl").read_text("utf-8").splitlines())
}
ROWS = {
    row.meta.call_id: row.meta
    for row in read_calls(SAMPLES / "calls.csv", pseudonymise=str).rows
    if row.meta is not None
}
RECORDINGS = {path.stem: path for path in sorted(SAMPLES.rglob("*")) if path.suffix in AUDIO}


def decoded(path: Path) -> tuple[np.ndarray, int, str]:
    """Samples of shape (channels, n), their rate, and the codec's name."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        # One form for all, so that frames of packed and planar codecs read alike.
        resampler = av.AudioResampler(format="fltp", rate=8000)
        frames = [f.to_ndarray() for frame in container.decode(stream) for f in resampler.resample(frame)]
        frames += [f.to_ndarray() for f in resampler.resample(None)]
        return np.concatenate(frames, axis=1), 8000, stream.codec_context.name


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples**2) + 1e-12))


def test_every_recording_has_one_row_and_one_set_of_labels():
    rows = read_calls(SAMPLES / "calls.csv", pseudonymise=str).rows
    assert [row.error for row in rows if row.error] == []
    assert len(rows) == len(ROWS)
    assert {call_id: SAMPLES / str(meta.recording) for call_id, meta in ROWS.items()} == RECORDINGS
    assert set(LABELS) == set(RECORDINGS)


@pytest.mark.parametrize("call_id", sorted(RECORDINGS))
def test_recording_decodes_to_what_row_and_labels_say(call_id: str):
    samples, rate, _ = decoded(RECORDINGS[call_id])
    assert len(samples) == (1 if ROWS[call_id].channels == "mono" else 2)
    assert samples.shape[1] / rate == pytest.approx(LABELS[call_id]["duration_s"], abs=0.15)


def spoken_turns() -> Iterator[tuple[str, dict[str, Any]]]:
    for call_id, label in LABELS.items():
        for turn in label["transcript"]:
            yield call_id, turn


def test_each_turn_is_heard_on_its_side_when_its_label_says():
    """Mean level inside a turn is well above that of the quietest second of its side: times and sides are right."""
    sound = {call_id: decoded(path)[:2] for call_id, path in RECORDINGS.items()}
    for call_id, turn in spoken_turns():
        samples, rate = sound[call_id]
        channels = ROWS[call_id].channels
        side = 0 if channels in ("mono", f"{turn['role']}-left") else 1
        if channels != "mono" and turn["role"] == "customer":
            side = 1 if channels == "agent-left" else 0
        elsewhere = [
            level_db(samples[side, at : at + rate // 4]) for at in range(0, samples.shape[1] - rate // 4, rate // 4)
        ]
        spoken = samples[side, int(turn["start"] * rate) : int(turn["end"] * rate)]
        assert level_db(spoken) > min(elsewhere) + 15, (call_id, turn["start"])
        for edge in (spoken[: int(0.25 * rate)], spoken[-int(0.25 * rate) :]):
            assert level_db(edge) > min(elsewhere) + 6, (call_id, turn)


def test_labels_use_known_verdicts_and_times_in_order():
    for call_id, label in LABELS.items():
        assert set(label["labels"].values()) <= {"violated", "passed", "not_applicable", "needs_review"}
        assert label["transcript"], call_id
        for turn in label["transcript"]:
            assert 0 <= turn["start"] < turn["end"] <= label["duration_s"], (call_id, turn)


def test_clean_folder_holds_calls_without_a_violation_and_the_rest_one_each():
    clean = {call_id for call_id, path in RECORDINGS.items() if path.parent.name == "clean"}
    assert len(clean) >= 4
    for call_id, label in LABELS.items():
        assert ("violated" in label["labels"].values()) == (call_id not in clean), call_id


def test_violations_cover_the_rules_of_the_first_release():
    violated = {rule for label in LABELS.values() for rule, v in label["labels"].items() if v == "violated"}
    assert violated >= {
        "opening-greeting", "holiday-opening", "job-number", "silent-call", "rude-language", "refusal",
        "blame-other-department", "closing", "slow-answer",
    }  # fmt: skip


def test_spread_of_voices_channels_codecs_and_rule_sets():
    assert len({voice for label in LABELS.values() for voice in label["voices"]}) >= 4
    assert {meta.channels for meta in ROWS.values()} == {"agent-left", "agent-right", "mono"}
    assert {meta.ruleset for meta in ROWS.values()} == {"telecom", "heating", "broadband"}
    assert len({decoded(path)[2] for path in RECORDINGS.values()}) >= 3


def test_size_and_length_stay_small():
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 15_000_000
    assert sum(label["duration_s"] for label in LABELS.values()) < 10 * 60


def test_agents_keep_their_name_and_team():
    people = {(meta.agent_id, meta.agent_name, meta.team) for meta in ROWS.values()}
    assert len(people) == len({meta.agent_id for meta in ROWS.values()})
    assert all(meta.agent_name and meta.team and meta.shift for meta in ROWS.values())
