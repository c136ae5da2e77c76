"""Writes a call as the files that call recorders write."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from benchmarks.synth.channel import RATE_HZ
from benchmarks.synth.tts import Samples


@dataclass(frozen=True, slots=True)
class Codec:
    """A file form: its suffix, PyAV's name of the encoder, and bits a second a channel where it compresses."""

    suffix: str
    encoder: str
    bit_rate: int | None = None


# GSM 06.10 is missing: the FFmpeg inside PyAV reads it but cannot write it. AMR is always mono.
CODECS = {
    "pcm": Codec(".wav", "pcm_s16le"),
    "alaw": Codec(".wav", "pcm_alaw"),
    "mulaw": Codec(".wav", "pcm_mulaw"),
    "flac": Codec(".flac", "flac"),
    "mp3": Codec(".mp3", "libmp3lame", 16_000),
    "opus": Codec(".opus", "libopus", 16_000),
    "m4a": Codec(".m4a", "aac", 24_000),
    "amr": Codec(".amr", "libopencore_amrnb", 12_200),
}


def write(samples: Samples, codec: Codec, path: Path) -> None:
    """Encodes float32 samples of shape (n, channels) at 8 kHz into `path`."""
    channels = samples.shape[1]
    layout = "stereo" if channels == 2 else "mono"
    pcm = (samples * 32767).astype(np.int16)
    # Bit-exact: no random stream number, so that the same call is the same file.
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(codec.encoder, rate=RATE_HZ, layout=layout)
        if codec.bit_rate:
            stream.bit_rate = codec.bit_rate * channels
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = RATE_HZ
        # With a start time the muxer notes the encoder's own delay, and decoders cut it off again.
        frame.pts, frame.time_base = 0, Fraction(1, RATE_HZ)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
