"""How right the results are: verdicts and transcripts held against labelled calls.

Labels: one JSON line a call with `call_id`, `labels` (rule: verdict), and optionally `transcript` and `answers`;
rules without a label are not judged. A label noted as `paraphrase:RULE` is counted as a row of its own and left
out of the overall precision and recall: its wording is not in the script.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from typing import Any

from rich.table import Table

from qa.errors import ConfigError

_DIGITS = str.maketrans("0123456789幺〇", "零一二三四五六七八九一零")
_Z95 = 1.959964


@dataclass(slots=True)
class RuleCount:
    """Verdicts of one rule over all labelled calls.

    `violations` are labelled violated; of these `found` were violated in the results, `left` were left to a
    person and `missed` neither. `wrongful` deductions are labelled otherwise. `reviews` are all verdicts left
    to a person; `applicable` are the labels other than not_applicable.
    """

    calls: int = 0
    applicable: int = 0
    violations: int = 0
    found: int = 0
    left: int = 0
    missed: int = 0
    wrongful: int = 0
    reviews: int = 0
    applicable_reviews: int = 0
    agreed: int = 0


@dataclass(slots=True)
class Accuracy:
    """The counts behind every figure. `cer` is edits over characters of the reference transcripts."""

    rules: dict[str, RuleCount] = field(default_factory=lambda: defaultdict(RuleCount))
    calls: int = 0
    missing: int = 0
    review_calls: int = 0
    answers: int = 0
    answers_right: int = 0
    references: list[str] = field(default_factory=list)
    hypotheses: list[str] = field(default_factory=list)


def evaluate(results: Path, labels: Path) -> Accuracy:
    """Compares two JSON-lines files by call id. Raises ConfigError for a file that cannot be used."""
    found, wanted = _load(results), _load(labels)
    accuracy = Accuracy()
    for call_id, label in wanted.items():
        result = found.get(call_id)
        if result is None or result.get("status") != "scored":
            accuracy.missing += 1
            continue
        accuracy.calls += 1
        _verdicts(accuracy, result, label)
        _texts(accuracy, result, label)
        for name, answer in (label.get("answers") or {}).items():
            accuracy.answers += 1
            accuracy.answers_right += (result.get("answers") or {}).get(name) == answer
    return accuracy


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), which also holds for few cases; (0, 1) for none."""
    if whole == 0:
        return 0.0, 1.0
    share, z2 = part / whole, _Z95 * _Z95
    centre = (share + z2 / (2 * whole)) / (1 + z2 / whole)
    half = _Z95 / (1 + z2 / whole) * sqrt(share * (1 - share) / whole + z2 / (4 * whole * whole))
    return max(0.0, centre - half), min(1.0, centre + half)


def normalised(text: str) -> str:
    """Text for the character error rate: no punctuation or spaces, digits as characters, lower case."""
    return re.sub(r"[^\w]|_", "", text).lower().translate(_DIGITS)


def figures(accuracy: Accuracy) -> dict[str, Any]:
    """Every figure as plain values: `rules` by id and `overall`."""
    scripted = {name: c for name, c in accuracy.rules.items() if not name.endswith("~paraphrase")}
    every = list(accuracy.rules.values())
    found, wrongful, violations, missed = (
        sum(getattr(c, name) for c in scripted.values()) for name in ("found", "wrongful", "violations", "missed")
    )
    calls = max(1, accuracy.calls)
    f1 = [_f1(c) for c in scripted.values() if c.violations]
    return {
        "rules": {name: _rule_figures(count) for name, count in sorted(accuracy.rules.items())},
        "overall": {
            "calls": accuracy.calls,
            "calls_without_result": accuracy.missing,
            "precision": _share(found, found + wrongful),
            "recall": _share(found, violations),
            "macro_f1": round(sum(f1) / len(f1), 4) if f1 else None,
            "wrongful_per_100_calls": round(100 * sum(c.wrongful for c in every) / calls, 2),
            "missed_per_100_calls": round(100 * missed / calls, 2),
            "review_share": _share(sum(c.applicable_reviews for c in every), sum(c.applicable for c in every)),
            "review_calls": _share(accuracy.review_calls, accuracy.calls),
            "agreement": _share(sum(c.agreed for c in every), sum(c.calls for c in every)),
            "cer": _cer(accuracy),
            "answers": f"{accuracy.answers_right}/{accuracy.answers}",
        },
    }


