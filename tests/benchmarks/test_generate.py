"""Generated calls are what their labels say, in the form of the contract, enough of every kind."""

import csv
import json
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.dialogue.opening import spoken_number
from benchmarks.generate import GeneratedCall, generate, write

RULES = {
    "opening-greeting", "holiday-opening", "job-number", "job-number-request", "silent-call", "rude-language",
    "refusal", "blame-other-department", "name-disclosure", "slang", "closing", "early-hangup",
    "repeat-back-address", "repeat-back-phone", "hold-etiquette", "dead-air", "interruption", "speech-rate",
    "slow-answer", "complaint-closing", "thanks-reply", "callback-questions",
}  # fmt: skip
BASE = 1500
IN_WORDS = {"rude-language", "refusal", "blame-other-department", "name-disclosure", "slang"}
WAYS = {"customer", "quote", "order", "half", "homophone", "sense"}


@pytest.fixture(scope="module")
def calls() -> list[GeneratedCall]:
    return list(generate(BASE, seed=11, cer=0.15))


def labelled(calls: list[GeneratedCall], rule: str, verdict: str) -> list[GeneratedCall]:
    return [call for call in calls if call.labels["labels"].get(rule) == verdict]


def said(call: GeneratedCall, role: str) -> list[str]:
    return [turn["text"] for turn in call.labels["transcript"] if turn["role"] == role]


def test_five_thousand_calls_hold_two_hundred_of_each(tmp_path: Path) -> None:
    start = time.monotonic()
    counts = write(generate(5000, seed=1), tmp_path)
    assert time.monotonic() - start < 60
    assert set(counts["violated"]) == RULES
    assert {rule: n for rule, n in counts["violated"].items() if n < 200} == {}
    assert {rule: n for rule in RULES if (n := counts["near_misses"][rule]) < 200} == {}
    lines = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    scripted = Counter(
        rule
        for line in lines
        for rule, verdict in line["labels"].items()
        if verdict == "violated" and f"paraphrase:{rule}" not in line["notes"]
    )
    assert min(scripted.values()) >= 200
    with (tmp_path / "calls.csv").open(encoding="utf-8", newline="") as table:
        assert [row["call_id"] for row in csv.DictReader(table)] == [line["call_id"] for line in lines]


def test_same_seed_same_calls_whatever_the_number() -> None:
    assert list(generate(5, seed=3)) == list(generate(8, seed=3))[:5]
    assert list(generate(5, seed=3)) != list(generate(5, seed=4))


def test_without_noise_only_punctuation_and_digits_differ() -> None:
    for call in generate(40, seed=2, cer=0.0):
        clean = "".join(turn["text"] for turn in call.labels["transcript"])
        noisy = "".join(turn["text"] for turn in call.transcript["transcript"])
        assert set(noisy) - set("0123456789玲另衣以要腰而儿山伞是市无吴溜流起其把吧就久") <= set(clean)


def test_turns_fit_the_call(calls: list[GeneratedCall]) -> None:
    for call in calls:
        for turn in (*call.transcript["transcript"], *call.transcript["speech"]):
            assert turn["role"] in ("agent", "customer")
            assert 0 <= turn["start"] < turn["end"] <= call.transcript["duration_s"]
        assert datetime.fromisoformat(call.row["started_at"]).utcoffset() is not None


def test_near_misses_break_nothing(calls: list[GeneratedCall]) -> None:
    for call in calls:
        for rule in call.labels["near_misses"]:
            assert call.labels["labels"][rule] in ("passed", "not_applicable")


def test_words_come_near_in_every_way(calls: list[GeneratedCall]) -> None:
    seen = {(rule, kind) for call in calls for rule, kind in call.labels["near_kinds"].items()}
    assert seen >= {(rule, kind) for rule in IN_WORDS for kind in WAYS}
    assert all(set(call.labels["near_kinds"]) <= set(call.labels["near_misses"]) for call in calls)


def test_no_agent_states_a_number_that_is_not_theirs_by_way_of_a_near_miss(calls: list[GeneratedCall]) -> None:
    for call in calls:
        assert call.row["agent_id"] == "305" or not any("三零五号话务员" in text for text in said(call, "agent"))


def test_dead_air_is_where_the_label_says(calls: list[GeneratedCall]) -> None:
    for call in calls:
        end, longest = 0.0, 0.0
        for turn in call.labels["transcript"]:
            longest, end = max(longest, turn["start"] - end), max(end, turn["end"])
        held = call.labels["labels"]["hold-etiquette"] != "not_applicable"
        if call.labels["labels"]["dead-air"] == "violated":
            assert longest > 17
        elif not held:
            assert longest < 13


def test_silent_calls_have_no_customer_and_the_agent_hangs_up(calls: list[GeneratedCall]) -> None:
    judged = labelled(calls, "silent-call", "violated") + labelled(calls, "silent-call", "passed")
    assert judged
    for call in judged:
        assert said(call, "customer") == []
        assert call.row["hangup_by"] == "agent"
        for rule in ("closing", "early-hangup", "dead-air"):
            assert call.labels["labels"][rule] == "not_applicable"


def test_closing_and_early_hangup_follow_who_hung_up(calls: list[GeneratedCall]) -> None:
    for call in labelled(calls, "early-hangup", "violated"):
        assert call.row["hangup_by"] == "agent"
        assert call.labels["labels"].get("closing") == "not_applicable"
    for call in labelled(calls, "closing", "violated"):
        assert call.row["hangup_by"] == "customer"
        assert call.labels["duration_s"] - call.labels["transcript"][-1]["end"] > 6.5
        assert not any("再见" in text for text in said(call, "agent"))


def test_job_number_is_stated_unless_violated(calls: list[GeneratedCall]) -> None:
    for call in labelled(calls, "job-number", "violated"):
        opening = said(call, "agent")[0]
        assert spoken_number(call.row["agent_id"]) not in opening
    assert labelled(calls, "job-number", "violated")


def test_speech_rate_and_ring_stay_clear_of_their_thresholds(calls: list[GeneratedCall]) -> None:
    for call in calls:
        ring, verdict = call.row["ring_seconds"], call.labels["labels"]["slow-answer"]
        if call.row["direction"] == "inbound" and ring:
            assert (ring > 18) if verdict == "violated" else (ring < 14)


def test_who_is_charged_is_unambiguous(calls: list[GeneratedCall]) -> None:
    free = ("rude-language", "refusal", "blame-other-department")
    for call in calls:
        broken = [rule for rule in free if call.labels["labels"].get(rule) == "violated"]
        if broken:
            assert len(broken) == 1
            assert not any(rule in call.labels["labels"] for rule in free if rule not in broken)


def test_follow_up_answers_match_what_was_asked(calls: list[GeneratedCall]) -> None:
    for call in labelled(calls, "callback-questions", "passed"):
        assert set(call.labels["answers"]) == {"solved", "attitude", "charged", "rating"}
    for call in labelled(calls, "callback-questions", "violated"):
        assert len(call.labels["answers"]) == 3
