"""Which files are recordings, and whose row is whose."""

from pathlib import Path

import pytest

from qa.call import CallMeta
from qa.discover import Task, discover, pair
from qa.errors import ConfigError
from qa.metadata import CallsFile, read_calls
from qa.sources import Source


def lay(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def calls_of(path: Path, *lines: str) -> CallsFile:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_calls(path, pseudonymise=str)


def names(paths: list[str], calls: CallsFile | None = None) -> list[str]:
    return [source.name for source in discover(paths, calls).recordings]


def brief(tasks: list[Task]) -> dict[str, str]:
    return {task.meta.call_id: "bad" if task.error else (task.meta.agent_id or "") for task in tasks}


def test_a_folder_is_searched_throughout_in_order(tmp_path: Path) -> None:
    lay(tmp_path, "b.wav", "a/c.MP3", "a/.hidden.wav", ".git/x.wav", "calls.csv", "notes.txt", "a/b.amr")
    assert names([str(tmp_path)]) == ["b.wav", "a/b.amr", "a/c.MP3"]


def test_a_file_counts_once_however_often_it_is_named(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.wav")
    assert names([str(tmp_path), str(tmp_path / "a.wav"), str(tmp_path / "*.wav")]) == ["a.wav", "b.wav"]


def test_patterns(tmp_path: Path) -> None:
    lay(tmp_path, "x/a.wav", "x/b.wav", "y/a.wav")
    assert names([str(tmp_path / "*" / "a.wav")]) == ["a.wav", "a.wav"]


@pytest.mark.parametrize("path", ["none", "none/*.wav"])
def test_a_path_that_leads_nowhere(tmp_path: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="none"):
        discover([str(tmp_path / path)])


def test_an_unknown_suffix_is_left_out_aloud(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "c1.rec", "c2.rec")
    found = discover([str(tmp_path)])
    assert [source.name for source in found.recordings] == ["a.wav"]
    assert any("c1.rec" in note for note in found.notes)


def test_an_unknown_suffix_counts_where_it_is_named(tmp_path: Path) -> None:
    lay(tmp_path, "in/c1.rec", "in/c2.rec")
    calls = calls_of(tmp_path / "calls.csv", "recording", "c1.rec")
    assert names([str(tmp_path / "in")], calls) == ["c1.rec"]
    assert names([str(tmp_path / "in" / "c2.rec")]) == ["c2.rec"]


def test_an_unused_calls_file_is_pointed_out(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "calls.csv")
    assert any("--calls" in note for note in discover([str(tmp_path)]).notes)


def test_rows_find_their_recordings_by_path_or_by_name(tmp_path: Path) -> None:
    lay(tmp_path, "in/x/a.wav", "in/y/a.wav", "in/b.wav", "in/d.wav")
    calls = calls_of(
        tmp_path / "calls.csv",
        "recording,call_id,agent_id",
        "in/x/a.wav,xa,1",
        "y/a.wav,ya,2",
        "b.wav,,3",
    )
    tasks = pair(discover([str(tmp_path / "in")], calls), calls, "telecom")
    assert brief(tasks) == {"b": "3", "d": "", "xa": "1", "ya": "2"}
    assert {task.meta.ruleset for task in tasks} == {"telecom"}


def test_without_a_calls_file(tmp_path: Path) -> None:
    lay(tmp_path, "x/a.wav")
    (task,) = pair(discover([str(tmp_path)]), None, "heating")
    assert task == Task(
        Source.of_file(tmp_path / "x/a.wav", "x/a.wav"), CallMeta(call_id="a", recording="x/a.wav", ruleset="heating")
    )


def test_a_bad_row_fails_its_own_recording_only(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.wav")
    calls = calls_of(tmp_path / "calls.csv", "recording,agent_id,direction", "a.wav,1,sideways", "b.wav,2,inbound")
    tasks = pair(discover([str(tmp_path)], calls), calls, "telecom")
    assert brief(tasks) == {"a": "bad", "b": "2"}


def test_a_repeated_call_id_never_overwrites_the_first(tmp_path: Path) -> None:
    lay(tmp_path, "a.wav", "b.wav")
    calls = calls_of(tmp_path / "calls.csv", "recording,call_id", "b.wav,c1", "a.wav,c1")
    tasks = {task.source.parts[-1]: task for task in pair(discover([str(tmp_path)], calls), calls, "telecom")}
    assert (tasks["b.wav"].error, tasks["b.wav"].keep) == (None, True)
    assert tasks["a.wav"].error is not None and not tasks["a.wav"].keep


def test_two_unlisted_recordings_of_one_name_are_told_apart(tmp_path: Path) -> None:
    lay(tmp_path, "x/a.wav", "y/a.wav")
    first, second = pair(discover([str(tmp_path)]), None, "telecom")
    assert first.error is None
    assert second.error is not None and first.source.location in second.error and not second.keep


@pytest.mark.parametrize(("searched", "missing"), [("in", ["c2"]), ("in/a.wav", [])])
def test_a_missing_recording_is_told_when_a_folder_was_searched(
    tmp_path: Path, searched: str, missing: list[str]
) -> None:
    lay(tmp_path, "in/a.wav")
    calls = calls_of(tmp_path / "calls.csv", "recording,call_id", "a.wav,c1", "b.wav,c2")
    tasks = pair(discover([str(tmp_path / searched)], calls), calls, "telecom")
    assert [task.meta.call_id for task in tasks if task.missing] == missing


def test_a_wrong_line_of_a_list_fails_alone(tmp_path: Path) -> None:
    lay(tmp_path, "in/a.wav", "b.wav")
    (tmp_path / "tonight.txt").write_text("# tonight\nin\n\ngone.wav\nb.wav\n", encoding="utf-8")
    tasks = pair(discover([str(tmp_path / "tonight.txt")]), None, "telecom")
    assert brief(tasks) == {"a": "", "b": "", "gone": "bad"}
    (gone,) = (task for task in tasks if task.error)
    assert gone.error and "tonight.txt:4: " in gone.error and gone.missing and not gone.keep


def test_rows_find_recordings_that_lie_elsewhere(bucket: str, tmp_path: Path) -> None:
    calls = calls_of(tmp_path / "calls.csv", "recording,agent_id", "a.wav,1", f"{bucket}/x/b.wav,2")
    tasks = pair(discover([bucket], calls), calls, "telecom")
    assert brief(tasks) == {"a": "1", "b": "2"}
    assert [task.source.location for task in tasks] == [f"{bucket}/a.wav", f"{bucket}/x/b.wav"]
