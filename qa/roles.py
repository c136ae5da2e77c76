"""Which words are the agent's: by side on stereo, by voice or by script on mono.

`agent_likeness` says how much a text sounds like the agent's script (0–1). A role is only as sure as
that evidence; below `SURE` a rule is to leave its verdict to a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.call import SIDE_UNCERTAIN, SIDES_SWAPPED, Channels, Role, Word
from qa.diarize import Voice
from qa.speech import Span

Likeness = Callable[[str], float]

SURE = 0.7
CLEAR = 0.6  # a text this like the script is the agent's
_MARGIN = 0.3  # and it must be that much liker than the other side: customers name the company too
_OPENING_SPANS = 6
_BREATH_S = 1.0  # one party's opening has no longer pause in it
_ADDS = 0.05  # likeness that a span of the opening adds at least

# Changes of voice come at pauses; a diarizer that hears one elsewhere is believed only where both parts last.
_LASTING_S = 1.2
_STRAY_S = 0.4  # less of another voice in a span is the diarizer's blur at the edges
_SHORT_S = 0.7
# Probabilities that a role is right, set with care: on 28 synthetic calls `_SHORT` ones were right in 38 of 43
# turns, `_SCRIPTED` in 26 of 26; the others are seldom and estimated.
_SCRIPTED, _OVERRULED = 0.95, 0.7
_UNPAUSED, _MIXED, _SHORT, _UNHEARD = 0.7, 0.8, 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Sides:
    """Which channel is the agent's (0 left, 1 right), how sure that is, and what to tell a reviewer."""

    agent: int
    confidence: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one role within one span of speech, in order; the times are the run's bounds."""

    role: Role
    confidence: float
    start_s: float
    end_s: float
    words: tuple[Word, ...]


def assign_sides(sides: Sequence[Sequence[Word]], hint: Channels | None, agent_likeness: Likeness) -> Sides:
    """The agent's side of a two-channel call.

    The hint holds unless the other side clearly speaks the script and the hinted one does not: then the script
    decides, `sides may be swapped` is noted and the confidence is below `SURE`. Without a hint the script
    decides, and where neither side speaks it, who spoke first, with little confidence.
    """
    left, right = (agent_likeness(_said(words)) if words else 0.0 for words in sides)
    scripted = 0 if left >= right else 1
    clear = max(left, right) >= CLEAR and abs(left - right) >= _MARGIN
    if hint in ("agent-left", "agent-right"):
        hinted = 0 if hint == "agent-left" else 1
        if clear and scripted != hinted:
            return Sides(scripted, 0.6, (SIDES_SWAPPED,))
        return Sides(hinted, 1.0)
    if clear:
        return Sides(scripted, 0.95)
    if abs(left - right) >= _MARGIN / 2:
        return Sides(scripted, 0.6, (SIDE_UNCERTAIN,))
    first = [words[0].start_s if words else float("inf") for words in sides]
    return Sides(0 if first[0] <= first[1] else 1, 0.5, (SIDE_UNCERTAIN,))


def side_runs(words: Sequence[Word], spans: Sequence[Span], role: Role, confidence: float) -> list[Run]:
    """One run a span: on a side of its own, every word has the side's role."""
    return [Run(role, confidence, span.start_s, span.end_s, tuple(group)) for span, group in by_span(words, spans)]


def voice_runs(
    words: Sequence[Word], spans: Sequence[Span], voices: Sequence[Voice], agent_likeness: Likeness
) -> list[Run]:
    """Runs of a mono recording by voice, each voice named by what it says.

    A span, which pauses bound, is its main voice's; it is split only where two voices are both long in it. The
    confidence is the probability that the role is right, from how the voices were named and how long and how
    unmixed the voice is; text that is plainly the script overrules the voice, with less confidence.
    """
    groups = by_span(words, spans)
    heard = [_by_voice(span, group, voices) for span, group in groups]
    texts: dict[str, list[Word]] = {}
    for parts in heard:
        for part in parts:
            texts.setdefault(part.voice, []).extend(part.words)
    if len(texts) == 1:
        return _one_voice(words, spans, agent_likeness)
    roles = name_voices(texts, agent_likeness)
    opening = _opening(groups, agent_likeness)
    runs = []
    for number, parts in enumerate(heard):
        for index, part in enumerate(parts):
            role, confidence = roles[part.voice]
            confidence = round(confidence * part.trust, 3)
            if (number in opening and len(parts) == 1) or agent_likeness(_said(part.words)) >= CLEAR:
                role, confidence = "agent", max(confidence, _SCRIPTED) if role == "agent" else _OVERRULED
            start, end = _bounds(groups[number][0], parts, index)
            runs.append(Run(role, confidence, start, end, part.words))
    return runs


