"""How a call ends."""

from pydantic import Field

from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.view import CallView, Window
from qa.finding import quote

UNCLEAR = 0.5


class StillAsking(Params):
    """`phrases` show that the customer wants more, `goodbye` that the customer is done.

    Last words of `unclear` syllables or more that are neither leave it to a person.
    """

    phrases: tuple[str, ...] = Field(min_length=1)
    goodbye: tuple[str, ...]
    unclear: int = Field(default=6, ge=1)


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
    if leaves < 0.5 and len(view.sounds[id(last)]) >= params.unclear:
        asks = max(asks, UNCLEAR)
    words = quote(last)
    return Signal(min(asks, 1.0 - leaves), (words,), f"客户最后说“{last.text}”")
