"""Decoding: every format in, bad files out in one line."""

import hashlib
import random
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from qa.audio import RATE, peaks, read_audio
from qa.errors import AudioError

LAYOUTS = {1: "mono", 2: "stereo", 4: "quad", 8: "7.1"}


def tones(rate: int, channels: int, seconds: float = 2.0) -> np.ndarray:
    """A different tone in each channel, int16 [channels, n]."""
    t = np.arange(int(rate * seconds)) / rate
    return np.stack([8000 * np.sin(2 * np.pi * 300 * (i + 1) * t) for i in range(channels)]).astype(np.int16)


def write(path: Path, codec: str, rate: int, data: np.ndarray, container: str | None = None) -> Path:
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        stream.layout = LAYOUTS[len(data)]
        frame = av.AudioFrame.from_ndarray(data.T.reshape(1, -1).copy(), format="s16", layout=LAYOUTS[len(data)])
        frame.sample_rate = rate
        fit = av.AudioResampler(stream.format, stream.layout, rate, stream.codec_context.frame_size or None)
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


FORMATS = [
    ("pcm.wav", "pcm_s16le", 8000, 2),
    ("alaw.wav", "pcm_alaw", 8000, 1),
    ("mulaw.wav", "pcm_mulaw", 8000, 2),
    ("low.mp3", "libmp3lame", 16000, 1),
    ("high.mp3", "libmp3lame", 44100, 2),
    ("narrow.amr", "libopencore_amrnb", 8000, 1),
    ("call.opus", "libopus", 48000, 2),
    ("call.m4a", "aac", 44100, 2),
    ("call.flac", "flac", 48000, 1),
]


@pytest.mark.parametrize(("name", "codec", "rate", "channels"), FORMATS)
def test_formats(tmp_path: Path, name: str, codec: str, rate: int, channels: int) -> None:
    path = write(tmp_path / name, codec, rate, tones(rate, channels))
    audio = read_audio(path)
    assert len(audio.channels) == channels
    assert audio.duration_s == pytest.approx(2.0, abs=0.06)
    assert audio.notes == ()
    assert audio.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    for index, channel in enumerate(audio.channels):
        spectrum = np.abs(np.fft.rfft(channel[:RATE].astype(float)))
        assert abs(int(spectrum.argmax()) - 300 * (index + 1)) <= 2


def test_wrong_suffix_is_decoded(tmp_path: Path) -> None:
    real = write(tmp_path / "call.mp3", "libmp3lame", 16000, tones(16000, 1))
    assert read_audio(real.rename(tmp_path / "call.wav")).duration_s == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("channels", [4, 8])
def test_more_than_two_channels(tmp_path: Path, channels: int) -> None:
    audio = read_audio(write(tmp_path / "many.wav", "pcm_s16le", 16000, tones(16000, channels)))
    assert len(audio.channels) == 2
    assert audio.notes == (f"two of {channels} channels used",)
    second = np.abs(np.fft.rfft(audio.channels[1][:RATE].astype(float)))
    assert int(second.argmax()) == 600


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("t.wav", "pcm_s16le", 8000),
        ("t.mp3", "libmp3lame", 16000),
        ("t.flac", "flac", 48000),
        ("t.opus", "libopus", 48000),
    ],
)
def test_truncated_is_used_and_noted(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = write(tmp_path / name, codec, rate, tones(rate, 1, 5.0))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    audio = read_audio(path)
    assert audio.notes == ("truncated",)
    assert 1.5 < audio.duration_s < 4.0


BAD = [
    ("empty.wav", b"", "empty"),
    ("text.wav", "这不是录音\n".encode() * 50, "not a recording"),
    ("playlist.wav", b"ffconcat version 1.0\nfile good.wav\n", "not a recording"),
    ("header.wav", b"RIFF\x24\0\0\0WAVEfmt ", "not a recording"),
    *[(f"random.{s}", random.Random(7).randbytes(20_000), "") for s in ("wav", "mp3", "m4a", "flac", "amr", "aac")],
]


@pytest.mark.parametrize(("name", "content", "says"), BAD)
def test_bad_files_fail_in_one_line(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    write(tmp_path / "good.wav", "pcm_s16le", 8000, tones(8000, 1))
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioError) as error:
        read_audio(path)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert ";" in str(error.value), "a remedy is named"


def test_zero_samples(tmp_path: Path) -> None:
    path = write(tmp_path / "none.wav", "pcm_s16le", 8000, tones(8000, 1, 0.5))
    data = path.read_bytes()
    at = data.index(b"data")
    path.write_bytes(data[: at + 4] + b"\0\0\0\0")
    with pytest.raises(AudioError):
        read_audio(path)


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="does not exist"):
        read_audio(tmp_path / "no.wav")
    with pytest.raises(AudioError, match="folder"):
        read_audio(tmp_path)


def noise(seed: int, seconds: float = 4.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3000, int(RATE * seconds)).astype(np.int16)


@pytest.mark.parametrize(
    ("right", "dual"),
    [
        (noise(0), True),
        (np.roll(noise(0), 40), True),
        ((noise(0) * 0.7).astype(np.int16), True),
        ((noise(0) * 0.05).astype(np.int16), False),  # a silent party with bleed
        (noise(1), False),
        (np.zeros(4 * RATE, np.int16), False),  # a silent party
    ],
    ids=["same", "delayed", "softer", "bleed", "different", "silent"],
)
def test_dual_mono(tmp_path: Path, right: np.ndarray, dual: bool) -> None:
    audio = read_audio(write(tmp_path / "d.wav", "pcm_s16le", RATE, np.stack([noise(0), right])))
    assert (len(audio.channels), "dual mono" in audio.notes) == ((1, True) if dual else (2, False))


def test_peaks(tmp_path: Path) -> None:
    data = np.zeros((2, RATE), np.int16)
    data[1, RATE // 2 :] = 16384
    audio = read_audio(write(tmp_path / "p.wav", "pcm_s16le", RATE, data))
    assert peaks(audio, per_second=4) == ((0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.5, 0.5))


def test_long_recording_stays_off_the_heap(tmp_path: Path) -> None:
    path = write(tmp_path / "long.wav", "pcm_alaw", 8000, np.tile(tones(8000, 1, 1.0), 600))
    tracemalloc.start()
    audio = read_audio(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert audio.duration_s == pytest.approx(600, abs=0.1)
    assert most < 4_000_000, "ten minutes are 19 MB decoded; they must not be in memory at once"
