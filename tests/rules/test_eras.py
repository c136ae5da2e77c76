"""Rules that hold from one day to another: which of them judge a call, and what a rules folder may not say of them."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from qa.call import LOCAL
from qa.pipeline import ruleset_of
from qa.rules.examples import run_examples
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet
from qa.rules.tariff import read_tariff, tariff_json, tariff_of
from qa.score import score_call
from qa.store.costs import scheme_of_day
from qa.store.engine import open_store, reading, writing
from qa.store.tariffs import keep_tariffs
from tests.builders import make_call, make_meta, make_turn
from tests.rules.test_loader import RULE, SCHEME, faults, load, write
from tests.rules.test_rulebook import COMMON

Files = dict[str, str | bytes]

UNTIL = RULE.replace("points: 5", "points: 5\n    valid_until: 2026-06-30")
FROM = RULE.split("\nphrases:")[0].replace("points: 5", "points: 8\n    valid_from: 2026-07-01")
WORDS = "\nphrases:" + RULE.split("\nphrases:")[1]
MILDER = FROM.replace("points: 8", "points: 2").replace("2026-07-01", "2026-10-01")
VERSIONS: Files = {"a/rules.yaml": UNTIL, "a/later.yaml": FROM}
INHERITED: Files = COMMON | {"common/rules.yaml": UNTIL}
BACKWARDS = FROM.replace("    valid_from", "    valid_until: 2026-06-01\n    valid_from")
MISSPELT = FROM.replace("valid_from", "valid_form")


def rule(fields: str, id_: str = "rude") -> str:
    return f"rules:\n  - id: {id_}\n" + "".join(f"    {line}\n" for line in fields.split("; "))


def costs(ruleset: RuleSet) -> dict[str, float]:
    return {rule.id: rule.points for rule in ruleset.rules}


def around(day: str) -> tuple[date, date]:
    return date.fromisoformat(day) - timedelta(days=1), date.fromisoformat(day)


@pytest.mark.parametrize(
    ("files", "change", "before", "after"),
    [
        (VERSIONS, "2026-07-01", {"rude": 5}, {"rude": 8}),
        ({"a/rules.yaml": UNTIL}, "2026-07-01", {"rude": 5}, {}),
        ({"a/rules.yaml": FROM + WORDS}, "2026-07-01", {}, {"rude": 8}),
        # A set that extends another one changes fields of its rule from a day on, and switches it off until a day.
        (COMMON | {"a/rules.yaml": rule("points: 7; valid_from: 2026-07-01")}, "2026-07-01", {"rude": 5}, {"rude": 7}),
        (COMMON | {"a/rules.yaml": rule("enabled: false; valid_until: 2026-06-30")}, "2026-07-01", {}, {"rude": 5}),
        # What changes a rule counts only while there is such a rule.
        (INHERITED | {"a/rules.yaml": rule("points: 7")}, "2026-07-01", {"rude": 7}, {}),
        (INHERITED | {"a/rules.yaml": FROM}, "2026-07-01", {"rude": 5}, {"rude": 8}),
        # The versions of the extended set, both with what the extending one changes.
        (
            INHERITED | {"common/later.yaml": FROM, "a/rules.yaml": rule("fatal: true")},
            "2026-07-01",
            {"rude": 5},
            {"rude": 8},
        ),
    ],
)
def test_the_rules_of_a_day(
    tmp_path: Path, files: Files, change: str, before: dict[str, float], after: dict[str, float]
) -> None:
    ruleset = load(tmp_path, files).rulesets["a"]
    assert [costs(ruleset.on(day)) for day in around(change)] == [before, after]
    tariff = read_tariff(tariff_json(tariff_of(ruleset)))
    prices = [{id_: price.points for id_, price in tariff.prices(day).items()} for day in around(change)]
    assert prices == [before, after]


def test_the_order_is_that_of_the_files(tmp_path: Path) -> None:
    other = FROM.replace("id: rude", "id: ruder")
    ruleset = load(tmp_path, VERSIONS | {"a/more.yaml": other}).rulesets["a"]
    assert [list(costs(ruleset.on(day))) for day in around("2026-07-01")] == [["rude"], ["rude", "ruder"]]


def test_rules_and_schemes_change_each_on_their_day(tmp_path: Path) -> None:
    files: Files = {
        "scheme.yaml": SCHEME.replace('"1"', '"2"') + "valid_from: 2026-09-01\npoints: {rude: 1}\n",
        "scheme-1.yaml": SCHEME + "valid_from: 2026-01-01\n",
    }
    ruleset = load(tmp_path, VERSIONS | files).rulesets["a"]
    days = [date(2020, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 31), date(2026, 9, 1)]
    assert [costs(ruleset.on(day))["rude"] for day in days] == [5, 5, 8, 8, 1]
    assert ruleset.on(date(2026, 7, 1)) is ruleset.on(date(2026, 8, 31))
    assert {ruleset.on(day).sha256 for day in days} == {ruleset.sha256}


def test_a_set_under_a_scheme_is_that_of_the_nearest_day(tmp_path: Path) -> None:
    files: Files = {
        "scheme.yaml": SCHEME.replace('"1"', '"3"') + "valid_from: 2026-11-01\n",
        "scheme-2.yaml": SCHEME.replace('"1"', '"2"') + "valid_from: 2026-05-01\n",
        "scheme-1.yaml": SCHEME,
        "a/more.yaml": MILDER.replace("id: rude", "id: ruder").replace("2026-10-01", "2026-12-01"),
    }
    write(tmp_path, VERSIONS | files)
    shown = {
        "2026-03-01": [("1", {"rude": 5}), ("2", {"rude": 5}), ("3", {"rude": 8})],
        "2026-06-30": [("1", {"rude": 5}), ("2", {"rude": 5}), ("3", {"rude": 8})],
        "2026-07-01": [("1", {"rude": 5}), ("2", {"rude": 8}), ("3", {"rude": 8})],
        "2026-12-01": [("1", {"rude": 5}), ("2", {"rude": 8}), ("3", {"rude": 8, "ruder": 2})],
    }
    ruleset = load_rulebook(tmp_path).rulesets["a"]
    for today, expected in shown.items():
        found = [ruleset.under(scheme, date.fromisoformat(today)) for scheme in ruleset.schemes]
        assert sorted((each.scheme.version, costs(each)) for each in found) == expected, today


def test_the_scheme_of_a_day_is_that_of_the_rules_used_last(tmp_path: Path) -> None:
    later = SCHEME.replace('"1"', '"2"') + "valid_from: 2026-09-01\n"
    schemes: Files = {"scheme.yaml": later, "scheme-1.yaml": SCHEME + "valid_from: 2026-01-01\n"}
    before = tuple(load(tmp_path / "before", VERSIONS | schemes).rulesets.values())
    after = tuple(load(tmp_path / "after", VERSIONS | {"scheme.yaml": SCHEME.replace('"1"', '"3"')}).rulesets.values())
    store = open_store("sqlite://")
    days = (date(2026, 8, 31), date(2026, 9, 1))
    for used, versions in ((before, ["1", "2"]), (after, ["3", "3"]), (before, ["1", "2"])):
        with writing(store) as session:
            keep_tariffs(session=session, rulesets=used)
        with reading(store) as session:
            assert [scheme_of_day(session=session, day=day).version for day in days] == versions


@pytest.mark.parametrize(
    ("started", "points"),
    [
        (datetime(2026, 6, 30, 23, 59, tzinfo=LOCAL), 5),
        (datetime.fromisoformat("2026-06-30T15:59:59+00:00"), 5),
        (datetime.fromisoformat("2026-06-30T16:00:00+00:00"), 8),
        (datetime(2026, 7, 1, tzinfo=LOCAL), 8),
    ],
)
def test_a_call_is_judged_by_the_rules_of_its_local_day(tmp_path: Path, started: datetime, points: float) -> None:
    book = load(tmp_path, VERSIONS)
    meta = make_meta(ruleset="a", started_at=started)
    call = make_call(make_turn("agent", 0.5, 3.0, "你听不懂吗"))
    [finding] = score_call(call, ruleset_of(meta, book.rulesets)).findings
    assert (finding.verdict, finding.points) == ("violated", points)


def test_a_call_without_a_day_goes_by_todays_rules(tmp_path: Path) -> None:
    tomorrow = (datetime.now(LOCAL) + timedelta(days=1)).date()
    coming: Files = {
        "a/rules.yaml": UNTIL.replace("2026-06-30", (tomorrow - timedelta(days=1)).isoformat()),
        "a/later.yaml": FROM.replace("2026-07-01", tomorrow.isoformat()),
    }
    book = load(tmp_path, coming)
    found = ruleset_of(make_meta(ruleset="a", started_at=None), book.rulesets)
    assert costs(found) == costs(book.rulesets["a"]) == {"rude": 5}
    assert costs(load_rulebook(tmp_path, today=tomorrow).rulesets["a"]) == {"rude": 8}
    # What it is settled by does not change when the day comes.
    tariff = tariff_of(found)
    assert {price.points for price in tariff.prices(None).values()} == {5}


def test_the_rules_of_one_day_for_calls_of_all_days(tmp_path: Path) -> None:
    ruleset = load(tmp_path, VERSIONS).rulesets["a"]
    old, new = (ruleset.pinned(day) for day in around("2026-07-01"))
    for day in around("2026-07-01"):
        assert (costs(old.on(day)), costs(new.on(day))) == ({"rude": 5}, {"rude": 8})
    assert ruleset.hashes == {ruleset.sha256, old.sha256, new.sha256} and len(ruleset.hashes) == 3
    alike = load(tmp_path, {"a/rules.yaml": RULE, "a/later.yaml": "rules: []"}).rulesets["a"]
    assert alike.pinned(date(2020, 1, 1)) is alike and alike.hashes == {alike.sha256}


def test_the_examples_of_all_versions_run(tmp_path: Path) -> None:
    wrong = FROM.replace("坐席 0.5: 您好", "坐席 0.5: 你听不懂吗")
    outcomes = run_examples(load(tmp_path, VERSIONS | {"a/later.yaml": wrong}))
    assert sorted((Path(o.place).name, o.ok) for o in outcomes) == [
        ("later.yaml:10", True),
        ("later.yaml:12", False),
        ("rules.yaml:10", True),
        ("rules.yaml:12", True),
    ]


def test_the_examples_of_every_version_run_where_one_file_changes_them_all(tmp_path: Path) -> None:
    files = INHERITED | {"common/later.yaml": FROM, "a/rules.yaml": rule("fatal: true")}
    places = {Path(o.place).name for o in run_examples(load(tmp_path, files))}
    assert places == {"rules.yaml:10", "rules.yaml:12", "later.yaml:10", "later.yaml:12"}


def test_the_examples_of_todays_version_come_first(tmp_path: Path) -> None:
    outcomes = run_examples(load_rulebook(write(tmp_path, VERSIONS), today=date(2026, 7, 1)))
    assert [Path(o.place).name.split(":")[0] for o in outcomes] == ["later.yaml"] * 2 + ["rules.yaml"] * 2


def test_only_the_examples_that_are_asked_for_run(tmp_path: Path) -> None:
    other = RULE.split("\nphrases:")[0].replace("id: rude", "id: ruder")
    book = load(tmp_path, {"a/more.yaml": other})
    assert {o.rule for o in run_examples(book)} == {"rude", "ruder"}
    assert {o.rule for o in run_examples(book, only={"ruder"})} == {"ruder"}


TWICE = "stands in this rule set twice for the same days (also later.yaml:2); end one with valid_until"
BROKEN: dict[str, tuple[Files, str, int, str]] = {
    "no end": ({"a/rules.yaml": RULE, "a/later.yaml": FROM}, "a/rules.yaml", 2, TWICE),
    "a day too long": (VERSIONS | {"a/rules.yaml": UNTIL.replace("06-30", "07-01")}, "a/rules.yaml", 2, TWICE),
    "two that go on": (VERSIONS | {"a/more.yaml": MILDER}, "a/more.yaml", 2, "(also later.yaml:2)"),
    "backwards": (VERSIONS | {"a/later.yaml": BACKWARDS}, "a/later.yaml", 2, "`valid_until` is before `valid_from`"),
    "no day": (VERSIONS | {"a/later.yaml": FROM.replace("07-01", "06-31")}, "a/later.yaml", 6, "valid_from"),
    "no date": (VERSIONS | {"a/rules.yaml": UNTIL.replace("2026-06-30", "soon")}, "a/rules.yaml", 6, "valid_until"),
    "a field that is none": (VERSIONS | {"a/later.yaml": MISSPELT}, "a/later.yaml", 6, "unknown key 'valid_form'"),
    "a version that lacks what a rule needs": (
        VERSIONS | {"a/later.yaml": rule("valid_from: 2026-07-01")},
        "a/later.yaml",
        2,
        "violated",
    ),
    "a fault in a version of another day": (
        VERSIONS | {"a/later.yaml": FROM.replace("forbidden", "forbiden")},
        "a/later.yaml",
        7,
        "unknown operator",
    ),
}


@pytest.mark.parametrize(("files", "file", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_told_with_its_place(tmp_path: Path, files: Files, file: str, line: int, message: str) -> None:
    found = faults(tmp_path, files)
    assert any((f, n) == (file, line) and message in m for f, n, m in found), found


def test_what_a_version_excludes_may_be_a_rule_of_other_days(tmp_path: Path) -> None:
    other = FROM.replace("id: rude", "id: ruder").replace("points: 8", "points: 8\n    excludes: [rude]")
    write(tmp_path, {"a/rules.yaml": UNTIL, "a/later.yaml": other})
    assert costs(load_rulebook(tmp_path).rulesets["a"].on(date(2026, 7, 1))) == {"ruder": 8}
