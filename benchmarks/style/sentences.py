"""The sentences to learn from: the files beside this one, and the older corpora that rules were written from."""

import hashlib
import json
import random
from dataclasses import dataclass
from pathlib import Path

from qa.checks.sounding import KINDS, Kind

HERE = Path(__file__).parent
CORPORA = HERE.parents[1] / "tests" / "corpora"
RULES: dict[str, Kind] = {"rude-language": "rudeness", "refusal": "refusal", "blame-other-department": "blame"}
OLDER = ("rudeness", "refusal", "blame", "fresh", "blind", "polite", "near_misses", "ordinary")
"""`later.jsonl` and the three `*unseen.jsonl` are missing on purpose: they are the measure."""
BLOCK, OLDER_BLOCK = 8, 40
HEARD_WRONGLY = 0.15
SHORTEST_PIECE = 4
FILLERS = ("啊", "呃", "就是", "那个")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an agent; `kind` None is courteous. Sentences of one `block` are near one another in idea.

    A `piece` is part of one, as recognition may leave it: learnt from, never counted.
    """

    text: str
    kind: Kind | None
    block: int
    piece: bool = False


def sentences() -> list[Sentence]:
    """Every sentence, in a fixed order."""
    found: list[Sentence] = []
    for name in (*KINDS, "polite"):
        kind = next((k for k in KINDS if k == name), None)
        lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").split("\n")
        found += _blocks([(line.strip(), kind) for line in lines], BLOCK, len(found))
    for name in OLDER:
        with (CORPORA / f"{name}.jsonl").open(encoding="utf-8") as lines:
            rows = [row for row in map(json.loads, lines) if row["role"] == "agent"]
        kinds = [_kind(name, row) for row in rows]
        size = OLDER_BLOCK if None in kinds else BLOCK
        found += _blocks([(row["text"], kind) for row, kind in zip(rows, kinds, strict=True)], size, len(found))
    return found


def _kind(corpus: str, row: dict[str, str]) -> Kind | None:
    if corpus in ("fresh", "blind"):
        return RULES[row["rule"]]
    return next((kind for kind in KINDS if kind == corpus), None)


def _blocks(lines: list[tuple[str, Kind | None]], size: int, first: int) -> list[Sentence]:
    """Lines with numbers of their blocks from `first` on; a new one after an empty line or `size` sentences."""
    found: list[Sentence] = []
    block, held = first, 0
    for text, kind in lines:
        if not text or held == size:
            block, held = block + 1, 0
        if text:
            found.append(Sentence(text, kind, block))
            held += 1
    return found


def fingerprint(found: list[Sentence]) -> str:
    """What the sentences are, in 16 hexadecimal digits."""
    lines = "\n".join(f"{s.kind or '-'} {s.text}" for s in found)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def pieces(found: list[Sentence]) -> list[Sentence]:
    """A piece of every courteous sentence, some of its characters heard wrongly; the same on every run."""
    draw = random.Random(20261122)
    courteous = [s for s in found if s.kind is None]
    letters = [char for s in courteous for char in s.text if char.isalnum()]
    return [Sentence(_worn(s.text, draw, letters), None, s.block, piece=True) for s in courteous]


def _worn(text: str, draw: random.Random, letters: list[str]) -> str:
    first = draw.randrange(max(1, len(text) // 2))
    last = draw.randint(min(len(text), first + SHORTEST_PIECE), len(text))
    worn = [draw.choice(letters) if draw.random() < HEARD_WRONGLY else char for char in text[first:last]]
    if draw.random() < HEARD_WRONGLY:
        worn.insert(draw.randrange(len(worn) + 1), draw.choice(FILLERS))
    return "".join(worn)
