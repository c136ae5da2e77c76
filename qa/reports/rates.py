"""How often rules deduct in a period, counted without a report of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from qa.reports import cube
from qa.reports.period import Period


@dataclass(frozen=True, slots=True)
class Rates:
    """The `scored` calls of a period, and by rule id how many have a deduction (`hits`)."""

    scored: int
    hits: Mapping[str, int]

    def of(self, rule: str) -> float | None:
        """Calls with a deduction by the rule, of a hundred scored ones; None where none was scored."""
        return 100 * self.hits.get(rule, 0) / self.scored if self.scored else None


def rates(*, session: Session, period: Period) -> Rates:
    """The rates over all calls of a period."""
    scope = cube.scope_of(session=session, period=period)
    (total,) = cube.trend(session=session, scope=scope, starts=(period.start,))
    hits: Counter[str] = Counter()
    for cost in cube.whole_costs(session=session, scope=scope):
        hits[cost.rule] += cost.calls
    return Rates(total.scored, hits)
