"""Every question and every act of the pages × every role × own, team's and others' calls: nothing leaks."""

import inspect
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import acts, calibration, data, followups, learning, onsite, rulebook, sampling, searching, trying
from dashboard.pages import PAGES
from dashboard.who import SignedOut
from qa.access import ROLES, Action, Role, Viewer, calls_of, may
from qa.reports.period import period_of
from qa.store.filters import CallFilter
from qa.store.search import Sought
from tests.builders import make_meta, make_result
from tests.dashboard.conftest import APP

TEAM = "早班一组"
HEAT, TELE, BROAD, FATAL = "heat-01", "tele-02", "broad-03", "fatal-05"
OWNERS = {HEAT: ("867", TEAM), TELE: ("003", "早班二组"), BROAD: ("102", "晚班一组"), FATAL: ("003", None)}
VIEWERS = (
    *(Viewer(role, role, (role,)) for role in ("inspector", "qa_lead", "admin")),
    Viewer("lead", "lead", ("shift_lead",), teams=(TEAM,)),
    Viewer("lead without a team", "", ("shift_lead",)),
    Viewer("agent", "agent", ("agent",), agent_id="003"),
    Viewer("agent without a number", "", ("agent",)),
    Viewer("nobody", "", ()),
)
TODAY = date(2026, 3, 11)
CALLED = make_result(FATAL, meta=make_meta(FATAL, caller="someone", work_order="WO-1"))
SAID = Sought("跟你说过多少遍了")
MARCH = period_of("month", TODAY)

