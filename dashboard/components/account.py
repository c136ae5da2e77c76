"""The corner of every page: who is signed in, language, password, signing out; in the demonstration the role tried."""

import streamlit as st

from dashboard import data
from dashboard.gate import PASSWORD, SIGN_OUT
from dashboard.i18n import LANGUAGES, language, t
from dashboard.who import VIEW_AS, sign_in_is_off
from dashboard.wording import person
from qa.access import ROLES, Viewer


def account(viewer: Viewer) -> None:
    """Draw it for the person at the page."""
    roles = "·".join(t(f"role.{role}") for role in viewer.roles)
    name = t("account.demo_name") if sign_in_is_off() else viewer.name
    with st.container(key="account"), st.popover(f"{name} · {roles}", icon=":material/account_circle:"):
        st.selectbox(
            t("app.language"),
            LANGUAGES,
            index=list(LANGUAGES).index(language()),
            format_func=LANGUAGES.__getitem__,
            key="language",
            persist_state="session",
        )
        st.caption(t("account.theme"))
        if sign_in_is_off():
            _try_a_role()
        else:
            st.link_button(t("account.password"), PASSWORD, width="stretch")
            st.html(f'<form method="post" action="{SIGN_OUT}"><button>{t("account.sign_out")}</button></form>')


def _try_a_role() -> None:
    st.divider()
    st.caption(t("account.demo"))
    role = st.selectbox(
        t("account.view_as"),
        ROLES,
        index=ROLES.index("admin"),
        format_func=lambda role: t(f"role.{role}"),
        key=VIEW_AS,
        persist_state="session",
    )
    if role == "agent":
        names = dict(data.everybody().agents)
        st.selectbox(
            t("account.agent"),
            names,
            format_func=lambda agent_id: person(agent_id, names[agent_id]),
            key="view_as_agent",
            persist_state="session",
        )
    elif role == "shift_lead":
        st.selectbox(t("account.team"), data.everybody().teams, key="view_as_team", persist_state="session")
