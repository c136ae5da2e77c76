"""FreeSWITCH: call detail records of mod_xml_cdr, mod_json_cdr and mod_cdr_csv.

Variables as developer.signalwire.com has them (CDR; Channel Variables). A record is of one leg: the caller's (a) or the
agent's (b). How long the agent's telephone rang, and that the agent hung up, is in the b leg's: both must be logged.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from qa.errors import ConfigError
from qa.importers.rows import CallLine, Imported, Reading, local, seconds

_EXAMPLE = (
    *("caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp"),
    *("end_stamp", "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec"),
)
"""The columns of the template `example`, which a new installation uses; further ones follow."""
_OWN_RECORDING = ("record_filename", "cc_record_filename", "recording_file", "record_file", "sofia_record_file")
_OTHER_LEG = ("bleg_uuid", "bridge_uuid", "last_bridge_to", "signal_bond", "originating_leg_uuid", "other_leg_uuid")
_LEFT = "recv_bye"
"""`sip_hangup_disposition` of a leg whose own party hung up."""

Leg = Mapping[str, str]


def import_freeswitch(files: Iterable[Path], reading: Reading) -> Imported:
    """The answered calls of CDR files or folders of them, one an a leg. Raises ConfigError for what cannot be read."""
    legs: dict[str, Leg] = {}
    problems: list[str] = []
    for path in files:
        for where, leg in _legs_under(path):
            if isinstance(leg, str):
                problems.append(f"{where}: {leg}")
            elif leg.get("uuid"):
                legs[leg["uuid"]] = leg
            else:
                problems.append(f"{where}: names no uuid; log the variable")
    lines = [_line(leg, _other(leg, legs), reading) for leg in legs.values() if _is_call(leg)]
    return Imported(tuple(sorted(lines, key=lambda line: line.started_at)), tuple(problems))


def _is_call(leg: Leg) -> bool:
    """Whether the leg is the caller's, and was answered."""
    answered = leg.get("answer_stamp") or _epoch(leg, "answer")
    return bool(answered) and leg.get("direction", "inbound") == "inbound" and not leg.get("originating_leg_uuid")


def _other(leg: Leg, legs: Mapping[str, Leg]) -> Leg | None:
    """The leg that was bridged to this one: named by it, or naming it; the one that was answered."""
    named = [legs[leg[key]] for key in _OTHER_LEG if leg.get(key) in legs]
    naming = (other for other in legs.values() if any(other.get(key) == leg["uuid"] for key in _OTHER_LEG))
    found = [other for other in (*named, *naming) if other is not leg]
    return next((other for other in found if _epoch(other, "answer") or other.get("answer_stamp")), None)


def _line(leg: Leg, other: Leg | None, reading: Reading) -> CallLine:
    caller, called = leg.get("caller_id_number", ""), leg.get("destination_number", "")
    outbound = reading.inside(caller) and not reading.inside(called) and not leg.get("cc_queue")
    started = _at(leg, "start", reading)
    return CallLine(
        recording=reading.name(leg, _OWN_RECORDING, "{uuid}.wav"),
        call_id=leg["uuid"],
        agent_id=caller if outbound else _agent(leg, other, reading),
        direction="outbound" if outbound else "inbound",
        started_at=local(started) if started else "",
        ring_seconds=seconds(_rang_s(leg, other, reading)),
        hangup_by=_hangup_by(leg, other, outbound),
        caller=called if outbound else caller,
        queue=leg.get("cc_queue", "").partition("@")[0],
        queue_seconds=seconds(_waited_s(leg)),
    )


def _agent(leg: Leg, other: Leg | None, reading: Reading) -> str:
    if named := leg.get("cc_agent", "").partition("@")[0]:
        return named
    candidates = (
        (other or {}).get("destination_number", ""),
        (other or {}).get("dialed_user", ""),
        leg.get("dialed_user", ""),
        leg.get("callee_id_number", ""),
        leg.get("last_sent_callee_id_number", ""),
        leg.get("destination_number", ""),
    )
    return next((number for number in candidates if reading.inside(number)), "")


