"""What the dashboard and the exports ask the store; nothing here changes a row."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, func
from sqlmodel import Session, col, select

from qa.call import LOCAL, Channels
from qa.errors import ConfigError
from qa.result import Status
from qa.store import summed
from qa.store.current import current
from qa.store.days import newest_first
from qa.store.filters import CallFilter, conditions
from qa.store.loading import load_result
from qa.store.rows import CallRow, FilterChoices, RulePoints, Summary
from qa.store.tables import (
    CallRecord,
    FindingRecord,
    ManualDeductionRecord,
    ScorecardRecord,
    TranscriptRecord,
)
from qa.store.transcripts import Peaks, unpack_peaks
from qa.store.verdicts import LOUD

__all__ = [
    "CallFilter",
    "CallRow",
    "FilterChoices",
    "RulePoints",
    "Summary",
    "agents",
    "call_ids",
    "count_calls",
    "filter_choices",
    "list_calls",
    "load_result",
    "peaks",
    "recording_path",
    "summary",
]

BIN_POINTS = 5


ORDERS: dict[str, Any] = {
    "call_id": col(CallRecord.call_id),
    "recording": col(CallRecord.recording),
    "started_at": col(CallRecord.started_at),
    "agent_id": col(CallRecord.agent_id),
    "agent_name": col(CallRecord.agent_name),
    "team": col(CallRecord.team),
    "ruleset": col(CallRecord.ruleset),
    "status": col(CallRecord.status),
    "duration_s": col(TranscriptRecord.duration_s),
    "score": col(ScorecardRecord.score),
    "grade": col(ScorecardRecord.grade),
    "needs_review": col(ScorecardRecord.needs_review),
}


def list_calls(
    *,
    session: Session,
    where: CallFilter | None = None,
    order_by: str = "started_at",
    descending: bool = True,
    limit: int = 100,
    offset: int = 0,
) -> list[CallRow]:
    """One page of calls. `order_by` is a key of ORDERS; unknown values come last, equal ones by call id.

    Raises ConfigError for an unknown order.
    """
    if order_by not in ORDERS:
        raise ConfigError(f"cannot sort by {order_by!r}; use one of {', '.join(ORDERS)}")
    if order_by == "started_at" and descending:
        order = newest_first(session)
    else:
        order = (ORDERS[order_by].desc() if descending else ORDERS[order_by].asc()).nulls_last()
    rows = session.execute(
        _joined(CallRecord, ScorecardRecord, TranscriptRecord.duration_s, TranscriptRecord.channels)
        .where(*conditions(where or CallFilter()))
        .order_by(order, col(CallRecord.call_id))
        .limit(limit)
        .offset(offset)
    ).all()
    rules = _rules_by_verdict(session, [call.call_id for call, *_ in rows])
    return [_call_row(call, card, duration_s, channels, rules) for call, card, duration_s, channels in rows]


def count_calls(*, session: Session, where: CallFilter | None = None) -> int:
    """How many calls a filter leaves."""
    query = _joined(func.count()).where(*conditions(where or CallFilter()))
    return int(session.execute(query).scalar_one())


def call_ids(*, session: Session, where: CallFilter | None = None) -> list[str]:
    """The ids of the calls of a filter, sorted."""
    query = _joined(CallRecord.call_id).where(*conditions(where or CallFilter()))
    return list(session.execute(query.order_by(col(CallRecord.call_id))).scalars())


def peaks(*, session: Session, call_id: str) -> Peaks:
    """The call's waveform: one row a channel, each bin the largest amplitude (0–1); empty where unknown."""
    row = session.execute(
        select(TranscriptRecord.peaks, TranscriptRecord.peaks_channels)
        .join(CallRecord, col(CallRecord.transcript_key) == col(TranscriptRecord.key))
        .where(CallRecord.call_id == call_id, col(CallRecord.words_removed_at).is_(None))
    ).first()
    return unpack_peaks(*row) if row else ()


def recording_path(*, session: Session, call_id: str) -> Path | None:
    """Where the recording was when it was scored (absolute); None for calls scored from a transcript."""
    row = session.get(CallRecord, call_id)
    return Path(row.recording_path) if row and row.recording_path else None


def agents(*, session: Session, where: CallFilter | None = None) -> tuple[tuple[str, str], ...]:
    """Job number and name (empty where unknown) of everybody who took calls of a filter, by number."""
    known = summed.agents(session=session, where=where or CallFilter())
    if known is not None:
        return known
    terms = conditions(where or CallFilter())
    rows = session.execute(
        _with(terms, CallRecord.agent_id, func.max(CallRecord.agent_name)).group_by(col(CallRecord.agent_id))
    ).all()
    return tuple(sorted((agent, name or "") for agent, name in rows if agent is not None))


def filter_choices(*, session: Session, where: CallFilter | None = None) -> FilterChoices:
    """Every value that occurs in the calls of a filter."""
    known = summed.choices(session=session, where=where or CallFilter())
    if known is not None:
        return known
    terms = conditions(where or CallFilter())

    def values(column: Any, query: Any = _with) -> tuple[str, ...]:
        found = session.execute(query(terms, column).distinct()).scalars()
        return tuple(sorted(value for value in found if value is not None))

    rules = session.execute(
        _findings(terms, FindingRecord.rule, func.max(FindingRecord.name))
        .where(_loud())
        .group_by(FindingRecord.rule)
        .order_by(FindingRecord.rule)
    ).all()
    return FilterChoices(
        agents=agents(session=session, where=where),
        teams=values(CallRecord.team),
        rulesets=values(CallRecord.ruleset),
        grades=values(ScorecardRecord.grade, _cards),
        statuses=values(CallRecord.status),
        rules=tuple((rule, name) for rule, name in rules),
    )


