"""Accounts of the dashboard: adding people, checking passwords, keeping sign-ins. The caller gives the time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal

from pwdlib import PasswordHash
from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from qa.access import ROLES, Role, Viewer
from qa.errors import ConfigError
from qa.store import audit
from qa.store.tables import AccountRecord, AccountRoleRecord, LoginRecord

SIGN_IN_LASTS = timedelta(hours=12)
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
LEAST_PASSWORD_CHARACTERS = 10

CONSOLE = "console"
"""Who acts on the machine itself, with the commands."""
GATE = "sign-in"
"""Who locks an account."""

Outcome = Literal["right", "wrong", "locked"]


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it is listed; times in UTC."""

    viewer: Viewer
    must_change_password: bool
    disabled: bool
    locked_until: datetime | None
    created_at: datetime


def add_account(
    *,
    session: Session,
    viewer: Viewer,
    password: str | None,
    at: datetime,
    must_change_password: bool = False,
    subject: str | None = None,
    by: str = CONSOLE,
) -> None:
    """Adds a person who signs in with a password, or whom a sign-in service names as `subject`.

    Raises ConfigError where the account is taken or cannot work.
    """
    if session.get(AccountRecord, viewer.user) is not None:
        raise ConfigError(f"{viewer.user}: there is such an account; choose another name")
    if not viewer.user.strip() or len(viewer.user) > 64:
        raise ConfigError("an account's name has 1 to 64 characters; choose another")
    _check_roles(viewer)
    session.add(
        AccountRecord(
            name=viewer.user,
            display_name=viewer.name,
            password_hash=_hasher().hash(_fit(password)) if password is not None else None,
            subject=subject,
            agent_id=viewer.agent_id,
            team=viewer.teams[0] if viewer.teams else None,
            must_change_password=must_change_password,
            created_at=at,
        )
    )
    session.flush()
    session.add_all(AccountRoleRecord(account=viewer.user, role=role) for role in dict.fromkeys(viewer.roles))
    subject_ = f"user:{viewer.user}"
    audit.record(session=session, by=by, action="user added", subject=subject_, after=_told(viewer), at=at)


def add_first_admin(*, session: Session, name: str, at: datetime) -> str | None:
    """An account `admin` with a one-time password, which is returned; None where there are accounts already."""
    if session.execute(select(func.count()).select_from(AccountRecord)).scalar_one():
        return None
    password = secrets.token_urlsafe(12)
    viewer = Viewer(user="admin", name=name, roles=("admin",))
    add_account(session=session, viewer=viewer, password=password, at=at, must_change_password=True)
    return password


def list_accounts(*, session: Session) -> list[Account]:
    """All accounts, by name."""
    rows = session.exec(select(AccountRecord).order_by(col(AccountRecord.name))).all()
    return [_account(session, row) for row in rows]


def check_password(*, session: Session, user: str, password: str, at: datetime) -> Outcome:
    """Whether the password is the account's. Five wrong ones lock the account for a quarter of an hour.

    An account that does not exist, is disabled or has no password takes as long as any other.
    """
    row = session.get(AccountRecord, user)
    if row and row.locked_until and row.locked_until > at:
        return "locked"
    known = row is not None and row.password_hash is not None and row.disabled_at is None
    kept = row.password_hash if row and row.password_hash else _nobody()
    right = _hasher().verify(password, kept)
    if row is None or not known or not right:
        if row is not None:
            _count_failure(session, user, at)
        return "wrong"
    row.failed_logins, row.locked_until = 0, None
    return "right"


def user_of_subject(*, session: Session, subject: str) -> str | None:
    """The account of whom a sign-in service knows by this address, in capitals or not; None where it is disabled."""
    query = select(AccountRecord.name).where(func.lower(AccountRecord.subject) == subject.lower())
    found = session.execute(query.where(col(AccountRecord.disabled_at).is_(None))).scalars().all()
    return found[0] if len(found) == 1 else None


def set_password(
    *, session: Session, user: str, password: str, must_change_password: bool = False, by: str = CONSOLE
) -> None:
    """Gives a new password and ends every sign-in of the account. Raises ConfigError for one that is too short."""
    row = _existing(session, user)
    row.password_hash = _hasher().hash(_fit(password))
    row.must_change_password, row.failed_logins, row.locked_until = must_change_password, 0, None
    end_sign_ins(session=session, user=user)
    audit.record(session=session, by=by, action="password set", subject=f"user:{user}")


def set_disabled(*, session: Session, user: str, at: datetime | None, by: str = CONSOLE) -> None:
    """Shuts an account at a time, ending its sign-ins, or opens it again (None)."""
    row = _existing(session, user)
    before, row.disabled_at = row.disabled_at, at
    if at is not None:
        end_sign_ins(session=session, user=user)
    shut = [{"disabled": time is not None} for time in (before, at)]
    action = "user enabled" if at is None else "user disabled"
    audit.record(session=session, by=by, action=action, subject=f"user:{user}", before=shut[0], after=shut[1])


