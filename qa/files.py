"""Files that appear whole or not at all, and hashes of files."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from qa.errors import ConfigError


def hash_stream(stream: IO[bytes]) -> str:
    """The SHA-256 of a stream's bytes, read in pieces. Raises what reading raises."""
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A draft beside `path` to write to; it takes the place of `path` when the block ends without an error.

    Raises ConfigError where the folder cannot be written or the disk is full.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield draft
        os.replace(draft, path)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written ({error.strerror}); check folder, rights and disk") from error
    finally:
        draft.unlink(missing_ok=True)


def check_writable(path: Path) -> None:
    """Raises ConfigError now rather than after hours of work if a file cannot be made at `path`."""
    if path.is_dir():
        raise ConfigError(f"{path}: is a folder; name a file")
    with atomic(path.with_name(f".{path.name}.probe")) as draft:
        draft.touch()
    path.with_name(f".{path.name}.probe").unlink()


def csv_text(path: Path) -> str:
    """The text of a CSV file, UTF-8 or as Chinese spreadsheets save it. Raises ConfigError where it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def safe_cell(value: Any) -> Any:
    """A spreadsheet runs a cell that begins like a formula; a quote in front makes it text."""
    return f"'{value}" if isinstance(value, str) and _is_formula(value) else value


def plain_cell(cell: str) -> str:
    """What `safe_cell` was given."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.lstrip("'").startswith(("=", "+", "@", "\t", "\r"))
