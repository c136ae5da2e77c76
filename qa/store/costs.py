"""What comes off an agent's period score besides calls, and the scheme that a day goes by."""

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from qa.errors import QaError
from qa.people.period import Cost
from qa.rules.scheme import Scheme
from qa.store.tables import ComplaintRecord, OnsiteRecord, TariffRecord
from qa.store.tariffs import load_tariff


class EntryError(QaError):
    """An entry that cannot be made or withdrawn; the message says why."""


def scheme_of_day(*, session: Session, day: date) -> Scheme:
    """The scheme that holds on a day, by the newest rules that calls were scored by.

    Raises EntryError before any call was scored.
    """
    newest = session.exec(
        select(TariffRecord.ruleset_sha256).order_by(col(TariffRecord.kept_at).desc(), TariffRecord.ruleset_sha256)
    ).first()
    tariff = load_tariff(session=session, ruleset_sha256=newest)
    if tariff is None:
        raise EntryError("no scheme in the database yet; score calls once (qa run, qa score or qa rescore)")
    return tariff.scheme(day)


def costs(*, session: Session, first_day: date, last_day: date) -> dict[str, tuple[list[Cost], list[Cost]]]:
    """By agent: what on-site entries and complaints of these days cost, warnings and withdrawn ones left out."""
    found: dict[str, tuple[list[Cost], list[Cost]]] = {}
    span: Any
    for table, place in ((OnsiteRecord, 0), (ComplaintRecord, 1)):
        span = (col(table.day) >= first_day, col(table.day) <= last_day, col(table.withdrawn_at).is_(None))
        rows: Any = session.exec(select(table).where(*span).order_by(col(table.day), col(table.id)))
        for row in rows:
            if place == 0 and row.warning:
                continue
            seen = found.setdefault(row.agent_id, ([], []))
            seen[place].append(_cost(row))
    return found


def _cost(row: OnsiteRecord | ComplaintRecord) -> Cost:
    if isinstance(row, OnsiteRecord):
        return Cost(row.id or 0, row.day, row.item, row.name, row.clause, row.points, row.note)
    return Cost(row.id or 0, row.day, "complaint", "查实的投诉", "", row.points, row.note, row.call_id)
