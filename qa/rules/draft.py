"""A rules folder with some files as they shall be, to check and try before anything is published."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from qa.errors import ConfigError, RuleError
from qa.rules.loader import load_rulebook


@contextmanager
def drafted(rules_dir: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """A copy of the folder in which the named files have these texts; it is gone when the block ends.

    Faults that are told of the copy (RuleError) name the files of the folder itself. Raises ConfigError for what is no
    rule file.
    """
    for file in texts:
        check_name(file)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "rules"
        shutil.copytree(rules_dir, draft)
        for name, content in texts.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_text(content, "utf-8")
        try:
            yield draft
        except RuleError as error:
            raise RuleError([p.replace(str(draft), str(rules_dir)) for p in error.problems]) from None


def check_name(file: str) -> None:
    """Raises ConfigError for a path that is none of a rule file within the rules folder."""
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or path.suffix not in (".yaml", ".yml"):
        raise ConfigError(f"{file}: is no file of the rules folder; name one that ends in .yaml")


def faults(rules_dir: Path, texts: Mapping[str, str]) -> list[str]:
    """What would be wrong with the folder, as `file:line: message` with the file's path within it."""
    try:
        with drafted(rules_dir, texts) as draft:
            load_rulebook(draft)
    except RuleError as error:
        return [problem.removeprefix(f"{rules_dir}/") for problem in error.problems]
    return []


def rule_files(rules_dir: Path) -> list[str]:
    """The paths, within the folder, of everything that can be published."""
    found = (path.relative_to(rules_dir).as_posix() for path in rules_dir.rglob("*.y*ml"))
    return sorted(file for file in found if file != "learned.yaml")