def table(accuracy: Accuracy) -> Table:
    """One row a rule, with 95 % intervals of precision and recall."""
    out = Table()
    for name in ("rule", "calls", "violated", "found", "missed", "review", "wrongful", "precision", "recall"):
        out.add_column(name, justify="left" if name == "rule" else "right", no_wrap=True)
    for name, c in sorted(accuracy.rules.items()):
        counts = (c.calls, c.violations, c.found, c.missed, c.reviews, c.wrongful)
        out.add_row(
            name,
            *map(str, counts),
            _interval(c.found, c.found + c.wrongful),
            _interval(c.found, c.violations),
        )
    return out


def _verdicts(accuracy: Accuracy, result: Mapping[str, Any], label: Mapping[str, Any]) -> None:
    got = {finding["rule"]: finding["verdict"] for finding in result.get("findings", [])}
    notes = label.get("notes") or []
    paraphrased = {note.partition(":")[2] for note in notes if note.startswith("paraphrase:")}
    left_to_person = False
    for rule, wanted in (label.get("labels") or {}).items():
        count = accuracy.rules[f"{rule}~paraphrase" if rule in paraphrased else rule]
        verdict = got.get(rule, "absent")
        review, violation = verdict == "needs_review", wanted == "violated"
        left_to_person |= review
        count.calls += 1
        count.applicable += wanted != "not_applicable"
        count.agreed += verdict == wanted
        count.reviews += review
        count.applicable_reviews += review and wanted != "not_applicable"
        count.violations += violation
        count.found += violation and verdict == "violated"
        count.left += violation and review
        count.missed += violation and verdict not in ("violated", "needs_review")
        count.wrongful += not violation and verdict == "violated"
    accuracy.review_calls += left_to_person


def _texts(accuracy: Accuracy, result: Mapping[str, Any], label: Mapping[str, Any]) -> None:
    """Each side by itself where the result knows the sides, since turns of two sides interleave otherwise."""
    said, heard = label.get("transcript"), result.get("transcript")
    if not said or not heard:
        return
    known = all(turn["role"] != "unknown" for turn in heard)
    for roles in (("agent",), ("customer",)) if known else (("agent", "customer", "unknown"),):
        accuracy.references.append(_side(said, roles))
        accuracy.hypotheses.append(_side(heard, roles))


def _side(turns: list[dict[str, Any]], roles: tuple[str, ...]) -> str:
    ordered = sorted(turns, key=lambda turn: float(turn["start"]))
    return normalised("".join(turn["text"] for turn in ordered if turn["role"] in roles))


def _cer(accuracy: Accuracy) -> float | None:
    import jiwer

    pairs = list(zip(accuracy.references, accuracy.hypotheses, strict=True))
    characters = sum(len(reference) for reference, _ in pairs)
    if not characters:
        return None
    # jiwer refuses an empty reference; against one, every character heard is an insertion.
    edits = sum(len(heard) for said, heard in pairs if not said)
    spoken = [(said, heard) for said, heard in pairs if said]
    measured = jiwer.process_characters([s for s, _ in spoken], [h for _, h in spoken])
    edits += measured.substitutions + measured.deletions + measured.insertions
    return round(edits / characters, 4)


def _rule_figures(count: RuleCount) -> dict[str, Any]:
    return {
        "calls": count.calls,
        "violations": count.violations,
        "found": count.found,
        "missed": count.missed,
        "review": count.reviews,
        "wrongful": count.wrongful,
        "precision": _share(count.found, count.found + count.wrongful),
        "precision_95": [round(x, 3) for x in wilson(count.found, count.found + count.wrongful)],
        "recall": _share(count.found, count.violations),
        "recall_95": [round(x, 3) for x in wilson(count.found, count.violations)],
    }


def _f1(count: RuleCount) -> float:
    return 2 * count.found / max(1, 2 * count.found + count.wrongful + count.violations - count.found)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _interval(part: int, whole: int) -> str:
    if whole == 0:
        return "–"
    low, high = wilson(part, whole)
    return f"{part / whole:.2f} ({low:.2f}–{high:.2f})"


def _load(path: Path) -> dict[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); name a JSON-lines file") from None
    lines: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            lines[record["call_id"]] = record
        except (ValueError, KeyError, TypeError):
            raise ConfigError(f"{path}:{number}: no JSON object with a call_id; name a JSON-lines file") from None
    return lines
