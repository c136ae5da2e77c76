"""The morning's message about a run: what was scored, what was not and why. It holds no word of any call."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.store.engine import open_store, reading, store_errors
from qa.store.runs import RunFailure, RunRow, load_run, run_failures


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a subject, a text in markdown, and the same for programs."""

    subject: str
    text: str
    facts: Mapping[str, Any]


STATES = {"running": "进行中", "finished": "完成", "stopped": "中途停止", "cut off": "异常中断"}
MOST_CAUSES, MOST_IDS = 8, 5
MOST_BYTES = 4096
"""Of UTF-8, in a markdown message of 企业微信."""


@dataclass(frozen=True, slots=True)
class Morning:
    """A run and what it could not score; `url` is the page to open."""

    run: RunRow
    failures: tuple[RunFailure, ...] = ()
    url: str | None = None


def message_of(db: str, run_id: int, dashboard_url: str | None) -> Message:
    """The message about a run that has ended. Raises StoreError."""
    morning = morning_of(db, run_id, dashboard_url)
    return Message(subject(morning), markdown(morning), facts(morning))


def broken(error: str) -> Message:
    """The message about a run that could not begin, or not go on."""
    return Message("质检批次没有完成", f"**质检批次没有完成**\n> {error}", {"event": "broken", "error": error})


def morning_of(db: str, run_id: int, dashboard_url: str | None) -> Morning:
    """What is to be told of a run. Raises StoreError."""
    store = open_store(db)
    with store_errors(db), reading(store) as session:
        run = load_run(session=session, run_id=run_id)
        assert run is not None
        failures = run_failures(session=session, run_id=run_id)
    store.dispose()
    url = f"{dashboard_url.rstrip('/')}/runs?run={run_id}" if dashboard_url else None
    return Morning(run, tuple(failures), url)


def subject(morning: Morning) -> str:
    """The run in one line."""
    failed = f"，{morning.run.failed} 通未评分" if morning.run.failed else ""
    return f"质检批次 {morning.run.run_id} {STATES[morning.run.state]}：评分 {morning.run.scored} 通{failed}"


def markdown(morning: Morning) -> str:
    """The message as markdown that 企业微信 takes; causes that do not fit are counted."""
    head, causes, foot = _head(morning), _causes(morning.failures), _foot(morning)
    for shown in range(min(len(causes), MOST_CAUSES), -1, -1):
        rest = sum(len(ids) for _, ids in causes[shown:])
        lines = [*head, *(_cause(error, ids) for error, ids in causes[:shown])]
        lines += [f"- 其他原因：{rest} 通"] if rest else []
        text = "\n".join([*lines, *foot])
        if len(text.encode()) <= MOST_BYTES:
            return text
    return subject(morning)


def facts(morning: Morning) -> dict[str, Any]:
    """The message for programs."""
    run = morning.run
    return {
        "event": "run",
        "run_id": run.run_id,
        "command": run.command,
        "state": run.state,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        "total": run.total,
        "scored": morning.run.scored,
        "transcribed": run.transcribed,
        "rescored": run.rescored,
        "kept": run.kept,
        "skipped": run.skipped,
        "failed": run.failed,
        "held": run.held,
        "audio_hours": round(run.audio_s / 3600, 3),
        "speed": round(run.speed, 2) if run.speed else None,
        "failures": [{"call_id": f.call_id, "error": f.error, "attempts": f.attempts} for f in morning.failures],
        "url": morning.url,
    }


def _head(morning: Morning) -> list[str]:
    run = morning.run
    ended = f" – {run.finished_at:%m-%d %H:%M}" if run.finished_at else ""
    lines = [
        f"**{subject(morning)}**",
        f"> 时间：{run.started_at:%m-%d %H:%M}{ended}",
        f"> 共 {run.total} 通：评分 {run.scored}，早已完成 {run.kept}，无人说话 {run.skipped}，失败 {run.failed}",
    ]
    if run.audio_s and run.speed:
        lines.append(f"> 录音 {run.audio_s / 3600:.1f} 小时，速度为实时的 {run.speed:.1f} 倍")
    if run.held:
        lines.append(f"> 另有 {run.held} 通以前失败、未再处理（`qa retry` 可重做）")
    if run.left:
        lines.append(f"> 还剩 {run.left} 通没有处理，再次运行同一命令即可继续")
    return lines


def _causes(failures: Sequence[RunFailure]) -> list[tuple[str, list[str]]]:
    """Error → call ids, the most frequent first."""
    ids: dict[str, list[str]] = defaultdict(list)
    for failure in failures:
        ids[failure.error].append(failure.call_id)
    return sorted(ids.items(), key=lambda cause: -len(cause[1]))


def _cause(error: str, ids: Sequence[str]) -> str:
    more = "…" if len(ids) > MOST_IDS else ""
    return f"- {len(ids)} 通：{error}（{'、'.join(ids[:MOST_IDS])}{more}）"


def _foot(morning: Morning) -> list[str]:
    return [f"[打开质检看板]({morning.url})"] if morning.url else []
