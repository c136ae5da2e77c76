"""The default engine: Whisper by faster-whisper (CTranslate2), on packed speech."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.asr import bundled
from qa.asr.hallucination import Heard, is_doubtful, is_made_up, keep
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
_HOP = 160
_FULL_S = 30.0
_LISTEN_S = 3.0  # silence after a short stretch, as little as does no harm
_FULL_FRAMES = 3000
_TOKENS_PER_S, _SPARE_TOKENS = 12.0, 20  # more than anybody speaks
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
        from faster_whisper.feature_extractor import FeatureExtractor

        self.decoding = decoding or Decoding.of("careful")
        self._model = _load(model, threads)
        self.name = engine_name(model, self.decoding)
        self._tokenizer = _tokenizer(self._model)
        t = self._tokenizer
        marks = (t.transcribe, t.translate, t.sot, t.sot_prev, t.sot_lm, t.no_speech)
        mels = self._model.feature_extractor.mel_filters.shape[0]
        self._extractors = {
            tempo: FeatureExtractor(feature_size=mels, hop_length=round(_HOP * tempo))
            for tempo in (1.0, self.decoding.tempo)
        }
        self._suppressed = sorted({*t.non_speech_tokens, *marks})

    def hear(self, samples: Sequence[Samples], spans: Sequence[Sequence[Span]]) -> tuple[Hearing, ...]:
        """The words and the language of each side; see `Transcriber`.

        Whisper may stop before a window's end: spans left with hardly a word are decoded once more,
        each alone and without timestamps, and the fuller reading is taken.
        """
        cuts = [_Cut(side, w) for side, own in enumerate(spans) for w in self._packed(samples[side], own)]
        found: list[list[Word]] = [[] for _ in spans]
        told: list[list[tuple[Window, float]]] = [[] for _ in spans]
        telling = cuts if self.decoding.every_language else _longest(cuts)
        for cut, heard, mandarin in self._read(samples, cuts, self.decoding.timestamps, telling):
            found[cut.side].extend(in_recording(cut.window, heard))
            told[cut.side].extend((cut.window, probability) for probability in mandarin)
        self._fill(samples, spans, found)
        return tuple(
            Hearing(
                tuple(sorted(words, key=lambda w: (w.start_s, w.end_s))),
                tuple(of_spans(languages, own)) if languages else (),
            )
            for words, languages, own in zip(found, told, spans, strict=True)
        )

    def _fill(self, samples: Sequence[Samples], spans: Sequence[Sequence[Span]], found: Sequence[list[Word]]) -> None:
        """Decodes thin spans again and puts the fuller reading into `found`."""
        thin = [
            (side, span) for side, own in enumerate(spans) for span in own if is_thin(within(found[side], span), span)
        ]
        cuts = {_Cut(side, w): span for side, span in thin for w in self._packed(samples[side], [span])}
        again: dict[tuple[int, Span], list[Word]] = {}
        for cut, heard, _ in self._read(samples, list(cuts), timestamps=False, telling=()):
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
        return pack(samples, spans, self.decoding.window_s, self.decoding.margin_s)

    def _read(
        self, samples: Sequence[Samples], cuts: Sequence[_Cut], timestamps: bool, telling: Sequence[_Cut]
    ) -> Iterator[tuple[_Cut, list[Heard], list[float]]]:
        """Each window's words and, of those `telling` of a multilingual model, the probability of Mandarin."""
        for frames, batch in _alike(cuts, self.decoding):
            windows = [cut.window for cut in batch]
            audio = [cut.window.audio(samples[cut.side]) for cut in batch]
            encoded = self._encode(audio, self.decoding.tempo, frames)
            told = self._mandarin(encoded, [cut in telling for cut in batch])
            first = self._generate(encoded, windows, self.decoding.prompt, timestamps)
            timed = self._align(encoded, windows, first, self.decoding.tempo)
            for cut, sound, decoded, words, mandarin in zip(batch, audio, first, timed, told, strict=True):
                decoded, words = self._otherwise(sound, cut.window, decoded, words, timestamps)
                if self._doubtful(cut.window, decoded):
                    decoded, words = self._again(sound, cut.window, decoded, words)
                lengths = [piece.end_s - piece.start_s for piece in cut.window.pieces]
                heard = heard_in(cut.window, words)
                yield cut, keep(heard, lengths, self.decoding.prompt, decoded.logprob, decoded.no_speech), mandarin

    def _mandarin(self, encoded: Any, telling: Sequence[bool]) -> list[list[float]]:
        """The probability of Mandarin in the windows that should tell it, nothing for the others."""
        import ctranslate2

        if not any(telling) or not self._model.model.is_multilingual:
            return [[] for _ in telling]
        if not all(telling):
            rows = np.array(encoded.to_device(ctranslate2.Device.cpu))[list(telling)]
            encoded = ctranslate2.StorageView.from_array(rows)
        found = iter(self._model.model.detect_language(encoded))
        return [[dict(next(found))["<|zh|>"]] if tells else [] for tells in telling]

    def _otherwise(
        self, sound: Features, window: Window, decoded: _Decoded, words: list[dict[str, Any]], timestamps: bool
    ) -> tuple[_Decoded, list[dict[str, Any]]]:
        """The likeliest of the reading given and those in the other ways of the profile."""
        best, tempo = (decoded, words), self.decoding.tempo
        for way in self.decoding.other_ways:
            encoded = self._encode([sound], tempo, self.decoding.frames(window.length_s, way.padding_s))
            other = self._generate(encoded, [window], self.decoding.prompt if way.prompted else "", timestamps)[0]
            if self._better(window, other, best[0]):
                best = other, self._align(encoded, [window], [other], tempo)[0]
        return best

    def _again(
        self, sound: Features, window: Window, decoded: _Decoded, words: list[dict[str, Any]]
    ) -> tuple[_Decoded, list[dict[str, Any]]]:
        """A doubtful window decoded in other ways, all deterministic; the first that raises no doubt, else the
        likeliest that is not made up."""
        best = decoded, words
        encoded = self._encode([sound], 1.0, _FULL_FRAMES)
        for prompt, timestamps, no_repeat in (("", True, 0), ("", False, 0), (self.decoding.prompt, True, 4)):
            other = self._generate(encoded, [window], prompt, timestamps, no_repeat)[0]
            if self._better(window, other, best[0]):
                best = other, self._align(encoded, [window], [other], 1.0)[0]
            if not self._doubtful(window, best[0]):
                break
        return best

    def _doubtful(self, window: Window, decoded: _Decoded) -> bool:
        return is_doubtful(self._text(decoded), self.decoding.prompt, decoded.logprob, window.speech_s)

    def _better(self, window: Window, other: _Decoded, best: _Decoded) -> bool:
        likelier = other.logprob > best.logprob and not self._made_up(window, other)
        return likelier or self._made_up(window, best)

    def _made_up(self, window: Window, decoded: _Decoded) -> bool:
        return is_made_up(self._text(decoded), self.decoding.prompt, window.speech_s)

    def _text(self, decoded: _Decoded) -> str:
        return str(self._tokenizer.decode(decoded.tokens))

    def _encode(self, audio: Sequence[Features], tempo: float, frames: int) -> Any:
        """Windows of sound as one batch of `frames` (an even number), a hundred of them a second of faster speech.

        What is missing is silence, as in training. On a CPU each window is encoded alone: the attention of a batch
        does not fit its cache.
        """
        import ctranslate2

        extract = self._extractors[tempo]
        batch = np.stack([_fitted(extract(sound)[:, : len(sound) // extract.hop_length], frames) for sound in audio])
        if self._model.model.device != "cpu":
            return self._model.encode(batch)
        rows = [np.array(self._model.encode(row[None])) for row in batch]
        return ctranslate2.StorageView.from_array(np.concatenate(rows))

    def _align(
        self, encoded: Any, windows: Sequence[Window], decoded: Sequence[_Decoded], tempo: float
    ) -> list[list[dict[str, Any]]]:
        lengths = [min(int(w.length_s / tempo * _FRAMES_PER_S), _FULL_FRAMES) for w in windows]
        found = self._model.find_alignment(self._tokenizer, [d.tokens for d in decoded], encoded, lengths)
        return [
            [word | {"start": word["start"] * tempo, "end": word["end"] * tempo} for word in words] for words in found
        ]

    def _generate(
        self, encoded: Any, windows: Sequence[Window], text: str, timestamps: bool = True, no_repeat: int = 0
    ) -> list[_Decoded]:
        tokens = self._tokenizer.encode(text) if text else []
        prompt = self._model.get_prompt(self._tokenizer, tokens, without_timestamps=not timestamps)
        most = len(prompt) + _SPARE_TOKENS + int(_TOKENS_PER_S * max(w.length_s for w in windows))
        results = self._model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=self.decoding.beam_size,
            max_length=min(self._model.max_length, 2 * most),  # CTranslate2 generates at most half of it
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


def _longest(cuts: Sequence[_Cut]) -> list[_Cut]:
    """The longest window of each side."""
    return list({cut.side: cut for cut in sorted(cuts, key=lambda cut: cut.window.length_s)}.values())


def _alike(cuts: Sequence[_Cut], decoding: Decoding) -> Iterator[tuple[int, list[_Cut]]]:
    """The windows in batches, with the frames to encode: what a window gets does not depend on those beside it."""
    rungs: dict[int, list[_Cut]] = {}
    for cut in cuts:
        rungs.setdefault(decoding.frames(cut.window.length_s), []).append(cut)
    for frames, alike in sorted(rungs.items()):
        for start in range(0, len(alike), decoding.batch_size):
            yield frames, alike[start : start + decoding.batch_size]


def _fitted(features: Features, frames: int) -> Features:
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
