"""What a run tells while it works: a progress bar for people, JSON lines for machines, no word of a call."""

import json
import logging
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one call; `where` names the recording or line for an error.

    `work` is as in the store, or `kept`, or `held`: it failed before and was left alone. `audio_s` is the length of
    what was transcribed.
    """

    call_id: str
    where: str
    status: str
    work: str
    error: str | None
    seconds: float
    audio_s: float = 0.0


@dataclass(slots=True)
class Pace:
    """How far a run is; calls that were done before, or are left alone, take no time and do not count for its pace."""

    total: int
    began_at: datetime
    counts: Counter[str] = field(default_factory=Counter)
    audio_s: float = 0.0

    def add(self, item: Item) -> None:
        """Counts one call."""
        self.counts.update((item.status, "left" if item.work in ("kept", "held") else "worked"))
        self.audio_s += item.audio_s

    @property
    def done(self) -> int:
        """The calls that are through."""
        return self.counts["left"] + self.counts["worked"]

    def line(self, now: datetime) -> str:
        """Calls, failures, hours of audio, speed and the estimated end, in local time."""
        worked, elapsed_s = self.counts["worked"], (now - self.began_at).total_seconds()
        parts = [f"{self.done} of {self.total} calls", f"{self.counts['failed']} failed"]
        if self.audio_s and elapsed_s > 0:
            parts += [f"{self.audio_s / 3600:.1f} h of audio", f"{self.audio_s / elapsed_s:.1f} × real time"]
        if worked and self.done < self.total:
            ends_at = now + timedelta(seconds=elapsed_s / worked * (self.total - self.done))
            parts.append(f"ends about {ends_at.astimezone():%m-%d %H:%M}")
        return ", ".join(parts)


class Reporter(Protocol):
    """Told about a run as it goes; a context manager around the run."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def start(self, total: int) -> None: ...

    def note(self, text: str) -> None: ...

    def item(self, item: Item) -> None: ...


class ConsoleReporter:
    """Failures and notes one line each on stderr; how far the run is below them on a terminal, else every minute."""

    EVERY_S = 60.0

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._progress = Progress(
            BarColumn(),
            TextColumn("{task.description}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: Any = None
        self._pace = Pace(0, datetime.now(UTC))
        self._told_at = self._pace.began_at

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def start(self, total: int) -> None:
        self._pace = Pace(total, datetime.now(UTC))
        self._told_at = self._pace.began_at
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(self._pace.line(self._told_at), total=total)

    def note(self, text: str) -> None:
        self._console.print(text, markup=False)

    def item(self, item: Item) -> None:
        if item.status == "failed" and item.work != "held":
            self.note(f"{item.where}: {item.error}")
        self._pace.add(item)
        if self._task is None:
            return
        now = datetime.now(UTC)
        if self._console.is_terminal:
            self._progress.update(self._task, advance=1, description=self._pace.line(now))
        elif (now - self._told_at).total_seconds() >= self.EVERY_S:
            self._told_at = now
            self.note(self._pace.line(now))


class JsonReporter:
    """One JSON object a line on stderr, each with `time` (UTC) and `event`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write("end", error=kind.__name__ if kind else None)

    def start(self, total: int) -> None:
        self._write("start", total=total)

    def note(self, text: str) -> None:
        self._write("note", text=text)

    def item(self, item: Item) -> None:
        self._write("call", **asdict(item))

    def _write(self, event: str, **fields: Any) -> None:
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event} | fields
        print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)


def reporter(*, json_log: bool) -> Reporter:
    """The reporter a command was asked for."""
    return JsonReporter() if json_log else ConsoleReporter()


def quiet_libraries() -> None:
    """Keeps the libraries' own chatter off stderr, where every line is meant for the user."""
    for name in ("faster_whisper", "jieba", "libav", "streamlit", "onnxruntime"):
        logging.getLogger(name).setLevel(logging.ERROR)
