"""The door: who gets in, what a browser without a sign-in is served, what a forged one."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard import audio, gate
from dashboard.database import change
from dashboard.who import COOKIE
from qa.access import Viewer
from qa.store import accounts
from tests.dashboard.centre import make_centre

HOST = "http://qa.example"
PASSWORD = "correct horse"
PEOPLE = (
    Viewer("inspector", "I", ("inspector",)),
    Viewer("lead", "L", ("shift_lead",), teams=("早班一组",)),
    Viewer("agent", "A", ("agent",), agent_id="003"),
)


async def page(request: object) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("inside")
    await socket.close()


APP = Starlette(
    routes=[*gate.routes, *audio.routes, Route("/{path:path}", page), WebSocketRoute("/_stcore/stream", stream)],
    middleware=[Middleware(gate.Gate)],
)


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a centre with people who may sign in."""
    return make_centre(tmp_path_factory.mktemp("staffed"))


@pytest.fixture
def client(staffed: str, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser that is not signed in, at a door that is shut."""
    monkeypatch.setenv("QA_DB", staffed)
    monkeypatch.delenv("QA_SIGN_IN")
    with change() as session:
        known = {account.viewer.user for account in accounts.list_accounts(session=session)}
        for viewer in PEOPLE:
            if viewer.user not in known:
                accounts.add_account(session=session, viewer=viewer, password=PASSWORD, at=datetime.now(UTC))
    return TestClient(APP, base_url=HOST, follow_redirects=False, headers={"accept": "text/html"})


def enter(client: TestClient, user: str, password: str = PASSWORD, **more: str) -> int:
    form = {"user": user, "password": password, "next": "/call?call=heat-01"} | more
    return client.post(gate.SIGN_IN, data=form, headers={"origin": HOST}).status_code


@pytest.mark.parametrize("path", ["/", "/call?call=heat-01", "/_stcore/host-config", "/media/x", "/qa/audio/x"])
def test_without_a_sign_in_every_page_leads_to_the_door(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, gate.SIGN_IN)
    assert client.get(path, headers={"accept": "*/*"}).status_code == 401


@pytest.mark.parametrize("cookie", [None, "", "x" * 43, "inspector"])
def test_a_forged_cookie_opens_nothing(client: TestClient, cookie: str | None) -> None:
    if cookie is not None:
        client.cookies.set(COOKIE, cookie)
    assert client.get("/").status_code == 303
    assert client.get(audio.signed_url("heat-01")).status_code == 303
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("ws://qa.example/_stcore/stream"):
        pass


def test_signing_in_and_out(client: TestClient) -> None:
    answer = client.post(
        gate.SIGN_IN,
        data={"user": "inspector", "password": PASSWORD, "next": "/call?call=heat-01"},
        headers={"origin": HOST},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/call?call=heat-01")
    assert re.search(r"HttpOnly.*SameSite=lax", answer.headers["set-cookie"])
    assert client.get("/").text == "inside"
    with client.websocket_connect("ws://qa.example/_stcore/stream") as socket:
        assert socket.receive_text() == "inside"
    token = client.cookies[COOKIE]
    client.post(gate.SIGN_OUT, headers={"origin": HOST})
    client.cookies.set(COOKIE, token)
    assert client.get("/").status_code == 303, "the old token opens nothing any more"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "", "/qa/sign-out"]
)
def test_signing_in_leads_to_no_other_site(client: TestClient, wanted: str) -> None:
    form = {"user": "inspector", "password": PASSWORD, "next": wanted}
    assert client.post(gate.SIGN_IN, data=form, headers={"origin": HOST}).headers["location"] == "/"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
@pytest.mark.parametrize("path", [gate.SIGN_IN, gate.SIGN_OUT, gate.PASSWORD])
def test_forms_of_other_sites_are_refused(client: TestClient, path: str, origin: str) -> None:
    enter(client, "inspector")
    form = {"user": "inspector", "password": PASSWORD}
    assert client.post(path, data=form, headers={"origin": origin}).status_code == 403


def test_guessing_is_told_and_ends(client: TestClient) -> None:
    with change() as session:
        viewer = Viewer("guessed", "G", ("inspector",))
        accounts.add_account(session=session, viewer=viewer, password=PASSWORD, at=datetime.now(UTC))
    assert {enter(client, "guessed", f"guess {i}") for i in range(accounts.MOST_FAILURES)} == {401}
    form = {"user": "guessed", "password": PASSWORD, "next": "/call"}
    answer = client.post(gate.SIGN_IN, data=form, headers={"origin": HOST})
    assert answer.status_code == 401
    assert "账号已锁定" in answer.text
    assert 'name="next" value="/call"' in answer.text


def test_a_one_time_password_must_be_changed(client: TestClient) -> None:
    with change() as session:
        viewer = Viewer("new", "N", ("admin",))
        accounts.add_account(
            session=session, viewer=viewer, password=PASSWORD, at=datetime.now(UTC), must_change_password=True
        )
    assert enter(client, "new") == 303
    assert client.get("/").headers["location"] == gate.PASSWORD
    assert client.get(audio.signed_url("heat-01"), headers={"accept": "audio/wav"}).status_code == 401

    def change_to(new: str, again: str) -> int:
        form = {"password": new, "again": again}
        return client.post(gate.PASSWORD, data=form, headers={"origin": HOST}).status_code

    assert [change_to("my own password", "other"), change_to("short", "short")] == [400, 400]
    assert change_to("my own password", "my own password") == 303
    assert client.get("/").text == "inside"


@pytest.mark.parametrize(
    ("user", "call_id", "status"),
    [
        ("inspector", "heat-01", 200),
        ("lead", "heat-01", 200),
        ("lead", "tele-02", 404),
        ("lead", "broad-03", 404),
        ("agent", "tele-02", 200),
        ("agent", "heat-01", 404),
        ("agent", "broad-03", 404),
    ],
)
def test_recordings_of_others_are_not_served(client: TestClient, user: str, call_id: str, status: int) -> None:
    enter(client, user)
    assert client.get(audio.signed_url(call_id)).status_code == status


def test_without_signing_in_only_this_machine_is_served(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_SIGN_IN", "off")
    assert client.get("/").status_code == 403
    assert client.get("/", headers={"host": "127.0.0.1:8501"}).text == "inside"


def test_the_sign_in_page_is_in_both_languages(client: TestClient) -> None:
    assert '<html lang="zh-CN">' in client.get(gate.SIGN_IN).text
    assert "Sign in" in client.get(gate.SIGN_IN + "?lang=en").text
    assert "Sign in" in client.get(gate.SIGN_IN).text, "the choice is kept"


def test_what_was_typed_is_no_markup(client: TestClient) -> None:
    form = {"user": '"><script>', "password": "x", "next": '"><script>'}
    assert "<script>" not in client.post(gate.SIGN_IN, data=form, headers={"origin": HOST}).text


def test_a_database_that_cannot_be_used_is_one_line(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_DB", f"sqlite:///{tmp_path / 'none.db'}")
    client.cookies.set(COOKIE, "x")
    assert client.get("/").status_code == 503
