"""Two machines of a cluster, which are two nodes of Ray on this one; one is killed in the middle of a run."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from qa.store.engine import open_store
from tests.conftest import ROOT

ray = pytest.importorskip("ray") if os.environ.get("CI") != "true" else __import__("ray")

CALLS = 10
CLIP_S, APART_S = 6, 3


@dataclass
class Cluster:
    """Nodes on loopback, each a process group of its own."""

    folder: Path
    port: int
    environment: dict[str, str]
    nodes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def add(self) -> None:
        """Starts a node with one core; the first is the head."""
        first = 20000 + 100 * len(self.nodes) + 1000 * (self.port % 20)
        command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus", "1"]
        command += ["--node-ip-address", "127.0.0.1", "--object-store-memory", "100000000", "--disable-usage-stats"]
        command += ["--min-worker-port", str(first), "--max-worker-port", str(first + 99)]
        if self.nodes:
            command += ["--address", self.address]
        else:
            command += ["--head", "--port", str(self.port), "--include-dashboard", "false"]
            command += ["--temp-dir", str(self.folder)]
        log = self.folder.parent / f"{self.folder.name}-{len(self.nodes)}.log"
        with log.open("wb") as out:
            node = subprocess.Popen(command, env=self.environment, stdout=out, stderr=out, start_new_session=True)
        self.nodes.append(node)
        until = time.monotonic() + 180
        while b"Ray runtime started" not in log.read_bytes():
            assert node.poll() is None and time.monotonic() < until, log.read_text()
            time.sleep(0.1)

    def kill(self, number: int) -> None:
        """Ends all processes of a node at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.nodes[number].pid, signal.SIGKILL)
        self.nodes[number].wait()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="qa-ray-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    # A busy machine starts a node slowly.
    told = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), "RAY_raylet_start_wait_time_s": "120"}
    environment = os.environ | told | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    made = Cluster(folder, port, environment)
    try:
        made.add()
        made.add()
        yield made
    finally:
        for number in range(len(made.nodes)):
            made.kill(number)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_machine_lost_in_the_middle_of_a_run(cluster: Cluster, tmp_path: Path, rules_dir: Path) -> None:
    inbox, db = tmp_path / "in", f"sqlite:///{tmp_path / 'qa.db'}"
    inbox.mkdir()
    for number in range(CALLS):
        clip(inbox / f"call{number}.wav", number)
    open_store(db).dispose()
    command = [sys.executable, "-m", "qa", "run", str(inbox), "--db", db, "--rules", str(rules_dir)]
    command += ["--profile", "fast", "--cluster", cluster.address, "--out", str(tmp_path / "r.jsonl")]
    process = subprocess.Popen(
        command, env=cluster.environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while scored(db) < 3 and process.poll() is None:
        time.sleep(0.05)
    cluster.kill(1)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert f"{CALLS} calls" in out and scored(db) == CALLS
    store = open_store(db)
    with store.connect() as connection:
        worked = connection.execute(text("SELECT count(*), count(DISTINCT call_id) FROM run_item")).one()
    store.dispose()
    assert tuple(worked) == (CALLS, CALLS)


def clip(path: Path, number: int) -> None:
    """A few seconds of a sample call, others for each number."""
    with wave.open(str(ROOT / "sample_data" / "clean" / "clean03.wav")) as sample, wave.open(str(path), "wb") as out:
        rate = sample.getframerate()
        sample.setpos(number * APART_S * rate)
        out.setparams(sample.getparams())
        out.writeframes(sample.readframes(CLIP_S * rate))


def scored(db: str) -> int:
    store = open_store(db)
    with store.connect() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM scorecard JOIN call USING (call_id, run_id)")
        ).scalar_one()
    store.dispose()
    return int(found)
