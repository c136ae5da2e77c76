"""Rule files, good and broken: every fault is told as `file:line: message`, all of them in one pass."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.errors import ConfigError, RuleError
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleBook
from qa.rules.source import MAX_BYTES

SCHEME = 'version: "1"\ngrades: {A: 95, B: 85, C: 70, D: 0}\n'
SET = "name: 甲公司\nvariables:\n  company: [甲公司, 甲]\n"
RULE = """\
rules:
  - id: rude
    name: 服务禁语
    clause: 003
    points: 5
    violated: {forbidden: {phrases: [rude-words]}}
    reason: 说了禁语
    examples:
      - verdict: violated
        turns: [{坐席 0.5: 你听不懂吗}]
      - verdict: passed
        turns: [{坐席 0.5: 您好}]
phrases:
  rude-words:
    - 你听不懂吗
"""
PLACE = re.compile(r"^(?P<file>.+?):(?P<line>\d+): (?P<message>\S.*)$")


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """A rules folder with a scheme, one rule set `a` of one rule, and these files instead of or besides them."""
    defaults: dict[str, str | bytes] = {"scheme.yaml": SCHEME, "holidays.yaml": "windows: []\n", "a/set.yaml": SET}
    for name, content in (defaults | {"a/rules.yaml": RULE} | files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def load(folder: Path, files: dict[str, str | bytes]) -> RuleBook:
    return load_rulebook(write(folder, files))


def problems(folder: Path) -> list[str]:
    """What is wrong with a folder; anything but a RuleError fails the test."""
    try:
        load_rulebook(folder)
    except RuleError as error:
        return error.problems
    return []


def faults(folder: Path, files: dict[str, str | bytes]) -> list[tuple[str, int, str]]:
    """(file, line, message) of every fault."""
    with pytest.raises(RuleError) as raised:
        load(folder, files)
    found = [PLACE.match(problem) for problem in raised.value.problems]
    assert all(found), raised.value.problems
    return [(str(Path(m["file"]).relative_to(folder)), int(m["line"]), m["message"]) for m in found if m]


def changed(old: str, new: str) -> dict[str, str | bytes]:
    """The one rule with a change in it."""
    assert old in RULE
    return {"a/rules.yaml": RULE.replace(old, new)}


def test_the_folder_that_the_tests_break_is_good(tmp_path: Path) -> None:
    book = load(tmp_path, {})
    assert [rule.id for rule in book.rulesets["a"].rules] == ["rude"]


BROKEN: dict[str, tuple[dict[str, str | bytes], str, int, str]] = {
    "unknown key": (changed("points: 5", "points: 5\n    pionts: 6"), "a/rules.yaml", 6, "unknown key 'pionts'"),
    "duplicate key": (changed("points: 5", "points: 5\n    points: 6"), "a/rules.yaml", 6, "'points' appears twice"),
    "duplicate id": (
        {"a/rules.yaml": RULE, "a/sooner.yaml": "rules:\n  - id: rude\n    points: 6\n"},
        "a/sooner.yaml",
        2,
        "twice",
    ),
    "duplicate phrases": ({"a/words.yaml": "phrases:\n  rude-words: [喂]\n"}, "a/words.yaml", 2, "twice"),
    "bracket without partner": (changed("- 你听不懂吗", "- 你[听不懂|懂吗"), "a/rules.yaml", 15, "has no partner"),
    "pattern of nothing": (changed("- 你听不懂吗", "- 。。"), "a/rules.yaml", 15, "no words"),
    "pattern with a hole": (changed("- 你听不懂吗", '- "{firm}你好"'), "a/rules.yaml", 15, "variable"),
    "pattern of too many wordings": (
        changed("- 你听不懂吗", '- "' + "[一|二|三|四]" * 6 + '"'),
        "a/rules.yaml",
        15,
        "more than 1000 wordings",
    ),
    "phrases are no list": (changed("    - 你听不懂吗\n", "    text: 你听不懂吗\n"), "a/rules.yaml", 14, "list"),
    "cap below points": (
        changed("points: 5", "points: 5\n    per: occurrence\n    cap: 3"),
        "a/rules.yaml",
        2,
        "cap 3 is below the points",
    ),
    "cap without occurrences": (changed("points: 5", "points: 5\n    cap: 9"), "a/rules.yaml", 2, "per: occurrence"),
    "negative points": (changed("points: 5", "points: -5"), "a/rules.yaml", 5, "points"),
    "points are no number": (changed("points: 5", "points: five"), "a/rules.yaml", 5, "points"),
    "missing points": (changed("    points: 5\n", ""), "a/rules.yaml", 2, "points"),
    "missing reason": (changed("    reason: 说了禁语\n", ""), "a/rules.yaml", 2, "reason"),
    "missing condition": (
        changed("    violated: {forbidden: {phrases: [rude-words]}}\n", ""),
        "a/rules.yaml",
        2,
        "violated",
    ),
    "bad id": (changed("id: rude", "id: Rude Words"), "a/rules.yaml", 2, "id"),
    "no id": (changed("id: rude", "nom: rude"), "a/rules.yaml", 2, "needs an `id`"),
    "no example passed": (changed("verdict: passed", "verdict: violated"), "a/rules.yaml", 8, "passed"),
    "no example not applicable": (
        changed("    reason:", "    applies: {call: {direction: inbound}}\n    reason:"),
        "a/rules.yaml",
        9,
        "not_applicable",
    ),
    "example of an unknown verdict": (changed("verdict: passed", "verdict: perfect"), "a/rules.yaml", 11, "verdict"),
    "turn of nobody": (changed("[{坐席 0.5: 您好}]", "[{经理 0.5: 您好}]"), "a/rules.yaml", 12, "write a turn as"),
    "unknown operator": (
        changed("{forbidden: {phrases: [rude-words]}}", "{forbiden: {phrases: [rude-words]}}"),
        "a/rules.yaml",
        6,
        "unknown operator 'forbiden'",
    ),
    "unknown phrases": (
        changed("[rude-words]", "[rude-wrods]"),
        "a/rules.yaml",
        6,
        "no phrases 'rude-wrods'",
    ),
    "unknown parameter": (
        changed("{phrases: [rude-words]}", "{phrases: [rude-words], howmany: 3}"),
        "a/rules.yaml",
        6,
        "forbidden",
    ),
    "parameter of a wrong type": (
        changed("{phrases: [rude-words]}", "{phrases: [rude-words], within: far}"),
        "a/rules.yaml",
        6,
        "forbidden",
    ),
    "two conditions in one": (
        changed("violated: {forbidden: {phrases: [rude-words]}}", "violated: {perhaps: {}, known: {field: agent_id}}"),
        "a/rules.yaml",
        6,
        "exactly one of",
    ),
    "all of nothing": (
        changed("violated: {forbidden: {phrases: [rude-words]}}", "violated: {all: []}"),
        "a/rules.yaml",
        6,
        "list of conditions",
    ),
    "conditions without end": (
        changed("{forbidden: {phrases: [rude-words]}}", "{not: " * 14 + "{perhaps: {}}" + "}" * 14),
        "a/rules.yaml",
        6,
        "nested deeper",
    ),
    "excludes no rule": (changed("points: 5", "points: 5\n    excludes: [polite]"), "a/rules.yaml", 6, "no rule"),
    "unknown multiplier": (changed("points: 5", "points: 5\n    multipliers: [rainy]"), "a/rules.yaml", 6, "complaint"),
    "tab": (changed("    points: 5", "\tpoints: 5"), "a/rules.yaml", 5, "check indentation"),
    "quote left open": (changed("name: 服务禁语", 'name: "服务禁语'), "a/rules.yaml", 3, "quotes"),
    "not UTF-8": ({"a/rules.yaml": RULE.encode("gb18030")}, "a/rules.yaml", 1, "not UTF-8"),
    "empty file": ({"a/rules.yaml": ""}, "a/rules.yaml", 1, "rules:"),
    "only a list": ({"a/rules.yaml": "- rules\n"}, "a/rules.yaml", 1, "rules:"),
    "rules are no list": ({"a/rules.yaml": "rules: {id: rude}\n"}, "a/rules.yaml", 1, "list"),
    "phrases are no mapping": ({"a/w.yaml": "phrases: [喂]\n"}, "a/w.yaml", 1, "phrases"),
    "unknown section": ({"a/rules.yaml": RULE + "ruels: []\n"}, "a/rules.yaml", 16, "ruels"),
    "alias": (
        changed("violated: {forbidden: {phrases: [rude-words]}}", "violated: &v {perhaps: {}}\n    applies: *v"),
        "a/rules.yaml",
        7,
        "aliases",
    ),
    "alias bomb": (
        {
            "a/rules.yaml": "a: &a [x, x]\n"
            + "".join(f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True))
        },
        "a/rules.yaml",
        2,
        "aliases",
    ),
    "alias of itself": ({"a/rules.yaml": "rules: &r [*r]\n"}, "a/rules.yaml", 1, "aliases"),
    "file too large": ({"a/rules.yaml": "#" * (MAX_BYTES + 1)}, "a/rules.yaml", 1, "split the file"),
    "object of Python's": (
        {"a/rules.yaml": "rules: !!python/object/apply:os.system [ls]\n"},
        "a/rules.yaml",
        1,
        "needs an `id`",
    ),
    "set without a name": ({"a/set.yaml": "variables: {}\n"}, "a/set.yaml", 1, "name"),
    "set with an unknown key": ({"a/set.yaml": SET + "extend: common\n"}, "a/set.yaml", 4, "unknown key 'extend'"),
    "unknown extends": ({"a/set.yaml": SET + "extends: comon\n"}, "a/set.yaml", 4, "no rule set; known: a"),
    "extends itself": ({"a/set.yaml": SET + "extends: a\n"}, "a/set.yaml", 4, "extends itself"),
    "extends in a circle": (
        {"a/set.yaml": SET + "extends: b\n", "b/set.yaml": "name: 乙\nextends: a\n"},
        "b/set.yaml",
        2,
        "extends itself",
    ),
    "no scheme version": ({"scheme.yaml": "grades: {A: 0}\n"}, "scheme.yaml", 1, "version"),
    "empty scheme": ({"scheme.yaml": ""}, "scheme.yaml", 1, "empty file"),
    "grades that rise": ({"scheme.yaml": 'version: "1"\ngrades: {A: 85, B: 95, D: 0}\n'}, "scheme.yaml", 1, "grades"),
    "grades with a gap below": (
        {"scheme.yaml": 'version: "1"\ngrades: {A: 95, B: 85}\n'},
        "scheme.yaml",
        1,
        "start at 0",
    ),
    "holiday backwards": (
        {"holidays.yaml": "windows:\n  - {holiday: 春节, from: 2027-02-11, to: 2027-02-05}\n"},
        "holidays.yaml",
        2,
        "before `from`",
    ),
    "holiday of no day": (
        {"holidays.yaml": "windows:\n  - {holiday: 春节, from: 2027-02-30, to: 2027-03-05}\n"},
        "holidays.yaml",
        2,
        "from",
    ),
    "holiday without an end": (
        {"holidays.yaml": "windows:\n  - {holiday: 春节, from: 2027-02-05}\n"},
        "holidays.yaml",
        2,
        "to",
    ),
    "holiday without a greeting": (
        {"holidays.yaml": "windows:\n  - {holiday: 春结, from: 2027-02-05, to: 2027-02-11}\n"},
        "holidays.yaml",
        2,
        "holiday",
    ),
}


@pytest.mark.parametrize(("files", "file", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_told_with_its_place(
    tmp_path: Path, files: dict[str, str | bytes], file: str, line: int, message: str
) -> None:
    found = faults(tmp_path, files)
    assert any((f, n) == (file, line) and message in m for f, n, m in found), found


def test_several_faults_are_told_in_one_pass(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        {
            **changed("points: 5", "points: many\n    colour: red"),
            "a/words.yaml": "phrases:\n  more: [你[好]\n",
            "a/other.yaml": "rules:\n  - id: other\n    name: 别的\n  - name: 无名\n",
            "scheme.yaml": 'version: "1"\ngrades: {A: 5}\nbase: 200\n',
            "holidays.yaml": "windows:\n  - {holiday: 春节, from: 2027-02-11, to: 2027-02-05}\n",
            "b/set.yaml": "name: 乙\nextends: nobody\n",
        },
    )
    assert {file for file, _, _ in found} >= {
        "a/words.yaml",
        "a/other.yaml",
        "scheme.yaml",
        "holidays.yaml",
        "b/set.yaml",
    }
    assert found == sorted(found, key=lambda f: (f[0], f[1]))
    assert len(found) == len(set(found))


def test_faults_in_two_rules_and_a_pattern_are_told_together(tmp_path: Path) -> None:
    second = RULE.split("\nphrases:")[0].replace("rules:\n", "").replace("id: rude", "id: rude-two")
    broken = RULE.replace("- 你听不懂吗", "- 你[听不懂吗").replace("points: 5", "points: many")
    broken = broken.replace("\nphrases:\n", "\n" + second.replace("forbidden", "forbiden") + "\nphrases:\n")
    messages = [message for _, _, message in faults(tmp_path, {"a/rules.yaml": broken})]
    assert sum("has no partner" in m for m in messages) == 1
    assert sum(m.startswith("points") for m in messages) == 1
    assert sum("forbiden" in m for m in messages) == 1


def test_a_folder_without_rule_sets_is_at_fault(tmp_path: Path) -> None:
    (tmp_path / "scheme.yaml").write_text(SCHEME, "utf-8")
    (tmp_path / "holidays.yaml").write_text("windows: []\n", "utf-8")
    with pytest.raises(RuleError, match="no rule set"):
        load_rulebook(tmp_path)


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.*--rules"):
        load_rulebook(tmp_path / "nowhere")


def test_a_missing_scheme_is_told(tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "scheme.yaml").unlink()
    with pytest.raises(RuleError, match=r"scheme\.yaml:1: cannot be read"):
        load_rulebook(tmp_path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.integers(0, len(RULE.encode())))
def test_any_damage_is_a_rule_error_or_none(tmp_path: Path, junk: bytes, at: int) -> None:
    whole = RULE.encode()
    write(tmp_path, {"a/rules.yaml": whole[:at] + junk + whole[at:]})
    assert all(PLACE.match(problem) for problem in problems(tmp_path))
