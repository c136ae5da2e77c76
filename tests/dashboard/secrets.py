"""A centre in which everything that could leak is about somebody, and what of it a viewer must not see."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, select

from dashboard import data
from qa.access import Scope, Viewer, calls_of
from qa.followup.item import Draft
from qa.followup.order import Order
from qa.store import appeals, coaching, followups, onsite, people, reviews, views
from qa.store.engine import open_store, reading, writing
from qa.store.tables import (
    AgentRecord,
    AppealRecord,
    CallRecord,
    DutyRecord,
    MembershipRecord,
    ShiftRecord,
    SpokenRecord,
    TeamRecord,
)
from tests.dashboard.centre import KEPT, make_centre

TEAM = "早班一组"
HEAT, TELE, BROAD, FATAL = "heat-01", "tele-02", "broad-03", "fatal-05"
OWNERS = {HEAT: ("867", TEAM), TELE: ("003", "早班二组"), BROAD: ("102", "晚班一组"), FATAL: ("003", None)}
PEOPLE = {"867": ("王芳", TEAM), "003": ("李娜", "早班二组"), "102": ("李敏", "晚班一组"), "7555": ("赵六", "晚班一组")}
"""Name and team by job number; the last one has no calls."""
CALLER, SOMEBODY = "someone", "somebody-else"
TODAY = date(2026, 3, 11)
DUE = datetime(2026, 3, 12, tzinfo=UTC)


def mark(subject: str) -> str:
    """Words that are written about a call, a person or a thing, and nowhere else."""
    return f"kept-{subject}"


def note(call_id: str) -> str:
    """What inspectors noted on a call; not for its agent either."""
    return mark(f"note-{call_id}")


def fill(folder: Path) -> str:
    """The small centre with callers, orders, follow-ups, on-site items, notes, appeals and people; returns its URL."""
    url, now = make_centre(folder), datetime.now(UTC)
    with writing(open_store(url)) as session:
        _fill_people(session)
        for call_id, (agent_id, _) in OWNERS.items():
            call = session.get_one(CallRecord, call_id)
            call.caller, call.work_order, call.agent_name = CALLER, f"WO-{call_id}", PEOPLE[str(agent_id)][0]
        session.get_one(CallRecord, FATAL).started_at = DUE
        session.flush()
        orders = [Order(order_id=f"WO-{call_id}", call_id=call_id, address=mark(call_id)) for call_id in OWNERS]
        followups.save_orders(session=session, orders=orders, now=now)
        items = [Draft("complaint", call_id, DUE, said=mark(call_id)) for call_id in OWNERS]
        alone = Draft("no-follow-up", None, DUE, said=mark("order"), order_id="WO-alone")
        followups.add_items(session=session, drafts=[*items, alone], by="scan", now=now)
        for agent_id in PEOPLE:
            for day in (TODAY, data.now().date()):
                onsite.enter_onsite(
                    session=session, agent_id=agent_id, day=day, item="onsite-09", by="x", note=mark(agent_id)
                )
            # The last call of an agent; that of 003 is of no team, so not for the lead.
            about = [call_id for call_id, (owner, _) in OWNERS.items() if owner == agent_id][-1:]
            onsite.confirm_complaint(
                session=session,
                agent_id=agent_id,
                day=TODAY,
                by="x",
                note=mark(agent_id),
                call_id=about[0] if about else None,
            )
            people.praise(session=session, agent_id=agent_id, text=mark(agent_id), by="x")
            coaching.coach(session=session, agent_id=agent_id, note=mark(agent_id), action=mark(agent_id), by="x")
        for call_id, (agent_id, _) in OWNERS.items():
            appeals.reply(session=session, call_id=call_id, agent_id=agent_id, by="x", text=mark(call_id))
        for call_id in (HEAT, TELE, FATAL):
            targets = reviews.review_of(session=session, call_id=call_id).deductions[:1]
            appeals.submit(session=session, call_id=call_id, by="x", targets=targets, reason=mark(call_id), at=KEPT)
        on_heat = session.exec(select(AppealRecord.id).where(AppealRecord.call_id == HEAT)).one()
        appeals.escalate(session=session, appeal_id=on_heat or 0, by="x", reason=mark(HEAT))
        for call_id in (TELE, BROAD):  # the others wait for a person
            reviews.note(session=session, call_id=call_id, seen=0, by="x", text=note(call_id))
        unfound = session.get_one(CallRecord, "text-04").transcript_key
        session.delete(session.exec(select(SpokenRecord).where(SpokenRecord.transcript_key == unfound)).one())
        views.save_view(session=session, user=SOMEBODY, name=mark("search"), asked={})
    return url


def foreign(viewer: Viewer, url: str) -> list[str]:
    """What the viewer must not see: ids, job numbers, names, teams, and what is written about them."""
    scope = calls_of(viewer)
    with reading(open_store(url)) as session:
        calls = session.exec(select(CallRecord.call_id, CallRecord.agent_id, CallRecord.team)).all()
    seen = [call for call in calls if scope.holds(agent_id=call[1], team=call[2])]
    hidden = {call_id for call_id, _, _ in calls} - {call_id for call_id, _, _ in seen}
    people = {agent_id: PEOPLE[agent_id] for agent_id in PEOPLE if not looks_after(scope, agent_id)}
    teams = {team for _, team in PEOPLE.values()} - {team for _, _, team in seen} - set(scope.teams)
    names = {name for name, _ in people.values()}
    things = {mark("search")} if scope.everything else {mark("search"), mark("order"), "WO-alone"}
    marks = [mark(each) for each in (*hidden, *people)] + [note(call_id) for call_id in hidden]
    return [*hidden, *people, *names, *(teams if not scope.everything else ()), *marks, *things]


def looks_after(scope: Scope, agent_id: str) -> bool:
    """Whether an agent is the viewer, or in a team of the viewer's."""
    return scope.holds(agent_id=agent_id, team=PEOPLE[agent_id][1])


def found(secrets: list[str], text: str) -> list[str]:
    """Which of the secrets a text tells; a number before a word is that of a clause, not of a person."""
    return [each for each in secrets if (_number_in(each, text) if each.isdigit() else each in text)]


def _number_in(number: str, text: str) -> bool:
    return re.search(rf"(?<![0-9A-Za-z.-]){number}(?![0-9A-Za-z.-]| \w)", text) is not None


def _fill_people(session: Session) -> None:
    session.add(ShiftRecord(shift="全天", starts="00:00", ends="00:00"))
    session.add_all(TeamRecord(team=team) for team in {team for _, team in PEOPLE.values()})
    session.add_all(AgentRecord(agent_id=agent_id, name=name) for agent_id, (name, _) in PEOPLE.items())
    session.flush()
    for agent_id, (_, team) in PEOPLE.items():
        session.add(MembershipRecord(agent_id=agent_id, from_day=TODAY - timedelta(days=365), team=team))
        session.add(DutyRecord(agent_id=agent_id, day=data.now().date(), shift="全天"))
