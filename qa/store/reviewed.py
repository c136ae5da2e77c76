"""Verdicts of the machine on which people decided, from the store."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from qa.call import LOCAL
from qa.learning.reviewed import Reviewed
from qa.store.tables import ReviewVerdictRecord

_TABLE: Any = ReviewVerdictRecord


def reviewed(*, session: Session, since: datetime | None = None, rule: str | None = None) -> list[Reviewed]:
    """Standing verdicts of people, oldest first; `at` in Asia/Shanghai."""
    columns = (_TABLE.rule, _TABLE.machine_verdict, _TABLE.machine_confidence, _TABLE.verdict, _TABLE.at)
    query = select(*columns).order_by(_TABLE.at, _TABLE.call_id, _TABLE.rule)
    if since is not None:
        query = query.where(_TABLE.at >= since)
    if rule is not None:
        query = query.where(_TABLE.rule == rule)
    return [
        Reviewed(name, machine, confidence, verdict == "violated", at.astimezone(LOCAL))
        for name, machine, confidence, verdict, at in session.execute(query)
    ]
