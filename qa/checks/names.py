"""A name given away: words that lead up to a name, and a surname after them.

A surname is one syllable, which recognition spells in any way. So three things count: the words before it, the
surname itself (its character, or only its sound), and what speaks for a name around it: the other side has just
asked for one, or the words after it fit nothing else (找我就行).
"""

from functools import lru_cache

from pydantic import Field

from qa.call import Role
from qa.checks.params import Phrases
from qa.checks.signal import FAINT, Signal
from qa.checks.stream import Occurrence
from qa.checks.view import UNEXPECTED, CallView
from qa.finding import Evidence
from qa.phonetics import phones

QUOTING = ("quoting",)
TO_THE_LETTER = 0.995
SURE, LONG, HEARD = 0.9, 4, 0.3
CERTAIN, SUPPORTED, SUSPECTED = 0.96, 0.94, 0.6
FOLLOWED = 0.8
ASKED_S, ECHO_S = 8.0, 30.0
QUOTE_REACH = 20
CALLED = "叫姓是"
"""Words that may stand between a lead and the name (我同事叫张伟)."""


class NameGiven(Phrases):
    """`phrases` lead up to a name, `surnames` are characters.

    `asks`: how the other side asks for a name; `tails`: words at most `within` syllables after the lead that follow
    a name only; `excuse`: words at the lead that show that no name follows.
    """

    surnames: str = Field(min_length=1)
    asks: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    excuse: tuple[str, ...] = ()
    within: int = Field(default=12, ge=1)


def name_given(view: CallView, params: NameGiven) -> Signal:
    """The role tells a personal name, not repeating one of the other side's."""
    found: list[Evidence] = []
    for lead in view.find_any(params.phrases, params.by, params.where.window(), UNEXPECTED):
        likely = _likely(view, lead, params)
        if likely > FAINT and not _excused(view, lead, params):
            heard = view.stream(params.by).heard
            last = min(lead.end, len(heard) - 1)
            text = heard.text[heard.chars[lead.start] : heard.chars[last] + 1]
            found.append(Evidence(lead.role, lead.start_s, lead.end_s, text.strip(), round(likely, 4)))
    top = max((e.probability or 0.0 for e in found), default=0.0)
    told = tuple(e for e in found if (e.probability or 0.0) >= min(0.5, top))
    return Signal(top, told, "、".join(f"“{e.text}”" for e in told))


def _likely(view: CallView, lead: Occurrence, params: NameGiven) -> float:
    """How likely the words after the lead are a name of the role's own side (0–1)."""
    to_the_letter = lead.ratio >= TO_THE_LETTER
    if not to_the_letter and lead.probability < HEARD:
        return 0.0
    spelled, sounded = _surname(view, lead, params)
    around = _asked(view, lead, params) or _tail(view, lead, params)
    sure = to_the_letter or (lead.probability >= SURE and lead.end - lead.start >= LONG)
    likely = 0.0
    if sure and spelled:
        likely = CERTAIN
    elif around and (sure or spelled) and (spelled or sounded):
        likely = SUPPORTED
    elif spelled or (sure and around):
        likely = SUSPECTED
    weight = view.weight(lead.turn, params.by) * min(1.0, 0.6 + 0.6 * lead.turn.confidence)
    return weight * (min(0.5, likely) if _echoed(view, lead, params) else likely)


def _surname(view: CallView, lead: Occurrence, params: NameGiven) -> tuple[bool, bool]:
    """Whether a surname follows the lead: by its character, and by its sound."""
    stream = view.stream(params.by)
    heard = stream.heard
    at = lead.end
    while at < len(heard) and (heard.filler[at] or chr(int(heard.codes[at])) in CALLED):
        at += 1
    if at >= len(heard) or stream.turns[stream.turn_of[at]] is not lead.turn:
        return False, False
    return chr(int(heard.codes[at])) in params.surnames, int(heard.ids[at]) in _sounds(params.surnames)


@lru_cache(maxsize=16)
def _sounds(surnames: str) -> frozenset[int]:
    return frozenset(int(i) for name in surnames for i in phones(name).ids)


def _asked(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether the other side has just asked for a name."""
    return any(
        o.probability >= 0.5 and o.start_s < lead.start_s <= o.end_s + ASKED_S
        for o in view.find_any(params.asks, _other(params.by))
    )


def _tail(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether words follow that follow a name only."""
    return any(
        o.probability >= FOLLOWED and lead.end < o.start <= lead.end + params.within
        for o in view.find_any(params.tails, params.by)
    )


def _excused(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether the words at the lead go on differently, or the role says whom it quotes."""
    excused = any(
        o.probability >= 0.5 and o.start <= lead.end and o.end > lead.end
        for o in view.find_any(params.excuse, params.by, prior=UNEXPECTED)
    )
    quoted = any(
        o.probability >= 0.5 and o.turn is lead.turn and lead.start - QUOTE_REACH <= o.end <= lead.start + 1
        for o in view.find_any(QUOTING, params.by, prior=UNEXPECTED)
    )
    return excused or quoted


def _echoed(view: CallView, lead: Occurrence, params: NameGiven) -> bool:
    """Whether the other side said the same words shortly before: its name may be repeated."""
    return any(
        o.probability >= 0.5 and 0 <= lead.start_s - o.start_s <= ECHO_S
        for o in view.find_any((lead.wording,), _other(params.by))
    )


def _other(role: Role) -> Role:
    return "customer" if role == "agent" else "agent"
