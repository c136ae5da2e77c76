"""The machine's stored findings of many calls at once, as far as they can matter to a score."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlmodel import Session, col, or_, select

from qa.call import Role
from qa.finding import Evidence, Finding, Verdict
from qa.store.current import current
from qa.store.tables import CallRecord, EvidenceRecord, FindingRecord

LOUD: tuple[Verdict, ...] = ("violated", "needs_review")


def load_verdicts(
    *, session: Session, call_ids: Sequence[str], rules: Collection[str]
) -> dict[str, dict[str, Finding]]:
    """By call and rule: every finding that is violated, open or covered by another, and all of the named rules.

    They come with their evidence and without their texts (clause, reason, wording), which change no score.
    """
    quoted = _evidence(session, call_ids)
    table = FindingRecord
    columns: Any = (
        table.call_id,
        table.position,
        table.rule,
        table.name,
        table.verdict,
        table.confidence,
        table.count,
        table.points,
        table.multiplier,
        table.covered_by,
        table.machine,
    )
    query = (
        select(*columns)
        .join(CallRecord, current(table))
        .where(
            col(table.call_id).in_(call_ids),
            or_(
                col(table.verdict).in_(LOUD),
                col(table.covered_by).is_not(None),
                col(table.machine).is_not(None),
                col(table.rule).in_(sorted(rules)),
            ),
        )
    )
    found: dict[str, dict[str, Finding]] = {call_id: {} for call_id in call_ids}
    for row in session.execute(query):
        call_id, position, rule, name, verdict, confidence, count, points, multiplier, covered, machine = row
        finding = Finding(
            rule=rule,
            name=name,
            clause="",
            verdict=cast(Verdict, verdict),
            confidence=confidence,
            reason="",
            count=count,
            points=points,
            multiplier=multiplier,
            evidence=tuple(quoted.get((call_id, position), ())),
            covered_by=covered,
        )
        found[call_id][rule] = replace(finding, **{**machine, "reason": ""}) if machine else finding
    return found


def _evidence(session: Session, call_ids: Sequence[str]) -> dict[tuple[str, int], list[Evidence]]:
    table = EvidenceRecord
    columns: Any = (table.call_id, table.finding, table.role, table.start_s, table.end_s, table.text, table.probability)
    query = (
        select(*columns)
        .join(CallRecord, current(table))
        .where(col(table.call_id).in_(call_ids))
        .order_by(col(table.call_id), col(table.finding), col(table.position))
    )
    quoted: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for call_id, finding, role, start_s, end_s, text, probability in session.execute(query):
        quoted[call_id, finding].append(Evidence(cast(Role, role), start_s, end_s, text, probability))
    return quoted
