"""When a stored transcript serves for a call, and with which sides."""

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from qa.call import Channels
from qa.store.archive import load_archived
from qa.store.engine import reading, writing
from qa.store.saving import save_result, start_run
from qa.store.tables import TranscriptRecord
from qa.store.transcripts import (
    StoredTranscript,
    find_transcript,
    load_transcript,
    pack_peaks,
    save_transcript,
    unpack_peaks,
)
from tests.builders import OPENING, make_call, make_result, make_transcript, make_turn

SOURCE = "a" * 64


MEASURED = make_turn("customer", 6.0, 8.0, "方分打", level_db=-23.4, mandarin=0.981, alternatives=("八分",))


def engine_of(channels: Channels) -> str:
    return "base+voices" if channels == "mono" else "base"


def keep(store: Engine, *transcripts: StoredTranscript) -> None:
    with writing(store) as session:
        for transcript in transcripts:
            save_transcript(session=session, transcript=transcript)


@pytest.mark.parametrize(
    ("engine", "channels", "serves"),
    [
        ("base", "agent-left", True),
        ("base", "agent-right", True),
        ("base+voices", "mono", True),
        ("base", "mono", False),
        ("large", "agent-left", False),
        ("base+voices", "agent-left", False),
    ],
)
def test_a_transcript_serves_if_the_engine_would_be_the_same(
    store: Engine, engine: str, channels: Channels, serves: bool
) -> None:
    stored = make_transcript(engine=engine, channels=channels)
    keep(store, stored)
    with reading(store) as session:
        found = find_transcript(session=session, source=SOURCE, engine_of=engine_of)
    assert found == (stored if serves else None)


def test_other_audio_finds_nothing(store: Engine) -> None:
    keep(store, make_transcript())
    with reading(store) as session:
        assert find_transcript(session=session, source="b" * 64, engine_of=engine_of) is None


def test_the_same_transcript_is_kept_once_but_other_roles_are_another(store: Engine) -> None:
    left = make_transcript()
    right = make_transcript(
        make_call(make_turn("customer", 0.5, 5.5, OPENING), make_turn("agent", 6.0, 8.0, "好")), channels="agent-right"
    )
    keep(store, left, left, right)
    with reading(store) as session:
        assert len(session.exec(select(TranscriptRecord)).all()) == 2


def test_a_transcript_comes_back_with_its_words(store: Engine) -> None:
    transcript = make_transcript(notes=("truncated",), peaks=((0.0, 1.0),))
    with writing(store) as session:
        key = save_transcript(session=session, transcript=transcript)
    with reading(store) as session:
        assert load_transcript(session=session, key=key) == transcript


@pytest.mark.parametrize("peaks", [(), ((0.0, 0.5, 1.0),), ((0.1, 0.9), (1.0, 0.0))])
def test_peaks_survive_to_a_255th(peaks: tuple[tuple[float, ...], ...]) -> None:
    back = unpack_peaks(pack_peaks(peaks), len(peaks))
    assert [len(row) for row in back] == [len(row) for row in peaks]
    assert all(abs(a - b) <= 1 / 510 for x, y in zip(back, peaks, strict=True) for a, b in zip(x, y, strict=True))


def test_what_audio_tells_of_a_turn_is_kept(store: Engine) -> None:
    bare = make_turn("agent", 0.5, 5.5, OPENING)
    stored = make_transcript(make_call(bare, MEASURED))
    with writing(store) as session:
        run = start_run(session=session, command="run", total=1)
        save_result(session=session, run_id=run, result=make_result(), transcript=stored, work="transcribed")
    with reading(store) as session:
        found = load_transcript(session=session, key=stored.key)
        [archived] = load_archived(session=session, call_ids=["c1"])
    assert found is not None and found.turns == (bare, MEASURED)
    assert archived.transcript.turns == (bare, MEASURED)
