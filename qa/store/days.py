"""Local days (Asia/Shanghai) in SQL and as times."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, cast, func, literal, select
from sqlmodel import Session

from qa.store.tables import CallRecord


def local_day(session: Session, at: Any = CallRecord.started_at) -> Any:
    """The local day of a time, unless told when a call began; on SQLite as a text like 2026-03-11."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(at, "+8 hours")  # China has no summer time
    return cast(func.timezone("Asia/Shanghai", at), Date)


def newest_first(session: Session) -> Any:
    """The order of calls from the newest on, those without a time last.

    PostgreSQL has the latter first in its index, and does not use it, though there be none.
    """
    began: Any = CallRecord.started_at
    undated = session.execute(select(literal(1)).select_from(CallRecord).where(began.is_(None)).limit(1)).first()
    return began.desc().nulls_last() if undated else began.desc()


def as_day(told: Any) -> date:
    """What a query answers for `local_day`."""
    return date.fromisoformat(str(told)[:10])


def month_after(day: date) -> date:
    """The first day of the month after the one in which the day lies."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
