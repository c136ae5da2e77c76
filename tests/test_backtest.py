"""Back-tests: what differs between two versions of the rules, and that sieving calls never hides a difference."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from qa.backtest import Sample, Versions, backtest
from qa.changes import Backtest, CallChange, RuleChange, Tally
from qa.comparison import QUIET, Findings, Pair, compare, difference, listens
from qa.errors import RuleError
from qa.logs import ConsoleReporter
from qa.pipeline import score_transcript
from qa.rules.differences import Differences, differences
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from qa.store.archive import Archived, archived_ids, load_archived
from qa.store.engine import reading, writing
from qa.store.saving import save_result, start_run
from qa.store.tables import CallRecord
from tests.builders import make_call, make_meta, make_transcript, make_turn
from tests.small_rules import write_rules

RUDE = make_turn("agent", 4.0, 7.0, "你到底听不听得懂")
POLITE = make_turn("agent", 1.0, 3.0, "您好大龙供暖为您服务")
ASKS = make_turn("customer", 8.0, 10.0, "我家的暖气不热")
BYE = make_turn("agent", 11.0, 13.0, "感谢您的来电再见")
SLANG = make_turn("agent", 11.0, 13.0, "收到收到马上就办")
CALLS = [
    ("polite", (POLITE, ASKS, BYE), {}),
    ("rude", (POLITE, RUDE, ASKS, BYE), {"agent_id": "618"}),
    ("abrupt", (POLITE, ASKS, SLANG), {"hangup_by": "agent", "complaint": True}),
    ("cut-off", (POLITE, RUDE, ASKS, SLANG), {"hangup_by": "customer", "complaint": True}),
    ("slow", (POLITE, ASKS, BYE), {"ring_seconds": 16.0}),
    ("silent", (), {}),
]

EVERY = frozenset({"rude", "closing", "hangup", "slow"})
LAST = frozenset({"closing", "hangup"})
"""One excludes the other: where one is judged anew, so is the other."""

Change = tuple[str, str]
CHANGES: dict[str, tuple[list[Change], Differences]] = {
    "nothing": ([], Differences()),
    "a name and a reason": ([("name: 禁语", "name: 用语"), ("reason: 使用禁语", "reason: 用语不当")], Differences()),
    "points": ([("points: 5", "points: 3")], Differences(charged=frozenset({"rude"}))),
    "a wording more": (
        [("[你到底听不听得懂]", "[你到底听不听得懂, 收到收到]")],
        Differences(judged=frozenset({"rude"})),
    ),
    "wording of two rules": (
        [("感谢您的来电, 祝", "收到收到, 祝")],
        Differences(judged=LAST, sides=True, rivals=frozenset({"感谢您的来电", "收到收到"})),
    ),
    "an ordinary wording more": (
        [('company: ["{company}"]', 'company: ["{company}", 听得懂]')],
        Differences(sides=True, rivals=frozenset({"听得懂"})),
    ),
    "a limit": ([("limit: 15", "limit: 20")], Differences(judged=frozenset({"slow"}))),
    "no more exclusion": ([("    excludes: [closing]\n", "")], Differences(judged=LAST)),
    "a rule switched off": ([("name: 提前挂机", "name: 提前挂机\n    enabled: false")], Differences(judged=LAST)),
    "only for review": (
        [
            ("limit: 15}\n", "limit: 15}\n    review_only: true\n"),
            ("violated, call: {ring", "needs_review, call: {ring"),
        ],
        Differences(judged=frozenset({"slow"})),
    ),
    "the scheme": ([("complaint: 2", "complaint: 3")], Differences(totalled=True)),
    "a variable": (
        [("[大龙供暖]", "[大龙供热]")],
        Differences(judged=EVERY, sides=True, rivals=frozenset({"[大龙供暖]", "[大龙供热]"})),
    ),
    "phrases nobody names": ([("[您刚才说]", "[您刚刚说]")], Differences(judged=EVERY)),
    "points and a limit": (
        [("points: 5", "points: 3"), ("limit: 15", "limit: 20")],
        Differences(judged=frozenset({"slow"}), charged=frozenset({"rude"})),
    ),
}


def archived(name: str) -> Archived:
    turns, meta = next((turns, fields) for call, turns, fields in CALLS if call == name)
    call = make_call(*turns, meta=make_meta(name, **meta))
    if not turns:
        call = replace(call, turns=(), speech=())
    return Archived(call.meta, make_transcript(call, source=name, audio_sha256=None))


def heating(folder: Path) -> RuleSet:
    return load_rulebook(folder).rulesets["heating"]


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The rules folder with a named change."""
    root = tmp_path_factory.mktemp("rules")

    def make(name: str) -> Path:
        folder = root / name.replace(" ", "-")
        return folder if folder.exists() else write_rules(folder, *CHANGES[name][0])

    return make


