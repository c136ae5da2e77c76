"""What recognising speech with Whisper base must cost at least on this machine.

usage: python -m benchmarks.arithmetic SPEECH_S CHARS [--tempo 1.0]

Floating-point operations of the encoder on so many seconds of speech in windows of 20 s, nothing padded, and of a
decoder that writes so many characters without search, at the rate of this machine's own matrix product (one thread,
float32; CTranslate2 computes the layers in int8, which may be faster).
"""

import argparse
import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import time

import numpy as np

WIDTH, LAYERS, MELS = 512, 6, 80
VOCABULARY = 12_812  # of qa.asr.narrow
TOKENS_PER_CHAR = 1.3
WINDOW_S = 20.0


def encoder_flops(positions: float) -> float:
    """Of one window of so many positions, 50 a second: two convolutions, then layers with attention."""
    convolutions = 2 * (2 * positions) * MELS * 3 * WIDTH + 2 * positions * WIDTH * 3 * WIDTH
    return convolutions + LAYERS * (2 * positions * 12 * WIDTH**2 + 4 * positions**2 * WIDTH)


def decoder_flops(positions: float, tokens: float) -> float:
    """Of one window: keys and values of the encoder's output once, then every token once."""
    keys = LAYERS * 2 * 2 * positions * WIDTH**2
    token = LAYERS * (2 * 14 * WIDTH**2 + 4 * positions * WIDTH) + 2 * WIDTH * VOCABULARY
    return keys + tokens * token


def product_flops_a_second() -> float:
    """The best of several matrix products of 1024 x 1024."""
    a = np.random.default_rng(0).standard_normal((1024, 1024), dtype=np.float32)
    best_s = float("inf")
    for _ in range(20):
        began = time.process_time()
        a @ a
        best_s = min(best_s, time.process_time() - began)
    return 2 * 1024**3 / best_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("speech_s", type=float)
    parser.add_argument("chars", type=float)
    parser.add_argument("--tempo", type=float, default=1.0)
    args = parser.parse_args()
    windows = args.speech_s / WINDOW_S
    positions = 50 * WINDOW_S / args.tempo
    rate = product_flops_a_second()
    encoder = windows * encoder_flops(positions)
    decoder = windows * decoder_flops(positions, TOKENS_PER_CHAR * args.chars / windows)
    print(f"matrix product: {rate / 1e9:.0f} GFLOP/s")
    for name, flops in (("encoder", encoder), ("decoder", decoder), ("both", encoder + decoder)):
        print(f"{name}: {flops / 1e9:.0f} GFLOP, {flops / rate:.1f} s")


if __name__ == "__main__":
    main()
