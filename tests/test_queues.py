"""The queue holds what must be heard, in the order of its gravity, each call once; what people have heard is gone."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session

from qa.queues import plan, write
from qa.result import CallResult, Scorecard
from qa.sampling.expected import expected_violations
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.queues import candidates, count_waiting, waiting
from qa.store.saving import save_result, start_run
from qa.store.tables import ReviewEventRecord
from tests.builders import make_finding, make_meta, make_result, make_scorecard

SURE = make_finding("refusal", confidence=0.98)
OPEN = make_finding("slang", "needs_review", confidence=0.4)
RARE = make_finding("closing", "passed", confidence=0.99)
DAY = CallFilter(date_from=date(2026, 3, 11), date_to=date(2026, 3, 11))


def call(call_id: str, card: Scorecard, **meta: Any) -> CallResult:
    return replace(make_result(call_id), meta=make_meta(call_id, **meta), scorecard=card)


CALLS = [
    call("clean", make_scorecard(RARE)),
    call("open", make_scorecard(OPEN, RARE)),
    call("worse", make_scorecard(OPEN, SURE)),
    call("complaint", make_scorecard(RARE), complaint=True, team="甲"),
    call("fatal", make_scorecard(SURE, fatal=True)),
    call("heard", make_scorecard(OPEN)),
    call("elsewhen", make_scorecard(OPEN), started_at=datetime(2026, 3, 12, tzinfo=UTC)),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, sqlite_db: str) -> str:
    return sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")


@pytest.fixture
def session(db: str) -> Iterator[Session]:
    engine = open_store(db)
    with writing(engine) as writer:
        run = start_run(session=writer, command="run", total=len(CALLS))
        for result in CALLS:
            save_result(session=writer, result=result, run_id=run, work="rescored")
        writer.add(ReviewEventRecord(call_id="heard", seq=1, kind="confirm", by="zhang", at=datetime.now(UTC)))
    with reading(engine) as reader:
        yield reader
    engine.dispose()


def test_the_gravest_first(session: Session) -> None:
    found = waiting(session=session, where=DAY)
    assert [(w.call_id, w.causes) for w in found] == [
        ("fatal", ("fatal",)),
        ("complaint", ("complaint",)),
        ("worse", ("review",)),
        ("open", ("review",)),
    ]
    assert found[2].expected == pytest.approx(expected_violations((OPEN, SURE)))
    assert count_waiting(session=session, where=DAY) == 4
    assert [w.call_id for w in waiting(session=session, where=DAY, limit=1, offset=1)] == ["complaint"]


def test_candidates_carry_what_is_expected(session: Session) -> None:
    found = {c.call_id: c for c in candidates(session=session, where=DAY)}
    assert set(found) == {"clean", "open", "worse", "complaint", "fatal"}
    assert found["open"].expected == pytest.approx(0.6 + 0.01)
    assert (found["complaint"].weight, found["complaint"].team, found["open"].weight) == (2.0, "甲", 1.0)


def test_one_list_with_every_reason(session: Session) -> None:
    entries = plan(session=session, where=DAY, budget=2, spot=5, seed=3)
    assert [e.call_id for e in entries][:4] == ["fatal", "complaint", "worse", "open"]
    assert {e.call_id for e in entries} == {"clean", "open", "worse", "complaint", "fatal"}
    assert entries == plan(session=session, where=DAY, budget=2, spot=5, seed=3)
    out = io.StringIO()
    write(out, entries)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert rows[0]["reasons"].startswith("一票否决") and "抽检" in rows[0]["reasons"]
    assert [e.call_id for e in plan(session=session, where=DAY, budget=0, spot=0)] == [e.call_id for e in entries[:4]]
