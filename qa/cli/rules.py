"""Commands on rule files: check, test, and those of `authoring`."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli import authoring
from qa.cli.options import settings_with

app = typer.Typer(
    help="Write, check and try rule files.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Dir = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", envvar="QA_RULES", help="Folder of rule sets.", show_default="rules"),
]


@app.command(epilog="Example: qa rules check rules")
def check(rules: Dir = None) -> int:
    """Validate rule files; every error at once, each as file:line: message."""
    from qa.rules.loader import load_rulebook

    settings = settings_with(rules=rules)
    book = load_rulebook(settings.rules)
    for name, ruleset in book.rulesets.items():
        print(f"{settings.rules / name}: {len(ruleset.rules)} rules, no errors")
    return 0


@app.command("test", epilog="Example: qa rules test rules")
def run_tests(rules: Dir = None) -> int:
    """Run the examples that the rules carry; each must give the verdict it is written for."""
    from qa.rules.examples import run_examples
    from qa.rules.loader import load_rulebook

    settings = settings_with(rules=rules)
    outcomes = run_examples(load_rulebook(settings.rules, with_learned=False))
    wrong = [outcome for outcome in outcomes if not outcome.ok]
    for outcome in wrong:
        place = f"{outcome.ruleset}/{outcome.rule}: {outcome.example}"
        print(f"{place}: expected {outcome.expected}, got {outcome.got}")
    print(f"{len(outcomes)} examples: {len(outcomes) - len(wrong)} as expected, {len(wrong)} not")
    return 1 if wrong else 0


authoring.register(app)
