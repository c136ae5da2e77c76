"""`learned.yaml` in a rules folder: what review has taught, laid over the rule files without changing them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml
from pydantic import Field

from qa.files import atomic
from qa.rules.model import Rule, RuleSet
from qa.rules.schema import Strict

NAME = "learned.yaml"
HEAD = """\
# 由 qa learn 写入:复核结果教给规则的内容,覆盖规则文件中的同名设置。
# held:扣分被推翻过多的规则,判定一律转人工复核,直到质检主管用 qa learn --release 规则 决定恢复。
# released:主管恢复的规则,此日之前的复核不再作为暂停依据。 sure:按复核结果重新拟合的扣分阈值。
"""


class Held(Strict):
    """Since when a rule only asks, and the figures that led to it."""

    since: date
    confirmed: int = Field(ge=0)
    overturned: int = Field(ge=0)


class Learned(Strict):
    """`sure` gives thresholds by rule (raw probabilities, as in rule files)."""

    held: dict[str, Held] = Field(default_factory=dict)
    released: dict[str, date] = Field(default_factory=dict)
    sure: dict[str, float] = Field(default_factory=dict)


def lay_over(ruleset: RuleSet, learned: Learned) -> RuleSet:
    """The rule set with what was learned; its hash already covers the file."""

    def taught(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(
            replace(
                rule,
                review_only=rule.review_only or rule.id in learned.held,
                sure=learned.sure.get(rule.id, rule.sure),
            )
            for rule in rules
        )

    eras = tuple(replace(era, rules=taught(era.rules)) for era in ruleset.eras)
    return replace(ruleset, rules=taught(ruleset.rules), eras=eras)


def save_learned(rules_dir: Path, learned: Learned) -> Path:
    """Writes the file, whole or not at all; returns its path."""
    path = rules_dir / NAME
    text = yaml.safe_dump(learned.model_dump(mode="json"), allow_unicode=True, sort_keys=True)
    with atomic(path) as draft:
        draft.write_text(HEAD + text, encoding="utf-8")
    return path
