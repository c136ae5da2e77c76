"""The player of one call: waveform lanes, transcript and findings in one browser component.

They are one component so that following the sound and jumping to evidence need no trip to the server.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from dashboard.components.marks import transcript_lines
from dashboard.i18n import t, texts
from dashboard.wording import number
from qa.call import Call, Role
from qa.finding import Finding, Verdict
from qa.metrics import overlaps, silences
from qa.store.reviews import Review

HERE = Path(__file__).parent
VENDOR = HERE.parent / "vendor" / "wavesurfer"
QUIET_S = 2.0
BINS = 6000  # enough for the widest zoom; an hour-long call would otherwise send megabytes

TEXTS = (
    "play",
    "pause",
    "back",
    "ahead",
    "speed",
    "zoom",
    "skip",
    "link",
    "copied",
    "copy_by_hand",
    "keys",
    "transcript",
    "findings",
    "agent",
    "customer",
    "unknown",
    "mono",
    "silence",
    "silence_of",
    "weak",
    "violated",
    "needs_review",
    "passed",
    "not_applicable",
    "points",
    "no_points",
    "times",
    "clause",
    "confidence",
    "right",
    "covered",
    "play_from",
    "no_words",
    "no_findings",
    "no_recording",
    "cannot_play",
    "legend_silence",
    "legend_overlap",
    "confirmed",
    "overturned",
    "do_confirmed",
    "do_overturned",
    "do_not_applicable",
    "manual",
    "item",
    "note",
    "save",
    "cancel",
    "retract",
    "next",
    "help",
    "help_lines",
    "close",
    "fact_complaint",
    "fact_dissatisfied",
    "fact_severe",
    "fact_consequence",
)

Peaks = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Walk:
    """How one goes on from a call: whether there is a next one, and where its recording sounds from."""

    further: bool = False
    next_url: str | None = None


def call_player(
    call: Call,
    findings: Sequence[Finding],
    *,
    url: str | None,
    peaks: Peaks,
    at_s: float | None,
    review: Review | None = None,
    judging: bool = False,
    walk: Walk = Walk(),
    on_act: Callable[[], None] = lambda: None,
) -> None:
    """Draw the player, at second `at_s` where given. `url` None: no sound, but text and findings.

    With a `review` it shows what people decided; `judging` lets the viewer decide. What the viewer does is the value
    `act` of the component, of which `on_act` is told.
    """
    data = with_decisions(player_data(call, findings, url, peaks, at_s), review) | judging_data(review, judging)
    _component()(
        key=player_key(call.meta.call_id),
        data=data | {"walking": walk.further, "next_url": walk.next_url},
        on_act_change=on_act,
    )


def player_key(call_id: str) -> str:
    """Under which the session keeps what was done in the player of a call."""
    return f"player-{call_id}"


def player_data(
    call: Call, findings: Sequence[Finding], url: str | None, peaks: Peaks, at_s: float | None
) -> dict[str, Any]:
    """What the browser component draws, as JSON; times in seconds."""
    names = {finding.rule: finding.name for finding in findings}
    roles = _lane_roles(call, len(peaks))
    return {
        "call_id": call.meta.call_id,
        "url": url if peaks else None,
        "duration": call.duration_s,
        "seek": at_s,
        "lanes": [
            {
                "role": role,
                "name": t(f"player.{'mono' if len(roles) == 1 else role}"),
                "peaks": thin(peaks[at]),
            }
            for at, role in roles
        ],
        "lines": [
            {
                "role": line.role,
                "start": line.start_s,
                "end": line.end_s,
                "confidence": line.confidence,
                "silence": line.silence,
                "pieces": [
                    {"text": p.text, "findings": p.findings, "ends": p.ends, "start": p.start_s} for p in line.pieces
                ],
            }
            for line in transcript_lines(call.turns, findings)
        ],
        "findings": [_finding_data(finding, names) for finding in findings],
        "regions": _regions(findings, [role for _, role in roles]),
        "silences": silences(call, least_s=QUIET_S) if peaks else [],
        "overlaps": overlaps(call) if peaks else [],
        "texts": texts("player", TEXTS),
    }


def judging_data(review: Review | None, judging: bool) -> dict[str, Any]:
    """What people decided and what may be entered, as JSON."""
    if review is None:
        return {"seen": 0, "judging": False, "manual": [], "items": []}
    return {
        "seen": review.seen,
        "judging": judging,
        "manual": [
            {
                "seq": entered.seq,
                "name": entered.name,
                "clause": entered.clause,
                "points_text": number(entered.points),
                "note": entered.action.note,
                "by": entered.by,
                "start": entered.action.start_s,
                "end": entered.action.end_s,
            }
            for entered in review.manual
        ],
        "items": [
            {"id": i.id, "name": i.name, "clause": i.clause, "points": number(i.points), "facts": list(i.multipliers)}
            for i in review.items
        ],
    }


def with_decisions(data: dict[str, Any], review: Review | None) -> dict[str, Any]:
    """The player's data with each finding's machine verdict and, where a person decided, the decision."""
    machine = {f.rule: f.verdict for f in review.machine.findings} if review else {}
    for finding in data["findings"]:
        event = review.state.verdicts.get(finding["rule"]) if review else None
        finding["machine"] = machine.get(finding["rule"], finding["verdict"])
        finding["decision"] = getattr(event.action, "decision", None) if event else None
        finding["decided_by"] = event.by if event else None
    return data


def thin(lane: Sequence[float], most: int = BINS) -> list[float]:
    """At most `most` bins, each the largest of those it stands for."""
    step = -(-len(lane) // most) if lane else 1
    return [round(max(lane[i : i + step]), 3) for i in range(0, len(lane), step)]


def _lane_roles(call: Call, channels: int) -> list[tuple[int, Role]]:
    """(channel, role) of each lane from the top: the agent first, whichever side of the recording that is."""
    if channels < 2 or call.channels == "mono":
        return [(0, "unknown")] if channels else []
    return [(0, "agent"), (1, "customer")] if call.channels == "agent-left" else [(1, "agent"), (0, "customer")]


def _regions(findings: Sequence[Finding], lanes: Sequence[Role]) -> list[dict[str, Any]]:
    coloured: tuple[Verdict, ...] = ("violated", "needs_review", "passed")
    return [
        {
            "start": evidence.start_s,
            "end": evidence.end_s,
            "verdict": finding.verdict,
            "finding": position,
            "lane": lanes.index(evidence.role) if len(lanes) > 1 and evidence.role in lanes else None,
        }
        for position, finding in enumerate(findings)
        if finding.verdict in coloured
        for evidence in finding.evidence
    ]


def _finding_data(finding: Finding, names: dict[str, str]) -> dict[str, Any]:
    times = f"(×{number(finding.multiplier)})" if finding.multiplier != 1 else ""
    return {
        "rule": finding.rule,
        "name": finding.name,
        "clause": finding.clause,
        "verdict": finding.verdict,
        "points": finding.points,
        "points_text": f"−{number(finding.points)}{times}",
        "confidence": finding.confidence,
        "count": finding.count,
        "reason": finding.reason,
        "right_wording": finding.right_wording,
        "covered_by": names.get(finding.covered_by, finding.covered_by) if finding.covered_by else None,
        "evidence": [{"role": e.role, "start": e.start_s, "end": e.end_s, "text": e.text} for e in finding.evidence],
    }


def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "qa_call_player",
        html=(HERE / "call_player.html").read_text(encoding="utf-8"),
        css=(HERE / "call_player.css").read_text(encoding="utf-8"),
        js=_script(),
    )


@lru_cache(maxsize=1)
def _script() -> str:
    return "\n".join(
        [
            _constant("WaveSurfer", "wavesurfer.esm.js"),
            _constant("Regions", "regions.esm.js"),
            *(
                (HERE / name).read_text(encoding="utf-8")
                for name in ("call_text.js", "call_judge.js", "call_player.js")
            ),
        ]
    )


def _constant(name: str, file: str) -> str:
    """A vendored ES module as a constant: a component's script is one module and cannot import another."""
    source = (VENDOR / file).read_text(encoding="utf-8").strip()
    body, found = re.subn(r"export\s*\{\s*(\w+) as default\s*\}\s*;?$", r"return \1;", source)
    if found != 1:
        raise RuntimeError(f"{file}: no default export at its end; see vendor/wavesurfer/README.md")
    return f"const {name} = (() => {{{body}}})();"
