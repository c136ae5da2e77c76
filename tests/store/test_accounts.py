"""Accounts: passwords, lock-out, sign-ins that end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from qa.access import Viewer
from qa.errors import ConfigError
from qa.store import accounts, audit
from qa.store.engine import reading, writing
from qa.store.tables import AccountRecord, LoginRecord

NOW = datetime(2026, 3, 11, 9, tzinfo=UTC)
PASSWORD = "correct horse 电池"
WANG = Viewer("wang", "王芳", ("agent",), agent_id="003")


@pytest.fixture
def wang(store: Engine) -> Engine:
    """A store with one account."""
    with writing(store) as session:
        accounts.add_account(session=session, viewer=WANG, password=PASSWORD, at=NOW)
    return store


def check(store: Engine, password: str, *, user: str = "wang", at: datetime = NOW) -> str:
    with writing(store) as session:
        return accounts.check_password(session=session, user=user, password=password, at=at)


def test_the_password_is_kept_as_argon2_only(wang: Engine) -> None:
    with reading(wang) as session:
        row = session.get(AccountRecord, "wang")
    assert row and row.password_hash and row.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("user", "password", "expected"), [("wang", PASSWORD, "right"), ("wang", "no", "wrong"), ("li", PASSWORD, "wrong")]
)
def test_check_password(wang: Engine, user: str, password: str, expected: str) -> None:
    assert check(wang, password, user=user) == expected


def test_guessing_locks_the_account_for_a_while(wang: Engine) -> None:
    assert [check(wang, str(i)) for i in range(accounts.MOST_FAILURES)] == ["wrong"] * accounts.MOST_FAILURES
    assert check(wang, PASSWORD) == "locked"
    assert check(wang, PASSWORD, at=NOW + accounts.LOCKED_FOR + timedelta(seconds=1)) == "right"


def test_a_right_password_forgets_wrong_ones(wang: Engine) -> None:
    for _ in range(3):
        assert [check(wang, "no") for _ in range(4)] == ["wrong"] * 4
        assert check(wang, PASSWORD) == "right"


def test_a_sign_in_lasts_a_shift_and_can_be_ended(wang: Engine) -> None:
    with writing(wang) as session:
        token = accounts.sign_in(session=session, user="wang", at=NOW)
    with reading(wang) as session:
        found = accounts.signed_in(session=session, token=token, at=NOW)
        assert found and found.viewer == WANG
        assert accounts.signed_in(session=session, token=token, at=NOW + accounts.SIGN_IN_LASTS) is None
        assert accounts.signed_in(session=session, token=token + "x", at=NOW) is None
        assert session.get(LoginRecord, token) is None, "the token itself is not stored"
    with writing(wang) as session:
        accounts.sign_out(session=session, token=token)
    with reading(wang) as session:
        assert accounts.signed_in(session=session, token=token, at=NOW) is None


@pytest.mark.parametrize("shut", ["disable", "password"])
def test_disabling_and_a_new_password_end_sign_ins(wang: Engine, shut: str) -> None:
    with writing(wang) as session:
        token = accounts.sign_in(session=session, user="wang", at=NOW)
        if shut == "disable":
            accounts.set_disabled(session=session, user="wang", at=NOW)
        else:
            accounts.set_password(session=session, user="wang", password="another one 123")
    with reading(wang) as session:
        assert accounts.signed_in(session=session, token=token, at=NOW) is None
    assert check(wang, PASSWORD) == "wrong"


def test_other_roles_hold_at_once(wang: Engine) -> None:
    with writing(wang) as session:
        token = accounts.sign_in(session=session, user="wang", at=NOW)
        accounts.set_roles(session=session, user="wang", roles=("shift_lead", "inspector", "inspector"), team="甲")
    with reading(wang) as session:
        found = accounts.signed_in(session=session, token=token, at=NOW)
    assert found and found.viewer == Viewer("wang", "王芳", ("inspector", "shift_lead"), "003", ("甲",))
    with pytest.raises(ConfigError, match="needs a role"), writing(wang) as session:
        accounts.set_roles(session=session, user="wang", roles=())
    with pytest.raises(ConfigError, match="no such account"), writing(wang) as session:
        accounts.set_roles(session=session, user="zhao", roles=("admin",))


def test_every_change_of_an_account_is_in_the_audit_log(wang: Engine) -> None:
    for i in range(accounts.MOST_FAILURES):
        check(wang, f"wrong {i}")
    with writing(wang) as session:
        accounts.set_password(session=session, user="wang", password="another one 123", by="wang")
        accounts.set_roles(session=session, user="wang", roles=("inspector",), by="admin")
        accounts.set_disabled(session=session, user="wang", at=NOW, by="admin")
        accounts.set_disabled(session=session, user="wang", at=None, by="admin")
    agent = {"roles": ["agent"], "agent": "003", "teams": []}
    until = {"locked_until": (NOW + accounts.LOCKED_FOR).isoformat()}
    with reading(wang) as session:
        told = [(e.by, e.action, e.before, e.after) for e in audit.entries(session=session, subject="user:wang")]
        assert audit.verify(session=session).faults == ()
    assert told[::-1] == [
        ("console", "user added", None, agent),
        ("sign-in", "user locked", None, until),
        ("wang", "password set", None, None),
        ("admin", "roles set", agent, {**agent, "roles": ["inspector"]}),
        ("admin", "user disabled", {"disabled": False}, {"disabled": True}),
        ("admin", "user enabled", {"disabled": True}, {"disabled": False}),
    ]


def test_the_first_admin_gets_a_password_once(store: Engine) -> None:
    with writing(store) as session:
        password = accounts.add_first_admin(session=session, name="管理员", at=NOW)
    with writing(store) as session:
        assert accounts.add_first_admin(session=session, name="管理员", at=NOW) is None
    assert password is not None
    assert check(store, password, user="admin") == "right"


@pytest.mark.parametrize(
    ("viewer", "password", "word"),
    [
        (WANG, PASSWORD, "another name"),
        (Viewer("li", "李", ("agent",)), PASSWORD, "job number"),
        (Viewer("li", "李", ("shift_lead",)), PASSWORD, "team"),
        (Viewer("li", "李", ("inspector",)), "short", "too short"),
    ],
)
def test_accounts_that_cannot_work(wang: Engine, viewer: Viewer, password: str, word: str) -> None:
    with pytest.raises(ConfigError, match=word), writing(wang) as session:
        accounts.add_account(session=session, viewer=viewer, password=password, at=NOW)
