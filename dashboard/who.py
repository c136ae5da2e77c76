"""Who is looking: the account whose cookie the browser shows, or, where signing in is off, a role that is tried."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from dashboard.database import session
from qa.access import EVERY_CALL, ROLES, Role, Scope, Viewer, calls_of
from qa.store import accounts
from qa.store.accounts import Account

COOKIE = "qa_sign_in"
VIEW_AS = "view_as"


class SignedOut(Exception):
    """The sign-in has ended, or never began."""


def sign_in_is_off() -> bool:
    """Whether everybody on this machine may look without an account: the demonstration, or `--no-sign-in`."""
    return os.environ.get("QA_SIGN_IN") == "off"


def account_of(cookies: Mapping[str, str]) -> Account | None:
    """The account that a request's cookie stands for. Reads the store; raises StoreError."""
    token = cookies.get(COOKIE)
    if not isinstance(token, str):
        return None
    with session() as opened:
        return accounts.signed_in(session=opened, token=token, at=datetime.now(UTC))


def viewer() -> Viewer:
    """The person whom this page is drawn for, looked up anew each time. Raises SignedOut."""
    if sign_in_is_off():
        return tried_viewer()
    account = account_of(st.context.cookies)
    if account is None or account.must_change_password:
        raise SignedOut
    return account.viewer


def scope_of(cookies: Mapping[str, str]) -> Scope:
    """The calls that whoever sent a request may see; none without a sign-in."""
    if sign_in_is_off():
        return EVERY_CALL
    account = account_of(cookies)
    return calls_of(account.viewer) if account and not account.must_change_password else Scope()


def tried_viewer() -> Viewer:
    """Without signing in: the role that was chosen to be tried, at first the administrator's."""
    chosen = st.session_state.get(VIEW_AS, "admin")
    role: Role = chosen if chosen in ROLES else "admin"
    agent_id, team = st.session_state.get("view_as_agent"), st.session_state.get("view_as_team")
    return Viewer(
        user=f"demo-{role}",
        name=f"demo-{role}",
        roles=(role,),
        agent_id=agent_id if role == "agent" else None,
        teams=(team,) if role == "shift_lead" and team else (),
    )
