"""Broken conditions: what is wrong with each is told with the file and the line."""

from pathlib import Path

import pytest

from tests.rules.test_loader import changed, faults

FORBIDS = "{forbidden: {phrases: [rude-words]}}"
BROKEN = {
    "parameter unknown, the known ones told": (
        "{forbidden: {phrases: [rude-words], exuse: [rude-words]}}",
        "unknown parameter 'exuse'; known: phrases, by, where, excuse",
    ),
    "place of an unknown kind": (
        "{hit: {phrases: [rude-words], where: {afterwards: 3}}}",
        "unknown parameter 'afterwards'",
    ),
    "within of nothing": ("{hit: {phrases: [rude-words], where: {within_s: 3}}}", "count from `after` or `before`"),
    "after and before at once": (
        "{hit: {phrases: [rude-words], where: {after: {phrases: [喂]}, before: {phrases: [喂]}}}}",
        "do not go together",
    ),
    "hit number nought": ("{hit: {phrases: [rude-words], where: {after: {phrases: [喂], which: 0}}}}", "which"),
    "anchor of unknown phrases": (
        "{hit: {phrases: [rude-words], where: {after: {phrases: [rude-wrods]}}}}",
        "no phrases 'rude-wrods'",
    ),
    "gap without a limit": ("{gap: {after: {phrases: [喂]}, until: {phrases: [喂]}}}", "`over_s` or `under_s`"),
    "column without a question": ("{column: {name: team}}", "equals, one_of"),
    "column of a bad expression": ('{column: {name: team, matches: "(甲"}}', "bad regular expression '(甲'"),
    "measure that is none": ("{measure: {name: mood, over: 3}}", "silence_s"),
    "measure without a limit": ("{measure: {name: silence_s}}", "write a limit"),
    "bad regular expression": ('{matches: {pattern: "验证码("}}', "bad regular expression '验证码('"),
    "regular expression that looks ahead": ('{matches: {pattern: "(?=验证码)码"}}', "bad regular expression"),
    "regular expression of nothing": ('{matches: {pattern: "(验证码)*"}}', "also matches where nothing is said"),
    "sentences of nothing": ("{resembles: {sentences: []}}", "sentences"),
    "likeness beyond one": ("{resembles: {sentences: [我不管], least: 80}}", "less than or equal to 1"),
    "none of nothing": ("{none: []}", "list of conditions"),
}
"""What is broken → the condition, and part of the message."""


@pytest.mark.parametrize(("condition", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_condition_is_told_with_its_place(tmp_path: Path, condition: str, message: str) -> None:
    found = faults(tmp_path, changed(FORBIDS, condition))
    assert any((file, line) == ("a/rules.yaml", 6) and message in text for file, line, text in found), found
