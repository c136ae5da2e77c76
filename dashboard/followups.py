"""The follow-up register: what must still happen after the viewer's calls, and what the viewer does about it."""

from dashboard.data import Forbidden, now, require
from dashboard.database import change, session
from dashboard.i18n import t
from qa.access import Viewer, calls_of
from qa.followup.item import FollowUp, Kind, State
from qa.store import followups
from qa.store.tables import FollowUpRecord


def items(*, state: State | None, kind: Kind | None, overdue: bool, limit: int, start: int = 0) -> list[FollowUp]:
    """One page of items on the viewer's calls, the urgent first; without a state those not closed."""
    scope = calls_of(require("follow_up"))
    with session() as opened:
        return followups.list_items(
            session=opened,
            scope=scope,
            state=state,
            kind=kind,
            overdue_at=now() if overdue else None,
            limit=limit,
            offset=start,
        )


def count(*, state: State | None = None, kind: Kind | None = None, overdue: bool = False) -> int:
    """How many items there are of these."""
    scope = calls_of(require("follow_up"))
    with session() as opened:
        return followups.count_items(
            session=opened, scope=scope, state=state, kind=kind, overdue_at=now() if overdue else None
        )


def take(item_id: int) -> None:
    """The viewer answers for an item from now on. Raises Forbidden for one on somebody else's call."""
    person = require("follow_up")
    with change() as opened:
        _check(person, opened.get(FollowUpRecord, item_id))
        followups.take(session=opened, item_id=item_id, owner=person.user, by=person.user, now=now())


def close(item_id: int, note: str, *, dropped: bool) -> None:
    """Ends an item with a note: what was done, or why nothing is to be done (`dropped`)."""
    person = require("follow_up")
    with change() as opened:
        _check(person, opened.get(FollowUpRecord, item_id))
        followups.close(session=opened, item_id=item_id, by=person.user, now=now(), note=note, dropped=dropped)


def reopen(item_id: int, note: str) -> None:
    """Takes the closing of an item back."""
    person = require("follow_up")
    with change() as opened:
        _check(person, opened.get(FollowUpRecord, item_id))
        followups.reopen(session=opened, item_id=item_id, by=person.user, now=now(), note=note)


def _check(person: Viewer, item: FollowUpRecord | None) -> None:
    if item is None or not calls_of(person).holds(agent_id=item.agent_id, team=item.team):
        raise Forbidden(t("review.forbidden"))