ASKED: dict[str, Callable[[], Any]] = {
    "choices": lambda: data.choices(),
    "summary": lambda: [data.summary(CallFilter(call_id=call_id)).calls and call_id for call_id in OWNERS],
    "page_of": lambda: [row.call_id for row in data.page_of(data.Listing(), limit=1000)],
    "whole": lambda: [row.call_id for row in data.whole(data.Listing())],
    "neighbours": lambda: [data.neighbours(data.Listing(), call_id=call_id, position=0) for call_id in OWNERS],
    "waiting": lambda: [row.call_id for row in data.waiting(limit=1000)],
    "count_waiting": lambda: data.count_waiting(),
    "report": lambda: [(group.agent_id, group.team) for group in data.report(MARCH).agents],
    "open_appeals": lambda: [row.call_id for row in data.open_appeals()],
    "last_day": lambda: data.last_day(),
    "agent_trends": lambda: list(data.agent_trends(MARCH)),
    "daily_means": lambda: [agent for agent in ("867", "003", "102") if data.daily_means(data.scored(agent))[0]],
    "caller_calls": lambda: [row.call_id for row in data.caller_calls(CALLED)],
    "orders": lambda: [order.order_id for order in data.orders(CALLED)],
    "result": lambda: [call_id for call_id in OWNERS if data.result(call_id)],
    "waveform": lambda: [call_id for call_id in OWNERS if data.waveform(call_id)[0]],
    "searching.find": lambda: [hit.call_id for hit in searching.find(SAID, data.ALL_CALLS, limit=1000).hits],
    "searching.whole": lambda: [hit.call_id for hit in searching.whole(SAID, data.ALL_CALLS)],
    "searching.count": lambda: searching.count(SAID, data.ALL_CALLS),
    "review": lambda: [call_id for call_id in OWNERS if acts.review(call_id)],
}
NO_CALLS: dict[str, str] = {
    "visible": "narrows the filter: all of the above rest on it",
    "within": "a period as a filter",
    "now": "the time",
    "scored": "a filter",
    "due_at": "a date",
    "everybody": "refused wherever people sign in, see test_everybody",
    "team_of_viewer": "the viewer's own team",
    "runs": "see test_runs_are_for_those_who_operate",
    "run_failures": "see test_runs_are_for_those_who_operate",
    "allowed": "see test_acts",
    "searching.missing": "a number, for those who operate",
    "searching.saved": "the viewer's own, see tests/store/test_search.py",
    "searching.save": "the viewer's own",
    "searching.forget": "the viewer's own",
    "require": "refuses: all of GUARDED rest on it",
    "rulebook.rules_dir": "a folder",
    "rulebook.book": "the rules, which are no secret",
    "rulebook.names": "the rules' names",
    "rulebook.period": "a month",
    "rulebook.file_of": "a path",
}
GUARDED: dict[str, tuple[Action, Callable[[], Any]]] = {
    "rulebook.rule_rows": ("manage_rules", lambda: rulebook.rule_rows()),
    "rulebook.files": ("manage_rules", lambda: rulebook.files()),
    "rulebook.text_of": ("manage_rules", lambda: rulebook.text_of("scheme.yaml")),
    "rulebook.faults_of": ("manage_rules", lambda: rulebook.faults_of("x.yaml", "")),
    "rulebook.publish": ("manage_rules", lambda: rulebook.publish("x.yaml", "", "x")),
    "rulebook.versions": ("manage_rules", lambda: rulebook.versions()),
    "trying.try_examples": ("manage_rules", lambda: trying.try_examples("x.yaml", "")),
    "trying.try_on_calls": ("manage_rules", lambda: trying.try_on_calls("x.yaml", "", 1, lambda done, total: None)),
    "onsite.agents": ("onsite", lambda: list(onsite.agents(TODAY))),
    "onsite.roster": ("onsite", lambda: [member.agent_id for member in onsite.roster(data.now())]),
    "onsite.items": ("onsite", lambda: onsite.items(TODAY)),
    "onsite.shifts": ("onsite", lambda: onsite.shifts()),
    "onsite.entries": ("onsite", lambda: [row.agent_id for row in onsite.entries(MARCH)]),
    "onsite.enter": ("onsite", lambda: onsite.enter("102", TODAY, "onsite-09", None, "x")),
    "onsite.withdraw": ("onsite", lambda: onsite.withdraw(1, "x")),
    "followups.items": (
        "follow_up",
        lambda: [item.call_id for item in followups.items(state=None, kind=None, overdue=False, limit=100)],
    ),
    "followups.count": ("follow_up", lambda: followups.count()),
    "followups.take": ("follow_up", lambda: followups.take(1)),
    "followups.close": ("follow_up", lambda: followups.close(1, "x", dropped=False)),
    "followups.reopen": ("follow_up", lambda: followups.reopen(1, "x")),
    "sampling.plan": ("manage_rules", lambda: sampling.plan(TODAY, TODAY, budget=1, spot=1, per="agent", seed=1)),
    "learning.learned": ("manage_rules", lambda: learning.learned()),
    "learning.found": ("manage_rules", lambda: learning.found()),
    "learning.hold": ("manage_rules", lambda: learning.hold("x")),
    "learning.release": ("manage_rules", lambda: learning.release("x")),
    "learning.fit": ("manage_rules", lambda: learning.fit("x")),
    "calibration.sessions": ("review", lambda: calibration.sessions()),
    "calibration.sheet": ("review", lambda: calibration.sheet(1)),
    "calibration.own": ("review", lambda: calibration.own(1)),
    "calibration.rate": ("review", lambda: calibration.rate(1, HEAT, {})),
    "calibration.report": ("review", lambda: calibration.report(1)),
    "calibration.draw": ("manage_rules", lambda: calibration.draw(TODAY, TODAY, count=1, seed=1)),
    "calibration.start": ("manage_rules", lambda: calibration.start("x", [HEAT], None)),
    "calibration.close": ("manage_rules", lambda: calibration.close(1)),
}
"""What only some roles may ask or do; whoever may is told of the own calls alone."""
MODULES = (acts, calibration, data, followups, learning, onsite, rulebook, sampling, searching, trying)
READ = ("onsite.agents", "onsite.roster", "onsite.entries", "followups.items")
"""Those that tell of people and calls."""


