"""The sides of a stored call are told again by the syllables that were stored with it."""

from dataclasses import replace
from pathlib import Path

import pytest

from qa.pipeline import sides_again, with_phones
from qa.rules.loader import load_rulebook
from tests.builders import OPENING, make_call, make_meta, make_transcript, make_turn
from tests.small_rules import write_rules

WRONG = make_transcript(
    make_call(
        make_turn("customer", 0.5, 5.5, OPENING),
        make_turn("agent", 6.0, 8.0, "我家的暖气不热"),
        make_turn("customer", 9.0, 11.0, "感谢您的来电再见"),
    )
)


def test_stored_syllables_tell_the_same_as_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset = load_rulebook(write_rules(tmp_path / "rules")).rulesets["heating"]
    prepared = with_phones(WRONG)
    told = sides_again(WRONG, make_meta(), ruleset)
    assert [t.role for t in told.turns] == ["agent", "customer", "agent"] and told.channels == "agent-right"

    def never(text: str) -> None:
        raise AssertionError("found out again")

    monkeypatch.setattr("qa.rules.script.phones", never)
    assert sides_again(prepared, make_meta(), ruleset) == told
    with pytest.raises(AssertionError, match="found out again"):
        sides_again(replace(prepared, phones=b"damaged"), make_meta(), ruleset)
