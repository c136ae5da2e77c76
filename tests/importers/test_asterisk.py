"""Asterisk's records to calls: who took it, how long it rang without the queue, who hung up."""

import re
from pathlib import Path

import pytest

from qa.errors import ConfigError
from qa.importers.asterisk import extension_of, import_asterisk
from qa.importers.rows import EXTENSION, CallLine, Imported, Reading

READING = Reading(re.compile(EXTENSION))

QUEUE_CALL = (
    '"","13800001234","400","from-pstn","""王先生"" <13800001234>","PJSIP/trunk-00000011","PJSIP/8007-00000013",'
    '"Queue","support,t,,,60","2026-03-11 09:15:00","2026-03-11 09:15:02","2026-03-11 09:20:02",302,300,'
    '"ANSWERED","DOCUMENTATION","1773191700.17",""'
)
RANG_IN_VAIN = QUEUE_CALL.replace("8007-00000013", "8008-00000012").replace("ANSWERED", "NO ANSWER")
DIRECT_CALL = (
    '"","13800005678","8009","from-pstn","13800005678","SIP/trunk-0000002a","SIP/8009-0000002b","Dial",'
    '"SIP/8009,30","2026-03-11 10:00:00","2026-03-11 10:00:18","2026-03-11 10:01:18",78,60,"ANSWERED",'
    '"DOCUMENTATION","1773194400.42","direct.wav"'
)
CALL_BACK = (
    '"","8007","13900001111","from-internal","8007","PJSIP/8007-0000004c","PJSIP/trunk-0000004d","Dial",'
    '"PJSIP/13900001111@trunk","2026-03-11 11:00:00","2026-03-11 11:00:07","2026-03-11 11:02:00",120,113,"ANSWERED",'
    '"DOCUMENTATION","1773198000.76",""'
)
QUEUE_LOG = """\
1773191700|NONE|NONE|NONE|QUEUESTART|
1773191702|1773191700.17|support|NONE|ENTERQUEUE||13800001234|1
1773191712|1773191700.17|support|PJSIP/8008|RINGNOANSWER|10000
1773191740|1773191700.17|support|PJSIP/8007|CONNECT|38|1773191732.19|8
1773192002|1773191700.17|support|PJSIP/8007|{event}|38|262|1
"""


def imported(folder: Path, *records: str, queue_log: str | None = None, reading: Reading = READING) -> Imported:
    cdr = folder / "Master.csv"
    cdr.write_text("\n".join(records) + "\n", encoding="utf-8")
    logs = []
    if queue_log is not None:
        logs.append(folder / "queue_log")
        logs[0].write_text(queue_log, encoding="utf-8")
    return import_asterisk([cdr], logs, reading)


@pytest.mark.parametrize(
    ("event", "hangup_by"), [("COMPLETEAGENT", "agent"), ("COMPLETECALLER", "customer"), ("BLINDTRANSFER", "")]
)
def test_a_queue_call_rings_without_its_waiting(tmp_path: Path, event: str, hangup_by: str) -> None:
    found = imported(tmp_path, RANG_IN_VAIN, QUEUE_CALL, queue_log=QUEUE_LOG.format(event=event))
    assert found == Imported(
        (
            CallLine(
                recording="1773191700.17.wav",
                call_id="1773191700.17",
                agent_id="8007",
                direction="inbound",
                started_at="2026-03-11T09:15:00+08:00",
                ring_seconds="8",
                hangup_by=hangup_by,
                caller="13800001234",
                queue="support",
                queue_seconds="38",
            ),
        ),
        (),
    )


def test_without_queue_log_a_queue_call_tells_neither(tmp_path: Path) -> None:
    (line,) = imported(tmp_path, QUEUE_CALL).lines
    assert (line.agent_id, line.ring_seconds, line.hangup_by) == ("8007", "", "")


def test_a_direct_call_and_a_call_back(tmp_path: Path) -> None:
    direct, back = imported(tmp_path, CALL_BACK, DIRECT_CALL).lines
    assert (direct.recording, direct.agent_id, direct.direction) == ("direct.wav", "8009", "inbound")
    assert (direct.ring_seconds, direct.caller) == ("18", "13800005678")
    assert (back.direction, back.agent_id, back.caller) == ("outbound", "8007", "13900001111")


def test_a_menu_that_answers_first_hides_the_ringing(tmp_path: Path) -> None:
    (line,) = imported(tmp_path, DIRECT_CALL.replace("10:00:18", "10:00:00")).lines
    assert line.ring_seconds == ""


def test_a_table_with_a_header_and_who_hung_up(tmp_path: Path) -> None:
    header = "calldate,src,dst,channel,dstchannel,lastapp,answer,disposition,uniqueid,recordingfile,hangupsource"
    row = "2026-03-11 10:00:00,138,8009,SIP/t-1,SIP/8009-2,Dial,2026-03-11 10:00:18,ANSWERED,1.42,2026/03/q-1.wav,{}"
    lines = imported(tmp_path, header, row.format("SIP/8009-2"), row.replace("1.42", "1.43").format("SIP/t-1")).lines
    assert {(line.recording, line.hangup_by, line.ring_seconds) for line in lines} == {
        ("q-1.wav", "agent", "18"),
        ("q-1.wav", "customer", "18"),
    }


def test_cdr_custom_puts_the_caller_id_first(tmp_path: Path) -> None:
    custom = DIRECT_CALL.removeprefix('"",').replace('"from-pstn","13800005678"', '"from-pstn"')
    custom = '"13800005678",' + custom.replace('"1773194400.42"', '"acc","1773194400.42"')
    (line,) = imported(tmp_path, custom).lines
    assert (line.call_id, line.caller, line.ring_seconds) == ("1773194400.42", "13800005678", "18")


def test_times_in_utc_and_a_template(tmp_path: Path) -> None:
    reading = Reading(re.compile(EXTENSION), "{src}-{uniqueid}.mp3", utc=True)
    (line,) = imported(tmp_path, DIRECT_CALL, reading=reading).lines
    assert (line.started_at, line.recording) == ("2026-03-11T18:00:00+08:00", "13800005678-1773194400.42.mp3")
    with pytest.raises(ConfigError, match="nonsense"):
        imported(tmp_path, DIRECT_CALL, reading=Reading(re.compile(EXTENSION), "{nonsense}.wav"))


def test_a_bad_record_is_one_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    found = imported(tmp_path, "nonsense,1", DIRECT_CALL.replace("1773194400.42", ""), QUEUE_CALL)
    assert [line.call_id for line in found.lines] == ["1773191700.17"]
    assert [problem.split(": ")[0] for problem in found.problems] == [f"{tmp_path / 'Master.csv'}:{n}" for n in (1, 2)]


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("SIP/8007-0000001a", "8007"),
        ("PJSIP/8007", "8007"),
        ("Local/8007@from-queue-00000001;2", "8007"),
        ("Agent/0042", "0042"),
        ("王芳", "王芳"),
        ("", ""),
    ],
)
def test_extension_of(channel: str, expected: str) -> None:
    assert extension_of(channel) == expected
