"""Verdicts of the machine on which people decided, from the store."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from qa.call import LOCAL
from qa.learning.reviewed import Reviewed
from qa.store.days import local_day
from qa.store.tables import ReviewVerdictRecord

_TABLE: Any = ReviewVerdictRecord


def reviewed(*, session: Session, since: datetime | None = None, rule: str | None = None) -> list[Reviewed]:
    """Standing verdicts of people, oldest first, those alike of a day as one; `at` in Asia/Shanghai."""
    kinds = (_TABLE.rule, _TABLE.machine_verdict, _TABLE.machine_confidence, _TABLE.verdict)
    query = select(*kinds, func.min(_TABLE.at), func.count()).group_by(*kinds, local_day(session, _TABLE.at))
    query = query.order_by(func.min(_TABLE.at), *kinds)
    if since is not None:
        query = query.where(_TABLE.at >= since)
    if rule is not None:
        query = query.where(_TABLE.rule == rule)
    return [
        Reviewed(name, machine, confidence, verdict == "violated", at.astimezone(LOCAL), count)
        for name, machine, confidence, verdict, at, count in session.execute(query)
    ]
