"""What is stored comes back equal, once, and newer results replace older ones."""

from datetime import datetime

import pytest
from sqlalchemy import Engine, func
from sqlmodel import SQLModel, select

from qa.result import CallResult
from qa.store.engine import reading, writing
from qa.store.loading import load_result, load_scorecard
from qa.store.saving import finish_run, save_result, start_run
from qa.store.tables import CallRecord, TranscriptRecord
from qa.store.transcripts import StoredTranscript
from tests.builders import make_call, make_failed, make_finding, make_meta, make_result, make_transcript


def save(store: Engine, result: CallResult, transcript: StoredTranscript | None = None) -> int:
    with writing(store) as session:
        run_id = start_run(session=session, command="run", total=1)
        save_result(
            session=session,
            result=result,
            run_id=run_id,
            work="transcribed",
            transcript=transcript or (make_transcript(result.call) if result.call else None),
            recording_path=f"/recordings/{result.meta.recording}",
        )
        finish_run(session=session, run_id=run_id)
    return run_id


def rows(store: Engine) -> dict[str, int]:
    with reading(store) as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
            if name not in ("run", "run_item")
        }


RESULTS = [
    make_result(),
    make_result(
        "c2",
        make_finding(),
        make_finding("closing", "passed"),
        make_finding("refusal", "needs_review", covered_by="rude-language"),
    ),
    make_result(meta=make_meta(started_at=None, extra={"地区": "东城"}, complaint=False, caller="0a1b")),
    make_failed(),
    CallResult(make_meta("quiet"), "skipped", error="nobody speaks", call=make_call(meta=make_meta("quiet"))),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda r: f"{r.meta.call_id}-{r.status}")
def test_a_stored_result_comes_back_equal(store: Engine, result: CallResult) -> None:
    save(store, result)
    with reading(store) as session:
        assert load_result(session=session, call_id=result.meta.call_id) == result


def test_an_unknown_call_is_none(store: Engine) -> None:
    with reading(store) as session:
        assert load_result(session=session, call_id="nobody") is None


def test_saving_again_in_the_same_run_adds_nothing(store: Engine) -> None:
    run_id = save(store, RESULTS[1])
    once = rows(store)
    with writing(store) as session:
        transcript = make_transcript(RESULTS[1].call)
        save_result(session=session, result=RESULTS[1], run_id=run_id, work="transcribed", transcript=transcript)
    # Days are marked for their sums each time, until they are summed.
    assert once["stale"] and rows(store) | {"stale": once["stale"]} == once


def test_a_newer_result_counts_and_the_older_one_is_history(store: Engine) -> None:
    older, newer = (
        make_result("c1", make_finding(), make_finding("closing")),
        make_result("c1", make_finding("refusal")),
    )
    runs = [save(store, result) for result in (older, newer)]
    with reading(store) as session:
        assert load_result(session=session, call_id="c1") == newer
        cards = [load_scorecard(session=session, call_id="c1", run_id=run) for run in (*runs, None)]
    assert cards == [older.scorecard, newer.scorecard, None]


def test_a_failure_takes_the_score_away_but_not_the_history(store: Engine) -> None:
    run_id = save(store, make_result("c1"))
    save(store, make_failed("c1"))
    with reading(store) as session:
        assert load_result(session=session, call_id="c1") == make_failed("c1")
        assert load_scorecard(session=session, call_id="c1", run_id=run_id) == make_result("c1").scorecard


def test_times_are_stored_as_utc(store: Engine) -> None:
    save(store, make_result(meta=make_meta(started_at=datetime.fromisoformat("2026-03-01T00:10:00+08:00"))))
    with reading(store) as session:
        stored = session.connection().exec_driver_sql("SELECT started_at FROM call").scalar_one()
    assert str(stored).startswith("2026-02-28 16:10:00")


def test_a_time_without_a_zone_is_refused(store: Engine) -> None:
    with pytest.raises(Exception, match="without a zone"):
        save(store, make_result(meta=make_meta(started_at=datetime(2026, 3, 1))))


def test_two_calls_of_equal_audio_are_two_calls_with_one_transcript(store: Engine) -> None:
    for call_id in ("c1", "c2"):
        save(store, make_result(call_id))
    assert (rows(store)["call"], rows(store)["transcript"]) == (2, 1)


def test_a_replaced_given_transcript_is_not_kept(store: Engine) -> None:
    for source in ("1", "2"):
        given = make_transcript(source=source, audio_sha256=None, engine="given")
        save(store, make_result("c1"), given)
    with reading(store) as session:
        assert [t.source for t in session.exec(select(TranscriptRecord)).all()] == ["2"]


def test_nothing_of_a_call_is_stored_when_saving_breaks_off(store: Engine) -> None:
    class Broken(Exception):
        pass

    with pytest.raises(Broken), writing(store) as session:
        run_id = start_run(session=session, command="run", total=1)
        result = make_result("c1")
        save_result(session=session, result=result, run_id=run_id, work="transcribed", transcript=make_transcript())
        raise Broken
    with reading(store) as session:
        assert session.exec(select(CallRecord)).all() == []
    assert set(rows(store).values()) <= {0, 1} and rows(store)["schema_version"] == 1
