"""A run whose database server is stopped and started again goes on, and stores every call once."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from qa.errors import StoreError
from qa.store.engine import open_store, store_errors, writing
from qa.store.patience import patiently
from qa.store.saving import start_run
from tests.builders import OPENING
from tests.postgres import Server

CALLS = 40
STOPS = 2


def stored(store: Engine) -> list[tuple[int, ...]]:
    """Rows and different calls in each table that has one row a call."""
    tables = {"call": "call_id", "scorecard": "call_id", "transcript": "key", "run_item": "call_id"}
    with store.connect() as connection:
        return [
            tuple(connection.execute(text(f"SELECT count(*), count(DISTINCT {key}) FROM {table}")).one())
            for table, key in tables.items()
        ]


def test_a_server_restarted_in_the_middle_of_a_run(
    postgres: Server, postgres_db: str, tmp_path: Path, rules_dir: Path
) -> None:
    said = [{"role": "agent", "start": 0.5, "end": 5.5, "text": OPENING}]
    lines = [{"call_id": f"c{i:02}", "duration_s": 9.0 + i / 100, "transcript": said} for i in range(CALLS)]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    command = [sys.executable, "-m", "qa", "score", "--transcripts", str(tmp_path / "t.jsonl"), "--db", postgres_db]
    command += ["--rules", str(rules_dir), "--ruleset", "heating"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    store, reached = open_store(postgres_db, away_s=30.0), 0
    for _ in range(STOPS):
        while (now := stored(store)[0][0]) <= reached and process.poll() is None:
            time.sleep(0.02)
        reached = now
        postgres.stop()
        time.sleep(0.5)
        postgres.start()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0 and f"{CALLS} scored" in out, err
    assert 0 < reached < CALLS, "the server was stopped too late to test anything"
    assert stored(store) == [(CALLS, CALLS)] * 4


def test_a_server_that_stays_away_is_told_in_one_line(postgres: Server, postgres_db: str) -> None:
    store = open_store(postgres_db, away_s=0.5)

    @patiently
    def work() -> None:
        with writing(store) as session:
            start_run(session=session, command="run", total=1)
            postgres.stop()
            session.execute(text("SELECT 1"))

    try:
        with pytest.raises(StoreError, match="does not answer; start it") as caught, store_errors(postgres_db):
            work()
    finally:
        postgres.start()
    assert "\n" not in str(caught.value)
    with store.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM run")).scalar_one() == 0
