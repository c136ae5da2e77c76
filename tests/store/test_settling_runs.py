"""An archive that is scored again: what people decided stays, closed periods too, and waiting times go on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from qa.call import LOCAL
from qa.logs import Item
from qa.result import Provenance, Scorecard
from qa.review.settling import end_of
from qa.store.engine import reading, writing
from qa.store.rescoring import Published, add_waiting, publish, resume_or_start
from qa.store.reviews import Review, judge, review_of
from qa.store.scorecards import Made
from qa.store.tables import CallRecord, PeriodLockRecord
from tests.review.centre import NOON, SHA, found, keep, machine, said

AGAIN = machine(found("job-number"), found("slang", "violated", said(7, 8)), found("closing", "passed"))


def rescore(store: Engine, cards: dict[str, Scorecard]) -> Published:
    with writing(store) as session:
        run_id, _ = resume_or_start(session=session, goal="new", total=len(cards))
        made = []
        for call_id, card in cards.items():
            call = session.get(CallRecord, call_id)
            assert call is not None
            made.append(Made(call_id, card, provenance(), call.transcript_key, call.run_id))
        items = [Item(call_id, call_id, "scored", "rescored", None, 0.0) for call_id in cards]
        add_waiting(session=session, run_id=run_id, made=made, items=items)
    with writing(store) as session:
        return publish(session=session, run_id=run_id)


def provenance() -> Provenance:
    return Provenance("a" * 64, "base", SHA, "0.2.0", datetime.now(LOCAL).isoformat())


def look(store: Engine, call_id: str) -> Review:
    with reading(store) as session:
        return review_of(session=session, call_id=call_id)


def test_reviews_and_closed_periods_outlast_a_rescored_archive(store: Engine) -> None:
    for call_id in ("c1", "plain", "same"):
        keep(store, call_id=call_id)
    keep(store, call_id="closed", started_at=datetime(2026, 2, 28, 23, 59, tzinfo=LOCAL))
    act: dict[str, Any] = {"rule": "job-number", "decision": "overturned", "reason": "报了", "at": NOON}
    with writing(store) as session:
        judge(session=session, call_id="c1", seen=0, by="李", **act)
        session.add(
            PeriodLockRecord(first_day=date(2026, 2, 1), last_day=date(2026, 2, 28), closed_by="赵", closed_at=NOON)
        )
    done = rescore(store, {"c1": AGAIN, "plain": AGAIN, "same": machine(), "closed": AGAIN})
    assert (done.calls, done.overtaken, done.closed) == (3, 0, 1)
    assert (look(store, "c1").machine.score, look(store, "c1").card.score) == (90, 95)
    assert (look(store, "plain").card.score, look(store, "closed").card.score) == (90, 80)
    assert look(store, "same").provisional_until == end_of(date(2026, 3, 17))
    anew = look(store, "plain").provisional_until
    assert anew is not None and anew > datetime.now(LOCAL)
