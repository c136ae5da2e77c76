"""A whole archive is read from prepared forms, and without them it reads the same."""

import pytest
from sqlalchemy import Engine, update
from sqlmodel import delete, select

from qa.call import Turn
from qa.phonetics.packed import unpack
from qa.pipeline import call_of, with_phones
from qa.store import packing
from qa.store.archive import Archived, Entry, load_archived, load_entries
from qa.store.engine import reading, writing
from qa.store.saving import save_result, start_run
from qa.store.tables import PreparedRecord, TranscriptRecord, TurnRecord
from qa.store.transcripts import StoredTranscript, load_transcript, save_transcript
from tests.builders import make_result, make_transcript

TRANSCRIPT = with_phones(make_transcript(peaks=()))


def keep(store: Engine, transcript: StoredTranscript) -> None:
    with writing(store) as session:
        run = start_run(session=session, command="run", total=1)
        save_result(session=session, run_id=run, result=make_result(), transcript=transcript, work="transcribed")


def stored(store: Engine) -> Archived:
    with reading(store) as session:
        [call] = load_archived(session=session, call_ids=["c1", "c2"])
    return call


def texts(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.text for turn in turns]


def test_syllables_are_kept_with_the_transcript(store: Engine) -> None:
    keep(store, TRANSCRIPT)
    found = stored(store)
    assert found.transcript == TRANSCRIPT
    call = call_of(found.meta, found.transcript)
    assert unpack(call.phones, texts(call.turns)) is not None
    with reading(store) as session:
        [entry] = load_entries(session=session, call_ids=["c1"])
        loaded = load_transcript(session=session, key=TRANSCRIPT.key)
    assert entry == Entry(found.meta, TRANSCRIPT.key, "b" * 64, 1)
    assert loaded == TRANSCRIPT and loaded.phones == TRANSCRIPT.phones


@pytest.mark.parametrize("damage", ["none", "cut", "another program"])
def test_without_a_prepared_form_a_call_reads_the_same(
    store: Engine, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(store, TRANSCRIPT)
    with writing(store) as session:
        if damage == "none":
            session.execute(delete(PreparedRecord))
        if damage == "cut":
            session.execute(update(PreparedRecord).values(turns=b"QAT1", phones=b"QAP1"))
    if damage == "another program":
        monkeypatch.setattr(packing, "MADE_BY", b"another!")
    call = stored(store)
    assert call.transcript == TRANSCRIPT
    assert unpack(with_phones(call.transcript).phones, texts(TRANSCRIPT.turns)) is not None


def test_the_prepared_form_is_what_is_read(store: Engine) -> None:
    keep(store, TRANSCRIPT)
    with writing(store) as session:
        session.execute(delete(TurnRecord))
    assert stored(store).transcript == TRANSCRIPT


def test_saving_again_mends_what_is_prepared_and_loses_nothing(store: Engine) -> None:
    bare = make_transcript(peaks=())
    keep(store, bare)
    assert stored(store).transcript.phones is None
    for again, kept in ((TRANSCRIPT, TRANSCRIPT.phones), (bare, TRANSCRIPT.phones)):
        with writing(store) as session:
            save_transcript(session=session, transcript=again)
        assert stored(store).transcript.phones == kept
    with writing(store) as session:
        session.execute(update(PreparedRecord).values(turns=b"of another program"))
    with writing(store) as session:
        save_transcript(session=session, transcript=bare)
        session.execute(delete(TurnRecord))
    assert stored(store).transcript == TRANSCRIPT


def test_a_transcript_without_a_prepared_form_gets_one(store: Engine) -> None:
    keep(store, TRANSCRIPT)
    with writing(store) as session:
        session.execute(delete(PreparedRecord))
    assert stored(store).transcript == TRANSCRIPT
    keep(store, TRANSCRIPT)
    assert stored(store).transcript.phones == TRANSCRIPT.phones


def test_a_transcript_that_goes_takes_its_prepared_form_along(store: Engine) -> None:
    keep(store, TRANSCRIPT)
    keep(store, make_transcript(source="c" * 64))
    with reading(store) as session:
        assert [row.source for row in session.exec(select(TranscriptRecord))] == ["c" * 64]
        assert len(session.exec(select(PreparedRecord)).all()) == 1


def test_syllables_of_a_stored_transcript_are_not_found_out_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(texts: list[str]) -> bytes:
        raise AssertionError("found out again")

    monkeypatch.setattr("qa.phonetics.packed.prepare", never)
    assert with_phones(TRANSCRIPT) is TRANSCRIPT
