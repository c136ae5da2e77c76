"""Who opens the dashboard's pages without a browser: signed in by cookie, over the socket that a browser would use."""

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.serving import Server
from dashboard.who import COOKIE
from qa.access import Viewer
from qa.store import accounts
from qa.store.engine import writing

PATIENCE_S, MOST_BYTES = 120.0, 2**28


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page showed: how long the server took, all it sent as it was sent, and in words what failed."""

    seconds: float
    sent: bytes
    trouble: tuple[str, ...]


def token_of(engine: Engine, viewer: Viewer) -> str:
    """A sign-in of an account, which is made where there is none."""
    now = datetime.now(UTC)
    with writing(engine) as session:
        if viewer.user not in {account.viewer.user for account in accounts.list_accounts(session=session)}:
            accounts.add_account(session=session, viewer=viewer, password=None, subject=viewer.user, at=now)
        return accounts.sign_in(session=session, user=viewer.user, at=now)


@dataclass(slots=True)
class Visitor:
    """One browser tab; what it has of widgets is what the page last sent."""

    server: Server
    token: str
    elements: list[Any] = field(default_factory=list)
    page: str = ""
    query: str = ""
    socket: Any = None

    def __enter__(self) -> Self:
        cookie = {"Cookie": f"{COOKIE}={self.token}"}
        chosen = [Subprotocol("streamlit")]
        url = f"{self.server.url.replace('http', 'ws', 1)}/_stcore/stream"
        self.socket = connect(url, additional_headers=cookie, subprotocols=chosen, max_size=MOST_BYTES)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.socket.close()

    def open(self, page: str, query: str = "") -> Shown:
        """Goes to a page by its address."""
        self.page, self.query = page, query
        return self._run([])

    def press(self, label: str) -> Shown:
        """Presses the button with this label. Raises StopIteration where there is none."""
        button = next(each.button for each in self.elements if each.button.label == label)
        return self._run([WidgetState(id=button.id, trigger_value=True)])

    def act(self, **values: Any) -> Shown:
        """Does something in the player of the call page, as its script would."""
        player = next(each.bidi_component for each in self.elements if each.WhichOneof("type") == "bidi_component")
        told = json.dumps([{"event": "act", "value": values}])
        widget = f"$$STREAMLIT_INTERNAL_KEY_{player.id}__events"
        state = WidgetState(id=player.id, json_value="{}")
        return self._run([state, WidgetState(id=widget, json_trigger_value=told)])

    def _run(self, widgets: list[WidgetState]) -> Shown:
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = self.page, self.query
        asked.rerun_script.widget_states.CopyFrom(WidgetStates(widgets=widgets))
        began, sent = time.perf_counter(), bytearray()
        self.socket.send(asked.SerializeToString())
        self.elements = []
        while True:
            received = self.socket.recv(timeout=PATIENCE_S)
            sent += received
            message = ForwardMsg.FromString(received)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                self.elements.append(message.delta.new_element)
            elif kind == "new_session":
                self.elements = []
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "navigation":
                hashes = {each.page_script_hash: each.url_pathname for each in message.navigation.app_pages}
                self.page = hashes.get(message.navigation.page_script_hash, self.page)
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return Shown(time.perf_counter() - began, bytes(sent), self._trouble())

    def _trouble(self) -> tuple[str, ...]:
        told = [each.alert.body for each in self.elements if each.alert.format == Alert.ERROR]
        return (*told, *(each.exception.message for each in self.elements if each.WhichOneof("type") == "exception"))
