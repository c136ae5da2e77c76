"""How much a side's words sound like the agent's script, to tell which side is the agent."""

from collections.abc import Mapping
from dataclasses import dataclass

from qa.phonetics import Lexicon, Phones, build_lexicon, phones, probability

WEIGHTS = {
    "company": 2.0,
    "offer": 1.5,
    "job-number-anchor": 1.0,
    "closing": 1.5,
    "agent-phrases": 1.0,
    "greeting": 0.3,
}


@dataclass(frozen=True, slots=True, eq=False)
class AgentLikeness:
    """A function from all words of one side to 0–1: near 1 where the side speaks the script, else near 0."""

    patterns: Mapping[str, tuple[str, ...]]
    lexicon: Lexicon

    def __call__(self, text: str) -> float:
        return self.of(phones(text))

    def of(self, heard: Phones) -> float:
        """The same for words whose syllables are known."""
        total = 0.0
        found = self.lexicon.search(heard)
        for name, texts in self.patterns.items():
            hits = [h for text in texts for h in found.get(text, ())]
            best = max((probability(h.ratio, h.evidence, h.size, len(heard), 0.0) for h in hits), default=0.0)
            total += WEIGHTS[name] * best
        return min(1.0, total / 3.5)


def agent_likeness(phrases: Mapping[str, tuple[str, ...]]) -> AgentLikeness:
    """The likeness to the script that these phrases make up."""
    patterns = {name: phrases.get(name, ()) for name in WEIGHTS}
    return AgentLikeness(patterns, build_lexicon(text for texts in patterns.values() for text in texts))
