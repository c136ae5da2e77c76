"""What the machine alone made of a call, and what counts in its place: both stand in the same rows."""

from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from qa.finding import Finding
from qa.result import Scorecard
from qa.store.loading import load_scorecard
from qa.store.tables import CallRecord, FindingRecord, ScorecardRecord

FINDING = ("verdict", "confidence", "reason", "count", "points", "multiplier", "covered_by")
CARD = ("score", "fatal", "grade", "needs_review")


def card_of(*, session: Session, call: CallRecord) -> ScorecardRecord | None:
    """The scorecard that counts of a call."""
    return session.get(ScorecardRecord, (call.call_id, call.run_id)) if call.run_id is not None else None


def machine_card(*, session: Session, call_id: str) -> Scorecard | None:
    """The scorecard as the machine gave it, or None for a call without one."""
    call = session.get(CallRecord, call_id)
    row = card_of(session=session, call=call) if call else None
    card = load_scorecard(session=session, call_id=call_id, run_id=row.run_id) if row else None
    if card is None or row is None:
        return None
    own = {f.rule: f.machine for f in _rows(session, row) if f.machine}
    findings = tuple(replace(f, **own[f.rule]) if f.rule in own else f for f in card.findings)
    return replace(card, findings=findings, **(row.machine or {}))


def write_card(*, session: Session, row: ScorecardRecord, machine: Scorecard, card: Scorecard) -> None:
    """Makes a scorecard the one that counts; where it differs from the machine's, that stays beside it."""
    for name in CARD:
        setattr(row, name, getattr(card, name))
    row.machine = _beside(machine, card, CARD)
    before: dict[str, Finding] = {f.rule: f for f in machine.findings}
    after: dict[str, Finding] = {f.rule: f for f in card.findings}
    for finding in _rows(session, row):
        for name in FINDING:
            setattr(finding, name, getattr(after[finding.rule], name))
        finding.machine = _beside(before[finding.rule], after[finding.rule], FINDING)
    session.flush()


def _rows(session: Session, card: ScorecardRecord) -> list[FindingRecord]:
    table = FindingRecord
    query = select(table).where(table.call_id == card.call_id, table.run_id == card.run_id)
    return list(session.exec(query.order_by(col(table.position))))


def _beside(machine: Any, counted: Any, names: tuple[str, ...]) -> dict[str, Any] | None:
    own = {name: getattr(machine, name) for name in names}
    return own if own != {name: getattr(counted, name) for name in names} else None
