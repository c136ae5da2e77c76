"""Evidence in the transcript."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.marks import Line, Piece, Span, cut, transcript_lines
from qa.call import Role, Turn
from qa.finding import Evidence, Finding
from tests.builders import make_finding, make_turn

TURNS = (
    make_turn("agent", 0, 4, "您好您好，请讲"),
    make_turn("customer", 4, 8, "您好"),
    make_turn("agent", 8, 9, "再见"),
)


def marked(line: Line) -> list[tuple[str, tuple[int, ...]]]:
    return [(piece.text, piece.findings) for piece in line.pieces]


@pytest.mark.parametrize(
    ("role", "start_s", "end_s", "text", "line", "expected"),
    [
        ("agent", 0, 1, "您好", 0, [("您好", (0,)), ("您好，请讲", ())]),
        ("agent", 2, 4, "请讲", 0, [("您好您好，", ()), ("请讲", (0,))]),
        ("customer", 4, 8, "您好", 1, [("您好", (0,))]),
        ("agent", 8, 9, "拜拜", 2, [("再见", (0,))]),  # not found there: the turn that it overlaps
        ("agent", 3.9, 9, "再见", 2, [("再见", (0,))]),  # touches two turns: the one that has the words
    ],
)
def test_evidence_marks_its_words(
    role: Role, start_s: float, end_s: float, text: str, line: int, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    finding = make_finding(evidence=(Evidence(role, start_s, end_s, text),))
    lines = transcript_lines(TURNS, (finding,))
    assert marked(lines[line]) == expected
    assert sum(bool(piece.findings) for each in lines for piece in each.pieces) == 1


def test_evidence_outside_every_turn_of_its_role_marks_nothing() -> None:
    finding = make_finding(evidence=(Evidence("customer", 20, 21, "您好"),))
    assert not any(piece.findings for line in transcript_lines(TURNS, (finding,)) for piece in line.pieces)


def test_rules_that_do_not_apply_mark_nothing() -> None:
    finding = make_finding(verdict="not_applicable", evidence=(Evidence("agent", 0, 1, "您好"),))
    assert not any(piece.findings for line in transcript_lines(TURNS, (finding,)) for piece in line.pieces)


def test_silence_is_one_line_in_order_of_time() -> None:
    silence = Evidence("unknown", 4.5, 6.5, "")
    rules: tuple[Finding, ...] = (make_finding(evidence=(silence,)), make_finding("dead-air", evidence=(silence,)))
    lines = transcript_lines(TURNS, rules)
    assert [(line.start_s, line.silence) for line in lines] == [(0, False), (4, False), (4.5, True), (8, False)]
    assert lines[2].pieces[0].findings == (0, 1)


def test_a_name_is_said_once_at_the_end_of_its_words() -> None:
    pieces = cut("甲乙丙丁", [Span(0, 4, 7, 1.0), Span(1, 2, 8, 1.5)])
    assert pieces == (
        Piece("甲", (7,), (), 1.0),
        Piece("乙", (7, 8), (8,), 1.0),
        Piece("丙丁", (7,), (7,), 1.0),
    )


@given(
    text=st.text(alphabet="甲乙丙", max_size=12),
    edges=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 3)), max_size=5),
)
def test_pieces_are_the_text_and_each_finding_ends(text: str, edges: list[tuple[int, int, int]]) -> None:
    spans = [Span(min(a, b), max(a, b), finding, 0.0) for a, b, finding in edges if min(a, b) < max(a, b) <= len(text)]
    pieces = cut(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert {f for piece in pieces for f in piece.ends} == {span.finding for span in spans}
    assert all(set(piece.ends) <= set(piece.findings) for piece in pieces)


def test_a_turn_without_words_is_kept() -> None:
    assert len(transcript_lines([Turn("agent", 0, 1, "")], ())) == 1
