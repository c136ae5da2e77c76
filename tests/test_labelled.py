"""The rules on labelled calls and on everyday sentences: no deduction that the labels do not bear out."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from qa.call import Call, CallMeta, Role, Speech, Turn
from qa.finding import Finding
from qa.score import score_call
from tests.rules.shipped import book, ruleset

ROOT = Path(__file__).resolve().parents[1]
CORPORA = ROOT / "tests" / "corpora"
SETS = {"sample_data": ROOT / "sample_data", "dev_calls": ROOT.parent / "shared" / "dev_calls"}
CLIPS = ROOT.parent / "shared" / "real_speech"
TRUTH = {"true": True, "false": False}
FORBIDDEN = {"rude-language", "refusal", "blame-other-department", "slang", "name-disclosure"}
BATCH = 30
PARAPHRASE = "paraphrase:"


def labelled(folder: Path) -> Iterator[tuple[dict[str, Any], Call, str]]:
    """Each labelled call with its reference transcript as what was heard, and the name of its rule set."""
    with (folder / "calls.csv").open(encoding="utf-8-sig") as rows:
        meta = {row.get("call_id") or Path(row["recording"]).stem: row for row in csv.DictReader(rows)}
    for line in (folder / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        row = meta[label["call_id"]]
        turns = tuple(Turn(t["role"], t["start"], t["end"], t["text"]) for t in label["transcript"])
        call = Call(
            meta=CallMeta(
                call_id=label["call_id"],
                agent_id=row["agent_id"] or None,
                ruleset=row["ruleset"],
                direction=row["direction"] or "inbound",
                started_at=datetime.fromisoformat(row["started_at"]) if row["started_at"] else None,
                ring_seconds=float(row["ring_seconds"]) if row["ring_seconds"] else None,
                hangup_by=row["hangup_by"] or None,
                complaint=TRUTH.get(row["complaint"]),
            ),
            duration_s=label["duration_s"],
            channels=row["channels"] or "agent-left",
            turns=turns,
            speech=tuple(Speech(t.role, t.start_s, t.end_s) for t in turns),
        )
        yield label, call, row["ruleset"]


def disagreements(folder: Path) -> tuple[list[str], list[str], int]:
    """Wrongful deductions, violations passed over, and the number of verdicts compared."""
    wrongful: list[str] = []
    missed: list[str] = []
    compared = 0
    for label, call, name in labelled(folder):
        paraphrased = any(note.startswith(PARAPHRASE) for note in label["notes"])
        for finding in score_call(call, ruleset(name)).findings:
            want = label["labels"].get(finding.rule)
            if want is None:
                continue
            compared += 1
            told = f"{call.meta.call_id} {finding.rule}: want {want}, got {finding.verdict} {finding.confidence}"
            if finding.verdict == "violated" and want != "violated":
                wrongful.append(told)
            if want == "violated" and finding.verdict not in ("violated", "needs_review") and not paraphrased:
                missed.append(told)
    return wrongful, missed, compared


@pytest.mark.parametrize("name", SETS)
def test_labelled_calls_are_judged_as_labelled(name: str) -> None:
    if not SETS[name].is_dir():
        pytest.skip(f"no {name} beside the repository")
    wrongful, missed, compared = disagreements(SETS[name])
    assert compared > 60
    assert wrongful == []
    assert missed == []


def spoken(name: str) -> list[tuple[Role, str]]:
    """Role and sentence of a corpus; no agent in it breaks a rule."""
    rows = [json.loads(line) for line in (CORPORA / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return [(row["role"], row["text"]) for row in rows]


def struck(said: list[tuple[Role, str]]) -> Iterator[tuple[Finding, str]]:
    """Violated forbidden-language findings with each sentence that they quote; many sentences make one call."""
    for first in range(0, len(said), BATCH):
        turns = tuple(
            Turn(role, 10.0 * place, 10.0 * place + 5.0, text)
            for place, (role, text) in enumerate(said[first : first + BATCH])
        )
        call = Call(
            meta=CallMeta(call_id=str(first)),
            duration_s=10.0 * BATCH,
            channels="agent-left",
            turns=turns,
            speech=tuple(Speech(t.role, t.start_s, t.end_s) for t in turns),
        )
        for finding in score_call(call, ruleset()).findings:
            if finding.rule in FORBIDDEN and finding.verdict == "violated":
                for quoted in (e for e in finding.evidence if e.probability >= ruleset().scheme.sure):
                    yield finding, next(t.text for t in turns if t.start_s <= quoted.start_s <= t.end_s)


def wrongful(said: list[tuple[Role, str]]) -> list[str]:
    return [f"{finding.rule} {finding.reason}: {text}" for finding, text in struck(said)]


@pytest.mark.parametrize(("name", "least"), [("ordinary", 2000), ("polite", 600)])
def test_right_sentences_cost_nothing(name: str, least: int) -> None:
    said = spoken(name)
    assert len(said) >= least
    assert wrongful(said) == []


def test_ordinary_sentences_one_by_one_cost_nothing() -> None:
    """Every tenth by itself: what stands before and after must not be what acquits it."""
    said = spoken("ordinary")[::10]
    assert [told for one in said for told in wrongful([one])] == []


def test_people_reading_aloud_break_nothing() -> None:
    """Their texts as an agent's words; what the recogniser makes of the sound is measured in docs/accuracy.md."""
    if not CLIPS.is_dir():
        pytest.skip("no real_speech beside the repository")
    with (CLIPS / "manifest.csv").open(encoding="utf-8-sig", newline="") as rows:
        texts = [row["reference"] for row in csv.DictReader(rows)]
    assert len(texts) == 52
    assert wrongful([("agent", text) for text in texts]) == []
    assert [told for text in texts for told in wrongful([("agent", text)])] == []


def test_a_batch_of_sentences_can_be_struck() -> None:
    """The harness sees a fault among right sentences, so that its silence means something."""
    rude = "跟你说过多少遍了,你听不懂吗"
    said: list[tuple[Role, str]] = [*spoken("polite")[:10], ("agent", rude), *spoken("polite")[10:15]]
    assert {text for finding, text in struck(said) if finding.rule == "rude-language"} == {rude}


def test_forbidden_rules_are_those_of_the_rule_files() -> None:
    for shipped in book().rulesets.values():
        assert {rule.id for rule in shipped.rules} >= FORBIDDEN
