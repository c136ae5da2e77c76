"""A rules folder as a rule book, or every fault in it at once."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa import __version__
from qa.checks.naming import as_choice
from qa.checks.phrasebook import Phrasebook
from qa.errors import ConfigError, RuleError
from qa.phonetics import Lexicon, build_lexicon, compile_pattern
from qa.rules.expression import parse, phrase_names
from qa.rules.learned import NAME, Learned, lay_over
from qa.rules.model import Rule, RuleBook, RuleSet
from qa.rules.reading import read_examples
from qa.rules.schema import HolidayFile, RuleFile, SetFile
from qa.rules.scheme import Scheme, priced, scheme_on
from qa.rules.schemes import check_schemes, read_schemes
from qa.rules.script import agent_likeness
from qa.rules.source import Location, Source, message, read_source, validate
from qa.rules.windows import holiday_windows
from qa.rules.workdays import workdays_of

Origin = tuple[Source, Location]
PHRASES_NAME = re.compile(r"^[a-z][a-z0-9-]*$")


@dataclass(slots=True)
class Folder:
    """One rule-set folder as read: rules by id with the place each field comes from, phrases, variables."""

    name: str
    head: SetFile
    source: Source
    rules: dict[str, dict[str, tuple[Any, Origin]]] = field(default_factory=dict)
    phrases: dict[str, tuple[list[str], Origin]] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)


def load_rulebook(rules_dir: Path, *, with_learned: bool = True) -> RuleBook:
    """Read and check a rules folder; `with_learned`: with what review has taught (learned.yaml) laid over the rules.

    Raises ConfigError where there is no such folder, RuleError with every fault as `file:line: message`.
    """
    if not rules_dir.is_dir():
        raise ConfigError(f"{rules_dir}: no such rules folder; name one with --rules")
    problems: list[str] = []
    schemes = read_schemes(rules_dir)
    holiday_source = read_source(rules_dir / "holidays.yaml")
    holiday_file = validate(HolidayFile, holiday_source.data or {}, (), holiday_source)
    shared = [*schemes, holiday_source]
    learned, learned_source = load_learned(rules_dir) if with_learned else (Learned(), None)
    if learned_source:
        shared.append(learned_source)
    folders = {
        path.name: folder
        for path in sorted(rules_dir.iterdir())
        if path.is_dir() and (folder := _read_folder(path, problems))
    }
    check_schemes(schemes, {id_ for folder in folders.values() for id_ in folder.rules})
    problems += [problem for source in shared for problem in source.problems]
    values = tuple(file.scheme for file in schemes.values() if file)
    rulesets: dict[str, RuleSet] = {}
    for folder in folders.values():
        line = _lineage(folder, folders)
        if line and values and holiday_file:
            built = _build(folder, line, values, holiday_file, shared)
            if built:
                rulesets[built.name] = lay_over(built, learned)
        problems += [p for source in folder.sources for p in source.problems]
    if not problems and not rulesets:
        problems.append(f"{rules_dir}:1: no rule set; a rule set is a folder with a set.yaml")
    if problems:
        raise RuleError(sorted(set(problems), key=_by_place))
    return RuleBook(rulesets)


def load_learned(rules_dir: Path) -> tuple[Learned, Source | None]:
    """What `learned.yaml` says, with its source for faults; nothing where there is no such file."""
    if not (rules_dir / NAME).is_file():
        return Learned(), None
    source = read_source(rules_dir / NAME)
    return validate(Learned, source.data or {}, (), source) or Learned(), source


def _by_place(problem: str) -> tuple[str, int]:
    path, line, _ = problem.split(":", 2)
    return path, int(line)


def _read_folder(path: Path, problems: list[str]) -> Folder | None:
    head_source = read_source(path / "set.yaml")
    head = validate(SetFile, head_source.data, (), head_source)
    if head is None:
        problems += head_source.problems
        return None
    folder = Folder(path.name, head, head_source, sources=[head_source])
    for file in sorted(path.glob("*.y*ml")):
        if file.name == "set.yaml":
            continue
        source = read_source(file)
        folder.sources.append(source)
        if source.problems and source.data is None:
            continue
        if not isinstance(source.data, dict):
            source.complain((), "a rule file has `rules:` and `phrases:` and nothing else")
            continue
        for key in set(source.data) - {"rules", "phrases"}:
            source.complain((key,), f"unknown key {key!r}; a rule file has `rules:` and `phrases:` and nothing else")
        _take_phrases(folder, source)
        _take_rules(folder, source)
    return folder


def _take_phrases(folder: Folder, source: Source) -> None:
    entries = source.data.get("phrases") or {}
    if not isinstance(entries, dict):
        source.complain(("phrases",), "`phrases` gives a list of texts to each name")
        return
    for name, texts in entries.items():
        at = ("phrases", name)
        if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            source.complain(at, f"phrases {name!r} must be a list of texts")
        elif name in folder.phrases:
            source.complain(at, f"phrases {name!r} stand in this rule set twice")
        else:
            folder.phrases[name] = (texts, (source, at))


def _take_rules(folder: Folder, source: Source) -> None:
    entries = source.data.get("rules") or []
    if not isinstance(entries, list):
        source.complain(("rules",), "`rules` is a list")
        return
    for index, entry in enumerate(entries):
        at = ("rules", index)
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            source.complain(at, "a rule needs an `id`")
        elif entry["id"] in folder.rules:
            source.complain((*at, "id"), f"rule {entry['id']!r} stands in this rule set twice")
        else:
            folder.rules[entry["id"]] = {k: (v, (source, (*at, k))) for k, v in entry.items()}


def _lineage(folder: Folder, folders: Mapping[str, Folder]) -> list[Folder]:
    """The folder and what it extends, the root first; empty with a complaint where that cannot be told."""
    line = [folder]
    while (parent := line[0].head.extends) is not None:
        if parent not in folders:
            folder.source.complain(
                ("extends",), f"extends {parent!r}, which is no rule set; known: {', '.join(folders)}"
            )
            return []
        if any(f.name == parent for f in line):
            folder.source.complain(("extends",), f"extends itself through {parent!r}")
            return []
        line.insert(0, folders[parent])
    return line


def _build(
    folder: Folder, line: list[Folder], schemes: tuple[Scheme, ...], notices: HolidayFile, shared: list[Source]
) -> RuleSet | None:
    if folder.head.abstract:
        return None
    variables: dict[str, Any] = {k: v for f in line for k, v in f.head.variables.items()}
    phrases: dict[str, tuple[str, ...]] = {}
    for name, (texts, (source, at)) in {n: p for f in line for n, p in f.phrases.items()}.items():
        phrases[name] = tuple(dict.fromkeys(as_choice(text, variables) for text in texts))
        for i, text in enumerate(texts):
            _check_pattern(text, variables, source, (*at, i))
    merged: dict[str, dict[str, tuple[Any, Origin]]] = {}
    for step in line:
        for id_, entry in step.rules.items():
            merged[id_] = {**merged.get(id_, {}), **entry}
    rules = [_rule(entry, phrases, variables) for entry in merged.values()]
    enabled = tuple(rule for rule in rules if rule is not None and rule.enabled)
    _check_references(enabled, merged)
    if any(source.problems for step in line for source in step.sources):
        return None
    digest = hashlib.sha256(__version__.encode())
    for source in [*shared, *(s for f in line for s in f.sources)]:
        digest.update(source.path.name.encode() + b"\0" + source.path.read_bytes() + b"\0")
    likeness = agent_likeness(phrases)
    variables["holiday_windows"] = holiday_windows(notices.windows)
    book = Phrasebook(variables, phrases, _lexicon(enabled, phrases, variables))
    newest = scheme_on(schemes, None)
    return RuleSet(
        name=folder.name,
        title=folder.head.name,
        rules=tuple(priced(rule, newest) for rule in enabled),
        book=book,
        scheme=newest,
        sha256=digest.hexdigest(),
        agent_likeness=likeness,
        unpriced=enabled,
        schemes=schemes,
        workdays=workdays_of(notices),
    )


def _lexicon(rules: tuple[Rule, ...], phrases: Mapping[str, tuple[str, ...]], variables: Mapping[str, Any]) -> Lexicon:
    """Every pattern that the rules may ask for."""
    conditions = [e for rule in rules for e in (rule.applies, rule.violated) if e]
    literal = {n for e in conditions for n in phrase_names(e)} - set(phrases)
    texts = [
        *(text for texts in phrases.values() for text in texts),
        *sorted(as_choice(text, variables) for text in literal),
    ]
    return build_lexicon(texts)


def _check_literal(text: str, variables: Mapping[str, Any], source: Source, at: Location) -> None:
    """A pattern that stands in a rule itself; Latin letters alone are the name of phrases that are not there."""
    if PHRASES_NAME.match(text):
        source.complain(at, f"no phrases {text!r}; define them under `phrases:` or correct the name")
    else:
        _check_pattern(text, variables, source, at)


def _check_pattern(text: str, variables: Mapping[str, Any], source: Source, at: Location) -> None:
    filled = as_choice(text, variables)
    if "{" in filled:
        source.complain(at, f"{text!r} uses a variable that set.yaml does not define")
        return
    try:
        compile_pattern(filled)
    except ValueError as error:
        source.complain(at, f"{text!r}: {error}")


def _rule(
    entry: Mapping[str, tuple[Any, Origin]], phrases: Mapping[str, tuple[str, ...]], variables: Mapping[str, Any]
) -> Rule | None:
    source, at = entry["id"][1]
    at = at[:-1]
    before = [len(o[0].problems) for _, o in entry.values()]
    try:
        file = RuleFile.model_validate({k: v for k, (v, _) in entry.items()})
    except ValidationError as error:
        for fault in error.errors():
            place = entry.get(str(fault["loc"][0])) if fault["loc"] else None
            owner, base = place[1] if place else (source, at)
            owner.complain((*base, *fault["loc"][1:]), message(fault["loc"], fault["msg"]))
        return None
    owner, base = entry["violated"][1]
    violated = parse(file.violated, base, owner)
    applies = None
    if file.applies is not None:
        owner, base = entry["applies"][1]
        applies = parse(file.applies, base, owner)
    for part, key in ((violated, "violated"), (applies, "applies")):
        for name in sorted(phrase_names(part)) if part else []:
            if name not in phrases:
                _check_literal(name, variables, *entry[key][1])
    examples_at = entry.get("examples", entry["id"])[1]
    examples = read_examples(file, examples_at[0], examples_at[1])
    if violated is None or [len(o[0].problems) for _, o in entry.values()] != before:
        return None
    return Rule(
        **{
            **file.model_dump(exclude={"violated", "applies", "examples", "multipliers", "excludes"}),
            "violated": violated,
            "applies": applies,
            "examples": examples,
            "multipliers": tuple(file.multipliers),
            "excludes": tuple(file.excludes),
            "origin": f"{source.path}:{source.line(at)}",
        }
    )


def _check_references(rules: tuple[Rule, ...], merged: Mapping[str, Mapping[str, tuple[Any, Origin]]]) -> None:
    for rule in rules:
        for other in rule.excludes:
            if other not in merged:
                source, at = merged[rule.id]["excludes"][1]
                source.complain(at, f"excludes {other!r}, which is no rule")
