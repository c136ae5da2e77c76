"""FreeSWITCH's records to calls, from legs in XML, JSON and CSV."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from qa.importers.freeswitch import import_freeswitch
from qa.importers.rows import EXTENSION, CallLine, Reading

READING = Reading(re.compile(EXTENSION))
T0 = 1773191700  # 2026-03-11 09:15:00 in Shanghai

CALLER = {
    "uuid": "aaaa-1",
    "direction": "inbound",
    "caller_id_number": "13800001234",
    "destination_number": "400",
    "start_epoch": str(T0),
    "answer_epoch": str(T0 + 1),
    "cc_queue": "support@default",
    "cc_agent": "8007@centre.example",
    "cc_queue_joined_epoch": str(T0 + 2),
    "cc_queue_answered_epoch": str(T0 + 40),
    "sip_hangup_disposition": "send_bye",
}
AGENT = {
    "uuid": "bbbb-1",
    "direction": "outbound",
    "originating_leg_uuid": "aaaa-1",
    "destination_number": "8007",
    "start_epoch": str(T0 + 31),
    "progress_uepoch": f"{T0 + 32}500000",
    "answer_uepoch": f"{T0 + 40}000000",
    "sip_hangup_disposition": "recv_bye",
}
CALL = CallLine(
    recording="aaaa-1.wav",
    call_id="aaaa-1",
    agent_id="8007",
    direction="inbound",
    started_at="2026-03-11T09:15:00+08:00",
    ring_seconds="7.5",
    hangup_by="agent",
    caller="13800001234",
    queue="support",
    queue_seconds="38",
)


def xml(leg: dict[str, str]) -> str:
    variables = "".join(f"<{name}>{quote(value)}</{name}>" for name, value in leg.items())
    return f'<?xml version="1.0"?><cdr core-uuid="c"><channel_data/><variables>{variables}</variables></cdr>'


def as_xml(folder: Path, *legs: dict[str, str]) -> Path:
    (folder / "xml_cdr").mkdir()
    for leg in legs:
        (folder / "xml_cdr" / f"{leg['uuid']}.cdr.xml").write_text(xml(leg), encoding="utf-8")
    return folder / "xml_cdr"


def as_json(folder: Path, *legs: dict[str, str]) -> Path:
    path = folder / "legs.json"
    path.write_text("\n".join(json.dumps({"variables": leg}) for leg in legs), encoding="utf-8")
    return path


def as_csv(folder: Path, *legs: dict[str, str]) -> Path:
    names = sorted({name for leg in legs for name in leg})
    rows = [",".join(f'"{leg.get(name, "")}"' for name in names) for leg in legs]
    path = folder / "legs.csv"
    path.write_text("\n".join([",".join(names), *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize("written", [as_xml, as_json, as_csv])
def test_both_legs_of_a_queue_call(tmp_path: Path, written: "type[as_xml]") -> None:
    found = import_freeswitch([written(tmp_path, CALLER, AGENT)], READING)
    assert (found.lines, found.problems) == ((CALL,), ())


@pytest.mark.parametrize(
    ("caller", "agent", "hangup_by"),
    [
        ({"sip_hangup_disposition": "recv_bye"}, {}, "customer"),
        ({}, {}, "agent"),
        ({}, {"sip_hangup_disposition": "send_bye"}, "system"),
        ({"sip_hangup_disposition": ""}, {}, ""),
    ],
)
def test_who_hung_up(tmp_path: Path, caller: dict[str, str], agent: dict[str, str], hangup_by: str) -> None:
    (line,) = import_freeswitch([as_json(tmp_path, CALLER | caller, AGENT | agent)], READING).lines
    assert line.hangup_by == hangup_by


def test_the_callers_leg_alone_does_not_accuse_the_agent(tmp_path: Path) -> None:
    (line,) = import_freeswitch([as_json(tmp_path, CALLER)], READING).lines
    assert (line.ring_seconds, line.hangup_by, line.agent_id) == ("", "", "8007")


@pytest.mark.parametrize(("bridged", "rang"), [(T0 + 18, "18"), (T0 + 60, ""), (None, "")])
def test_ringing_by_the_callers_leg_alone(tmp_path: Path, bridged: int | None, rang: str) -> None:
    leg = {"uuid": "a", "direction": "inbound", "caller_id_number": "138", "destination_number": "8009"}
    times = {"start_epoch": str(T0), "answer_epoch": str(T0 + 18), "bridge_epoch": str(bridged or "")}
    (line,) = import_freeswitch([as_json(tmp_path, leg | times)], READING).lines
    assert (line.ring_seconds, line.agent_id) == (rang, "8009")


def test_a_call_back(tmp_path: Path) -> None:
    legs = (
        {"uuid": "a", "direction": "inbound", "caller_id_number": "8007", "destination_number": "13900001111"},
        {"uuid": "b", "direction": "outbound", "originating_leg_uuid": "a", "destination_number": "13900001111"},
    )
    times = {"start_epoch": str(T0), "answer_epoch": str(T0 + 9), "sip_hangup_disposition": "recv_bye"}
    (line,) = import_freeswitch([as_json(tmp_path, legs[0] | times, legs[1] | times)], READING).lines
    assert (line.direction, line.agent_id, line.caller, line.hangup_by) == ("outbound", "8007", "13900001111", "agent")


def test_the_standard_template_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    rows = (
        '"w","13800001234","8009","public","2026-03-11 09:15:00","2026-03-11 09:15:12","2026-03-11 09:16:00","60","48",'
        '"NORMAL_CLEARING","aaaa-1","bbbb-1","","PCMA","PCMA"',
        '"w","13800001234","8009","public","2026-03-11 09:15:00","","2026-03-11 09:16:00","60","0",'
        '"NO_ANSWER","aaaa-2","","","",""',
        "nonsense",
    )
    path.write_text("\n".join(rows), encoding="utf-8")
    found = import_freeswitch([path], READING)
    (line,) = found.lines
    assert (line.call_id, line.agent_id, line.started_at) == ("aaaa-1", "8009", "2026-03-11T09:15:00+08:00")
    assert (line.ring_seconds, line.hangup_by) == ("", "")
    (problem,) = found.problems
    assert problem.startswith(f"{path}:3: ")


@pytest.mark.parametrize("text", ["<cdr>", "<cdr/>", '<!DOCTYPE x [<!ENTITY a "b">]><cdr><variables/></cdr>'])
def test_a_bad_record_is_one_line_and_the_rest_goes_on(tmp_path: Path, text: str) -> None:
    folder = as_xml(tmp_path, CALLER, AGENT)
    (folder / "bad.cdr.xml").write_text(text, encoding="utf-8")
    found = import_freeswitch([folder], READING)
    assert found.lines == (CALL,)
    (problem,) = found.problems
    assert problem.startswith(f"{folder / 'bad.cdr.xml'}: ") and "\n" not in problem
