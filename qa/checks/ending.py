"""How a call ends."""

from itertools import takewhile

from pydantic import Field

from qa.checks.params import Params
from qa.checks.signal import Signal
from qa.checks.stream import Occurrence
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
    spoken = [t for t in view.turns if view.syllables(t)]
    last = list(takewhile(lambda t: view.weight(t, "customer") >= 0.5, reversed(spoken)))[::-1]
    if not last:
        return Signal(0.0)
    window = Window(after_s=last[0].start_s, before_s=last[-1].end_s)
    found = view.find_any(params.phrases, "customer", window)
    asks = max((o.probability for o in found), default=0.0)
    byes = view.find_any(params.goodbye, "customer", window)
    leaves = max((o.probability for o in byes if not any(_holds(f, o) for f in found)), default=0.0)
    if leaves < 0.5 and view.syllables(last[-1]) >= params.unclear:
        asks = max(asks, UNCLEAR)
    said = "".join(t.text for t in last)
    return Signal(min(asks, 1.0 - leaves), tuple(quote(t) for t in last), f"客户最后说“{said}”")


def _holds(longer: Occurrence, other: Occurrence) -> bool:
    """Whether likely words lie in longer ones that are likely as well (再见 in 还有再件事)."""
    inside = longer.start <= other.start and other.end <= longer.end
    return inside and longer.probability >= 0.5 and longer.strength > other.strength
