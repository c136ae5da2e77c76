"""Commands for those who write rules: diff, explain, new, schema."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.options import Db, JsonLog, Rules, make_reporter, settings_with


def register(app: typer.Typer) -> None:
    """Adds the commands to `qa rules`."""
    app.command(epilog="Example: qa rules diff rules-old rules --db sqlite:///qa.db")(diff)
    app.command(epilog="Example: qa rules explain closing 20260311-0915-867")(explain)
    app.command(epilog="Example: qa rules new no-slang --dir rules/heating")(new)
    app.command(epilog="Example: qa rules schema --out rules/schema.json")(schema)


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD_DIR", envvar="QA_OLD_RULES", help="Rules as they were.")],
    new: Annotated[Path, typer.Argument(metavar="NEW_DIR", envvar="QA_NEW_RULES", help="Rules as they shall be.")],
    db: Db = None,
    limit: Annotated[
        int, typer.Option("--limit", envvar="QA_LIMIT", min=1, max=100_000, help="Changed calls to list, at most.")
    ] = 20,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", envvar="QA_WORKERS", min=0, max=256, help="Worker processes.", show_default="one a core"
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", envvar="QA_SINCE", metavar="YYYY-MM-DD", help="Only calls from this day on."),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", envvar="QA_SAMPLE", min=1, help="Draw this many calls.", show_default="all"),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", envvar="QA_SEED", help="The same seed draws the same calls.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", envvar="QA_JSON", help="Print one JSON object.")] = False,
    json_log: JsonLog = False,
) -> int:
    """Score stored calls by two versions of the rules and tell what differs; nothing is stored."""
    from qa.backtest import Sample, Versions, backtest
    from qa.cli.reports import day

    settings = settings_with(db=db, workers=workers)
    versions, drawn = Versions(old, new, settings.db), Sample(day("--since", since), sample, seed)
    with make_reporter(json_log) as reporter:
        found = backtest(versions, workers=settings.workers, limit=limit, reporter=reporter, sample=drawn)
    if as_json:
        import json

        print(json.dumps(found.json(), ensure_ascii=False))
    else:
        from qa.cli.changes import show

        show(found)
    return 0


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", envvar="QA_RULE", help="Id of the rule.")],
    call_id: Annotated[str, typer.Argument(metavar="CALL_ID", envvar="QA_CALL_ID", help="Id of a stored call.")],
    rules: Rules = None,
    db: Db = None,
) -> int:
    """Tell why a rule judges a stored call as it does: conditions, probabilities, the words compared."""
    from qa.explain import explain_stored, lines

    settings = settings_with(rules=rules, db=db)
    for line in lines(explain_stored(rule, call_id, rules=settings.rules, db=settings.db)):
        print(line)
    return 0


def new(
    rule: Annotated[str, typer.Argument(metavar="ID", envvar="QA_RULE", help="Id: small letters, digits, hyphens.")],
    folder: Annotated[
        Path, typer.Option("--dir", envvar="QA_RULE_DIR", metavar="DIR", help="Folder of the rule set it belongs to.")
    ] = Path("rules/common"),
) -> int:
    """Write a commented rule file to fill in; it passes check and test as it is."""
    from qa.rules.template import write_template

    print(write_template(rule, folder))
    return 0


def schema(
    out: Annotated[
        Path | None,
        typer.Option("--out", envvar="QA_OUT", metavar="FILE", help="File to write.", show_default="standard output"),
    ] = None,
) -> int:
    """Write the JSON Schema of rule files, by which editors complete and check them."""
    import json

    from qa.errors import ConfigError
    from qa.rules.json_schema import rule_file_schema

    text = json.dumps(rule_file_schema(), ensure_ascii=False, indent=2) + "\n"
    if out is None:
        print(text, end="")
        return 0
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written ({error.strerror}); name another file with --out") from None
    return 0
