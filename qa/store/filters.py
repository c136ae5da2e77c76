"""Which calls a query is about, and the SQL for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false
from sqlmodel import col, exists, or_, select

from qa.access import EVERY_CALL, Scope
from qa.call import midnight
from qa.result import Status
from qa.store.current import current
from qa.store.tables import CallRecord, FindingRecord, ScorecardRecord, TurnRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """A choice of calls; every field that is set narrows it.

    `date_from` and `date_to` are days of Asia/Shanghai, both included; a call without a start time is on
    no day. `rule` asks for a violated finding of that rule. `score_min` and `score_max` are both included.
    `text` is found in the call id or in the words of the transcript, letter case ignored. `caller` is a pseudonym.
    `stands_at` leaves the calls whose score stands at that moment, `provisional_at` those whose score may still change.
    `within` are the calls that the asking person may see.
    """

    date_from: date | None = None
    date_to: date | None = None
    agent_id: str | None = None
    team: str | None = None
    ruleset: str | None = None
    status: Status | None = None
    grade: str | None = None
    needs_review: bool | None = None
    rule: str | None = None
    score_min: float | None = None
    score_max: float | None = None
    text: str | None = None
    call_id: str | None = None
    caller: str | None = None
    stands_at: datetime | None = None
    provisional_at: datetime | None = None
    within: Scope = EVERY_CALL


def visible(scope: Scope) -> list[ColumnElement[bool]]:
    """The WHERE term, for a query on CallRecord, that leaves the calls of a scope; none for all of them."""
    if scope.everything:
        return []
    mine = [col(CallRecord.agent_id) == scope.agent_id] if scope.agent_id is not None else []
    ours = [col(CallRecord.team).in_(scope.teams)] if scope.teams else []
    return [or_(*mine, *ours)] if mine or ours else [false()]


def conditions(where: CallFilter) -> list[ColumnElement[bool]]:
    """The WHERE terms, for a query on CallRecord with ScorecardRecord outer-joined."""
    terms: list[Any] = []
    for column, wanted in (
        (col(CallRecord.call_id), where.call_id),
        (col(CallRecord.caller), where.caller),
        (col(CallRecord.agent_id), where.agent_id),
        (col(CallRecord.team), where.team),
        (col(CallRecord.ruleset), where.ruleset),
        (col(CallRecord.status), where.status),
        (col(ScorecardRecord.grade), where.grade),
        (col(ScorecardRecord.needs_review), where.needs_review),
    ):
        if wanted is not None:
            terms.append(column == wanted)
    terms += visible(where.within)
    if where.date_from is not None:
        terms.append(col(CallRecord.started_at) >= midnight(where.date_from))
    if where.date_to is not None:
        terms.append(col(CallRecord.started_at) < midnight(where.date_to + timedelta(days=1)))
    if where.score_min is not None:
        terms.append(col(ScorecardRecord.score) >= where.score_min)
    if where.score_max is not None:
        terms.append(col(ScorecardRecord.score) <= where.score_max)
    until = col(ScorecardRecord.provisional_until)
    if where.stands_at is not None:
        terms.append(until <= where.stands_at)
    if where.provisional_at is not None:
        terms.append(or_(until.is_(None), until > where.provisional_at))
    # Correlated with the call only: the outer query may join findings itself.
    if where.rule is not None:
        found = select(FindingRecord.call_id).where(
            current(FindingRecord),
            FindingRecord.rule == where.rule,
            FindingRecord.verdict == "violated",
        )
        terms.append(exists(found.correlate(CallRecord)))
    if where.text:
        said = select(TurnRecord.position).where(
            TurnRecord.transcript_key == CallRecord.transcript_key,
            col(CallRecord.words_removed_at).is_(None),
            col(TurnRecord.text).icontains(where.text, autoescape=True),
        )
        in_id = col(CallRecord.call_id).icontains(where.text, autoescape=True)
        terms.append(or_(in_id, exists(said.correlate(CallRecord))))
    return terms
