"""Closing periods and correcting what counts in them, by commands; every correction is on record."""

from datetime import datetime

import pytest
from sqlalchemy import Engine

from qa.call import LOCAL
from qa.cli import main
from qa.store import audit
from qa.store.engine import reading, writing
from qa.store.reviews import deduct, review_of
from tests.review.centre import keep

MARCH = ("--date", "2025-03-01", "--until", "2025-03-31")
MORNING = datetime(2025, 3, 11, 9, tzinfo=LOCAL)


class Commands:
    """Runs `qa period …`."""

    def __init__(self, db: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._db, self._capsys = db, capsys

    def __call__(self, *argv: str, status: int = 0) -> str:
        with pytest.raises(SystemExit) as stopped:
            main(["period", *argv, "--db", self._db])
        told = self._capsys.readouterr()
        assert (stopped.value.code or 0) == status, told.err
        return told.err if status else told.out


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


@pytest.fixture
def qa(db: str, capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(db, capsys)


def test_a_period_is_closed_and_corrected(store: Engine, qa: Commands) -> None:
    keep(store, started_at=MORNING, scored_at=MORNING)
    with writing(store) as session:
        deduct(session=session, call_id="c1", seen=0, by="李", item="manual-12", at=MORNING)
    assert qa("scores", *MARCH).splitlines()[1].split() == ["867", "74.00", "74.00", "1", "0", "0", "0"]
    assert "with the scores of 1 agents" in qa("close", *MARCH, "--by", "主管")
    assert "is closed already" in qa("close", *MARCH, "--by", "主管", status=2)
    assert qa("list").startswith("2025-03-01 to 2025-03-31: 1 agents, closed by 主管 at ")

    told = qa("correct", "c1", "slang", "--reason", "客户先用的词", "--by", "主管")
    assert told == "c1: 74 → 74\n867, 2025-03-01 to 2025-03-31: 74.00 → 74.00\n"
    told = qa("correct", "c1", "closing", "--reason", "录音末尾有结束语", "--by", "主管")
    assert told == "c1: 74 → 79\n867, 2025-03-01 to 2025-03-31: 74.00 → 79.00\n"
    told = qa("correct", "c1", "manual-12#1", "--reason", "登记无误", "--by", "主管")
    assert told == "c1: 79 → 85\n867, 2025-03-01 to 2025-03-31: 79.00 → 85.00\n"
    scores = qa("scores", *MARCH)
    assert "867           85.00" in scores and "closed by 主管 on" in scores
    with reading(store) as session:
        kept = audit.entries(session=session, subject="period:2025-03-01/2025-03-31")[::-1]
        assert audit.verify(session=session).faults == ()
    assert [(e.action, e.before, e.after, e.reason) for e in kept[1:]] == [
        ("period corrected", {"867": 74.0}, {"867": 74.0}, "客户先用的词"),
        ("period corrected", {"867": 74.0}, {"867": 79.0}, "录音末尾有结束语"),
        ("period corrected", {"867": 79.0}, {"867": 85.0}, "登记无误"),
    ]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("correct", "c1", "closing", "--reason", "x", "--by", "李"), "in no closed period; review it"),
        (("correct", "c9", "closing", "--reason", "x", "--by", "李"), "no such scored call"),
        (("close", "--date", "2025-03-01", "--until", "2999-03-31", "--by", "李"), "close it from 2999-04-01"),
        (("close", "--date", "2026-3", "--until", "2025-03-31", "--by", "李"), "not a day; write it as"),
    ],
)  # fmt: skip
def test_what_cannot_be(store: Engine, qa: Commands, argv: tuple[str, ...], said: str) -> None:
    keep(store, started_at=MORNING, scored_at=MORNING)
    assert said in qa(*argv, status=2)


@pytest.mark.parametrize(
    ("target", "reason", "said"),
    [
        ("closing", " ", "needs a reason"),
        ("clsing", "x", "no such rule"),
        ("manual-12#5", "x", "no manual deduction 5"),
        ("manual-12#", "x", "name a manual deduction as manual-06#3"),
        ("manual-12#²", "x", "name a manual deduction as manual-06#3"),
        ("manual-06#1", "x", "manual-06#1: deduction 1 of c1 is manual-12#1"),
    ],
)
def test_a_correction_that_is_none_changes_nothing(
    store: Engine, qa: Commands, target: str, reason: str, said: str
) -> None:
    keep(store, started_at=MORNING, scored_at=MORNING)
    with writing(store) as session:
        deduct(session=session, call_id="c1", seen=0, by="李", item="manual-12", at=MORNING)
    qa("close", *MARCH, "--by", "主管")
    assert said in qa("correct", "c1", target, "--reason", reason, "--by", "主管", status=2)
    with reading(store) as session:
        assert review_of(session=session, call_id="c1").card.score == 74
