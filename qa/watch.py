"""A drop folder: what is put into it is worked as soon as it has been written."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.batch import Options, find_tasks, work_tasks
from qa.discover import Task
from qa.errors import ConfigError
from qa.logs import Reporter
from qa.settings import Settings
from qa.sources import Source

LOOK_S = 5.0
"""Seconds between two looks at the folder."""
SETTLED_S = 10.0
"""A file that has not changed for so long is taken for written."""


@dataclass(slots=True)
class Settled:
    """Which files have stayed as they are for `settled_s`, and which of those were not given out yet."""

    settled_s: float
    _since: dict[str, tuple[str, float]] = field(default_factory=dict)
    _given: dict[str, str] = field(default_factory=dict)

    def new(self, tasks: Sequence[Task], now_s: float) -> list[Task]:
        """The tasks whose files have settled by `now_s` (any clock that only goes forward) and were not given out yet.

        A task is given out again when its file or its metadata changes. Where a stamp is missing, as with some URLs,
        a file is taken for settled when it has been there long enough.
        """
        return [task for task in tasks if self._ready(task.source, now_s) and self._is_new(task)]

    def _ready(self, source: Source, now_s: float) -> bool:
        stamp, since_s = self._since.setdefault(source.location, (source.stamp, now_s))
        if stamp != source.stamp:
            self._since[source.location] = (source.stamp, now_s)
            return False
        return now_s - since_s >= self.settled_s

    def _is_new(self, task: Task) -> bool:
        mark = f"{task.source.stamp} {task.meta} {task.error}"
        if self._given.get(task.source.location) == mark:
            return False
        self._given[task.source.location] = mark
        return True


def watch(
    options: Options, settings: Settings, reporter: Reporter, *, look_s: float = LOOK_S, settled_s: float = SETTLED_S
) -> None:
    """Works recordings as they come, until KeyboardInterrupt. What is done already is skipped as `run` does.

    Raises ConfigError, RuleError or StoreError where nothing could be worked from the start; later a folder or calls
    file that cannot be read is told and tried again.
    """
    settled = Settled(settled_s)
    told: set[str] = set()
    tasks, notes = find_tasks(options, settings)
    while True:
        for note in notes:
            if note not in told:
                told.add(note)
                reporter.note(note)
        # A recording that the calls file names may still come.
        if ready := settled.new([task for task in tasks if not task.missing], time.monotonic()):
            work_tasks(ready, options, reporter, command="watch")
        time.sleep(look_s)
        try:
            tasks, notes = find_tasks(options, settings)
        except ConfigError as error:
            tasks, notes = [], (str(error),)
