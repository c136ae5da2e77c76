"""Who may see which calls and do what: one place, without a database, for every page, query and route."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["inspector", "shift_lead", "agent", "qa_lead", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Action = Literal["review", "onsite", "appeal", "rule_on_appeal", "search", "lead", "manage_rules", "operate", "people"]
ALLOWED: dict[Action, frozenset[Role]] = {
    "review": frozenset({"inspector", "qa_lead", "admin"}),
    "onsite": frozenset({"inspector", "shift_lead", "qa_lead", "admin"}),
    "appeal": frozenset({"agent"}),
    "rule_on_appeal": frozenset({"shift_lead", "qa_lead", "admin"}),
    "search": frozenset({"inspector", "shift_lead", "qa_lead", "admin"}),
    "lead": frozenset({"shift_lead", "qa_lead", "admin"}),
    "manage_rules": frozenset({"qa_lead", "admin"}),
    "operate": frozenset({"qa_lead", "admin"}),
    "people": frozenset({"admin"}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at the dashboard. `agent_id` is the own job number, `teams` those that a shift lead leads."""

    user: str
    name: str
    role: Role
    agent_id: str | None = None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of calls by whose they are; a field that is None does not narrow it, an empty `teams` leaves none."""

    agent_id: str | None = None
    teams: tuple[str, ...] | None = None

    def holds(self, *, agent_id: str | None, team: str | None) -> bool:
        """Whether a call of this agent in this team is in the scope: what the SQL of `store.filters` says."""
        mine = self.agent_id is None or agent_id == self.agent_id
        ours = self.teams is None or (team is not None and team in self.teams)
        return mine and ours


EVERY_CALL = Scope()
NO_CALL = Scope(teams=())


def calls_of(viewer: Viewer) -> Scope:
    """The calls that a person may see: an agent the own, a shift lead the team's, the others all."""
    if viewer.role == "agent":
        return Scope(agent_id=viewer.agent_id) if viewer.agent_id else NO_CALL
    if viewer.role == "shift_lead":
        return Scope(teams=viewer.teams)
    return EVERY_CALL


def may(viewer: Viewer, action: Action) -> bool:
    """Whether the person's role allows the action (on calls within `calls_of`)."""
    return viewer.role in ALLOWED[action]
