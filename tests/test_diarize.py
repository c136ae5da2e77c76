"""Speakers counted once, in a chunk and across chunks."""

import numpy as np
import pytest

from qa.diarize import Speaker, count_once, link


def speaker(degrees: float, heard_s: float = 10.0) -> Speaker:
    """A voice print at an angle: 20 degrees apart is one speaker's, 35 may be two's."""
    return Speaker(np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))]), heard_s)


@pytest.mark.parametrize(
    ("found", "names"),
    [
        ({"a": speaker(0), "b": speaker(90)}, {"a": "a", "b": "b"}),
        ({"a": speaker(0), "b": speaker(20)}, {"a": "a", "b": "b"}),  # two parties are expected, alike or not
        ({"a": speaker(0), "b": speaker(60), "c": speaker(20, 5)}, {"a": "a", "b": "b", "c": "a"}),
        ({"a": speaker(0, 5), "b": speaker(60), "c": speaker(20)}, {"a": "c", "b": "b", "c": "c"}),
        ({"a": speaker(0), "b": speaker(60), "c": speaker(120)}, {"a": "a", "b": "b", "c": "c"}),
        # A scrap unlike anybody must not take the place of one of two parties whose voices are alike.
        ({"a": speaker(0), "b": speaker(30), "c": speaker(120, 1)}, {"a": "a", "b": "b", "c": "c"}),
        ({"a": speaker(0), "b": speaker(30), "c": speaker(45, 1)}, {"a": "a", "b": "b", "c": "b"}),
        ({}, {}),
    ],
)
def test_a_speaker_is_counted_once(found: dict[str, Speaker], names: dict[str, str]) -> None:
    speakers, now = count_once(found)
    assert now == names
    assert set(speakers) == set(names.values())
    assert sum(s.heard_s for s in speakers.values()) == sum(s.heard_s for s in found.values())


@pytest.mark.parametrize(
    ("known", "found", "names"),
    [
        ({}, {"x": speaker(0), "y": speaker(30)}, {"x": "speaker 1", "y": "speaker 2"}),
        (
            {"speaker 1": speaker(0), "speaker 2": speaker(30)},
            {"x": speaker(35), "y": speaker(5)},
            {"x": "speaker 2", "y": "speaker 1"},
        ),
        ({"speaker 1": speaker(0), "speaker 2": speaker(30)}, {"x": speaker(20)}, {"x": "speaker 2"}),
        ({"speaker 1": speaker(0), "speaker 2": speaker(30)}, {"x": speaker(110)}, {"x": "speaker 3"}),
        ({"speaker 1": speaker(0)}, {"x": speaker(5), "y": speaker(10)}, {"x": "speaker 1", "y": "speaker 2"}),
    ],
)
def test_speakers_keep_their_names_across_chunks(
    known: dict[str, Speaker], found: dict[str, Speaker], names: dict[str, str]
) -> None:
    speakers, now = link(known, found)
    assert now == names
    assert set(speakers) == set(known) | set(names.values())