@pytest.fixture
def filled(store: Engine, version: Callable[[str], Path]) -> Engine:
    """A store with all calls, scored by the unchanged rules."""
    ruleset = heating(version("nothing"))
    with writing(store) as session:
        run_id = start_run(session=session, command="score", total=len(CALLS))
        for name, _, _ in CALLS:
            call = archived(name)
            result = score_transcript(call.meta, call.transcript, ruleset)
            save_result(session=session, result=result, run_id=run_id, work="rescored", transcript=call.transcript)
    return store


def found(db: str, old: Path, new: Path, limit: int = 20) -> Backtest:
    with ConsoleReporter() as reporter:
        return backtest(Versions(old, new, db), workers=1, limit=limit, reporter=reporter)


@pytest.mark.parametrize("name", CHANGES)
def test_the_rules_that_may_judge_otherwise(version: Callable[[str], Path], name: str) -> None:
    told = differences(heating(version("nothing")), heating(version(name)), same_holidays=True)
    assert told == CHANGES[name][1]


def test_other_holidays_concern_the_calls_around_them(version: Callable[[str], Path], tmp_path: Path) -> None:
    folder = write_rules(tmp_path / "holidays")
    notice = "windows:\n  - {holiday: 劳动节, from: 2031-06-01, to: 2031-06-03}\n"
    (folder / "holidays.yaml").write_text(notice, encoding="utf-8")
    told = differences(heating(version("nothing")), heating(folder), same_holidays=False)
    assert not told.judged and not told.none
    days = {day: told.on(date.fromisoformat(day)) for day in ("2030-06-02", "2031-05-31", "2031-06-01", "2031-06-04")}
    assert days == {"2030-06-02": False, "2031-05-31": False, "2031-06-01": True, "2031-06-04": False}
    assert not told.on(None)


def in_full(call: Archived, pair: Pair) -> CallChange | None:
    """The difference of two calls scored from the start."""
    cards = [score_transcript(call.meta, call.transcript, ruleset).scorecard for ruleset in (pair.old, pair.new)]
    return difference(call.meta, cards[0], cards[1]) if cards[0] and cards[1] else None


def findings(call: Archived, pair: Pair) -> Findings | None:
    """What the store holds of a call that the old version has scored."""
    card = score_transcript(call.meta, call.transcript, pair.old).scorecard
    wanted = pair.rejudged(call.meta)
    return card and {f.rule: f for f in card.findings if f.verdict not in QUIET or f.covered_by or f.rule in wanted}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("call", [name for name, _, _ in CALLS])
def test_what_is_known_or_passed_over_hides_nothing(version: Callable[[str], Path], name: str, call: str) -> None:
    for before, after in ((version("nothing"), version(name)), (version(name), version("nothing"))):
        pair = Pair.of(heating(before), heating(after), same_holidays=True)
        stored = archived(call)
        expected = in_full(stored, pair)
        assert compare(stored.meta, stored.transcript, None, pair) == expected
        if known := findings(stored, pair):
            words = stored.transcript if listens(stored.meta, known, pair) else None
            assert compare(stored.meta, words, known, pair) == expected


def test_words_are_not_asked_for_where_findings_tell_enough(version: Callable[[str], Path]) -> None:
    call = archived("rude")
    for name, needed in (("nothing", False), ("points", False), ("the scheme", False), ("a wording more", True)):
        pair = Pair.of(heating(version("nothing")), heating(version(name)), same_holidays=True)
        assert listens(call.meta, findings(call, pair), pair) is needed
        assert listens(call.meta, None, pair) is (name != "nothing")


@pytest.mark.parametrize("name", CHANGES)
def test_stored_findings_stand_for_the_old_version(
    filled: Engine, db: str, version: Callable[[str], Path], name: str
) -> None:
    known = found(db, version("nothing"), version(name))
    with writing(filled) as session:
        session.execute(update(CallRecord).values(ruleset_sha256="c" * 64))
    assert found(db, version("nothing"), version(name)) == known


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("nothing", {}),
        ("a name and a reason", {}),
        ("points", {"rude": 2.0, "cut-off": 2.0}),
        ("a wording more", {"abrupt": -5.0, "cut-off": -5.0}),
        ("a limit", {"slow": 2.0}),
        ("only for review", {"slow": 2.0}),
        ("no more exclusion", {"abrupt": -10.0}),
        ("a rule switched off", {"abrupt": -4.0}),
        ("the scheme", {"cut-off": -5.0}),
        ("points and a limit", {"rude": 2.0, "cut-off": 2.0, "slow": 2.0}),
    ],
)
def test_calls_that_score_otherwise(
    filled: Engine, db: str, version: Callable[[str], Path], change: str, expected: dict[str, float]
) -> None:
    sums = found(db, version("nothing"), version(change))
    assert {c.call_id: c.points for c in sums.largest} == expected
    assert (sums.calls, sums.failed, sums.rescored) == (len(CALLS), 0, len(expected))
    assert sums.points == sum(expected.values())


