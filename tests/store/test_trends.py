"""Mean scores day by day, by the centre's days and by the scores that count."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine

from qa.store.engine import reading, writing
from qa.store.filters import CallFilter
from qa.store.saving import save_result, start_run
from qa.store.trends import means_by_day, team_of
from tests.builders import make_finding, make_meta, make_result, make_transcript

FIVE, TEN = make_finding(), make_finding(points=10.0)


@pytest.fixture
def filled(store: Engine) -> Engine:
    """Three calls of two days, one of which was scored twice."""
    calls = (
        ("c1", "2026-03-11T00:30:00+08:00", "867", TEN),
        ("c1", "2026-03-11T00:30:00+08:00", "867", FIVE),
        ("c2", "2026-03-11T23:30:00+08:00", "003", TEN),
        ("c3", "2026-03-12T00:10:00+08:00", "867", TEN),
    )
    for call_id, at, agent_id, finding in calls:
        meta = make_meta(call_id, agent_id=agent_id, team="一组", started_at=datetime.fromisoformat(at))
        result = replace(make_result(call_id, finding), meta=meta)
        with writing(store) as session:
            run = start_run(session=session, command="run", total=1)
            save_result(session=session, result=result, run_id=run, work="transcribed", transcript=make_transcript())
    return store


def test_days_are_local_and_only_the_present_score_counts(filled: Engine) -> None:
    with reading(filled) as session:
        assert means_by_day(session=session, where=CallFilter(), by_agent=False) == {
            (None, date(2026, 3, 11)): 92.5,
            (None, date(2026, 3, 12)): 90.0,
        }
        assert means_by_day(session=session, where=CallFilter(agent_id="867"), by_agent=True) == {
            ("867", date(2026, 3, 11)): 95.0,
            ("867", date(2026, 3, 12)): 90.0,
        }


def test_team_of(filled: Engine) -> None:
    with reading(filled) as session:
        assert team_of(session=session, agent_id="867") == "一组"
        assert team_of(session=session, agent_id="nobody") is None
