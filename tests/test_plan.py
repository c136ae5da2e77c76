"""What is left to do of a recording, by what is stored of its call and known of its file."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

import qa
from qa.call import Channels
from qa.discover import Task
from qa.plan import Step, plan
from qa.rules.loader import load_rulebook
from qa.sources import Source
from qa.store.engine import reading, writing
from qa.store.saving import save_result, start_run
from qa.store.state import CallState
from qa.store.work import Failure, Seen, note_failure, note_seen
from tests.builders import make_failed, make_meta
from tests.small_rules import write_rules

SOURCE = Source("/in/c1.wav", "c1.wav", "1-2-3")
STATE = CallState(
    status="scored",
    error=None,
    recording_path="/in/c1.wav",
    audio_sha256="a" * 64,
    engine="base+agent-left",
    channels="agent-left",
    transcript_key="k",
    ruleset_sha256="r",
    meta_sha256="m",
    qa_version=qa.__version__,
)
STEP = Step(Task(SOURCE, make_meta()), None, "a" * 64, "m", "r", STATE)


def engine_of(channels: Channels) -> str:
    return f"base+{channels}"


def test_done_is_what_would_come_out_the_same() -> None:
    assert STEP.done(engine_of)


@pytest.mark.parametrize(
    "step",
    [
        replace(STEP, state=None),
        replace(STEP, state=replace(STATE, status="failed")),
        replace(STEP, sha256=None),
        replace(STEP, sha256="b" * 64),
        replace(STEP, state=replace(STATE, engine="other+agent-left")),
        replace(STEP, ruleset_sha256="other"),
        replace(STEP, meta_sha256="other"),
        replace(STEP, state=replace(STATE, qa_version="0.0")),
        replace(STEP, task=Task(replace(SOURCE, location="/moved/c1.wav"), make_meta())),
    ],
)
def test_not_done(step: Step) -> None:
    assert not step.done(engine_of)


@pytest.mark.parametrize(
    ("failure", "stamp", "held"),
    [
        (None, "1-2-3", False),
        (Failure("c1", 1, True, "1-2-3", "m"), "1-2-3", True),
        (Failure("c1", 1, False, "1-2-3", "m"), "1-2-3", False),
        (Failure("c1", 1, True, "1-2-3", "m"), "4-5-6", False),
        (Failure("c1", 1, True, "1-2-3", "other"), "1-2-3", False),
        (Failure("c1", 1, True, "", "m"), "", False),
    ],
)
def test_held_until_file_or_row_changes(failure: Failure | None, stamp: str, held: bool) -> None:
    assert replace(STEP, failure=failure, task=Task(replace(SOURCE, stamp=stamp), make_meta())).held == held


def test_a_file_that_looks_unchanged_is_not_read_again(store: Engine, tmp_path: Path) -> None:
    book = load_rulebook(write_rules(tmp_path / "rules"))
    with writing(store) as session:
        note_seen(session=session, seen=[Seen(SOURCE.location, SOURCE.stamp, "a" * 64)])
    same, changed = Task(SOURCE, make_meta()), Task(replace(SOURCE, stamp="9-9-9"), make_meta())
    with reading(store) as session:
        found = [
            step.sha256
            for task, verify in ((same, False), (changed, False), (same, True))
            for step in plan([task], book, session=session, verify=verify)
        ]
    assert found == ["a" * 64, None, None]


def test_errors_and_failures_are_told_before_any_work(store: Engine, tmp_path: Path) -> None:
    book = load_rulebook(write_rules(tmp_path / "rules"))
    with writing(store) as session:
        run_id = start_run(session=session, command="run", total=1)
        save_result(session=session, result=make_failed("c1"), run_id=run_id, work="failed")
        note_failure(session=session, call_id="c1", stamp=SOURCE.stamp, meta_sha256="", passing=False)
    gone = Task(SOURCE, make_meta("c1"), error="is missing", missing=True)
    unknown = Task(SOURCE, make_meta("c2", ruleset="nonsense"))
    with reading(store) as session:
        first, second = plan([gone, unknown], book, session=session)
    assert (first.error, first.failure and first.failure.attempts) == ("is missing", 1)
    assert second.error and "nonsense" in second.error
