"""Who may see which calls and do what: one place, without a database, for every page, query and route."""

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["inspector", "shift_lead", "agent", "qa_lead", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

SEE_ALL: frozenset[Role] = frozenset({"inspector", "qa_lead", "admin"})

Action = Literal[
    "review",
    "onsite",
    "follow_up",
    "appeal",
    "see_appeals",
    "rule_on_appeal",
    "scorecard",
    "lead",
    "manage_rules",
    "operate",
    "people",
]
ALLOWED: dict[Action, frozenset[Role]] = {
    "review": frozenset({"inspector", "qa_lead", "admin"}),
    "onsite": frozenset({"inspector", "shift_lead", "qa_lead", "admin"}),
    "follow_up": frozenset({"inspector", "shift_lead", "qa_lead", "admin"}),
    "appeal": frozenset({"agent"}),
    "rule_on_appeal": frozenset({"shift_lead", "qa_lead", "admin"}),
    "see_appeals": frozenset({"agent", "shift_lead", "qa_lead", "admin"}),
    "scorecard": frozenset({"agent", "shift_lead", "qa_lead", "admin"}),
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
    roles: tuple[Role, ...]
    agent_id: str | None = None
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """A choice of calls by whose they are: all, or those of one agent together with those of some teams."""

    everything: bool = False
    agent_id: str | None = None
    teams: tuple[str, ...] = ()

    def holds(self, *, agent_id: str | None, team: str | None) -> bool:
        """Whether a call of this agent in this team is in the scope: what the SQL of `store.filters` says."""
        mine = self.agent_id is not None and agent_id == self.agent_id
        return self.everything or mine or (team is not None and team in self.teams)


EVERY_CALL = Scope(everything=True)


def calls_of(viewer: Viewer) -> Scope:
    """The calls that a person may see: an agent the own, a shift lead the team's, the others all."""
    if set(viewer.roles) & SEE_ALL:
        return EVERY_CALL
    return Scope(
        agent_id=viewer.agent_id if "agent" in viewer.roles else None,
        teams=viewer.teams if "shift_lead" in viewer.roles else (),
    )


def may(viewer: Viewer, action: Action) -> bool:
    """Whether one of the person's roles allows the action (on calls within `calls_of`)."""
    return not ALLOWED[action].isdisjoint(viewer.roles)
