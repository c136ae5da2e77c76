"""Talks with agents: what was agreed on stays open until it is carried out; costly moments are found by points."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from qa.store import audit
from qa.store.coaching import coach, coachings, settle_action
from qa.store.costs import EntryError
from qa.store.engine import reading, writing
from qa.store.filters import CallFilter
from qa.store.moments import costliest
from tests.review.centre import keep

NOON = datetime(2026, 3, 12, 4, tzinfo=UTC)
DUE = date(2026, 3, 20)


def test_an_agreed_action_is_carried_out_once(store: Engine) -> None:
    with writing(store) as session:
        coach(session=session, agent_id="867", note=" 语速偏快 ", action="听两通范例", due_on=DUE, by="班长", at=NOON)
        coach(session=session, agent_id="867", note="进步明显", by="班长", at=NOON)
    with reading(store) as session:
        later, first = coachings(session=session, agent_id="867")
        assert coachings(session=session, agent_id="003") == []
    assert (first.note, first.action, first.due_on, first.done_at) == ("语速偏快", "听两通范例", DUE, None)
    with writing(store) as session:
        settle_action(session=session, coaching_id=first.id or 0, by="班长", at=NOON)
        for other in (first.id or 0, later.id or 0, 99):
            with pytest.raises(EntryError, match="no such open action"):
                settle_action(session=session, coaching_id=other, by="班长")
    with reading(store) as session:
        assert coachings(session=session, agent_id="867")[1].done_by == "班长"
        told = [entry.action for entry in audit.entries(session=session, subject="agent:867")]
    assert told == ["agreed action done", "coaching", "coaching"]


@pytest.mark.parametrize(
    ("note", "action", "due_on", "said"),
    [(" ", "听范例", None, "what was talked over"), ("语速", " ", DUE, "name the action")],
)
def test_a_talk_about_nothing_is_none(store: Engine, note: str, action: str, due_on: date | None, said: str) -> None:
    with writing(store) as session, pytest.raises(EntryError, match=said):
        coach(session=session, agent_id="867", note=note, action=action, due_on=due_on, by="班长")


def test_costly_moments(store: Engine) -> None:
    keep(store, started_at=NOON)
    keep(store, call_id="c2", agent_id="003")
    with reading(store) as session:
        found = costliest(session=session, where=CallFilter(agent_id="867"), limit=5)
        assert [(m.call_id, m.name, m.points, m.start_s) for m in found] == [("c1", "服务禁语", 10, 1)]
        assert found[0].started_at and found[0].started_at.isoformat() == "2026-03-12T12:00:00+08:00"
        assert len(costliest(session=session, where=CallFilter(), limit=1)) == 1
