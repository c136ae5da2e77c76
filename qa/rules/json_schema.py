"""The JSON Schema of rule files, for editors: completion, descriptions and a red line while one types.

Built from the models that check the files. What a schema cannot tell (patterns, references, examples that are
lacking) remains for `qa rules check`.
"""

import inspect
from typing import Any

from pydantic import BaseModel

from qa.checks.params import Wanted
from qa.checks.registry import OPERATORS, Operator
from qa.rules.glossary import meaning
from qa.rules.schema import RuleFile

Schema = dict[str, Any]
CONDITION: Schema = {"$ref": "#/$defs/condition"}
FIELDS = {
    "id": "规则编号：小写字母、数字、连字符；与上级规则集同名即改写那条规则",
    "name": "规则名称，显示给坐席和质检员",
    "clause": "出处：文件与条款",
    "points": "每次扣几分",
    "violated": "什么情况算违规",
    "applies": "什么情况下才检查；不写即每通都检查",
    "reason": "扣分理由，显示给坐席",
    "right_wording": "正确的说法；可用 {company}、{job_number}",
    "house": "条款没有写明分值，分值由中心自定",
    "per": "call：每通只扣一次；occurrence：每次都扣",
    "cap": "每通最多扣几分（须与 per: occurrence 同用）",
    "fatal": "一票否决：违规即 0 分",
    "review_only": "只转人工复核，从不扣分",
    "enabled": "false 即停用",
    "multipliers": "遇到这些情形时分值乘以 scheme.yaml 里的倍数",
    "excludes": "本规则违规或待复核时，这些规则不再判",
    "inapplicable": "不适用时的说明",
    "sure": "概率不低于此才算违规；不写即按 scheme.yaml",
    "doubt": "概率低于此视为没有问题；不写即按 scheme.yaml",
    "valid_from": "从哪天起有效（含当天，按通话当天算）；不写即一直有效",
    "valid_until": "到哪天为止有效（含当天）；换新写法时，旧的写 valid_until，新的同编号写 valid_from",
    "examples": "例子：至少一个 violated、一个 passed；写了 applies 的还要一个 not_applicable",
}

PHRASES = "说法：名称 → 各种说法。[甲|乙] 二选一，(甲) 可有可无，… 夹几个字，句首 = 必须是这几个字"


def rule_file_schema() -> Schema:
    """The schema of one rule file (`rules:` and `phrases:`), as plain values."""
    rule, shared = _model(RuleFile)
    properties = rule["properties"]
    for name, text in FIELDS.items():
        properties[name] = {**properties[name], "description": text}
    for name in ("applies", "violated"):
        properties[name] = {**CONDITION, "description": FIELDS[name]}
    # A rule that overrides one of the set it extends gives only what changes.
    rule["required"] = ["id"]
    rule["description"] = "一条规则"
    operators = {name: _operator(name, operator, shared) for name, operator in OPERATORS.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "callqa rule file",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}, "description": "规则"},
            "phrases": {
                "type": "object",
                "description": PHRASES,
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
        "$defs": {"rule": rule, "condition": _condition(operators), **shared},
    }


def _condition(operators: Schema) -> Schema:
    several: Schema = {"type": "array", "items": CONDITION, "minItems": 1}
    return {
        "type": "object",
        "description": "一个条件，只写一项",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            "all": {**several, "description": meaning("all")},
            "any": {**several, "description": meaning("any")},
            "none": {**several, "description": meaning("none")},
            "not": {**CONDITION, "description": meaning("not")},
            **operators,
        },
    }


def _operator(name: str, operator: Operator, shared: Schema) -> Schema:
    model, own = _model(operator.params)
    shared.update(own)
    if issubclass(operator.params, Wanted):
        # One text stands for a list of one.
        phrases = model["properties"]["phrases"]
        model["properties"]["phrases"] = {"anyOf": [{"type": "string"}, phrases]}
    told = inspect.getdoc(operator.run) or ""
    detail = inspect.getdoc(operator.params) or ""
    model["description"] = "\n\n".join(part for part in (meaning(name), told, detail) if part)
    if not model.get("required"):
        model["type"] = ["object", "null"]
    return model


def _model(model: type[BaseModel]) -> tuple[Schema, Schema]:
    """A model's schema without titles, and those that it refers to."""
    schema: Schema = _untitled(model.model_json_schema())
    return schema, schema.pop("$defs", {})


def _untitled(value: Any) -> Any:
    """Without the titles that pydantic derives from the names of fields; editors would show them twice."""
    if isinstance(value, dict):
        return {k: _untitled(v) for k, v in value.items() if not (k == "title" and isinstance(v, str))}
    return [_untitled(item) for item in value] if isinstance(value, list) else value
