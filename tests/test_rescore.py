"""An archive scored again: all new scores count at once or none does, and what counted before stays as history."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from qa.batch import Totals
from qa.cli import main
from qa.errors import StoreError
from qa.logs import Item
from qa.pipeline import Outcome, load_rules, work_transcript
from qa.rescore import Job, _read, _score, _store_page, rescore
from qa.result import CallResult
from qa.store.engine import open_store, reading, writing
from qa.store.forgetting import Order, forget_words
from qa.store.loading import load_result, load_scorecard
from qa.store.rescoring import publish, resume_or_start
from qa.store.reviews import judge
from qa.store.saving import save_result, start_run
from qa.store.transcripts import StoredTranscript
from tests.builders import make_call, make_failed, make_meta, make_transcript, make_turn
from tests.notebook import Notebook
from tests.small_rules import write_rules

RUDE = make_turn("agent", 4.0, 7.0, "你到底听不听得懂")
POLITE = make_turn("agent", 1.0, 3.0, "您好大龙供暖为您服务")
BYE = make_turn("agent", 11.0, 13.0, "感谢您的来电再见")
CHANGE = ("points: 5", "points: 3")
LATER = """\
  - id: rude
    valid_from: 2026-07-01
    name: 禁语
    clause: 第1条
    points: 7
    violated:
      forbidden: {phrases: [rude-words]}
    reason: 使用禁语
    examples:
      - {verdict: violated, turns: [{坐席 1: 你到底听不听得懂}]}
      - {verdict: passed, turns: [{坐席 1: 请您稍等一下}]}
  - id: closing"""
CALLS = [f"c{i:02}" for i in range(12)]


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The small rules, with changes."""
    root = tmp_path_factory.mktemp("rules")

    def make(*changes: tuple[str, str]) -> Path:
        folder = root / f"{hash(changes):x}"
        return folder if folder.exists() else write_rules(folder, *changes)

    return make


def transcript(call_id: str) -> StoredTranscript:
    return make_transcript(make_call(POLITE, RUDE, BYE), source=call_id * 16)


def scored(call_id: str, folder: Path) -> Outcome:
    load_rules.cache_clear()
    return work_transcript(make_meta(call_id, channels="agent-left"), transcript(call_id), folder)


def fill(store: Engine, folder: Path, call_ids: list[str] = CALLS) -> int:
    """Calls that cost 5 points each, scored by one run."""
    with writing(store) as session:
        run_id = start_run(session=session, command="score", total=len(call_ids))
        for call_id in call_ids:
            done = scored(call_id, folder)
            save_result(session=session, result=done.result, run_id=run_id, work="rescored", transcript=done.transcript)
    return run_id


def again(db: str, folder: Path, workers: int = 1, as_of: date | None = None) -> tuple[Totals, Notebook]:
    notebook = Notebook()
    return rescore(rules=folder, db=db, workers=workers, reporter=notebook, as_of=as_of), notebook


def scores(store: Engine) -> set[float]:
    found = [stored(store, call_id).scorecard for call_id in CALLS]
    return {card.score for card in found if card}


def stored(store: Engine, call_id: str) -> CallResult:
    with reading(store) as session:
        result = load_result(session=session, call_id=call_id)
    assert result
    return result


def cards(store: Engine) -> tuple[int, int]:
    """All scorecards, and those that do not count yet."""
    query = text("SELECT count(*), count(replaces) FROM scorecard")
    with store.connect() as connection:
        every, waiting = connection.execute(query).one()
    return every, waiting


def test_every_call_has_its_new_score_and_keeps_the_former_one(
    store: Engine, db: str, rules: Callable[..., Path]
) -> None:
    first = fill(store, rules())
    former = stored(store, "c03")
    totals, _ = again(db, rules(CHANGE))
    assert (totals.scored, totals.rescored, totals.failed) == (len(CALLS), len(CALLS), 0)
    assert cards(store) == (2 * len(CALLS), 0)
    for call_id in CALLS:
        result, expected = stored(store, call_id), scored(call_id, rules(CHANGE)).result
        assert (result.scorecard, result.call) == (expected.scorecard, expected.call)
        assert result.provenance and expected.provenance
        assert result.provenance.ruleset_sha256 == expected.provenance.ruleset_sha256
    with reading(store) as session:
        assert load_scorecard(session=session, call_id="c03", run_id=first) == former.scorecard


def test_worker_processes_score_the_same(
    store: Engine, db: str, rules: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, rules())
    monkeypatch.setattr("qa.pages.LEAST_A_WORKER", 1)
    monkeypatch.setattr("qa.pages.PAGE", 5)
    totals, notebook = again(db, rules(CHANGE), workers=2)
    assert totals.rescored == len(CALLS) and scores(store) == {97.0}
    assert [item.call_id for item in notebook.items] == CALLS


