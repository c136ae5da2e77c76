"""The default engine: Whisper by faster-whisper (CTranslate2), on packed speech."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.asr import bundled
from qa.asr.hallucination import Heard, is_doubtful, is_loop, keep
from qa.asr.likelihood import log_likelihoods
from qa.asr.protocol import Decoding, Hearing, engine_name
from qa.asr.windows import Window, pack
from qa.asr.words import heard_in, in_recording, is_thin, of_spans, within
from qa.audio import RATE, Samples, as_float
from qa.call import Word
from qa.errors import ConfigError
from qa.speech import Span

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_FRAMES_PER_S = 100
_FULL_S = 30.0
_LISTEN_S = 3.0  # silence after a short stretch, as little as does no harm
_ALIKE_S = 8.0  # a longer window is not worth padding the others of its batch for
_RANGE = 2.0  # of the features: Whisper cuts them off 80 dB below the loudest

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    logprob: float
    no_speech: float


@dataclass(frozen=True, slots=True)
class _Cut:
    """A window of one of the sides that are heard together."""

    side: int
    window: Window


class FasterWhisper:
    """A Whisper model in CTranslate2's format.

    `model` is a folder, or a name that faster-whisper knows and fetches (`large-v3-turbo`); None is the bundled
    base model. `threads` 0 leaves the number to CTranslate2; threads × workers should equal the cores.

    Raises ConfigError where the model cannot be loaded.
    """

    def __init__(self, model: str | None = None, decoding: Decoding | None = None, threads: int = 0) -> None:
        self.decoding = decoding or Decoding.of("careful")
        self._model = _load(model, threads)
        self.name = engine_name(model, self.decoding)
        self._tokenizer = _tokenizer(self._model)
        t = self._tokenizer
        marks = (t.transcribe, t.translate, t.sot, t.sot_prev, t.sot_lm, t.no_speech)
        self._suppressed = sorted({*t.non_speech_tokens, *marks})

    def hear(self, samples: Sequence[Samples], spans: Sequence[Sequence[Span]]) -> tuple[Hearing, ...]:
        """The words and the language of each side; see `Transcriber`.

        Whisper may stop before a window's end: spans left with hardly a word are decoded once more,
        each alone and without timestamps, and the fuller reading is taken.
        """
        cuts = [_Cut(side, w) for side, own in enumerate(spans) for w in self._packed(samples[side], own)]
        found: list[list[Word]] = [[] for _ in spans]
        languages: list[list[tuple[Window, float]]] = [[] for _ in spans]
        for cut, heard, mandarin in self._read(samples, cuts, timestamps=True):
            found[cut.side].extend(in_recording(cut.window, heard))
            languages[cut.side].extend((cut.window, told) for told in mandarin)
        if self.decoding.retry:
            self._fill(samples, spans, found)
        return tuple(
            Hearing(
                tuple(sorted(words, key=lambda w: (w.start_s, w.end_s))), tuple(of_spans(told, own)) if told else ()
            )
            for words, told, own in zip(found, languages, spans, strict=True)
        )

    def _fill(self, samples: Sequence[Samples], spans: Sequence[Sequence[Span]], found: Sequence[list[Word]]) -> None:
        """Decodes thin spans again and puts the fuller reading into `found`."""
        thin = [
            (side, span) for side, own in enumerate(spans) for span in own if is_thin(within(found[side], span), span)
        ]
        cuts = {_Cut(side, w): span for side, span in thin for w in self._packed(samples[side], [span])}
        again: dict[tuple[int, Span], list[Word]] = {}
        for cut, heard, _ in self._read(samples, list(cuts), timestamps=False):
            again.setdefault((cut.side, cuts[cut]), []).extend(in_recording(cut.window, heard))
        for (side, span), words in again.items():
            before = within(found[side], span)
            if len(words) > len(before):
                found[side][:] = [word for word in found[side] if word not in before] + words

    def likelihoods(self, samples: Samples, said: str, texts: Sequence[str]) -> tuple[float, ...]:
        """How likely each text is to follow `said`; see `Listener`."""
        frames = int(min(_FULL_S, len(samples) / RATE + _LISTEN_S) * _FRAMES_PER_S / 2) * 2
        spectrum = self._model.feature_extractor(as_float(samples))[..., :frames]
        features = np.zeros((spectrum.shape[0], frames), np.float32)
        features[:, : spectrum.shape[-1]] = spectrum
        t = self._tokenizer
        start = (*t.sot_sequence, t.no_timestamps)
        return log_likelihoods(self._model.model, features, start, t.encode(said), [tuple(t.encode(x)) for x in texts])

    def _packed(self, samples: Samples, spans: Sequence[Span]) -> tuple[Window, ...]:
        return pack(samples, spans, self.decoding.window_s)

    def _read(
        self, samples: Sequence[Samples], cuts: Sequence[_Cut], timestamps: bool
    ) -> Iterator[tuple[_Cut, list[Heard], list[float]]]:
        """Each window's words and, of a multilingual model, the probability of Mandarin; shortest windows first."""
        for batch in _alike(cuts, self.decoding.batch_size):
            features = [self._features(samples[cut.side], cut.window) for cut in batch]
            encoded = self._encode(features, self.decoding.padding_s)
            told: Sequence[list[float]] = [[]] * len(batch)
            if timestamps and self._model.model.is_multilingual:
                told = [[dict(found)["<|zh|>"]] for found in self._model.model.detect_language(encoded)]
            first = self._generate(encoded, len(batch), self.decoding.prompt, timestamps)
            windows = [cut.window for cut in batch]
            timed = self._align(encoded, windows, first)
            for cut, feature, decoded, words, mandarin in zip(batch, features, first, timed, told, strict=True):
                if self.decoding.retry and self._doubtful(cut.window, decoded):
                    decoded, words = self._again(feature, cut.window, decoded, words)
                lengths = [piece.end_s - piece.start_s for piece in cut.window.pieces]
                heard = heard_in(cut.window, words)
                yield cut, keep(heard, lengths, self.decoding.prompt, decoded.logprob, decoded.no_speech), mandarin

    def _again(
        self, features: Features, window: Window, decoded: _Decoded, words: list[dict[str, Any]]
    ) -> tuple[_Decoded, list[dict[str, Any]]]:
        """A doubtful window decoded in other ways, all deterministic; the first that raises no doubt, else the
        likeliest without a loop."""
        best = decoded, words
        encoded = self._encode([features], _FULL_S)
        for prompt, timestamps, no_repeat in (("", True, 0), ("", False, 0), (self.decoding.prompt, True, 4)):
            other = self._generate(encoded, 1, prompt, timestamps, no_repeat)[0]
            looped = is_loop(self._text(best[0]))
            if looped or (other.logprob > best[0].logprob and not is_loop(self._text(other))):
                best = other, self._align(encoded, [window], [other])[0]
            if not self._doubtful(window, best[0]):
                break
        return best

    def _doubtful(self, window: Window, decoded: _Decoded) -> bool:
        speech_s = sum(piece.end_s - piece.start_s for piece in window.pieces)
        return is_doubtful(self._text(decoded), decoded.logprob, speech_s)

    def _text(self, decoded: _Decoded) -> str:
        return str(self._tokenizer.decode(decoded.tokens))

    def _features(self, samples: Samples, window: Window) -> Features:
        """The log-mel spectrogram, float32 [n_mels, frames], a hundred frames a second."""
        mel: Features = self._model.feature_extractor(window.audio(samples))
        return mel[:, : round(window.length_s * _FRAMES_PER_S)]

    def _encode(self, features: Sequence[Features], padding_s: float) -> Any:
        """Windows as one batch, encoded at the longest one's length plus `padding_s`, at most 30 s.

        CTranslate2 takes any even number of frames. The padding is silence, as in training. On a CPU each window is
        encoded alone: the attention of a batch does not fit its cache.
        """
        import ctranslate2

        longest = max(feature.shape[1] for feature in features) + padding_s * _FRAMES_PER_S
        frames = int(min(_FULL_S * _FRAMES_PER_S, longest) / 2) * 2
        batch = np.stack([_padded(feature, frames) for feature in features])
        if self._model.model.device != "cpu":
            return self._model.encode(batch)
        rows = [np.array(self._model.encode(row[None])) for row in batch]
        return ctranslate2.StorageView.from_array(np.concatenate(rows))

    def _align(
        self, encoded: Any, windows: Sequence[Window], decoded: Sequence[_Decoded]
    ) -> list[list[dict[str, Any]]]:
        lengths = [min(int(w.length_s * _FRAMES_PER_S), int(_FULL_S * _FRAMES_PER_S)) for w in windows]
        return list(self._model.find_alignment(self._tokenizer, [d.tokens for d in decoded], encoded, lengths))

    def _generate(
        self, encoded: Any, count: int, text: str, timestamps: bool = True, no_repeat: int = 0
    ) -> list[_Decoded]:
        tokens = self._tokenizer.encode(text) if text else []
        prompt = self._model.get_prompt(self._tokenizer, tokens, without_timestamps=not timestamps)
        results = self._model.model.generate(
            encoded,
            [prompt] * count,
            beam_size=self.decoding.beam_size,
            max_length=self._model.max_length,
            no_repeat_ngram_size=no_repeat,
            suppress_blank=True,
            suppress_tokens=self._suppressed,
            max_initial_timestamp_index=50,
            return_scores=True,
            return_no_speech_prob=True,
        )
        decoded = []
        for result in results:
            ids = result.sequences_ids[0]
            kept = [token for token in ids if token < self._tokenizer.eot]
            decoded.append(_Decoded(kept, result.scores[0] * len(ids) / (len(ids) + 1), result.no_speech_prob))
        return decoded


