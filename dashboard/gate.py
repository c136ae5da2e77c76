"""The door: nothing but the sign-in page is served to a browser that is not signed in.

A form posts name and password, or a service of the centre's says who it is (`dashboard.oidc`); an HttpOnly cookie
carries a random token, the store keeps its hash.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard import oidc
from dashboard.database import change
from dashboard.i18n import COOKIE as LANGUAGE_COOKIE
from dashboard.i18n import LANGUAGES, language_of, text
from dashboard.who import COOKIE, account_of, sign_in_is_off
from qa.errors import ConfigError, QaError
from qa.launch import LOOPBACK
from qa.store import accounts

SIGN_IN, SIGN_OUT, PASSWORD, SERVICE = "/qa/sign-in", "/qa/sign-out", "/qa/password", "/qa/service"
WANTED = "qa_wanted"
"""The cookie that keeps where somebody wanted to go while the service is asked."""
WANTED_S = 600
OPEN = (SIGN_IN, SERVICE, "/static/", "/_stcore/health", "/auth/", "/oauth2callback")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two pages outside Streamlit: its address, its texts, and what a browser may fill in."""

    action: str
    heading: str
    hint: str
    password: str
    submit: str
    fills_in: str


ENTER = Form(SIGN_IN, "sign_in.title", "sign_in.hint", "sign_in.password", "sign_in.submit", "current-password")
RENEW = Form(PASSWORD, "password.title", "password.hint", "password.password", "password.submit", "new-password")
_PAGE = Template((Path(__file__).parent / "sign_in.html").read_text(encoding="utf-8"))


class Gate:
    """Middleware: HTTP and WebSocket connections without a sign-in go no further than the sign-in page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = await _refusal(HTTPConnection(scope))
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


async def _refusal(connection: HTTPConnection) -> Response | None:
    path = connection.url.path
    if sign_in_is_off():
        # A name that leads to this machine must not lead a foreign page to its data.
        return None if connection.url.hostname in LOOPBACK else PlainTextResponse("", 403)
    if path.startswith(OPEN):
        return None
    try:
        account = await run_in_threadpool(account_of, connection.cookies)
    except QaError as error:
        return _unusable(connection, error)
    if account is None:
        wanted = path + (f"?{connection.url.query}" if connection.url.query else "")
        named = oidc.subject(connection.cookies)
        if named is not None and _is_seen(connection):
            return await _let_in(connection, named, wanted)
        return _seen_by_people(connection, f"{SIGN_IN}?{urlencode({'next': wanted})}")
    if account.must_change_password and path not in (PASSWORD, SIGN_OUT):
        return _seen_by_people(connection, PASSWORD)
    return None


def _seen_by_people(connection: HTTPConnection, where: str) -> Response:
    return RedirectResponse(where, 303) if _is_seen(connection) else PlainTextResponse("", 401)


def _is_seen(connection: HTTPConnection) -> bool:
    return connection.scope["type"] == "http" and "text/html" in connection.headers.get("accept", "")


async def _let_in(connection: HTTPConnection, named: str, wanted: str) -> Response:
    """Signs in whom the service named, or tells that there is no account; what the service said is good once."""
    token = await run_in_threadpool(_named, named)
    if token is None:
        answer: Response = _page(connection, ENTER, problem="sign_in.unknown", going_on=wanted, status=403)
    else:
        answer = RedirectResponse(_inside(connection.cookies.get(WANTED, wanted)), 303)
        _remember(connection, answer, token)
        answer.delete_cookie(WANTED)
    oidc.forget(answer, connection.cookies)
    return answer


def _unusable(connection: HTTPConnection, error: QaError) -> Response:
    return PlainTextResponse(text(language_of(connection.cookies), "error.store", message=error), 503)


def own_origin(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """A form of another site is refused, whatever cookies the browser sends with it."""

    async def checked(request: Request) -> Response:
        if request.method == "POST" and urlsplit(request.headers.get("origin", "")).netloc != request.headers["host"]:
            return PlainTextResponse("", 403)
        try:
            return await handler(request)
        except QaError as error:
            return _unusable(request, error)

    return checked


@own_origin
async def sign_in(request: Request) -> Response:
    """The sign-in page, and what its form posts."""
    if request.method == "GET":
        return _page(request, ENTER)
    form = await request.form()
    user, password = str(form.get("user", "")).strip(), str(form.get("password", ""))
    wanted = str(form.get("next", "/"))
    outcome, token = await run_in_threadpool(_enter, user, password)
    if token is None:
        return _page(request, ENTER, problem=f"sign_in.{outcome}", user=user, going_on=wanted, status=401)
    answer = RedirectResponse(_inside(wanted), 303)
    _remember(request, answer, token)
    return answer


async def service(request: Request) -> Response:
    """Sends a browser on to the service that says who it is."""
    if not oidc.offered():
        return RedirectResponse(SIGN_IN, 303)
    answer = RedirectResponse(oidc.door(), 303)
    answer.set_cookie(WANTED, request.query_params.get("next", "/"), max_age=WANTED_S, httponly=True, samesite="lax")
    return answer


@own_origin
async def sign_out(request: Request) -> Response:
    """Ends the sign-in of this browser."""
    await run_in_threadpool(_leave, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(COOKIE)
    return answer


@own_origin
async def password(request: Request) -> Response:
    """Changing the own password; it ends the account's other sign-ins."""
    account = await run_in_threadpool(account_of, request.cookies)
    if account is None:
        return RedirectResponse(SIGN_IN, 303)
    if request.method == "GET":
        return _page(request, RENEW, user=account.viewer.user)
    form = await request.form()
    new, again = str(form.get("password", "")), str(form.get("again", ""))
    if new != again:
        return _page(request, RENEW, problem="password.unequal", user=account.viewer.user, status=400)
    try:
        token = await run_in_threadpool(_change, account.viewer.user, new)
    except ConfigError:
        return _page(request, RENEW, problem="password.short", user=account.viewer.user, status=400)
    answer = RedirectResponse("/", 303)
    _remember(request, answer, token)
    return answer


