"""When a stored transcript serves for a call, and with which sides."""

import pytest
from sqlalchemy import Engine

from qa.call import Channels
from qa.store.engine import reading, writing
from qa.store.transcripts import (
    find_transcript,
    load_transcript,
    pack_peaks,
    save_transcript,
    swap_sides,
    unpack_peaks,
)
from tests.builders import make_transcript

SOURCE = "a" * 64


@pytest.mark.parametrize(
    ("stored_hint", "stored_channels", "hint", "channels"),
    [
        (None, "agent-left", None, "agent-left"),
        (None, "agent-left", "agent-left", "agent-left"),
        (None, "agent-left", "agent-right", "agent-right"),
        ("agent-right", "agent-right", "agent-left", "agent-left"),
        ("agent-right", "agent-right", None, "agent-right"),
        (None, "mono", "mono", "mono"),
        ("mono", "mono", "mono", "mono"),
        (None, "mono", "agent-left", None),
        (None, "agent-left", "mono", None),
        ("mono", "mono", None, None),
    ],
)
def test_a_transcript_serves_where_its_sides_can(
    store: Engine,
    stored_hint: Channels | None,
    stored_channels: Channels,
    hint: Channels | None,
    channels: Channels | None,
) -> None:
    stored = make_transcript(hint=stored_hint, channels=stored_channels)
    with writing(store) as session:
        save_transcript(session=session, transcript=stored)
    with reading(store) as session:
        found = find_transcript(session=session, source=SOURCE, engine="base", hint=hint)
    if channels is None:
        assert found is None
        return
    assert found is not None and found.channels == channels
    swapped = stored_channels != channels
    assert [t.role for t in found.turns] == (["customer", "agent"] if swapped else ["agent", "customer"])
    assert [s.role for s in found.speech] == [t.role for t in found.turns]


@pytest.mark.parametrize(("source", "engine"), [("b" * 64, "base"), (SOURCE, "large")])
def test_other_audio_or_engine_finds_nothing(store: Engine, source: str, engine: str) -> None:
    with writing(store) as session:
        save_transcript(session=session, transcript=make_transcript())
    with reading(store) as session:
        assert find_transcript(session=session, source=source, engine=engine, hint=None) is None


def test_a_transcript_comes_back_with_its_words(store: Engine) -> None:
    transcript = make_transcript(notes=("truncated",), peaks=((0.0, 1.0),))
    with writing(store) as session:
        key = save_transcript(session=session, transcript=transcript)
    with reading(store) as session:
        assert load_transcript(session=session, key=key) == transcript


def test_swapping_twice_changes_nothing_but_the_hint() -> None:
    transcript = make_transcript(hint="agent-left")
    assert swap_sides(swap_sides(transcript, "agent-right"), "agent-left") == transcript


@pytest.mark.parametrize("peaks", [(), ((0.0, 0.5, 1.0),), ((0.1, 0.9), (1.0, 0.0))])
def test_peaks_survive_to_a_255th(peaks: tuple[tuple[float, ...], ...]) -> None:
    back = unpack_peaks(pack_peaks(peaks), len(peaks))
    assert [len(row) for row in back] == [len(row) for row in peaks]
    assert all(abs(a - b) <= 1 / 510 for x, y in zip(back, peaks, strict=True) for a, b in zip(x, y, strict=True))
