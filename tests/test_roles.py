"""Who is the agent: sides, voices, script."""

import pytest

from qa.call import Channels, Word
from qa.diarize import Voice
from qa.roles import SURE, assign_sides, by_span, name_voices, script_runs, voice_runs
from qa.speech import Span

SCRIPT = "您好某某公司有什么可以帮您"


def likeness(text: str) -> float:
    """A stand-in: the share of the script's characters that the text has, in order of the script."""
    return 1.0 if SCRIPT in text else 0.5 if "某某公司" in text else 0.0


def said(text: str, start_s: float = 0.0) -> tuple[Word, ...]:
    return tuple(Word(start_s + 0.2 * i, start_s + 0.2 * i + 0.2, c, 0.9) for i, c in enumerate(text))


OTHER = "我家的暖气不热"


@pytest.mark.parametrize(
    ("left", "right", "hint", "agent", "sure", "note"),
    [
        (SCRIPT, OTHER, "agent-left", 0, True, None),
        (SCRIPT, OTHER, None, 0, True, None),
        (OTHER, SCRIPT, None, 1, True, None),
        (OTHER, SCRIPT, "agent-left", 1, False, "sides may be swapped"),
        (SCRIPT, OTHER, "agent-right", 0, False, "sides may be swapped"),
        (OTHER, OTHER, "agent-right", 1, True, None),
        (OTHER, OTHER, None, 0, False, "agent side uncertain"),
        (OTHER, "是某某公司吗", "agent-left", 0, True, None),  # the customer names the company: no proof
        (SCRIPT, "", "agent-left", 0, True, None),  # a silent customer
        (OTHER, SCRIPT, "mono", 1, True, None),
    ],
)
def test_sides(left: str, right: str, hint: Channels | None, agent: int, sure: bool, note: str | None) -> None:
    sides = assign_sides((said(left), said(right, 1.0)), hint, likeness)
    assert sides.agent == agent
    assert (sides.confidence >= SURE) == sure
    assert sides.notes == ((note,) if note else ())


def test_voices_are_named_by_the_script_whoever_begins() -> None:
    roles = name_voices({"a": said("喂"), "b": said(SCRIPT, 3)}, likeness)
    assert roles == {"a": ("customer", 0.98), "b": ("agent", 0.98)}


def test_voices_without_script_are_a_guess() -> None:
    roles = name_voices({"a": said(OTHER, 5), "b": said(OTHER)}, likeness)
    assert roles["b"][0] == "agent"
    assert roles["b"][1] < SURE


def test_a_scrap_of_a_third_voice_is_unknown() -> None:
    roles = name_voices({"a": said(SCRIPT), "b": said(OTHER, 5), "c": said("嗯", 9)}, likeness)
    assert roles["c"][0] == "unknown"


def test_voice_changes_split_runs() -> None:
    words = (*said(SCRIPT), *said(OTHER, 4.0))
    spans = (Span(0.0, 2.6), Span(4.0, 5.4))
    runs = voice_runs(words, spans, (Voice(0, 3, "x"), Voice(4, 6, "y")), likeness)
    assert [(r.role, r.start_s, r.end_s) for r in runs] == [("agent", 0.0, 2.6), ("customer", 4.0, 5.4)]


def test_a_change_without_a_pause_is_trusted_less() -> None:
    words = (*said(SCRIPT), *said(OTHER, 2.6))
    runs = voice_runs(words, (Span(0.0, 4.0),), (Voice(0, 2.6, "x"), Voice(2.6, 4, "y")), lambda t: SCRIPT[5:] in t)
    assert [r.role for r in runs] == ["agent", "customer"]
    assert runs[0].end_s == pytest.approx(2.6)
    assert runs[1].confidence < SURE