routes = [
    Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
    Route(SERVICE, service, methods=["GET"]),
    Route(SIGN_OUT, sign_out, methods=["POST"]),
    Route(PASSWORD, password, methods=["GET", "POST"]),
]


def _enter(user: str, given: str) -> tuple[str, str | None]:
    now = datetime.now(UTC)
    with change() as session:
        outcome = accounts.check_password(session=session, user=user, password=given, at=now)
        token = accounts.sign_in(session=session, user=user, at=now) if outcome == "right" else None
    return outcome, token


def _named(subject: str) -> str | None:
    now = datetime.now(UTC)
    with change() as session:
        user = accounts.user_of_subject(session=session, subject=subject)
        return accounts.sign_in(session=session, user=user, at=now) if user else None


def _leave(token: str) -> None:
    with change() as session:
        accounts.sign_out(session=session, token=token)


def _change(user: str, new: str) -> str:
    with change() as session:
        accounts.set_password(session=session, user=user, password=new, by=user)
        return accounts.sign_in(session=session, user=user, at=datetime.now(UTC))


def _remember(request: HTTPConnection, answer: Response, token: str) -> None:
    https = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))
    age_s = int(accounts.SIGN_IN_LASTS.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=age_s, httponly=True, samesite="lax", secure=https)


def _inside(path: str) -> str:
    """Where to go on: a path of this server, never another address."""
    parts = urlsplit(path)
    inside = path.startswith("/") and not parts.netloc and not path.startswith(("//", "/\\", "/qa/"))
    return path if inside else "/"


def _page(
    request: HTTPConnection,
    form: Form,
    *,
    problem: str = "",
    user: str = "",
    going_on: str | None = None,
    status: int = 200,
) -> Response:
    asked = request.query_params.get("lang", "")
    code = asked if asked in LANGUAGES else language_of(request.cookies)
    other = next(language for language in LANGUAGES if language != code)

    def say(key: str) -> str:
        return escape(text(code, key))

    going_on = going_on or request.query_params.get("next", "/")
    values: dict[str, Any] = {
        "language": code.replace("_", "-"),
        "title": say("app.title"),
        "heading": say(form.heading),
        "hint": say(form.hint),
        "action": form.action,
        "next": escape(going_on),
        "user_label": say("sign_in.user"),
        "user": escape(user),
        "fixed": "readonly" if form is RENEW else "autofocus",
        "password_label": say(form.password),
        "password_kind": form.fills_in,
        "again": _AGAIN.format(label=say("password.again")) if form is RENEW else "",
        "submit": say(form.submit),
        "service": _service(say("sign_in.service"), going_on) if form is ENTER and oidc.offered() else "",
        "problem": f'<p class="problem" role="alert">{say(problem)}</p>' if problem else "",
        "other_code": other,
        "other_query": escape(urlencode({"lang": other, "next": going_on})),
        "other": LANGUAGES[other],
    }
    answer = HTMLResponse(_PAGE.substitute(values), status, headers=HEADERS)
    if asked in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, asked, max_age=365 * 86400, samesite="lax")
    return answer


def _service(label: str, going_on: str) -> str:
    return f'<a class="service" href="{SERVICE}?{escape(urlencode({"next": going_on}))}">{label}</a>'


_AGAIN = (
    '<label for="again">{label}</label>'
    '<input id="again" name="again" type="password" autocomplete="new-password" required>'
)
