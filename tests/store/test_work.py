"""What runs know of each other and of earlier nights."""

import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from qa.machine import host
from qa.store.engine import reading, writing
from qa.store.runs import list_runs, load_run, run_failures
from qa.store.saving import finish_run, note_item, save_result, start_run
from qa.store.tables import RunRecord
from qa.store.work import (
    TRIES,
    Failure,
    Seen,
    claim,
    failures,
    forget_failure,
    lives,
    note_failure,
    note_seen,
    release,
    seen_files,
)
from tests.builders import make_failed, make_result, make_transcript

NOW = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


def dead_pid() -> int:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    return process.pid


@pytest.fixture
def runs(store: Engine) -> tuple[int, int]:
    """Two runs of this process."""
    with writing(store) as session:
        first, second = (start_run(session=session, command="run", total=2) for _ in range(2))
    return first, second


def test_a_call_is_one_runs_only(store: Engine, runs: tuple[int, int]) -> None:
    first, second = runs
    with writing(store) as session:
        assert claim(session=session, call_id="c1", run_id=first)
        assert claim(session=session, call_id="c1", run_id=first)
        assert not claim(session=session, call_id="c1", run_id=second)
        release(session=session, run_id=second, call_id="c1")
        assert not claim(session=session, call_id="c1", run_id=second)
        release(session=session, run_id=first)
        assert claim(session=session, call_id="c1", run_id=second)


def test_the_calls_of_a_dead_run_are_free(store: Engine, runs: tuple[int, int]) -> None:
    first, second = runs
    with writing(store) as session:
        assert claim(session=session, call_id="c1", run_id=first)
        run = session.get_one(RunRecord, first)
        run.pid = dead_pid()
        session.flush()
        assert claim(session=session, call_id="c1", run_id=second)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"pid": -1}, False),
        ({"host": "elsewhere", "pid": -1}, True),
        ({"host": "elsewhere", "beat_at": NOW - timedelta(minutes=5)}, False),
        ({"beat_at": None}, False),
        ({"finished_at": NOW}, False),
    ],
)
def test_which_runs_live(fields: dict[str, object], expected: bool) -> None:
    pid = dead_pid() if fields.get("pid") == -1 else os.getpid()
    given = {"command": "run", "qa_version": "1", "started_at": NOW, "host": host(), "beat_at": NOW} | fields
    assert lives(RunRecord(**given | {"pid": pid}), NOW) == expected


def test_seen_files_are_known_by_their_stamp(store: Engine) -> None:
    with writing(store) as session:
        for stamp, sha256 in (("1", "a" * 64), ("2", "b" * 64)):
            note_seen(session=session, seen=[Seen("/in/a.wav", stamp, sha256), Seen("memory://x", "", "c" * 64)])
    with reading(store) as session:
        found = seen_files(session=session, locations=["/in/a.wav", "/in/b.wav", "memory://x"])
    assert found == {"/in/a.wav": Seen("/in/a.wav", "2", "b" * 64)}


def test_failures_are_counted_until_scored_or_changed(store: Engine, runs: tuple[int, int]) -> None:
    with writing(store) as session:
        save_result(session=session, result=make_failed("c1"), run_id=runs[0], work="failed")
        for _ in range(2):
            note_failure(session=session, call_id="c1", stamp="s", meta_sha256="m", passing=False)
        assert failures(session=session, call_ids=["c1", "c2"]) == {"c1": Failure("c1", 2, True, "s", "m")}
        note_failure(session=session, call_id="c1", stamp="t", meta_sha256="m", passing=False)
        assert failures(session=session) == {"c1": Failure("c1", 1, True, "t", "m")}
        forget_failure(session=session, call_id="c1")
        assert failures(session=session) == {}


def test_what_may_pass_is_tried_some_nights(store: Engine, runs: tuple[int, int]) -> None:
    held = []
    with writing(store) as session:
        save_result(session=session, result=make_failed("c1"), run_id=runs[0], work="failed")
        for _ in range(TRIES):
            note_failure(session=session, call_id="c1", stamp="s", meta_sha256="m", passing=True)
            held.append(failures(session=session)["c1"].held)
    assert held == [False] * (TRIES - 1) + [True]


def test_a_run_tells_how_far_it_is(store: Engine, runs: tuple[int, int]) -> None:
    first, second = runs
    with writing(store) as session:
        run = session.get_one(RunRecord, first)
        run.started_at -= timedelta(seconds=60)
        run.total, run.kept, run.held = 10, 4, 1
        transcript = make_transcript(duration_s=120.0)
        for call_id in ("c1", "c2"):
            save_result(
                session=session,
                result=make_result(call_id),
                run_id=first,
                work="transcribed",
                transcript=transcript,
                seconds=3.0,
            )
        save_result(session=session, result=make_failed("c3"), run_id=first, work="failed")
        note_failure(session=session, call_id="c3", stamp="", meta_sha256="", passing=False)
        note_item(session=session, run_id=first, call_id="c0", work="kept", status="scored", error=None)
    with reading(store) as session:
        row = load_run(session=session, run_id=first)
        assert row is not None
        assert (row.state, row.transcribed, row.failed, row.kept, row.held, row.left) == ("running", 2, 1, 5, 1, 1)
        assert row.audio_s == 240.0 and row.speed == pytest.approx(4.0, rel=0.1)
        assert row.ends_at is not None and 10 < (row.ends_at - datetime.now(UTC)).total_seconds() < 30
        (failure,) = run_failures(session=session, run_id=first)
        assert (failure.call_id, failure.attempts, failure.held) == ("c3", 1, True)
        assert load_run(session=session, run_id=99) is None
    with writing(store) as session:
        finish_run(session=session, run_id=first, outcome="stopped")
        session.get_one(RunRecord, second).pid = dead_pid()
    with reading(store) as session:
        assert [(row.state, row.ends_at) for row in list_runs(session=session)] == [
            ("cut off", None),
            ("stopped", None),
        ]
