"""Scores of periods: what each agent of the viewer's has, what it is made of, complaints that were confirmed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.data import Forbidden, now, require, visible
from dashboard.database import change, session
from dashboard.i18n import t
from dashboard.onsite import agents
from qa.access import Viewer, calls_of, may
from qa.people.period import Cost, Standing
from qa.reports.period import Period
from qa.store import periods, queries
from qa.store.costs import EntryError, costs, scheme_of_day
from qa.store.filters import CallFilter
from qa.store.onsite import confirm_complaint, confirmed_complaints, withdraw_entry
from qa.store.periods import Loss
from qa.store.tables import ComplaintRecord, PeriodLockRecord

MOST_LOSSES = 200


@dataclass(frozen=True, slots=True)
class Made:
    """What an agent's score of a period is made of besides the calls' mean: losses of calls, dearest first,
    on-site entries and complaints. Calls that the viewer may not see are not named."""

    losses: tuple[Loss, ...]
    onsite: tuple[Cost, ...]
    complaints: tuple[Cost, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A confirmed complaint that stands, by its number in the store."""

    id: int
    agent_id: str
    day: date
    points: float
    note: str


def people(period: Period) -> dict[str, str]:
    """Names by job number of those whose scores the viewer may see: an agent the own, leads those they lead."""
    person = require("scorecard")
    if may(person, "lead"):
        return agents(_days(period)[1])
    return {person.agent_id: person.name} if person.agent_id else {}


def standings(period: Period) -> list[Standing]:
    """The scores of a period, as they were kept where it is closed, the best first, those without one last."""
    first, last = _days(period)
    known = None if _sees_all(require("scorecard")) else list(people(period))
    with session() as opened:
        found = periods.standings(session=opened, first_day=first, last_day=last, at=now(), agent_ids=known)
        closed = periods.lock_of(session=opened, first_day=first, last_day=last)
        kept = periods.kept_scores(session=opened, lock_id=closed.id) if closed and closed.id else None
    if kept is not None:
        found = [replace(each, score=kept.get(each.agent_id)) for each in found]
    return sorted(found, key=lambda each: (each.score is None, -(each.score or 0), each.agent_id))


def made_of(agent_id: str, period: Period) -> Made:
    """What a score is made of. Raises Forbidden for an agent whom the viewer may not look at."""
    person = require("scorecard")
    if agent_id not in people(period):
        raise Forbidden(t("review.forbidden"))
    first, last = _days(period)
    with session() as opened:
        lost = periods.losses(
            session=opened, agent_id=agent_id, first_day=first, last_day=last, within=calls_of(person)
        )
        entered, lodged = costs(session=opened, first_day=first, last_day=last).get(agent_id, ([], []))
        named = {cost.call_id for cost in lodged if cost.call_id}
        seen = {
            call_id for call_id in named if queries.call_ids(session=opened, where=visible(CallFilter(call_id=call_id)))
        }
    complaints = tuple(replace(c, call_id=c.call_id if c.call_id in seen else None) for c in lodged)
    return Made(tuple(lost[:MOST_LOSSES]), tuple(entered), complaints)


def lock(period: Period) -> PeriodLockRecord | None:
    """How the period was closed; None while it is open."""
    require("scorecard")
    first, last = _days(period)
    with session() as opened:
        return periods.lock_of(session=opened, first_day=first, last_day=last)


def close(period: Period) -> None:
    """Closes a period. Raises PeriodError where it is not over or holds scores that may still change."""
    person = require("manage_rules")
    first, last = _days(period)
    with change() as opened:
        periods.close_period(session=opened, first_day=first, last_day=last, by=person.user, at=now())


def complaint_points(day: date) -> float:
    """What a complaint costs by the scheme of a day. Raises EntryError before any call was scored."""
    require("lead")
    with session() as opened:
        return scheme_of_day(session=opened, day=day).complaint_points


def complaints(period: Period) -> list[Complaint]:
    """The confirmed complaints on the viewer's agents in a period that stand, newest first."""
    first, last = _days(period)
    own = None if _sees_all(require("lead")) else list(agents(last))
    with session() as opened:
        found = confirmed_complaints(session=opened, first_day=first, last_day=last, agent_ids=own)
        standing = [row for row in found if row.withdrawn_at is None]
        return [Complaint(row.id or 0, row.agent_id, row.day, row.points, row.note) for row in standing]


def confirm(agent_id: str, day: date, call_id: str, note: str, points: float, correction: str = "") -> None:
    """Enters a complaint that was found right, with the call that it is about, if one is known.

    Raises Forbidden for somebody else's agent, EntryError without a note or for a call that is not the agent's,
    PeriodClosed without a correction.
    """
    person = require("lead")
    if agent_id not in agents(day):
        raise Forbidden(t("review.forbidden"))
    if not note.strip():
        raise EntryError(t("periods.note_needed"))
    about = call_id.strip()
    with change() as opened:
        own = visible(CallFilter(call_id=about, agent_id=agent_id))
        if about and not queries.call_ids(session=opened, where=own):
            raise EntryError(t("periods.no_such_call", call_id=about))
        confirm_complaint(
            session=opened,
            agent_id=agent_id,
            day=day,
            by=person.user,
            note=note,
            call_id=about or None,
            points=points,
            correction=correction,
        )


def withdraw(complaint_id: int, reason: str, correction: str = "") -> None:
    """Takes a complaint back; it stays on record. Raises as `confirm` does."""
    person = require("lead")
    with change() as opened:
        entry = opened.get(ComplaintRecord, complaint_id)
        if entry is None or entry.agent_id not in agents(entry.day):
            raise Forbidden(t("review.forbidden"))
        withdraw_entry(session=opened, entry=entry, by=person.user, reason=reason, correction=correction)


def _days(period: Period) -> tuple[date, date]:
    return period.start.date(), (period.end - timedelta(microseconds=1)).date()


def _sees_all(person: Viewer) -> bool:
    return calls_of(person).everything
