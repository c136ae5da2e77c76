"""What the pages ask the store: every question is narrowed, in SQL, to the calls that the viewer may see."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from dashboard.database import session, summed
from dashboard.i18n import t
from dashboard.who import SignedOut, sign_in_is_off, viewer
from qa.access import Action, Viewer, calls_of, may
from qa.call import LOCAL
from qa.errors import QaError
from qa.followup.order import Order
from qa.reports.build import make_report
from qa.reports.figures import Report
from qa.reports.period import Period
from qa.result import CallResult
from qa.review.settling import end_of
from qa.rules.scheme import Windows
from qa.rules.workdays import PUBLIC
from qa.store import appeals, followups, queries, queues, trends
from qa.store import runs as store_runs
from qa.store.appeals import AppealRow
from qa.store.queries import CallFilter, CallRow, FilterChoices, Summary
from qa.store.queues import Waiting
from qa.store.runs import RunFailure, RunRow
from qa.store.transcripts import Peaks

ALL_CALLS = CallFilter()
NOBODY, NOBODYS_TEAM = "\0", "\0"
MOST_DAYS = 60
CALLER_CALLS = 8
Standing = Literal["confirmed", "provisional"]
"""Whether a score stands, or may still change."""


class Forbidden(QaError):
    """The viewer's role does not allow it, or the call is not among the viewer's."""


MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What the calls list shows, in which order: enough to go on to the next call of it."""

    where: CallFilter = ALL_CALLS
    order_by: str = "started_at"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The calls before and after one in a listing; None at its ends."""

    before: str | None = None
    after: str | None = None


def visible(where: CallFilter) -> CallFilter:
    """The filter within what the viewer may see."""
    return replace(where, within=calls_of(viewer()))


def require(action: Action) -> Viewer:
    """The viewer, who must be allowed the action. Raises Forbidden, SignedOut."""
    person = viewer()
    if not may(person, action):
        raise Forbidden(t("review.forbidden"))
    return person


def choices() -> FilterChoices:
    """The values that occur in the viewer's calls."""
    with summed() as opened:
        return queries.filter_choices(session=opened, where=visible(ALL_CALLS))


def summary(where: CallFilter) -> Summary:
    """Figures over the calls of a filter."""
    with summed() as opened:
        return queries.summary(session=opened, where=visible(where))


def page_of(listing: Listing, *, limit: int, offset: int = 0) -> list[CallRow]:
    """One page of a listing."""
    with session() as opened:
        return queries.list_calls(
            session=opened,
            where=visible(listing.where),
            order_by=listing.order_by,
            descending=listing.descending,
            limit=limit,
            offset=offset,
        )


def whole(listing: Listing) -> list[CallRow]:
    """Every call of a listing, for an export."""
    return page_of(listing, limit=MOST_ROWS)


def neighbours(listing: Listing, *, call_id: str, position: int | None) -> Neighbours:
    """The calls beside `call_id`, which was at `position`; none where the listing has moved since."""
    if position is None:
        return Neighbours()
    first = max(0, position - 1)
    ids = [row.call_id for row in page_of(listing, limit=3, offset=first)]
    at = position - first
    if at >= len(ids) or ids[at] != call_id:
        return Neighbours()
    return Neighbours(
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at + 1 < len(ids) else None,
    )


def waiting(*, limit: int) -> list[Waiting]:
    """The calls that a person must look at and has not, the gravest first."""
    with session() as opened:
        return queues.waiting(session=opened, where=visible(ALL_CALLS), limit=limit)


def count_waiting() -> int:
    """How many calls wait for a person."""
    with summed() as opened:
        return queues.count_waiting(session=opened, where=visible(ALL_CALLS))


def due_at(started_at: datetime | None) -> datetime | None:
    """The end of the working day by which somebody should have looked at a call."""
    return end_of(PUBLIC.after(started_at.date(), Windows().provisional)) if started_at else None


def now() -> datetime:
    """The time at the centre."""
    return datetime.now(LOCAL)


def team_of_viewer() -> str | None:
    """The team to which the viewer's figures are narrowed; None for those who see all. Raises SignedOut."""
    scope = calls_of(viewer())
    if scope.everything:
        return None
    return scope.teams[0] if scope.teams else NOBODYS_TEAM


def report(period: Period) -> Report:
    """The figures of a period over the viewer's calls."""
    require("lead")
    with summed() as opened:
        return make_report(session=opened, period=period, team=team_of_viewer())