def as_(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (data, acts):
        monkeypatch.setattr(module, "viewer", lambda: viewer)


def foreign(viewer: Viewer) -> list[str]:
    """Ids, job numbers and teams that must not be seen."""
    scope = calls_of(viewer)
    seen = [(agent, team) for agent, team in OWNERS.values() if scope.holds(agent_id=agent, team=team)]
    hidden = [call_id for call_id, (agent, team) in OWNERS.items() if not scope.holds(agent_id=agent, team=team)]
    agents = {agent for agent, _ in OWNERS.values()} - {agent for agent, _ in seen}
    teams = {team for _, team in OWNERS.values() if team} - {team for _, team in seen}
    return [*hidden, *agents, *teams]


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("question", ASKED)
def test_no_question_tells_of_others(
    database: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, question: str
) -> None:
    as_(viewer, monkeypatch)
    try:
        answer = ASKED[question]()
    except data.Forbidden:
        assert not may(viewer, "lead")
        return
    told = json.dumps(answer, default=str, ensure_ascii=False)
    assert [secret for secret in foreign(viewer) if f'"{secret}"' in told or f"'{secret}'" in told] == []


def test_who_sees_all_is_told_all(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    as_(VIEWERS[0], monkeypatch)
    for question in ("page_of", "whole", "result", "summary", "searching.find"):
        assert set(OWNERS) <= set(ASKED[question]()), question


def test_every_question_is_in_the_table() -> None:
    public = {
        name if module in (data, acts) else f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, found in inspect.getmembers(module, inspect.isfunction)
        if found.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public - set(ASKED) - set(NO_CALLS) - set(ACTS) - set(GUARDED) == set()


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("name", GUARDED)
def test_what_only_some_may(database: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, name: str) -> None:
    action, asked = GUARDED[name]
    if not may(viewer, action):
        as_(viewer, monkeypatch)
        with pytest.raises(data.Forbidden):
            asked()


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("name", READ)
def test_whoever_may_is_told_of_own_calls_alone(
    database: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, name: str
) -> None:
    action, asked = GUARDED[name]
    if may(viewer, action):
        as_(viewer, monkeypatch)
        told = json.dumps(asked(), default=str, ensure_ascii=False)
        assert [secret for secret in foreign(viewer) if f'"{secret}"' in told] == []


ACTS: dict[str, Callable[[str], Any]] = {
    "review_act": lambda call_id: acts.review_act({"kind": "note", "call_id": call_id, "seen": 0, "text": "x"}),
    "appeal": lambda call_id: acts.appeal(call_id, ["job-number"], "x"),
    "acknowledge": lambda call_id: acts.acknowledge(call_id),
    "withdraw": lambda call_id: acts.withdraw(call_id, 1),
    "escalate": lambda call_id: acts.escalate(call_id, 1, "x"),
    "answer": lambda call_id: acts.answer(call_id, 1, [], "x"),
}
NEEDS = {"review_act": "review", "answer": "rule_on_appeal"}


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("act", ACTS)
def test_acts(database: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, act: str) -> None:
    as_(viewer, monkeypatch)
    for call_id, (agent, team) in OWNERS.items():
        role_may = may(viewer, NEEDS.get(act, "appeal"))  # type: ignore[arg-type]
        if not (role_may and calls_of(viewer).holds(agent_id=agent, team=team)):
            with pytest.raises(data.Forbidden):
                ACTS[act](call_id)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("qa_lead", "admin")])
def test_runs_are_for_those_who_operate(database: str, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    as_(Viewer(role, role, (role,), agent_id="003", teams=(TEAM,)), monkeypatch)
    assert "runs" not in {page.name for page in PAGES if page.needs is None or may(data.viewer(), page.needs)}


def test_everybody_is_only_for_the_demonstration(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_SIGN_IN", "on")
    with pytest.raises(SignedOut):
        data.everybody()


# The scheme tells of no call, and its clauses are numbered like agents.
PAGES_OF_OTHERS = [f"views/{page.name}.py" for page in PAGES if page.name != "scheme"]


@pytest.mark.parametrize(
    ("role", "extra"), [("agent", {"view_as_agent": "003"}), ("shift_lead", {"view_as_team": TEAM})]
)
@pytest.mark.parametrize("page", PAGES_OF_OTHERS)
def test_no_page_tells_of_others(database: str, role: Role, extra: dict[str, str], page: str) -> None:
    viewer = Viewer("v", "v", (role,), extra.get("view_as_agent"), tuple(v for k, v in extra.items() if "team" in k))
    secrets = foreign(viewer)
    opened = AppTest.from_file(str(APP), default_timeout=60)
    opened.session_state["view_as"] = role
    for key, value in extra.items():
        opened.session_state[key] = value
    opened.switch_page(page)
    opened.query_params["call"] = BROAD
    opened.query_params["agent"] = "102"
    opened.run()
    assert not opened.exception
    assert [secret for secret in secrets if secret in shown(opened) and secret != BROAD] == []


def shown(page: AppTest) -> str:
    """All that a page shows outside the corner in which the demonstration's role is chosen."""
    corner = {"view_as", "view_as_agent", "view_as_team", "language"}
    parts = [each.value for kind in (page.markdown, page.caption, page.metric, page.error, page.info) for each in kind]
    parts += [frame.value.to_csv() for frame in page.dataframe]
    parts += [str(box.options) for box in page.selectbox if box.key not in corner]
    parts += [button.label for button in page.button]
    parts += [str(each.proto.SerializeToString()) for each in page.get("bidi_component")]
    return " ".join(map(str, parts))
