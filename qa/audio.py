"""Recording files to 16 kHz samples: decoded as a stream into temporary files, so that memory stays bounded.

All samples are int16 at `RATE`; a channel is a memory map over an already unlinked temporary file, which the
system frees with the last reference.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import av
import numpy as np
from numpy.typing import NDArray

from qa.errors import AudioError

RATE = 16000
BLOCK_S = 60.0

Samples = NDArray[np.int16]

# ffmpeg's estimate of a duration is off by codec delay and rounding; less than this is no truncation.
_DURATION_SLACK_S = 0.3
_DURATION_SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Audio:
    """A decoded recording: one or two channels of equal length, int16 at 16 kHz.

    `sha256` is of the file's bytes; `notes` says what a reviewer should know (`truncated`, `dual mono`, …).
    """

    channels: tuple[Samples, ...]
    duration_s: float
    sha256: str
    notes: tuple[str, ...] = ()


def read_audio(path: Path) -> Audio:
    """The recording at `path`, whatever its suffix says.

    More than two channels: the first two, with a note. Audio that breaks off: the decodable part, noted
    `truncated`. Two sides that carry the same sound become one, noted `dual mono`.

    Raises AudioError, one line with the remedy, where no sample can be decoded.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if size == 0:
                raise AudioError("the file is empty; export the recording again")
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            short = _riff_cut_short(file, size) or _ogg_cut_short(file, size)
            counted = _counts_mp3_frames(file)
            file.seek(0)
            channels, notes = _decode(file, counted)
    except FileNotFoundError:
        raise AudioError("the file does not exist; check the path in calls.csv or the folder") from None
    except IsADirectoryError:
        raise AudioError("this is a folder, not a recording; name a file") from None
    except PermissionError:
        raise AudioError("the file cannot be read; grant this user read permission") from None
    if short and "truncated" not in notes:
        notes.append("truncated")
    if len(channels) == 2 and is_dual_mono(*channels):
        channels, notes = channels[:1], [*notes, "dual mono"]
    return Audio(channels, len(channels[0]) / RATE, sha256, tuple(notes))


def blocks(samples: Samples, seconds: float = BLOCK_S) -> Iterator[Samples]:
    """`samples` in consecutive pieces of at most `seconds`."""
    step = int(seconds * RATE)
    for start in range(0, len(samples), step):
        yield samples[start : start + step]


def as_float(samples: Samples) -> NDArray[np.float32]:
    """int16 samples as float32 in -1…1."""
    return samples.astype(np.float32) / np.float32(32768)


