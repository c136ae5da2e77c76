"""People in the store: agents and the teams they were in, shifts, duty, absence."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from qa.people.lists import AbsenceRow, AgentRow, DutyRow, ListFile, Row, ShiftRow
from qa.people.shifts import ShiftHours, shift_at
from qa.store import audit
from qa.store.tables import (
    AbsenceRecord,
    AgentRecord,
    DutyRecord,
    MembershipRecord,
    PraiseRecord,
    ShiftRecord,
    TeamRecord,
)

ALWAYS = date(2000, 1, 1)
"""From when an agent is in a team if no list says."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list: rows stored, and a line for each that was not."""

    rows: int
    faults: tuple[str, ...]


def import_list(*, session: Session, file: ListFile, by: str) -> Imported:
    """Stores the rows of a list, in place of what was stored for the same agent and day; safe to repeat."""
    faults = list(file.faults)
    stored = 0
    for number, row in file.rows:
        fault = _store(session, row)
        session.flush()
        if fault:
            faults.append(f"{file.path}: row {number}, {fault}")
        else:
            stored += 1
    audit.record(session=session, by=by, action="import", subject=f"people:{file.path.name}", after={"rows": stored})
    return Imported(stored, tuple(faults))


def team_on(*, session: Session, agent_id: str, day: date) -> str | None:
    """The team that an agent was in on a local day."""
    table = MembershipRecord
    query = (
        select(table.team)
        .where(table.agent_id == agent_id, col(table.from_day) <= day)
        .where(col(table.to_day).is_(None) | (col(table.to_day) >= day))
    )
    return session.exec(query).first()


def teams_on(*, session: Session, day: date) -> dict[str, str]:
    """The team of every agent who was in one on a local day."""
    table = MembershipRecord
    query = (
        select(table.agent_id, table.team)
        .where(col(table.from_day) <= day)
        .where(col(table.to_day).is_(None) | (col(table.to_day) >= day))
    )
    return dict(session.exec(query).all())


def agents_of(*, session: Session, team: str | None = None, day: date) -> list[AgentRecord]:
    """The agents of a team (or all) on a day, by job number; those who had left by then are not among them."""
    query = select(AgentRecord).order_by(AgentRecord.agent_id)
    query = query.where(col(AgentRecord.left_on).is_(None) | (col(AgentRecord.left_on) >= day))
    if team is not None:
        table = MembershipRecord
        members = (
            select(table.agent_id)
            .where(table.team == team, col(table.from_day) <= day)
            .where(col(table.to_day).is_(None) | (col(table.to_day) >= day))
        )
        query = query.where(col(AgentRecord.agent_id).in_(members))
    return list(session.exec(query).all())


def memberships(*, session: Session, agent_id: str) -> list[MembershipRecord]:
    """The teams of an agent, oldest first."""
    query = select(MembershipRecord).where(MembershipRecord.agent_id == agent_id)
    return list(session.exec(query.order_by(col(MembershipRecord.from_day))).all())


def shifts(*, session: Session) -> list[ShiftHours]:
    """The shifts that were imported, by their start."""
    rows = session.exec(select(ShiftRecord).order_by(ShiftRecord.starts)).all()
    return [ShiftHours(r.shift, time.fromisoformat(r.starts), time.fromisoformat(r.ends)) for r in rows]


def on_duty(*, session: Session, at: datetime) -> tuple[str, date, list[str]] | None:
    """The shift that runs at a moment, the day it began on, and who works it; those who are away left out."""
    found = shift_at(shifts(session=session), at)
    if found is None:
        return None
    shift, day = found
    away = select(AbsenceRecord.agent_id).where(
        col(AbsenceRecord.from_day) <= day,
        col(AbsenceRecord.to_day).is_(None) | (col(AbsenceRecord.to_day) >= day),
    )
    query = select(DutyRecord.agent_id).where(
        DutyRecord.day == day, DutyRecord.shift == shift, col(DutyRecord.agent_id).not_in(away)
    )
    return shift, day, sorted(session.exec(query).all())


def praise(
    *, session: Session, agent_id: str, text: str, by: str, call_id: str | None = None, at: datetime | None = None
) -> None:
    """Records praise (表扬) of an agent, for a call or in general."""
    at = at or datetime.now(UTC)
    session.add(PraiseRecord(agent_id=agent_id, call_id=call_id, text=text.strip(), by=by, at=at))
    audit.record(session=session, by=by, action="praise", subject=f"agent:{agent_id}", after={"call": call_id}, at=at)


def praises(*, session: Session, agent_id: str, limit: int = 100) -> list[PraiseRecord]:
    """The praise of an agent, newest first."""
    query = select(PraiseRecord).where(PraiseRecord.agent_id == agent_id).order_by(col(PraiseRecord.id).desc())
    return list(session.exec(query.limit(limit)).all())


def _store(session: Session, row: Row) -> str | None:
    match row:
        case AgentRow():
            return _store_agent(session, row)
        case ShiftRow():
            session.merge(ShiftRecord(shift=row.shift, starts=row.starts, ends=row.ends))
        case DutyRow():
            if fault := _unknown(session, row.agent_id):
                return fault
            if session.get(ShiftRecord, row.shift) is None:
                return f"column shift: no shift {row.shift!r}; import the shifts first"
            session.merge(DutyRecord(agent_id=row.agent_id, day=row.day, shift=row.shift))
        case AbsenceRow():
            if fault := _unknown(session, row.agent_id):
                return fault
            session.merge(AbsenceRecord(agent_id=row.agent_id, from_day=row.from_day, to_day=row.to_day, kind=row.kind))
    return None


def _unknown(session: Session, agent_id: str) -> str | None:
    if session.get(AgentRecord, agent_id) is None:
        return f"column agent_id: no agent {agent_id!r}; import the agents first"
    return None


def _store_agent(session: Session, row: AgentRow) -> str | None:
    session.merge(AgentRecord(agent_id=row.agent_id, name=row.name, joined_on=row.joined_on, left_on=row.left_on))
    if not row.team:
        return None
    session.flush()
    times = memberships(session=session, agent_id=row.agent_id)
    if row.from_day is None and times and times[-1].team == row.team:
        return None
    if row.from_day is None and times:
        return f"column from: {row.agent_id} was in {times[-1].team}; say from which day in {row.team}"
    from_day = row.from_day or row.joined_on or ALWAYS
    session.merge(TeamRecord(team=row.team))
    session.flush()
    session.merge(MembershipRecord(agent_id=row.agent_id, from_day=from_day, to_day=row.to_day, team=row.team))
    session.flush()
    _end_before(session, row.agent_id)
    return None


def _end_before(session: Session, agent_id: str) -> None:
    """An agent is in one team at a time: who joins another leaves the former the day before."""
    times = memberships(session=session, agent_id=agent_id)
    for former, later in pairwise(times):
        last_day = later.from_day - timedelta(days=1)
        if former.to_day is None or former.to_day > last_day:
            former.to_day = last_day
            session.add(former)
