"""Who looks: every role, with and without teams and a job number."""

import pytest

from dashboard import (
    acts,
    data,
    searching,
)
from qa.access import Viewer
from tests.dashboard.secrets import (
    TEAM,
)

VIEWERS = (
    *(Viewer(role, role, (role,)) for role in ("inspector", "qa_lead", "admin")),
    Viewer("lead", "lead", ("shift_lead",), teams=(TEAM,)),
    Viewer("lead of two teams", "", ("shift_lead",), teams=(TEAM, "晚班一组")),
    Viewer("lead without a team", "", ("shift_lead",)),
    Viewer("agent", "agent", ("agent",), agent_id="003"),
    Viewer("agent who leads", "", ("agent", "shift_lead"), agent_id="867", teams=("晚班一组",)),
    Viewer("agent without a number", "", ("agent",)),
    Viewer("nobody", "", ()),
)


def as_(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (data, acts, searching):
        monkeypatch.setattr(module, "viewer", lambda: viewer)
