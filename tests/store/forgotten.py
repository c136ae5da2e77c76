"""A call whose words are past their time, and the removal of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, MetaData, select
from sqlmodel import Session

from qa.finding import Evidence
from qa.followup.item import Draft
from qa.store.engine import reading, writing
from qa.store.followups import add_items
from qa.store.forgetting import Batch, Order, forget_words
from qa.store.retention import Due, Periods, due
from tests.builders import make_call, make_meta, make_transcript, make_turn
from tests.review.centre import SCORED, keep, machine
from tests.review.centre import found as shipped

DAY = timedelta(days=1)
NOW = SCORED + 60 * DAY
ORDER = Order(before=NOW - 30 * DAY, days=30, by="张", now=NOW)
PERIODS = Periods(words_days=30)


def forget(store: Engine, order: Order = ORDER) -> Batch:
    with writing(store) as session:
        return forget_words(session=session, order=order, after="", most=10)


def looked_at(store: Engine, periods: Periods = PERIODS, now: datetime = NOW) -> Due:
    with reading(store) as session:
        return due(session=session, periods=periods, now=now)


SECRET = "我住在幸福路三号"
"""What is said in a call of `quoting` and must not be found afterwards."""


def quoting(store: Engine, call_id: str = "c1", *, source: str = "a" * 64, **meta: Any) -> str:
    """Keeps a call of which findings, an item of the register and a deduction quote the words."""
    said = make_turn("customer", 6.0, 9.0, SECRET, alternatives=(SECRET,))
    told = make_meta(call_id, **meta)
    evidence = Evidence("customer", 6.0, 9.0, SECRET, 0.97)
    rude = replace(shipped("rude-language", "violated", evidence), reason=f"说了禁语（“{SECRET}”）")
    phone = replace(
        shipped("nuisance-call", "needs_review"), reason="请人工复核：跟读不对（客户说 13912345678，没有跟读）"
    )
    card = machine(rude, phone, shipped("closing", "violated"), meta=told)
    keep(
        store,
        card,
        transcript=make_transcript(make_call(said, meta=told), source=source, audio_sha256=source),
        **({"call_id": call_id} | meta),
    )
    return call_id


def item(session: Session) -> None:
    draft = Draft("promise", "c1", NOW, "我明天给您回电话", 3.0, None)
    add_items(session=session, drafts=[draft], by="qa", now=SCORED)


def everything(store: Engine) -> str:
    """All that the database has, as one text."""
    found = MetaData()
    found.reflect(store)
    with store.connect() as connection:
        rows = [row for table in found.sorted_tables for row in connection.execute(select(table))]
    return "\n".join(repr(tuple(row)) for row in rows)
