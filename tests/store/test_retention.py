"""Which calls are past their time, and why some of them stay."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from qa.errors import ConfigError
from qa.store import appeals, calibrations
from qa.store.engine import reading, writing
from qa.store.forgetting import Batch
from qa.store.loading import load_result
from qa.store.needed import appealable_since
from qa.store.retention import Due, Periods
from qa.store.reviews import confirm, judge
from qa.store.saving import start_run
from qa.store.tables import ClaimRecord
from tests.review.centre import SCORED, TARIFF, keep
from tests.store.forgotten import DAY, NOW, forget, item, looked_at


def appeal(session: Session) -> None:
    appeals.submit(session=session, call_id="c1", by="867", targets=["job-number"], reason="报了", at=SCORED + DAY / 8)


def calibration(session: Session) -> None:
    calibrations.open_calibration(session=session, name="三月", call_ids=["c1"], by="李", now=SCORED)


def claimed(session: Session) -> None:
    session.add(ClaimRecord(call_id="c1", run_id=start_run(session=session, command="run", total=1)))


def reviewed_lately(session: Session) -> None:
    judge(
        session=session, call_id="c1", seen=0, by="李", rule="nuisance-call", decision="overturned", reason="不是",
        at=NOW - DAY,
    )  # fmt: skip
    confirm(session=session, call_id="c1", seen=1, by="李", at=NOW - DAY)


def provisional(session: Session) -> None:
    session.execute(text("UPDATE scorecard SET provisional_until = NULL"))


@pytest.mark.parametrize(
    ("needed", "reason"),
    [
        (appeal, "appeal"),
        (item, "follow_up"),
        (calibration, "calibration"),
        (provisional, "provisional"),
        (reviewed_lately, "appealable"),
        (claimed, "worked"),
    ],
)
def test_what_somebody_needs_stays(store: Engine, needed: Callable[[Session], None], reason: str) -> None:
    keep(store)
    with writing(store) as session:
        needed(session)
    assert looked_at(store) == Due(0, 0, {reason: 1}, 0)
    assert forget(store) == Batch((), {"c1": reason}, "c1")
    with reading(store) as session:
        result = load_result(session=session, call_id="c1")
    assert result is not None and result.call is not None and result.call.turns and result.words_removed_at is None


@pytest.mark.parametrize(
    ("meta", "now", "calls"),
    [
        ({}, NOW, 1),
        ({"started_at": NOW - 31 * DAY}, NOW, 1),
        ({"started_at": NOW - 30 * DAY}, NOW, 0),
        ({"started_at": NOW - 29 * DAY}, NOW, 0),
        ({"started_at": None}, NOW, 0),
        ({"started_at": None}, datetime.now(UTC) + 31 * DAY, 1),
    ],
)
def test_age_counts_from_the_call_or_from_when_it_was_stored(
    store: Engine, meta: dict[str, Any], now: datetime, calls: int
) -> None:
    keep(store, **meta)
    assert looked_at(store, now=now).calls == calls


def test_nothing_is_due_without_a_period(store: Engine) -> None:
    keep(store)
    assert looked_at(store, Periods()) == Due(0, 0, {}, 0)
    with pytest.raises(ConfigError, match="one at least"):
        Periods(words_days=0)


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2026, 3, 12), date(2026, 3, 5)),
        (date(2026, 10, 8), date(2026, 9, 23)),
    ],
)
def test_since_when_a_score_can_be_appealed(today: date, since: date) -> None:
    assert appealable_since([TARIFF], today) == since
    windows = TARIFF.schemes[0].windows
    assert TARIFF.workdays.after(since, windows.appeal) >= today > TARIFF.workdays.after(since - DAY, windows.appeal)
    assert appealable_since([], today) == today