def summary(*, session: Session, where: CallFilter | None = None) -> Summary:
    """Counts, mean score, points by rule (dearest first) and the distribution of scores."""
    known = summed.summary(session=session, where=where or CallFilter())
    if known is not None:
        return known
    terms = conditions(where or CallFilter())
    counts = session.execute(_with(terms, CallRecord.status, func.count()).group_by(CallRecord.status)).all()
    statuses: dict[str, int] = dict(counts)
    card = ScorecardRecord
    kinds = (card.score, card.grade, card.needs_review, card.fatal)
    cards = session.execute(
        _cards(terms, *kinds, func.count()).where(col(card.score).is_not(None)).group_by(*kinds)
    ).all()
    costs = session.execute(
        _findings(
            terms,
            FindingRecord.rule,
            func.max(FindingRecord.name),
            func.max(FindingRecord.clause),
            func.sum(FindingRecord.count),
            func.sum(FindingRecord.points),
        )
        .where(_loud(), FindingRecord.verdict == "violated")
        .group_by(FindingRecord.rule)
        .order_by(func.sum(FindingRecord.points).desc(), FindingRecord.rule)
    ).all()
    scored = sum(number for *_, number in cards)
    bins: Counter[int] = Counter()
    grades: Counter[str] = Counter()
    for score, grade, _, _, number in cards:
        bins[min(int(score // BIN_POINTS) * BIN_POINTS, 100 - BIN_POINTS)] += number
        grades[grade] += number
    return Summary(
        calls=sum(statuses.values()),
        scored=statuses.get("scored", 0),
        failed=statuses.get("failed", 0),
        skipped=statuses.get("skipped", 0),
        mean_score=round(sum(score * number for score, *_, number in cards), 2) / scored if scored else None,
        needs_review=sum(number for _, _, review, _, number in cards if review),
        fatal=sum(number for *_, fatal, number in cards if fatal),
        points_by_rule=_dearest_first((*costs, *_entered(session, terms))),
        grades=tuple(sorted(grades.items())),
        score_bins=tuple((low, bins[low]) for low in range(0, 100, BIN_POINTS)),
    )


def _joined(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(CallRecord)
        .outerjoin(ScorecardRecord, current(ScorecardRecord))
        .outerjoin(TranscriptRecord, col(TranscriptRecord.key) == col(CallRecord.transcript_key))
    )


def _with(terms: list[ColumnElement[bool]], *columns: Any) -> Any:
    """A query on columns of calls alone; the scorecards are read only where something may narrow by them."""
    return _cards(terms, *columns) if terms else select(*columns)


def _cards(terms: list[ColumnElement[bool]], *columns: Any) -> Any:
    """A query on calls and their scorecards."""
    joined = select(*columns).select_from(CallRecord).outerjoin(ScorecardRecord, current(ScorecardRecord))
    return joined.where(*terms)


def _findings(terms: list[ColumnElement[bool]], *columns: Any) -> Any:
    calls = _cards(terms, *columns) if terms else select(*columns).select_from(CallRecord)
    return calls.join(FindingRecord, current(FindingRecord))


def _entered(session: Session, terms: list[ColumnElement[bool]]) -> Sequence[Any]:
    """What people entered by the items of the scheme, but for what other words paid for."""
    table = ManualDeductionRecord
    columns = (table.item, func.max(table.name), func.max(table.clause), func.count(), func.sum(table.points))
    query = _joined(*columns).join(table, col(table.call_id) == col(CallRecord.call_id))
    return session.execute(query.where(*terms, col(table.covered_by).is_(None)).group_by(table.item)).all()


def _dearest_first(rows: Iterable[Any]) -> tuple[RulePoints, ...]:
    costs = (RulePoints(rule, name, clause, count, round(cost, 2)) for rule, name, clause, count, cost in rows)
    return tuple(sorted(costs, key=lambda cost: (-cost.points, cost.rule)))


def _loud() -> ColumnElement[bool]:
    """Written out, not bound, as the index `ix_finding_loud_…` has it: SQLite takes that only for the same words."""
    return col(FindingRecord.verdict).in_(bindparam("loud", LOUD, expanding=True, literal_execute=True))


def _rules_by_verdict(session: Session, ids: list[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    rows = session.execute(
        select(FindingRecord.call_id, FindingRecord.verdict, FindingRecord.rule)
        .join(CallRecord, current(FindingRecord))
        .where(
            col(FindingRecord.call_id).in_(ids),
            _loud(),
        )
        .order_by(col(FindingRecord.call_id), col(FindingRecord.position))
    ).all()
    for call_id, verdict, rule in rows:
        found[call_id, verdict] += (rule,)
    return found


def _call_row(
    call: CallRecord,
    card: ScorecardRecord | None,
    duration_s: float | None,
    channels: str | None,
    rules: dict[tuple[str, str], tuple[str, ...]],
) -> CallRow:
    return CallRow(
        call_id=call.call_id,
        recording=call.recording,
        started_at=call.started_at.astimezone(LOCAL) if call.started_at else None,
        agent_id=call.agent_id,
        agent_name=call.agent_name,
        team=call.team,
        ruleset=call.ruleset,
        duration_s=duration_s,
        channels=cast("Channels | None", channels),
        status=cast(Status, call.status),
        score=card.score if card else None,
        grade=card.grade if card else None,
        fatal=card.fatal if card else None,
        needs_review=card.needs_review if card else None,
        violated_rules=rules.get((call.call_id, "violated"), ()),
        review_rules=rules.get((call.call_id, "needs_review"), ()),
        error=call.error,
    )
