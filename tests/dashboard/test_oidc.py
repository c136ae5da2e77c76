"""Signing in through a service: a real one, spoken with by Streamlit, and cookies that somebody made up or kept."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import expect

from dashboard.gate import SERVICE, SIGN_IN
from dashboard.who import COOKIE
from qa.access import Viewer
from qa.store import accounts
from qa.store.engine import open_store, writing
from tests.dashboard.centre import make_centre
from tests.dashboard.provider import CLIENT, SECRET, Provider, provided
from tests.dashboard.serving import launched, served, window

COOKIE_SECRET = "signs what Streamlit leaves in the browser"
SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{cookie_secret}"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{metadata}"
"""
LEFT = "_streamlit_user"
KNOWN = "Fang.Wang@centre.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with provided() as running:
        yield running


@pytest.fixture(scope="module")
def dashboard(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard that knows the service; two people have accounts, one of them is shut out."""
    folder = tmp_path_factory.mktemp("service")
    db = make_centre(folder)
    with writing(open_store(db)) as session:
        for user, subject in (("wang", KNOWN), ("gone", "gone@centre.example")):
            viewer = Viewer(user, user, ("inspector",))
            accounts.add_account(session=session, viewer=viewer, password=None, subject=subject, at=datetime.now(UTC))
        accounts.set_disabled(session=session, user="gone", at=datetime.now(UTC))
    (folder / ".streamlit").mkdir()
    values = {"cookie_secret": COOKIE_SECRET, "client": CLIENT, "secret": SECRET, "metadata": provider.metadata}
    (folder / ".streamlit" / "secrets.toml").write_text(SECRETS.format(**values))
    with served(folder, db, sign_in="on") as url:
        yield url


@pytest.fixture
def client(dashboard: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=dashboard, headers={"accept": "text/html"}, follow_redirects=True) as opened:
        yield opened


def test_whom_the_service_names_is_in_and_goes_on(client: httpx.Client, provider: Provider) -> None:
    provider.person = {"email": KNOWN.upper(), "email_verified": True}
    door = client.get("/call?call=heat-01")
    assert door.url.path == SIGN_IN and f'href="{SERVICE}?next=%2Fcall%3Fcall%3Dheat-01"' in door.text
    inside = client.get(f"{SERVICE}?next=%2Fcall%3Fcall%3Dheat-01")
    assert inside.status_code == 200 and str(inside.url).endswith("/call?call=heat-01")
    assert COOKIE in client.cookies and LEFT not in client.cookies


@pytest.mark.parametrize(
    "person",
    [
        {"email": "stranger@centre.example", "email_verified": True},
        {"email": "gone@centre.example", "email_verified": True},
        {"email": KNOWN, "email_verified": False},
        {"name": "nobody's address"},
    ],
)
def test_others_stay_outside(client: httpx.Client, provider: Provider, person: dict[str, Any]) -> None:
    provider.person = person
    assert client.get(f"{SERVICE}?next=/").url.path in (SIGN_IN, "/") and COOKIE not in client.cookies
    assert client.get("/calls").url.path == SIGN_IN


@pytest.mark.parametrize(("secret", "age_s"), [("somebody's guess", 0), (COOKIE_SECRET, 3600)])
def test_a_forged_or_an_old_word_opens_nothing(
    dashboard: str, monkeypatch: pytest.MonkeyPatch, secret: str, age_s: int
) -> None:
    said = URLSafeTimedSerializer(secret, salt=LEFT)
    signer = said.make_signer(LEFT)
    then = int(datetime.now(UTC).timestamp()) - age_s
    monkeypatch.setattr(type(signer), "get_timestamp", lambda self: then)
    cookie = str(said.dumps(f'{{"email": "{KNOWN}", "email_verified": true}}'))
    answer = httpx.get(f"{dashboard}/calls", headers={"accept": "text/html"}, cookies={LEFT: cookie})
    assert (answer.status_code, COOKIE in answer.cookies) == (303, False)


def test_a_true_word_is_good_once(dashboard: str) -> None:
    said = URLSafeTimedSerializer(COOKIE_SECRET, salt=LEFT)
    cookie = str(said.dumps(f'{{"email": "{KNOWN}", "email_verified": true}}'))
    answer = httpx.get(f"{dashboard}/calls", headers={"accept": "text/html"}, cookies={LEFT: cookie})
    assert (answer.status_code, answer.headers["location"], COOKIE in answer.cookies) == (303, "/calls", True)
    assert any(LEFT in each and "Max-Age=0" in each for each in answer.headers.get_list("set-cookie"))


def test_one_clicks_through_the_door(dashboard: str, provider: Provider) -> None:
    provider.person = {"email": KNOWN, "email_verified": True}
    with launched() as browser, window(browser) as page:
        page.goto(f"{dashboard}/calls")
        page.get_by_role("link", name="用单位统一身份登录").click()
        expect(page.get_by_role("link", name="通话列表")).to_be_visible()
