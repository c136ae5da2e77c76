"""Who may see which calls."""

import pytest

from qa.access import ALLOWED, ROLES, Viewer, calls_of, may

TEAM, OTHER = "early", "late"
VIEWERS = {
    "inspector": Viewer("i", "I", ("inspector",)),
    "shift_lead": Viewer("s", "S", ("shift_lead",), teams=(TEAM,)),
    "agent": Viewer("a", "A", ("agent",), agent_id="003"),
    "qa_lead": Viewer("q", "Q", ("qa_lead",)),
    "admin": Viewer("x", "X", ("admin",)),
    "agent without a number": Viewer("n", "N", ("agent",)),
    "lead without a team": Viewer("l", "L", ("shift_lead",)),
    "lead who takes calls": Viewer("t", "T", ("agent", "shift_lead"), agent_id="102", teams=(TEAM,)),
}


@pytest.mark.parametrize(
    ("who", "own", "colleague", "other_team", "nobodys"),
    [
        ("inspector", True, True, True, True),
        ("shift_lead", True, True, False, False),
        ("agent", True, False, False, False),
        ("qa_lead", True, True, True, True),
        ("admin", True, True, True, True),
        ("agent without a number", False, False, False, False),
        ("lead without a team", False, False, False, False),
        ("lead who takes calls", True, True, True, False),
    ],
)
def test_calls_of(who: str, own: bool, colleague: bool, other_team: bool, nobodys: bool) -> None:
    scope = calls_of(VIEWERS[who])
    assert scope.holds(agent_id="003", team=TEAM) is own
    assert scope.holds(agent_id="867", team=TEAM) is colleague
    assert scope.holds(agent_id="102", team=OTHER) is other_team
    assert scope.holds(agent_id=None, team=None) is nobodys


def test_an_agent_may_see_the_own_and_appeal() -> None:
    assert {action for action in ALLOWED if may(VIEWERS["agent"], action)} == {"appeal", "see_appeals", "scorecard"}


def test_every_allowed_role_is_one() -> None:
    assert {role for roles in ALLOWED.values() for role in roles} == set(ROLES)
