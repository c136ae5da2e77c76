"""Writes `ordinary.jsonl`: everyday sentences of agents and customers, from `ordinary_templates.json`.

    python tests/corpora/make_ordinary.py

Each template is drawn `PER_TEMPLATE` times (`PLAIN` times without slots), with openers and slot values drawn
by a fixed seed: the file is the same on every run. Agents say nothing that a rule forbids; customers may
complain, be angry and say forbidden words.
"""

import json
import random
import re
from pathlib import Path

HERE = Path(__file__).parent
PER_TEMPLATE = 12
PLAIN = 4
SLOT = re.compile(r"\{(\w+)\}")


def main() -> None:
    source = json.loads((HERE / "ordinary_templates.json").read_text(encoding="utf-8"))
    draw = random.Random(20261122)
    seen: set[str] = set()
    lines = []
    for domain, parts in source["domains"].items():
        slots = source["slots"] | parts.get("slots", {})
        for role in ("agent", "customer"):
            openers = [""] if domain == "everyday" else source["openers"][role]
            for template in parts[role]:
                fills = {
                    draw.choice(openers) + SLOT.sub(lambda m, slots=slots: draw.choice(slots[m[1]]), template)
                    for _ in range(PER_TEMPLATE if SLOT.search(template) else PLAIN)
                }
                for text in sorted(fills - seen):
                    seen.add(text)
                    lines.append(json.dumps({"text": text, "role": role, "domain": domain}, ensure_ascii=False))
    (HERE / "ordinary.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "sentences")


if __name__ == "__main__":
    main()