def test_killed_nothing_counts_and_the_next_one_goes_on(store: Engine, db: str, rules: Callable[..., Path]) -> None:
    fill(store, rules())
    script = (
        "import sys, time, qa.pages, qa.rescore; qa.pages.PAGE = 3; qa.rescore.publish = lambda **_: time.sleep(60)\n"
    )
    script += "from qa.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", script, "rescore", "--db", db, "--rules", str(rules(CHANGE))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while cards(store)[1] < 6 and process.poll() is None:
        time.sleep(0.01)
    with pytest.raises(StoreError, match="is at work; wait"):
        again(db, rules(CHANGE))
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert cards(store)[1] >= 6 and scores(store) == {95.0}

    totals, notebook = again(db, rules(CHANGE))
    assert len(notebook.notes) == 1 and "going on" in notebook.notes[0]
    assert totals.rescored == len(CALLS) and scores(store) == {97.0}
    assert cards(store) == (2 * len(CALLS), 0)


def test_what_waits_for_other_rules_goes(store: Engine, db: str, rules: Callable[..., Path]) -> None:
    fill(store, rules())
    broken_off(store, rules(CHANGE))
    assert cards(store)[1] == len(CALLS)
    totals, notebook = again(db, rules(("points: 5", "points: 2")))
    assert notebook.notes == [] and totals.rescored == len(CALLS)
    assert scores(store) == {98.0} and cards(store) == (2 * len(CALLS), 0)


def broken_off(store: Engine, folder: Path) -> None:
    """A rescoring that has done all but the end, and whose process has gone."""
    import qa.rescore as module

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "publish", stop)
        again(store.url.render_as_string(hide_password=False), folder)
    with store.begin() as connection:
        connection.execute(text("UPDATE run SET beat_at = NULL WHERE command = 'rescore'"))


def stop(**_: object) -> None:
    raise KeyboardInterrupt


def test_a_call_that_another_run_stores_meanwhile_keeps_its_result(
    store: Engine, db: str, rules: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, rules())

    def and_one_is_stored(page: list[str], job: object) -> list[Item]:
        items = real_page(page, job=job)
        fill(store, rules(("points: 5", "points: 1")), ["c05"])
        return items

    import qa.rescore as module

    real_page = module.rescore_page
    monkeypatch.setattr(module, "rescore_page", and_one_is_stored)
    _, notebook = again(db, rules(CHANGE))
    assert notebook.notes == ["1 calls were stored by another run meanwhile and keep its result"]
    assert scores(store) == {97.0, 99.0} and cards(store)[1] == 0


def test_what_cannot_be_scored_keeps_its_score(store: Engine, db: str, rules: Callable[..., Path]) -> None:
    fill(store, rules())
    with writing(store) as session:
        run_id = start_run(session=session, command="run", total=1)
        save_result(session=session, result=make_failed(), run_id=run_id, work="failed")
        session.execute(text("UPDATE call SET ruleset = 'cable' WHERE call_id = 'c07'"))
    totals, notebook = again(db, rules(CHANGE))
    assert (totals.rescored, totals.failed, totals.kept) == (len(CALLS) - 1, 1, 1)
    [failure] = [item for item in notebook.items if item.error]
    assert failure.call_id == "c07" and "'cable' is no rule set" in (failure.error or "")
    kept = stored(store, "c07")
    assert kept.status == "scored" and kept.scorecard and kept.scorecard.score == 95.0


def test_a_transcript_without_its_prepared_form_gets_one(store: Engine, db: str, rules: Callable[..., Path]) -> None:
    fill(store, rules())
    with store.begin() as connection:
        connection.execute(text("DELETE FROM prepared WHERE transcript_key = :key"), {"key": transcript("c01").key})
        connection.execute(text("UPDATE prepared SET phones = NULL"))
    again(db, rules(CHANGE))
    with store.connect() as connection:
        prepared = connection.execute(text("SELECT count(*), count(phones) FROM prepared")).one()
        peaks = connection.execute(text("SELECT count(*), count(peaks) FROM transcript")).one()
    assert tuple(prepared) == tuple(peaks) == (len(CALLS), len(CALLS))


VERSIONS = (
    ("points: 5\n    per: occurrence", "points: 5\n    valid_until: 2026-06-30\n    per: occurrence"),
    ("  - id: closing", LATER),
)


