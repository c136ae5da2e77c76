"""What a run tells while it works: a progress bar for people, JSON lines for machines, no word of a call."""

import json
import logging
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


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
    """Failures and notes one line each on stderr, with a progress bar below them on a terminal only."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._task: Any = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def start(self, total: int) -> None:
        self._task = self._progress.add_task("calls", total=total)

    def note(self, text: str) -> None:
        self._console.print(text, markup=False)

    def item(self, item: Item) -> None:
        if item.status == "failed" and item.work != "held":
            self.note(f"{item.where}: {item.error}")
        if self._task is not None:
            self._progress.advance(self._task)


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
