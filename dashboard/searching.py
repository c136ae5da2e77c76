"""What the search page asks: who said what among the viewer's calls, and the searches that the viewer keeps."""

from collections.abc import Mapping
from typing import Any

from dashboard.data import visible
from dashboard.database import change, session
from dashboard.who import viewer
from qa.access import may
from qa.store import search, spoken, views
from qa.store.filters import CallFilter
from qa.store.search import Hit, Page, Place, Sought

MOST_EXPORTED = 5000


def find(sought: Sought, where: CallFilter, *, limit: int, after: Place | None = None) -> Page:
    """One page of hits, the newest calls first."""
    with session() as opened:
        return search.find(session=opened, sought=sought, where=visible(where), limit=limit, after=after)


def count(sought: Sought, where: CallFilter) -> int | None:
    """About how many calls have the words, `search.MOST_COUNTED` at most; None for very many."""
    with session() as opened:
        return search.count(session=opened, sought=sought, where=visible(where))


def whole(sought: Sought, where: CallFilter) -> tuple[Hit, ...]:
    """Every hit, for an export; `MOST_EXPORTED` at most."""
    return find(sought, where, limit=MOST_EXPORTED).hits


def missing() -> int:
    """How many transcripts are not in the index yet; told to those who can do something about it."""
    if not may(viewer(), "operate"):
        return 0
    with session() as opened:
        return spoken.count_missing(session=opened)


def saved() -> dict[str, dict[str, Any]]:
    """The viewer's kept searches, by name."""
    with session() as opened:
        return views.saved_views(session=opened, user=viewer().user)


def save(name: str, asked: Mapping[str, Any]) -> None:
    """Keeps a search under a name."""
    person = viewer()
    with change() as opened:
        views.save_view(session=opened, user=person.user, name=name, asked=asked)


def forget(name: str) -> None:
    """Lets a kept search of the viewer's go."""
    person = viewer()
    with change() as opened:
        views.forget_view(session=opened, user=person.user, name=name)
