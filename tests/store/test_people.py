"""Agents change teams, work shifts past midnight, are away; lists can be imported again and again."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from qa.call import LOCAL
from qa.people.lists import read_list
from qa.store.engine import reading, writing
from qa.store.people import Imported, agents_of, import_list, memberships, on_duty, praise, praises, team_on

AGENTS = """agent_id,name,team,from,to,left_on
003,王芳,一组,2026-01-01,,
867,李娜,一组,2026-01-01,,
867,李娜,二组,2026-03-10,,
901,赵敏,二组,2026-01-01,,2026-02-28
"""
SHIFTS = "shift,starts,ends\n早班,08:00,16:00\n夜班,22:00,06:00\n"
DUTY = "agent_id,day,shift\n003,2026-03-11,夜班\n867,2026-03-11,夜班\n003,2026-03-12,晚班\n"
ABSENCE = "agent_id,from,to,kind\n867,2026-03-11,2026-03-12,病假\n999,2026-03-01,,年假\n"


def take(store: Engine, folder: Path, text: str) -> Imported:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    with writing(store) as session:
        return import_list(session=session, file=read_list(path), by="admin")


@pytest.mark.parametrize(
    ("agent", "day", "team"),
    [
        ("867", date(2025, 12, 31), None),
        ("867", date(2026, 3, 9), "一组"),
        ("867", date(2026, 3, 10), "二组"),
        ("003", date(2027, 1, 1), "一组"),
    ],
)
def test_an_agents_team_on_a_day(store: Engine, tmp_path: Path, agent: str, day: date, team: str | None) -> None:
    take(store, tmp_path, AGENTS)
    with reading(store) as session:
        assert team_on(session=session, agent_id=agent, day=day) == team


def test_importing_again_changes_nothing(store: Engine, tmp_path: Path) -> None:
    for _ in range(2):
        assert take(store, tmp_path, AGENTS) == Imported(4, ())
    assert take(store, tmp_path, "agent_id,name,team\n867,李娜,二组\n") == Imported(1, ())
    with reading(store) as session:
        times = [(m.team, m.from_day, m.to_day) for m in memberships(session=session, agent_id="867")]
        march = [a.agent_id for a in agents_of(session=session, day=date(2026, 3, 11))]
        second = [a.agent_id for a in agents_of(session=session, team="二组", day=date(2026, 3, 11))]
    assert times == [("一组", date(2026, 1, 1), date(2026, 3, 9)), ("二组", date(2026, 3, 10), None)]
    assert (march, second) == (["003", "867"], ["867"])


def test_a_change_of_team_needs_its_day(store: Engine, tmp_path: Path) -> None:
    take(store, tmp_path, AGENTS)
    done = take(store, tmp_path, "agent_id,name,team\n003,王芳,二组\n")
    assert done.rows == 0 and "row 2, column from: 003 was in 一组" in done.faults[0]


def test_who_is_on_duty_past_midnight(store: Engine, tmp_path: Path) -> None:
    take(store, tmp_path, AGENTS)
    assert "column agent_id: no agent '999'" in take(store, tmp_path, ABSENCE).faults[0]
    assert take(store, tmp_path, SHIFTS) == Imported(2, ())
    done = take(store, tmp_path, DUTY)
    assert done.rows == 2 and "row 4, column shift: no shift '晚班'" in done.faults[0]
    with reading(store) as session:
        night = on_duty(session=session, at=datetime(2026, 3, 12, 3, tzinfo=LOCAL))
        assert on_duty(session=session, at=datetime(2026, 3, 12, 7, tzinfo=LOCAL)) is None
    assert night == ("夜班", date(2026, 3, 11), ["003"])


def test_praise_is_recorded_as_well_as_fault(store: Engine) -> None:
    with writing(store) as session:
        praise(session=session, agent_id="867", text="耐心", by="班长")
    with reading(store) as session:
        assert [(p.text, p.by) for p in praises(session=session, agent_id="867")] == [("耐心", "班长")]
