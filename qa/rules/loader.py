"""A rules folder as a rule book, or every fault in it at once."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa import __version__
from qa.call import LOCAL
from qa.checks.naming import as_choice
from qa.checks.phrasebook import Phrasebook
from qa.errors import ConfigError, RuleError
from qa.phonetics import Lexicon, build_lexicon, compile_pattern
from qa.rules.expression import interned, parse, phrase_names
from qa.rules.folder import DATES, Entry, Folder, Origin, changes, holding, lineage, read_folder
from qa.rules.learned import NAME, Learned, lay_over
from qa.rules.model import Era, Expression, Rule, RuleBook, RuleSet
from qa.rules.reading import read_examples
from qa.rules.schema import HolidayFile, RuleFile
from qa.rules.scheme import Scheme, priced, scheme_on
from qa.rules.schemes import check_schemes, read_schemes
from qa.rules.script import agent_likeness
from qa.rules.source import Location, Source, message, read_source, validate
from qa.rules.windows import holiday_windows
from qa.rules.workdays import workdays_of

PHRASES_NAME = re.compile(r"^[a-z][a-z0-9-]*$")


def load_rulebook(rules_dir: Path, *, with_learned: bool = True, today: date | None = None) -> RuleBook:
    """Read and check a rules folder; `with_learned`: with what review has taught (learned.yaml) laid over the rules.

    The sets come as they are `today`, which is this day if left out; `RuleSet.on` gives those of another.
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
        if path.is_dir() and (folder := read_folder(path, problems))
    }
    check_schemes(schemes, {id_ for folder in folders.values() for id_ in folder.rules})
    problems += [problem for source in shared for problem in source.problems]
    values = tuple(file.scheme for file in schemes.values() if file)
    rulesets: dict[str, RuleSet] = {}
    for folder in folders.values():
        line = lineage(folder, folders)
        if line and values and holiday_file:
            built = _build(folder, line, values, holiday_file, shared)
            if built:
                rulesets[built.name] = lay_over(built, learned).on(today or datetime.now(LOCAL).date())
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
    eras = _eras(line, phrases, variables)
    if any(source.problems for step in line for source in step.sources):
        return None
    digest = hashlib.sha256(__version__.encode())
    for source in [*shared, *(s for f in line for s in f.sources)]:
        digest.update(source.path.name.encode() + b"\0" + source.path.read_bytes() + b"\0")
    likeness = agent_likeness(phrases)
    variables["holiday_windows"] = holiday_windows(notices.windows)
    book = Phrasebook(variables, phrases, _lexicon([r for era in eras for r in era.rules], phrases, variables))
    scheme = scheme_on(schemes, eras[0].begins)
    return RuleSet(
        name=folder.name,
        title=folder.head.name,
        rules=tuple(priced(rule, scheme) for rule in eras[0].rules),
        book=book,
        scheme=scheme,
        sha256=digest.hexdigest(),
        agent_likeness=likeness,
        eras=eras,
        schemes=schemes,
        workdays=workdays_of(notices),
    )


def _eras(line: list[Folder], phrases: Mapping[str, tuple[str, ...]], variables: Mapping[str, Any]) -> tuple[Era, ...]:
    """The rules of all days; what stays the same from one era to the next is the same object."""
    known = {id_ for folder in line for id_ in folder.rules}
    made: dict[tuple[Entry, ...], Rule | None] = {}
    conditions: dict[str, Expression] = {}
    eras = []
    for begins in changes(line):
        rules = []
        for entries in holding(line, begins).values():
            if entries not in made:
                fields = {k: v for entry in entries for k, v in entry.fields.items()}
                made[entries] = _rule(fields, phrases, variables, conditions)
                _check_references(made[entries], fields, known)
            rules.append(made[entries])
        eras.append(Era(begins, tuple(rule for rule in rules if rule is not None and rule.enabled)))
    return tuple(eras)


def _lexicon(rules: Sequence[Rule], phrases: Mapping[str, tuple[str, ...]], variables: Mapping[str, Any]) -> Lexicon:
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
    entry: Mapping[str, tuple[Any, Origin]],
    phrases: Mapping[str, tuple[str, ...]],
    variables: Mapping[str, Any],
    conditions: dict[str, Expression],
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
            **file.model_dump(exclude={"violated", "applies", "examples", "multipliers", "excludes", *DATES}),
            "violated": interned(violated, conditions),
            "applies": interned(applies, conditions) if applies else None,
            "examples": examples,
            "multipliers": tuple(file.multipliers),
            "excludes": tuple(file.excludes),
            "origin": f"{source.path}:{source.line(at)}",
        }
    )


def _check_references(rule: Rule | None, entry: Mapping[str, tuple[Any, Origin]], known: set[str]) -> None:
    for other in rule.excludes if rule is not None and rule.enabled else ():
        if other not in known:
            source, at = entry["excludes"][1]
            source.complain(at, f"excludes {other!r}, which is no rule")
