"""Scoring in a session is blind until it is closed; then the report tells how far inspectors agree."""

from datetime import datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from qa.call import LOCAL
from qa.errors import ConfigError
from qa.finding import Verdict
from qa.store.calibrations import (
    calibration_calls,
    calibration_report,
    close_calibration,
    list_calibrations,
    open_calibration,
    rate,
    ratings,
)
from qa.store.engine import writing
from qa.store.saving import save_result, start_run
from tests.builders import make_result

NOW = datetime(2026, 3, 11, 9, tzinfo=LOCAL)


def opened(session: Session) -> int:
    """Two calls, scored by 李 and 王 and by the reference 主管."""
    run = start_run(session=session, command="run", total=2)
    for call_id in ("c1", "c2"):
        save_result(session=session, result=make_result(call_id), run_id=run, work="rescored")
    made = open_calibration(
        session=session, name="三月", call_ids=["c2", "c1", "c2"], by="主管", now=NOW, reference="主管"
    )
    said: dict[str, tuple[Verdict, Verdict]] = {
        "李": ("violated", "passed"),
        "王": ("passed", "passed"),
        "主管": ("violated", "passed"),
    }
    for inspector, verdicts in said.items():
        for call_id, verdict in zip(("c1", "c2"), verdicts, strict=True):
            rate(
                session=session,
                session_id=made,
                call_id=call_id,
                rule="slang",
                inspector=inspector,
                verdict=verdict,
                now=NOW,
            )
    return made


def test_scoring_is_blind_until_the_end(store: Engine) -> None:
    with writing(store) as session:
        made = opened(session)
        assert calibration_calls(session=session, session_id=made) == ["c1", "c2"]
        assert {r.inspector for r in ratings(session=session, session_id=made, viewer="王")} == {"王"}
        with pytest.raises(ConfigError, match="still open"):
            calibration_report(session=session, session_id=made)
        close_calibration(session=session, session_id=made, now=NOW)
        assert {r.inspector for r in ratings(session=session, session_id=made, viewer="王")} == {"李", "王", "主管"}
        (listed,) = list_calibrations(session=session)
        assert (listed.name, listed.calls, listed.inspectors, listed.closed_at) == (
            "三月",
            2,
            ("主管", "李", "王"),
            NOW,
        )


def test_the_report_measures_inspectors_by_the_reference(store: Engine) -> None:
    with writing(store) as session:
        made = opened(session)
        close_calibration(session=session, session_id=made, now=NOW)
        report = calibration_report(session=session, session_id=made)
    (rule,) = report.rules
    assert (rule.rule, rule.raters, rule.calls, rule.percent.value) == ("slang", 2, 2, 0.5)
    assert {i.inspector: (i.percent.value, i.softer) for i in report.inspectors} == {"李": (1.0, 0), "王": (0.5, 1)}
    assert [(t.call_id, t.reference) for t in report.topics] == [("c1", "violated")]


def test_what_cannot_be_scored(store: Engine) -> None:
    with writing(store) as session:
        made = opened(session)
        verdict: Verdict = "passed"
        with pytest.raises(ConfigError, match="c9 is not in it"):
            rate(session=session, session_id=made, call_id="c9", rule="x", inspector="李", verdict=verdict, now=NOW)
        close_calibration(session=session, session_id=made, now=NOW)
        with pytest.raises(ConfigError, match="is closed"):
            rate(session=session, session_id=made, call_id="c1", rule="x", inspector="李", verdict=verdict, now=NOW)
        with pytest.raises(ConfigError, match="there is none"):
            calibration_report(session=session, session_id=99)
