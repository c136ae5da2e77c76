"""Closed periods: what counts in them changes only by a recorded correction."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, or_
from sqlmodel import Session, col, select

from qa.errors import QaError
from qa.review.settling import end_of
from qa.store.tables import CallRecord, PeriodLockRecord


class PeriodClosed(QaError):
    """A change in a closed period without a correction's reason."""


def lock_on(*, session: Session, day: date | None) -> PeriodLockRecord | None:
    """The closed period that a local day is in."""
    if day is None:
        return None
    query = select(PeriodLockRecord).where(
        col(PeriodLockRecord.first_day) <= day, col(PeriodLockRecord.last_day) >= day
    )
    return session.exec(query.limit(1)).first()


def check_open(*, session: Session, day: date | None, correction: str = "") -> PeriodLockRecord | None:
    """The closed period that a day is in, if any; raises PeriodClosed if there is one and no correction is given."""
    lock = lock_on(session=session, day=day)
    if lock is not None and not correction.strip():
        raise PeriodClosed(
            f"{day}: the period {lock.first_day} to {lock.last_day} is closed; give the reason of a correction"
        )
    return lock


def in_closed_period(*, session: Session) -> ColumnElement[bool]:
    """The condition that a call (of CallRecord) began in a closed period."""
    locks = session.exec(select(PeriodLockRecord)).all()
    began: Any = col(CallRecord.started_at)
    spans = [(began >= end_of(lock.first_day - timedelta(days=1))) & (began < end_of(lock.last_day)) for lock in locks]
    return or_(false(), *spans)
