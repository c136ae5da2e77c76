"""Reviewing a stored call: two at once, undo, rescoring, closed periods, the provisional window."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from qa.reports.cube import Scope
from qa.reports.cube import costs as report_costs
from qa.reports.period import period_of
from qa.result import result_json
from qa.review.settling import end_of
from qa.store import audit
from qa.store.engine import reading, writing
from qa.store.loading import load_result
from qa.store.locks import PeriodClosed
from qa.store.queries import summary
from qa.store.results import load_results
from qa.store.reviews import (
    Review,
    ReviewConflict,
    ReviewError,
    confirm,
    deduct,
    judge,
    note,
    retract,
    review_of,
    undo,
)
from qa.store.tables import ManualDeductionRecord, PeriodLockRecord, ReviewVerdictRecord
from qa.store.verdicts import load_verdicts
from tests.review.centre import NOON, SCORED, found, keep, machine, said

INSPECTOR: dict[str, Any] = {"call_id": "c1", "by": "李", "at": NOON}


def look(store: Engine) -> Review:
    with reading(store) as session:
        return review_of(session=session, call_id="c1")


def test_an_overturned_finding_gives_its_points_back_and_the_machine_stays_beside(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        review = judge(
            session=session, seen=0, rule="job-number", decision="overturned", reason="报了八六七", **INSPECTOR
        )
    assert (review.machine.score, review.card.score, review.seen) == (80, 85, 1)
    with reading(store) as session:
        result = load_result(session=session, call_id="c1")
        [verdict] = session.exec(select(ReviewVerdictRecord)).all()
        backtested = load_verdicts(session=session, call_ids=["c1"], rules=())
    assert result and result.scorecard and (result.scorecard.score, result.scorecard.grade) == (85, "B")
    assert {f.rule: f.verdict for f in result.scorecard.findings}["job-number"] == "passed"
    assert (verdict.machine_verdict, verdict.decision, verdict.verdict) == ("violated", "overturned", "passed")
    assert backtested["c1"]["job-number"].verdict == "violated"


def test_overturning_what_paid_for_the_same_words_charges_the_cheaper_clause(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        review = judge(
            session=session, seen=0, rule="rude-language", decision="overturned", reason="客户的话", **INSPECTOR
        )
    assert review.card.score == 85
    assert {f.rule: f.points for f in review.card.findings}["slang"] == 5


def test_two_inspectors_on_one_call(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        judge(session=session, seen=0, rule="closing", decision="overturned", reason="说了再见", **INSPECTOR)
    with pytest.raises(ReviewConflict, match="李 changed this call") as told, writing(store) as session:
        deduct(session=session, call_id="c1", by="王", seen=0, item="manual-13", at=NOON)
    assert (told.value.by, told.value.at) == ("李", NOON)
    with writing(store) as session:
        review = deduct(session=session, call_id="c1", by="王", seen=1, item="manual-13", at=NOON)
    assert [e.by for e in review.events] == ["李", "王"]
    assert review.card.score == 80 + 5 - 5


def test_undo_restores_what_was_stored_before(store: Engine) -> None:
    keep(store)
    acts: list[Any] = [
        lambda s, n: judge(
            session=s, seen=n, rule="nuisance-call", decision="confirmed", facts=["severe"], **INSPECTOR
        ),
        lambda s, n: deduct(session=s, seen=n, item="manual-01", start_s=1.5, end_s=4, note="语气", **INSPECTOR),
        lambda s, n: deduct(session=s, seen=n, item="manual-17", facts=["consequence"], **INSPECTOR),
        lambda s, n: retract(session=s, seen=n, deduction=2, reason="重复", **INSPECTOR),
        lambda s, n: note(session=s, seen=n, text="再听一遍", **INSPECTOR),
        lambda s, n: confirm(session=s, seen=n, **INSPECTOR),
    ]

    def stored() -> Any:
        with reading(store) as session:
            rows = session.exec(select(ManualDeductionRecord)).all(), session.exec(select(ReviewVerdictRecord)).all()
            result = load_result(session=session, call_id="c1")
            card = review_of(session=session, call_id="c1")
            return [[r.model_dump() for r in t] for t in rows], result, card.state, card.provisional_until

    before = [stored()]
    for done, act in enumerate(acts):
        with writing(store) as session:
            act(session, done)
        before.append(stored())
    assert len({repr(state) for state in before}) == len(before)
    for _ in acts:
        assert stored() == before.pop()
        with writing(store) as session:
            undo(session=session, seen=look(store).seen, **INSPECTOR)
    assert stored() == before.pop()
    with pytest.raises(ReviewError, match="nothing to undo"), writing(store) as session:
        undo(session=session, seen=look(store).seen, **INSPECTOR)


def test_a_rescored_call_keeps_what_people_decided(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        judge(session=session, seen=0, rule="job-number", decision="overturned", reason="报了", **INSPECTOR)
        deduct(session=session, seen=1, item="manual-13", **INSPECTOR)
    keep(store, machine(found("job-number", "passed"), found("slang", "violated", said(7, 8)), found("closing")))
    review = look(store)
    # The machine now agrees on the job number: the decision is no double negative.
    assert {f.rule: f.verdict for f in review.card.findings}["job-number"] == "passed"
    assert (review.machine.score, review.card.score) == (90, 85)


def test_a_score_is_provisional_until_confirmed_or_three_working_days_passed(store: Engine) -> None:
    keep(store)
    # Scored on a Thursday: Friday, Monday, Tuesday.
    assert look(store).provisional_until == end_of(date(2026, 3, 17))
    keep(store, scored_at=SCORED + timedelta(days=10))
    assert look(store).provisional_until == end_of(date(2026, 3, 17)), "the same score does not wait anew"
    with pytest.raises(ReviewError, match="nuisance-call wait for a verdict"), writing(store) as session:
        confirm(session=session, seen=0, **INSPECTOR)
    with writing(store) as session:
        judge(session=session, seen=0, rule="nuisance-call", decision="overturned", reason="不是骚扰", **INSPECTOR)
        review = confirm(session=session, seen=1, **INSPECTOR)
    assert review.provisional_until == NOON and not review.provisional(NOON)


def test_a_closed_period_changes_only_by_a_correction(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        session.add(
            PeriodLockRecord(first_day=date(2026, 3, 1), last_day=date(2026, 3, 31), closed_by="赵", closed_at=NOON)
        )
    act: dict[str, Any] = {"seen": 0, "rule": "closing", "decision": "overturned", "reason": "说了", **INSPECTOR}
    with pytest.raises(PeriodClosed, match="2026-03-01 to 2026-03-31 is closed"), writing(store) as session:
        judge(session=session, **act)
    keep(store, machine(found("job-number", "passed")))
    assert look(store).card.score == 80, "a rescore leaves a closed period alone"
    with writing(store) as session:
        review = judge(session=session, correction="复议决定", **act)
        [entry] = audit.entries(session=session, subject="call:c1")
    assert review.card.score == 85
    assert (entry.action, entry.reason, entry.before["score"], entry.after["score"]) == (
        "correction judged",
        "复议决定",
        80,
        85,
    )


@pytest.mark.parametrize(
    ("act", "said_"),
    [
        (lambda s: judge(session=s, seen=0, rule="closing", decision="overturned", **INSPECTOR), "say why"),
        (lambda s: judge(session=s, seen=0, rule="x", decision="confirmed", **INSPECTOR), "no such rule"),
        (
            lambda s: judge(session=s, seen=0, rule="slang", decision="confirmed", facts=["severe"], **INSPECTOR),
            "no multiplier severe",
        ),
        (lambda s: deduct(session=s, seen=0, item="manual-99", **INSPECTOR), "no such item"),
        (lambda s: deduct(session=s, seen=0, item="manual-01", start_s=3, end_s=2, **INSPECTOR), "stretch"),
        (lambda s: deduct(session=s, seen=0, item="manual-01", start_s=3, **INSPECTOR), "stretch"),
        (lambda s: retract(session=s, seen=0, deduction=4, **INSPECTOR), "no manual deduction 4"),
        (lambda s: review_of(session=s, call_id="c9"), "no such scored call"),
    ],
)
def test_what_cannot_be_done_is_told(store: Engine, act: Any, said_: str) -> None:
    keep(store)
    with pytest.raises(ReviewError, match=said_), writing(store) as session:
        act(session)
    assert look(store).seen == 0


def test_a_call_scored_before_tariffs_were_kept(store: Engine) -> None:
    keep(store)
    with store.begin() as connection:
        connection.exec_driver_sql("DELETE FROM tariff")
    from qa.store.tariffs import _KNOWN

    _KNOWN.clear()
    with pytest.raises(ReviewError, match="run qa rescore once"):
        look(store)


def test_many_inspectors_save_the_same_call_at_the_same_moment(store: Engine) -> None:
    keep(store)

    def save(number: int) -> str:
        try:
            with writing(store) as session:
                deduct(session=session, call_id="c1", seen=0, by=f"质检员{number}", item="manual-13", at=NOON)
        except ReviewConflict:
            return "told"
        return "saved"

    with ThreadPoolExecutor(6) as inspectors:
        outcomes = sorted(inspectors.map(save, range(6)))
    assert outcomes == ["saved", *["told"] * 5]
    assert (look(store).seen, look(store).card.score) == (1, 75)


def test_what_people_entered_is_in_results_sums_and_reports(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        deduct(session=session, seen=0, item="manual-17", facts=["consequence"], note="漏单", **INSPECTOR)
        deduct(session=session, seen=1, item="manual-06", start_s=1, end_s=2.5, **INSPECTOR)
    with reading(store) as session:
        result = load_result(session=session, call_id="c1")
        assert list(load_results(session=session, call_ids=["c1"])) == [result]
        costs = {cost.rule: (cost.count, cost.points) for cost in summary(session=session).points_by_rule}
        [reported] = report_costs(session=session, scope=Scope(period_of("month", date(2026, 3, 11)))).values()
    assert result is not None and result.scorecard is not None
    line = result_json(result)
    lost = sum(e["points"] for e in (*line["findings"], *line["manual"]))
    assert (line["score"], 100 - lost) == (68, 68)
    assert [(e["item"], e["points"], e["start"], e["covered_by"]) for e in line["manual"]] == [
        ("manual-17", 12, None, None),
        ("manual-06", 0, 1, "rude-language"),
    ]
    assert costs["manual-17"] == (1, 12) and "manual-06" not in costs
    assert sum(points for _, points in costs.values()) == 32
    assert sum(cost.cents for cost in reported) == 3200
