"""Plans of what to hear, for QA leads: what must be heard, spot checks, and a listening budget."""

from datetime import date

from dashboard.data import require, visible
from dashboard.database import session
from qa.queues import Entry
from qa.queues import plan as made
from qa.sampling.plan import Stratum
from qa.store.filters import CallFilter


def plan(first: date, last: date, *, budget: int, spot: int, per: Stratum, seed: int) -> list[Entry]:
    """The calls of these days to hear, in the order in which to hear them; the same seed gives the same plan."""
    require("manage_rules")
    where = visible(CallFilter(date_from=first, date_to=last))
    with session() as opened:
        return made(session=opened, where=where, budget=budget, spot=spot, per=per, seed=seed)
