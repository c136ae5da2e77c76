"""The command index: transcripts that older versions stored become searchable."""

import typer

from qa.cli.options import Db, settings_with

BATCH = 500


def register(app: typer.Typer) -> None:
    """Adds the command to the application."""
    app.command(epilog="Example: qa index --db sqlite:///qa.db")(index)


def index(db: Db = None) -> int:
    """Make what was said searchable in transcripts that an older version stored; new ones always are."""
    from qa.store.engine import open_store, store_errors, writing
    from qa.store.spoken import index_missing

    settings = settings_with(db=db)
    done, after = 0, ""
    with store_errors(settings.db):
        store = open_store(settings.db)
        while True:
            with writing(store) as session:
                keys = index_missing(session=session, most=BATCH, after=after)
            done += len(keys)
            if len(keys) < BATCH:
                break
            after = keys[-1]
    print(f"{done} transcripts indexed")
    return 0