def _rang_s(leg: Leg, other: Leg | None, reading: Reading) -> float | None:
    """From the ringing of the agent's telephone to the answer, by the agent's leg.

    Without that leg only where the caller was answered and bridged at once: no queue or menu had answered before.
    """
    if other is not None:
        answered = _at(other, "answer", reading)
        began = _at(other, "progress", reading) or _at(other, "progress_media", reading) or _at(other, "start", reading)
        return answered - began if answered and began else None
    started, answered, bridged = (_at(leg, kind, reading) for kind in ("start", "answer", "bridge"))
    if leg.get("cc_queue") or not (started and answered and bridged) or bridged - answered > 1.0:
        return None
    return answered - started


def _waited_s(leg: Leg) -> float | None:
    joined, taken = _number(leg.get("cc_queue_joined_epoch")), _number(leg.get("cc_queue_answered_epoch"))
    return taken - joined if joined and taken else None


def _hangup_by(leg: Leg, other: Leg | None, outbound: bool) -> str:
    """Who hung up. That the switch ended the caller's leg alone does not tell: it may have ended both by itself."""
    if leg.get("sip_hangup_disposition") == _LEFT:
        return "agent" if outbound else "customer"
    if other is None or not leg.get("sip_hangup_disposition"):
        return ""
    if other.get("sip_hangup_disposition") == _LEFT:
        return "customer" if outbound else "agent"
    return "system" if other.get("sip_hangup_disposition") == "send_bye" else ""


def _at(leg: Leg, kind: str, reading: Reading) -> float | None:
    known = _epoch(leg, kind)
    stamp = None if known else reading.moment(leg.get(f"{kind}_stamp", ""))
    return stamp.timestamp() if stamp else known


def _epoch(leg: Leg, kind: str) -> float | None:
    """A time in seconds since 1970, by microseconds where the record has them; None where it did not come to it."""
    fine = _number(leg.get(f"{kind}_uepoch"))
    return fine / 1e6 if fine else _number(leg.get(f"{kind}_epoch")) or None


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _legs_under(path: Path) -> Iterator[tuple[str, Leg | str]]:
    if path.is_dir():
        for inside in sorted(file for file in path.rglob("*") if file.suffix.lower() in (".xml", ".json", ".csv")):
            yield from _legs_under(inside)
        return
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the file") from None
    kind = path.suffix.lower()
    if kind == ".xml":
        yield str(path), _xml_leg(text)
    elif kind == ".json":
        yield from _json_legs(path, text)
    else:
        yield from _csv_legs(path, text)


def _xml_leg(text: str) -> Leg | str:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return "declares entities, which a call detail record does not; left out"
    try:
        variables = ElementTree.fromstring(text).find("variables")
    except ElementTree.ParseError as error:
        return f"is no XML ({error})"
    if variables is None:
        return "has no <variables>; is it of mod_xml_cdr?"
    return {element.tag: unquote(element.text or "") for element in variables}


def _json_legs(path: Path, text: str) -> Iterator[tuple[str, Leg | str]]:
    """One record a file, or one a line."""
    whole = _json_leg(text)
    if not isinstance(whole, str):
        yield str(path), whole
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield f"{path}:{number}", _json_leg(line)


def _json_leg(text: str) -> Leg | str:
    try:
        variables = json.loads(text)["variables"]
        return {name: unquote(str(value)) for name, value in variables.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return "is no JSON object with `variables`; is it of mod_json_cdr?"


def _csv_legs(path: Path, text: str) -> Iterator[tuple[str, Leg | str]]:
    reader = csv.reader(text.splitlines())
    names: tuple[str, ...] = _EXAMPLE
    for cells in reader:
        if "uuid" in cells:
            names = tuple(cells)
        elif len(cells) > _EXAMPLE.index("uuid"):
            yield f"{path}:{reader.line_num}", dict(zip(names, (cell.strip(' "') for cell in cells), strict=False))
        elif cells:
            yield f"{path}:{reader.line_num}", "has too few columns; use the template `example`, or name the columns"