def set_roles(
    *,
    session: Session,
    user: str,
    roles: Sequence[Role],
    agent_id: str | None = None,
    team: str | None = None,
    by: str = CONSOLE,
) -> None:
    """Gives an account other roles; job number and team stay as they are where none is given.

    Raises ConfigError where the account cannot work with them.
    """
    row = _existing(session, user)
    before = _account(session, row).viewer
    teams = (team,) if team else before.teams
    after = replace(before, roles=tuple(dict.fromkeys(roles)), agent_id=agent_id or before.agent_id, teams=teams)
    _check_roles(after)
    row.agent_id, row.team = after.agent_id, after.teams[0] if after.teams else None
    session.execute(delete(AccountRoleRecord).where(col(AccountRoleRecord.account) == user))
    session.add_all(AccountRoleRecord(account=user, role=role) for role in after.roles)
    told = _told(before), _told(after)
    audit.record(session=session, by=by, action="roles set", subject=f"user:{user}", before=told[0], after=told[1])


def sign_in(*, session: Session, user: str, at: datetime) -> str:
    """Starts a sign-in of an account that has shown who it is; returns the token for its cookie."""
    session.execute(delete(LoginRecord).where(col(LoginRecord.expires_at) <= at))
    token = secrets.token_urlsafe(32)
    session.add(
        LoginRecord(token_sha256=_digest(token), account=user, created_at=at, seen_at=at, expires_at=at + SIGN_IN_LASTS)
    )
    return token


def signed_in(*, session: Session, token: str | None, at: datetime) -> Account | None:
    """Whose token that is; None for one that is unknown, ended or of a disabled account."""
    if not token:
        return None
    row = session.exec(
        select(AccountRecord)
        .join(LoginRecord, col(LoginRecord.account) == col(AccountRecord.name))
        .where(LoginRecord.token_sha256 == _digest(token), col(LoginRecord.expires_at) > at)
        .where(col(AccountRecord.disabled_at).is_(None))
    ).first()
    return _account(session, row) if row else None


def sign_out(*, session: Session, token: str) -> None:
    """Ends the sign-in of a token."""
    session.execute(delete(LoginRecord).where(col(LoginRecord.token_sha256) == _digest(token)))


def end_sign_ins(*, session: Session, user: str) -> None:
    """Ends every sign-in of an account."""
    session.execute(delete(LoginRecord).where(col(LoginRecord.account) == user))


def _count_failure(session: Session, user: str, at: datetime) -> None:
    account = col(AccountRecord.name) == user
    session.execute(update(AccountRecord).where(account).values(failed_logins=col(AccountRecord.failed_logins) + 1))
    until = at + LOCKED_FOR
    locked: Any = session.execute(
        update(AccountRecord)
        .where(account, col(AccountRecord.failed_logins) >= MOST_FAILURES)
        .values(failed_logins=0, locked_until=until)
    )
    if locked.rowcount:
        told = {"locked_until": until.isoformat()}
        audit.record(session=session, by=GATE, action="user locked", subject=f"user:{user}", after=told, at=at)


def _check_roles(viewer: Viewer) -> None:
    if not viewer.roles or not set(viewer.roles) <= set(ROLES):
        raise ConfigError(f"{viewer.user}: an account needs a role: {', '.join(ROLES)}")
    if "agent" in viewer.roles and not viewer.agent_id:
        raise ConfigError(f"{viewer.user}: an agent's account needs the job number (--agent)")
    if "shift_lead" in viewer.roles and not viewer.teams:
        raise ConfigError(f"{viewer.user}: a shift lead's account needs a team (--team)")


def _told(viewer: Viewer) -> dict[str, object]:
    """What the audit log keeps of an account."""
    return {"roles": list(viewer.roles), "agent": viewer.agent_id, "teams": list(viewer.teams)}


def _existing(session: Session, user: str) -> AccountRecord:
    row = session.get(AccountRecord, user)
    if row is None:
        raise ConfigError(f"{user}: no such account; `qa user list` shows them")
    return row


def _fit(password: str) -> str:
    if len(password) < LEAST_PASSWORD_CHARACTERS:
        raise ConfigError(f"the password is too short; use at least {LEAST_PASSWORD_CHARACTERS} characters")
    return password


def _account(session: Session, row: AccountRecord) -> Account:
    held = set(session.exec(select(AccountRoleRecord.role).where(AccountRoleRecord.account == row.name)).all())
    roles = tuple(role for role in ROLES if role in held)
    viewer = Viewer(row.name, row.display_name, roles, row.agent_id, (row.team,) if row.team else ())
    return Account(viewer, row.must_change_password, row.disabled_at is not None, row.locked_until, row.created_at)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher().hash(secrets.token_urlsafe())