def _alike(cuts: Sequence[_Cut], most: int) -> Iterator[list[_Cut]]:
    """The windows in batches of at most `most`, in order of length, each hardly longer than the shortest in it."""
    batch: list[_Cut] = []
    for cut in sorted(cuts, key=lambda c: c.window.length_s):
        if batch and (len(batch) == most or cut.window.length_s > batch[0].window.length_s + _ALIKE_S):
            yield batch
            batch = []
        batch.append(cut)
    if batch:
        yield batch


def _padded(features: Features, frames: int) -> Features:
    """`features` followed by silence, which is the least value they can hold, or cut to `frames`."""
    kept = features[:, :frames]
    return np.pad(kept, ((0, 0), (0, frames - kept.shape[1])), constant_values=float(features.max()) - _RANGE)


def _load(model: str | None, threads: int) -> "WhisperModel":
    import ctranslate2
    from faster_whisper import WhisperModel

    source = str(bundled.chinese_model()) if model is None else model
    gpu = ctranslate2.get_cuda_device_count() > 0
    try:
        return WhisperModel(
            source,
            device="cuda" if gpu else "cpu",
            compute_type="float16" if gpu else "int8",
            cpu_threads=threads,
        )
    except Exception as error:  # CTranslate2, the hub client and the tokenizer each raise their own
        raise ConfigError(
            f"the model {model or bundled.NAME} cannot be loaded ({type(error).__name__}); "
            "name a CTranslate2 folder or a faster-whisper model, or leave --model out"
        ) from error


def _tokenizer(model: "WhisperModel") -> Any:
    from faster_whisper.tokenizer import Tokenizer

    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language="zh")
