"""YAML that remembers its lines, refuses duplicate keys and aliases, and never stops at the first fault."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

MAX_BYTES = 1_000_000
Location = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(slots=True, eq=False)
class Source:
    """A parsed file: its plain data, the line of every key and item, and what is wrong with it."""

    path: Path
    data: Any = None
    lines: dict[Location, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def line(self, location: Location) -> int:
        """The line (from 1) of a place, or of the nearest place above it."""
        while location and location not in self.lines:
            location = location[:-1]
        return self.lines.get(location, 1)

    def complain(self, location: Location, message: str) -> None:
        """Note a fault at a place."""
        self.problems.append(f"{self.path}:{self.line(location)}: {message}")


def read_source(path: Path) -> Source:
    """Read a YAML file; faults are collected in `problems`, `data` is None where nothing could be read."""
    source = Source(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        source.problems.append(f"{path}:1: cannot be read ({error.strerror}); check the path and its permissions")
        return source
    except UnicodeDecodeError:
        source.problems.append(f"{path}:1: not UTF-8; save the file as UTF-8")
        return source
    if len(raw) > MAX_BYTES:
        source.problems.append(f"{path}:1: larger than {MAX_BYTES // 1000} kB; split the file")
        return source
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        # A quote or bracket left open is found at the end of the file; the author wants to know where it opens.
        open_ended = error.problem == "found unexpected end of stream"
        mark = (open_ended and error.context_mark) or error.problem_mark or error.context_mark
        source.problems.append(f"{path}:{mark.line + 1 if mark else 1}: {error.problem}; check indentation and quotes")
        return source
    except yaml.YAMLError as error:
        source.problems.append(f"{path}:1: {str(error).splitlines()[0]}; check the file")
        return source
    source.data = _plain(node, (), source, seen=set()) if node is not None else None
    return source


def _plain(node: yaml.Node, at: Location, source: Source, seen: set[int]) -> Any:
    source.lines.setdefault(at, node.start_mark.line + 1)
    if id(node) in seen:
        source.complain(at, "aliases (&, *) are not allowed; write the value out")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or not isinstance(key, str):
                key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            here = (*at, key)
            if key in result:
                source.problems.append(
                    f"{source.path}:{key_node.start_mark.line + 1}: key {key!r} appears twice; keep one of them"
                )
                continue
            source.lines[here] = key_node.start_mark.line + 1
            result[key] = _plain(value_node, here, source, seen)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*at, i), source, seen) for i, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """A scalar as YAML reads it, except that dates and job numbers stay text (003 is no octal three)."""
    assert isinstance(node, yaml.ScalarNode)
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    if node.tag == "tag:yaml.org,2002:int" and len(node.value) > 1 and node.value.lstrip("+-").startswith("0"):
        return node.value
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        return node.value


def validate(model: type[Model], data: Any, at: Location, source: Source) -> Model | None:
    """What stands at a place as a model, or None with every fault noted."""
    if source.data is None and data is None:
        if not source.problems:
            source.complain((), "empty file; fill it or delete it")
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            source.complain((*at, *fault["loc"]), message(fault["loc"], fault["msg"]))
        return None


def message(location: tuple[int | str, ...], text: str) -> str:
    """A fault that pydantic found, in words for the author of the file."""
    text = text.removeprefix("Value error, ")
    if text == "Extra inputs are not permitted":
        return f"unknown key {location[-1]!r}"
    return f"{location[-1]}: {text}" if location else text
