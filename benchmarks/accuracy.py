"""How right the verdicts are: generates calls, scores and evaluates them, and writes the figures into the docs.

    python -m benchmarks.accuracy --n 5000 --seed 1 --cer 0.15
    python -m benchmarks.accuracy --spoken "NAME" RESULTS LABELS --clips FOLDER

Measured are the generated calls and the everyday sentences of `tests/corpora/`; with --spoken the results of a run
on labelled recordings (as often as there are sets), with --clips a folder of speech in which nobody breaks a rule.
Figures of `docs/accuracy.md` and `docs/accuracy.zh-CN.md` that were not measured again stay as they were.
"""

import argparse
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.accuracy_page import generated_part, sentences_part, spoken_part, stored, write_part
from benchmarks.generate import GeneratedCall, generate
from benchmarks.language import ABOUT, LANGUAGE, verdicts
from qa.accuracy import Accuracy, compare, figures, load, scripted_cases
from qa.call import Call, CallMeta, Speech, Turn
from qa.curve import reliability_svg
from qa.reliability import curve
from qa.result import finding_json
from qa.rules.loader import load_rulebook
from qa.rules.model import RuleBook
from qa.score import score_call

CORPORA = ("ordinary", "polite")
CHUNK = 50


def call_of(generated: GeneratedCall) -> Call:
    """A generated call as the engine takes it."""
    row, heard = generated.row, generated.transcript
    meta = CallMeta(
        call_id=row["call_id"],
        agent_id=row["agent_id"],
        ruleset=row["ruleset"],
        direction=row["direction"],
        started_at=datetime.fromisoformat(row["started_at"]),
        ring_seconds=row["ring_seconds"] or None,
        hangup_by=row["hangup_by"],
        complaint=row["complaint"] == "true",
    )
    return Call(
        meta,
        heard["duration_s"],
        row["channels"],
        tuple(Turn(t["role"], t["start"], t["end"], t["text"]) for t in heard["transcript"]),
        tuple(Speech(t["role"], t["start"], t["end"]) for t in heard["speech"]),
    )


@lru_cache(maxsize=1)
def _book(rules: str) -> RuleBook:
    return load_rulebook(Path(rules))


def _scored(task: tuple[str, GeneratedCall]) -> dict[str, Any]:
    """One call's line of results.jsonl, as far as `compare` reads it."""
    rules, generated = task
    call = call_of(generated)
    card = score_call(call, _book(rules).rulesets[generated.row["ruleset"]])
    return {
        "call_id": call.meta.call_id,
        "status": "scored",
        "channels": call.channels,
        "findings": [finding_json(finding) for finding in card.findings],
        "answers": dict(card.answers),
        "transcript": generated.transcript["transcript"],
    }


@dataclass(frozen=True, slots=True)
class Measured:
    """Generated calls after scoring. `results` are lines of results.jsonl by call id, `labels` likewise."""

    results: dict[str, dict[str, Any]]
    labels: dict[str, dict[str, Any]]
    seconds: float

    def accuracy(self) -> Accuracy:
        return compare(self.results, self.labels)

    def near_misses(self) -> Counter[str]:
        return Counter(rule for label in self.labels.values() for rule in label["near_misses"])


def measure(calls: Iterable[GeneratedCall], rules: Path, processes: int) -> Measured:
    """Scores generated calls in `processes` processes."""
    made = list(calls)
    start = time.monotonic()
    with ProcessPoolExecutor(processes) as pool:
        results = {r["call_id"]: r for r in pool.map(_scored, [(str(rules), g) for g in made], chunksize=CHUNK)}
    return Measured(results, {g.labels["call_id"]: g.labels for g in made}, time.monotonic() - start)


Tallies = dict[str, dict[str, Counter[str]]]


def everyday(rules: Path, processes: int) -> tuple[Tallies, dict[str, Counter[str]]]:
    """Verdicts of the forbidden-language rules: by corpus and rule on right sentences, by rule on wrong ones."""
    names = (*CORPORA, *ABOUT)
    with ProcessPoolExecutor(processes) as pool:
        found = dict(zip(names, pool.map(_corpus, [(str(rules), name) for name in names]), strict=True))
    innocent = {name: {rule: Counter(of[rule] for of in found[name]) for rule in LANGUAGE} for name in CORPORA}
    return innocent, {rule: Counter(of[rule] for of in found[name]) for name, rule in ABOUT.items()}


def _corpus(task: tuple[str, str]) -> list[dict[str, str]]:
    rules, name = task
    return verdicts(name, _book(rules).rulesets["heating"])


def setting(args: argparse.Namespace, seconds: float) -> dict[str, Any]:
    """What a reader must know to measure the same again."""
    return {
        "seed": args.seed,
        "n": args.n,
        "cer": args.cer,
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "seconds": round(seconds),
    }


def _keep(measured: Measured, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("results", measured.results), ("labels", measured.labels)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines.values())
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


def _spoken(sets: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, results, labels in sets:
        found, wanted = load(Path(results)), load(Path(labels))
        yield name, "", figures(compare(found, wanted))
        if len({found[c].get("channels") == "mono" for c in wanted if c in found}) > 1:
            yield name, "stereo", figures(compare(found, wanted, "stereo"))
            yield name, "mono", figures(compare(found, wanted, "mono"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how right the verdicts are and write it into the docs.")
    parser.add_argument("--n", type=int, default=5000, help="number of generated calls, 0 for none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cer", type=float, default=0.15, help="share of characters in error")
    parser.add_argument("--rules", type=Path, default=Path("rules"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--docs", type=Path, default=Path("docs"), help="folder of accuracy.md")
    parser.add_argument("--keep", type=Path, help="folder for results.jsonl and labels.jsonl of the generated calls")
    parser.add_argument("--spoken", nargs=3, action="append", default=[], metavar=("NAME", "RESULTS", "LABELS"))
    parser.add_argument("--clips", type=Path, help="folder with manifest.csv (file, reference) and the clips")
    args = parser.parse_args()
    names = {rule.id: rule.name for of in _book(str(args.rules)).rulesets.values() for rule in of.rules}
    if args.n:
        measured = measure(generate(args.n, args.seed, args.cer), args.rules, args.processes)
        accuracy = measured.accuracy()
        if args.keep:
            _keep(measured, args.keep)
        told = setting(args, measured.seconds)
        picture = reliability_svg(curve(scripted_cases(accuracy)), f"{args.n} generated calls, seed {args.seed}")
        stored(args.docs, "accuracy-curve.svg", picture)
        found = figures(accuracy)
        write_part(args.docs, "generated", lambda t: generated_part(found, measured.near_misses(), told, names, t))
        print(json.dumps(found["overall"], ensure_ascii=False))
    if args.n or not args.spoken:
        innocent, guilty = everyday(args.rules, args.processes)
        write_part(args.docs, "sentences", lambda t: sentences_part(innocent, guilty, names, t))
    if args.spoken:
        sets = list(_spoken(args.spoken))
        write_part(args.docs, "spoken", lambda t: spoken_part(sets, t))
    if args.clips:
        from benchmarks.clips import clips_part, listen

        heard = listen(args.clips, _book(str(args.rules)).rulesets["heating"])
        write_part(args.docs, "clips", lambda t: clips_part(heard, names, t))


if __name__ == "__main__":
    main()
