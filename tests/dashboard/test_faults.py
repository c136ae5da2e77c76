"""Every fault that the loader of the rules knows is told in Chinese; in English as the loader says it."""

import re
from pathlib import Path

import pytest

from dashboard.faults import told
from tests.rules.test_eras import BROKEN as BROKEN_ERAS
from tests.rules.test_loader import BROKEN, problems, write

FILES = {name: files for name, (files, *_) in (BROKEN | BROKEN_ERAS).items()}
SENTENCE = re.compile(r"[a-z]+ [a-z]+ [a-z]+")
QUOTED = re.compile(r"（.*?）|'.*?'|`.*?`")


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_a_fault_is_told_in_the_language_of_the_reader(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    found = problems(write(tmp_path, files))
    assert found
    assert [told(problem, "en") for problem in found] == found
    chinese = [told(problem, "zh_CN") for problem in found]
    assert [each for each in chinese if SENTENCE.search(QUOTED.sub("", each))] == []
    assert [each.split(":")[:2] for each in chinese] == [each.split(":")[:2] for each in found]


def test_a_fault_of_a_rare_kind_stays_as_it_is() -> None:
    assert told("a.yaml:3: points: something odd", "zh_CN") == "a.yaml:3: points: something odd"
    assert told("a.yaml:3: points: Field required", "zh_CN") == "a.yaml:3: points: 缺少这一项"
