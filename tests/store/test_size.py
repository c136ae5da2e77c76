"""How much a store holds, on both engines."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.call import LOCAL
from qa.store.engine import open_store, reading, writing
from qa.store.saving import save_result, start_run
from qa.store.size import size
from qa.store.tables import CallRecord
from tests.builders import make_meta, make_result, make_transcript


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, sqlite_db: str) -> Engine:
    return open_store(sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db"))


def test_an_empty_store(engine: Engine) -> None:
    with reading(engine) as session:
        found = size(session=session)
    assert (found.calls, found.since, found.recordings, found.engine, found.host) == (0, None, None, None, None)
    assert found.database_bytes > 0


@pytest.mark.parametrize(
    ("location", "folder"), [("/in/day/c2.wav", Path("/in/day")), ("s3://bucket/c2.wav", None), (None, None)]
)
def test_what_is_stored(engine: Engine, tmp_path: Path, location: str | None, folder: Path | None) -> None:
    days = {"c1": datetime(2026, 3, 1, tzinfo=LOCAL), "c2": datetime(2026, 3, 9, tzinfo=LOCAL)}
    with writing(engine) as session:
        run = start_run(session=session, command="run", total=2)
        for call_id, at in days.items():
            meta = make_meta(call_id, started_at=at)
            transcript = replace(make_transcript(source=call_id * 32), engine=f"engine of {call_id}")
            save_result(
                session=session,
                result=make_result(call_id, meta=meta),
                run_id=run,
                work="transcribed",
                transcript=transcript,
            )
            session.get_one(CallRecord, call_id).recording_path = location
    with reading(engine) as session:
        found = size(session=session)
    assert (found.calls, found.since, found.recordings) == (2, days["c1"], folder)
    assert found.engine == "engine of c2" and found.host
    assert found.folder == (tmp_path if engine.dialect.name == "sqlite" else None)
