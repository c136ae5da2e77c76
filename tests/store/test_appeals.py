"""An appeal from the agent to the final ruling, with its deadlines in working days."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from qa.call import LOCAL
from qa.review.appeals import AppealError
from qa.review.settling import end_of
from qa.store import audit
from qa.store.appeals import (
    answer,
    appeal_by_id,
    escalate,
    list_appeals,
    replies,
    reply,
    rule,
    submit,
    withdraw,
)
from qa.store.engine import reading, writing
from qa.store.reviews import Review, ReviewError, deduct, judge, review_of, undo
from tests.review.centre import keep


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=LOCAL)


def look(store: Engine) -> Review:
    with reading(store) as session:
        return review_of(session=session, call_id="c1")


def appeal(store: Engine, *targets: str, day: int = 12, **fields: Any) -> int:
    with writing(store) as session:
        return submit(
            session=session,
            call_id="c1",
            by="867",
            targets=targets or ("job-number", "closing"),
            reason="报了工号,也说了再见",
            at=at(day),
            **fields,
        ).id


def test_a_deduction_under_appeal_is_marked_and_its_score_waits(store: Engine) -> None:
    keep(store)
    appeal(store)
    review = look(store)
    assert review.in_dispute(date(2026, 3, 12)) == {"job-number", "closing"}
    assert review.provisional_until is None
    with reading(store) as session:
        [row] = list_appeals(session=session, states=["at_shift_lead"])
        assert list_appeals(session=session, teams=["别的班"]) == []
    # Thursday: Friday and Monday are the shift lead's two working days.
    assert (row.call_id, row.agent_id, row.due_on) == ("c1", "867", date(2026, 3, 16))


def test_all_the_way_to_the_final_ruling(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        deduct(session=session, call_id="c1", seen=0, by="李", item="manual-13", at=at(12))
    assert look(store).deductions == ("rude-language", "job-number", "closing", "manual-13#1")
    id_ = appeal(store, "job-number", "closing", "manual-13#1")
    with writing(store) as session:
        answered = answer(session=session, appeal_id=id_, by="班长", lifted=["closing"], reason="说了再见", at=at(13))
    assert (answered.appeal.state, answered.appeal.outcome, look(store).card.score) == ("answered", "partly", 80)
    assert answered.appeal.due_on == date(2026, 3, 17)
    with writing(store) as session:
        escalate(session=session, appeal_id=id_, by="867", reason="工号也报了", at=at(17))
    with writing(store) as session:
        ruled = rule(session=session, appeal_id=id_, by="主管", lifted=["manual-13#1"], reason="工单完整", at=at(18))
    assert (ruled.appeal.state, ruled.appeal.outcome, ruled.appeal.lifted) == (
        "closed",
        "partly",
        ("closing", "manual-13#1"),
    )
    review = look(store)
    assert (review.card.score, review.in_dispute(date(2026, 3, 18))) == (85, frozenset())
    assert review.provisional_until == at(18)
    with reading(store) as session:
        log = [(e.action, e.by, e.after["score"]) for e in audit.entries(session=session, subject="call:c1")]
    assert log == [
        ("appeal ruled", "主管", 85),
        ("appeal escalated", "867", 80),
        ("appeal answered", "班长", 80),
        ("appeal submitted", "867", 75),
        ("deducted", "李", 75),
    ]


def test_a_ruling_is_final(store: Engine) -> None:
    keep(store)
    id_ = appeal(store, "closing")
    with writing(store) as session:
        answer(session=session, appeal_id=id_, by="班长", lifted=["closing"], reason="说了", at=at(13))
    with pytest.raises(ReviewError, match="final ruling"), writing(store) as session:
        judge(session=session, call_id="c1", seen=1, by="李", rule="closing", decision="confirmed", at=at(13))
    with pytest.raises(ReviewError, match="nothing to undo"), writing(store) as session:
        undo(session=session, call_id="c1", seen=1, by="李", at=at(13))
    with pytest.raises(AppealError, match="closed cannot be answered"), writing(store) as session:
        answer(session=session, appeal_id=id_, by="班长", lifted=[], reason="再想想", at=at(13))
    with pytest.raises(AppealError, match="was appealed before"):
        appeal(store, "closing", day=13)
    appeal(store, "job-number", day=13)


def test_an_answer_that_the_agent_leaves_is_the_last_word(store: Engine) -> None:
    keep(store)
    id_ = appeal(store, "closing")
    with writing(store) as session:
        answer(session=session, appeal_id=id_, by="班长", lifted=[], reason="没有说", at=at(13))
    review = look(store)
    assert review.in_dispute(date(2026, 3, 17)) == {"closing"}
    assert review.in_dispute(date(2026, 3, 18)) == frozenset()
    assert review.provisional_until == end_of(date(2026, 3, 17))
    with pytest.raises(AppealError, match="was due on 2026-03-17 cannot be escalated"), writing(store) as session:
        escalate(session=session, appeal_id=id_, by="867", reason="不服", at=at(18))


def test_an_agent_whom_nobody_answers_goes_on(store: Engine) -> None:
    keep(store)
    id_ = appeal(store, "closing")
    with pytest.raises(AppealError, match="with the shift lead cannot be escalated"), writing(store) as session:
        escalate(session=session, appeal_id=id_, by="867", reason="太慢", at=at(16))
    with writing(store) as session:
        assert escalate(session=session, appeal_id=id_, by="867", reason="太慢", at=at(17)).appeal.state == "at_qa_lead"


def test_a_withdrawn_appeal_can_be_made_again(store: Engine) -> None:
    keep(store)
    id_ = appeal(store, "closing")
    with writing(store) as session:
        withdraw(session=session, appeal_id=id_, by="867", at=at(12))
    assert look(store).in_dispute(date(2026, 3, 12)) == frozenset()
    appeal(store, "closing", day=13)
    with reading(store) as session:
        assert appeal_by_id(session=session, appeal_id=id_).appeal.outcome == "withdrawn"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"targets": ()}, "at least one"),
        ({"targets": ("slang",)}, "no deduction of this call"),
        ({"reason": " "}, "needs a reason"),
        # Five working days after Thursday the 12th.
        ({"at": at(20)}, "ended on 2026-03-19"),
    ],
)
def test_what_is_no_appeal(store: Engine, fields: dict[str, Any], said: str) -> None:
    keep(store)
    given: dict[str, Any] = {"by": "867", "targets": ("closing",), "reason": "说了", "at": at(12)}
    with pytest.raises(AppealError, match=said), writing(store) as session:
        submit(session=session, call_id="c1", **(given | fields))


def test_one_appeal_at_a_time(store: Engine) -> None:
    keep(store)
    appeal(store, "closing")
    with pytest.raises(AppealError, match="under way"):
        appeal(store, "job-number")


def test_an_agent_replies_or_acknowledges_without_an_appeal(store: Engine) -> None:
    keep(store)
    with writing(store) as session:
        for text in ("", "以后注意"):
            reply(session=session, call_id="c1", agent_id="867", by="867", text=text, at=at(12))
    with reading(store) as session:
        assert [(r.kind, r.text) for r in replies(session=session, call_id="c1")] == [
            ("acknowledged", ""),
            ("reply", "以后注意"),
        ]
