"""Every question and every act of the pages × every role × own, team's and others' calls: nothing leaks."""

import inspect
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlmodel import select

from dashboard import (
    acts,
    calibration,
    coaching,
    data,
    followups,
    learning,
    onsite,
    rulebook,
    sampling,
    searching,
    trying,
)
from dashboard.database import session
from dashboard.pages import PAGES
from dashboard.who import SignedOut
from qa.access import ROLES, Action, Role, Viewer, calls_of, may
from qa.followup.item import FollowUp
from qa.reports.period import period_of
from qa.store.filters import CallFilter
from qa.store.queries import CallRow
from qa.store.search import Sought
from qa.store.tables import AppealRecord, CoachingRecord, FollowUpRecord, OnsiteRecord
from tests.builders import make_meta, make_result
from tests.dashboard.secrets import (
    CALLER,
    FATAL,
    HEAT,
    OWNERS,
    PEOPLE,
    TEAM,
    TELE,
    TODAY,
    foreign,
    found,
    looks_after,
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
MODULES = (acts, calibration, coaching, data, followups, learning, onsite, rulebook, sampling, searching, trying)
READ = ("report", "onsite.agents", "onsite.roster", "onsite.entries", "followups.items")
"""Those of them that tell of people and calls."""


def as_(viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (data, acts, searching):
        monkeypatch.setattr(module, "viewer", lambda: viewer)


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


ACTS: dict[str, Callable[[str], Any]] = {
    "review_act": lambda call_id: acts.review_act({"kind": "note", "call_id": call_id, "seen": 0, "text": "x"}),
    "appeal": lambda call_id: acts.appeal(call_id, ["job-number"], "x"),
    "acknowledge": lambda call_id: acts.acknowledge(call_id),
    "withdraw": lambda call_id: acts.withdraw(call_id, appeal_on(call_id)),
    "escalate": lambda call_id: acts.escalate(call_id, appeal_on(call_id), "x"),
    "answer": lambda call_id: acts.answer(call_id, appeal_on(call_id), [], "x"),
    "followups.take": lambda call_id: followups.take(item_of(call_id)),
    "followups.close": lambda call_id: followups.close(item_of(call_id), "x", dropped=False),
    "followups.reopen": lambda call_id: followups.reopen(item_of(call_id), "x"),
}
"""On a call."""
ON_PEOPLE: dict[str, Callable[[str], Any]] = {
    "onsite.enter": lambda agent_id: onsite.enter(agent_id, TODAY, "onsite-09", None, "x"),
    "onsite.withdraw": lambda agent_id: onsite.withdraw(entry_of(agent_id), "x"),
    "coaching.coach": lambda agent_id: coaching.coach(agent_id, "x", "", None, None),
    "coaching.praise": lambda agent_id: coaching.praise(agent_id, "x", None),
    "coaching.settle": lambda agent_id: coaching.settle(talk_with(agent_id)),
}
NEEDS: dict[str, Action] = {
    "review_act": "review",
    "answer": "rule_on_appeal",
    "followups.take": "follow_up",
    "followups.close": "follow_up",
    "followups.reopen": "follow_up",
    "onsite.enter": "onsite",
    "onsite.withdraw": "onsite",
    "coaching.coach": "lead",
    "coaching.praise": "lead",
    "coaching.settle": "lead",
}


def appeal_on(call_id: str) -> int:
    """The appeal on a call; 0 where there is none."""
    with session() as opened:
        return opened.exec(select(AppealRecord.id).where(AppealRecord.call_id == call_id)).first() or 0


def item_of(call_id: str) -> int:
    """The follow-up item of a call."""
    with session() as opened:
        return opened.exec(select(FollowUpRecord.id).where(FollowUpRecord.call_id == call_id)).one() or 0


def entry_of(agent_id: str) -> int:
    """An on-site entry on an agent."""
    with session() as opened:
        return opened.exec(select(OnsiteRecord.id).where(OnsiteRecord.agent_id == agent_id)).first() or 0


def talk_with(agent_id: str) -> int:
    """A talk with an agent."""
    with session() as opened:
        return opened.exec(select(CoachingRecord.id).where(CoachingRecord.agent_id == agent_id)).first() or 0


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("act", ACTS)
def test_acts(filled: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, act: str) -> None:
    as_(viewer, monkeypatch)
    for call_id, (agent, team) in OWNERS.items():
        if not (may(viewer, NEEDS.get(act, "appeal")) and calls_of(viewer).holds(agent_id=agent, team=team)):
            with pytest.raises(data.Forbidden):
                ACTS[act](call_id)


@pytest.mark.parametrize("viewer", VIEWERS, ids=lambda viewer: viewer.user)
@pytest.mark.parametrize("act", ON_PEOPLE)
def test_acts_on_people(filled: str, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, act: str) -> None:
    as_(viewer, monkeypatch)
    for agent_id in PEOPLE:
        if not (may(viewer, NEEDS[act]) and looks_after(calls_of(viewer), agent_id)):
            with pytest.raises(data.Forbidden):
                ON_PEOPLE[act](agent_id)


def test_a_talk_is_about_a_call_that_one_may_see(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    as_(VIEWERS[3], monkeypatch)
    for write in (lambda: coaching.coach("867", "x", "", None, TELE), lambda: coaching.praise("867", "x", TELE)):
        with pytest.raises(data.Forbidden):
            write()


def test_an_appeal_is_decided_on_its_own_call_by_whose_turn_it_is(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, lead = VIEWERS[6], VIEWERS[3]
    decisions: tuple[tuple[Viewer, Callable[[], Any]], ...] = (
        (agent, lambda: acts.withdraw(TELE, appeal_on(HEAT))),
        (agent, lambda: acts.escalate(TELE, appeal_on(HEAT), "x")),
        (lead, lambda: acts.answer(HEAT, appeal_on(TELE), [], "x")),
        # It has gone on to the QA lead.
        (lead, lambda: acts.answer(HEAT, appeal_on(HEAT), [], "x")),
    )
    for viewer, decide in decisions:
        as_(viewer, monkeypatch)
        with pytest.raises(data.Forbidden):
            decide()


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
