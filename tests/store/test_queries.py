"""Filters, order, paging and figures over a handful of known calls."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from qa.errors import ConfigError
from qa.result import CallResult
from qa.store.engine import reading, writing
from qa.store.queries import (
    CallFilter,
    RulePoints,
    count_calls,
    filter_choices,
    list_calls,
    peaks,
    recording_path,
    summary,
)
from qa.store.runs import list_runs
from qa.store.saving import finish_run, note_item, save_result, start_run
from tests.builders import make_call, make_failed, make_finding, make_meta, make_result, make_transcript, make_turn


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


CALLS: list[CallResult] = [
    make_result(
        "early",
        make_finding("closing", "passed", name="结束语"),
        meta=make_meta("early", team="一组", agent_name="陈晓", started_at=at("2026-03-11T00:05:00+08:00")),
    ),
    make_result(
        "late",
        make_finding(),
        make_finding("refusal", name="推诿", points=10.0, count=2),
        meta=make_meta("late", team="二组", agent_id="003", started_at=at("2026-03-11T23:55:00+08:00")),
    ),
    make_result(
        "next",
        make_finding("job-number", "needs_review"),
        meta=make_meta("next", ruleset="telecom", started_at=at("2026-03-12T00:05:00+08:00")),
    ),
    make_result("undated", make_finding(), meta=make_meta("undated", started_at=None)),
    make_failed("broken"),
]


@pytest.fixture
def session(store: Engine) -> Iterator[Session]:
    with writing(store) as writer:
        run_id = start_run(session=writer, command="run", total=len(CALLS) + 1)
        for result in CALLS:
            said = "我的地址是 50%_里" if result.meta.call_id == "late" else "您好"
            call = make_call(make_turn("agent", 0.5, 5.5, said), meta=result.meta)
            save_result(
                session=writer,
                result=result,
                run_id=run_id,
                work="failed" if result.status == "failed" else "transcribed",
                transcript=make_transcript(call, source=result.meta.call_id) if result.call else None,
                recording_path=f"/in/{result.meta.call_id}.wav",
            )
        note_item(session=writer, run_id=run_id, call_id="kept", work="kept", status="scored", error=None)
        finish_run(session=writer, run_id=run_id)
    with reading(store) as reader:
        yield reader


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({}, {"early", "late", "next", "undated", "broken"}),
        ({"date_from": date(2026, 3, 12)}, {"next"}),
        ({"date_from": date(2026, 3, 11), "date_to": date(2026, 3, 11)}, {"early", "late", "broken"}),
        ({"date_to": date(2026, 3, 10)}, set()),
        ({"agent_id": "003"}, {"late"}),
        ({"agent_id": "3"}, set()),
        ({"team": "一组"}, {"early"}),
        ({"ruleset": "telecom"}, {"next"}),
        ({"status": "failed"}, {"broken"}),
        ({"grade": "A"}, {"early", "next", "undated"}),
        ({"needs_review": True}, {"next"}),
        ({"needs_review": False}, {"early", "late", "undated"}),
        ({"rule": "job-number"}, {"late", "undated"}),
        ({"rule": "closing"}, set()),
        ({"score_min": 95}, {"early", "next", "undated"}),
        ({"score_max": 85}, {"late"}),
        ({"text": "地址"}, {"late"}),
        ({"text": "LATE"}, {"late"}),
        ({"text": "50%_"}, {"late"}),
        ({"text": "%"}, {"late"}),
        ({"text": "您好", "team": "一组"}, {"early"}),
    ],
)
def test_filters(session: Session, where: dict[str, Any], expected: set[str]) -> None:
    chosen = CallFilter(**where)
    assert {row.call_id for row in list_calls(session=session, where=chosen)} == expected
    assert count_calls(session=session, where=chosen) == len(expected)
    assert summary(session=session, where=chosen).calls == len(expected)


@pytest.mark.parametrize(
    ("order_by", "descending", "expected"),
    [
        ("started_at", False, ["early", "broken", "late", "next", "undated"]),
        ("started_at", True, ["next", "late", "broken", "early", "undated"]),
        ("score", False, ["late", "undated", "early", "next", "broken"]),
        ("score", True, ["early", "next", "undated", "late", "broken"]),
        ("call_id", False, ["broken", "early", "late", "next", "undated"]),
    ],
)
def test_order_puts_the_unknown_last(session: Session, order_by: str, descending: bool, expected: list[str]) -> None:
    rows = list_calls(session=session, order_by=order_by, descending=descending)
    assert [row.call_id for row in rows] == expected


def test_pages_cover_every_call_once(session: Session) -> None:
    pages = [list_calls(session=session, order_by="score", limit=2, offset=n) for n in (0, 2, 4)]
    ids = [row.call_id for page in pages for row in page]
    assert sorted(ids) == ["broken", "early", "late", "next", "undated"]


def test_an_unknown_order_is_refused(session: Session) -> None:
    with pytest.raises(ConfigError, match="cannot sort"):
        list_calls(session=session, order_by="score; drop table call")


def test_a_row_tells_rules_and_local_time(session: Session) -> None:
    (row,) = list_calls(session=session, where=CallFilter(agent_id="003"))
    assert row.violated_rules == ("job-number", "refusal")
    assert row.started_at is not None and row.started_at.isoformat() == "2026-03-11T23:55:00+08:00"
    assert (row.score, row.grade, row.duration_s, row.channels) == (85.0, "B", 6.5, "agent-left")
    (review,) = list_calls(session=session, where=CallFilter(needs_review=True))
    assert (review.violated_rules, review.review_rules) == ((), ("job-number",))
    (failed,) = list_calls(session=session, where=CallFilter(status="failed"))
    assert (failed.score, failed.error) == (None, "the file is empty; export it again")


def test_summary(session: Session) -> None:
    figures = summary(session=session)
    assert (figures.calls, figures.scored, figures.failed, figures.skipped) == (5, 4, 1, 0)
    assert figures.mean_score == pytest.approx((100 + 85 + 100 + 95) / 4)
    assert figures.needs_review == 1
    assert figures.points_by_rule == (
        RulePoints("job-number", "主动报工号", "002 开头语", 2, 10.0),
        RulePoints("refusal", "推诿", "002 开头语", 2, 10.0),
    )
    assert figures.grades == (("A", 3), ("B", 1))
    assert {low: n for low, n in figures.score_bins if n} == {85: 1, 95: 3}
    assert len(figures.score_bins) == 20


def test_summary_of_one_rule_counts_all_rules_of_its_calls(session: Session) -> None:
    figures = summary(session=session, where=CallFilter(rule="refusal"))
    assert [(r.rule, r.points) for r in figures.points_by_rule] == [("refusal", 10.0), ("job-number", 5.0)]


def test_summary_of_nothing(session: Session) -> None:
    figures = summary(session=session, where=CallFilter(team="三组"))
    assert (figures.calls, figures.mean_score, figures.points_by_rule, figures.grades) == (0, None, (), ())


def test_choices(session: Session) -> None:
    choices = filter_choices(session=session)
    assert choices.agents == (("003", ""), ("867", "陈晓"))
    assert choices.teams == ("一组", "二组")
    assert choices.rulesets == ("heating", "telecom")
    assert choices.statuses == ("failed", "scored")
    assert choices.rules == (("job-number", "主动报工号"), ("refusal", "推诿"))


def test_waveform_and_recording(session: Session) -> None:
    left, right = peaks(session=session, call_id="early")
    assert left == pytest.approx((0.0, 0.2, 1.0), abs=0.005)
    assert right == pytest.approx((0.4, 0.6, 0.0), abs=0.005)
    assert peaks(session=session, call_id="broken") == ()
    assert recording_path(session=session, call_id="early") == Path("/in/early.wav")
    assert recording_path(session=session, call_id="nobody") is None


def test_runs_tell_what_they_did(session: Session) -> None:
    (run,) = list_runs(session=session)
    assert (run.command, run.total, run.transcribed, run.kept, run.failed) == ("run", 6, 4, 1, 1)
    assert run.finished_at is not None and run.finished_at >= run.started_at
