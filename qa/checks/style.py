"""Sentences that sound like rudeness, refusal or blame to the trained reader. Never more than a reason to listen."""

import numpy as np
from pydantic import Field

from qa.call import Role
from qa.checks.free_speech import HEARD, SUSPICION, bare, echoed, quoted
from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.sounding import KINDS, Kind, read
from qa.checks.stream import Stream, time_at
from qa.checks.view import CallView
from qa.finding import Evidence


class SoundsLike(Params):
    """Which `kind` of sentence; `least`: from which probability on a sentence sounds like it.

    0.5 is where a model that has not learnt them takes 1 to 1.5 in a hundred courteous sentences, hard ones mostly,
    wrongly.
    """

    kind: Kind
    least: float = Field(default=0.5, gt=0, lt=1)
    by: Role = "agent"


def _told(view: CallView, stream: Stream, edges: list[int], likely: float, role: Role) -> Evidence | None:
    """The words of a unit as evidence, unless the role quotes or repeats somebody."""
    start, end = edges
    number = int(stream.turn_of[start])
    turn, begins = stream.turns[number], stream.begins[number]
    weight = stream.weights[number]
    if weight < HEARD:
        return None
    first, last = int(stream.heard.chars[start]) - begins, int(stream.heard.chars[end - 1]) - begins + 1
    words, start_s = turn.text[first:last], time_at(turn, first)
    if quoted(view, turn, start_s, role) or echoed(view, turn, bare(words)[0], role):
        return None
    heard = min(SUSPICION, likely) * weight * min(1.0, 0.6 + 0.6 * turn.confidence)
    return Evidence(turn.role, start_s, time_at(turn, last), words, round(heard, 4))


def sounds_like(view: CallView, params: SoundsLike) -> Signal:
    """The role says a sentence that sounds like this kind; probability (0–1) at most `SUSPICION`."""
    stream = view.stream(params.by)
    edges, likely = read(stream)
    column = likely[:, KINDS.index(params.kind)]
    evidence: list[Evidence] = []
    for place in np.flatnonzero(column >= params.least).tolist():
        found = _told(view, stream, edges[place].tolist(), float(column[place]), params.by)
        if found:
            evidence.append(found)
    top = max((e.probability or 0.0 for e in evidence), default=0.0)
    return Signal(top, tuple(evidence), "、".join(f"“{e.text}”" for e in evidence))
