"""What is left of a call whose words were removed, and what everything else makes of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

from sqlalchemy import Engine, text, update

from qa.finding import Evidence
from qa.result import Provenance, Scorecard
from qa.store import audit, followups
from qa.store.archive import count_archived, count_forgotten, ids_since, load_archived
from qa.store.engine import reading, writing
from qa.store.filters import CallFilter
from qa.store.forgetting import Batch, forget_unused, forget_words
from qa.store.loading import load_result
from qa.store.queries import call_ids, peaks
from qa.store.queues import candidates, count_waiting
from qa.store.rescoring import add_waiting, publish, resume_or_start
from qa.store.results import load_results
from qa.store.retention import Due, last_removals
from qa.store.reviews import deduct, judge, review_of
from qa.store.saving import finish_run, save_result, start_run
from qa.store.scorecards import Made
from qa.store.search import Sought, count, find
from qa.store.spoken import count_missing, index_missing
from qa.store.tables import CallRecord
from qa.store.transcripts import find_transcript
from tests.builders import make_failed
from tests.review.centre import SCORED, machine
from tests.review.centre import found as shipped
from tests.store.forgotten import DAY, NOW, ORDER, SECRET, everything, forget, item, looked_at, quoting

CALL: Any = CallRecord


def test_the_words_are_gone_and_nothing_else(store: Engine) -> None:
    quoting(store)
    with writing(store) as session:
        deduct(
            session=session, call_id="c1", seen=0, by="李", item="manual-01", start_s=6, end_s=9, note=SECRET, at=SCORED
        )
        judge(
            session=session,
            call_id="c1",
            seen=1,
            by="李",
            rule="nuisance-call",
            decision="overturned",
            reason="不是",
            at=SCORED,
        )
        item(session)
        followups.close(session=session, item_id=1, by="李", now=SCORED, note="回了")
        before = review_of(session=session, call_id="c1")
    assert SECRET in everything(store) and "13912345678" in everything(store)
    assert looked_at(store) == Due(1, 0, {}, 0)
    assert forget(store) == Batch(("c1",), {}, "c1")
    left = everything(store)
    assert SECRET not in left and "13912345678" not in left and "我明天给您回电话" not in left
    with reading(store) as session:
        after = review_of(session=session, call_id="c1")
        result = load_result(session=session, call_id="c1")
    assert result is not None and result.call is not None and result.words_removed_at == NOW
    assert (result.call.turns, result.call.speech, result.call.duration_s) == ((), (), 10.0)
    assert bare(after.card) == bare(before.card) and bare(after.machine) == bare(before.machine)
    assert [f.reason for f in after.card.findings] == ["说了禁语（“…”）", "人工复核：不是", "因为"]
    assert after.machine.findings[1].reason == "请人工复核：跟读不对（客户说 …，没有跟读）"
    assert [(m.points, m.action.start_s, m.action.note) for m in after.manual] == [
        (m.points, m.action.start_s, "") for m in before.manual
    ]
    assert after.provisional_until == before.provisional_until
    assert looked_at(store) == Due(0, 0, {}, 0) and forget(store) == Batch()


def bare(card: Scorecard) -> Scorecard:
    """A scorecard without its texts."""
    findings = (replace(f, reason="", evidence=tuple(replace(e, text="") for e in f.evidence)) for f in card.findings)
    return replace(card, findings=tuple(findings))


def test_the_log_tells_who_when_and_how_many(store: Engine) -> None:
    for number in range(3):
        quoting(store, f"c{number}", source=f"{number:064}")
    order = ORDER
    for _ in range(2):
        with writing(store) as session:
            batch = forget_words(session=session, order=order, after=f"c{order.done - 1}" if order.done else "", most=2)
        order = replace(order, done=order.done + len(batch.removed))
    with reading(store) as session:
        (removal,) = last_removals(session=session)
        assert [e.after["calls"] for e in audit.entries(session=session, subject="retention:words")] == [1, 2]
        assert audit.verify(session=session).faults == ()
    assert (removal.kind, removal.at, removal.by, removal.calls, removal.days) == ("words", NOW, "张", 3, 30)


def test_a_transcript_goes_with_its_last_call(store: Engine) -> None:
    quoting(store)
    quoting(store, "c2", started_at=NOW - DAY)
    assert looked_at(store).kept == {"shared": 1}
    assert forget(store) == Batch((), {"c1": "shared"}, "c1")
    with writing(store) as session:
        session.execute(update(CallRecord).where(CALL.call_id == "c2").values(started_at=NOW - 40 * DAY))
        batch = forget_words(session=session, order=ORDER, after="", most=1)
    assert batch == Batch(("c1", "c2"), {}, "c1"), "both at once: neither is left with an empty transcript"
    assert SECRET not in everything(store)


def test_a_younger_call_has_its_words_though_an_older_one_had_the_same_recording(store: Engine) -> None:
    quoting(store)
    forget(store)
    with reading(store) as session:
        assert find_transcript(session=session, source="a" * 64, engine_of=lambda _: "base") is None
    quoting(store, "c2", started_at=NOW - DAY)
    with reading(store) as session:
        old, young = (load_result(session=session, call_id=i) for i in ("c1", "c2"))
        hits = find(session=session, sought=Sought("幸福路"), where=CallFilter(), limit=9).hits
        assert call_ids(session=session, where=CallFilter(text="幸福路")) == ["c2"]
        assert (peaks(session=session, call_id="c1"), len(peaks(session=session, call_id="c2"))) == ((), 2)
        exported = {r.meta.call_id: r for r in load_results(session=session, call_ids=["c1", "c2"])}
    assert old is not None and young is not None and old.call is not None and young.call is not None
    assert (old.call.turns, [t.text for t in young.call.turns]) == ((), [SECRET])
    assert [hit.call_id for hit in hits] == ["c2"]
    assert exported == {"c1": old, "c2": young}


def test_nothing_of_it_is_found_or_asked_for(store: Engine) -> None:
    quoting(store)
    with reading(store) as session:
        assert (count_waiting(session=session), len(candidates(session=session))) == (1, 1)
    forget(store)
    with reading(store) as session:
        assert count_missing(session=session) == 0 and index_missing(session=session, most=9) == []
        assert find(session=session, sought=Sought("幸福路"), where=CallFilter(), limit=9).hits == ()
        assert count(session=session, sought=Sought("幸福路"), where=CallFilter()) == 0
        assert (count_waiting(session=session), candidates(session=session)) == (0, [])
        assert (count_archived(session=session), ids_since(session=session, day=None)) == ((0, 1), [])
        assert load_archived(session=session, call_ids=["c1"]) == [] and count_forgotten(session=session) == 1


def test_words_that_no_call_has_any_more(store: Engine) -> None:
    quoting(store)
    with writing(store) as session:
        save_result(
            session=session,
            result=make_failed("c1"),
            run_id=start_run(session=session, command="run", total=1),
            work="failed",
        )
        session.execute(text("UPDATE transcript SET created_at = '2026-03-01 00:00:00'"))
    assert SECRET in everything(store)
    forget(store)
    assert SECRET in everything(store), "the transcript is no call's"
    with writing(store) as session:
        rescoring = start_run(session=session, command="rescore", total=1)
        assert forget_unused(session=session, order=ORDER, most=9) == 0, "a rescoring may need it"
        finish_run(session=session, run_id=rescoring)
        assert forget_unused(session=session, order=ORDER, most=9) == 1
        assert forget_unused(session=session, order=ORDER, most=9) == 0
    assert SECRET not in everything(store)


def test_a_new_recording_under_the_same_id_has_its_words(store: Engine) -> None:
    quoting(store)
    forget(store)
    quoting(store, source="b" * 64)
    with reading(store) as session:
        result = load_result(session=session, call_id="c1")
        assert (count_waiting(session=session), count_forgotten(session=session)) == (1, 0)
    assert result is not None and result.call is not None and result.call.turns and result.words_removed_at is None
    assert forget(store).removed == ("c1",)


def test_a_failure_takes_no_score_that_cannot_be_made_again(store: Engine) -> None:
    quoting(store)
    forget(store)
    with writing(store) as session:
        run = start_run(session=session, command="run", total=1)
        save_result(session=session, result=make_failed("c1"), run_id=run, work="failed")
    with reading(store) as session:
        result = load_result(session=session, call_id="c1")
    assert result is not None and result.status == "scored" and result.words_removed_at == NOW


def test_what_a_rescoring_has_ready_does_not_count(store: Engine) -> None:
    quoting(store)
    with writing(store) as session:
        card = machine(shipped("rude-language", "violated", Evidence("customer", 6.0, 9.0, SECRET, 0.9)))
        run, _ = resume_or_start(session=session, goal="g", total=1)
        made = Made("c1", card, Provenance("a" * 64, "base", "f" * 64, "1", SCORED.isoformat()), None, 1)
        add_waiting(session=session, run_id=run, made=[made], items=[])
    forget(store)
    assert SECRET not in everything(store)
    with writing(store) as session:
        assert publish(session=session, run_id=run).calls == 0


def test_a_younger_call_that_is_stored_meanwhile_has_its_words(store: Engine) -> None:
    """Whichever of both comes first: a call that is not marked is never left with an empty transcript."""
    sources = [f"{number:064}" for number in range(20)]
    for number, source in enumerate(sources):
        quoting(store, f"old-{number:02}", source=source)
    began = Barrier(2)

    def younger() -> None:
        began.wait()
        for number, source in enumerate(sources):
            quoting(store, f"young-{number:02}", source=source, started_at=NOW - DAY)

    def removal() -> set[str]:
        gone: set[str] = set()
        began.wait()
        for _ in range(10):
            with writing(store) as session:
                batch = forget_words(session=session, order=ORDER, after="", most=3)
            gone |= set(batch.removed)
        return gone

    with ThreadPoolExecutor(2) as threads:
        stored, removed = threads.submit(younger), threads.submit(removal)
        stored.result()
        gone = removed.result()
    with reading(store) as session:
        results = list(load_results(session=session, call_ids=call_ids(session=session)))
    assert len(results) == 2 * len(sources)
    for result in results:
        assert result.call is not None
        assert bool(result.call.turns) is (result.words_removed_at is None) is (result.meta.call_id not in gone)
    assert not any(call_id.startswith("young") for call_id in gone)
