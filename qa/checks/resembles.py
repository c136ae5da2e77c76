"""Whether something is said that means much the same as given sentences. Never more than a reason to listen."""

from typing import ClassVar

from pydantic import Field

from qa.call import Role
from qa.checks.params import Params, Place
from qa.checks.signal import Signal, unknown
from qa.checks.view import CallView
from qa.finding import Evidence
from qa.semantic import embedder, likeness

FOUND, HEARD, SHORTEST = 0.9, 0.5, 4
OFF, DEAD = "语义模型（没有设置 QA_SEMANTIC_URL）", "语义模型（连接不上）"


class Resembles(Params):
    """`sentences` that mean what is looked for; `least`: cosine (0–1) from which a turn is much the same.

    Needs `QA_SEMANTIC_URL`. A rule that rests on this can only ask for a person.
    """

    plain: ClassVar[frozenset[str]] = frozenset({"sentences"})
    sentences: tuple[str, ...] = Field(min_length=1)
    least: float = Field(default=0.8, gt=0, le=1)
    by: Role = "agent"
    where: Place = Place()


def resembles(view: CallView, params: Resembles) -> Signal:
    """A turn of the role means much the same as one of the sentences."""
    source = embedder()
    if source is None:
        return unknown(OFF)
    turns = [
        t
        for t in view.turns_in(params.by, params.where.window())
        if view.weight(t, params.by) >= HEARD and len(t.text) >= SHORTEST
    ]
    if not turns:
        return Signal(0.0)
    vectors = source.vectors([*params.sentences, *(t.text for t in turns)])
    if vectors is None:
        return unknown(DEAD)
    count = len(params.sentences)
    if len({len(vector) for vector in vectors}) != 1:
        return unknown(DEAD)
    found: list[Evidence] = []
    told: list[str] = []
    for turn, vector in zip(turns, vectors[count:], strict=True):
        closeness, sentence = max(
            (likeness(vector, other), text) for other, text in zip(vectors, params.sentences, strict=False)
        )
        if closeness >= params.least:
            found.append(Evidence(turn.role, turn.start_s, turn.end_s, turn.text, FOUND * view.weight(turn, params.by)))
            told.append(f"意思接近“{sentence}”（{closeness:.2f}）")
    top = max((e.probability for e in found), default=0.0)
    return Signal(top, tuple(found), "；".join(dict.fromkeys(told)))
