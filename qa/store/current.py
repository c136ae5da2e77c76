"""Which of a call's stored results counts: that of the run which the call names; the others are its history."""

from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from qa.store.tables import CallRecord


def current(table: Any) -> ColumnElement[bool]:
    """Joins scorecards, findings or evidence to the calls whose present result they belong to."""
    return and_(col(table.call_id) == col(CallRecord.call_id), col(table.run_id) == col(CallRecord.run_id))
