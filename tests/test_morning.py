"""The morning's message: figures and causes, within the bytes that are allowed, without a word of a call."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from qa.morning import MOST_BYTES, Morning, facts, markdown, message_of, subject
from qa.store.engine import open_store, writing
from qa.store.runs import RunFailure, RunRow
from qa.store.saving import finish_run, save_result, start_run
from tests.builders import OPENING, make_call, make_failed, make_result, make_transcript

NIGHT = RunRow(
    run_id=12,
    command="run",
    state="finished",
    started_at=datetime.fromisoformat("2026-03-11T01:30:00+08:00"),
    finished_at=datetime.fromisoformat("2026-03-11T05:12:00+08:00"),
    total=100,
    transcribed=60,
    rescored=5,
    kept=30,
    held=2,
    failed=3,
    skipped=4,
    audio_s=7200.0,
    speed=12.34,
    ends_at=None,
)


def failures(*errors: str) -> tuple[RunFailure, ...]:
    return tuple(RunFailure(f"c{number}", error, 1, True) for number, error in enumerate(errors))


@pytest.mark.parametrize(
    ("morning", "lines"),
    [
        (
            Morning(NIGHT, failures("is empty", "no audio", "is empty"), "http://desk/runs?run=12"),
            [
                "**质检批次 12 完成：评分 61 通，3 通未评分**",
                "> 时间：03-11 01:30 – 03-11 05:12",
                "> 共 100 通：评分 61，早已完成 30，无人说话 4，失败 3",
                "> 录音 2.0 小时，速度为实时的 12.3 倍",
                "> 另有 2 通以前失败、未再处理（`qa retry` 可重做）",
                "- 2 通：is empty（c0、c2）",
                "- 1 通：no audio（c1）",
                "[打开质检看板](http://desk/runs?run=12)",
            ],
        ),
        (
            Morning(replace(NIGHT, failed=0, held=0, total=98, audio_s=0.0, speed=None)),
            [
                "**质检批次 12 完成：评分 61 通**",
                "> 时间：03-11 01:30 – 03-11 05:12",
                "> 共 98 通：评分 61，早已完成 30，无人说话 4，失败 0",
                "> 还剩 3 通没有处理，再次运行同一命令即可继续",
            ],
        ),
    ],
)
def test_the_text(morning: Morning, lines: list[str]) -> None:
    assert markdown(morning).split("\n") == lines


@pytest.mark.parametrize("length", [10, 1000, 5000])
def test_many_long_causes_keep_within_bounds(length: int) -> None:
    many = failures(*(f"{number} 录音" * length for number in range(20)))
    text = markdown(Morning(replace(NIGHT, failed=20), many))
    assert len(text.encode()) <= MOST_BYTES and "- 其他原因：" in text


def test_a_stored_run(db: str) -> None:
    store = open_store(db)
    with writing(store) as session:
        run_id = start_run(session=session, command="run", total=2)
        save_result(
            session=session,
            result=make_result("c1"),
            run_id=run_id,
            work="transcribed",
            transcript=make_transcript(make_call(), duration_s=1800.0),
        )
        save_result(session=session, result=make_failed("c2", "is empty"), run_id=run_id, work="failed")
        finish_run(session=session, run_id=run_id)
    store.dispose()
    message = message_of(db, run_id, "http://desk/")
    expected: dict[str, Any] = {"scored": 1, "failed": 1, "audio_hours": 0.5, "url": f"http://desk/runs?run={run_id}"}
    assert expected.items() <= dict(message.facts).items()
    assert message.facts["failures"] == [{"call_id": "c2", "error": "is empty", "attempts": 0}]
    assert OPENING[:4] not in message.text and OPENING[:4] not in repr(message.facts)


def test_the_subject_names_how_it_ended() -> None:
    assert subject(Morning(replace(NIGHT, state="stopped", failed=0))) == "质检批次 12 中途停止：评分 61 通"
    assert facts(Morning(NIGHT))["speed"] == 12.34
