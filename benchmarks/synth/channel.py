"""Two spoken sides become what a telephone recorder hears: 8 kHz, 300–3400 Hz, noise, levels, bleed."""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, resample_poly, sosfiltfilt

from benchmarks.synth.script import Line, Placed, Script
from benchmarks.synth.tts import RATE_HZ as TTS_RATE_HZ
from benchmarks.synth.tts import Samples, Speaker

RATE_HZ = 8_000
_LEAD_S = 0.5
_SPEECH_RMS = 0.07
_BLEED_DELAY_S = 0.012
_BAND = butter(6, (300, 3400), btype="bandpass", fs=RATE_HZ, output="sos")


def record(script: Script, speaker: Speaker, rng: np.random.Generator) -> tuple[Samples, tuple[Placed, ...]]:
    """The call's sound, float32 of shape (samples, 2) or (samples, 1) for mono, and when each line is heard."""
    spoken = [_speak(line, script, speaker) for line in script.lines]
    placed: list[Placed] = []
    ready_s = _LEAD_S
    for line, audio in zip(script.lines, spoken, strict=True):
        start_s = ready_s if not placed else max(0.0, ready_s + line.pause_s)
        end_s = start_s + len(audio) / RATE_HZ
        placed.append(Placed(line.role, round(start_s, 3), round(end_s, 3), line.text))
        ready_s = max(ready_s, end_s)
    length = int((ready_s + script.tail_s) * RATE_HZ)
    sides = {role: np.zeros(length, dtype=np.float32) for role in ("agent", "customer")}
    for place, audio in zip(placed, spoken, strict=True):
        start = int(place.start_s * RATE_HZ)
        sides[place.role][start : start + len(audio)] += audio
    return _mix(script, sides["agent"], sides["customer"], rng), tuple(placed)


def _speak(line: Line, script: Script, speaker: Speaker) -> Samples:
    party = script.agent if line.role == "agent" else script.customer
    audio = speaker.say(line.text, party.voice, round(party.speed * line.speed, 3))
    narrow = sosfiltfilt(_BAND, resample_poly(audio, 1, TTS_RATE_HZ // RATE_HZ)).astype(np.float32)
    level = _SPEECH_RMS * 10 ** (party.gain_db / 20)
    return (narrow * (level / np.sqrt(np.mean(narrow**2)))).astype(np.float32)


def _mix(script: Script, agent: Samples, customer: Samples, rng: np.random.Generator) -> Samples:
    agent, customer = (
        side + _noise(len(side), party.gain_db, script.sound.snr_db, rng)
        for side, party in ((agent, script.agent), (customer, script.customer))
    )
    if script.sound.bleed_db is not None:
        agent, customer = (
            _bleed(agent, customer, script.sound.bleed_db),
            _bleed(customer, agent, script.sound.bleed_db),
        )
    if script.sound.channels == "mono":
        return np.clip((agent + customer)[:, None], -1, 1).astype(np.float32)
    left, right = (agent, customer) if script.sound.channels == "agent-left" else (customer, agent)
    return np.clip(np.stack([left, right], axis=1), -1, 1).astype(np.float32)


def _noise(length: int, gain_db: float, snr_db: float, rng: np.random.Generator) -> Samples:
    """Hiss in the telephone band, `snr_db` below the speech of its side."""
    hiss = sosfiltfilt(_BAND, rng.standard_normal(length))
    rms = _SPEECH_RMS * 10 ** ((gain_db - snr_db) / 20)
    return (hiss * (rms / np.sqrt(np.mean(hiss**2)))).astype(np.float32)


def _bleed(side: Samples, other: Samples, bleed_db: float) -> npt.NDArray[np.float32]:
    delay = int(_BLEED_DELAY_S * RATE_HZ)
    heard = np.concatenate([np.zeros(delay, dtype=np.float32), other[:-delay]])
    return (side + heard * 10 ** (-bleed_db / 20)).astype(np.float32)
