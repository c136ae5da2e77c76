"""Which words are the agent's: by side on stereo, by voice or by script on mono.

`agent_likeness` says how much a text sounds like the agent's script (0–1). A role is only as sure as
that evidence; below `SURE` a rule is to leave its verdict to a person.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qa.call import Channels, Role, Word
from qa.diarize import Voice
from qa.speech import Span

Likeness = Callable[[str], float]

SURE = 0.7
CLEAR = 0.6  # a text this like the script is the agent's
_MARGIN = 0.3  # and it must be that much liker than the other side: customers name the company too
_OPENING_SPANS = 6
_VOICED_BY_ONE = 0.8  # share of a span's words by which one voice owns it: changes come at pauses
_CHANGED_UNPAUSED, _SHORT, _SHORT_S = 0.7, 0.8, 1.0  # trust in a voice heard under such conditions


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
            return Sides(scripted, 0.6, ("sides may be swapped",))
        return Sides(hinted, 1.0)
    if clear:
        return Sides(scripted, 0.95)
    if abs(left - right) >= _MARGIN / 2:
        return Sides(scripted, 0.6, ("agent side uncertain",))
    first = [words[0].start_s if words else float("inf") for words in sides]
    return Sides(0 if first[0] <= first[1] else 1, 0.5, ("agent side uncertain",))


def side_runs(words: Sequence[Word], spans: Sequence[Span], role: Role, confidence: float) -> list[Run]:
    """One run a span: on a side of its own, every word has the side's role."""
    return [Run(role, confidence, span.start_s, span.end_s, tuple(group)) for span, group in by_span(words, spans)]


def voice_runs(
    words: Sequence[Word], spans: Sequence[Span], voices: Sequence[Voice], agent_likeness: Likeness
) -> list[Run]:
    """Runs of a mono recording, split where the voice changes, each voice named by what it says."""
    said: list[tuple[Span, list[tuple[str, list[Word]]]]] = []
    for span, group in by_span(words, spans):
        said.append((span, _by_voice(group, voices)))
    texts: dict[str, list[Word]] = {}
    for _, parts in said:
        for voice, part in parts:
            texts.setdefault(voice, []).extend(part)
    if len(texts) == 1:
        return _one_voice(words, spans, agent_likeness)
    roles = name_voices(texts, agent_likeness)
    runs = []
    for span, parts in said:
        for index, (voice, part) in enumerate(parts):
            role, confidence = roles[voice]
            start, end = _bounds(span, parts, index)
            # People seldom change without a pause, and short answers carry too little voice to be told apart.
            trust = _CHANGED_UNPAUSED if len(parts) > 1 else _SHORT if end - start < _SHORT_S else 1.0
            runs.append(Run(role, round(confidence * trust, 3), start, end, tuple(part)))
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
        agent, confidence = ranked[0], 0.9
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

    The opening may be cut by pauses, so the first spans are also tried together.
    """
    groups = by_span(words, spans)
    opening = [agent_likeness(_text(groups, k)) for k in range(1, min(_OPENING_SPANS, len(groups)) + 1)]
    best = max(opening, default=0.0)
    scripted = opening.index(best) + 1 if best >= CLEAR else 0
    runs = []
    for index, (span, group) in enumerate(groups):
        alone = agent_likeness("".join(w.text for w in group))
        role: Role = "agent" if index < scripted or alone >= CLEAR else "unknown"
        confidence = 0.0 if role == "unknown" else 0.9 if index < scripted else 0.8
        runs.append(Run(role, confidence, span.start_s, span.end_s, tuple(group)))
    return runs


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


def _by_voice(words: Sequence[Word], voices: Sequence[Voice]) -> list[tuple[str, list[Word]]]:
    """The words of one span in runs of one voice; a voice that owns most of the span owns all of it."""
    labels = [_voice_at((w.start_s + w.end_s) / 2, voices) for w in words]
    main, count = Counter(labels).most_common(1)[0]
    if count >= _VOICED_BY_ONE * len(labels):
        return [(main, list(words))]
    runs: list[tuple[str, list[Word]]] = []
    for label, word in zip(labels, words, strict=True):
        if runs and runs[-1][0] == label:
            runs[-1][1].append(word)
        else:
            runs.append((label, [word]))
    return runs


def _voice_at(time_s: float, voices: Sequence[Voice]) -> str:
    if not voices:
        return "?"
    return min(voices, key=lambda v: max(v.start_s - time_s, time_s - v.end_s, 0.0)).speaker


def _bounds(span: Span, parts: Sequence[tuple[str, Sequence[Word]]], index: int) -> tuple[float, float]:
    part = parts[index][1]
    return (
        part[0].start_s if index else span.start_s,
        part[-1].end_s if index + 1 < len(parts) else span.end_s,
    )


def _said(words: Sequence[Word]) -> str:
    return "".join(w.text for w in words)


def _text(groups: Sequence[tuple[Span, Sequence[Word]]], count: int) -> str:
    return "".join(w.text for _, group in groups[:count] for w in group)
