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
from pathlib import Path
from typing import Any, Literal

from qa.errors import ConfigError
from qa.intervals import poisson, wilson
from qa.reliability import Case, reliability_figures, violation_probability

PARAPHRASED = "~paraphrase"
Sides = Literal["stereo", "mono"]

_DIGITS = str.maketrans("0123456789幺〇", "零一二三四五六七八九一零")


@dataclass(slots=True)
class RuleCount:
    """Verdicts of one rule over all labelled calls.

    `violations` are labelled violated; of these `found` were violated in the results, `left` were left to a
    person and `missed` neither. `wrongful` deductions are labelled otherwise. `reviews` are all verdicts left
    to a person; `applicable` are the labels other than not_applicable. `cases` are stated probabilities of a violation
    with whether there was one, `charged` those of them that were deducted.
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
    cases: list[Case] = field(default_factory=list)
    charged: list[Case] = field(default_factory=list)


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


def evaluate(results: Path, labels: Path, channels: Sides | None = None) -> Accuracy:
    """Compares two JSON-lines files by call id. Raises ConfigError for a file that cannot be used."""
    return compare(load(results), load(labels), channels)


def compare(
    results: Mapping[str, Mapping[str, Any]], labels: Mapping[str, Mapping[str, Any]], channels: Sides | None = None
) -> Accuracy:
    """Compares results with labels, both by call id; `channels` keeps the calls of that kind."""
    accuracy = Accuracy()
    for call_id, label in labels.items():
        result = results.get(call_id)
        if result is None or result.get("status") != "scored":
            accuracy.missing += 1
            continue
        if channels and (result.get("channels") == "mono") != (channels == "mono"):
            continue
        accuracy.calls += 1
        _verdicts(accuracy, result, label)
        _texts(accuracy, result, label)
        for name, answer in (label.get("answers") or {}).items():
            accuracy.answers += 1
            accuracy.answers_right += (result.get("answers") or {}).get(name) == answer
    return accuracy


def normalised(text: str) -> str:
    """Text for the character error rate: no punctuation or spaces, digits as characters, lower case."""
    return re.sub(r"[^\w]|_", "", text).lower().translate(_DIGITS)


def figures(accuracy: Accuracy) -> dict[str, Any]:
    """Every figure as plain values: `rules` by id, `overall`, and the `reliability` of the stated confidence."""
    scripted = {name: c for name, c in accuracy.rules.items() if not name.endswith(PARAPHRASED)}
    return {
        "rules": {name: _rule_figures(count, accuracy.calls) for name, count in sorted(accuracy.rules.items())},
        "overall": _overall(accuracy, list(scripted.values()), list(accuracy.rules.values())),
        "reliability": reliability_figures(
            scripted_cases(accuracy), [case for count in scripted.values() for case in count.charged]
        ),
    }


def scripted_cases(accuracy: Accuracy) -> list[Case]:
    """Stated probabilities and whether there was a violation, over all rules; wording nobody listed left out."""
    return [case for name, c in accuracy.rules.items() if not name.endswith(PARAPHRASED) for case in c.cases]


def _overall(accuracy: Accuracy, scripted: list[RuleCount], every: list[RuleCount]) -> dict[str, Any]:
    found, wrongful, violations, missed = (
        sum(getattr(c, name) for c in scripted) for name in ("found", "wrongful", "violations", "missed")
    )
    f1 = [_f1(c.found, c.wrongful, c.violations) or 0.0 for c in scripted if c.violations]
    return {
        "calls": accuracy.calls,
        "calls_without_result": accuracy.missing,
        **_part("precision", found, found + wrongful),
        **_part("recall", found, violations),
        "micro_f1": _f1(found, wrongful, violations),
        "macro_f1": round(sum(f1) / len(f1), 4) if f1 else None,
        **_per_100("wrongful", sum(c.wrongful for c in every), accuracy.calls),
        **_per_100("missed", missed, accuracy.calls),
        **_part("review_share", sum(c.applicable_reviews for c in every), sum(c.applicable for c in every)),
        **_part("review_calls", accuracy.review_calls, accuracy.calls),
        **_part("agreement", sum(c.agreed for c in every), sum(c.calls for c in every)),
        "cer": _cer(accuracy),
        "answers": f"{accuracy.answers_right}/{accuracy.answers}",
    }


def _verdicts(accuracy: Accuracy, result: Mapping[str, Any], label: Mapping[str, Any]) -> None:
    got = {finding["rule"]: finding for finding in result.get("findings", [])}
    notes = label.get("notes") or []
    paraphrased = {note.partition(":")[2] for note in notes if note.startswith("paraphrase:")}
    left_to_person = False
    for rule, wanted in (label.get("labels") or {}).items():
        count = accuracy.rules[f"{rule}{PARAPHRASED}" if rule in paraphrased else rule]
        finding = got.get(rule, {"verdict": "absent"})
        verdict = finding["verdict"]
        review, violation = verdict == "needs_review", wanted == "violated"
        left_to_person |= review
        probability = violation_probability(finding)
        if probability is not None:
            count.cases.append((probability, violation))
            if verdict == "violated":
                count.charged.append((probability, violation))
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


def _rule_figures(count: RuleCount, calls: int) -> dict[str, Any]:
    return {
        "calls": count.calls,
        "violations": count.violations,
        "found": count.found,
        "missed": count.missed,
        "review": count.reviews,
        "wrongful": count.wrongful,
        **_part("precision", count.found, count.found + count.wrongful),
        **_part("recall", count.found, count.violations),
        **_part("review_share", count.applicable_reviews, count.applicable),
        **_per_100("wrongful", count.wrongful, calls),
        **_part("agreement", count.agreed, count.calls),
        "reliability": reliability_figures(count.cases, count.charged),
    }


def _f1(found: int, wrongful: int, violations: int) -> float | None:
    return round(2 * found / (found + wrongful + violations), 4) if violations or wrongful else None


def _part(name: str, part: int, whole: int) -> dict[str, Any]:
    """A share with its interval."""
    return {
        name: round(part / whole, 4) if whole else None,
        f"{name}_95": [round(x, 4) for x in wilson(part, whole)] if whole else None,
    }


def _per_100(name: str, count: int, calls: int) -> dict[str, Any]:
    """Events per 100 calls with their interval."""
    scale = 100 / max(1, calls)
    return {
        f"{name}_per_100_calls": round(scale * count, 2),
        f"{name}_per_100_calls_95": [round(scale * x, 2) for x in poisson(count)],
    }


def load(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of a JSON-lines file by `call_id`. Raises ConfigError for a file that cannot be used."""
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
