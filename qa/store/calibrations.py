"""Calibration sessions in the store: opened on some calls, scored blind, closed, and then looked at together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session

from qa.agreement.session import Case, Rating, SessionReport, session_report
from qa.agreement.sheet import SheetLine
from qa.call import LOCAL
from qa.errors import ConfigError
from qa.finding import Verdict
from qa.store.current import current
from qa.store.tables import CalibrationCallRecord, CalibrationRatingRecord, CalibrationRecord, CallRecord, FindingRecord

_SESSION: Any = CalibrationRecord
_CALL: Any = CalibrationCallRecord
_RATING: Any = CalibrationRatingRecord


@dataclass(frozen=True, slots=True)
class Calibration:
    """A session with how many calls it has and who has scored any; times in Asia/Shanghai."""

    id: int
    name: str
    reference: str | None
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    calls: int
    inspectors: tuple[str, ...]


def open_calibration(
    *, session: Session, name: str, call_ids: Iterable[str], by: str, now: datetime, reference: str | None = None
) -> int:
    """Opens a session on some scored calls; returns its number. `reference` is whose verdicts are the measure.

    Raises ConfigError for no calls at all, or for what is none.
    """
    wanted = list(dict.fromkeys(call_ids))
    if not wanted:
        raise ConfigError("a calibration needs calls; name them, or a file that lists them")
    call: Any = CallRecord
    scored = select(call.call_id, call.words_removed_at).where(call.call_id.in_(wanted), call.status == "scored")
    found = {row.call_id: row.words_removed_at for row in session.execute(scored)}
    if strange := sorted(set(wanted) - found.keys()):
        raise ConfigError(f"{', '.join(strange)}: no such scored call; `qa export --format csv` lists them")
    if bare := sorted(call_id for call_id, removed_at in found.items() if removed_at):
        raise ConfigError(f"{', '.join(bare)}: what was said was removed (qa forget); choose calls that can be heard")
    made = CalibrationRecord(name=name, reference=reference, opened_by=by, opened_at=now)
    session.add(made)
    session.flush()
    assert made.id is not None
    session.add_all(CalibrationCallRecord(session_id=made.id, call_id=call_id) for call_id in wanted)
    session.flush()
    return made.id


def list_calibrations(*, session: Session, limit: int = 100) -> list[Calibration]:
    """The latest sessions, newest first."""
    rows = session.execute(select(CalibrationRecord).order_by(_SESSION.id.desc()).limit(limit)).scalars().all()
    return [_value(session, row) for row in rows]


def calibration_calls(*, session: Session, session_id: int) -> list[str]:
    """The calls of a session, sorted."""
    query = select(_CALL.call_id).where(_CALL.session_id == session_id).order_by(_CALL.call_id)
    return list(session.execute(query).scalars())


def sheet_lines(*, session: Session, session_id: int) -> list[SheetLine]:
    """What is to be judged: the rules of every call, in their order, without the machine's verdicts."""
    _found(session, session_id)
    finding: Any = FindingRecord
    query = (
        select(finding.call_id, finding.rule, finding.name)
        .join(CallRecord, current(FindingRecord))
        .join(CalibrationCallRecord, (_CALL.call_id == finding.call_id) & (_CALL.session_id == session_id))
    )
    rows = session.execute(query.order_by(finding.call_id, finding.position)).all()
    return [SheetLine(call_id, rule, name) for call_id, rule, name in rows]


def rate(
    *,
    session: Session,
    session_id: int,
    call_id: str,
    rule: str,
    inspector: str,
    verdict: Verdict,
    now: datetime,
    note: str = "",
) -> None:
    """One inspector's verdict; a later one replaces it. Raises ConfigError once the session is closed."""
    if _found(session, session_id).closed_at is not None:
        raise ConfigError(f"calibration {session_id}: is closed; open another one")
    if session.get(CalibrationCallRecord, (session_id, call_id)) is None:
        raise ConfigError(f"calibration {session_id}: call {call_id} is not in it")
    row: dict[str, Any] = {"session_id": session_id, "call_id": call_id, "rule": rule, "inspector": inspector}
    session.merge(CalibrationRatingRecord(**row, verdict=verdict, note=note, at=now))
    session.flush()


def close_calibration(*, session: Session, session_id: int, now: datetime) -> None:
    """Ends the scoring; from now on everybody may see everything."""
    found = _found(session, session_id)
    found.closed_at = found.closed_at or now
    session.flush()


def ratings(*, session: Session, session_id: int, viewer: str) -> list[Rating]:
    """The verdicts that a person may see: the own ones until the session is closed, then all."""
    query = select(CalibrationRatingRecord).where(_RATING.session_id == session_id)
    if _found(session, session_id).closed_at is None:
        query = query.where(_RATING.inspector == viewer)
    rows = session.execute(query.order_by(_RATING.call_id, _RATING.rule, _RATING.at)).scalars()
    return [Rating(row.call_id, row.rule, row.inspector, cast(Verdict, row.verdict)) for row in rows]


def calibration_report(*, session: Session, session_id: int) -> SessionReport:
    """How far inspectors agreed. Raises ConfigError while the session is open: scoring is blind."""
    found = _found(session, session_id)
    if found.closed_at is None:
        raise ConfigError(f"calibration {session_id}: is still open; close it to see how far inspectors agree")
    given = ratings(session=session, session_id=session_id, viewer="")
    measure: dict[Case, Verdict] = {(r.call_id, r.rule): r.verdict for r in given if r.inspector == found.reference}
    return session_report([r for r in given if r.inspector != found.reference], measure)


def _found(session: Session, session_id: int) -> CalibrationRecord:
    found = session.get(CalibrationRecord, session_id)
    if found is None:
        raise ConfigError(f"calibration {session_id}: there is none; `qa calibrate list` shows them")
    return found


def _value(session: Session, row: CalibrationRecord) -> Calibration:
    assert row.id is not None
    calls = select(func.count()).select_from(CalibrationCallRecord).where(_CALL.session_id == row.id)
    raters = select(_RATING.inspector).where(_RATING.session_id == row.id).distinct().order_by(_RATING.inspector)
    return Calibration(
        id=row.id,
        name=row.name,
        reference=row.reference,
        opened_by=row.opened_by,
        opened_at=row.opened_at.astimezone(LOCAL),
        closed_at=row.closed_at.astimezone(LOCAL) if row.closed_at else None,
        calls=int(session.execute(calls).scalar_one()),
        inspectors=tuple(session.execute(raters).scalars()),
    )
