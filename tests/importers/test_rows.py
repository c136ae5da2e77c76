"""The calls file that an import writes, which people may have worked on."""

from pathlib import Path

import pytest

from qa.errors import ConfigError
from qa.importers.rows import CallLine, write_calls
from qa.metadata import read_calls

CALL = CallLine("a.wav", "a", agent_id="0042", started_at="2026-03-11T09:15:00+08:00", queue="support")


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    assert write_calls(out, [CALL]) == 1
    (row,) = read_calls(out, pseudonymise=str).rows
    assert row.meta is not None
    assert (row.meta.agent_id, row.meta.extra["queue"], row.meta.ring_seconds) == ("0042", "support", None)


def test_rows_that_are_there_stay_with_what_people_added(tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    out.write_text("\ufeffrecording,agent_id,complaint\na.wav,7,true\n", encoding="utf-8")
    assert write_calls(out, [CALL, CallLine("b.wav", "b")]) == 1
    first, second = read_calls(out, pseudonymise=str).rows
    assert first.meta is not None and (first.meta.agent_id, first.meta.complaint) == ("7", True)
    assert second.meta is not None and (second.meta.call_id, second.meta.complaint) == ("b", None)
    assert write_calls(out, [CALL]) == 0


def test_a_file_that_is_no_calls_file_is_left(tmp_path: Path) -> None:
    out = tmp_path / "letter.csv"
    out.write_text("dear,sir\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="is no calls file"):
        write_calls(out, [CALL])
    assert out.read_text(encoding="utf-8") == "dear,sir\n"
