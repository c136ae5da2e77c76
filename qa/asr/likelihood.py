"""How likely texts are to follow given words in a sound, by Whisper's own probabilities."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import ctranslate2

Tokens = tuple[int, ...]
UNHEARD = -60.0


def log_likelihoods(
    model: "ctranslate2.models.Whisper",
    features: NDArray[np.float32],
    start: Tokens,
    said: Tokens,
    texts: Sequence[Tokens],
) -> tuple[float, ...]:
    """The natural log probability of each text (of at least one token) after the words `said`.

    `features` is a log-mel spectrogram, float32 [n_mels, frames]; `start` holds the tokens that set the task. Texts
    with equal beginnings share the work: the model reads each beginning once, and its distribution over the next
    token serves all of them.
    """
    import ctranslate2

    stems = list(dict.fromkeys(text[:-1] for text in texts))
    rows = [s for s in stems if not any(other != s and other[: len(s)] == s for other in stems)]
    encoded = np.array(model.encode(ctranslate2.StorageView.from_array(features[None]), to_cpu=True))
    repeated = ctranslate2.StorageView.from_array(np.repeat(encoded, len(rows), axis=0))
    prompts = [[*start, *said, *row] for row in rows]
    results = model.generate(
        repeated,
        prompts,
        beam_size=1,
        # CTranslate2 generates at most half of it, given words included.
        max_length=2 * (max(map(len, prompts)) + 1),
        return_logits_vocab=True,
        suppress_blank=False,
        suppress_tokens=[],
    )
    steps = {
        row: [_log_softmax(np.array(step)) for step in result.logits[0][len(said) : len(said) + len(row) + 1]]
        for row, result in zip(rows, results, strict=True)
    }
    return tuple(_sum(steps, text) for text in texts)


def _sum(steps: dict[Tokens, list[NDArray[Any]]], text: Tokens) -> float:
    row = next(row for row in steps if row[: len(text) - 1] == text[:-1])
    if len(steps[row]) < len(text):
        return UNHEARD
    return max(UNHEARD, float(sum(step[token] for step, token in zip(steps[row], text, strict=False))))


def _log_softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    shifted = logits.astype(np.float64) - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))