def test_old_calls_go_by_the_rules_of_their_day_unless_another_is_asked_for(
    store: Engine, db: str, rules: Callable[..., Path]
) -> None:
    fill(store, rules())
    with store.begin() as connection:
        connection.execute(text("UPDATE call SET started_at = '2026-03-11 01:15:00'"))
    again(db, rules(*VERSIONS))
    assert scores(store) == {95.0}
    by_day = hashes(store)
    _, notebook = again(db, rules(*VERSIONS), as_of=date(2026, 7, 1))
    assert scores(store) == {93.0} and notebook.notes == []
    # What was chosen stands: it is done by the rules as they are, and reviews settle it by them.
    assert hashes(store).isdisjoint(by_day)
    assert hashes(store) | by_day <= load_rules(rules(*VERSIONS)).rulesets["heating"].hashes
    with writing(store) as session:
        judge(session=session, call_id="c03", seen=0, by="qa", rule="rude", decision="confirmed")
    assert scores(store) == {93.0}
    again(db, rules(*VERSIONS))
    assert scores(store) == {95.0} and hashes(store) == by_day


def test_the_command_and_a_run_after_it(
    db: str, rules: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"role": "agent", "start": 1.0, "end": 3.0, "text": "你到底听不听得懂"}
    line = {"call_id": "c1", "duration_s": 10.0, "transcript": [said]}
    (tmp_path / "t.jsonl").write_text(json.dumps(line), "utf-8")
    (tmp_path / "calls.csv").write_text("recording,started_at\nc1.wav,2026-03-11T09:15:00\n", "utf-8")
    given = ("--transcripts", str(tmp_path / "t.jsonl"), "--calls", str(tmp_path / "calls.csv"), "--ruleset", "heating")
    results = ("--out", str(tmp_path / "r.jsonl"))

    def qa(*argv: str) -> str:
        load_rules.cache_clear()
        with pytest.raises(SystemExit) as stopped:
            main([*argv, "--db", db, "--rules", str(rules(*VERSIONS))])
        assert not stopped.value.code
        return capsys.readouterr().out

    def points() -> float:
        result = json.loads((tmp_path / "r.jsonl").read_text("utf-8"))
        assert [f["rule"] for f in result["findings"]] == ["rude", "closing", "hangup", "slow"]
        return float(result["findings"][0]["points"])

    assert "0 kept" in qa("score", *given, *results) and points() == 5
    assert "1 scored from transcripts" in qa("rescore", "--as-of", "2026-07-01")
    # What was asked for stands when the same call comes again.
    assert "1 kept" in qa("score", *given, *results) and points() == 7
    assert "1 scored from transcripts" in qa("rescore")
    assert "1 kept" in qa("score", *given, *results) and points() == 5


def hashes(store: Engine) -> set[str]:
    with store.connect() as connection:
        return set(connection.execute(text("SELECT ruleset_sha256 FROM call")).scalars())


def test_an_empty_store(db: str, rules: Callable[..., Path]) -> None:
    open_store(db).dispose()
    totals, _ = again(db, rules())
    assert (totals.rescored, totals.kept, totals.failed) == (0, 0, 0)


def test_sides_are_told_again_only_where_their_script_differs(
    store: Engine, db: str, rules: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def counted(transcript: StoredTranscript, *rest: object) -> StoredTranscript:
        told.append(transcript.key)
        return transcript

    monkeypatch.setattr("qa.pipeline.sides_again", counted)
    fill(store, rules())
    for change, times in ((CHANGE, 0), (("感谢您的来电, 祝", "收到收到, 祝"), len(CALLS)), (CHANGE, len(CALLS))):
        told.clear()
        again(db, rules(change))
        assert len(told) == times


def test_words_that_are_removed_meanwhile_do_not_come_back(store: Engine, db: str, rules: Callable[..., Path]) -> None:
    fill(store, rules())
    before = stored(store, "c00").scorecard
    folder = rules(CHANGE)
    load_rules.cache_clear()
    with writing(store) as session:
        run_id, _ = resume_or_start(session=session, goal="g", total=len(CALLS))
    job = Job(run_id, folder, db)
    _, entries, transcripts = _read(store, run_id, CALLS)
    worked = [_score(entry, transcripts[entry.transcript_key], job) for entry in entries]
    later = datetime.now(UTC) + timedelta(days=400)
    with writing(store) as session:
        forget_words(session=session, order=Order(later - timedelta(days=30), 30, "张", later), after="", most=3)
    _store_page(store, run_id, worked)
    assert cards(store) == (2 * len(CALLS) - 3, len(CALLS) - 3)
    with writing(store) as session:
        assert publish(session=session, run_id=run_id).calls == len(CALLS) - 3
    after = stored(store, "c00")
    assert before is not None and after.scorecard is not None and after.scorecard.score == before.score
    assert after.call is not None and after.call.turns == () and "听不听得懂" not in repr(after)
