"""The default engine: Whisper by faster-whisper (CTranslate2), on packed speech."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import opencc

from qa.asr import bundled
from qa.asr.hallucination import Heard, is_doubtful, is_loop, keep, letters
from qa.asr.likelihood import log_likelihoods
from qa.asr.protocol import Decoding, Hearing, engine_name
from qa.asr.windows import Window, pack
from qa.audio import RATE, Samples, as_float
from qa.call import Word
from qa.errors import ConfigError
from qa.speech import Span

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_FRAMES_PER_S = 100
_FULL_S = 30.0
_LISTEN_S = 3.0  # silence after a short stretch, as little as does no harm
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_TRADITIONAL = opencc.OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    logprob: float
    no_speech: float


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

    def hear(self, samples: Samples, spans: Sequence[Span]) -> Hearing:
        """The words and the language of one channel; see `Transcriber`.

        Whisper may stop before a window's end: spans left with hardly a word are decoded once more,
        each alone and without timestamps, and the fuller reading is taken.
        """
        found, languages = self._pass(samples, spans, timestamps=True)
        thin = [span for span in spans if is_thin(_within(found, span), span)] if self.decoding.retry else []
        for span, (again, _) in [(span, self._pass(samples, [span], timestamps=False)) for span in thin]:
            before = _within(found, span)
            if len(again) > len(before):
                found = [word for word in found if word not in before] + again
        mandarin = tuple(_of_spans(languages, spans)) if languages else ()
        return Hearing(tuple(sorted(found, key=lambda w: (w.start_s, w.end_s))), mandarin)

    def likelihoods(self, samples: Samples, said: str, texts: Sequence[str]) -> tuple[float, ...]:
        """How likely each text is to follow `said`; see `Listener`."""
        frames = int(min(_FULL_S, len(samples) / RATE + _LISTEN_S) * _FRAMES_PER_S / 2) * 2
        spectrum = self._model.feature_extractor(as_float(samples))[..., :frames]
        features = np.zeros((spectrum.shape[0], frames), np.float32)
        features[:, : spectrum.shape[-1]] = spectrum
        t = self._tokenizer
        start = (*t.sot_sequence, t.no_timestamps)
        return log_likelihoods(self._model.model, features, start, t.encode(said), [tuple(t.encode(x)) for x in texts])

    def _pass(
        self, samples: Samples, spans: Sequence[Span], timestamps: bool
    ) -> tuple[list[Word], list[tuple[Window, float]]]:
        """The words, and the probability of Mandarin in each window."""
        windows = sorted(pack(samples, spans, self.decoding.window_s), key=lambda w: w.length_s)
        found: list[Word] = []
        languages: list[tuple[Window, float]] = []
        for start in range(0, len(windows), self.decoding.batch_size):
            batch = windows[start : start + self.decoding.batch_size]
            encoded = self._encode(samples, batch, self.decoding.padding_s)
            if self._model.model.is_multilingual:
                told = [dict(found)["<|zh|>"] for found in self._model.model.detect_language(encoded)]
                languages.extend(zip(batch, told, strict=True))
            for window, heard in zip(batch, self._batch(samples, batch, encoded, timestamps), strict=True):
                found.extend(_in_recording(window, heard))
        return found, languages

    def _batch(self, samples: Samples, windows: Sequence[Window], encoded: Any, timestamps: bool) -> list[list[Heard]]:
        first = self._generate(encoded, len(windows), self.decoding.prompt, timestamps)
        timed = self._align(encoded, windows, first)
        found = []
        for window, decoded, words in zip(windows, first, timed, strict=True):
            if self.decoding.retry and self._doubtful(window, decoded):
                decoded, words = self._again(samples, window, decoded, words)
            heard = _heard(window, words)
            lengths = [piece.end_s - piece.start_s for piece in window.pieces]
            found.append(keep(heard, lengths, self.decoding.prompt, decoded.logprob, decoded.no_speech))
        return found

    def _again(
        self, samples: Samples, window: Window, decoded: _Decoded, words: list[dict[str, Any]]
    ) -> tuple[_Decoded, list[dict[str, Any]]]:
        """A doubtful window decoded in other ways, all deterministic; the first that raises no doubt, else the
        likeliest without a loop."""
        best = decoded, words
        for prompt, timestamps, no_repeat in (("", True, 0), ("", False, 0), (self.decoding.prompt, True, 4)):
            encoded = self._encode(samples, [window], _FULL_S)
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

    def _encode(self, samples: Samples, windows: Sequence[Window], padding_s: float) -> Any:
        """Windows as one batch, encoded at the longest one's length plus `padding_s`, at most 30 s.

        CTranslate2 takes any even number of frames. The padding is zero, as faster-whisper's own.
        """
        frames = int(min(_FULL_S, max(w.length_s for w in windows) + padding_s) * _FRAMES_PER_S / 2) * 2
        features = [self._model.feature_extractor(w.audio(samples))[..., :frames] for w in windows]
        batch = np.zeros((len(features), features[0].shape[0], frames), np.float32)
        for row, feature in zip(batch, features, strict=True):
            row[:, : feature.shape[-1]] = feature
        return self._model.encode(batch)

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


def is_thin(words: Sequence[Word], span: Span) -> bool:
    """Whether a span of speech has far fewer words than anybody speaks: nothing in half a second, or fewer than
    three characters in two."""
    length_s = span.end_s - span.start_s
    return len(letters("".join(word.text for word in words))) < (1.5 * length_s if length_s >= 2 else length_s >= 0.5)


def _within(words: Sequence[Word], span: Span) -> list[Word]:
    slack = 0.002  # words are rounded to the millisecond
    return [w for w in words if span.start_s - slack <= w.start_s and w.end_s <= span.end_s + slack]


def _of_spans(languages: Sequence[tuple[Window, float]], spans: Sequence[Span]) -> Iterable[float]:
    """The probability of each span: that of its window, or the mean over the windows that share it."""
    for span in spans:
        parts = [
            (min(piece.end_s, span.end_s) - max(piece.start_s, span.start_s), probability)
            for window, probability in languages
            for piece in window.pieces
        ]
        weights = [max(0.0, length_s) for length_s, _ in parts]
        said = sum(weight * probability for weight, (_, probability) in zip(weights, parts, strict=True))
        yield round(said / max(sum(weights), 1e-9), 3)


def _heard(window: Window, timed: Sequence[dict[str, Any]]) -> list[Heard]:
    """Aligned tokens as simplified words with their piece; punctuation joined to the word before."""
    heard: list[Heard] = []
    texts = simplified([w["word"] for w in timed])
    for word, text in zip(timed, texts, strict=True):
        if not text:
            continue
        start, end = float(word["start"]), float(word["end"])
        if heard and all(c in _APPENDED for c in text.strip()):
            last = heard[-1]
            heard[-1] = Heard(last.text + text.strip(), last.start_s, last.end_s, last.probability, last.piece)
            continue
        piece = window.piece_at(start, end)
        heard.append(Heard(text, start, end, float(word["probability"]), piece))
    return heard


def simplified(texts: Sequence[str]) -> list[str]:
    """Words converted from traditional characters together, since conversion looks at the neighbours."""
    whole = "".join(texts)
    converted = _TRADITIONAL.convert(whole)
    if len(converted) != len(whole):
        return [_TRADITIONAL.convert(text) for text in texts]
    out, at = [], 0
    for text in texts:
        out.append(converted[at : at + len(text)])
        at += len(text)
    return out


def _in_recording(window: Window, heard: Sequence[Heard]) -> Iterable[Word]:
    """Window times to recording times, held inside the measured speech of their piece."""
    for word in heard:
        piece = window.pieces[word.piece]
        shift = piece.cut_s - piece.offset_s
        start = min(max(word.start_s + shift, piece.start_s), piece.end_s)
        end = min(max(word.end_s + shift, start), piece.end_s)
        yield Word(round(start, 3), round(end, 3), word.text, round(word.probability, 4))


def _load(model: str | None, threads: int) -> "WhisperModel":
    import ctranslate2
    from faster_whisper import WhisperModel

    source = str(bundled.bundled_model()) if model is None else model
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