def test_worker_processes_find_the_same(
    filled: Engine, db: str, version: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = Versions(version("nothing"), version("no more exclusion"), db)
    monkeypatch.setattr("qa.pages.LEAST_A_WORKER", 1)
    monkeypatch.setattr("qa.pages.PAGE", 2)
    with ConsoleReporter() as reporter:
        spread = backtest(versions, workers=2, limit=5, reporter=reporter)
    assert spread == found(db, versions.old, versions.new, limit=5) and spread.changed == 1


def test_verdicts_agents_and_where_to_listen(filled: Engine, db: str, version: Callable[[str], Path]) -> None:
    sums = found(db, version("a rule switched off"), version("a wording more"))
    ways = {(r.rule, r.before, r.after): r for r in sums.rules}
    assert ("hangup", None, "violated") in ways and ("closing", "violated", "not_applicable") in ways
    assert ways["rude", "passed", "violated"].samples == (("abrupt", 11.0),)
    assert [(a.agent_id, a.rescored) for a in sums.agents] == [("867", 2)]
    assert json.loads(json.dumps(sums.json()))["largest"][0]["points"] == sums.largest[0].points


def test_nothing_is_written(filled: Engine, db: str, tmp_path: Path, version: Callable[[str], Path]) -> None:
    def contents() -> list[str]:
        with closing(sqlite3.connect(tmp_path / "qa.db")) as connection:
            return list(connection.iterdump())

    before = contents()
    found(db, version("nothing"), version("points"))
    assert contents() == before


def test_a_call_of_another_rule_set_fails_alone(
    store: Engine, db: str, version: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    call = archived("polite")
    ruleset = heating(version("nothing"))
    with writing(store) as session:
        run_id = start_run(session=session, command="score", total=2)
        for name in ("heating", "cable"):
            meta = replace(call.meta, call_id=name, ruleset=name)
            result = score_transcript(meta, call.transcript, ruleset)
            save_result(session=session, result=result, run_id=run_id, work="rescored", transcript=call.transcript)
    sums = found(db, version("nothing"), version("points"))
    assert (sums.calls, sums.failed) == (1, 1)
    assert "cable: rule set 'cable' is not in both folders" in capsys.readouterr().err


def test_faulty_rules_are_told_before_anything(db: str, tmp_path: Path, version: Callable[[str], Path]) -> None:
    bad = write_rules(tmp_path / "bad", ("points: 5", "points: many"))
    with pytest.raises(RuleError):
        found(db, version("nothing"), bad)


def test_pages_hold_every_call_once_and_as_it_was(filled: Engine) -> None:
    pages = list(archived_ids(engine=filled, page=4))
    assert [len(p) for p in pages] == [4, 2]
    assert [i for p in pages for i in p] == sorted(name for name, _, _ in CALLS)
    with reading(filled) as session:
        loaded = load_archived(session=session, call_ids=pages[0])
    assert loaded == [replace(a, transcript=replace(a.transcript, peaks=())) for a in map(archived, pages[0])]


def test_a_tally_keeps_the_largest_changes() -> None:
    tally = Tally(limit=2)
    for number, after in enumerate([99.0, 60.0, 90.0, 100.0, 95.0]):
        rule = RuleChange("rude", "禁语", "passed", "violated", 100.0 - after, 1.5)
        changed = CallChange(f"c{number}", "867", 100.0, after, "A", "A", (rule,)) if after != 100.0 else None
        tally.add("867", changed)
    sums = tally.result()
    assert [c.call_id for c in sums.largest] == ["c1", "c2"]
    assert [call for call, _ in sums.rules[0].samples] == ["c1", "c2", "c4"]
    assert (sums.calls, sums.changed, sums.lower, sums.points, sums.agents[0].calls) == (5, 4, 4, -56.0, 5)


def test_a_sample_is_drawn_alike_each_time(filled: Engine, db: str, version: Callable[[str], Path]) -> None:
    versions = Versions(version("nothing"), version("points"), db)

    def sampled(sample: Sample) -> int:
        with ConsoleReporter() as reporter:
            return backtest(versions, workers=1, limit=20, reporter=reporter, sample=sample).calls

    assert sampled(Sample(most=4)) == 4
    assert sampled(Sample(most=100)) == sampled(Sample(since=date(2026, 3, 1))) == len(CALLS)
    assert sampled(Sample(since=date(2030, 1, 1))) == 0
