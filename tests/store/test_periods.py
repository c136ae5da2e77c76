"""On-site items, complaints, period scores, and periods that are closed."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from qa.call import LOCAL
from qa.store import audit
from qa.store.costs import EntryError
from qa.store.engine import reading, writing
from qa.store.locks import PeriodClosed, lock_on
from qa.store.onsite import (
    confirm_complaint,
    enter_onsite,
    onsite_entries,
    onsite_items,
    withdraw_entry,
)
from qa.store.periods import PeriodError, close_period, kept_scores, losses, period_scores
from qa.store.reviews import deduct, judge, review_of
from tests.review.centre import SCHEME, keep

DAY = date(2026, 3, 11)
MARCH: dict[str, Any] = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
APRIL = datetime(2026, 4, 10, tzinfo=LOCAL)
# 003 考核条例: number, points, multipliers.
MANUAL = {
    1: (10, ()), 2: (10, ()), 3: (10, ()), 4: (10, ()), 5: (10, ()), 6: (10, ()), 7: (10, ()),
    8: (6, ("dissatisfied", "complaint")), 9: (10, ("severe",)), 10: (10, ("severe",)), 11: (10, ()), 12: (6, ()),
    13: (5, ()), 14: (5, ()), 15: (5, ()), 16: (10, ()), 17: (6, ("consequence",)),
}  # fmt: skip
# 002 工作现场: number, points, after a warning in vain.
ONSITE = {
    1: (2, False), 2: (2, False), 3: (2, True), 4: (2, False), 5: (2, False), 6: (2, False), 7: (2, True),
    8: (2, False), 9: (3, False), 10: (2, False), 11: (3, False), 12: (10, False), 13: (1, False),
}  # fmt: skip


def score(store: Engine, **fields: Any) -> Any:
    with reading(store) as session:
        [found] = period_scores(session=session, at=APRIL, **(MARCH | fields))
    return found


def test_every_manual_item_can_be_entered_with_its_points_and_multiplier(store: Engine) -> None:
    keep(store)
    assert len(SCHEME.manual) == len(MANUAL) == 17
    with writing(store) as session:
        for number, (points, multipliers) in MANUAL.items():
            for facts in ((), *((m,) for m in multipliers)):
                seen = review_of(session=session, call_id="c1").seen
                review = deduct(
                    session=session, call_id="c1", seen=seen, by="李", item=f"manual-{number:02}", facts=facts
                )
                entered = review.manual[-1]
                factor = 2 if facts else 1
                assert (entered.points, entered.multiplier) == (points * factor, factor), number
                assert entered.clause == f"003 考核条例 {number}"
    with reading(store) as session:
        assert review_of(session=session, call_id="c1").card.score == 0


def test_every_onsite_item_can_be_entered_with_its_points_and_warning(store: Engine) -> None:
    keep(store)
    with reading(store) as session:
        assert len(onsite_items(session=session, day=DAY)) == len(ONSITE) == 13
    for number, (points, warned) in ONSITE.items():
        with writing(store) as session:
            first, second = (
                enter_onsite(
                    session=session, agent_id="867", day=DAY, shift="早班", item=f"onsite-{number:02}", by="赵"
                )
                for _ in range(2)
            )
            assert (first.warning, first.points) == (warned, 0 if warned else points), number
            assert (second.warning, second.points) == (False, points), number
    with reading(store) as session:
        assert len(onsite_entries(session=session, **MARCH)) == 26
        assert audit.verify(session=session).faults == ()


def test_a_warning_wears_off_and_a_withdrawn_one_counts_for_nothing(store: Engine) -> None:
    keep(store)
    entry: dict[str, Any] = {"agent_id": "867", "item": "onsite-03", "by": "赵"}
    with writing(store) as session:
        first = enter_onsite(session=session, day=DAY, **entry)
        assert enter_onsite(session=session, day=DAY + timedelta(days=31), **entry).warning
        withdraw_entry(session=session, entry=first, by="赵", reason="看错人")
        assert enter_onsite(session=session, day=DAY, **entry).warning
        with pytest.raises(EntryError, match="withdrawn already"):
            withdraw_entry(session=session, entry=first, by="赵", reason="再")
    with pytest.raises(EntryError, match="no such on-site item"), writing(store) as session:
        enter_onsite(session=session, agent_id="867", day=DAY, item="onsite-99", by="赵")


def test_a_period_score_with_all_it_is_made_of(store: Engine) -> None:
    keep(store)
    keep(store, call_id="c2", started_at=datetime(2026, 3, 31, 23, 59, tzinfo=LOCAL))
    keep(store, call_id="c3", started_at=datetime(2026, 4, 1, tzinfo=LOCAL))
    with writing(store) as session:
        judge(session=session, call_id="c2", seen=0, by="李", rule="job-number", decision="overturned", reason="报了")
        deduct(session=session, call_id="c2", seen=1, by="李", item="manual-17", start_s=3, end_s=4)
        enter_onsite(session=session, agent_id="867", day=DAY, item="onsite-09", by="赵")
        enter_onsite(session=session, agent_id="867", day=DAY, item="onsite-03", by="赵")
        confirm_complaint(session=session, agent_id="867", day=DAY, by="赵", note="查实")
    found = score(store)
    # 80 and 80 + 5 − 6, less 3 on site and 5 for the complaint; the warning costs nothing.
    assert (found.mean, found.score) == (79.5, 71.5)
    assert [(c.item, c.points) for c in (*found.onsite, *found.complaints)] == [("onsite-09", 3), ("complaint", 5)]
    with reading(store) as session:
        lost = losses(session=session, agent_id="867", **MARCH)
    assert sum(loss.points for loss in lost) == 20 + 21
    assert [(x.rule, x.points, x.at_s) for x in lost if x.call_id == "c2"] == [
        ("rude-language", 10, 1),
        ("manual-17", 6, 3),
        ("closing", 5, None),
    ]


def test_a_closed_period_is_kept_and_corrected_on_record(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        with pytest.raises(PeriodError, match="is not over"):
            close_period(session=session, by="主管", at=datetime(2026, 3, 31, 23, tzinfo=LOCAL), **MARCH)
        close_period(session=session, by="主管", at=APRIL, **MARCH)
        with pytest.raises(PeriodError, match="closed already"):
            close_period(session=session, by="主管", at=APRIL, first_day=DAY, last_day=DAY)
    with pytest.raises(PeriodClosed), writing(store) as session:
        enter_onsite(session=session, agent_id="867", day=DAY, item="onsite-09", by="赵")
    with reading(store) as session:
        lock = lock_on(session=session, day=DAY)
        assert lock is not None and lock.id is not None and kept_scores(session=session, lock_id=lock.id) == {"867": 80}
    with writing(store) as session:
        enter_onsite(session=session, agent_id="867", day=DAY, item="onsite-09", by="赵", correction="漏记")
        assert kept_scores(session=session, lock_id=lock.id) == {"867": 77}
        [entry] = audit.entries(session=session, subject="period:2026-03-01/2026-03-31", limit=1)
        act: dict[str, Any] = {"by": "李", "rule": "closing", "decision": "overturned", "reason": "说了"}
        judge(session=session, call_id="c1", seen=0, correction="复议", **act)
        assert kept_scores(session=session, lock_id=lock.id) == {"867": 82}
    assert (entry.action, entry.before, entry.after) == ("period corrected", {"867": 80}, {"867": 77})


def test_a_period_with_provisional_scores_is_not_closed(store: Engine) -> None:
    keep(store, scored_at=datetime(2026, 4, 9, tzinfo=LOCAL))
    with pytest.raises(PeriodError, match=r"1 calls .* are provisional"), writing(store) as session:
        close_period(session=session, by="主管", at=APRIL, **MARCH)
