"""How the language rules take sentences that no rule file lists: aggregate figures, never a sentence.

usage: python -m benchmarks.language [--rules rules] [--ruleset heating]

Each sentence of `tests/corpora/` is one turn of its role in a call with neutral surroundings.
"""

import argparse
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from qa.call import Call, CallMeta, Role, Speech, Turn
from qa.evaluate import check_call
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleSet

CORPORA = Path(__file__).parents[1] / "tests" / "corpora"
ABOUT = {"rudeness": "rude-language", "refusal": "refusal", "blame": "blame-other-department"}
LANGUAGE = (*ABOUT.values(), "slang", "name-disclosure")


def sentences(name: str) -> list[tuple[Role, str]]:
    """Role and text of every sentence of a corpus."""
    with (CORPORA / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [(row["role"], row["text"]) for row in map(json.loads, lines)]


def call_with(role: Role, text: str) -> Call:
    """A call in which somebody says this between a neutral opening and a neutral closing."""
    other: Role = "customer" if role == "agent" else "agent"
    turns = (
        Turn("agent", 0.5, 5.0, "您好,很高兴为您服务,请问有什么可以帮您?"),
        Turn("customer", 6.0, 9.0, "我想咨询一件事情。"),
        Turn("agent", 9.5, 11.0, "好的,您请讲。"),
        Turn(role, 12.0, 12.0 + max(1.0, 0.22 * len(text)), text),
        Turn(other, 40.0, 41.0, "嗯,好的。"),
        Turn("agent", 42.0, 45.0, "感谢您的来电,再见。"),
    )
    meta = CallMeta(call_id="sentence", agent_id="003", direction="inbound", started_at=datetime(2026, 6, 3, 10))
    return Call(meta, 46.0, "agent-left", turns, tuple(Speech(t.role, t.start_s, t.end_s) for t in turns))


def verdicts(name: str, ruleset: RuleSet) -> list[dict[str, str]]:
    """For every sentence of a corpus the verdicts of the rules."""
    return [
        {f.rule: f.verdict for f in check_call(call_with(role, text), ruleset).findings}
        for role, text in sentences(name)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--ruleset", default="heating")
    options = parser.parse_args()
    ruleset = load_rulebook(options.rules).rulesets[options.ruleset]
    for name, rule in ABOUT.items():
        tally = Counter(v[rule] for v in verdicts(name, ruleset))
        total = tally.total()
        print(
            f"{name:10s} {total:5d} sentences: violated {tally['violated'] / total:6.1%}"
            f"  needs_review {tally['needs_review'] / total:6.1%}  passed {tally['passed'] / total:6.1%}"
        )
    for name in ("polite", "ordinary"):
        found = verdicts(name, ruleset)
        print(f"{name:10s} {len(found):5d} sentences")
        for rule in LANGUAGE:
            tally = Counter(v[rule] for v in found)
            print(
                f"    {rule:24s} violated {tally['violated']:4d}  needs_review {tally['needs_review']:4d}"
                f"  ({(tally['violated'] + tally['needs_review']) / len(found):.2%})"
            )


if __name__ == "__main__":
    main()
