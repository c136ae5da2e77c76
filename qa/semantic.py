"""Sentence embeddings from any OpenAI-compatible endpoint. Off unless `QA_SEMANTIC_URL` is set: nothing is sent then.

What is sent is the text of turns, so the endpoint should stand in the centre's own house.
"""

import json
import logging
import math
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Vector = tuple[float, ...]
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
KEPT = 20_000
REST_S = 60.0
LARGEST = 64_000_000
log = logging.getLogger(__name__)


class SemanticSettings(BaseSettings):
    """`QA_SEMANTIC_URL` (…/v1), `QA_SEMANTIC_MODEL`, `QA_SEMANTIC_KEY` if the endpoint asks for one, and how many
    seconds a request may take."""

    model_config = SettingsConfigDict(env_prefix="QA_SEMANTIC_", env_file=".env", env_ignore_empty=True, extra="ignore")

    url: str | None = None
    model: str = "default"
    key: SecretStr | None = None
    timeout_s: float = Field(default=10.0, gt=0, le=120)


class Unreachable(Exception):
    """The endpoint gave no usable answer; the message says why."""


class Embedder:
    """Unit vectors of texts, each text asked for once; after a failure the endpoint is left alone for a minute."""

    def __init__(self, settings: SemanticSettings) -> None:
        self._settings = settings
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._silent_until = 0.0

    def vectors(self, texts: Sequence[str]) -> list[Vector] | None:
        """One vector a text, None where the endpoint cannot be used (told in one line of the log)."""
        wanted = [text for text in dict.fromkeys(texts) if text not in self._known]
        if wanted:
            if time.monotonic() < self._silent_until:
                return None
            try:
                self._known.update(zip(wanted, self._ask(wanted), strict=True))
            except Unreachable as error:
                self._silent_until = time.monotonic() + REST_S
                log.warning(
                    "QA_SEMANTIC_URL (%s): %s; rules that need it are not applicable; correct or unset it",
                    urlsplit(self._settings.url or "").hostname,
                    error,
                )
                return None
        found = [self._known[text] for text in texts]
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return found

    def _ask(self, texts: list[str]) -> list[Vector]:
        url = (self._settings.url or "").rstrip("/").removesuffix("/embeddings") + "/embeddings"
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable("not an http address")
        headers = {"Content-Type": "application/json"}
        if self._settings.key is not None:
            headers["Authorization"] = f"Bearer {self._settings.key.get_secret_value()}"
        body = json.dumps({"model": self._settings.model, "input": texts}).encode()
        opener = build_opener(ProxyHandler({})) if parts.hostname in LOCAL_HOSTS else build_opener()
        try:
            with opener.open(Request(url, body, headers), timeout=self._settings.timeout_s) as answer:
                return _read(json.loads(answer.read(LARGEST)), len(texts))
        except (OSError, HTTPException) as error:
            raise Unreachable(f"no answer ({getattr(error, 'reason', None) or error})") from None
        except (ValueError, KeyError, TypeError, IndexError):
            raise Unreachable("the answer is no list of embeddings") from None


def _read(answer: object, count: int) -> list[Vector]:
    """The vectors of an answer in the order asked for, each of length 1."""
    if not isinstance(answer, dict):
        raise TypeError("no object")
    rows = sorted(answer["data"], key=lambda row: int(row["index"]))
    if len(rows) != count:
        raise ValueError("another number of vectors")
    return [_unit([float(x) for x in row["embedding"]]) for row in rows]


def _unit(vector: list[float]) -> Vector:
    length = math.sqrt(sum(x * x for x in vector))
    if not length or not math.isfinite(length):
        raise ValueError("a vector without direction")
    return tuple(x / length for x in vector)


def likeness(one: Vector, other: Vector) -> float:
    """The cosine (−1–1) of two unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=1)
def embedder() -> Embedder | None:
    """The embedder of this process, None where no endpoint is set."""
    settings = SemanticSettings()
    return Embedder(settings) if settings.url else None
