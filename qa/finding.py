"""What checking a call against a rule found, and the words it rests on."""

from dataclasses import dataclass
from typing import Literal

from qa.call import Role, Turn

Verdict = Literal["violated", "passed", "not_applicable", "needs_review"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Quoted words of one turn, or a stretch of silence (empty text), with its time in seconds.

    `probability` is how sure the match is (0–1).
    """

    role: Role
    start_s: float
    end_s: float
    text: str
    probability: float = 1.0


def quote(turn: Turn) -> Evidence:
    """A whole turn as evidence."""
    return Evidence(turn.role, turn.start_s, turn.end_s, turn.text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict on one call.

    `count` is the number of occurrences, `points` what they cost together (after cap and multiplier; 0 unless
    `violated`), `confidence` the probability (0–1) that the verdict is right, `reason` a Chinese sentence,
    `right_wording` what would have been right, `covered_by` the rule that was charged for the same words.
    """

    rule: str
    name: str
    clause: str
    verdict: Verdict
    confidence: float
    reason: str
    count: int = 0
    points: float = 0.0
    multiplier: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    right_wording: str = ""
    covered_by: str | None = None
