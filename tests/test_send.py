"""The message reaches a real web server and a real mail server; one that does not is one line."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from qa.morning import Message, broken
from qa.send import send
from qa.settings import Settings

MESSAGE = Message("质检批次 1 完成：评分 9 通", "**质检批次 1 完成**\n> 共 9 通", {"event": "run", "scored": 9})


@dataclass
class Web:
    """A web server that answers every POST alike and keeps what it got."""

    answer: bytes
    status: int = 200
    got: list[Any] = field(default_factory=list)
    url: str = ""


@contextmanager
def listening(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def web(answer: bytes = b'{"errcode":0,"errmsg":"ok"}', status: int = 200) -> Iterator[Web]:
    kept = Web(answer, status)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(kept.status)
            self.send_header("Content-Length", str(len(kept.answer)))
            self.end_headers()
            self.wfile.write(kept.answer)

        def log_message(self, *_: object) -> None:
            pass

    with listening(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        kept.url = f"http://127.0.0.1:{port}/send?key=secret"
        yield kept


@contextmanager
def mail_server(refuse: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """As much of SMTP as smtplib speaks."""
    got: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            for line in self.rfile:
                verb = line[:4].upper().strip()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    got.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                if verb == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                refused = refuse and verb == b"RCPT"
                self.wfile.write(b"550 no such user\r\n" if refused else b"250 ok\r\n")

    with listening(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        yield port, got


def test_a_robot_gets_markdown_and_programs_get_figures() -> None:
    with web() as robot:
        assert send(MESSAGE, Settings(webhook_url=robot.url)) == []
        assert send(MESSAGE, Settings(webhook_url=robot.url, webhook_kind="json")) == []
    assert robot.got == [{"msgtype": "markdown", "markdown": {"content": MESSAGE.text}}, {"event": "run", "scored": 9}]


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [(b'{"errcode":93000,"errmsg":"invalid webhook url"}', 200, "93000"), (b"", 503, "503"), (b"no json", 200, "")],
)
def test_a_robot_that_refuses_is_one_line(answer: bytes, status: int, said: str) -> None:
    with web(answer, status) as robot:
        (problem,) = send(MESSAGE, Settings(webhook_url=robot.url))
    assert problem.startswith("QA_WEBHOOK_URL: ") and said in problem
    assert "\n" not in problem and "secret" not in problem


def test_mail() -> None:
    with mail_server() as (port, got):
        to = "lead@example.com, night@example.com"
        assert send(MESSAGE, Settings(mail_to=to, smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")) == []
    (mail,) = (message_from_bytes(data, policy=policy.default) for data in got)
    assert (mail["Subject"], mail["To"]) == (MESSAGE.subject, to)
    assert mail.get_content().strip().replace("\r", "") == "质检批次 1 完成\n> 共 9 通"


def test_mail_that_is_refused_or_has_no_server_is_one_line() -> None:
    with mail_server(refuse=True) as (port, got):
        settings = Settings(mail_to="nobody@example.com", smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none")
        (refused,) = send(MESSAGE, settings)
    (silent,) = send(MESSAGE, settings)
    assert got == []
    assert all(line.startswith("QA_MAIL_TO: ") and "\n" not in line for line in (refused, silent))


def test_nothing_is_sent_unless_configured() -> None:
    assert send(broken("qa.db: the disk is full"), Settings()) == []
