"""Forbidden words, with what excuses them."""

from collections.abc import Sequence

from pydantic import Field

from qa.call import Role
from qa.checks.around import alone, answers, begins_anew, quotations, same_breath, torn
from qa.checks.params import Phrases
from qa.checks.signal import FAINT, Signal
from qa.checks.sounding import NOTHING_LIKE, Kind, likeness
from qa.checks.stream import Occurrence
from qa.checks.view import EXPECTED, UNEXPECTED, CallView, Window
from qa.checks.words import AS_WELL, EXCUSING
from qa.finding import Evidence

QUOTE_REACH = 20
QUOTE_ENDS = ("对吗", "对嘛", "是吗", "是嘛", "是吧", "对吧", "这样吗", "记录一下", "核对一下", "。")
SURELY, HALF_SURELY = 0.85, 0.5
CONVICTING, LENIENCE, LEAST_CONVICTING, HALF_HEARD = 0.82, 0.015, 0.7, 0.8
CONVICTING_FIRST, CONVICTING_ALONE, CONVICTING_ANSWER, LONG_ENOUGH, SHORT = 0.75, 0.72, 0.66, 4, 8
DOUBTED, BEARING, BORNE_OUT = 0.7, 0.75, 0.92
MERGED = 0.7
QUOTED, ECHOED = 0.1, 0.5
ECHO_S, SHORT_REPLY = 30.0, 4


class Forbidden(Phrases):
    """`excuse`: phrases which, close around a hit, make it harmless; `within`: how many syllables around count.

    `alone`: phrases that are forbidden only where they are all that is said in a turn, or its first clause (不知道,
    没办法). `review` patterns are suspicious, never certain. With a `kind`, what is not certain counts only in turns
    that the trained reader does not clear of it (这个不贵 sounds much like 这个不行).
    """

    excuse: tuple[str, ...] = ()
    within: int = Field(default=8, ge=1)
    alone: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    kind: Kind | None = None


def forbidden(view: CallView, params: Forbidden) -> Signal:
    """The role says forbidden words, quoting nobody and with no excuse; each occurrence is evidence of its own."""
    window = params.where.window()
    certain = _loud(view.contested(params.phrases, params.by, window, UNEXPECTED))
    if params.alone:
        lone = _loud(view.contested(params.alone, params.by, window, EXPECTED))
        certain += [o for o in lone if _alone(view, o, params.by)]
    suspicious = _loud(view.contested(params.review, params.by, window, UNEXPECTED)) if params.review else []
    if not certain and not suspicious:
        return Signal(0.0)
    excuses = view.find_any(params.excuse, params.by, window, UNEXPECTED) if params.excuse else ()
    quotes = _quotes(view, params, window, certain)
    weighed = [(o, _blame(view, o, params, excuses, quotes)) for o in certain]
    weighed += [(o, min(0.6, _blame(view, o, params, excuses, quotes))) for o in suspicious]
    weighed = _not_cleared(view, params, _borne_out(_apart([(o, p) for o, p in weighed if p > FAINT])))
    top = max((p for _, p in weighed), default=0.0)
    told = [(o, p) for o, p in weighed if p >= min(0.5, top)]
    evidence = _by_turn(told)
    why = "、".join(dict.fromkeys(f"“{o.text}”" for o, _ in told))
    return Signal(top, evidence=evidence, why=why)


def _loud(found: tuple[Occurrence, ...]) -> list[Occurrence]:
    """The hits that could be blamed on the role: none is likelier than it was heard."""
    return [o for o in found if _heard(o) > FAINT]


def _not_cleared(
    view: CallView, params: Forbidden, weighed: list[tuple[Occurrence, float]]
) -> list[tuple[Occurrence, float]]:
    if not params.kind or not any(p <= HALF_HEARD for _, p in weighed):
        return weighed
    stream = view.stream(params.by)
    likely = dict(zip(map(id, stream.turns), likeness(stream, params.kind).tolist(), strict=True))
    return [(o, p) for o, p in weighed if p > HALF_HEARD or likely[id(o.turn)] >= NOTHING_LIKE]


def _alone(view: CallView, hit: Occurrence, role: Role) -> bool:
    """Whether the words are all that is said, or all of an answer that a new sentence follows without a mark."""
    return alone(hit) or (hit.ratio >= MERGED and answers(view, hit, role) and begins_anew(view, hit, role))


def _by_turn(told: list[tuple[Occurrence, float]]) -> tuple[Evidence, ...]:
    """One piece of evidence a turn, from its first hit to its last: an utterance is one occurrence."""
    turns: dict[int, list[tuple[Occurrence, float]]] = {}
    for hit, probability in sorted(told, key=lambda x: x[0].start_s):
        turns.setdefault(id(hit.turn), []).append((hit, probability))
    return tuple(
        Evidence(
            role=hits[0][0].role,
            start_s=hits[0][0].start_s,
            end_s=hits[-1][0].end_s,
            text="……".join(o.text for o, _ in hits),
            probability=round(max(p for _, p in hits), 4),
        )
        for hits in turns.values()
    )


