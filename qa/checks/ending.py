"""How a call ends."""

from pydantic import Field

from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.view import CallView, Window


class StillAsking(Params):
    """`phrases` show that the customer wants more, `goodbye` that the customer is done."""

    phrases: tuple[str, ...] = Field(min_length=1)
    goodbye: tuple[str, ...]


def still_asking(view: CallView, params: StillAsking) -> Signal:
    """The customer speaks last and is asking for something when the call ends."""
    spoken = [t for t in view.turns if len(view.sounds[id(t)])]
    if not spoken or view.weight(spoken[-1], "customer") < 0.5:
        return Signal(0.0)
    last = spoken[-1]
    window = Window(after_s=last.start_s, before_s=last.end_s)
    found = view.find_any(params.phrases, "customer", window)
    asks = max((o.probability for o in found), default=0.0)
    leaves = max((o.probability for o in view.find_any(params.goodbye, "customer", window)), default=0.0)
    return Signal(min(asks, 1.0 - leaves), evidence=tuple(o.evidence() for o in found if o.probability >= 0.5))
