"""Deductions by hand, appeals, on-site items and overdue follow-ups stand in the report beside the verdicts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from qa.call import LOCAL
from qa.followup.item import Draft
from qa.reports.beside import shifts
from qa.reports.build import make_report
from qa.reports.document import document
from qa.reports.figures import Appeals, Onsite, Report
from qa.reports.period import SHIFTS, Shift, period_of, shift_of
from qa.store.engine import reading, writing
from qa.store.followups import add_items
from qa.store.tables import (
    AppealRecord,
    ManualDeductionRecord,
    OnsiteRecord,
    ReviewEventRecord,
    ShiftRecord,
)
from tests.reports.test_build import call, card, group_of, store_of

NOW = datetime(2026, 3, 12, 8, 0, tzinfo=LOCAL)
DAY = period_of("day", date(2026, 3, 11))


def report_of(db: str, *rows: Any, **asked: Any) -> Report:
    results = [
        call("a", "2026-03-11T09:00:00+08:00", card(90.0), team="甲", agent_id="003"),
        call("b", "2026-03-11T10:00:00+08:00", card(100.0), team="乙", agent_id="102"),
    ]
    engine = store_of(db, *results)
    with writing(engine) as session:
        session.add_all(rows)
        add_items(
            session=session,
            drafts=[
                Draft("promise", "a", NOW - timedelta(hours=1), priority=2, reasons=("漏水",)),
                Draft("complaint", "b", NOW + timedelta(hours=1)),
            ],
            by="qa",
            now=NOW,
        )
    with reading(engine) as session:
        return make_report(session=session, at=NOW, **({"period": DAY} | asked))


def by_hand(seq: int, points: float) -> ManualDeductionRecord:
    said: dict[str, Any] = {"item": "003-13", "name": "工单内容不完整", "clause": "003 考核条例 13", "multiplier": 1.0}
    return ManualDeductionRecord(call_id="a", seq=seq, points=points, note="", by="li", at=NOW, **said)


def test_what_inspectors_enter_is_a_deduction(db: str) -> None:
    event = ReviewEventRecord(call_id="a", seq=1, kind="confirm", by="li", at=NOW)
    report = report_of(db, by_hand(1, 5.0), by_hand(2, 2.5), event)
    (cost,) = report.total.costs
    assert (cost.rule, cost.name, cost.calls, cost.count, cost.cents) == ("003-13", "工单内容不完整", 1, 2, 750)
    assert (report.total.tally.reviewed, group_of(report.teams, "甲").tally.reviewed) == (1, 1)
    assert group_of(report.teams, "乙").costs == ()


def test_appeals_and_onsite_items(db: str) -> None:
    def appeal(state: str, outcome: str | None) -> AppealRecord:
        return AppealRecord(call_id="a", agent_id="003", state=state, outcome=outcome, opened_at=NOW)

    def seen(agent: str, day: date, warning: bool, withdrawn: datetime | None = None) -> OnsiteRecord:
        item: dict[str, Any] = {"item": "002-8", "name": "卫生", "clause": "002 现场管理 8", "points": 2.0, "note": ""}
        who: dict[str, Any] = {"by": "li", "at": NOW, "withdrawn_at": withdrawn}
        return OnsiteRecord(agent_id=agent, day=day, warning=warning, **item, **who)

    on, off = date(2026, 3, 11), date(2026, 3, 12)
    report = report_of(
        db,
        *(appeal("closed", "partly"), appeal("closed", "rejected"), appeal("at_shift_lead", None)),
        *(seen("003", on, False), seen("003", on, True), seen("003", off, False), seen("003", on, False, NOW)),
        seen("719", on, False),
    )
    assert group_of(report.teams, "甲").appeals == Appeals(3, 1, 0, 1, 1, 0)
    assert group_of(report.teams, "甲").onsite == Onsite(2, 1, 200)
    assert group_of(report.teams, None).onsite == Onsite(1, 0, 200)
    assert report.total.onsite == Onsite(3, 1, 400)
    after = report_of(db, period=period_of("day", off))
    assert (after.former_appeals.submitted, after.former_onsite) == (3, Onsite(3, 1, 400))
    told = {row[0]: row[1:] for row in document(after, "zh", NOW).table("overview").rows}
    assert (told["申诉"], told["现场扣分"]) == ((0, 3, -3), (2.0, 4.0, -2.0))
    rows = document(report, "zh", NOW).table("people").rows
    assert [row[:4] for row in rows] == [("甲", "003", "", 3), ("未注明", "719", "", 0), ("全部", "全部", "", 3)]


def test_what_is_overdue_leads_the_hand_over(db: str) -> None:
    report = report_of(db, period=shift_of(date(2026, 3, 11), SHIFTS[0]))
    doc = document(report, "zh", NOW)
    assert doc.tables[0].key == "overdue" and "1 项督办已逾期" in doc.lines[0]
    assert doc.tables[0].rows[0][:4] == ("2026-03-12 07:00", "承诺回电", "003 应答要求", "漏水")
    assert report.overdue == 1
    assert document(report_of_day(report), "zh", NOW).tables[-1].key == "overdue"


def report_of_day(report: Report) -> Report:

    return replace(report, period=DAY)


def test_shifts_are_the_centres_own(db: str) -> None:
    engine = store_of(db)
    with reading(engine) as session:
        assert shifts(session=session) == SHIFTS
    with writing(engine) as session:
        session.add(ShiftRecord(shift="大夜班", starts="20:00", ends="08:00"))
    with reading(engine) as session:
        assert shifts(session=session) == (Shift("大夜班", time(20), time(8)),)
        night = shift_of(date(2026, 3, 11), shifts(session=session)[0])
        assert night.end.astimezone(UTC) - night.start.astimezone(UTC) == timedelta(hours=12)
