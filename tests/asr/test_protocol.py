"""Profiles: what a window costs, and the names under which transcripts are kept."""

from dataclasses import replace

import pytest

from qa.asr import Decoding, Profile, Way, engine_name


@pytest.mark.parametrize(
    ("profile", "length_s", "frames"),
    [
        ("careful", 2.0, 600),
        ("careful", 20.0, 2200),
        ("fast", 0.5, 600),
        ("fast", 10.0, 1200),
        ("fast", 20.0, 2200),
        ("balanced", 20.0, 2200),
    ],
)
def test_cost_follows_the_speech(profile: Profile, length_s: float, frames: int) -> None:
    assert Decoding.of(profile).frames(length_s) == frames


def test_another_way_may_hear_more_silence() -> None:
    assert Decoding.of("careful").frames(20.0, padding_s=5) == 2600


def test_any_option_changes_the_name() -> None:
    balanced = Decoding.of("balanced")
    others = [replace(balanced, tempo=1.25), replace(balanced, prompt=""), replace(balanced, timestamps=False)]
    others += [replace(balanced, other_ways=(Way(padding_s, prompted=True),)) for padding_s in (2, 5)]
    assert len({engine_name(None, decoding) for decoding in (balanced, *others)}) == 6
