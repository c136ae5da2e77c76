"""Figures against labelled calls, on cases small enough to count by hand."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from qa.accuracy import compare, evaluate, figures, normalised
from qa.cli import main
from qa.errors import ConfigError
from qa.intervals import poisson, wilson


def result(call_id: str, said: str = "您好", status: str = "scored", **verdicts: str) -> dict[str, Any]:
    findings = [
        {"rule": rule.replace("_", "-"), "verdict": verdict, "confidence": 0.96} for rule, verdict in verdicts.items()
    ]
    turns = [{"role": "agent", "start": 0.5, "end": 1.0, "text": said}]
    return {"call_id": call_id, "status": status, "findings": findings, "transcript": turns, "answers": {"rating": 9}}


def label(call_id: str, said: str = "您好", notes: list[str] | None = None, **verdicts: str) -> dict[str, Any]:
    labels = {rule.replace("_", "-"): verdict for rule, verdict in verdicts.items()}
    turns = [{"role": "agent", "start": 0.5, "end": 1.0, "text": said}]
    return {"call_id": call_id, "labels": labels, "notes": notes or [], "transcript": turns}


def written(folder: Path, results: list[dict[str, Any]], labels: list[dict[str, Any]]) -> tuple[Path, Path]:
    for name, records in (("results", results), ("labels", labels)):
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "results", folder / "labels"


def measured(folder: Path, results: list[dict[str, Any]], labels: list[dict[str, Any]]) -> dict[str, Any]:
    return figures(evaluate(*written(folder, results, labels)))


def test_counts(tmp_path: Path) -> None:
    got = measured(
        tmp_path,
        [
            result("1", closing="violated", refusal="passed"),
            result("2", closing="passed", refusal="needs_review"),
            result("3", closing="violated", refusal="not_applicable"),
            result("4", closing="violated", status="failed"),
        ],
        [
            label("1", closing="violated", refusal="passed"),
            label("2", closing="violated", refusal="passed"),
            label("3", closing="passed", refusal="not_applicable"),
            label("4", closing="violated"),
            label("5", closing="violated"),
        ],
    )
    closing, refusal, overall = got["rules"]["closing"], got["rules"]["refusal"], got["overall"]
    assert (closing["violations"], closing["found"], closing["missed"], closing["wrongful"]) == (2, 1, 1, 1)
    assert (closing["precision"], closing["recall"]) == (0.5, 0.5)
    assert (refusal["review"], refusal["precision"]) == (1, None)
    assert (overall["calls"], overall["calls_without_result"]) == (3, 2)
    assert (overall["wrongful_per_100_calls"], overall["missed_per_100_calls"]) == (33.33, 33.33)
    assert overall["review_share"] == pytest.approx(1 / 5)
    assert overall["review_calls"] == pytest.approx(1 / 3, abs=1e-4)
    assert overall["agreement"] == pytest.approx(3 / 6)


def test_a_paraphrase_is_a_row_of_its_own(tmp_path: Path) -> None:
    got = measured(
        tmp_path,
        [result("1", refusal="passed")],
        [label("1", notes=["paraphrase:refusal"], refusal="violated")],
    )
    assert set(got["rules"]) == {"refusal~paraphrase"}
    assert got["overall"]["missed_per_100_calls"] == 0.0


@pytest.mark.parametrize(
    ("said", "heard", "cer"),
    [
        ("您好再见", "您好再见", 0.0),
        ("您好再见", "您好", 0.5),
        ("您,好。", "您好", 0.0),
        ("零零三号", "003号", 0.0),
        ("", "您好", None),
    ],
)
def test_character_error_rate(tmp_path: Path, said: str, heard: str, cer: float | None) -> None:
    assert measured(tmp_path, [result("1", heard)], [label("1", said)])["overall"]["cer"] == cer


def test_normalised() -> None:
    assert normalised("您好, A幺1 _9。") == "您好a一一九"


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (5, 10, 0.237, 0.763), (81, 263, 0.255, 0.366)],
)
def test_wilson_interval(part: int, whole: int, low: float, high: float) -> None:
    """The last case is the worked example of Newcombe 1998 (method 3)."""
    assert wilson(part, whole) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (20, 12.217, 30.889), (100, 81.364, 121.627)],
)
def test_poisson_interval(count: int, low: float, high: float) -> None:
    """Exact limits (Garwood 1936); the approximation keeps within 2 % of them, and within 0.02 near nothing."""
    assert poisson(count) == pytest.approx((low, high), rel=0.02, abs=0.02)


def test_channels_apart() -> None:
    results = {"m": result("m", closing="violated") | {"channels": "mono"}}
    results |= {"s": result("s", closing="passed") | {"channels": "agent-left"}}
    labels = {name: label(name, closing="violated") for name in ("m", "s")}
    got = {kind: figures(compare(results, labels, kind))["overall"] for kind in ("mono", "stereo", None)}
    assert [(got[kind]["calls"], got[kind]["recall"]) for kind in got] == [(1, 1.0), (1, 0.0), (2, 0.5)]


def test_reliability_of_what_was_stated(tmp_path: Path) -> None:
    """Two deductions at 0.96, one of them wrong; a pass at 0.96 states 0.04."""
    results = [result("1", closing="violated"), result("2", closing="violated"), result("3", closing="passed")]
    labels = [label("1", closing="violated"), label("2", closing="passed"), label("3", closing="passed")]
    found = measured(tmp_path, results, labels)["reliability"]
    bins = [(b["cases"], b["violations"], b["stated"]) for b in found["bins"]]
    assert bins == [(1, 0, 0.04), (2, 1, 0.96)]
    assert found["deducted"]["gap"] == pytest.approx(-0.46)
    assert found["expected_calibration_error"] == pytest.approx((0.04 + 2 * 0.46) / 3, abs=1e-4)
    assert found["error_open"] == pytest.approx(0.46)


def test_command_writes_figures_and_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, labels = written(tmp_path, [result("1", closing="violated")], [label("1", closing="violated")])
    out, picture = tmp_path / "figures.json", tmp_path / "curve.svg"
    with pytest.raises(SystemExit) as end:
        main(["evaluate", str(results), str(labels), "--out", str(out), "--picture", str(picture)])
    assert end.value.code == 0
    told = capsys.readouterr().out
    assert "recall: 1.0000 (0.2065–1.0000)" in told and "0.95–1.00" in told
    assert json.loads(out.read_text("utf-8"))["overall"]["precision"] == 1.0
    assert ElementTree.parse(picture).getroot().tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("content", ["nonsense\n", "[]\n", '{"id": 1}\n'])
def test_a_file_of_another_kind(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content)
    with pytest.raises(ConfigError, match="x:1:"):
        evaluate(tmp_path / "x", tmp_path / "x")
