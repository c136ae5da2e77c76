"""Rates of rules are those that a report of the same period tells, and ask for less."""

import pytest
from sqlmodel import Session

from qa.reports.build import make_report
from qa.reports.period import Period
from qa.reports.rates import rates
from tests.reports.conftest import MARCH


@pytest.mark.parametrize("period", [MARCH, MARCH.before])
def test_they_are_those_of_the_report(centre: Session, period: Period) -> None:
    found, total = rates(session=centre, period=period), make_report(session=centre, period=period).total
    assert found.scored == total.tally.scored > 100
    assert found.hits == {cost.rule: cost.calls for cost in total.costs}
    rule, hits = max(found.hits.items(), key=lambda hit: hit[1])
    assert hits > 1 and found.of(rule) == 100 * hits / found.scored and found.of("unheard-of") == 0


def test_nothing_was_scored(centre: Session) -> None:
    found = rates(session=centre, period=MARCH.before.before)
    assert (found.scored, found.of("closing")) == (0, None)
