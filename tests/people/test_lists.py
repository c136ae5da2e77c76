"""Lists of people from CSV: what each row means, and one line for every bad one."""

from pathlib import Path

import pytest

from qa.errors import ConfigError
from qa.people.lists import AbsenceRow, AgentRow, DutyRow, ShiftRow, read_list

AGENTS = "﻿agent_id,name,team,from,to,joined_on,left_on\n003,王芳,一组,2026-01-01,,2025-12-01,\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "list.csv"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (AGENTS, AgentRow),
        ("agent_id,name\n003,王芳\n", AgentRow),
        ("shift,starts,ends\n夜班,00:00,08:00\n", ShiftRow),
        ("agent_id,day,shift\n003,2026-03-01,夜班\n", DutyRow),
        ("agent_id,from,to,kind\n003,2026-03-01,2026-03-03,年假\n", AbsenceRow),
    ],
)
def test_the_columns_tell_what_is_listed(tmp_path: Path, text: str, kind: type) -> None:
    read = read_list(write(tmp_path, text))
    [(number, row)] = read.rows
    assert (number, type(row), read.faults) == (2, kind, ())
    assert getattr(row, "agent_id", "003") == "003"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",王芳,一组,,,,", "row 3, column agent_id"),
        ("004,,一组,,,,", "row 3, column name"),
        ("004,李,一组,2026-13-01,,,", "row 3, column from"),
        ("004,李,一组,2026-02-01,2026-01-01,,", "to 2026-01-01 is before from 2026-02-01"),
    ],
)
def test_a_bad_row_fails_alone(tmp_path: Path, row: str, said: str) -> None:
    read = read_list(write(tmp_path, AGENTS + row + "\n005,赵,二组,,,,\n"))
    assert [r.agent_id for _, r in read.rows if isinstance(r, AgentRow)] == ["003", "005"]
    [fault] = read.faults
    assert said in fault and fault.startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "said"), [(b"a,b\n1,2\n", "no list of people"), (b"\xff\xfe\x00", "not UTF-8"), (b"", "no list")]
)
def test_a_file_that_lists_nobody(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_list(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_list(tmp_path / "none.csv")
