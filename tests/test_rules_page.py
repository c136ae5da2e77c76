"""The pages that teach how to write rules are true to the code: every operator, and examples that run."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.checks.registry import OPERATORS
from qa.rules.examples import run_examples
from qa.rules.glossary import MEANINGS
from qa.rules.loader import load_rulebook
from tests.conftest import ROOT

PAGES = ["rules.zh-CN.md", "rules.md"]
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def row(name: str) -> str:
    fields = OPERATORS[name].params.model_fields
    params = "、".join(f"**`{n}`**" if f.is_required() else f"`{n}`" for n, f in fields.items())
    return f"| `{name}` | {MEANINGS[name]} | {params or '无'} |"


def blocks() -> Iterator[str]:
    for page in PAGES:
        yield from BLOCK.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


def test_every_operator_has_a_meaning() -> None:
    assert set(MEANINGS) == {"all", "any", "none", "not", *OPERATORS}


@pytest.mark.parametrize("name", OPERATORS)
def test_the_page_has_every_operator_with_its_parameters(name: str) -> None:
    assert row(name) in (ROOT / "docs" / "rules.zh-CN.md").read_text(encoding="utf-8"), f"put in: {row(name)}"


@pytest.mark.parametrize("number", range(len(list(blocks()))))
def test_the_examples_on_the_pages_work(number: int, rules_dir: Path, tmp_path: Path) -> None:
    text = list(blocks())[number]
    rules = tmp_path / "rules"
    shutil.copytree(rules_dir, rules)
    (rules / "mine").mkdir()
    (rules / "mine" / "set.yaml").write_text("name: 试写\nextends: heating\n", encoding="utf-8")
    (rules / "mine" / "page.yaml").write_text(text, encoding="utf-8")
    ids = set(re.findall(r"^  - id: (\S+)", text, re.MULTILINE))
    outcomes = [o for o in run_examples(load_rulebook(rules)) if o.ruleset == "mine" and o.rule in ids]
    assert ids and ids == {o.rule for o in outcomes}
    assert [o for o in outcomes if not o.ok] == []
