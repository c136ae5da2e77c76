"""Recordings over HTTP: signed, expiring URLs, and a form that every browser plays.

A URL carries a signed call id, never a path: the path comes from the store alone.
"""

import atexit
import hashlib
import os
import secrets
import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.database import session
from dashboard.i18n import language_of, text
from dashboard.who import scope_of
from qa.access import Scope
from qa.sources import sweep
from qa.store import queries
from qa.store.queries import CallFilter

URL_PREFIX = "/qa/audio"
MAX_AGE_S = 12 * 3600  # a shift: a page left open through one keeps playing
KEPT_CONVERSIONS = 20
PEAKS_PER_S = 20

_MEDIA_TYPES = {
    ("wav", "pcm_u8"): "audio/wav",
    ("wav", "pcm_s16le"): "audio/wav",
    ("wav", "pcm_s24le"): "audio/wav",
    ("wav", "pcm_f32le"): "audio/wav",
    ("mp3", "mp3"): "audio/mpeg",
    ("mp3", "mp3float"): "audio/mpeg",
    ("flac", "flac"): "audio/flac",
    ("ogg", "opus"): "audio/ogg",
    ("ogg", "vorbis"): "audio/ogg",
}

# Without QA_SECRET a restart ends every URL handed out; with it several servers share them.
_signer = URLSafeTimedSerializer(os.environ.get("QA_SECRET") or secrets.token_hex(32), salt="recording")
_PREFIX = "callqa-audio-"
sweep(Path(tempfile.gettempdir()), _PREFIX)
_converted = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-")
atexit.register(_converted.cleanup)


def signed_url(call_id: str) -> str:
    """A URL path that plays the call's recording for the next `MAX_AGE_S` seconds."""
    return f"{URL_PREFIX}/{_signer.dumps(call_id)}"


def media_type(path: Path) -> str | None:
    """The type under which a browser plays the file as it is, or None where it has to be converted first."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        return _MEDIA_TYPES.get((container.format.name, stream.codec_context.name))


def to_wav(source: Path, target: Path) -> None:
    """Decode whatever PyAV reads (A-law, µ-law, GSM, AMR, AAC …) to 16-bit PCM WAV, frame by frame.

    A damaged end leaves what came before it. Raises `av.FFmpegError` where nothing can be decoded.
    """
    with av.open(str(source)) as container, wave.open(str(target), "wb") as out:
        stream = container.streams.audio[0]
        layout = "mono" if stream.codec_context.channels == 1 else "stereo"
        rate = stream.codec_context.sample_rate
        out.setnchannels(1 if layout == "mono" else 2)
        out.setsampwidth(2)
        out.setframerate(rate)
        resampler = av.AudioResampler(format="s16", layout=layout, rate=rate)
        for frame in _frames(container):
            for piece in resampler.resample(frame):
                out.writeframesraw(piece.to_ndarray().tobytes())


def peaks_of(path: Path, per_s: int = PEAKS_PER_S) -> list[list[float]]:
    """The loudest sample (0–1) of each 1/`per_s` s, one list a channel, where the store has none."""
    lanes: list[list[float]] = []
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].codec_context.sample_rate
        step = max(1, rate // per_s)
        rest: np.ndarray | None = None
        resampler = av.AudioResampler(format="fltp", rate=rate)
        for frame in _frames(container):
            for piece in resampler.resample(frame):
                block = np.abs(piece.to_ndarray()[:2])
                block = block if rest is None else np.concatenate([rest, block], axis=1)
                whole = block.shape[1] // step * step
                lanes = lanes or [[] for _ in block]
                for lane, samples in zip(lanes, block[:, :whole], strict=True):
                    lane.extend(samples.reshape(-1, step).max(axis=1).round(3).tolist())
                rest = block[:, whole:]
    return lanes


def playable(path: Path) -> tuple[Path, str]:
    """A file that browsers play, with its media type: the recording itself, or its conversion, made once."""
    known = media_type(path)
    if known:
        return path, known
    stat = path.stat()
    folder = Path(_converted.name)
    name = hashlib.sha256(f"{path}|{stat.st_mtime_ns}|{stat.st_size}".encode()).hexdigest()
    target = folder / f"{name}.wav"
    if not target.exists():
        handle, part = tempfile.mkstemp(dir=folder, suffix=".part")
        os.close(handle)
        to_wav(path, Path(part))
        os.replace(part, target)
        _forget_oldest(sorted(folder.glob("*.wav"), key=lambda p: p.stat().st_mtime))
    return target, "audio/wav"


async def serve(request: Request) -> Response:
    """`GET /qa/audio/{token}`: the recording, with Range. 403: bad or old token; 404 or 415: the file."""
    try:
        call_id = _signer.loads(request.path_params["token"], max_age=MAX_AGE_S)
    except BadSignature:
        return _refused(request, "expired", 403)
    path = await run_in_threadpool(_recording, call_id, scope_of(request.cookies))
    if path is None or not path.is_file():
        return _refused(request, "gone", 404)
    try:
        file, kind = await run_in_threadpool(playable, path)
    except (av.FFmpegError, IndexError):
        return _refused(request, "undecodable", 415)
    return FileResponse(file, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})


routes = [Route(URL_PREFIX + "/{token}", serve, methods=["GET", "HEAD"])]


def _recording(call_id: str, scope: Scope) -> Path | None:
    with session() as opened:
        if not queries.call_ids(session=opened, where=CallFilter(call_id=call_id, within=scope)):
            return None
        return queries.recording_path(session=opened, call_id=call_id)


def _refused(request: Request, reason: str, status: int) -> Response:
    return PlainTextResponse(text(language_of(request.cookies), f"audio.{reason}"), status)


def _frames(container: InputContainer) -> Iterator[av.AudioFrame]:
    try:
        yield from container.decode(audio=0)
    except (av.error.InvalidDataError, av.error.EOFError):
        return


def _forget_oldest(files: Sequence[Path]) -> None:
    for file in files[:-KEPT_CONVERSIONS]:
        file.unlink(missing_ok=True)
