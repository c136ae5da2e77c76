"""Sums of days tell what the calls tell, whatever was done to the calls, on both engines."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select
from sqlmodel import Session

from benchmarks.store import fill, month_of
from qa.access import Scope as Access
from qa.call import LOCAL
from qa.people.period import Standing
from qa.reports import cube
from qa.reports.build import make_report
from qa.reports.cube import scope_of
from qa.reports.period import period_of
from qa.store import periods, queries, reviews, sums
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.loading import load_result
from qa.store.saving import save_result, start_run
from qa.store.tables import CallRecord, ScorecardRecord
from qa.store.tables.sums import COST, STALE, TALLY

MARCH = month_of("2026-03")
TEAM = "早班一组"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, sqlite_db: str) -> Iterator[Engine]:
    url = sqlite_db if request.param == "sqlite" else request.getfixturevalue("postgres_db")
    fill(url, calls=60, agents=12, period=MARCH)
    engine = open_store(url)
    yield engine
    engine.dispose()


def brought_up(engine: Engine) -> None:
    more = True
    while more:
        with writing(engine) as session:
            more = sums.refresh(session=session)


def told(session: Session, *, summed: bool) -> list[Any]:
    """The figures of March and of the first quarter, for all and for a team."""
    found: list[Any] = []
    for kind in ("week", "month", "quarter"):
        for team in (None, TEAM):
            scope = scope_of(session=session, period=period_of(kind, date(2026, 3, 11)), team=team)
            assert scope.summed is summed
            starts = [at for _, at in scope.period.steps()]
            found += [cube.tallies(session=session, scope=scope), cube.answers(session=session, scope=scope)]
            found += [cube.names(session=session, scope=scope)]
            found += [cube.trend(session=session, scope=scope, starts=starts)]
            costs = cube.costs(session=session, scope=scope)
            found.append({key: sorted(costs[key], key=str) for key in costs})
            found.append(sorted(cube.whole_costs(session=session, scope=scope), key=str))
    for where in (CallFilter(), CallFilter(agent_id="003"), CallFilter(within=Access(teams=(TEAM,)))):
        found += [queries.summary(session=session, where=where), queries.filter_choices(session=session, where=where)]
        found.append(queries.agents(session=session, where=where))
    return found


def check(engine: Engine) -> None:
    """The sums, brought up, tell the same as the calls."""
    with writing(engine) as session:
        kept = [dict(row._mapping) for row in session.execute(select(STALE.c.day, STALE.c.agent_id))]
        rows = [dict(row._mapping) for row in session.execute(select(TALLY))]
        session.execute(delete(TALLY))
    with reading(engine) as session:
        plain = told(session, summed=False)
    with writing(engine) as session:
        if rows:
            session.execute(TALLY.insert(), rows)
    assert kept, "whoever changes calls marks their days"
    brought_up(engine)
    with reading(engine) as session:
        assert told(session, summed=True) == plain


def test_they_tell_what_the_calls_tell(engine: Engine) -> None:
    check(engine)


@pytest.mark.parametrize("agents", [None, ["003", "007", "nobody"]])
@pytest.mark.parametrize("kind", ["week", "month"])
def test_standings_are_period_scores_in_figures(engine: Engine, kind: Any, agents: list[str] | None) -> None:
    period = period_of(kind, date(2026, 3, 11))
    span = {"first_day": period.start.date(), "last_day": period.end.date() - timedelta(days=1), "at": MARCH.end}
    with reading(engine) as session:
        told = periods.standings(session=session, agent_ids=agents, **span)
        whole = periods.period_scores(session=session, **span)
    found = {each.agent_id: each for each in told}
    assert len(found) == len(told) == len([each for each in whole if agents is None or each.agent_id in agents]) > 0
    for each in whole:
        if each.agent_id in found:
            off = [sum(cost.points for cost in costs) for costs in (each.onsite, each.complaints)]
            assert found[each.agent_id] == Standing(
                each.agent_id, len(each.calls), each.mean, *off, each.score, each.provisional
            )


def test_a_review_is_summed_anew(engine: Engine) -> None:
    brought_up(engine)
    with writing(engine) as session:
        hit = next(w.call_id for w in queries_of_loud(session))
        review = reviews.review_of(session=session, call_id=hit)
        rule = next(f.rule for f in review.machine.findings if f.verdict == "violated")
        reviews.judge(
            session=session, call_id=hit, seen=review.seen, by="q", rule=rule, decision="overturned", reason="误判"
        )
    check(engine)


def queries_of_loud(session: Session) -> list[Any]:
    return [row for row in queries.list_calls(session=session, limit=200) if row.violated_rules]


@pytest.mark.parametrize(
    "change",
    [
        lambda meta: replace(meta, agent_id="099", team=None),
        lambda meta: replace(meta, started_at=meta.started_at + timedelta(days=40)),
        lambda meta: replace(meta, agent_id=None),
    ],
)
def test_a_call_that_moves_leaves_its_day(engine: Engine, change: Callable[[Any], Any]) -> None:
    brought_up(engine)
    with writing(engine) as session:
        result = load_result(session=session, call_id="m0-0000000-0003")
        assert result is not None
        run = start_run(session=session, command="run", total=1)
        moved = replace(result, meta=change(result.meta))
        save_result(session=session, result=moved, run_id=run, work="rescored")
    check(engine)


def test_what_is_not_covered_is_read_from_the_calls(engine: Engine) -> None:
    brought_up(engine)
    with writing(engine) as session:
        run = session.execute(select(func.max(ScorecardRecord.run_id))).scalar_one()
        began = MARCH.start.astimezone(LOCAL)
        session.add(
            CallRecord(call_id="new", run_id=run, status="failed", started_at=began, updated_at=began, agent_id="003")
        )
    with reading(engine) as session:
        assert make_report(session=session, period=MARCH).total.tally.calls == 61


def test_they_are_brought_up_by_and_by(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MOST_DAYS", 7)
    with writing(engine) as session:
        assert sums.refresh(session=session)
    check(engine)
    with reading(engine) as session:
        assert not sums.stale(session=session)
        assert session.execute(select(func.count()).select_from(COST)).scalar_one() > 0
