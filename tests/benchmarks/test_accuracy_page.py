"""The measured parts reach both pages, and nothing else on them changes."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.accuracy import call_of, measure
from benchmarks.accuracy_page import PAGES, generated_part, sentences_part, spoken_part, write_part
from benchmarks.generate import generate
from qa.accuracy import figures

ROOT = Path(__file__).resolve().parents[2]
TOLD = {"seed": 5, "n": 2, "cer": 0.15, "date": "2026-11-22", "machine": "2 cores", "seconds": 1}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for page in PAGES.values():
        text = "before\n<!-- measured: spoken -->\nold\n<!-- end of spoken -->\nafter\n"
        (tmp_path / page).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_part_is_replaced_on_every_page(docs: Path) -> None:
    write_part(docs, "spoken", lambda say: say("rule") + "\n")
    pages = [(docs / page).read_text("utf-8") for page in PAGES.values()]
    frame = "before\n<!-- measured: spoken -->\n{}\n<!-- end of spoken -->\nafter\n"
    assert pages == [frame.format("rule"), frame.format("规则")]


def test_a_page_without_the_marks_is_told(docs: Path) -> None:
    with pytest.raises(SystemExit, match=r"accuracy\.md: no marks for the part “clips”"):
        write_part(docs, "clips", lambda say: "")


@pytest.mark.parametrize("page", PAGES.values())
@pytest.mark.parametrize("part", ["generated", "spoken", "sentences", "clips"])
def test_the_pages_of_the_docs_have_every_part(page: str, part: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert text.index(f"<!-- measured: {part} -->\n") < text.index(f"<!-- end of {part} -->")


def test_a_generated_call_is_scored_as_it_was_made() -> None:
    made = list(generate(3, seed=5))
    calls = [call_of(one) for one in made]
    assert [call.meta.agent_id for call in calls] == [one.row["agent_id"] for one in made]
    assert [[turn.text for turn in call.turns] for call in calls] == [
        [turn["text"] for turn in one.transcript["transcript"]] for one in made
    ]


def test_tables_of_measured_calls() -> None:
    measured = measure(generate(12, seed=5), ROOT / "rules", 1)
    found = figures(measured.accuracy())
    assert found["overall"]["calls"] == 12
    names = {rule: f"名称{rule}" for rule in found["rules"]}
    for say in (lambda word: word, lambda word: {"rule": "规则"}.get(word, word)):
        page = generated_part(found, measured.near_misses(), TOLD, names, say)
        assert all(f"`{rule}` |" in page for rule in found["rules"] if "~" not in rule)
    assert "developers (12)" in spoken_part([("developers", "", found)], str)


def test_a_sentence_that_is_struck_is_seen() -> None:
    innocent = {"polite": {"slang": Counter(violated=1, passed=9)}}
    page = sentences_part(innocent, {"slang": Counter(needs_review=3)}, {"slang": "网络用语"}, str)
    assert "polite: 10 sentences" in page
    assert "| `slang` | violated 1 · needs review 0 | 3: violated 0 · needs review 3 · passed 0 |" in page