@pytest.mark.parametrize(
    ("voices", "trusted"),
    [
        ((Voice(0, 2.6, "x"), Voice(4, 6.8, "y")), True),
        ((Voice(0, 2.6, "x"), Voice(4, 5.9, "y"), Voice(5.9, 6.8, "x")), False),  # a tail is no change of speaker
        ((Voice(0, 2.6, "x"), Voice(4, 6.6, "y"), Voice(6.6, 6.8, "x")), True),  # blur at the edge
        ((Voice(0, 2.6, "x"), Voice(4, 4.7, "y")), True),  # the diarizer missed the rest
        ((Voice(0, 2.6, "x"), Voice(4, 4.4, "y")), False),
    ],
)
def test_a_sentence_without_a_pause_has_one_speaker(voices: tuple[Voice, ...], trusted: bool) -> None:
    words = (*said(SCRIPT), *said(OTHER * 2, 4.0))
    runs = voice_runs(words, (Span(0.0, 2.6), Span(4.0, 6.8)), voices, likeness)
    assert [(r.role, r.start_s, r.end_s) for r in runs] == [("agent", 0.0, 2.6), ("customer", 4.0, 6.8)]
    assert (runs[1].confidence >= 0.95) == trusted


@pytest.mark.parametrize("late_s", [-0.5, 0.0, 0.5])
def test_a_change_is_put_where_the_words_part(late_s: float) -> None:
    words = (*said("好的那我知道了谢谢您"), *said("不客气请问还有其他问题吗", 2.15))
    voices = (Voice(0, 2.0 + late_s, "x"), Voice(2.0 + late_s, 4.6, "y"), Voice(9, 12, "y"))
    runs = voice_runs((*words, *said(SCRIPT, 9)), (Span(0, 4.55), Span(9, 11.6)), voices, likeness)
    assert ["".join(w.text for w in r.words) for r in runs[:2]] == ["好的那我知道了谢谢您", "不客气请问还有其他问题吗"]
    assert [r.role for r in runs[:2]] == ["customer", "agent"]


def test_the_script_overrules_a_mistaken_voice() -> None:
    words = (*said(SCRIPT), *said(OTHER * 3, 4.0), *said(SCRIPT, 12.0))
    spans = (Span(0.0, 2.6), Span(4.0, 8.2), Span(12.0, 14.6))
    runs = voice_runs(words, spans, (Voice(0, 2.6, "x"), Voice(4, 14.6, "y")), lambda t: (SCRIPT in t) / len(t) * 13)
    assert [r.role for r in runs] == ["agent", "customer", "agent"]
    assert runs[2].confidence == SURE


def test_without_diarization_only_the_script_is_known() -> None:
    words = (*said(SCRIPT[:6]), *said(SCRIPT[6:], 2.0), *said(OTHER, 5.0))
    spans = (Span(0.0, 1.2), Span(2.0, 3.4), Span(5.0, 6.4))
    runs = script_runs(words, spans, likeness)
    assert [r.role for r in runs] == ["agent", "agent", "unknown"]
    assert runs[2].confidence == 0.0


@pytest.mark.parametrize(
    ("opening", "rest"),
    [
        ([("喂", 0.0), (SCRIPT, 1.5)], OTHER),  # the customer's hello comes first
        ([(SCRIPT[:6], 0.0), ("是的", 3.0), (SCRIPT[6:], 5.0)], OTHER),  # the customer's words lie between
    ],
)
def test_without_diarization_the_customer_is_never_the_agent(opening: list[tuple[str, float]], rest: str) -> None:
    words = [w for text, at in [*opening, (rest, 9.0)] for w in said(text, at)]
    spans = [Span(at, at + 0.2 * len(text)) for text, at in [*opening, (rest, 9.0)]]
    for run in script_runs(words, spans, likeness):
        assert run.role == "unknown" or "".join(w.text for w in run.words) in SCRIPT


def test_words_go_to_their_span_or_the_nearest() -> None:
    spans = (Span(0.0, 1.0), Span(2.0, 3.0), Span(9.0, 10.0))
    words = (Word(0.1, 0.3, "a", 1), Word(1.0, 1.2, "b", 1), Word(1.7, 1.9, "c", 1), Word(9.5, 9.6, "d", 1))
    assert [(s, [w.text for w in group]) for s, group in by_span(words, spans)] == [
        (spans[0], ["a", "b"]),
        (spans[1], ["c"]),
        (spans[2], ["d"]),
    ]
