"""Voices made one where a speaker was counted twice."""

import numpy as np
import pytest

from qa.diarize import Voice, one_a_speaker

PRINTS = {
    "a": np.array([1.0, 0.0], np.float32),
    "a2": np.array([0.9, 0.3], np.float32),
    "b": np.array([0.0, 1.0], np.float32),
}


@pytest.mark.parametrize(
    ("heard", "speakers"),
    [
        ("a b a", ["a", "b", "a"]),
        ("a a2", ["a", "a2"]),  # two parties are expected: alike or not
        ("a a b a2", ["a", "a", "b", "a"]),
        ("a2 a2 b a", ["a2", "a2", "b", "a2"]),
        ("", []),
    ],
)
def test_speakers_counted_twice(heard: str, speakers: list[str]) -> None:
    voices = [Voice(float(i), i + 1.0, name) for i, name in enumerate(heard.split())]
    assert [v.speaker for v in one_a_speaker(voices, PRINTS)] == speakers


def test_an_unlike_third_stays() -> None:
    prints = {
        "a": np.eye(3, dtype=np.float32)[0],
        "b": np.eye(3, dtype=np.float32)[1],
        "c": np.eye(3, dtype=np.float32)[2],
    }
    voices = [Voice(float(i), i + 1.0, name) for i, name in enumerate("abc")]
    assert [v.speaker for v in one_a_speaker(voices, prints)] == ["a", "b", "c"]
