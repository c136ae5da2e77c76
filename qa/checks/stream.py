"""The words of one role, turn after turn, as syllables, and what is found in them."""

from dataclasses import dataclass

from qa.call import Role, Turn
from qa.finding import Evidence
from qa.phonetics import Hit, Phones, probability
from qa.phonetics.syllables import concatenate

ALMOST_PERFECT, MUCH_BETTER = 0.85, 0.2
EXACT_FOUND = 0.97


@dataclass(frozen=True, slots=True)
class Stream:
    """All words of one role: turns, the weight (0–1) with which each is that role's, the syllables, and for each
    syllable its turn and its character position in that turn."""

    turns: tuple[Turn, ...]
    weights: tuple[float, ...]
    heard: Phones
    turn_of: tuple[int, ...]
    offset_of: tuple[int, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A wording found in a stream; `probability` includes whose words they are.

    `start` and `end` are syllable indices in the stream, `strength` the evidence in nats.
    """

    role: Role
    start_s: float
    end_s: float
    text: str
    probability: float
    start: int
    end: int
    turn: Turn
    wording: str
    ratio: float
    strength: float

    def evidence(self) -> Evidence:
        """The occurrence as a finding quotes it."""
        return Evidence(self.role, self.start_s, self.end_s, self.text, round(self.probability, 4))


def join(parts: list[tuple[Turn, float, Phones]]) -> Stream:
    """Turns one after the other, an unknown syllable between two of them."""
    turn_of: list[int] = []
    offset_of: list[int] = []
    edges: list[tuple[int, int]] = []
    for index, (_, _, part) in enumerate(parts):
        if index:
            turn_of.append(index)
            offset_of.append(0)
        edges.append((len(turn_of), len(turn_of) + len(part)))
        turn_of.extend([index] * len(part))
        offset_of.extend(int(c) for c in part.chars)
    return Stream(
        turns=tuple(turn for turn, _, _ in parts),
        weights=tuple(weight for _, weight, _ in parts),
        heard=concatenate([part for _, _, part in parts]),
        turn_of=tuple(turn_of),
        offset_of=tuple(offset_of),
        edges=tuple(edges),
    )


def occurrence(stream: Stream, hit: Hit, pattern: str, length: int, prior: float) -> Occurrence:
    """A hit with its words and times; its probability is that of a text of `length` syllables."""
    first, last = stream.turn_of[hit.start], stream.turn_of[hit.end - 1]
    begin, final = stream.turns[first], stream.turns[last]
    heard = stream.heard
    likely = EXACT_FOUND if hit.exact else probability(hit.ratio, hit.evidence, hit.size, length, prior)
    return Occurrence(
        role=begin.role,
        start_s=time_at(begin, stream.offset_of[hit.start]),
        end_s=time_at(final, stream.offset_of[hit.end - 1] + 1),
        text=heard.text[heard.chars[hit.start] : heard.chars[hit.end - 1] + 1].strip(),
        probability=likely * min(stream.weights[first : last + 1]),
        start=hit.start,
        end=hit.end,
        turn=begin,
        wording=pattern,
        ratio=hit.ratio,
        strength=hit.evidence,
    )


def outdoes(known: Occurrence, hit: Occurrence) -> bool:
    """Whether a known phrase explains most of a poor hit's syllables better than the hit does."""
    shared = min(hit.end, known.end) - max(hit.start, known.start)
    mostly = shared >= 0.5 * (hit.end - hit.start)
    better = known.ratio > hit.ratio and (known.strength > hit.strength or known.ratio > hit.ratio + MUCH_BETTER)
    return mostly and better and hit.ratio < ALMOST_PERFECT


def time_at(turn: Turn, char: int) -> float:
    """Second at which the character at this position of a turn is said, from its words' times where these are known."""
    if turn.words and "".join(w.text for w in turn.words) == turn.text:
        position = 0
        for word in turn.words:
            if char < position + len(word.text):
                share = (char - position) / max(1, len(word.text))
                return round(word.start_s + share * (word.end_s - word.start_s), 2)
            position += len(word.text)
        return round(turn.words[-1].end_s, 2)
    share = min(1.0, char / max(1, len(turn.text)))
    return round(turn.start_s + share * (turn.end_s - turn.start_s), 2)
