"""Results read by the page are those that are read one at a time."""

from dataclasses import replace

from sqlalchemy import Engine

from qa.finding import Evidence
from qa.result import CallResult
from qa.store.engine import reading, writing
from qa.store.loading import load_result
from qa.store.results import load_results
from qa.store.saving import save_result, start_run
from tests.builders import make_call, make_failed, make_finding, make_meta, make_result, make_transcript, make_turn


def stored(store: Engine) -> list[str]:
    """Calls of every kind, one of them scored twice; their ids."""
    measured = make_turn("agent", 0.5, 5.5, "您好", level_db=-20.0, mandarin=0.9, alternatives=("你好",))
    quoted = (Evidence("agent", 0.5, 3.9, "您好", 0.9), Evidence("customer", 4.0, 5.0, "喂", 0.8))
    cases: list[CallResult] = [
        make_result("b", make_finding(), make_finding("closing", "passed"), make_finding("slang", evidence=quoted)),
        make_result("a", make_finding("closing", "needs_review")),
        make_failed("c"),
        CallResult(make_meta("d"), "skipped", error="nobody speaks"),
        make_result("a", make_finding("closing", "passed")),
    ]
    for result in cases:
        call = make_call(measured, meta=result.meta)
        source = result.meta.call_id * 64
        with writing(store) as session:
            run_id = start_run(session=session, command="run", total=1)
            save_result(
                session=session,
                result=replace(result, call=call) if result.call else result,
                run_id=run_id,
                work="transcribed",
                transcript=make_transcript(call, source=source, audio_sha256=source) if result.call else None,
            )
    return ["d", "a", "nobody", "c", "b"]


def test_by_the_page_or_one_at_a_time(store: Engine) -> None:
    ids = stored(store)
    with reading(store) as session:
        one_at_a_time = [load_result(session=session, call_id=call_id) for call_id in ids]
        by_the_page = list(load_results(session=session, call_ids=ids))
    assert by_the_page == [result for result in one_at_a_time if result]
    assert [result.meta.call_id for result in by_the_page] == ["d", "a", "c", "b"]
