"""How much a side's words sound like the agent's script, to tell which side is the agent."""

from collections.abc import Callable, Mapping

from qa.phonetics import build_lexicon, phones, probability

WEIGHTS = {
    "company": 2.0,
    "offer": 1.5,
    "job-number-anchor": 1.0,
    "closing": 1.5,
    "agent-phrases": 1.0,
    "greeting": 0.3,
}


def agent_likeness(phrases: Mapping[str, tuple[str, ...]]) -> Callable[[str], float]:
    """A function from all words of one side to 0–1: near 1 where the side speaks the script, else near 0."""
    patterns = {name: phrases.get(name, ()) for name in WEIGHTS}
    lexicon = build_lexicon(text for texts in patterns.values() for text in texts)

    def likeness(text: str) -> float:
        heard = phones(text)
        total = 0.0
        found = lexicon.search(heard)
        for name, texts in patterns.items():
            hits = [h for text in texts for h in found.get(text, ())]
            best = max((probability(h.ratio, h.evidence, h.size, len(heard), 0.0) for h in hits), default=0.0)
            total += WEIGHTS[name] * best
        return min(1.0, total / 3.5)

    return likeness
