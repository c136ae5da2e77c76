"""What to search for: words, by writing or by sound, whose, and in which calls; kept under names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from dashboard import data, searching
from dashboard.i18n import t
from dashboard.wording import person
from qa.errors import QaError
from qa.store.filters import CallFilter
from qa.store.search import Sought

FIELDS = ("words", "by", "role", "dates", "agent", "team", "rule")
WAYS, ROLES = ("words", "sound"), ("agent", "customer")


@dataclass(frozen=True, slots=True)
class Search:
    """Words, and the calls to find them in."""

    sought: Sought
    where: CallFilter


def search_form() -> Search | None:
    """Draw the form; None as long as there are no words."""
    _from_link()
    choices = data.choices()
    names, rules = dict(choices.agents), dict(choices.rules)
    first, second, third = st.columns([5, 2, 2], vertical_alignment="bottom")
    with first:
        words = st.text_input(
            t("search.words"), key="search_words", placeholder=t("search.words_hint"), persist_state="session"
        )
    with second:
        by = st.segmented_control(
            t("search.by"),
            WAYS,
            # A default beside a value that is set by `_take` would be one too many.
            default=None if "search_by" in st.session_state else "words",
            required=True,
            format_func=lambda way: t(f"search.by_{way}"),
            key="search_by",
            persist_state="session",
        )
    with third:
        role = _choice("role", ROLES, lambda role: t(f"value.{role}"))
    columns = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    with columns[0]:
        span = st.date_input(
            t("filter.date"), value=(), key="search_dates", format="YYYY-MM-DD", persist_state="session"
        )
    with columns[1]:
        agent = _choice("agent", list(names), lambda key: person(key, names[key]))
    with columns[2]:
        team = _choice("team", choices.teams)
    with columns[3]:
        rule = _choice("rule", list(rules), lambda key: rules[key])
    _views()
    if not words or not words.strip():
        return None
    days = [day for day in span if isinstance(day, date)] if isinstance(span, tuple) else []
    where = CallFilter(
        date_from=days[0] if days else None,
        date_to=days[1] if len(days) > 1 else None,
        agent_id=agent,
        team=team,
        rule=rule,
    )
    return Search(Sought(words.strip(), exact=by != "sound", role=role), where)


def _choice(name: str, options: Sequence[str], shown: Callable[[str], str] = str) -> Any:
    return st.selectbox(
        t(f"search.{name}"),
        options,
        index=None,
        format_func=shown,
        key=f"search_{name}",
        placeholder=t("filter.all"),
        persist_state="session",
    )


def _from_link() -> None:
    """A link `?q=…&by=sound` begins a search, once."""
    asked = st.query_params.get("q")
    if asked and st.session_state.get("search_link") != asked:
        st.session_state["search_link"] = asked
        _take({"words": asked, "by": st.query_params.get("by")})


def _views() -> None:
    """Keeping this search, and going back to one that is kept."""
    kept = searching.saved()
    with st.expander(t("search.views", count=len(kept)), icon=":material/bookmark:"):
        for name, asked in kept.items():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(name, key=f"view-{name}", icon=":material/search:", on_click=_take, args=(asked,))
                st.markdown(str(asked.get("words") or ""), width="stretch")
                st.button(t("search.forget"), key=f"forget-{name}", on_click=searching.forget, args=(name,))
        with st.form("save-view", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(t("search.name"), key="search_name")
            if st.form_submit_button(t("search.save"), icon=":material/bookmark_add:"):
                try:
                    searching.save(name, _asked())
                except QaError:
                    st.error(t("search.name_needed"))
                else:
                    st.rerun()


def _asked() -> dict[str, Any]:
    """The search as it stands, as JSON."""
    values = {field: st.session_state.get(f"search_{field}") for field in FIELDS}
    values["dates"] = [str(day) for day in values["dates"] or ()]
    return values


def _take(asked: dict[str, Any]) -> None:
    """Fills the form with a kept search; what no longer can be chosen is left out."""
    for field in FIELDS:
        st.session_state[f"search_{field}"] = asked.get(field)
    st.session_state["search_words"] = str(asked.get("words") or "")
    st.session_state["search_by"] = asked.get("by") if asked.get("by") in WAYS else "words"
    del st.session_state["search_dates"]
    if asked.get("dates"):
        st.session_state["search_dates"] = tuple(date.fromisoformat(day) for day in asked["dates"])
