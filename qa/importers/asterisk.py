"""Asterisk: call detail records (cdr_csv, cdr_custom, or a table's export with a header) and queue_log.

Fields and events as docs.asterisk.org has them (Call Detail Records; Queue Logs). A CDR does not tell how long an
agent's telephone rang behind a queue, nor who hung up: that is in queue_log.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qa.errors import ConfigError
from qa.importers.rows import CallLine, Imported, Reading, seconds

_PLAIN = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start"),
    *("answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield"),
)
_CUSTOM = (*_PLAIN[4:5], *_PLAIN[1:4], *_PLAIN[5:16], "accountcode", "uniqueid", "userfield")
_ENDS = {"COMPLETEAGENT": "agent", "COMPLETECALLER": "customer"}
_DISPOSITIONS = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION")


@dataclass(frozen=True, slots=True)
class Queued:
    """What queue_log tells of a call: the agent who took it, seconds of waiting and ringing, who ended it."""

    queue: str = ""
    agent: str = ""
    waited_s: float | None = None
    rang_s: float | None = None
    ended_by: str = ""


def import_asterisk(files: Iterable[Path], queue_logs: Iterable[Path], reading: Reading) -> Imported:
    """The answered calls of CDR files, one a unique id. Raises ConfigError for a file that is none."""
    queued = _queued(queue_logs)
    records: dict[str, dict[str, str]] = {}
    problems: list[str] = []
    for path in files:
        for where, record in _records(path):
            if isinstance(record, str):
                problems.append(f"{where}: {record}")
            elif record["disposition"] == "ANSWERED":
                first = records.setdefault(record["uniqueid"], record)
                if not first["dstchannel"]:
                    records[record["uniqueid"]] = record
    lines = [_line(record, queued.get(record["uniqueid"]), reading) for record in records.values()]
    return Imported(tuple(sorted(lines, key=lambda line: line.started_at)), tuple(problems))


def extension_of(channel: str) -> str:
    """The number in a channel or queue member: 8007 of SIP/8007-0000001a, PJSIP/8007, Agent/8007, Local/8007@x-1;2."""
    return re.split(r"[-@;]", channel.partition("/")[2] or channel)[0]


def _line(record: Mapping[str, str], queued: Queued | None, reading: Reading) -> CallLine:
    start, answer = reading.moment(record["start"]), reading.moment(record["answer"])
    calling = extension_of(record["channel"])
    outbound = queued is None and reading.inside(calling) and not reading.inside(record["dst"])
    return CallLine(
        recording=reading.name(record, ("recordingfile", "userfield"), "{uniqueid}.wav"),
        call_id=record["uniqueid"],
        agent_id=calling if outbound else extension_of((queued and queued.agent) or record["dstchannel"]),
        direction="outbound" if outbound else "inbound",
        started_at=start.isoformat() if start else "",
        ring_seconds=seconds(queued.rang_s if queued else _rang_s(record, start, answer)),
        hangup_by=queued.ended_by if queued else _hangup_by(record, outbound),
        caller=record["dst"] if outbound else record["src"],
        queue=queued.queue if queued else "",
        queue_seconds=seconds(queued.waited_s) if queued else "",
    )


def _rang_s(record: Mapping[str, str], start: datetime | None, answer: datetime | None) -> float | None:
    """From the start to the answer where the call went straight to a telephone.

    Behind a queue that would be waiting time; and where both fall together a menu had answered before.
    """
    if record["lastapp"] != "Dial" or start is None or answer is None:
        return None
    return (answer - start).total_seconds() or None


def _hangup_by(record: Mapping[str, str], outbound: bool) -> str:
    """Who hung up, where the CDR was made to carry CHANNEL(hangupsource)."""
    source = record.get("hangupsource", "")
    if not source or source not in (record["channel"], record["dstchannel"]):
        return ""
    return "agent" if (source == record["channel"]) == outbound else "customer"


def _records(path: Path) -> Iterator[tuple[str, dict[str, str] | str]]:
    names: tuple[str, ...] | None = None
    for number, cells in _rows(path):
        where = f"{path}:{number}"
        if names is None and "disposition" in cells:
            names = tuple("start" if name in ("calldate", "start") else name for name in cells)
            continue
        order = names or _order_of(cells)
        record = dict.fromkeys(_PLAIN, "") | dict(zip(order, cells, strict=False)) if order else {}
        if not record:
            yield where, "is no call detail record; give a Master.csv, or an export whose first row names its columns"
        elif not record["uniqueid"]:
            yield where, "has no unique id; set loguniqueid=yes in cdr.conf"
        else:
            yield where, record


def _order_of(cells: list[str]) -> tuple[str, ...] | None:
    for order in (_PLAIN, _CUSTOM):
        place = order.index("disposition")
        if len(cells) > place and cells[place] in _DISPOSITIONS:
            return order
    return None


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.reader(file)
            for cells in reader:
                if cells:
                    yield reader.line_num, [cell.strip() for cell in cells]
    except (OSError, csv.Error) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); check the file") from None


def _queued(queue_logs: Iterable[Path]) -> dict[str, Queued]:
    """By unique id; a call that was taken twice (a transfer) is that of the agent who took it first."""
    found: dict[str, Queued] = {}
    for path in queue_logs:
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror}); check --queue-log") from None
        for fields in (line.split("|") for line in text.splitlines()):
            if len(fields) < 5:
                continue
            _, call_id, queue, agent, event, *data = fields
            if event == "CONNECT" and call_id not in found:
                rang = data[2] if len(data) > 2 else ""
                found[call_id] = Queued(queue, agent, _number(data[0] if data else ""), _number(rang))
            elif event in _ENDS and call_id in found and found[call_id].agent == agent:
                taken = found[call_id]
                found[call_id] = Queued(taken.queue, agent, taken.waited_s, taken.rang_s, _ENDS[event])
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