def peaks(audio: Audio, per_second: int = 10) -> tuple[tuple[float, ...], ...]:
    """The loudest absolute sample (0–1) of each bin of 1/`per_second` s, a row a channel, for drawing."""
    return tuple(tuple(_channel_peaks(channel, RATE // per_second)) for channel in audio.channels)


def _channel_peaks(samples: Samples, width: int) -> Iterator[float]:
    for block in blocks(samples, BLOCK_S):
        loud = np.abs(block.astype(np.int32))
        for peak in np.maximum.reduceat(loud, np.arange(0, len(loud), width)):
            yield round(float(peak) / 32768, 3)


def is_dual_mono(left: Samples, right: Samples) -> bool:
    """Whether two channels are one signal: alike in every audible second, at about the same level throughout.

    A small delay (10 ms) and level difference (6 dB) are allowed for. A side that is only a faint copy of the
    other is not dual mono: that is the line of a party who is silent, with the other side bleeding into it.
    """
    alike = []
    for a, b in zip(blocks(left, 2.0), blocks(right, 2.0), strict=True):
        x, y = as_float(a), as_float(b)
        power_x, power_y = float(np.mean(x * x)), float(np.mean(y * y))
        if max(power_x, power_y) < 1e-6:  # below -60 dBFS: noise floors say nothing
            continue
        alike.append(0.25 < power_x / max(power_y, 1e-12) < 4 and correlation(x, y, int(0.01 * RATE)) > 0.9)
    return bool(alike) and sum(alike) >= 0.95 * len(alike)


def correlation(x: NDArray[np.float32], y: NDArray[np.float32], max_lag: int) -> float:
    """The largest normalised cross-correlation (0–1) of two equally long signals, within `max_lag` samples."""
    norm = float(np.linalg.norm(x) * np.linalg.norm(y))
    if norm == 0:
        return 0.0
    size = 1 << (len(x) + max_lag).bit_length()
    cross = np.fft.irfft(np.fft.rfft(x, size) * np.conj(np.fft.rfft(y, size)), size)
    return float(np.max(np.abs(np.concatenate([cross[: max_lag + 1], cross[-max_lag:]])))) / norm


def _decode(file: IO[bytes], mp3_counted: bool) -> tuple[tuple[Samples, ...], list[str]]:
    """Stream the first audio track of `file` to 16 kHz; at most two channels, and notes."""
    try:
        # The file is handed over open, and no protocol is allowed: a playlist must not make us open other files.
        container = av.open(file, metadata_errors="ignore", options={"protocol_whitelist": "none"})
    except (av.error.FFmpegError, ValueError) as error:
        raise AudioError(_UNDECODABLE) from error
    with container:
        if not container.streams.audio:
            raise AudioError("the file holds no audio track; export the recording as WAV or MP3")
        stream = container.streams.audio[0]
        expected_s = _header_duration_s(container, stream, mp3_counted)
        try:
            sinks, damaged = _stream_out(container, stream)
        except OSError as error:
            raise AudioError(
                f"no room to decode in {tempfile.gettempdir()} ({error.strerror}); free space or set TMPDIR"
            ) from error
    frames = sinks.files[0].tell() // 2 if sinks.files else 0
    if frames == 0:
        raise AudioError("no sound could be decoded; export the recording again" if damaged else _NO_SAMPLES)
    notes = [f"two of {sinks.channels} channels used"] if sinks.channels > 2 else []
    missing_s = expected_s - frames / RATE
    if damaged or missing_s > max(_DURATION_SLACK_S, _DURATION_SLACK * expected_s):
        notes.append("truncated")
    return tuple(_mapped(sink) for sink in sinks.files), notes


_UNDECODABLE = "this is not a recording that can be decoded; check the file or export it as WAV or MP3"
_NO_SAMPLES = "the recording holds no samples; export it again"


class _Sinks:
    """Decoded frames resampled to 16 kHz, into one raw int16 file a channel; at most two channels."""

    def __init__(self) -> None:
        self.files: list[IO[bytes]] = []
        self.channels = 0
        self._resampler: Any = None
        self._shape: tuple[str, int, int] | None = None

    def write(self, frame: Any) -> None:
        shape = (frame.format.name, frame.layout.nb_channels, frame.sample_rate)
        if shape != self._shape:
            self.flush()
            self._shape = shape
            self._resampler = av.AudioResampler(format="s16", layout=frame.layout, rate=RATE)
        if not self.files:
            self.channels = frame.layout.nb_channels
            self.files = [tempfile.TemporaryFile() for _ in range(min(self.channels, 2))]  # noqa: SIM115
        self._resample(frame)

    def flush(self) -> None:
        if self._resampler is not None:
            self._resample(None)

    def _resample(self, frame: Any) -> None:
        for piece in self._resampler.resample(frame):
            # Interleaved on purpose: PyAV 18 crashes on eight separate planes.
            samples = piece.to_ndarray().reshape(piece.samples, -1)
            for index, file in enumerate(self.files):
                file.write(samples[:, min(index, samples.shape[1] - 1)].tobytes())


def _stream_out(container: Any, stream: Any) -> tuple[_Sinks, bool]:
    """Decode `stream` packet by packet; also whether something could not be decoded. The rest is used."""
    sinks, damaged = _Sinks(), False
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                damaged = True
                continue
            for frame in frames:
                sinks.write(frame)
    except av.error.FFmpegError:  # reading broke off
        damaged = True
    sinks.flush()
    return sinks, damaged


def _mapped(sink: IO[bytes]) -> Samples:
    sink.flush()
    samples = np.memmap(sink, dtype=np.int16, mode="r")
    sink.close()  # the map holds its own handle
    return samples


def _header_duration_s(container: Any, stream: Any, mp3_counted: bool) -> float:
    """What the header promises, 0 where it promises nothing.

    Raw MP3 and AMR durations are estimates from the file's size unless a Xing/Info header counts the frames;
    such an estimate cannot tell a short file from a long one, and may be wrong for variable bit rates.
    """
    if container.format.name in ("aac", "amr", "amrnb", "amrwb"):
        return 0.0
    if container.format.name == "mp3" and not mp3_counted:
        return 0.0
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    return container.duration / av.time_base if container.duration else 0.0


def _counts_mp3_frames(file: IO[bytes]) -> bool:
    """Whether an MP3 file begins with a frame that tells how many follow (Xing, Info or VBRI header)."""
    file.seek(0)
    head = file.read(64 * 1024)
    return any(mark in head for mark in (b"Xing", b"Info", b"VBRI"))


def _riff_cut_short(file: IO[bytes], size: int) -> bool:
    """Whether a WAV header promises more data than the file has (0 and all ones mean: written as a stream)."""
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        return False
    while len(chunk := file.read(8)) == 8:
        length = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"data":
            return 0 < length < 0xFFFFFF00 and file.tell() + length > size
        file.seek(length + length % 2, os.SEEK_CUR)
    return False


def _ogg_cut_short(file: IO[bytes], size: int) -> bool:
    """Whether an Ogg stream lacks its end mark (RFC 3533, header type flag 4 on the last page)."""
    file.seek(0)
    if file.read(4) != b"OggS":
        return False
    file.seek(max(0, size - 70_000))  # a page is at most 65,307 bytes
    tail = file.read()
    last = tail.rfind(b"OggS")
    return last < 0 or len(tail) < last + 6 or not tail[last + 5] & 4