def name_voices(texts: Mapping[str, Sequence[Word]], agent_likeness: Likeness) -> dict[str, tuple[Role, float]]:
    """Role and confidence of each of several voices: the agent speaks the script, else spoke first.

    The largest other voice is the customer; further ones are the customer with less confidence, or unknown
    where they say next to nothing (a split-off scrap of either voice).
    """
    likeness = {voice: agent_likeness(_said(words)) for voice, words in texts.items()}
    ranked = sorted(texts, key=lambda v: (-likeness[v], texts[v][0].start_s))
    best, second = likeness[ranked[0]], likeness[ranked[1]]
    if best >= CLEAR and best - second >= _MARGIN:
        agent, confidence = ranked[0], 0.98
    elif best - second >= _MARGIN / 2:
        agent, confidence = ranked[0], 0.6
    else:
        agent, confidence = min(texts, key=lambda v: texts[v][0].start_s), 0.5
    others = sorted((v for v in texts if v != agent), key=lambda v: -len(texts[v]))
    total = sum(len(words) for words in texts.values())
    roles: dict[str, tuple[Role, float]] = {agent: ("agent", confidence), others[0]: ("customer", confidence)}
    for voice in others[1:]:
        scrap = len(texts[voice]) < 0.1 * total
        roles[voice] = ("unknown", 0.0) if scrap else ("customer", min(confidence, 0.6))
    return roles


def script_runs(words: Sequence[Word], spans: Sequence[Span], agent_likeness: Likeness) -> list[Run]:
    """Runs of a mono recording without diarization: what speaks the script is the agent's, the rest unknown.

    Short pauses may cut the opening script, so neighbouring spans at the start are also tried together.
    """
    groups = by_span(words, spans)
    opening = _opening(groups, agent_likeness)
    runs = []
    for index, (span, group) in enumerate(groups):
        known = index in opening or agent_likeness(_said(group)) >= CLEAR
        role: Role = "agent" if known else "unknown"
        runs.append(Run(role, _SCRIPTED if known else 0.0, span.start_s, span.end_s, tuple(group)))
    return runs


def _opening(groups: Sequence[tuple[Span, Sequence[Word]]], agent_likeness: Likeness) -> set[int]:
    """The fewest spans among the first ones that together speak the script, without a long pause in between.

    Spans that add nothing to it are left out: they may be the other party's.
    """
    said = [_said(words) for _, words in groups[:_OPENING_SPANS]]
    for length in range(1, len(said) + 1):
        for first in range(len(said) - length + 1):
            chosen = range(first, first + length)
            pauses = [groups[i + 1][0].start_s - groups[i][0].end_s for i in chosen[:-1]]
            whole = agent_likeness("".join(said[i] for i in chosen))
            if whole < CLEAR or max(pauses, default=0.0) >= _BREATH_S:
                continue
            if length == 1:
                return {first}
            without = {i: agent_likeness("".join(said[j] for j in chosen if j != i)) for i in chosen}
            return {i for i in chosen if without[i] < whole - _ADDS}
    return set()


def by_span(words: Sequence[Word], spans: Sequence[Span]) -> list[tuple[Span, list[Word]]]:
    """Words grouped by the span that holds their middle (or the nearest); spans without words are left out."""
    groups: dict[int, list[Word]] = {}
    at = 0
    for word in sorted(words, key=lambda w: w.start_s + w.end_s):
        middle = (word.start_s + word.end_s) / 2
        while at + 1 < len(spans) and spans[at + 1].start_s - middle <= max(0.0, middle - spans[at].end_s):
            at += 1
        groups.setdefault(at, []).append(word)
    return [(spans[index], group) for index, group in groups.items()]


