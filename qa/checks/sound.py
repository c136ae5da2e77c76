"""How something is said, from measures of the audio: dialect and loudness. Only ever a reason to listen."""

from statistics import median

from pydantic import Field

from qa.call import Role, Turn
from qa.checks.params import Params
from qa.checks.signal import Signal, unknown
from qa.checks.view import CallView
from qa.finding import quote

SUSPICION = 0.6
OWN = 0.6
LANGUAGE, LOUDNESS = "语种（没有录音）", "音量（没有录音）"


class NotMandarin(Params):
    """`below`: mean probability (0–1) that the speech is Mandarin; judged from `least_s` seconds of speech on."""

    by: Role = "agent"
    below: float = Field(default=0.5, gt=0, le=1)
    least_s: float = Field(default=8.0, gt=0)


def not_mandarin(view: CallView, params: NotMandarin) -> Signal:
    """The role's speech does not sound like Mandarin; a person listens."""
    turns = _own(view, params.by)
    judged = [(t, t.mandarin) for t in turns if t.mandarin is not None]
    if turns and not judged:
        return unknown(LANGUAGE)
    seconds = sum(t.end_s - t.start_s for t, _ in judged)
    if seconds < params.least_s:
        return Signal(0.0, why=f"说话不足 {params.least_s:g} 秒")
    mean = sum(p * (t.end_s - t.start_s) for t, p in judged) / seconds
    if mean >= params.below:
        return Signal(0.0)
    least = min(judged, key=lambda pair: pair[1])[0]
    return Signal(SUSPICION, (quote(least),), f"普通话的可能性 {mean:.0%}")


class RaisedVoice(Params):
    """`over_db`: so far above the role's own usual level (its median turn) in this call; `turns` that tell what is
    usual; a turn counts from `least_s` seconds on."""

    by: Role = "agent"
    over_db: float = Field(default=10.0, gt=0)
    turns: int = Field(default=4, ge=2)
    least_s: float = Field(default=1.0, gt=0)


def raised_voice(view: CallView, params: RaisedVoice) -> Signal:
    """The role speaks far louder than it otherwise does in this call; a person listens."""
    own = [t for t in _own(view, params.by) if t.end_s - t.start_s >= params.least_s]
    levels = [(t, t.level_db) for t in own if t.level_db is not None]
    if own and not levels:
        return unknown(LOUDNESS)
    if len(levels) < params.turns:
        return Signal(0.0)
    usual = median(level for _, level in levels)
    loud = [(t, level - usual) for t, level in levels if level - usual >= params.over_db]
    if not loud:
        return Signal(0.0)
    most = max(above for _, above in loud)
    return Signal(SUSPICION, tuple(quote(t) for t, _ in loud), f"比平时高 {most:.0f} 分贝")


def _own(view: CallView, role: Role) -> list[Turn]:
    """The turns that are surely enough this role's."""
    return [t for t in view.turns if t.role == role and t.role_confidence >= OWN]
