"""Follow-up calls (回访): which questions were asked, and what the customer answered."""

from typing import Any

from pydantic import Field

from qa.checks.params import Params
from qa.checks.rating import out_of_ten
from qa.checks.signal import Signal
from qa.checks.stream import Occurrence, outdoes
from qa.checks.view import CallView, Window

SURE = 0.5
LAST_S = 30.0


class Callback(Params):
    """`questions`: answer name → phrase sets that ask for it; `replies`: answer name → value → phrase sets."""

    questions: dict[str, tuple[str, ...]] = Field(min_length=1)
    titles: dict[str, str]
    replies: dict[str, dict[str, tuple[str, ...]]]
    numbers: tuple[str, ...] = ()


VALUES: dict[str, Any] = {"yes": True, "no": False}


def questions_missing(view: CallView, params: Callback) -> Signal:
    """A question of the follow-up is not asked; the answers found go with the finding."""
    asked = {name: _asked(view, phrases) for name, phrases in params.questions.items()}
    lacking = {name: 1.0 - _heard(view, name, params) for name in params.questions}
    worst = max(lacking.values())
    absent = "、".join(params.titles[name] for name, p in lacking.items() if p >= SURE)
    evidence = tuple(o.evidence() for o in asked.values() if o is not None)
    answers = {name: _answer(view, name, params, asked) for name, found in asked.items() if found is not None}
    return Signal(worst, evidence, f"没有问:{absent}" if absent else "", answers=answers)


def _heard(view: CallView, name: str, params: Callback) -> float:
    """Probability that a question is asked; words that another question explains better (…了没有) count for little."""
    others = tuple(p for other, phrases in params.questions.items() if other != name for p in phrases)
    rivals = view.find_any(others, "agent")
    found = view.contested(params.questions[name], "agent")
    best = max((o.probability for o in found if not any(outdoes(r, o) for r in rivals)), default=0.0)
    return max(best, view.hidden("agent"))


def _asked(view: CallView, phrases: tuple[str, ...]) -> Occurrence | None:
    """The first likely place where a question is asked."""
    likely = [o for o in view.find_any(phrases, "agent") if o.probability >= SURE]
    return min(likely, key=lambda o: o.start_s, default=None)


def _answer(view: CallView, name: str, params: Callback, asked: dict[str, Occurrence | None]) -> Any:
    """What the customer says between this question and the next; None where it is unknown."""
    question = asked[name]
    if question is None:
        return None
    later = [o.start_s for o in asked.values() if o is not None and o.start_s > question.end_s]
    window = Window(after_s=question.end_s, before_s=min([*later, question.end_s + LAST_S]))
    replies = [t for t in view.turns_in("customer", window) if t.start_s > question.start_s]
    if not replies:
        return None
    if name in params.numbers:
        return next((n for t in replies if (n := out_of_ten(view.phones(t))) is not None), None)
    first = Window(after_s=replies[0].start_s, before_s=replies[min(1, len(replies) - 1)].end_s)
    return _value(view, params.replies[name], first)


def _value(view: CallView, replies: dict[str, tuple[str, ...]], window: Window) -> Any:
    """The reply that explains most of what is heard; a longer match (不满意) beats the shorter one in it (满意)."""
    best: tuple[float, Any] = (0.0, None)
    for value, phrases in replies.items():
        for hit in view.find_any(phrases, "customer", window, prior=0.5):
            if hit.probability >= SURE and hit.strength > best[0]:
                best = (hit.strength, VALUES.get(value, value))
    return best[1]
