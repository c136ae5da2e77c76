"""On-site inspections: whom one may enter items on, the entries of a period, entering and taking back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.data import ALL_CALLS, Forbidden, require, visible
from dashboard.database import change, session, summed
from dashboard.i18n import t
from qa.access import calls_of
from qa.reports.period import SHIFTS, Period
from qa.rules.scheme import OnsiteItem
from qa.store import onsite, people, queries
from qa.store.tables import OnsiteRecord


def agents(day: date) -> dict[str, str]:
    """Names by job number of those whom the viewer looks after: by their calls, and by the lists of people."""
    scope = calls_of(require("onsite"))
    with summed() as opened:
        known = dict(queries.agents(session=opened, where=visible(ALL_CALLS)))
        for team in (None,) if scope.everything else scope.teams:
            known |= {each.agent_id: each.name for each in people.agents_of(session=opened, team=team, day=day)}
    return dict(sorted(known.items()))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody whom the viewer looks after; `team` by the lists of people, `shift` the one worked now."""

    agent_id: str
    name: str
    team: str | None
    shift: str | None


def roster(at: datetime) -> list[Member]:
    """Those whom the viewer looks after, with team and shift at a moment, by job number."""
    names = agents(at.date())
    with session() as opened:
        teams = people.teams_on(session=opened, day=at.date())
        found = people.on_duty(session=opened, at=at)
    shift, working = (found[0], set(found[2])) if found else (None, set())
    return [Member(key, name, teams.get(key), shift if key in working else None) for key, name in names.items()]


def items(day: date) -> tuple[OnsiteItem, ...]:
    """What can be entered on a day, by the scheme of that day. Raises EntryError before any call was scored."""
    require("onsite")
    with session() as opened:
        return onsite.onsite_items(session=opened, day=day)


def shifts() -> list[str]:
    """The shifts that a list of people names, else the usual three."""
    require("onsite")
    with session() as opened:
        return [each.shift for each in people.shifts(session=opened)] or [each.name for each in SHIFTS]


def entries(period: Period) -> list[OnsiteRecord]:
    """The entries of a period on the viewer's agents, newest first, warnings and withdrawn ones too."""
    last = (period.end - timedelta(microseconds=1)).date()
    own = None if calls_of(require("onsite")).everything else list(agents(last))
    with session() as opened:
        return onsite.onsite_entries(session=opened, first_day=period.start.date(), last_day=last, agent_ids=own)


def enter(agent_id: str, day: date, item: str, shift: str | None, note: str, correction: str = "") -> OnsiteRecord:
    """Enters an item on an agent. Raises Forbidden for somebody else's agent, PeriodClosed without a correction."""
    person = require("onsite")
    if agent_id not in agents(day):
        raise Forbidden(t("review.forbidden"))
    with change() as opened:
        entered = onsite.enter_onsite(
            session=opened,
            agent_id=agent_id,
            day=day,
            item=item,
            by=person.user,
            shift=shift,
            note=note,
            correction=correction,
        )
        opened.flush()
        opened.expunge(entered)
        return entered


def withdraw(entry_id: int, reason: str, correction: str = "") -> None:
    """Takes an entry back; it stays on record. Raises as `enter` does."""
    person = require("onsite")
    with change() as opened:
        entry = opened.get(OnsiteRecord, entry_id)
        if entry is None or entry.agent_id not in agents(entry.day):
            raise Forbidden(t("review.forbidden"))
        onsite.withdraw_entry(session=opened, entry=entry, by=person.user, reason=reason, correction=correction)
