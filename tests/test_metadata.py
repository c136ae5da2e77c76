"""calls.csv: every field, every fault, and that a bad row stops nobody else."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from qa.call import CallMeta
from qa.errors import ConfigError
from qa.metadata import CallsFile, meta_from_name, meta_sha256, read_calls

FULL = {
    "recording": "a/c1.wav",
    "call_id": "call-1",
    "agent_id": "003",
    "agent_name": "陈晓",
    "team": "一组",
    "shift": "早班",
    "ruleset": "heating",
    "direction": "outbound",
    "started_at": "2026-03-11T09:15:00",
    "ring_seconds": "6.5",
    "hangup_by": "customer",
    "complaint": "true",
    "dissatisfied": "false",
    "nuisance": "TRUE",
    "caller": "13800000000",
    "work_order": "W1",
    "channels": "agent-right",
    "地区": "东城",
}


def read(path: Path) -> CallsFile:
    return read_calls(path, pseudonymise=lambda caller: caller[::-1])


def write(folder: Path, *rows: dict[str, str], encoding: str = "utf-8", name: str = "calls.csv") -> Path:
    header = list(dict.fromkeys(column for row in rows for column in row))
    lines = [",".join(header), *(",".join(row.get(column, "") for column in header) for row in rows)]
    path = folder / name
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_full_row(tmp_path: Path, encoding: str) -> None:
    calls = read(write(tmp_path, FULL, encoding=encoding))
    assert [row.meta for row in calls.rows] == [
        CallMeta(
            call_id="call-1",
            recording="a/c1.wav",
            agent_id="003",
            agent_name="陈晓",
            team="一组",
            shift="早班",
            ruleset="heating",
            direction="outbound",
            started_at=datetime.fromisoformat("2026-03-11T09:15:00+08:00"),
            ring_seconds=6.5,
            hangup_by="customer",
            complaint=True,
            dissatisfied=False,
            nuisance=True,
            caller="00000000831",
            work_order="W1",
            channels="agent-right",
            extra={"地区": "东城"},
        )
    ]
    assert [("GBK" in note) for note in calls.notes] == ([True] if encoding == "gb18030" else [])


def test_jsonl_gives_the_same_as_csv(tmp_path: Path) -> None:
    fields = FULL | {"ring_seconds": 6.5, "complaint": True, "dissatisfied": False, "nuisance": True}
    path = tmp_path / "calls.jsonl"
    path.write_text("\n" + json.dumps(fields, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read(path).rows[0].meta == read(write(tmp_path, FULL)).rows[0].meta


def test_empty_cells_are_unknown(tmp_path: Path) -> None:
    meta = read(write(tmp_path, {"recording": "b.wav", "call_id": "", "direction": "", "complaint": " "})).rows[0].meta
    assert meta == CallMeta(call_id="b", recording="b.wav")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-03-11T09:15:00", "2026-03-11T01:15:00+00:00"),
        ("2026-03-11 09:15", "2026-03-11T01:15:00+00:00"),
        ("2026-03-11T09:15:00+08:00", "2026-03-11T01:15:00+00:00"),
        ("2026-03-11T01:15:00Z", "2026-03-11T01:15:00+00:00"),
        ("2026-03-10T20:15:00-05:00", "2026-03-11T01:15:00+00:00"),
    ],
)
def test_times(tmp_path: Path, written: str, utc: str) -> None:
    meta = read(write(tmp_path, {"recording": "a.wav", "started_at": written})).rows[0].meta
    assert meta is not None and meta.started_at == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("direction", "in"),
        ("started_at", "2026-13-01T00:00:00"),
        ("started_at", "2026/3/11 9:15"),
        ("ring_seconds", "-1"),
        ("ring_seconds", "six"),
        ("ring_seconds", "nan"),
        ("hangup_by", "nobody"),
        ("complaint", "yes"),
        ("dissatisfied", "1"),
        ("channels", "left"),
        ("recording", ""),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_on(tmp_path: Path, column: str, value: str) -> None:
    good = {"recording": "a.wav"}
    calls = read(
        write(tmp_path, good, {"recording": "b.wav"} | {column: value} | {"team": "x"}, {"recording": "c.wav"})
    )
    assert [row.error is None for row in calls.rows] == [True, False, True]
    bad = calls.rows[1]
    assert bad.meta is None and bad.error is not None
    assert "row 3" in bad.error and f"column {column}" in bad.error and str(calls.path) in bad.error


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"recording": "a.wav", "call_id": "c1"}, {"recording": "b.wav", "call_id": "c1"}, "call_id 'c1'"),
        ({"recording": "x/a.wav"}, {"recording": "y/a.wav"}, "call_id 'a'"),
        ({"recording": "a.wav", "call_id": "1"}, {"recording": "a.wav", "call_id": "2"}, "recording 'a.wav'"),
    ],
)
def test_a_repeated_id_or_recording(tmp_path: Path, first: dict[str, str], second: dict[str, str], said: str) -> None:
    rows = read(write(tmp_path, first, second)).rows
    assert rows[0].error is None
    assert rows[1].error is not None and said in rows[1].error and "row 2" in rows[1].error


def test_a_row_with_too_many_cells(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("recording,team\na.wav,一组,extra\nb.wav,二组\n", encoding="utf-8")
    rows = read(path).rows
    assert [row.error is None for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column 'recording'"),
        (b"file,team\na.wav,x\n", "no column 'recording'"),
        (b"recording;team\na.wav;x\n", "no column 'recording'"),
        (b"recording,team,team\na.wav,x,y\n", "appears twice"),
        ("recording,team\na.wav,一\n".encode("utf-16"), "neither UTF-8 nor GBK"),
        (b"\xff\xfe\xff recording", "neither UTF-8 nor GBK"),
    ],
)
def test_a_file_that_is_no_calls_file(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read(tmp_path / "none.csv")


def test_bad_jsonl_lines(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text('{"recording": "a.wav"}\nnonsense\n[1]\n{"recording": "b.wav", "agent_id": 7}\n')
    rows = read(path).rows
    assert [row.error is None for row in rows] == [True, False, False, True]
    assert rows[3].meta is not None and rows[3].meta.agent_id == "7"


def test_without_a_row_the_file_name_is_the_call() -> None:
    assert meta_from_name("2026/c9.v1.wav") == CallMeta(call_id="c9.v1", recording="2026/c9.v1.wav")


def test_any_corrected_field_changes_the_hash(tmp_path: Path) -> None:
    rows = [FULL] + [
        FULL | {column: value}
        for column, value in {"agent_id": "3", "complaint": "false", "地区": "西城", "caller": "1", "team": ""}.items()
    ]
    hashes = set()
    for row in rows:
        meta = read(write(tmp_path, row)).rows[0].meta
        assert meta is not None
        hashes.add(meta_sha256(meta))
    assert len(hashes) == len(rows)
