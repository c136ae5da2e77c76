"""Measures of a call that need no rule: who spoke how much, silence, overlap, speech rate."""

from collections.abc import Mapping

from qa.call import Call, Role
from qa.phonetics.packed import sounds_of


def measure(call: Call) -> Mapping[str, float | None]:
    """Metrics of the contract: share of the agent in all speech, silence, longest silence, overlap (s), agent's rate.

    `overlap_s` is None for a mono recording, in which it cannot be heard.
    """
    agent, customer, everyone = (_joined(spans) for spans in _spans(call))
    agent_s, customer_s = _length(agent), _length(customer)
    spoken = agent_s + customer_s
    return {
        "talk_ratio_agent": round(agent_s / spoken, 3) if spoken else None,
        "silence_s": round(max(0.0, call.duration_s - _length(everyone)), 2),
        "longest_silence_s": round(max([e - s for s, e in gaps(everyone, call.duration_s)], default=0.0), 2),
        "overlap_s": None if call.channels == "mono" else round(spoken - _length(_joined(agent + customer)), 2),
        "agent_chars_per_min": _rate(call, "agent", agent_s),
    }


def _spans(call: Call) -> tuple[list[tuple[float, float]], list[tuple[float, float]], list[tuple[float, float]]]:
    """Where the agent, the customer and anybody is heard."""
    everyone = [(s.start_s, s.end_s) for s in call.speech]
    roles = [s.role for s in call.speech]
    agent, customer = (
        [span for span, role in zip(everyone, roles, strict=True) if role == wanted] for wanted in ("agent", "customer")
    )
    return agent, customer, everyone


def silences(call: Call, *, least_s: float) -> list[tuple[float, float]]:
    """The stretches (start, end) in seconds of `least_s` or more in which nobody is heard."""
    everyone = _joined([(s.start_s, s.end_s) for s in call.speech])
    return [(start, end) for start, end in gaps(everyone, call.duration_s) if end - start >= least_s]


def overlaps(call: Call) -> list[tuple[float, float]]:
    """The stretches (start, end) in seconds in which both sides are heard; none in a mono recording."""
    if call.channels == "mono":
        return []
    agent = _joined([(s.start_s, s.end_s) for s in call.speech if s.role == "agent"])
    customer = _joined([(s.start_s, s.end_s) for s in call.speech if s.role == "customer"])
    both = [(max(a, c), min(b, d)) for a, b in agent for c, d in customer]
    return [(start, end) for start, end in both if start < end]


def gaps(spans: list[tuple[float, float]], duration_s: float) -> list[tuple[float, float]]:
    """Silences (start, end) in seconds between spans in order, those at both ends of the recording included."""
    edges = [0.0, *[x for span in spans for x in span], duration_s]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2) if edges[i + 1] > edges[i]]


def _rate(call: Call, role: Role, seconds: float) -> float | None:
    edges = sounds_of(call.phones, [t.text for t in call.turns]).edges
    syllables = sum(int(edges[i + 1] - edges[i]) for i, t in enumerate(call.turns) if t.role == role)
    return round(60 * syllables / seconds, 1) if seconds >= 1 and syllables else None


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _length(spans: list[tuple[float, float]]) -> float:
    return sum([end - start for start, end in spans])
