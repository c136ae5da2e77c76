"""Choosing an agent in a form."""

from collections.abc import Mapping

import streamlit as st

from dashboard.i18n import t
from dashboard.wording import person


def agent_box(names: Mapping[str, str], key: str) -> str | None:
    """A box of agents, names by job number; None until one is chosen."""
    return st.selectbox(
        t("column.agent"),
        names,
        index=None,
        placeholder=t("ui.choose"),
        format_func=lambda agent_id: person(agent_id, names[agent_id]),
        key=key,
    )
