"""A database written anew: what was deleted is in it no more."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from qa.errors import StoreError
from qa.store.compacting import _check_room, compact
from qa.store.engine import reading, writing
from qa.store.filters import CallFilter
from qa.store.loading import load_result
from qa.store.search import Sought, find
from tests.store.forgotten import forget, quoting


def terms(store: Engine) -> set[int]:
    """The ids of which the full-text index has anything."""
    with store.connect() as connection:
        connection.execute(text("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, spoken_index, instance)"))
        found = set(connection.execute(text("SELECT doc FROM temp.terms")).scalars())
        connection.execute(text("DROP TABLE temp.terms"))
    return found


def test_it_keeps_what_is_there(store: Engine) -> None:
    quoting(store)
    quoting(store, "c2", source="b" * 64)
    with reading(store) as session:
        before = load_result(session=session, call_id="c2")
    assert compact(store) >= 0
    with reading(store) as session:
        assert load_result(session=session, call_id="c2") == before
        hits = find(session=session, sought=Sought("幸福路"), where=CallFilter(), limit=9).hits
    assert [hit.call_id for hit in hits] == ["c1", "c2"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_index_has_nothing_of_transcripts_that_are_gone(store: Engine) -> None:
    quoting(store)
    quoting(store, "c2", source="b" * 64, started_at=None)
    with writing(store) as session:
        # As versions before left it that dropped transcripts without a word to the index.
        session.execute(text("INSERT INTO spoken_index(rowid, pairs) VALUES (77, 'p1 p2 p3')"))
    assert terms(store) == {1, 2, 77}
    forget(store)
    compact(store)
    assert terms(store) == {2}


def test_want_of_disk_space_is_told_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"needs 2000000000 MB of free disk space, there are \d+ MB; free some"):
        _check_room(tmp_path / "qa.db", 10**15)
