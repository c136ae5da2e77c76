"""Tariffs in the store, by the hash of the rules that calls name."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from qa.rules.model import RuleSet
from qa.rules.tariff import Tariff, read_tariff, tariff_json, tariff_of
from qa.store.tables import TariffRecord

# What a hash stands for never changes, whatever database it was read from.
_KNOWN: dict[str, Tariff] = {}
_MOST = 64


def keep_tariffs(*, session: Session, rulesets: Sequence[RuleSet]) -> None:
    """Stores what these rule sets and their versions charge: calls scored by them are settled by it for ever.

    The whole sets are kept as the newest, also where they are in use again after others.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for ruleset in (*(alone for given in rulesets for alone in given.alone), *rulesets):
        values = {
            "ruleset_sha256": ruleset.sha256,
            "ruleset": ruleset.name,
            "content": tariff_json(tariff_of(ruleset)),
            "kept_at": datetime.now(UTC),
        }
        # Two runs may begin with the same new rules at the same moment.
        kept = insert(TariffRecord).values(values)
        session.execute(
            kept.on_conflict_do_update(index_elements=["ruleset_sha256"], set_={"kept_at": values["kept_at"]})
        )


def load_tariff(*, session: Session, ruleset_sha256: str | None) -> Tariff | None:
    """The tariff by which a call was scored; None for one scored before tariffs were kept."""
    if ruleset_sha256 is None:
        return None
    if ruleset_sha256 not in _KNOWN:
        row = session.get(TariffRecord, ruleset_sha256)
        if row is None:
            return None
        if len(_KNOWN) >= _MOST:
            _KNOWN.clear()
        _KNOWN[ruleset_sha256] = read_tariff(row.content)
    return _KNOWN[ruleset_sha256]
