"""Agents, teams, shifts and absence. Days are local days, both ends included; an open end is None."""

from datetime import date

from sqlmodel import Field

from qa.store.tables.base import SQLModel


class AgentRecord(SQLModel, table=True):
    """One agent; `agent_id` is the job number, text."""

    __tablename__ = "agent"

    agent_id: str = Field(primary_key=True)
    name: str
    joined_on: date | None = None
    left_on: date | None = None


class TeamRecord(SQLModel, table=True):
    """One team, by the name that calls.csv gives it."""

    __tablename__ = "team"

    team: str = Field(primary_key=True)


class MembershipRecord(SQLModel, table=True):
    """An agent's time in a team; the times of one agent don't overlap."""

    __tablename__ = "membership"

    agent_id: str = Field(primary_key=True, foreign_key="agent.agent_id", ondelete="CASCADE")
    from_day: date = Field(primary_key=True)
    to_day: date | None = None
    team: str = Field(foreign_key="team.team", index=True)


class ShiftRecord(SQLModel, table=True):
    """A shift (早班, 中班, 夜班): local times `HH:MM`; it runs past midnight where it does not end after it starts."""

    __tablename__ = "shift"

    shift: str = Field(primary_key=True)
    starts: str = Field(max_length=5)
    ends: str = Field(max_length=5)


class DutyRecord(SQLModel, table=True):
    """Who works which shift; `day` is the day on which the shift starts."""

    __tablename__ = "duty"

    agent_id: str = Field(primary_key=True, foreign_key="agent.agent_id", ondelete="CASCADE")
    day: date = Field(primary_key=True, index=True)
    shift: str = Field(primary_key=True, foreign_key="shift.shift")


class AbsenceRecord(SQLModel, table=True):
    """Days on which an agent is away; `kind` is the centre's word (年假, 病假 …)."""

    __tablename__ = "absence"

    agent_id: str = Field(primary_key=True, foreign_key="agent.agent_id", ondelete="CASCADE")
    from_day: date = Field(primary_key=True)
    to_day: date | None = None
    kind: str
