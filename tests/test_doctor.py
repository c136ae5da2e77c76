"""The doctor names what is missing, and one fault hides no other."""

from pathlib import Path

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
def test_a_fault_is_named_with_a_remedy(db: str, rules_dir: Path, part: str, settings: dict[str, object]) -> None:
    checks = found(Settings(**({"db": db, "rules": rules_dir} | settings)))  # type: ignore[arg-type]
    assert [c.part for c in checks.values() if c.state == "missing"] == [part]
    assert checks[part].remedy
