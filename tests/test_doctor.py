"""The doctor names what is missing, and one fault hides no other."""

from pathlib import Path
from typing import Any

import pytest

from qa.doctor import Check, examine
from qa.settings import Settings


def found(settings: Settings) -> dict[str, Check]:
    return {check.part: check for check in examine(settings)}


def test_a_sound_installation(db: str, rules_dir: Path) -> None:
    checks = found(Settings(db=db, rules=rules_dir))
    assert [c for c in checks.values() if c.state == "missing"] == []
    assert "0 calls" in checks["database"].found and "heating" in checks["rules"].found


@pytest.mark.parametrize(
    ("part", "settings"),
    [
        ("rules", {"rules": Path("no/such/rules")}),
        ("database", {"db": "sqlite:////no/such/folder/qa.db"}),
    ],
)
def test_a_fault_is_named_with_a_remedy(db: str, rules_dir: Path, part: str, settings: dict[str, Any]) -> None:
    checks = found(Settings(**({"db": db, "rules": rules_dir} | settings)))
    assert [c.part for c in checks.values() if c.state == "missing"] == [part]
    assert checks[part].remedy


@pytest.mark.parametrize(("dies", "state"), [("", "ok"), ("os.kill(os.getpid(), signal.SIGILL)", "missing")])
def test_a_diarizer_built_for_another_processor(
    db: str, rules_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies: str, state: str
) -> None:
    files = {
        "torch.py": "",
        "senko.py": f"""
import os, signal
class Diarizer:
    def __init__(self, **_): pass
    def _extract_fbank_features(self, *_): {dies or "pass"}
""",
        "senko-0.2.2.dist-info/METADATA": "Metadata-Version: 2.1\nName: senko\nVersion: 0.2.2\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = found(Settings(db=db, rules=rules_dir))["diarization"]
    assert (check.state, bool(check.remedy)) == (state, state == "missing")
