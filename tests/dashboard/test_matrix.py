"""Every question of the pages × every role × own, team's and others' calls: nothing leaks."""

import inspect
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from dashboard import (
    acts,
    calibration,
    coaching,
    data,
    followups,
    learning,
    onsite,
    operating,
    periods,
    rulebook,
    sampling,
    searching,
    trying,
)
from dashboard.pages import PAGES
from dashboard.who import SignedOut
from qa.access import ROLES, Action, Role, Viewer, calls_of, may
from qa.followup.item import FollowUp
from qa.reports.period import period_of
from qa.store.filters import CallFilter
from qa.store.queries import CallRow
from qa.store.search import Sought
from tests.builders import make_meta, make_result
from tests.dashboard.secrets import (
    CALLER,
    FATAL,
    HEAT,
    OWNERS,
    PEOPLE,
    TEAM,
    TODAY,
    foreign,
    found,
)
from tests.dashboard.test_matrix_acts import ACTS, ON_PEOPLE
from tests.dashboard.viewers import VIEWERS, as_

LIMITED = [viewer for viewer in VIEWERS if not calls_of(viewer).everything]
CALLED = make_result(FATAL, meta=make_meta(FATAL, caller=CALLER, work_order=f"WO-{FATAL}"))
SAID = Sought("跟你说过多少遍了")
MARCH = period_of("month", TODAY)

ASKED: dict[str, Callable[[], Any]] = {
    "choices": lambda: data.choices(),
    "page_of": lambda: data.page_of(data.Listing(), limit=1000),
    "whole": lambda: data.whole(data.Listing()),
    "neighbours": lambda: [data.neighbours(data.Listing(), call_id=call_id, position=0) for call_id in OWNERS],
    "waiting": lambda: data.waiting(limit=1000),
    "open_appeals": lambda: [data.open_appeals(), *(data.open_appeals(agent_id=agent) for agent in PEOPLE)],
    "agent_trends": lambda: data.agent_trends(MARCH),
    "daily_means": lambda: [agent for agent in PEOPLE if data.daily_means(data.scored(agent))[0]],
    "caller_calls": lambda: data.caller_calls(CALLED),
    "orders": lambda: data.orders(CALLED),
    "result": lambda: [data.result(call_id) for call_id in OWNERS],
    "waveform": lambda: [data.waveform(call_id) for call_id in OWNERS],
    "searching.find": lambda: searching.find(SAID, data.ALL_CALLS, limit=1000),
    "searching.whole": lambda: searching.whole(SAID, data.ALL_CALLS),
    "searching.saved": lambda: searching.saved(),
    "review": lambda: [acts.review(call_id) for call_id in OWNERS],
    "replies": lambda: [acts.replies(call_id) for call_id in OWNERS],
    "coaching.costly_moments": lambda: [coaching.costly_moments(agent, "provisional") for agent in PEOPLE],
    "coaching.talks": lambda: of_each(coaching.talks),
    "coaching.praises": lambda: of_each(coaching.praises),
}
"""What tells of calls and people."""
COUNTED: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "summary": (lambda: data.summary(data.ALL_CALLS).calls, lambda: len(data.page_of(data.Listing(), limit=1000))),
    "count_waiting": (lambda: data.count_waiting(), lambda: len(data.waiting(limit=1000))),
    "last_day": (
        lambda: data.last_day(),
        lambda: max([row.started_at.date() for row in scored_calls() if row.started_at], default=data.now().date()),
    ),
    "searching.count": (
        lambda: searching.count(SAID, data.ALL_CALLS),
        lambda: len({hit.call_id for hit in searching.whole(SAID, data.ALL_CALLS)}),
    ),
    "followups.count": (lambda: followups.count(), lambda: len(register())),
    "report": (lambda: data.report(MARCH).undated, lambda: len(undated(data.team_of_viewer()))),
}
"""A figure, and what it is of."""
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
    "report": ("lead", lambda: data.report(MARCH)),
    "rulebook.rule_rows": ("manage_rules", lambda: rulebook.rule_rows()),
    "rulebook.files": ("manage_rules", lambda: rulebook.files()),
    "rulebook.text_of": ("manage_rules", lambda: rulebook.text_of("scheme.yaml")),
    "rulebook.faults_of": ("manage_rules", lambda: rulebook.faults_of("x.yaml", "")),
    "rulebook.publish": ("manage_rules", lambda: rulebook.publish("x.yaml", "", "x")),
    "rulebook.versions": ("manage_rules", lambda: rulebook.versions()),
    "trying.try_examples": ("manage_rules", lambda: trying.try_examples("x.yaml", "")),
    "trying.try_on_calls": ("manage_rules", lambda: trying.try_on_calls("x.yaml", "", 1, lambda done, total: None)),
    "onsite.agents": ("onsite", lambda: onsite.agents(TODAY)),
    "onsite.roster": ("onsite", lambda: onsite.roster(data.now())),
    "onsite.items": ("onsite", lambda: onsite.items(TODAY)),
    "onsite.shifts": ("onsite", lambda: onsite.shifts()),
    "onsite.entries": ("onsite", lambda: onsite.entries(MARCH)),
    "operating.stored": ("operate", lambda: operating.stored()),
    "operating.retention": ("operate", lambda: operating.retention()),
    "operating.retried": ("operate", lambda: operating.retried()),
    "operating.retry": ("operate", lambda: operating.retry()),
    "periods.lock": ("scorecard", lambda: periods.lock(MARCH)),
    "periods.people": ("scorecard", lambda: periods.people(MARCH)),
    "periods.standings": ("scorecard", lambda: periods.standings(MARCH)),
    "periods.made_of": ("scorecard", lambda: [periods.made_of(each, MARCH) for each in periods.people(MARCH)]),
    "periods.complaints": ("lead", lambda: periods.complaints(MARCH)),
    "periods.complaint_points": ("lead", lambda: periods.complaint_points(TODAY)),
    "periods.close": ("manage_rules", lambda: periods.close(MARCH)),
    "followups.items": ("follow_up", lambda: register()),
    "followups.count": ("follow_up", lambda: followups.count()),
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
MODULES = (
    acts,
    calibration,
    coaching,
    data,
    followups,
    learning,
    onsite,
    operating,
    rulebook,
    sampling,
    searching,
    trying,
)
READ = (
    *("report", "onsite.agents", "onsite.roster", "onsite.entries", "followups.items"),
    *("periods.people", "periods.standings", "periods.made_of", "periods.complaints"),
)
"""Those of them that tell of people and calls."""


