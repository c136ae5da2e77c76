"""The semantic check against a real server on this machine, and what may never convict."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qa.semantic import embedder
from tests.checks.verdicts import call_of
from tests.rules.test_conditions import holds, tried

MEANINGS = {"这事别找我": (1.0, 0.1), "我不管这个": (1.0, 0.0), "你另请高明吧": (0.95, 0.3)}
SAME = 'resembles: {sentences: ["我不管这个"], least: 0.9}'
CALL = call_of("客户 5: 能帮我处理一下吗", "坐席 9: 你另请高明吧")


class Server(ThreadingHTTPServer):
    """An embeddings endpoint: a few sentences mean much the same, all others something else."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, object]] = []
        self.keys: list[str | None] = []
        self.status, self.answer, self.wait_s = 200, "", 0.0

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no matter here."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path, **body})
        self.server.keys.append(self.headers["Authorization"])
        time.sleep(self.server.wait_s)
        rows = [{"index": i, "embedding": MEANINGS.get(text, (0.0, 1.0))} for i, text in enumerate(body["input"])]
        # Backwards: the order is told by the index, not by the place.
        text = self.server.answer or json.dumps({"data": rows[::-1]})
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """No lines in the output of the tests."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("URL", "MODEL", "KEY", "TIMEOUT_S"):
        monkeypatch.delenv(f"QA_SEMANTIC_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    embedder.cache_clear()
    yield
    embedder.cache_clear()


@pytest.fixture
def on(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The endpoint set as a centre would set it."""
    monkeypatch.setenv("QA_SEMANTIC_URL", server.url)
    monkeypatch.setenv("QA_SEMANTIC_MODEL", "small")
    return server


def test_nothing_is_sent_unless_it_is_set_up(tmp_path: Path, server: Server) -> None:
    found = tried(tmp_path, SAME, CALL)
    assert found.verdict == "not_applicable" and "QA_SEMANTIC_URL" in found.reason
    assert server.asked == []


def test_the_same_meaning_in_other_words_asks_for_a_person(tmp_path: Path, on: Server) -> None:
    found = tried(tmp_path, SAME, CALL)
    assert (found.verdict, found.points) == ("needs_review", 0)
    assert [e.text for e in found.evidence] == ["你另请高明吧"] and "我不管这个" in found.reason
    assert [(a["path"], a["model"]) for a in on.asked] == [("/v1/embeddings", "small")]


def test_another_meaning_passes_and_only_the_roles_words_are_sent(tmp_path: Path, on: Server) -> None:
    assert holds(tmp_path, SAME, call_of("客户 5: 你另请高明吧", "坐席 9: 我马上帮您登记")) == "passed"
    assert on.asked[0]["input"] == ["我不管这个", "我马上帮您登记"]


def test_a_text_is_asked_for_once(tmp_path: Path, on: Server) -> None:
    for _ in range(3):
        holds(tmp_path, SAME, CALL)
    assert len(on.asked) == 1


def test_the_key_goes_with_the_request(tmp_path: Path, on: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_SEMANTIC_KEY", "geheim")
    holds(tmp_path, SAME, CALL)
    assert on.keys == ["Bearer geheim"]


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (500, "", "no answer"),
        (200, "<html>", "no list of embeddings"),
        (200, '{"data": []}', "no list of embeddings"),
        (200, '{"data": [{"index": 0, "embedding": [0, 0]}, {"index": 1, "embedding": [1, 0]}]}', "no list"),
    ],
)
def test_a_bad_answer_is_told_in_one_line(
    tmp_path: Path, on: Server, caplog: pytest.LogCaptureFixture, status: int, answer: str, said: str
) -> None:
    on.status, on.answer = status, answer
    assert [holds(tmp_path, SAME, CALL) for _ in range(3)] == ["not_applicable"] * 3
    assert len(on.asked) == 1
    assert [said in r.getMessage() and "QA_SEMANTIC_URL" in r.getMessage() for r in caplog.records] == [True]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "ftp://127.0.0.1/v1", "no address"])
def test_a_dead_endpoint_silences_only_the_rules_that_need_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, url: str
) -> None:
    monkeypatch.setenv("QA_SEMANTIC_URL", url)
    assert holds(tmp_path, SAME, CALL) == "not_applicable"
    either = f"any: [{{said: {{phrases: [sorry]}}}}, {{{SAME}}}]"
    assert holds(tmp_path, either, call_of("坐席 9: 非常抱歉")) == "violated"
    assert len(caplog.records) == 1


def test_a_slow_endpoint_is_not_waited_for(tmp_path: Path, on: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_SEMANTIC_TIMEOUT_S", "0.2")
    on.wait_s = 1.0
    begun = time.monotonic()
    assert holds(tmp_path, SAME, CALL) == "not_applicable"
    assert time.monotonic() - begun < 1.0


NEVER = call_of("坐席 9: 我马上帮您登记")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        # However it is turned, what rests on an adviser goes to a person at most.
        (f"not: {{{SAME}}}", "needs_review"),
        (f"none: [{{{SAME}}}]", "needs_review"),
        (f"not: {{not: {{{SAME}}}}}", "passed"),
        (f"all: [{{call: {{direction: inbound}}}}, {{not: {{{SAME}}}}}]", "needs_review"),
        # What stands without it still convicts.
        (f"any: [{{call: {{direction: inbound}}}}, {{{SAME}}}]", "violated"),
        (f"all: [{{call: {{direction: outbound}}}}, {{{SAME}}}]", "passed"),
    ],
)
def test_an_adviser_never_convicts(tmp_path: Path, on: Server, condition: str, expected: str) -> None:
    assert holds(tmp_path, condition, NEVER) == expected


SPOKEN = ("坐席 0-5: 您好请问有什么可以帮您", "坐席 10-15: 请说一下您的地址", "坐席 20-25: 好的请问您贵姓")
LOUD = (*SPOKEN, "坐席 30-33: 我已经给您登记了")


@pytest.mark.parametrize(
    ("condition", "lines", "each", "expected"),
    [
        ("not_mandarin: {by: agent}", SPOKEN, {"mandarin": 0.2}, "needs_review"),
        ("not_mandarin: {by: agent}", SPOKEN, {"mandarin": 0.9}, "passed"),
        ("not_mandarin: {by: agent}", SPOKEN, {}, "not_applicable"),
        ("not_mandarin: {by: agent, least_s: 30}", SPOKEN, {"mandarin": 0.2}, "passed"),
        ("not_mandarin: {by: customer}", SPOKEN, {"mandarin": 0.2}, "passed"),
        ("not_mandarin: {by: agent}", SPOKEN, {"mandarin": 0.2, "role_confidence": 0.5}, "passed"),
        ("raised_voice: {over_db: 10}", LOUD, {}, "not_applicable"),
        ("raised_voice: {over_db: 10}", LOUD, {"level_db": -20.0}, "passed"),
    ],
)
def test_how_it_is_said(
    tmp_path: Path, condition: str, lines: tuple[str, ...], each: dict[str, float], expected: str
) -> None:
    assert holds(tmp_path, condition, call_of(*lines, each=each)) == expected
