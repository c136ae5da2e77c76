"""What Whisper writes where nobody speaks, told from speech by the model's own doubt, by loops and by wording.

Thresholds of the whole window follow the Whisper paper (Radford et al. 2022, section 4.5): average log
probability -1, no-speech probability 0.6, compression ratio 2.4.
"""

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

_LOGPROB, _NO_SPEECH, _COMPRESSION = -1.0, 0.6, 2.4
_DOUBT = 0.5  # mean word probability below which well-known inventions are not believed
_NOISE = 0.2  # … and below which nothing is
_MOST_CHARS_PER_S = 12.0  # twice as fast as fast Mandarin
_FEWEST_CHARS_PER_S = 2.0
_ECHO_CHARS = 6  # so much of the prompt in a row is the prompt, whatever stands around it

# Subtitles and channel endings that Whisper learned to put where there is no speech. A customer may well say one
# of these (谢谢观看 is no crime), so they only count where the sound gives little reason to believe them.
_INVENTED = re.compile(
    r"谢谢(大家)?(的)?(观看|收看|收听)|字幕(由|志愿者|制作|组|提供)|不吝(点赞|点讚)|订阅.{0,4}(转发|打赏)|打赏支持|明镜|点点栏目"
    r"|中文字幕|Amara|感谢(您的)?(观看|收看)|请(点赞|订阅)|优优独播剧场|李宗盛|by索兰娅|(未经|请勿).{0,4}转载",
    re.IGNORECASE,
)
_TWICE = re.compile(r"(.{8,})\1")
_TWICE_CHARS_PER_S = 7.0  # whoever says a sentence twice takes his time; an echo of the decoder takes none
_LOOP = re.compile(r"(.{1,12}?)\1{5,}")


@dataclass(frozen=True, slots=True)
class Heard:
    """A word at window time, with the index of its piece."""

    text: str
    start_s: float
    end_s: float
    probability: float
    piece: int


def letters(text: str) -> str:
    """`text` without punctuation and spaces."""
    return re.sub(r"[^\w]|_", "", text)


def is_loop(text: str) -> bool:
    """Whether `text` repeats itself as no speaker does."""
    data = text.encode()
    return bool(_LOOP.search(letters(text))) or (len(data) > 60 and len(data) / len(zlib.compress(data)) > _COMPRESSION)


def is_echo(text: str, prompt: str) -> bool:
    """Whether `text` is the prompt read back, whole, in part or with something around it."""
    if len(text) >= 4 and text in prompt:
        return True
    matcher = SequenceMatcher(None, text, prompt, autojunk=False)
    return matcher.find_longest_match().size >= _ECHO_CHARS


def is_made_up(text: str, prompt: str, speech_s: float) -> bool:
    """Whether a window's `text` cannot be what was said: a loop, a sentence twice in no time, the prompt read back."""
    plain = letters(text)
    twice = len(plain) > _TWICE_CHARS_PER_S * speech_s and bool(_TWICE.search(plain))
    return twice or is_loop(text) or is_echo(plain, letters(prompt))


def is_doubtful(text: str, prompt: str, logprob: float, speech_s: float) -> bool:
    """Whether a window deserves another try: made up, hardly probable, or far too little or much text."""
    rate = len(letters(text)) / max(speech_s, 0.1)
    strange = rate > _MOST_CHARS_PER_S or (speech_s > 2 and rate < _FEWEST_CHARS_PER_S)
    return strange or logprob < _LOGPROB or is_made_up(text, prompt, speech_s)


def keep(
    heard: Sequence[Heard], lengths_s: Sequence[float], prompt: str, logprob: float, no_speech: float
) -> list[Heard]:
    """The words of one window that are speech; `lengths_s` is the speech in each of its pieces.

    A whole window goes where the model both doubts its words and hears no speech; a piece goes where it is a
    loop, faster than anybody speaks, hardly believed, the prompt read back, or a known invention in doubt.
    """
    if no_speech > _NO_SPEECH and logprob < _LOGPROB:
        return []
    kept: list[Heard] = []
    for piece, group in groupby(heard, key=lambda h: h.piece):
        words = list(group)
        text = letters("".join(w.text for w in words))
        belief = sum(w.probability for w in words) / len(words)
        invented = bool(_INVENTED.search(text))
        if (
            not text
            or is_loop(text)
            or len(text) / max(lengths_s[piece], 0.1) > _MOST_CHARS_PER_S + 2 / max(lengths_s[piece], 0.1)
            or belief < _NOISE
            or is_echo(text, letters(prompt))
            or (invented and (belief < _DOUBT or no_speech > _NO_SPEECH))
        ):
            continue
        kept.extend(words)
    return kept
