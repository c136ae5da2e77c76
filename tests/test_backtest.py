"""Back-tests: what differs between two versions of the rules, and that sieving calls never hides a difference."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.backtest import Pair, Versions, backtest, compare
from qa.changes import Backtest, CallChange, RuleChange, Tally
from qa.errors import RuleError
from qa.logs import ConsoleReporter
from qa.pipeline import score_transcript
from qa.rules.differences import differences
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from qa.store.archive import Archived, archived_ids, load_archived
from qa.store.engine import reading, writing
from qa.store.saving import save_result, start_run
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

Change = tuple[str, str]
CHANGES: dict[str, tuple[list[Change], set[str]]] = {
    "nothing": ([], set()),
    "a name and a reason": ([("name: 禁语", "name: 用语"), ("reason: 使用禁语", "reason: 用语不当")], set()),
    "points": ([("points: 5", "points: 3")], {"rude"}),
    "a wording more": ([("[你到底听不听得懂]", "[你到底听不听得懂, 收到收到]")], {"rude"}),
    "wording of two rules": ([("感谢您的来电, 祝", "收到收到, 祝")], {"rude", "closing", "hangup", "slow"}),
    "a limit": ([("limit: 15", "limit: 20")], {"slow"}),
    "no more exclusion": ([("    excludes: [closing]\n", "")], {"hangup"}),
    "a rule switched off": ([("name: 提前挂机", "name: 提前挂机\n    enabled: false")], {"hangup"}),
    "only for review": (
        [
            ("limit: 15}\n", "limit: 15}\n    review_only: true\n"),
            ("violated, call: {ring", "needs_review, call: {ring"),
        ],
        {"slow"},
    ),
    "the scheme": ([("complaint: 2", "complaint: 3")], {"rude", "closing", "hangup", "slow"}),
    "a variable": ([("[大龙供暖]", "[大龙供热]")], {"rude", "closing", "hangup", "slow"}),
    "phrases nobody names": ([("[您刚才说]", "[您刚刚说]")], {"rude", "closing", "hangup", "slow"}),
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
    assert told.rules == CHANGES[name][1]


def test_other_holidays_concern_every_rule(version: Callable[[str], Path]) -> None:
    same = heating(version("nothing"))
    assert differences(same, same, same_holidays=False).rules == {"rude", "closing", "hangup", "slow"}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("call", [name for name, _, _ in CALLS])
def test_sieving_hides_nothing(version: Callable[[str], Path], name: str, call: str) -> None:
    for before, after in ((version("nothing"), version(name)), (version(name), version("nothing"))):
        pair = Pair.of(heating(before), heating(after), same_holidays=True)
        assert compare(archived(call), pair) == compare(archived(call), replace(pair, sieves=None))


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
    monkeypatch.setattr("qa.backtest.LEAST_A_WORKER", 1)
    monkeypatch.setattr("qa.backtest.PAGE", 2)
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


def test_pages_hold_every_call_once_and_as_it_was(filled: Engine, version: Callable[[str], Path]) -> None:
    pages = list(archived_ids(engine=filled, page=4))
    assert [len(p) for p in pages] == [4, 2]
    assert [i for p in pages for i in p] == sorted(name for name, _, _ in CALLS)
    with reading(filled) as session:
        loaded = load_archived(session=session, call_ids=pages[0])
    scored_by = heating(version("nothing")).sha256
    assert loaded == [
        replace(a, transcript=replace(a.transcript, peaks=()), ruleset_sha256=scored_by)
        for a in map(archived, pages[0])
    ]


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
