"""Rule files and schemes are published whole or not at all, with their versions and the audit log."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from qa.errors import ConfigError, RuleError
from qa.rules.loader import load_rulebook
from qa.store import audit
from qa.store.engine import reading, writing
from qa.store.publications import publications, publish
from tests.rules.test_loader import RULE, write
from tests.rules.test_scheme import HEAD, OLD

NOW = datetime(2026, 6, 20, tzinfo=UTC)


def put(store: Engine, folder: Path, **fields: Any) -> None:
    given = {"rules_dir": folder, "by": "主管", "note": "新方案", "at": NOW} | fields
    with writing(store) as session:
        publish(session=session, **given)


def test_a_new_scheme_leaves_the_former_to_its_days(store: Engine, tmp_path: Path) -> None:
    folder = write(tmp_path, {"scheme.yaml": OLD})
    put(store, folder, file="scheme.yaml", text=HEAD)
    assert (folder / "scheme-1.yaml").read_text("utf-8") == OLD
    book = load_rulebook(folder).rulesets["a"]
    assert [book.on(day).scheme.version for day in (date(2026, 6, 30), date(2026, 7, 1))] == ["1", "2"]
    with reading(store) as session:
        version, found = publications(session=session, file="scheme.yaml")
        [entry] = audit.entries(session=session, subject="rules:scheme.yaml")
    assert (version.text, version.valid_from, version.note, version.by) == (HEAD, date(2026, 7, 1), "新方案", "主管")
    assert (found.text, found.by) == (OLD, "")
    assert entry.before != entry.after and entry.after == {"sha256": version.sha256}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": RULE + "extra: 1\n"}, "unknown key 'extra'"),
        ({"note": " "}, "say what changes"),
        ({"file": "../rules.yaml"}, "is no file of the rules folder"),
        ({"file": "a/rules.py"}, "is no file of the rules folder"),
    ],
)
def test_what_is_wrong_changes_nothing(store: Engine, tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    folder = write(tmp_path / "rules", {})
    with pytest.raises((RuleError, ConfigError), match=said) as told:
        put(store, folder, **({"file": "a/rules.yaml", "text": RULE} | fields))
    if isinstance(told.value, RuleError):
        assert told.value.problems[0].startswith(str(folder / "a/rules.yaml"))
    assert (folder / "a/rules.yaml").read_text("utf-8") == RULE
    with reading(store) as session:
        assert publications(session=session) == [] and audit.entries(session=session) == []
