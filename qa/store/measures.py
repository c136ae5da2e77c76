"""What is summed over calls, in SQL: alike for sums that are kept and for those made when they are asked for."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, exists, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from qa.store.current import current
from qa.store.tables import CallRecord, FindingRecord, ManualDeductionRecord, ReviewEventRecord, ScorecardRecord
from qa.store.tables.sums import ANSWERS, BIN_NAMES, BINS

LOW_RATING = 6
"""House: a rating of six or less of ten is told apart."""
BIN_POINTS = 100 // BINS

_CALL: Any = CallRecord
_CARD: Any = ScorecardRecord
_FINDING: Any = FindingRecord
_ENTERED: Any = ManualDeductionRecord
_EVENT: Any = ReviewEventRecord
_SILENT: Any = aliased(FindingRecord)
# Written into the statement, not bound: only so does a database see that its partial index is enough.
_SILENT_CALL: Any = literal_column("'silent-call'")
LOUD: Any = _FINDING.verdict.in_([literal_column("'violated'"), literal_column("'needs_review'")])


def calls(*columns: Any) -> Any:
    """A query on calls with their scorecards, for the measures."""
    return (
        select(*columns)
        .select_from(_CALL)
        .outerjoin(_CARD, current(_CARD))
        .outerjoin(_SILENT, and_(current(_SILENT), _SILENT.rule == _SILENT_CALL))
    )


def deductions(*keys: Any) -> Any:
    """Deductions and open verdicts of calls by these keys, rule, name and clause: calls, times, cents, open."""
    hit = _FINDING.verdict == "violated"
    named = (*keys, _FINDING.rule, _FINDING.name, _FINDING.clause)
    sums = (sum_where(hit), sum_where(hit, _FINDING.count), sum_where(hit, cents(_FINDING.points)))
    query = select(*named, *sums, sum_where(_FINDING.verdict == "needs_review")).select_from(_CALL)
    return query.join(_FINDING, and_(current(_FINDING), LOUD)).group_by(*named)


def entered(*keys: Any) -> Any:
    """The same of deductions that people entered; those that other words paid for are left out."""
    named = (*keys, _ENTERED.item, _ENTERED.name, _ENTERED.clause)
    paid = func.coalesce(func.sum(cents(_ENTERED.points)), 0)
    query = select(*named, func.count(_ENTERED.call_id.distinct()), func.count(), paid, literal(0)).select_from(_CALL)
    query = query.join(_ENTERED, _ENTERED.call_id == _CALL.call_id)
    return query.where(_CALL.status == "scored", _ENTERED.covered_by.is_(None)).group_by(*named)


def cents(value: Any) -> Any:
    """Whole hundredths of a number, in SQL."""
    return cast(func.round(value * 100), Integer)


def sum_where(condition: ColumnElement[bool], value: Any = 1) -> Any:
    """The sum of a value over the rows where a condition holds; 0 for none."""
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


def _bin(at: int) -> ColumnElement[bool]:
    """Scores of the bin; nothing lies above the last one."""
    score = _CARD.score
    low, high = score >= at * BIN_POINTS, score < (at + 1) * BIN_POINTS
    return low if at == BINS - 1 else high if at == 0 else and_(low, high)


def _answers() -> dict[str, Any]:
    given: Any = _CARD.answers
    rating = given["rating"].as_integer()
    solved, charged = given["solved"].as_boolean(), given["charged"].as_boolean()
    attitude = given["attitude"].as_string()
    out: Any = _CALL.direction == "outbound"
    sums = (
        sum_where(and_(out, _CARD.call_id.is_not(None))),
        sum_where(and_(out, rating.is_not(None))),
        sum_where(and_(out, rating.is_not(None)), rating),
        sum_where(and_(out, rating <= LOW_RATING)),
        sum_where(and_(out, solved.is_(True))),
        sum_where(and_(out, solved.is_(False))),
        *(sum_where(and_(out, attitude == word)) for word in ("满意", "普通", "不满意")),
        sum_where(and_(out, charged.is_(True))),
        sum_where(and_(out, charged.is_(False))),
    )
    return dict(zip(ANSWERS, sums, strict=True))


def _reviewed() -> Any:
    return exists(select(_EVENT.seq).where(_EVENT.call_id == _CALL.call_id).correlate(_CALL))


MEASURES: dict[str, Any] = {
    "calls": func.count(),
    "scored": sum_where(_CALL.status == "scored"),
    "failed": sum_where(_CALL.status == "failed"),
    "skipped": sum_where(_CALL.status == "skipped"),
    "score_cents": func.coalesce(func.sum(cents(_CARD.score)), 0),
    "needs_review": sum_where(_CARD.needs_review.is_(True)),
    "fatal": sum_where(_CARD.fatal.is_(True)),
    "complaints": sum_where(_CALL.complaint.is_(True)),
    "dissatisfied": sum_where(_CALL.dissatisfied.is_(True)),
    "silent": sum_where(_SILENT.verdict != "not_applicable"),
    "reviewed": sum_where(_reviewed()),
}
WAITING = {"waiting": sum_where(and_(_CARD.gravity.is_not(None), ~_reviewed()))}
"""In the queue: a person must hear the call, and nobody has."""
SCORES: dict[str, Any] = {name: sum_where(_bin(at)) for at, name in enumerate(BIN_NAMES)}
GIVEN = _answers()
