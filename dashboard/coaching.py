"""An agent's scorecard beyond figures: costly moments, talks and agreed actions, praise, within what one may see."""

from datetime import date

from sqlmodel import Session

from dashboard.data import Forbidden, Standing, now, require, scored, visible
from dashboard.database import change, session
from dashboard.i18n import t
from qa.access import Action, Viewer, calls_of
from qa.store import coaching, moments, people, queries
from qa.store.filters import CallFilter
from qa.store.moments import Moment
from qa.store.tables import CoachingRecord, PraiseRecord

SHOWN = 5


def costly_moments(agent_id: str, standing: Standing) -> list[Moment]:
    """What cost the agent most, the dearest first."""
    with session() as opened:
        return moments.costliest(session=opened, where=visible(scored(agent_id, standing)), limit=SHOWN)


def talks(agent_id: str) -> list[CoachingRecord]:
    """The talks with an agent, newest first. Raises Forbidden for somebody else's agent."""
    with session() as opened:
        _check(opened, agent_id, "scorecard")
        return coaching.coachings(session=opened, agent_id=agent_id)


def praises(agent_id: str) -> list[PraiseRecord]:
    """The praise of an agent, newest first. Raises as `talks` does."""
    with session() as opened:
        _check(opened, agent_id, "scorecard")
        return people.praises(session=opened, agent_id=agent_id)


def coach(agent_id: str, note: str, action: str, due_on: date | None, call_id: str | None) -> None:
    """Records a talk. Raises Forbidden for somebody else's agent or call, EntryError for a talk about nothing."""
    with change() as opened:
        person = _check(opened, agent_id, "lead", call_id)
        coaching.coach(
            session=opened,
            agent_id=agent_id,
            note=note,
            action=action,
            due_on=due_on,
            call_id=call_id,
            by=person.user,
        )


def settle(coaching_id: int) -> None:
    """Notes that an agreed action was carried out. Raises as `coach` does."""
    with change() as opened:
        talk = opened.get(CoachingRecord, coaching_id)
        if talk is None:
            raise Forbidden(t("review.forbidden"))
        person = _check(opened, talk.agent_id, "lead")
        coaching.settle_action(session=opened, coaching_id=coaching_id, by=person.user)


def praise(agent_id: str, text: str, call_id: str | None) -> None:
    """Records praise of an agent. Raises as `coach` does."""
    with change() as opened:
        person = _check(opened, agent_id, "lead", call_id)
        people.praise(session=opened, agent_id=agent_id, text=text, call_id=call_id, by=person.user)


def _check(opened: Session, agent_id: str, action: Action, call_id: str | None = None) -> Viewer:
    person = require(action)
    team = people.team_on(session=opened, agent_id=agent_id, day=now().date())
    listed = call_id is None and calls_of(person).holds(agent_id=agent_id, team=team)
    calls = visible(CallFilter(agent_id=agent_id, call_id=call_id))
    if not listed and not queries.list_calls(session=opened, where=calls, limit=1):
        raise Forbidden(t("review.forbidden"))
    return person
