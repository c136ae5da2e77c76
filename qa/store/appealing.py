"""Appeals as they are stored: read back from their steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select

from qa.review.appeals import Appeal, Kind, Step, fold_steps
from qa.rules.scheme import Windows
from qa.rules.workdays import PUBLIC, Workdays
from qa.store.loading import load_meta
from qa.store.tables import AppealRecord, AppealStepRecord, CallRecord
from qa.store.tariffs import load_tariff


@dataclass(frozen=True, slots=True)
class StoredAppeal:
    """One appeal with all its steps."""

    id: int
    call_id: str
    agent_id: str
    steps: tuple[Step, ...]
    appeal: Appeal


def appeals_of(*, session: Session, call_id: str) -> tuple[StoredAppeal, ...]:
    """The appeals on a call, oldest first."""
    rows = session.exec(
        select(AppealRecord).where(AppealRecord.call_id == call_id).order_by(col(AppealRecord.id))
    ).all()
    return tuple(load_appeal(session=session, row=row) for row in rows)


def load_appeal(*, session: Session, row: AppealRecord) -> StoredAppeal:
    """One appeal with its steps."""
    query = select(AppealStepRecord).where(AppealStepRecord.appeal_id == row.id).order_by(col(AppealStepRecord.seq))
    steps = tuple(
        Step(s.seq, cast(Kind, s.kind), s.by, s.at, s.reason, tuple(s.data.get("targets", ())))
        for s in session.exec(query)
    )
    assert row.id is not None
    windows, workdays = deadlines(session=session, call_id=row.call_id)
    return StoredAppeal(row.id, row.call_id, row.agent_id, steps, fold_steps(steps, windows, workdays))


def deadlines(*, session: Session, call_id: str) -> tuple[Windows, Workdays]:
    """The deadlines that hold for a call, in working days, and which days those are."""
    call = session.get(CallRecord, call_id)
    tariff = load_tariff(session=session, ruleset_sha256=call.ruleset_sha256) if call else None
    if call is None or tariff is None:
        return Windows(), PUBLIC
    return tariff.scheme(load_meta(call).day).windows, tariff.workdays


def ruled_targets(appeals: Sequence[StoredAppeal]) -> frozenset[str]:
    """The deductions on which an appeal was decided for good."""
    closed = [a.appeal for a in appeals if a.appeal.state == "closed" and a.appeal.outcome != "withdrawn"]
    return frozenset(target for appeal in closed for target in appeal.targets)
