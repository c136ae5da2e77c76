"""The soak in small: a real batch, killed and started again, ends with every call stored once."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.small_rules import write_rules


@pytest.mark.parametrize(("how", "kills"), [("kill", 2), ("worker", 1)])
def test_a_disturbed_batch_ends_with_every_call_once(tmp_path: Path, how: str, kills: int) -> None:
    rules = write_rules(tmp_path / "rules")
    (rules / "heating").rename(rules / "telecom")
    command = [sys.executable, "-m", "benchmarks.kills", "--kills", str(kills), "--calls", "6", "--how", how]
    done = subprocess.run([*command, "--rules", str(rules)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert f"{how}: {kills} times" in done.stdout and "6 calls, each stored once" in done.stdout
