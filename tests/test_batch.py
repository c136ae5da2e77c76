"""The main job on real recordings, good and bad, with the bundled model and real worker processes."""

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from qa.batch import Options, Totals, run
from qa.call import CallMeta
from qa.errors import ConfigError
from qa.pipeline import Line
from qa.retry import retry
from qa.settings import Settings
from qa.sources import Source
from qa.store.engine import open_store, reading, writing
from qa.store.saving import start_run
from qa.store.work import claim, failures, release
from qa.workers import DIED, Job, share_cores, work_all
from tests.conftest import ROOT
from tests.notebook import Notebook

SAMPLES = ROOT / "sample_data"

# To read so much of nothing takes a worker a minute, in which it can be killed.
POISON_BYTES = 64 << 30


@dataclass(frozen=True)
class Inbox:
    """A folder of recordings with a calls file and a database of its own."""

    folder: Path
    rules: Path

    @property
    def db(self) -> str:
        return f"sqlite:///{self.folder / 'qa.db'}"

    def options(self, **changed: Any) -> Options:
        given: dict[str, Any] = {
            "paths": (str(self.folder / "in"),),
            "rules": self.rules,
            "db": self.db,
            "calls": self.folder / "calls.csv",
            "out": self.folder / "results.jsonl",
            "profile": "fast",
        }
        return Options(**(given | changed))

    def work(self) -> tuple[Totals, Notebook, list[dict[str, Any]]]:
        options, notebook = self.options(), Notebook()
        totals = run(options, Settings(db=self.db), notebook)
        assert options.out
        return totals, notebook, [json.loads(line) for line in options.out.read_text(encoding="utf-8").splitlines()]

    def retry(self, *call_ids: str) -> tuple[Totals, Notebook]:
        notebook = Notebook()
        return retry(call_ids, self.options(out=None, calls=None), Settings(db=self.db), notebook), notebook

    def attempts(self) -> dict[str, int]:
        engine = open_store(self.db)
        with reading(engine) as session:
            found = {call_id: failure.attempts for call_id, failure in failures(session=session).items()}
        engine.dispose()
        return found

    def describe(self, *rows: str) -> None:
        (self.folder / "calls.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


ROWS = (
    "recording,call_id,agent_id,ruleset,complaint,direction",
    "good.wav,good,1021,telecom,false,inbound",
    "bad_row.wav,bad-row,1021,telecom,false,sideways",
    "gone.wav,gone,1021,telecom,false,inbound",
)
NOT_WORKED = ("bad-row", "gone")
BAD = ("empty", "text", "random", "nothing", *NOT_WORKED)


def fill(folder: Path) -> None:
    folder.mkdir()
    good = SAMPLES / "clean" / "clean01.wav"
    shutil.copy(good, folder / "good.wav")
    shutil.copy(good, folder / "bad_row.wav")
    (folder / "empty.wav").touch()
    (folder / "text.wav").write_text("这不是录音\n" * 100, encoding="utf-8")
    (folder / "random.mp3").write_bytes(np.random.default_rng(7).bytes(20_000))
    whole = good.read_bytes()
    (folder / "truncated.wav").write_bytes(whole[: len(whole) // 2])
    write_wav(folder / "nothing.wav", np.zeros((1, 0), np.int16))
    write_wav(folder / "silent.wav", np.zeros((1, 8000 * 3), np.int16))


def write_wav(path: Path, samples: "np.ndarray[Any, np.dtype[np.int16]]") -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        if samples.size:
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
        else:
            container.start_encoding()
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, rules_dir: Path) -> Inbox:
    inbox = Inbox(tmp_path_factory.mktemp("inbox"), rules_dir)
    fill(inbox.folder / "in")
    inbox.describe(*ROWS)
    return inbox


@pytest.fixture(scope="module")
def first(inbox: Inbox) -> tuple[Totals, Notebook, list[dict[str, Any]]]:
    return inbox.work()


def test_every_bad_one_fails_in_one_line_and_the_others_are_scored(
    first: tuple[Totals, Notebook, list[dict[str, Any]]],
) -> None:
    totals, notebook, results = first
    statuses = {r["call_id"]: r["status"] for r in results}
    assert statuses == dict.fromkeys(BAD, "failed") | {"good": "scored", "truncated": "scored", "silent": "skipped"}
    assert (totals.scored, totals.failed, totals.skipped) == (2, len(BAD), 1)
    failures = [item for item in notebook.items if item.status == "failed"]
    assert {item.call_id for item in failures} == set(BAD)
    assert all(item.error and "\n" not in item.error and item.where for item in failures)


def test_a_truncated_recording_says_so(first: tuple[Totals, Notebook, list[dict[str, Any]]]) -> None:
    notes = {r["call_id"]: r["notes"] for r in first[2]}
    assert "truncated" in notes["truncated"] and "truncated" not in notes["good"]


def test_what_is_done_is_kept_and_only_that(inbox: Inbox, first: tuple[Totals, Notebook, list[dict[str, Any]]]) -> None:
    totals, _, results = inbox.work()
    assert (totals.kept, totals.transcribed, totals.rescored, totals.failed) == (3, 0, 0, len(BAD))
    assert totals.held == len(BAD) - len(NOT_WORKED)
    assert results == first[2]


def test_a_failed_recording_is_tried_again_when_asked_or_changed(
    inbox: Inbox, first: tuple[Totals, Notebook, list[dict[str, Any]]]
) -> None:
    totals, notebook = inbox.retry("text")
    assert (totals.failed, totals.held, [item.call_id for item in notebook.items]) == (1, 0, ["text"])
    assert inbox.attempts() == {"empty": 1, "text": 2, "random": 1, "nothing": 1}
    with pytest.raises(ConfigError, match="good"):
        inbox.retry("good")
    was = (inbox.folder / "in" / "text.wav").read_bytes()
    shutil.copy(inbox.folder / "in" / "silent.wav", inbox.folder / "in" / "text.wav")
    try:
        totals, *_ = inbox.work()
        assert (totals.rescored, totals.failed) == (1, len(BAD) - 1)
        assert "text" not in inbox.attempts()
    finally:
        (inbox.folder / "in" / "text.wav").write_bytes(was)


def test_corrected_metadata_scores_without_transcribing(
    inbox: Inbox, first: tuple[Totals, Notebook, list[dict[str, Any]]]
) -> None:
    inbox.describe(ROWS[0], ROWS[1].replace("1021", "999").replace("false", "true"))
    totals, _, results = inbox.work()
    inbox.describe(*ROWS)
    # The bad row has gone with the others: its recording is now a call of its own, with a transcript in the store.
    assert (totals.transcribed, totals.rescored) == (0, 2)
    (good,) = (r for r in results if r["call_id"] == "good")
    assert good["agent_id"] == "999"
    assert [t["text"] for t in good["transcript"]] == [
        t["text"] for r in first[2] if r["call_id"] == "good" for t in r["transcript"]
    ]


def test_a_scored_call_stays_when_its_recording_is_archived(inbox: Inbox) -> None:
    inbox.describe(*ROWS)
    inbox.work()
    path = inbox.folder / "in" / "good.wav"
    path.rename(inbox.folder / "archived.wav")
    try:
        _, notebook, _ = inbox.work()
    finally:
        (inbox.folder / "archived.wav").rename(path)
    assert "good" not in {item.call_id for item in notebook.items}


def test_a_run_waits_for_another_that_has_the_call(inbox: Inbox, tmp_path: Path) -> None:
    options = inbox.options(paths=(str(inbox.folder / "in" / "silent.wav"),), calls=None, out=None, ruleset="heating")
    engine = open_store(inbox.db)
    with writing(engine) as session:
        other = start_run(session=session, command="run", total=1)
        assert claim(session=session, call_id="silent", run_id=other)
    notebook = Notebook()
    with ThreadPoolExecutor(1) as threads:
        second = threads.submit(run, options, Settings(db=inbox.db), notebook)
        while not any("another run" in note for note in notebook.notes):
            time.sleep(0.05)
        assert not second.done() and not notebook.items
        with writing(engine) as session:
            release(session=session, run_id=other)
        assert second.result().skipped == 1
    engine.dispose()


@pytest.mark.parametrize(("kills", "status", "error"), [(1, "scored", None), (2, "failed", DIED)])
def test_a_recording_fails_alone_that_kills_its_worker_twice(
    rules_dir: Path, tmp_path: Path, kills: int, status: str, error: str | None
) -> None:
    poison = tmp_path / "poison.wav"
    poison.touch()
    os.truncate(poison, POISON_BYTES)
    good = SAMPLES / "clean" / "clean01.wav"
    jobs = [Job(Source.of_file(path), CallMeta(call_id=path.stem, ruleset="telecom")) for path in (poison, good)]
    killer = threading.Thread(target=kill_readers, args=(poison, kills, good))
    killer.start()
    results = {
        done.job.meta.call_id: done.outcome.result
        for done in work_all(jobs, Line(rules_dir, None, "fast"), 1, tmp_path / "cache")
    }
    killer.join()
    found = {call_id: (result.status, result.error) for call_id, result in results.items()}
    assert found == {"poison": (status, error), "clean01": ("scored", None)}
    assert active_children() == []


def kill_readers(poison: Path, kills: int, replacement: Path) -> None:
    """Kills the worker that reads the file, so many times; before the last, puts a recording in its place."""
    copy = shutil.copy(replacement, poison.with_suffix(".part"))
    killed: list[int] = []
    while len(killed) < kills:
        killed.append(reader_of(poison, besides=killed))
        if len(killed) == kills:
            os.replace(copy, poison)
        os.kill(killed[-1], signal.SIGKILL)


def reader_of(path: Path, besides: Sequence[int]) -> int:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for worker in active_children():
            with suppress(OSError):  # it died, or closed the file, meanwhile
                files = Path(f"/proc/{worker.pid}/fd").iterdir()
                if worker.pid and worker.pid not in besides and any(f.exists() and f.samefile(path) for f in files):
                    return worker.pid
        time.sleep(0.01)
    raise TimeoutError(f"no worker reads {path}")


@pytest.mark.parametrize(("workers", "jobs"), [(0, 1), (0, 100), (1, 5), (3, 2), (64, 64)])
def test_threads_never_exceed_cores_where_they_need_not(workers: int, jobs: int) -> None:
    cores = len(os.sched_getaffinity(0))
    used, threads = share_cores(workers, jobs)
    assert 1 <= used <= max(1, jobs)
    assert threads >= 1
    assert used * threads <= max(cores, used)
