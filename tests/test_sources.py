"""Where recordings lie: this machine, a list, a store of objects."""

import os
from pathlib import Path

import pytest

from qa.errors import AudioError, ConfigError
from qa.sources import Source, fetched, places, sha256_of, sweep


def names(text: str) -> list[str]:
    return [source.name for place in places(text) for source in place.files]


def test_a_store_of_objects(bucket: str) -> None:
    assert names(bucket) == ["a.wav", "calls.csv", "x/b.wav"]
    assert names(f"{bucket}/x/b.wav") == ["b.wav"]
    assert names(f"{bucket}/*/*.wav") == ["x/b.wav"]
    (place,) = places(f"{bucket}/**/b.wav")
    assert [source.location for source in place.files] == [f"{bucket}/x/b.wav"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("{bucket}/none", "none: no such file"),
        ("{bucket}/*.mp3", "no file matches"),
        ("nonsense://x", "nonsense"),
        ("sftp://user:secret@host/in", "must not hold a password"),
    ],
)
def test_a_url_that_leads_nowhere_is_one_line(bucket: str, url: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as error:
        places(url.format(bucket=bucket))
    assert "\n" not in str(error.value) and "secret" not in str(error.value)


def test_a_file_url_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (place,) = places(f"file://{tmp_path}")
    assert place.files == (Source.of_file(tmp_path / "a.wav"),)


def test_a_fetched_copy_is_gone_afterwards(bucket: str, tmp_path: Path) -> None:
    (place,) = places(f"{bucket}/x/b.wav")
    (source,) = place.files
    with fetched(source, tmp_path / "cache") as copy:
        assert (copy.name, copy.read_bytes()) == ("b.wav", b"x/b.wav")
    assert list((tmp_path / "cache").iterdir()) == []
    with (
        pytest.raises(AudioError, match="cannot be fetched"),
        fetched(Source(f"{bucket}/gone.wav", "gone.wav"), tmp_path),
    ):
        pass


def test_a_local_recording_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"x")
    with fetched(Source.of_file(path), tmp_path / "cache") as same:
        assert same == path
    assert path.exists()


def test_equal_bytes_have_equal_hashes_wherever_they_lie(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "b.wav").write_bytes(b"x/b.wav")
    (place,) = places(f"{bucket}/x/b.wav")
    assert sha256_of(place.files[0]) == sha256_of(Source.of_file(tmp_path / "b.wav"))


def test_only_files_of_a_folder_count(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "link.wav").symlink_to(tmp_path / "a.wav")
    (tmp_path / "broken.wav").symlink_to(tmp_path / "none.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    assert names(str(tmp_path)) == ["a.wav", "link.wav"]


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"one")
    first = Source.of_file(path)
    assert Source.of_file(path) == first
    path.write_bytes(b"two")
    assert Source.of_file(path).stamp != first.stamp


def test_copies_of_killed_runs_are_swept(tmp_path: Path) -> None:
    alive, dead = tmp_path / f"{os.getpid()}-a", tmp_path / "999999999-b"
    alive.mkdir()
    dead.mkdir()
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [alive.name]


@pytest.mark.parametrize("line", ["gone.wav", "other.txt", "memory://nothing-here"])
def test_a_wrong_line_of_a_list_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "list.txt").write_text(f"a.wav\n{line}\n", encoding="utf-8")
    good, wrong = places(str(tmp_path / "list.txt"))
    assert [source.name for source in good.files] == ["a.wav"]
    assert wrong.error and f"{tmp_path / 'list.txt'}:2: " in wrong.error
