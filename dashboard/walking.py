"""The way from call to call: along the queue, or along the filtered list."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import data
from dashboard.i18n import t


@dataclass(frozen=True, slots=True)
class Way:
    """The calls beside the one that is open, and where it stands; `queue` tells whose order that is."""

    queue: bool
    position: int | None
    before: str | None
    after: str | None
    place: str
    hint: str

    @property
    def further(self) -> bool:
        """Whether N leads on: along a queue also from its last call, back to the desk."""
        return self.queue or self.after is not None

    def step(self, by: int) -> None:
        """Remembers where one went."""
        if self.position is not None:
            st.session_state["position"] = self.position + by


def start_queue(calls: list[str], position: int) -> None:
    """From now on calls are walked in the order of a queue."""
    st.session_state["queue"], st.session_state["position"] = calls, position


def start_list(listing: data.Listing, position: int) -> None:
    """From now on calls are walked in the order of a list."""
    st.session_state["queue"] = None
    st.session_state["listing"], st.session_state["position"] = listing, position


def way(call_id: str) -> Way:
    """The way on from a call; nowhere for a call that was opened by a link."""
    state: Any = st.session_state
    queue: list[str] | None = state.get("queue")
    if queue and call_id in queue:
        at = queue.index(call_id)
        before = queue[at - 1] if at else None
        after = queue[at + 1] if at + 1 < len(queue) else None
        place = t("call.place", place=at + 1, total=len(queue))
        return Way(True, at, before, after, place, t("call.walk_queue"))
    position = state.get("position") if not queue else None
    beside = data.neighbours(state.get("listing", data.Listing()), call_id=call_id, position=position)
    hint = t("call.walk_none" if position is None else "call.walk_hint")
    return Way(False, position, beside.before, beside.after, "", hint)
