"""Files past their time: which are removed, which stay, and what is told of each."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from qa.errors import ConfigError
from qa.retention import Forgotten, forget
from qa.sources import Source
from qa.store.engine import reading, writing
from qa.store.loading import load_result
from qa.store.retention import Periods, due, last_removals
from qa.store.saving import save_result, start_run
from qa.store.state import failed_ids
from qa.store.work import Seen, note_seen
from tests.builders import make_call, make_failed, make_meta, make_transcript
from tests.notebook import Notebook
from tests.review.centre import keep
from tests.store.forgotten import DAY, NOW


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


def recorded(store: Engine, path: Path | str, call_id: str = "c1", *, content: str = "", **meta: Any) -> Path:
    """Keeps a call with its recording; writes the file if there is some content."""
    if content:
        Path(path).write_text(content, encoding="utf-8")
    sha256 = hashlib.sha256((content or "声音").encode()).hexdigest()
    transcript = make_transcript(make_call(meta=make_meta(call_id)), source=sha256, audio_sha256=sha256)
    keep(store, transcript=transcript, recording_path=str(path), call_id=call_id, **meta)
    return Path(path)


def away(
    db: str, *, words: int | None = None, recordings: int | None = 30, dry_run: bool = False
) -> tuple[Forgotten, Notebook]:
    notebook = Notebook()
    periods = Periods(words, recordings)
    return forget(db=db, periods=periods, by="张", now=NOW, reporter=notebook, dry_run=dry_run), notebook


def removed(store: Engine, call_id: str = "c1") -> bool:
    with reading(store) as session:
        result = load_result(session=session, call_id=call_id)
    assert result is not None and result.call is not None and result.call.turns, "words are kept for ever"
    return result.recording_removed_at == NOW


def test_a_recording_past_its_time_is_removed(store: Engine, db: str, tmp_path: Path) -> None:
    path = recorded(store, tmp_path / "c1.wav", content="声音")
    ahead, _ = away(db, dry_run=True)
    assert path.exists() and not removed(store)
    found, notebook = away(db)
    assert ahead == found and (dict(found.calls), dict(found.bytes)) == ({"recordings": 1}, {"recordings": 6})
    assert not path.exists() and removed(store)
    assert [(item.call_id, item.status, item.work) for item in notebook.items] == [("c1", "removed", "recordings")]
    with reading(store) as session:
        (removal,) = last_removals(session=session)
    assert (removal.kind, removal.by, removal.calls, removal.days) == ("recordings", "张", 1, 30)
    again, notebook = away(db)
    assert not again.calls["recordings"] and notebook.items == notebook.notes == []


def test_a_file_that_is_gone_already_is_no_fault(store: Engine, db: str, tmp_path: Path) -> None:
    recorded(store, tmp_path / "c1.wav")
    found, notebook = away(db)
    assert removed(store) and notebook.notes == [] and (found.failed, found.bytes["recordings"]) == (0, 0)


def test_a_file_that_a_younger_call_has_too_stays(store: Engine, db: str, tmp_path: Path) -> None:
    path = recorded(store, tmp_path / "both.wav", content="声音")
    recorded(store, path, "c2", started_at=NOW - DAY)
    found, _ = away(db)
    assert path.exists() and found.kept == {"shared": 1} and not removed(store)
    with writing(store) as session:
        session.execute(text("UPDATE call SET started_at = '2026-03-01 00:00:00'"))
    ahead, _ = away(db, dry_run=True)
    found, _ = away(db)
    assert ahead == found and found.calls["recordings"] == 2 and found.bytes["recordings"] == 6
    assert not path.exists() and removed(store) and removed(store, "c2")


def test_another_recording_of_the_same_name_stays(store: Engine, db: str, tmp_path: Path) -> None:
    path = recorded(store, tmp_path / "line1.wav", content="昨天的声音")
    path.write_text("今天的声音", encoding="utf-8")
    found, notebook = away(db)
    assert path.exists() and not removed(store) and found.replaced == 1
    assert notebook.notes == [f"{path}: is another recording now than its call had; it stays"]


def test_a_file_is_known_again_without_being_read(store: Engine, db: str, tmp_path: Path) -> None:
    path = recorded(store, tmp_path / "c1.wav", content="声音")
    seen = Seen(str(path), Source.of_file(path).stamp, hashlib.sha256("别的".encode()).hexdigest())
    with writing(store) as session:
        note_seen(session=session, seen=[seen])
    found, _ = away(db)
    assert found.replaced == 1, "the hash that was noted is taken for the file's"


@pytest.mark.parametrize(("age_days", "there"), [(31, False), (29, True)])
def test_one_that_could_not_be_scored_goes_by_the_age_of_the_file(
    store: Engine, db: str, tmp_path: Path, age_days: int, there: bool
) -> None:
    path = tmp_path / "broken.wav"
    path.write_text("坏了", encoding="utf-8")
    at = (NOW - age_days * DAY).timestamp()
    os.utime(path, (at, at))
    with writing(store) as session:
        run = start_run(session=session, command="run", total=1)
        save_result(session=session, result=make_failed(), run_id=run, work="failed", recording_path=str(path))
    away(db)
    assert path.exists() is there


def test_one_that_cannot_be_removed_is_told_and_the_rest_goes_on(store: Engine, db: str, tmp_path: Path) -> None:
    folder = tmp_path / "c1.wav"
    folder.mkdir()
    recorded(store, folder, content="")
    with writing(store) as session:
        note_seen(session=session, seen=[Seen(str(folder), Source.of_file(folder).stamp, hashed("声音"))])
    other = recorded(store, tmp_path / "c2.wav", "c2", content="声音")
    found, notebook = away(db)
    assert (found.failed, found.calls["recordings"], other.exists()) == (1, 1, False)
    (note,) = notebook.notes
    assert note.startswith(f"{folder}: cannot be removed (") and "give write permission" in note
    assert not removed(store) and removed(store, "c2")


def test_a_link_is_told_since_what_it_leads_to_would_stay(store: Engine, db: str, tmp_path: Path) -> None:
    path = recorded(store, tmp_path / "c1.wav", content="声音")
    path.rename(tmp_path / "archive.wav")
    path.symlink_to(tmp_path / "archive.wav")
    found, notebook = away(db)
    assert found.failed == 1 and path.exists() and not removed(store)
    assert notebook.notes == [f"{path}: is a link; remove the file that it leads to, and the link, then start again"]


def hashed(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def test_recordings_elsewhere_are_counted(store: Engine, db: str, tmp_path: Path) -> None:
    recorded(store, "s3://bucket/night/c1.wav")
    found, notebook = away(db)
    assert (found.remote, found.calls["recordings"], notebook.items) == (1, 0, []) and not removed(store)


@pytest.mark.parametrize("kind", ["words", "recordings"])
def test_a_kind_without_a_period_stays(store: Engine, db: str, tmp_path: Path, kind: str) -> None:
    path = recorded(store, tmp_path / "c1.wav", content="声音")
    away(db, words=30 if kind == "words" else None, recordings=30 if kind == "recordings" else None)
    assert path.exists() is (kind == "words")
    with reading(store) as session:
        result = load_result(session=session, call_id="c1")
    assert result is not None and (result.words_removed_at == NOW) is (kind == "words")


def test_a_call_that_both_periods_keep_back_counts_once(store: Engine, db: str, tmp_path: Path) -> None:
    recorded(store, tmp_path / "c1.wav", content="声音")
    with writing(store) as session:
        session.execute(text("UPDATE scorecard SET provisional_until = NULL"))
        found = due(session=session, periods=Periods(30, 30), now=NOW)
    assert (found.calls, found.recordings, found.kept) == (0, 0, {"provisional": 1})


def test_a_call_may_keep_its_recording_and_lose_its_words(store: Engine, db: str, tmp_path: Path) -> None:
    path = recorded(store, tmp_path / "c1.wav", content="声音")
    recorded(store, path, "c2", started_at=NOW - DAY)
    with writing(store) as session:
        session.execute(text("UPDATE call SET transcript_key = NULL WHERE call_id = 'c2'"))
    found, _ = away(db, words=30)
    assert (dict(found.calls), found.kept) == ({"recordings": 0, "words": 1}, {"shared": 1}) and path.exists()


def test_a_dry_run_counts_words_and_removes_none(store: Engine, db: str, tmp_path: Path) -> None:
    recorded(store, tmp_path / "c1.wav")
    ahead, _ = away(db, words=30, recordings=None, dry_run=True)
    assert not removed(store)
    found, _ = away(db, words=30, recordings=None)
    assert ahead.calls == found.calls == {"words": 1} and ahead.bytes["words"] > 500


def test_a_failed_call_without_its_recording_is_not_tried_again(store: Engine, db: str, tmp_path: Path) -> None:
    with writing(store) as session:
        run = start_run(session=session, command="run", total=1)
        gone = str(tmp_path / "gone.wav")
        save_result(session=session, result=make_failed(), run_id=run, work="failed", recording_path=gone)
        assert failed_ids(session=session) == ["broken"]
    away(db)
    with reading(store) as session:
        assert failed_ids(session=session) == []


def test_without_any_period_nothing_is_done(db: str) -> None:
    with pytest.raises(ConfigError, match="QA_KEEP_WORDS_DAYS"):
        away(db, recordings=None)
