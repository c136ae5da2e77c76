"""Former scorecards stay in the store and are in no figure."""

from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session

from qa.reports.build import make_report
from qa.reports.period import period_of
from qa.result import CallResult
from qa.store.engine import open_store, reading, writing
from qa.store.filters import CallFilter
from qa.store.queries import count_calls, filter_choices, list_calls, summary
from qa.store.saving import save_result, start_run
from qa.store.trends import means_by_day
from tests.builders import make_finding, make_meta, make_result, make_transcript

FORMER = [
    make_result("c1", make_finding("refusal", points=40.0)),
    make_result("c2", make_finding("slang", points=20.0)),
]
PRESENT = [make_result("c1", make_finding()), make_result("c2", make_finding("closing", "passed"))]


def save(store: Engine, results: list[CallResult]) -> None:
    with writing(store) as session:
        run_id = start_run(session=session, command="run", total=len(results))
        for result in results:
            transcript = make_transcript(result.call, source=result.meta.call_id)
            save_result(session=session, result=result, run_id=run_id, work="rescored", transcript=transcript)


def figures(session: Session) -> list[Any]:
    """What pages and reports read; every reader of scorecards and findings belongs here."""
    started = make_meta().started_at
    assert started
    month, every = period_of("month", started.date()), CallFilter()
    found: list[Any] = [list_calls(session=session), count_calls(session=session), summary(session=session)]
    found += [count_calls(session=session, where=CallFilter(rule=rule)) for rule in ("refusal", "job-number")]
    found += [means_by_day(session=session, where=every, by_agent=by_agent) for by_agent in (False, True)]
    found += [filter_choices(session=session), filter_choices(session=session, where=CallFilter(agent_id="867"))]
    return [*found, make_report(session=session, period=month).total]


def test_former_scorecards_are_in_no_figure(store: Engine, tmp_path: Any) -> None:
    for results in (FORMER, PRESENT):
        save(store, results)
    once = open_store(f"sqlite:///{tmp_path / 'once.db'}")
    save(once, PRESENT)
    with reading(store) as session, reading(once) as other:
        assert session.execute(text("SELECT count(*) FROM scorecard")).scalar_one() == 4
        for found, expected in zip(figures(session), figures(other), strict=True):
            assert found == expected
    once.dispose()
