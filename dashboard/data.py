"""What the pages ask the store: every question is narrowed, in SQL, to the calls that the viewer may see."""

from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.database import session
from dashboard.who import SignedOut, sign_in_is_off, viewer
from qa.access import calls_of, may
from qa.result import CallResult
from qa.store import queries
from qa.store import runs as store_runs
from qa.store.queries import CallFilter, CallRow, FilterChoices, Summary
from qa.store.runs import RunFailure, RunRow
from qa.store.transcripts import Peaks

ALL_CALLS = CallFilter()
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


def choices() -> FilterChoices:
    """The values that occur in the viewer's calls."""
    with session() as opened:
        return queries.filter_choices(session=opened, where=visible(ALL_CALLS))


def summary(where: CallFilter) -> Summary:
    """Figures over the calls of a filter."""
    with session() as opened:
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


def result(call_id: str) -> CallResult | None:
    """One call with all that is stored about it; None where there is none that the viewer may see."""
    with session() as opened:
        if not queries.call_ids(session=opened, where=visible(CallFilter(call_id=call_id))):
            return None
        return queries.load_result(session=opened, call_id=call_id)


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
