"""Schemes: their faults by file and line, which one holds on a day, working days."""

from datetime import date, datetime
from pathlib import Path

import pytest

from qa.call import LOCAL
from qa.errors import RuleError
from qa.pipeline import ruleset_of
from qa.rules.loader import load_rulebook
from qa.rules.schema import HolidayFile
from qa.rules.tariff import tariff_of
from qa.rules.workdays import workdays_of
from tests.builders import make_meta
from tests.rules.shipped import ruleset
from tests.rules.test_loader import write

HEAD = 'version: "2"\nvalid_from: 2026-07-01\ngrades: {A: 95, B: 85, C: 70, D: 0}\n'
OLD = HEAD.replace('"2"', '"1"').replace("2026-07-01", "2026-01-01")
ITEM = "  - {id: manual-01, name: 命令语气, clause: 003, points: 10}\n"


@pytest.mark.parametrize(
    ("scheme", "line", "said"),
    [
        ("bonus: 3\n", 4, "unknown key 'bonus'"),
        ("multipliers: {severe: 0.5}\n", 1, "multiplier severe is 0.5"),
        ("multipliers: {angry: 2}\n", 4, "Input should be 'complaint'"),
        ("caps:\n  no-such: 3\n", 5, "'no-such' is no rule"),
        ("caps:\n  rude: 300\n", 1, "give 0 to 100"),
        ("fatal: [rude, rud-language]\n", 4, "'rud-language' is no rule"),
        ("points: {manual-01: 4}\n", 4, "'manual-01' is no rule and no manual item"),
        ("manual:\n" + ITEM + ITEM, 6, "id 'manual-01' is that of another item"),
        ("manual:\n" + ITEM.replace("manual-01", "rude"), 5, "id 'rude' is that of another"),
        ("manual:\n" + ITEM.replace("10", "-1"), 5, "points"),
        ("manual:\n" + ITEM.replace("10", "10, multipliers: [angry]"), 5, "complaint"),
        ("onsite:\n  - {id: onsite-01, name: 抽烟, clause: 002, points: 2, warn: true}\n", 5, "unknown key 'warn'"),
        ("weights: {inbound: -1}\n", 4, "inbound"),
        ("windows: {appeal: soon}\n", 4, "appeal"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, scheme: str, line: int, said: str) -> None:
    folder = write(tmp_path, {"scheme.yaml": HEAD + scheme, "scheme-1.yaml": OLD})
    with pytest.raises(RuleError) as told:
        load_rulebook(folder)
    [problem] = told.value.problems
    assert problem.startswith(f"{folder / 'scheme.yaml'}:{line}: ") and said in problem


def test_two_schemes_that_claim_the_same(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as told:
        load_rulebook(write(tmp_path, {"scheme.yaml": HEAD, "scheme-1.yaml": HEAD}))
    assert [p.split(": ", 1)[1] for p in told.value.problems] == [
        "version is that of scheme.yaml too; each scheme has its own",
        "valid_from is that of scheme.yaml too; each scheme has its own",
    ]


@pytest.mark.parametrize(
    ("started", "version", "points"),
    [
        (datetime(2026, 6, 30, 23, 59, tzinfo=LOCAL), "1", 5),
        (datetime(2026, 7, 1, tzinfo=LOCAL), "2", 4),
        # Before any scheme the oldest holds.
        (datetime(2025, 7, 1, tzinfo=LOCAL), "1", 5),
    ],
)
def test_a_call_is_scored_by_the_scheme_of_its_day(
    tmp_path: Path, started: datetime, version: str, points: float
) -> None:
    scheme = HEAD + "points: {rude: 4}\nfatal: [rude]\n"
    book = load_rulebook(write(tmp_path, {"scheme.yaml": scheme, "scheme-1.yaml": OLD}))
    meta = make_meta(ruleset="a", started_at=started)
    found = ruleset_of(meta, book.rulesets)
    [rule] = found.rules
    assert (found.scheme.version, rule.points, rule.fatal) == (version, points, version == "2")
    tariff = tariff_of(book.rulesets["a"])
    price = tariff.prices(meta.day)["rude"]
    assert (tariff.scheme(meta.day).version, price.points, price.fatal) == (version, points, version == "2")


@pytest.mark.parametrize(
    ("day", "working_days", "last"),
    [
        (date(2026, 3, 12), 3, date(2026, 3, 17)),
        (date(2026, 3, 14), 1, date(2026, 3, 16)),
        (date(2026, 3, 12), 0, date(2026, 3, 12)),
        # 国庆 and 中秋 2026; the make-up Saturday 10-10 is worked.
        (date(2026, 9, 24), 1, date(2026, 9, 28)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        # 春节 2026.
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
    ],
)
def test_deadlines_know_holidays_and_make_up_days(day: date, working_days: int, last: date) -> None:
    assert ruleset("heating").workdays.after(day, working_days) == last


def test_a_centres_own_days_go_before_the_public_calendar() -> None:
    file = HolidayFile(workdays=[date(2026, 3, 14)], days_off=[date(2026, 3, 16), date(2026, 3, 14)])
    workdays = workdays_of(file)
    assert [workdays.works(date(2026, 3, n)) for n in (13, 14, 15, 16)] == [True, True, False, False]


def test_the_shipped_rules_name_the_clauses_of_the_regulations() -> None:
    scheme = ruleset("heating").scheme
    assert {i.clause for i in scheme.manual} == {f"003 考核条例 {n}" for n in range(1, 18)}
    assert {i.clause for i in scheme.onsite} == {f"002 工作现场 {n}" for n in range(1, 14)}