def _one_voice(words: Sequence[Word], spans: Sequence[Span], agent_likeness: Likeness) -> list[Run]:
    """One voice heard: the agent alone (a silent call), or two voices that were not told apart."""
    runs = script_runs(words, spans, agent_likeness)
    if not any(run.role == "agent" for run in runs):
        return runs
    return [run if run.role == "agent" else Run("agent", 0.6, run.start_s, run.end_s, run.words) for run in runs]


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of one span in one voice; `trust` is the probability that they are this voice's."""

    voice: str
    words: tuple[Word, ...]
    trust: float


def _by_voice(span: Span, words: Sequence[Word], voices: Sequence[Voice]) -> list[_Part]:
    """The words of one span by voice: one part, or several where each voice is heard long enough."""
    pieces = _within(span, voices)
    if not pieces:
        nearest = min(voices, key=lambda v: max(v.start_s - span.end_s, span.start_s - v.end_s))
        return [_Part(nearest.speaker, tuple(words), _UNHEARD)]
    lasting = pieces
    while len(lasting) > 1 and min(map(_length_s, lasting)) < _LASTING_S:
        shortest = min(lasting, key=_length_s)
        lasting = _joined([piece for piece in lasting if piece is not shortest])
    changes = [_gap_near((a.end_s + b.start_s) / 2, words) for a, b in pairwise(lasting)]
    groups = [tuple(words[a:b]) for a, b in pairwise([0, *changes, len(words)])]
    if len(lasting) > 1 and all(groups):
        return [_Part(piece.speaker, group, _UNPAUSED) for piece, group in zip(lasting, groups, strict=True)]
    heard_s = {voice: sum(_length_s(p) for p in pieces if p.speaker == voice) for voice in {p.speaker for p in pieces}}
    main = max(sorted(heard_s), key=lambda voice: heard_s[voice])
    return [_Part(main, tuple(words), _trust(heard_s[main], sum(heard_s.values()) - heard_s[main]))]


def _trust(own_s: float, others_s: float) -> float:
    """How sure a span is the voice's that is heard for `own_s` in it, others for `others_s`."""
    mixed = 1.0 if others_s < _STRAY_S else _MIXED
    return mixed * (_SHORT if own_s < _SHORT_S else 1.0)


def _within(span: Span, voices: Sequence[Voice]) -> list[Voice]:
    """The voices heard in a span, cut to it."""
    cut = [Voice(max(v.start_s, span.start_s), min(v.end_s, span.end_s), v.speaker) for v in voices]
    return _joined([v for v in cut if v.end_s > v.start_s])


def _joined(pieces: Sequence[Voice]) -> list[Voice]:
    """Pieces with neighbours of one speaker made one."""
    joined: list[Voice] = []
    for piece in pieces:
        if joined and joined[-1].speaker == piece.speaker:
            joined[-1] = Voice(joined[-1].start_s, piece.end_s, piece.speaker)
        else:
            joined.append(piece)
    return joined


def _length_s(voice: Voice) -> float:
    return voice.end_s - voice.start_s


def _gap_near(time_s: float, words: Sequence[Word]) -> int:
    """The index of the word before which a change of voice around `time_s` most likely is.

    Diarizers miss the moment by up to half a second: a gap between words, or a sentence's end, nearby is likelier.
    """

    def cost(index: int) -> float:
        before, after = words[index - 1], words[index]
        gap_s = after.start_s - before.end_s
        ended = before.text.endswith(("。", "?", "？", "!", "！", ",", "，"))
        return abs((before.end_s + after.start_s) / 2 - time_s) - 4 * gap_s - (0.3 if ended else 0.0)

    return min(range(1, len(words)), key=cost, default=0)


def _bounds(span: Span, parts: Sequence[_Part], index: int) -> tuple[float, float]:
    part = parts[index].words
    return (
        part[0].start_s if index else span.start_s,
        part[-1].end_s if index + 1 < len(parts) else span.end_s,
    )


def _said(words: Sequence[Word]) -> str:
    return "".join(w.text for w in words)
