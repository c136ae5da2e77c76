"""Every act of the pages × every role × own, team's and others' calls and people: what is not allowed is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from dashboard import (
    acts,
    coaching,
    data,
    followups,
    onsite,
    periods,
)
from dashboard.database import session
from qa.access import Action, Viewer, calls_of, may
from qa.reports.period import period_of
from qa.store.tables import AppealRecord, CoachingRecord, ComplaintRecord, FollowUpRecord, OnsiteRecord
from tests.dashboard.secrets import (
    HEAT,
    OWNERS,
    PEOPLE,
    TELE,
    TODAY,
    looks_after,
)
from tests.dashboard.viewers import VIEWERS, as_

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
    "periods.confirm": lambda agent_id: periods.confirm(agent_id, TODAY, "", "x", 1.0),
    "periods.withdraw": lambda agent_id: periods.withdraw(complaint_on(agent_id), "x"),
    "periods.made_of": lambda agent_id: periods.made_of(agent_id, period_of("month", TODAY)),
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
    "periods.confirm": "lead",
    "periods.withdraw": "lead",
    "periods.made_of": "scorecard",
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


def complaint_on(agent_id: str) -> int:
    """A complaint that was confirmed about an agent."""
    with session() as opened:
        return opened.exec(select(ComplaintRecord.id).where(ComplaintRecord.agent_id == agent_id)).first() or 0


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