def _apart(weighed: list[tuple[Occurrence, float]]) -> list[tuple[Occurrence, float]]:
    kept: list[tuple[Occurrence, float]] = []
    for occurrence, probability in sorted(weighed, key=lambda x: -x[1]):
        if all(occurrence.end <= k.start or occurrence.start >= k.end for k, _ in kept):
            kept.append((occurrence, probability))
    return kept


def _borne_out(weighed: list[tuple[Occurrence, float]]) -> list[tuple[Occurrence, float]]:
    """The hits, those likely that stand close to another likely one raised: two of them by chance are improbable."""
    likely = [o for o, p in weighed if p >= BEARING]
    borne = {id(o) for o in likely if any(k is not o and _close(k, o) for k in likely)}
    return [(o, max(p, min(BORNE_OUT, _heard(o))) if id(o) in borne else p) for o, p in weighed]


def _close(one: Occurrence, other: Occurrence) -> bool:
    return same_breath(one, other) and max(one.start, other.start) - min(one.end, other.end) <= QUOTE_REACH


def _quotes(view: CallView, params: Forbidden, window: Window, certain: list[Occurrence]) -> list[Occurrence]:
    """Where the role says whom it quotes; words within a likely hit do not tell of quoting."""
    likely = [o for o in certain if o.probability >= HALF_SURELY]
    return [
        q for q in quotations(view, params.by, window) if not any(o.start <= q.start and q.end <= o.end for o in likely)
    ]


def _blame(
    view: CallView, hit: Occurrence, params: Forbidden, excuses: Sequence[Occurrence], quotes: list[Occurrence]
) -> float:
    """Probability that these are forbidden words of the role's own."""
    probability = _heard(hit)
    open_quotes = [q for q in quotes if not _over(q, hit)]
    quoted = max(_near(hit, excuses, params.within, after=True), _near(hit, open_quotes, QUOTE_REACH, after=False))
    if quoted >= SURELY:
        return QUOTED * probability
    if quoted >= HALF_SURELY:
        probability = min(DOUBTED, probability)
    if _echoed(view, hit, params):
        return min(ECHOED, probability)
    return probability if _clearly_heard(view, hit, params.by) else min(HALF_HEARD, probability)


def _clearly_heard(view: CallView, hit: Occurrence, role: Role) -> bool:
    """Whether enough of the words was heard: less will do where they are all that is answered."""
    size = hit.end - hit.start
    if size <= SHORT and torn(hit):
        return False
    if hit.ratio >= _convicting(size):
        return True
    answered = answers(view, hit, role)
    if answered and hit.ratio >= CONVICTING_FIRST and size > LONG_ENOUGH:
        return True
    if hit.ratio < (CONVICTING_ANSWER if answered else CONVICTING_ALONE) or size < LONG_ENOUGH:
        return False
    return alone(hit) or (answered and begins_anew(view, hit, role))


def _heard(hit: Occurrence) -> float:
    """How likely the words were said, by their sound and by how well the turn was heard."""
    return hit.probability * min(1.0, 0.6 + 0.6 * hit.turn.confidence)


def _over(quoting: Occurrence, hit: Occurrence) -> bool:
    """Whether what follows a quoting phrase has come to its end before the hit (您说…,对吗?亲,…)."""
    heard = hit.stream.heard
    between = heard.text[int(heard.chars[quoting.end - 1]) + 1 : int(heard.chars[hit.start])]
    return any(mark in between for mark in QUOTE_ENDS)


def _convicting(size: int) -> float:
    """The share of a perfect hit from which words count as clearly heard: the longer they are the more may be lost."""
    return max(LEAST_CONVICTING, CONVICTING - LENIENCE * max(0, size - 6))


def _near(hit: Occurrence, others: Sequence[Occurrence], reach: int, *, after: bool) -> float:
    """How likely (0–1) one of the others stands in the same breath, shortly before the hit (or around it).

    One that shares words with the hit must be heard well, and explain them about as well as the hit does.
    """
    best = 0.0
    for other in others:
        if other.probability <= best or not same_breath(other, hit):
            continue
        shared = min(hit.end, other.end) > max(hit.start, other.start) + 1
        if shared and other.ratio < min(hit.ratio, max(EXCUSING, hit.ratio - AS_WELL)):
            continue
        before = hit.start - reach <= other.end <= hit.start + 1
        around = after and hit.start < other.end and other.start <= hit.end + reach
        if before or around:
            best = other.probability
    return best


def _echoed(view: CallView, hit: Occurrence, params: Forbidden) -> bool:
    """Whether the other side said the same words when it last spoke at length, so that this may be a repetition."""
    other: Role = "customer" if params.by == "agent" else "agent"
    same = [o for o in view.find_any((hit.wording,), other) if o.probability >= 0.6]
    if not same:
        return False
    spoken = [t.start_s for t in view.turns_in(other) if t.start_s < hit.start_s and view.syllables(t) > SHORT_REPLY]
    since = max([hit.start_s - ECHO_S, *spoken[-1:]])
    return any(since <= o.end_s and o.start_s <= hit.start_s for o in same)
