"""The corpora are as large and as clean as the measurements that rest on them claim."""

import json
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
RULES_WITH_NEAR_MISSES = 18


def rows(name: str) -> list[dict[str, Any]]:
    with (HERE / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("name", "least", "fields"),
    [
        ("rudeness", 70, {"text", "role"}),
        ("refusal", 70, {"text", "role"}),
        ("blame", 70, {"text", "role"}),
        ("fresh", 100, {"rule", "text", "role"}),
        ("blind", 100, {"rule", "text", "role"}),
        ("later", 100, {"rule", "text", "role"}),
        ("polite", 650, {"text", "role"}),
        ("ordinary", 2000, {"text", "role", "domain"}),
        ("near_misses", 200, {"rule", "role", "text", "kind"}),
    ],
)
def test_size_fields_and_uniqueness(name: str, least: int, fields: set[str]) -> None:
    found = rows(name)
    keys = [(row.get("rule"), row["role"], row["text"]) for row in found]
    assert len(found) >= least
    assert len(set(keys)) == len(keys)
    for row in found:
        assert fields <= set(row) <= fields | {"before"}
        assert row["role"] in ("agent", "customer")
        assert row["text"] == row["text"].strip() != ""


def test_corpora_do_not_share_sentences() -> None:
    names = ("rudeness", "refusal", "blame", "fresh", "blind", "later", "polite")
    sentences = [row["text"] for name in names for row in rows(name)]
    assert len(set(sentences)) == len(sentences)


def test_free_wording_is_all_said_by_agents() -> None:
    for name in ("rudeness", "refusal", "blame", "fresh", "blind", "later", "polite"):
        assert {row["role"] for row in rows(name)} == {"agent"}


def test_ordinary_has_both_sides_in_every_domain() -> None:
    sides = {(row["domain"], row["role"]) for row in rows("ordinary")}
    domains = {domain for domain, _ in sides}
    assert len(domains) >= 9
    assert sides == {(domain, role) for domain in domains for role in ("agent", "customer")}


def test_near_misses_cover_the_table() -> None:
    found = rows("near_misses")
    assert len({row["rule"] for row in found}) == RULES_WITH_NEAR_MISSES
    assert {row["kind"] for row in found} == {"customer", "quote", "order", "half", "homophone", "sense", "right"}
