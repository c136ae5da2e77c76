"""Speech in which nobody breaks a rule, as the agent's words: by its reference text and as recognised."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.accuracy_page import Say, named, table
from benchmarks.language import LANGUAGE
from qa.asr import Decoding
from qa.asr.faster_whisper import FasterWhisper
from qa.audio import read_audio
from qa.call import Call, CallMeta, Speech, Turn
from qa.evaluate import check_call
from qa.rules.model import RuleSet
from qa.speech import spans_of, speech_probabilities

PROFILE, THREADS, RATE = "balanced", 2, 16_000


def call_saying(call_id: str, text: str, confidence: float = 1.0) -> Call:
    """A call in which the agent says this and the customer agrees."""
    end_s = 3.0 + max(1.0, 0.22 * len(text))
    turns = (
        Turn("customer", 0.5, 2.0, "我想咨询一件事情。"),
        Turn("agent", 3.0, end_s, text, confidence),
        Turn("customer", end_s + 1, end_s + 2, "嗯,好的。"),
    )
    meta = CallMeta(call_id=call_id, agent_id="003", direction="inbound", started_at=datetime(2026, 6, 3, 10))
    speech = tuple(Speech(t.role, t.start_s, t.end_s) for t in turns)
    return Call(meta, end_s + 3, "agent-left", turns, speech)


def manifest(folder: Path) -> Iterator[tuple[Path, str]]:
    """Clip and reference text."""
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            yield folder / row["file"], row["reference"]


def recognised(folder: Path) -> dict[Path, tuple[str, float]]:
    """What the bundled recogniser hears in each clip, with its mean confidence."""
    engine = FasterWhisper(None, Decoding.of(PROFILE), THREADS)
    heard = {}
    for path, _ in manifest(folder):
        samples = read_audio(path).channels[0]
        words = engine.hear([samples], [spans_of(speech_probabilities(samples), len(samples) / RATE)])[0].words
        sure = sum(w.confidence for w in words) / max(1, len(words))
        heard[path] = ("".join(w.text for w in words), sure)
    return heard


def tally(calls: Iterator[Call], ruleset: RuleSet) -> dict[str, Counter[str]]:
    """Verdicts of the forbidden-language rules."""
    found: dict[str, Counter[str]] = {rule: Counter() for rule in LANGUAGE}
    for call in calls:
        for finding in check_call(call, ruleset).findings:
            if finding.rule in found:
                found[finding.rule][finding.verdict] += 1
    return found


def listen(folder: Path, ruleset: RuleSet) -> dict[str, Any]:
    """Verdicts on the reference texts and on what was recognised."""
    heard = recognised(folder)
    return {
        "clips": len(heard),
        "texts": tally((call_saying(p.stem, text) for p, text in manifest(folder)), ruleset),
        "recognised": tally((call_saying(p.stem, text, sure) for p, (text, sure) in heard.items()), ruleset),
    }


def clips_part(heard: Mapping[str, Any], names: Mapping[str, str], say: Say) -> str:
    """One row a rule of forbidden language."""
    kinds = ("texts", "recognised")
    heads = [say("rule"), *(f"{heard['clips']} {say('clips')}, {say(kind)}" for kind in kinds)]
    rows = []
    for rule in heard["texts"]:
        told = [heard[kind][rule] for kind in kinds]
        cells = [f"{say('violated')} {t['violated']} · {say('needs review')} {t['needs_review']}" for t in told]
        rows.append([named(rule, names, say), *cells])
    return table(heads, rows)
