"""Every page as an agent and as a shift lead open it, with links to own and to others' calls: nothing leaks."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.pages import PAGES
from qa.access import Viewer
from tests.dashboard.conftest import APP
from tests.dashboard.secrets import BROAD, HEAT, TEAM, TELE, foreign, found, note

WORDS = "跟你说过多少遍了"
TRIED = {
    "agent": Viewer("demo-agent", "", ("agent",), agent_id="003"),
    "shift_lead": Viewer("demo-shift_lead", "", ("shift_lead",), teams=(TEAM,)),
}
OWN = {"agent": TELE, "shift_lead": HEAT}
# The scheme tells of no call, and its clauses are numbered like agents.
PAGES_OF_OTHERS = [f"views/{page.name}.py" for page in PAGES if page.name != "scheme"]


@pytest.mark.parametrize("whose", ["another's call", "an own call"])
@pytest.mark.parametrize("role", TRIED)
@pytest.mark.parametrize("page", PAGES_OF_OTHERS)
def test_no_page_tells_of_others(filled: str, role: str, page: str, whose: str) -> None:
    call_id = OWN[role] if whose == "an own call" else BROAD
    viewer = TRIED[role]
    opened = open_page(page, role, call_id, view_as_agent=viewer.agent_id, view_as_team="".join(viewer.teams))
    assert not opened.exception
    # What the link names is told to be not found.
    assert told(opened, [*foreign(viewer, filled), note(OWN[role])]) <= {call_id}


def test_pages_have_something_to_keep(filled: str) -> None:
    names = (
        "desk",
        "board",
        "agent",
        "calls",
        "call",
        "search",
        "appeals",
        "onsite",
        "followups",
        "periods",
        "reports",
    )
    opened = {page: open_page(f"views/{page}.py", "admin", BROAD) for page in names}
    assert told(open_page("views/call.py", "admin", OWN["agent"]), [note(OWN["agent"])])
    for viewer in TRIED.values():
        secrets = foreign(viewer, filled)
        assert [page for page in names if not told(opened[page], secrets)] == []


def open_page(page: str, role: str, call_id: str, **extra: str | None) -> AppTest:
    opened = AppTest.from_file(str(APP), default_timeout=60)
    opened.session_state["view_as"] = role
    for key, value in extra.items():
        opened.session_state[key] = value
    opened.switch_page(page)
    for key, value in {"call": call_id, "agent": "102", "q": WORDS}.items():
        opened.query_params[key] = value
    return opened.run()


def told(page: AppTest, secrets: list[str]) -> set[str]:
    """Which secrets a page tells outside the corner in which the demonstration's role is chosen.

    Words are looked for in all that goes to the browser, job numbers in tables and choices: clauses are numbered too.
    """
    corner = {"view_as", "view_as_agent", "view_as_team", "language"}
    sent = [each.proto for each in (*page.main, *page.sidebar) if each.proto is not None and each.key not in corner]
    words = " ".join(proto.SerializeToString().decode("utf-8", "ignore") for proto in sent)
    choices = [str(box.options) for box in page.selectbox if box.key not in corner]
    listed = " ".join([*choices, *(frame.value.to_csv() for frame in page.dataframe)])
    return {each for each in secrets if found([each], listed if each.isdigit() else words)}
