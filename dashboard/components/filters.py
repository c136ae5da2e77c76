"""The filters of the calls list, in the sidebar; their values outlive a visit to another page."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard.data import Listing
from dashboard.i18n import t
from dashboard.wording import person
from qa.store.queries import CallFilter, FilterChoices

ORDERS = ("started_at", "score", "duration_s", "agent_id", "grade", "call_id")
_KEYS = ("text", "dates", "agent", "team", "ruleset", "grade", "rule", "review", "status", "score")


def filters(choices: FilterChoices) -> Listing:
    """Draw the filters over the values that occur, and give the listing that they ask for."""
    names = dict(choices.rules)
    agents = dict(choices.agents)
    st.subheader(t("filter.title"))
    text = st.text_input(
        t("filter.text"), key="filter_text", placeholder=t("filter.text_hint"), persist_state="session"
    )
    dates = st.date_input(t("filter.date"), value=(), key="filter_dates", format="YYYY-MM-DD", persist_state="session")
    day_from, day_to = _both(dates)
    agent = _choice("agent", [key for key, _ in choices.agents], lambda key: person(key, agents[key]))
    team = _choice("team", choices.teams) if choices.teams else None
    left, right = st.columns(2)
    with left:
        ruleset = _choice("ruleset", choices.rulesets)
        review = _choice("review", ("yes", "no"), lambda key: t(f"filter.review_{key}"))
    with right:
        grade = _choice("grade", choices.grades)
        status = _choice("status", choices.statuses, lambda key: t(f"status.{key}"))
    rule = _choice("rule", [key for key, _ in choices.rules], lambda key: names[key])
    low, high = st.slider(t("filter.score"), 0, 100, (0, 100), step=5, key="filter_score", persist_state="session")
    order = _order()
    st.button(t("filter.clear"), on_click=clear, width="stretch", key="clear_sidebar")
    where = CallFilter(
        date_from=day_from,
        date_to=day_to,
        agent_id=agent,
        team=team,
        ruleset=ruleset,
        grade=grade,
        rule=rule,
        needs_review=None if review is None else review == "yes",
        status=status,
        score_min=low if low > 0 else None,
        score_max=high if high < 100 else None,
        text=text.strip() or None,
    )
    return Listing(where, *order)


def clear() -> None:
    """Back to all calls."""
    for key in _KEYS:
        st.session_state.pop(f"filter_{key}", None)
    st.session_state["filter_dates"] = ()
    st.session_state["filter_text"] = ""


def _order() -> tuple[str, bool]:
    left, right = st.columns(2)
    with left:
        by = st.selectbox(
            t("sort.by"),
            ORDERS,
            format_func=lambda key: t(f"sort.{key}"),
            key="sort_by",
            persist_state="session",
        )
    with right:
        descending = st.selectbox(
            t("sort.direction"),
            (True, False),
            format_func=lambda down: t("sort.descending" if down else "sort.ascending"),
            key="sort_down",
            persist_state="session",
        )
    return by, descending


def _choice(name: str, options: Sequence[str], shown: Callable[[str], str] = str) -> Any:
    return st.selectbox(
        t(f"filter.{name}"),
        options,
        index=None,
        format_func=shown,
        key=f"filter_{name}",
        placeholder=t("filter.all"),
        persist_state="session",
    )


def _both(dates: Any) -> tuple[Any, Any]:
    """A range that is half chosen counts from its first day."""
    chosen = tuple(dates) if isinstance(dates, tuple | list) else (dates,)
    return (chosen[0] if chosen else None, chosen[1] if len(chosen) > 1 else None)
