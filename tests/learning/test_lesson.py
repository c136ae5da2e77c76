"""What reviews teach: which rules must only ask, and from which probability on a rule may deduct."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.calibration import stated_confidence
from qa.call import LOCAL
from qa.cli import main
from qa.errors import RuleError
from qa.finding import Verdict
from qa.learning.lesson import lesson, released, taught, thresholds
from qa.learning.reviewed import Reviewed, records
from qa.learning.thresholds import fit
from qa.rules.learned import Held, Learned, save_learned
from qa.rules.loader import load_learned, load_rulebook
from qa.store import audit
from qa.store.engine import reading, writing
from qa.store.lessons import keep_learned
from qa.store.reviewed import reviewed
from qa.store.saving import save_result, start_run
from qa.store.tables import ReviewVerdictRecord
from tests.builders import make_result
from tests.small_rules import write_rules

MARCH, APRIL = datetime(2026, 3, 9, tzinfo=LOCAL), datetime(2026, 4, 9, tzinfo=LOCAL)


def seen(rule: str, probability: float, right: int, wrong: int, at: datetime = MARCH) -> Iterable[Reviewed]:
    """Reviewed verdicts at a raw probability: deductions from 0.9 on, open ones below."""
    machine: Verdict = "violated" if probability >= 0.9 else "needs_review"
    stated = stated_confidence(machine, probability if machine == "violated" else 1 - probability)
    return [Reviewed(rule, machine, stated, violated, at, n) for violated, n in ((True, right), (False, wrong)) if n]


def test_counts_and_trend() -> None:
    entries = [*seen("a", 0.95, 8, 2), *seen("a", 0.95, 1, 9, APRIL), *seen("a", 0.7, 3, 4)]
    entries.append(Reviewed("a", "passed", 0.99, True, APRIL))
    (record,) = records(entries)
    assert (record.confirmed, record.overturned, record.precision) == (9, 11, 0.45)
    assert (record.opened, record.opened_violated, record.missed) == (7, 3, 1)
    assert [(m.month, m.reviewed, m.confirmed) for m in record.trend] == [
        (date(2026, 3, 1), 10, 8),
        (date(2026, 4, 1), 10, 1),
    ]
    assert record.low < 0.45 < record.high < 0.9


@pytest.mark.parametrize(
    ("right", "wrong", "flagged"),
    [(0, 9, False), (0, 10, True), (9, 1, False), (85, 15, False), (80, 20, True), (0, 0, False)],
)
def test_a_rule_is_flagged_when_even_luck_does_not_explain_it(right: int, wrong: int, flagged: bool) -> None:
    found = records(seen("a", 0.95, right, wrong))
    assert [r.flagged for r in found] == ([flagged] if right or wrong else [])


@pytest.mark.parametrize(
    ("cases", "after"),
    [
        ([(0.92, 2, 8), (0.97, 60, 1)], 0.97),
        ([(0.92, 30, 0), (0.75, 40, 1)], 0.75),
        ([(0.92, 5, 25), (0.97, 3, 22)], None),
    ],
)
def test_a_threshold_that_fits(cases: list[tuple[float, int, int]], after: float | None) -> None:
    found = fit([entry for case in cases for entry in seen("a", *case)], sure=0.9)
    assert found is not None
    assert found.after == (pytest.approx(after, abs=0.002) if after else None)
    assert found.wrong_after <= found.wrong or found.deducted_after > found.deducted


@pytest.mark.parametrize("cases", [[(0.95, 10, 5)], [(0.95, 60, 1)], []])
def test_no_fit_without_evidence_or_need(cases: list[tuple[float, int, int]]) -> None:
    assert fit([entry for case in cases for entry in seen("a", *case)], sure=0.9) is None


def test_what_is_taught_and_taken_back() -> None:
    entries = [*seen("bad", 0.95, 2, 28), *seen("late", 0.92, 2, 8), *seen("late", 0.97, 60, 1)]
    found = lesson(entries, {"bad": 0.9, "late": 0.9}, Learned())
    assert [r.rule for r in found.to_hold] == ["bad"]
    learned = taught(Learned(), found, date(2026, 5, 1))
    assert learned.held == {"bad": Held(since=date(2026, 5, 1), confirmed=2, overturned=28)}
    assert learned.sure == {"late": pytest.approx(0.97, abs=0.002)}
    assert taught(Learned(), found, date(2026, 5, 1), fitted=False) == learned.model_copy(update={"sure": {}})
    free = released(learned, "bad", date(2026, 5, 2))
    assert not free.held and not lesson(entries, {"bad": 0.9}, free).to_hold
    again = [*entries, *seen("bad", 0.95, 1, 15, datetime(2026, 5, 3, tzinfo=LOCAL))]
    assert [r.rule for r in lesson(again, {"bad": 0.9}, free).to_hold] == ["bad"]


def test_learned_lies_over_the_rules(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules")
    plain = load_rulebook(rules)
    name, ruleset = next(iter(plain.rulesets.items()))
    rule = next(r for r in ruleset.rules if not r.review_only)
    held = Held(since=date(2026, 5, 1), confirmed=1, overturned=20)
    save_learned(rules, Learned(held={rule.id: held}, sure={rule.id: 0.97}))
    book = load_rulebook(rules)
    over = next(r for r in book.rulesets[name].rules if r.id == rule.id)
    assert over.review_only and over.sure == 0.97 and book.rulesets[name].sha256 != ruleset.sha256
    assert load_learned(rules)[0].held == {rule.id: held}
    assert rule.id not in thresholds(book) and rule.id in thresholds(plain)
    assert load_rulebook(rules, with_learned=False).rulesets[name].sha256 == ruleset.sha256


def test_a_fault_in_learned_names_its_line(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules")
    (rules / "learned.yaml").write_text("held: {}\nsurely: {}\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"learned.yaml:2"):
        load_rulebook(rules)


def test_reviews_come_from_the_store(store: Engine) -> None:
    with writing(store) as session:
        run = start_run(session=session, command="run", total=1)
        save_result(session=session, result=make_result("c1"), run_id=run, work="rescored")
        session.add(decided("c1", "a", "violated", "passed"))
        session.add(decided("c1", "b", "needs_review", "violated"))
    with reading(store) as session:
        found = reviewed(session=session)
        assert [(r.rule, r.machine, r.violated) for r in found] == [
            ("a", "violated", False),
            ("b", "needs_review", True),
        ]
        assert found[0].at == MARCH
        assert [r.rule for r in reviewed(session=session, rule="b")] == ["b"]
        assert reviewed(session=session, since=APRIL) == []


def decided(call_id: str, rule: str, machine: Verdict, verdict: Verdict) -> ReviewVerdictRecord:
    return ReviewVerdictRecord(
        call_id=call_id,
        rule=rule,
        machine_verdict=machine,
        machine_confidence=0.97,
        decision="overturned",
        verdict=verdict,
        reason="",
        by="li",
        at=MARCH,
        seq=1,
    )


def test_the_command_shows_first_and_writes_when_asked(
    store: Engine, db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = write_rules(tmp_path / "rules")
    with writing(store) as session:
        run = start_run(session=session, command="run", total=12)
        for i in range(12):
            save_result(session=session, result=make_result(f"c{i}"), run_id=run, work="rescored")
            session.add(decided(f"c{i}", "rude", "violated", "passed"))

    def qa(*argv: str) -> str:
        with pytest.raises(SystemExit) as stopped:
            main(["learn", "--db", db, "--rules", str(rules), *argv])
        assert not stopped.value.code
        return capsys.readouterr().out

    def asking() -> list[str]:
        return [r.id for r in load_rulebook(rules).rulesets["heating"].rules if r.review_only]

    before = asking()
    assert "overturned too often" in qa() and not (rules / "learned.yaml").exists()
    assert "learned.yaml" in qa("--hold") and set(asking()) == {*before, "rude"}
    assert "may deduct again" in qa("--release", "rude", "--by", "主管") and asking() == before
    assert "overturned too often" not in qa()
    with reading(store) as session:
        told = audit.entries(session=session, subject="rules:learned.yaml#rude")
        assert audit.verify(session=session).faults == ()
    held = {"since": told[1].after["since"], "confirmed": 0, "overturned": 12}
    assert [(e.by, e.action, e.before, e.after) for e in told] == [
        ("主管", "rule released", held, None),
        ("console", "rule held", None, held),
    ]


def test_each_threshold_is_in_the_audit_log(store: Engine, tmp_path: Path) -> None:
    before = Learned(sure={"late": 0.95, "rude": 0.9})
    after = Learned(sure={"late": 0.97, "rude": 0.9, "slang": 0.92})
    with writing(store) as session:
        path = keep_learned(session=session, rules_dir=tmp_path, before=before, after=after, by="主管")
        told = audit.entries(session=session)[::-1]
    assert "late: 0.97" in path.read_text("utf-8")
    assert [(e.action, e.subject, e.before, e.after) for e in told] == [
        ("threshold set", "rules:learned.yaml#late", 0.95, 0.97),
        ("threshold set", "rules:learned.yaml#slang", None, 0.92),
    ]
