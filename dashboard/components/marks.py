"""Where the evidence lies in the transcript: each turn cut into plain and marked pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.call import Role, Turn
from qa.finding import Evidence, Finding, Verdict

SHOWN: tuple[Verdict, ...] = ("violated", "needs_review", "passed")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a turn and the findings (positions in the scorecard) whose evidence they are.

    `ends` are those of the findings whose evidence ends with this piece; `start_s` is where that of the
    first one begins.
    """

    text: str
    findings: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    start_s: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `begin`–`end` of a turn that are evidence, from second `start_s`, of a finding."""

    begin: int
    end: int
    finding: int
    start_s: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the shown transcript: a turn in pieces, or a stretch of silence that is evidence."""

    role: Role
    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]
    confidence: float = 1.0
    silence: bool = False


def transcript_lines(turns: Sequence[Turn], findings: Sequence[Finding]) -> list[Line]:
    """The transcript in order of time, with the evidence of every finding that rests on words or silence.

    Evidence marks its words in the turn of the same role and time that has them, or else all of the turn that
    it overlaps most. Evidence without words becomes a line of its own.
    """
    spans: dict[int, list[Span]] = {}
    lines: list[Line] = []
    for position, finding in enumerate(findings):
        if finding.verdict not in SHOWN:
            continue
        for evidence in finding.evidence:
            if not evidence.text:
                piece = Piece("", (position,), (position,), evidence.start_s)
                lines.append(Line(evidence.role, evidence.start_s, evidence.end_s, (piece,), silence=True))
                continue
            at = _turn_of(evidence, turns)
            if at is not None:
                text = turns[at].text
                begin = text.find(evidence.text)
                end = begin + len(evidence.text) if begin >= 0 else len(text)
                spans.setdefault(at, []).append(Span(max(0, begin), end, position, evidence.start_s))
    for at, turn in enumerate(turns):
        pieces = cut(turn.text, spans.get(at, []))
        lines.append(Line(turn.role, turn.start_s, turn.end_s, pieces, turn.confidence))
    return _without_twins(sorted(lines, key=lambda line: (line.start_s, line.end_s)))


def cut(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """The text in pieces at every edge of a span; overlapping spans share a piece."""
    edges = sorted({0, len(text), *(edge for span in spans for edge in (span.begin, span.end))})
    return tuple(
        _piece(text[a:b], [span for span in spans if span.begin <= a and b <= span.end], b) for a, b in pairwise(edges)
    )


def _piece(text: str, spans: Sequence[Span], end: int) -> Piece:
    return Piece(
        text,
        findings=tuple(sorted({span.finding for span in spans})),
        ends=tuple(sorted({span.finding for span in spans if span.end == end})),
        start_s=min((span.start_s for span in spans), default=None),
    )


def _turn_of(evidence: Evidence, turns: Sequence[Turn]) -> int | None:
    def overlap(turn: Turn) -> float:
        return min(turn.end_s, evidence.end_s) - max(turn.start_s, evidence.start_s)

    same = [at for at, turn in enumerate(turns) if turn.role == evidence.role and overlap(turn) >= 0]
    return max(same, key=lambda at: (evidence.text in turns[at].text, overlap(turns[at])), default=None)


def _without_twins(lines: list[Line]) -> list[Line]:
    """Silence that several findings rest on is one line."""
    kept: list[Line] = []
    for line in lines:
        last = kept[-1] if kept else None
        if last and line.silence and last.silence and (last.start_s, last.end_s) == (line.start_s, line.end_s):
            both = tuple(sorted({*last.pieces[0].findings, *line.pieces[0].findings}))
            kept[-1] = replace(last, pieces=(Piece("", both, both, line.start_s),))
        else:
            kept.append(line)
    return kept
