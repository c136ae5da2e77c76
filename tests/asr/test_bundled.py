"""The bundled model is joined once, safely, and repaired."""

import hashlib
import threading
from pathlib import Path

import pytest

from qa.asr.bundled import CHINESE_SIZE, SHA256, SIZE, bundled_model, chinese_model
from qa.errors import ConfigError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QA_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_joined_once_with_the_right_bytes_and_repaired(cache: Path) -> None:
    folder = bundled_model()
    model = folder / "model.bin"
    assert hashlib.sha256(model.read_bytes()).hexdigest() == SHA256
    made = model.stat().st_mtime_ns
    assert bundled_model() == folder
    assert model.stat().st_mtime_ns == made, "a second call joins nothing"
    model.write_bytes(b"cut short")
    assert (bundled_model() / "model.bin").stat().st_size == SIZE
    assert [p.name for p in cache.iterdir()] == [folder.name], "nothing half made is left"


def test_narrowed_once_and_repaired(cache: Path) -> None:
    model = chinese_model() / "model.bin"
    made = model.stat().st_mtime_ns
    assert (chinese_model() / "model.bin").stat().st_mtime_ns == made
    model.write_bytes(b"cut short")
    assert (chinese_model() / "model.bin").stat().st_size == CHINESE_SIZE
    assert len(list(cache.iterdir())) == 1, "nothing half made, and not the whole model, is left"


def test_several_at_once(cache: Path) -> None:
    found: list[Path] = []
    workers = [threading.Thread(target=lambda: found.append(bundled_model())) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert (found[0] / "model.bin").stat().st_size == SIZE
    assert len(list(cache.iterdir())) == 1


def test_unwritable_cache_is_one_clear_error(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="QA_CACHE_DIR"):
        bundled_model()