def of_each(asked: Callable[[str], Any]) -> list[Any]:
    """What is told about each agent of whom anything is told."""
    answers = []
    for agent_id in PEOPLE:
        with suppress(data.Forbidden):
            answers.append(asked(agent_id))
    return answers


def register() -> list[FollowUp]:
    return followups.items(state=None, kind=None, overdue=False, limit=1000)


def scored_calls() -> list[CallRow]:
    return data.page_of(data.Listing(CallFilter(status="scored")), limit=1000)


def undated(team: str | None) -> list[CallRow]:
    rows = data.page_of(data.Listing(), limit=1000)
    return [row for row in rows if row.started_at is None and team in (None, row.team)]


def told(answer: object) -> str:
    return json.dumps(answer, default=repr, ensure_ascii=False)


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("question", [*ASKED, *READ])
def test_no_question_tells_of_others(
    filled: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, question: str
) -> None:
    as_(viewer, monkeypatch)
    if question in ASKED or may(viewer, GUARDED[question][0]):
        asked = ASKED[question] if question in ASKED else GUARDED[question][1]
        assert found(foreign(viewer, filled), told(asked())) == []


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("figure", COUNTED)
def test_a_figure_is_that_of_the_own_calls(
    filled: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, figure: str
) -> None:
    as_(viewer, monkeypatch)
    counted, listed = COUNTED[figure]
    if figure not in GUARDED or may(viewer, GUARDED[figure][0]):
        assert counted() == listed()


def test_there_is_something_to_keep_from_everybody(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    as_(VIEWERS[1], monkeypatch)
    for question in (*ASKED, *READ):
        answer = told(ASKED[question]() if question in ASKED else GUARDED[question][1]())
        kept = [viewer.user for viewer in LIMITED if found(foreign(viewer, filled), answer)]
        assert len(kept) >= len(LIMITED) - 1 or question == "searching.saved", question
    assert len(set(map(str, (data.last_day(), TODAY)))) == 2


def test_every_question_is_in_the_table() -> None:
    public = {
        name if module in (data, acts) else f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name, found in inspect.getmembers(module, inspect.isfunction)
        if found.__module__ == module.__name__ and not name.startswith("_")
    }
    assert public - {*ASKED, *COUNTED, *NO_CALLS, *ACTS, *ON_PEOPLE, *GUARDED} == set()


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("name", GUARDED)
def test_what_only_some_may(filled: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, name: str) -> None:
    action, asked = GUARDED[name]
    if not may(viewer, action):
        as_(viewer, monkeypatch)
        with pytest.raises(data.Forbidden):
            asked()


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("qa_lead", "admin")])
def test_runs_are_for_those_who_operate(filled: str, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    as_(Viewer(role, role, (role,), agent_id="003", teams=(TEAM,)), monkeypatch)
    assert "runs" not in {page.name for page in PAGES if page.needs is None or may(data.viewer(), page.needs)}
    assert data.runs() == data.run_failures(1) == [] and searching.missing() == 0
    as_(VIEWERS[1], monkeypatch)
    assert data.runs() and data.run_failures(1) and searching.missing() == 1


def test_everybody_is_only_for_the_demonstration(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_SIGN_IN", "on")
    with pytest.raises(SignedOut):
        data.everybody()
