"""Where recordings lie: files of this machine, lists of them, or whatever fsspec reads (s3://, oss://, sftp:// …)."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from qa.errors import AudioError, ConfigError
from qa.files import hash_stream
from qa.machine import process_lives

LISTS = (".txt", ".lst")
_CHANGES = ("ETag", "etag", "md5", "mtime", "LastModified", "last_modified", "updated", "modified", "created")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """One recording where it lies.

    `location` is an absolute path or a URL, `name` its name within what was searched. `stamp` changes whenever the
    bytes may have changed; empty: that cannot be told without reading them.
    """

    location: str
    name: str
    stamp: str = ""

    @property
    def remote(self) -> bool:
        """Whether it must be fetched before it can be worked."""
        return is_url(self.location)

    @property
    def parts(self) -> tuple[str, ...]:
        """The location's folders and file name."""
        return PurePosixPath(self.location.partition("://")[2] if self.remote else self.location).parts

    @classmethod
    def of_file(cls, path: Path, name: str | None = None) -> "Source":
        """A file of this machine, existing or not."""
        location = os.path.abspath(path)
        try:
            found = os.stat(location)
        except OSError:
            return cls(location, name or path.name)
        return cls(location, name or path.name, f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}")


@dataclass(frozen=True, slots=True)
class Place:
    """What a PATH led to: one file, or every file of a folder; `error` says why it led nowhere."""

    label: str
    files: tuple[Source, ...] = ()
    folder: bool = False
    error: str | None = None


def is_url(text: str) -> bool:
    """Whether a PATH is for fsspec."""
    return "://" in text


def places(text: str) -> list[Place]:
    """What a file, folder, glob pattern, URL or list of such leads to, in a stable order.

    Raises ConfigError for what does not exist or cannot be read; a wrong line of a list is a place with an error.
    """
    if is_url(text):
        return _remote_places(text)
    path = Path(text)
    if path.is_file() and path.suffix.lower() in LISTS:
        return list(_listed(path))
    if path.exists():
        return [_local_place(path)]
    if not has_magic(text):
        raise ConfigError(f"{text}: no such file or folder; check the path")
    matches = sorted(Path(match) for match in glob(text, recursive=True))
    if not matches:
        raise ConfigError(f"{text}: no file matches this pattern; check the path")
    return [_local_place(match) for match in matches]


@contextmanager
def fetched(source: Source, cache: Path) -> Iterator[Path]:
    """The recording as a file of this machine: itself, or a copy in `cache` that is gone afterwards.

    Raises AudioError where it cannot be fetched.
    """
    if not source.remote:
        yield Path(source.location)
        return
    folder: Path | None = None
    try:
        try:
            cache.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=cache))
            copy = folder / source.parts[-1]
            with opened(source) as remote, copy.open("wb") as file:
                shutil.copyfileobj(remote, file, _BLOCK)
        except Exception as error:  # every driver raises its own
            raise AudioError(f"cannot be fetched ({_kind(error)}); check network, rights and disk") from error
        yield copy
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(source: Source) -> Iterator[Any]:
    """The recording's bytes as a binary stream. Raises what its driver raises."""
    if source.remote:
        import fsspec

        with fsspec.open(source.location, "rb") as remote:
            yield remote
    else:
        with open(source.location, "rb") as file:
            yield file


def sha256_of(source: Source) -> str:
    """The hash of the recording's bytes, read in pieces. Raises OSError where it cannot be read."""
    try:
        with opened(source) as stream:
            return hash_stream(stream)
    except OSError:
        raise
    except Exception as error:
        raise OSError(None, _kind(error)) from error


def sweep(cache: Path, prefix: str = "") -> None:
    """Removes folders `prefix`PID-… that processes left behind when they were killed."""
    for folder in cache.glob(f"{prefix}*-*") if cache.is_dir() else ():
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdecimal() and not process_lives(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _local_place(path: Path) -> Place:
    if path.is_dir():
        return Place(str(path), tuple(_walked(path)), folder=True)
    return Place(str(path), (Source.of_file(path),))


def _walked(folder: Path) -> Iterator[Source]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in sorted(f for f in files if not f.startswith(".")):
            path = Path(parent, file)
            if path.is_file():  # a pipe would be waited on for ever
                yield Source.of_file(path, str(path.relative_to(folder)))


def _listed(path: Path) -> Iterator[Place]:
    """One path or URL a line, relative to the list's folder; blank lines and those that begin with # count for none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as a list of paths ({error}); save it as UTF-8 text") from None
    for number, line in enumerate((line.strip() for line in lines), start=1):
        if not line or line.startswith("#"):
            continue
        target = line if is_url(line) else str(path.parent / line)
        try:
            if Path(target).suffix.lower() in LISTS:
                raise ConfigError(f"{line}: is a list itself; name recordings or folders")
            yield from places(target)
        except ConfigError as error:
            yield Place(target, error=f"{path}:{number}: {error}")


def _remote_places(url: str) -> list[Place]:
    if urlsplit(url).password:
        raise ConfigError("a URL must not hold a password; give it to fsspec by its environment or configuration")
    import fsspec

    try:
        fs, path = fsspec.core.url_to_fs(url)
        if "file" in ([fs.protocol] if isinstance(fs.protocol, str) else fs.protocol):
            return places(path)
        if has_magic(path):
            found = fs.glob(path, detail=True)
            if not found:
                raise ConfigError(f"{url}: no file matches this pattern; check the URL")
            root = _before_magic(url)
            return [Place(url, tuple(_remote(fs, root, found)))]
        if fs.isdir(path):
            return [Place(url, tuple(_remote(fs, url.rstrip("/"), fs.find(path, detail=True))), folder=True)]
        return [Place(url, (Source(url, PurePosixPath(path).name, _stamp(fs.info(path))),))]
    except ConfigError:
        raise
    except ImportError as error:
        raise ConfigError(f"{url}: {error}; install the driver it names") from error
    except FileNotFoundError:
        raise ConfigError(f"{url}: no such file or folder; check the URL") from None
    except Exception as error:  # every driver raises its own
        raise ConfigError(f"{url}: cannot be read ({_kind(error)}); check URL, network and rights") from error


def _remote(fs: Any, root: str, found: dict[str, dict[str, Any]]) -> Iterator[Source]:
    """The files found, located by the URL as it was given: a driver's own path may lack the host."""
    prefix = len(fs._strip_protocol(root).rstrip("/")) + 1
    for path, info in sorted(found.items()):
        name = path[prefix:]
        if info.get("type") == "file" and not any(part.startswith(".") for part in name.split("/")):
            yield Source(f"{root}/{name}", name, _stamp(info))


def _before_magic(url: str) -> str:
    scheme, _, rest = url.partition("://")
    plain: list[str] = []
    for part in rest.split("/"):
        if has_magic(part):
            break
        plain.append(part)
    return f"{scheme}://{'/'.join(plain)}"


def _stamp(info: dict[str, Any]) -> str:
    changed = next((str(info[key]) for key in _CHANGES if info.get(key)), "")
    return f"{info.get('size')}-{changed}" if changed else ""


def _kind(error: Exception) -> str:
    if strerror := getattr(error, "strerror", None):
        return str(strerror)
    return ": ".join([type(error).__name__, *str(error).splitlines()[:1]])
