"""Who may sign in, as what, and who is signed in."""

from datetime import datetime

from sqlmodel import Field

from qa.store.columns import UtcDateTime
from qa.store.tables.base import SQLModel


class AccountRecord(SQLModel, table=True):
    """One person who may sign in.

    `password_hash` (argon2) is None for those who sign in through OIDC, whom `subject` names. `agent_id` ties an
    agent to the own calls, `team` a shift lead to the own team.
    """

    __tablename__ = "account"

    name: str = Field(primary_key=True)
    display_name: str
    password_hash: str | None = None
    subject: str | None = Field(default=None, unique=True)
    agent_id: str | None = Field(default=None, index=True)
    team: str | None = None
    must_change_password: bool = False
    failed_logins: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)


class AccountRoleRecord(SQLModel, table=True):
    """A role of an account (`qa.people.roles.Role`)."""

    __tablename__ = "account_role"

    account: str = Field(primary_key=True, foreign_key="account.name", ondelete="CASCADE")
    role: str = Field(primary_key=True)


class LoginRecord(SQLModel, table=True):
    """A session; the token itself is only with the browser."""

    __tablename__ = "login"

    token_sha256: str = Field(primary_key=True, max_length=64)
    account: str = Field(foreign_key="account.name", ondelete="CASCADE", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
