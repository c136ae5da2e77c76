"""A report's figures are those of the store, to the last decimal, on both engines."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, text

from qa.call import CallMeta
from qa.reports.build import make_report
from qa.reports.figures import Group, Tally
from qa.reports.period import SHIFTS, Period, period_of, shift_of
from qa.result import CallResult, Scorecard
from qa.store.engine import open_store, reading, writing
from qa.store.saving import save_result, start_run
from tests.builders import make_failed, make_finding, make_meta, make_result, make_scorecard
from tests.reports.conftest import MARCH

DATED = "c.started_at >= :start AND c.started_at < :end"
CALLS = f"FROM call c LEFT JOIN scorecard s ON s.call_id = c.call_id AND s.run_id = c.run_id WHERE {DATED}"
LOST = f"FROM finding f JOIN call c USING (call_id, run_id) WHERE f.verdict = 'violated' AND {DATED}"

ENTERED = f"FROM manual_deduction m JOIN call c USING (call_id) WHERE {DATED}"


def ask(session: Session, query: str, period: Period) -> list[Any]:
    on_server = session.get_bind().dialect.name == "postgresql"

    def bound(at: datetime) -> Any:
        utc = at.astimezone(UTC)
        return utc if on_server else f"{utc:%Y-%m-%d %H:%M:%S.%f}"

    return list(session.execute(text(query), {"start": bound(period.start), "end": bound(period.end)}).all())


def test_figures_equal_the_store(centre: Session) -> None:
    report = make_report(session=centre, period=MARCH)
    for tally, period in ((report.total.tally, MARCH), (report.total.former, MARCH.before)):
        (calls, scored, lowest, score), *_ = ask(
            centre, f"SELECT COUNT(*), COUNT(s.score), MIN(s.score), SUM(s.score) {CALLS}", period
        )
        assert (tally.calls, tally.scored, tally.score_cents) == (calls, scored, round(100 * score))
        assert tally.mean == score / scored and next(i for i, n in enumerate(tally.bins) if n) == min(lowest // 5, 19)
    costs = ask(centre, f"SELECT f.rule, COUNT(*), SUM(f.count), SUM(f.points) {LOST} GROUP BY f.rule", MARCH)
    costs += ask(centre, f"SELECT m.item, COUNT(*), COUNT(*), SUM(m.points) {ENTERED} GROUP BY m.item", MARCH)
    assert {c.rule: (c.calls, c.count, c.cents / 100) for c in report.total.costs if c.calls} == {
        rule: (calls, count, points) for rule, calls, count, points in costs
    }
    who = ask(centre, f"SELECT c.team, c.agent_id, COUNT(*), SUM(s.score) {CALLS} GROUP BY c.team, c.agent_id", MARCH)
    assert {(a.team, a.agent_id): (a.tally.calls, a.tally.score_cents / 100) for a in report.agents} == {
        (team, agent): (calls, score) for team, agent, calls, score in who
    }
    rated = [r for (r,) in ask(centre, f"SELECT s.answers {CALLS} AND c.direction = 'outbound'", MARCH)]
    assert report.total.answers.calls == len(rated) > 5


def test_parts_add_up_to_the_total(centre: Session) -> None:
    report = make_report(session=centre, period=MARCH)
    for parts in (report.teams, report.agents):
        assert sum((part.tally for part in parts), Tally()) == report.total.tally
        assert sum(c.cents for part in parts for c in part.costs) == sum(c.cents for c in report.total.costs)
    steps = sum((step.tally for step in report.trend), Tally())
    assert (steps.calls, steps.score_cents) == (report.total.tally.calls, report.total.tally.score_cents)
    assert sum(report.total.tally.bins) == report.total.tally.scored == sum(report.total.tally.grades.values())


def test_a_team_by_itself(centre: Session) -> None:
    whole = make_report(session=centre, period=MARCH)
    team = whole.teams[0].team
    own = make_report(session=centre, period=MARCH, team=team)
    assert own.total.tally == whole.teams[0].tally and {a.team for a in own.agents} == {team}


def card(score: float, **fields: Any) -> Scorecard:
    return replace(make_scorecard(make_finding("closing", "passed")), score=score, **fields)


def call(call_id: str, at: str | None, scorecard: Scorecard | None, **fields: Any) -> CallResult:
    started = datetime.fromisoformat(at) if at else None
    meta: CallMeta = make_meta(call_id, started_at=started, **fields)
    return replace(make_result(call_id, meta=meta), scorecard=scorecard)


def store_of(db: str, *results: CallResult) -> Engine:
    engine = open_store(db)
    with writing(engine) as session:
        run = start_run(session=session, command="run", total=len(results))
        for result in results:
            save_result(session=session, result=result, run_id=run, work="rescored")
    return engine


def group_of(report_groups: tuple[Group, ...], team: str | None) -> Group:
    return next(group for group in report_groups if group.team == team)


def test_hundredths_are_kept(db: str) -> None:
    scores = [87.33, 91.67, 0.01, 99.99, 66.66]
    results = [call(f"c{i}", "2026-03-11T09:00:00+08:00", card(score)) for i, score in enumerate(scores)]
    with reading(store_of(db, *results)) as session:
        total = make_report(session=session, period=period_of("day", date(2026, 3, 11))).total.tally
    assert Decimal(total.score_cents) / 100 == sum(Decimal(str(score)) for score in scores)


def test_what_counts_where(db: str) -> None:
    silent = make_finding("silent-call", "passed", name="无声电话处理")
    not_silent = make_finding("silent-call", "not_applicable", name="无声电话处理")
    results = [
        call("mute", "2026-03-11T00:00:00+08:00", make_scorecard(silent), team="甲"),
        call("late", "2026-03-11T23:59:59+08:00", make_scorecard(not_silent, make_finding()), team="甲"),
        call("next", "2026-03-12T00:00:00+08:00", make_scorecard(silent), team="甲"),
        call("fatal", "2026-03-11T10:00:00+08:00", card(0.0, fatal=True, grade="D"), team="乙", complaint=True),
        call("open", "2026-03-11T10:30:00+08:00", card(100.0, needs_review=True), team="乙", dissatisfied=True),
        call("undated", None, make_scorecard(silent)),
        replace(make_failed(), meta=make_meta("broken", team="乙")),
    ]
    with reading(store_of(db, *results)) as session:
        report = make_report(session=session, period=period_of("day", date(2026, 3, 11)))
    one, two = group_of(report.teams, "甲").tally, group_of(report.teams, "乙").tally
    assert (one.calls, one.scored, one.silent, one.complaints) == (2, 2, 1, 0)
    assert (two.calls, two.scored, two.failed, two.fatal, two.complaints, two.dissatisfied) == (3, 2, 1, 1, 1, 1)
    assert (two.needs_review, two.mean, report.undated) == (1, 50.0, 1)
    assert [key.call_id for key in report.key_calls] == ["fatal", "open"]
    assert Counter({s.label: s.tally.calls for s in report.trend}) == Counter(
        {f"{h:02}:00": {0: 1, 9: 1, 10: 2, 23: 1}.get(h, 0) for h in range(24)}
    )


def test_answers_to_follow_up_questions(db: str) -> None:
    given = [
        {"solved": True, "attitude": "满意", "charged": False, "rating": 9},
        {"solved": False, "attitude": "不满意", "charged": True, "rating": 3},
        {"solved": None, "attitude": None, "charged": None, "rating": None},
        {},
    ]
    at = "2026-03-11T09:00:00+08:00"
    results = [call(f"c{i}", at, card(100.0, answers=a), direction="outbound") for i, a in enumerate(given)]
    with reading(store_of(db, *results)) as session:
        found = make_report(session=session, period=period_of("day", date(2026, 3, 11))).total.answers
    assert (found.calls, found.rated, found.mean_rating, found.low) == (4, 2, 6.0, 1)
    assert (found.solved, found.unsolved, found.satisfied, found.unsatisfied) == (1, 1, 1, 1)
    assert (found.charged, found.uncharged) == (1, 1)


def test_a_shift_keeps_its_overtime_and_takes_unnamed_calls_by_the_hour(db: str) -> None:
    results = [
        call("early", "2026-03-11T07:50:00+08:00", card(100.0), shift="早班"),
        call("mine", "2026-03-11T09:00:00+08:00", card(100.0), shift="早班"),
        call("overtime", "2026-03-11T16:20:00+08:00", card(100.0), shift="早班"),
        call("unnamed", "2026-03-11T10:00:00+08:00", card(100.0)),
        call("other", "2026-03-11T15:50:00+08:00", card(100.0), shift="中班"),
        call("unnamed-later", "2026-03-11T16:00:00+08:00", card(100.0)),
        call("day-after", "2026-03-12T09:00:00+08:00", card(100.0), shift="早班"),
    ]
    with reading(store_of(db, *results)) as session:
        counts = [
            make_report(session=session, period=shift_of(date(2026, 3, day), shift)).total.tally.calls
            for day in (11, 12)
            for shift in SHIFTS
        ]
    assert counts == [4, 2, 0, 1, 0, 0]


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "half-year", "year"])
def test_an_empty_period(db: str, kind: Any) -> None:
    with reading(open_store(db)) as session:
        report = make_report(session=session, period=period_of(kind, date(2026, 3, 11)))
    assert (report.total.tally, report.agents, report.causes) == (Tally(), (), ())
