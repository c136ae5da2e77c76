"""Sending a message by webhook and by mail, where that is configured."""

import json
import smtplib
import ssl
import urllib.request
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from qa.errors import ConfigError
from qa.logs import Reporter
from qa.morning import Message
from qa.settings import Settings

TIMEOUT_S = 15.0


def tell(message: Message, settings: Settings, reporter: Reporter) -> None:
    """Sends the message wherever the settings say; a way that fails is one line to the reporter and fails no run."""
    for problem in send(message, settings):
        reporter.note(problem)


def send(message: Message, settings: Settings) -> list[str]:
    """Sends the message wherever the settings say; returns a line for each way that failed."""
    ways: list[tuple[str, Callable[[], None]]] = []
    if settings.webhook_url:
        ways.append(("QA_WEBHOOK_URL", lambda: _post(message, settings)))
    if settings.mail_to:
        ways.append(("QA_MAIL_TO", lambda: _mail(message, settings)))
    problems = []
    for name, way in ways:
        try:
            way()
        except (OSError, URLError, smtplib.SMTPException, ConfigError, ValueError) as error:
            problems.append(f"{name}: the message could not be sent ({_why(error)}); check the setting and the network")
    return problems


def _post(message: Message, settings: Settings) -> None:
    assert settings.webhook_url is not None
    url = settings.webhook_url.get_secret_value()
    if urlsplit(url).scheme not in ("http", "https"):
        raise ConfigError("is no http(s) URL")
    wecom = settings.webhook_kind == "wecom"
    body: Any = dict(message.facts)
    if wecom:
        body = {"msgtype": "markdown", "markdown": {"content": message.text}}
    request = urllib.request.Request(
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        answer = response.read(10_000)
    if wecom and (code := json.loads(answer).get("errcode")):
        raise ConfigError(f"the robot answered errcode {code}")


def _mail(message: Message, settings: Settings) -> None:
    mail = EmailMessage()
    mail["Subject"] = message.subject
    mail["From"] = settings.mail_from or settings.smtp_user or "callqa@localhost"
    mail["To"] = settings.mail_to
    mail.set_content(message.text.replace("**", "").replace("`", ""))
    tls = settings.smtp_tls
    connect = smtplib.SMTP_SSL if tls == "tls" else smtplib.SMTP
    with connect(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S) as server:
        if tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(mail)


def _why(error: Exception) -> str:
    """The cause in one line, without the address, which may hold a key."""
    if isinstance(error, HTTPError):
        return f"HTTP status {error.code}"
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return f"{type(error).__name__}: {str(reason).splitlines()[0] if str(reason) else ''}".rstrip(": ")