def open_appeals(agent_id: str | None = None) -> list[AppealRow]:
    """Appeals under way on calls that the viewer may see, those due first."""
    scope = calls_of(viewer())
    own = None if scope.everything or scope.teams else scope.agent_id or NOBODY
    with session() as opened:
        return appeals.list_appeals(
            session=opened,
            states=("at_shift_lead", "answered", "at_qa_lead"),
            agent_id=own or agent_id,
            teams=None if scope.everything or not scope.teams else scope.teams,
        )


def last_day() -> date:
    """The day of the viewer's latest call, or today."""
    rows = page_of(Listing(CallFilter(status="scored")), limit=1)
    return rows[0].started_at.date() if rows and rows[0].started_at else now().date()


def agent_trends(period: Period) -> dict[str, list[float]]:
    """Each agent's mean score on the days of a period that have calls, within the viewer's calls."""
    with summed() as opened:
        found = trends.means_by_day(session=opened, where=visible(within(period)), by_agent=True)
    by_agent: dict[str, list[float]] = {}
    for agent, day in sorted(found, key=lambda each: each[1]):
        by_agent.setdefault(agent or "", []).append(found[agent, day] or 0.0)
    return by_agent


def scored(agent_id: str, standing: Standing | None = None) -> CallFilter:
    """The scored calls of an agent: all, those whose score stands, or those whose score may still change."""
    stands = now() if standing == "confirmed" else None
    changes = now() if standing == "provisional" else None
    return CallFilter(agent_id=agent_id, status="scored", stands_at=stands, provisional_at=changes)


def daily_means(where: CallFilter) -> tuple[list[str], list[float | None], list[float | None]]:
    """Days with calls of an agent (`scored`), the mean score on each, and that of the same kind of the whole team."""
    with session() as opened:
        own = trends.means_by_day(session=opened, where=visible(where), by_agent=False)
        days = sorted(day for _, day in own)[-MOST_DAYS:]
        if not days or where.agent_id is None:
            return [], [], []
        team = trends.team_of(session=opened, agent_id=where.agent_id)
        span = replace(where, agent_id=None, date_from=days[0], date_to=days[-1], team=team)
        # The mean of a team is no call of a colleague: an agent may see it.
        others = trends.means_by_day(session=opened, where=span, by_agent=False) if team else {}
    return [f"{day:%m-%d}" for day in days], [own[None, day] for day in days], [others.get((None, d)) for d in days]


def within(period: Period) -> CallFilter:
    """The calls of a period, by whole days."""
    last = period.end - timedelta(microseconds=1)
    return CallFilter(date_from=period.start.date(), date_to=last.date())


def result(call_id: str) -> CallResult | None:
    """One call with all that is stored about it; None where there is none that the viewer may see."""
    with session() as opened:
        if not queries.call_ids(session=opened, where=visible(CallFilter(call_id=call_id))):
            return None
        return queries.load_result(session=opened, call_id=call_id)


def caller_calls(result: CallResult) -> list[CallRow]:
    """The latest other calls of the same caller, those that the viewer may see."""
    if not result.meta.caller:
        return []
    listing = Listing(CallFilter(caller=result.meta.caller))
    rows = page_of(listing, limit=CALLER_CALLS + 1)
    return [row for row in rows if row.call_id != result.meta.call_id][:CALLER_CALLS]


def orders(result: CallResult) -> list[Order]:
    """The work orders that a call names, or that name it; none for a call that the viewer may not see."""
    with session() as opened:
        if not queries.call_ids(session=opened, where=visible(CallFilter(call_id=result.meta.call_id))):
            return []
        return followups.orders_of(session=opened, call_id=result.meta.call_id, work_order=result.meta.work_order)


def waveform(call_id: str) -> tuple[Path | None, Peaks]:
    """Where the recording of a call lies and its stored waveform; neither for one that the viewer may not see."""
    with session() as opened:
        if not queries.call_ids(session=opened, where=visible(CallFilter(call_id=call_id))):
            return None, ()
        path = queries.recording_path(session=opened, call_id=call_id)
        return path, queries.peaks(session=opened, call_id=call_id)


def everybody() -> FilterChoices:
    """Agents and teams of all calls: whom the demonstration can be tried as. Raises SignedOut elsewhere."""
    if not sign_in_is_off():
        raise SignedOut
    with session() as opened:
        return queries.filter_choices(session=opened)


def runs() -> list[RunRow]:
    """The latest runs, newest first; none for who may not look after them."""
    if not may(viewer(), "operate"):
        return []
    with session() as opened:
        return store_runs.list_runs(session=opened)


def run_failures(run_id: int) -> list[RunFailure]:
    """What a run could not score, by call id; nothing for who may not look after runs."""
    if not may(viewer(), "operate"):
        return []
    with session() as opened:
        return store_runs.run_failures(session=opened, run_id=run_id)
