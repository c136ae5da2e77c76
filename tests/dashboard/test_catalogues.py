"""The pages' words: every text is in both languages, used, compiled, and none is in the code."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.i18n import DOMAIN, LANGUAGES, LOCALES, catalogue

DASHBOARD = Path(__file__).parents[2] / "dashboard"
SOURCES = sorted(DASHBOARD.rglob("*.py"))
SCRIPTS = [p for p in DASHBOARD.rglob("*") if p.suffix in (".js", ".html", ".css") and "vendor" not in p.parts]


def written(code: str) -> dict[str, str]:
    """The messages of a .po file."""
    with (LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def keys_asked() -> Iterator[str]:
    """A pattern for each key that the code asks for: what is filled in at run time may be anything."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w-]+" for p in node.values]
                yield "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "texts":
                yield re.escape(ast.literal_eval(node.args[0])) + r"\.\w+"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_is_translated_and_compiled(code: str) -> None:
    texts = written(code)
    assert set(texts) == set(written("zh_CN"))
    assert [key for key, text in texts.items() if not text.strip()] == []
    assert {key: catalogue(code).gettext(key) for key in texts} == texts, "run `make catalogues`"


def test_both_languages_have_the_same_placeholders() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    english = written("en")
    assert [k for k, text in written("zh_CN").items() if fields(text) != fields(english[k])] == []


def test_every_text_is_used() -> None:
    asked = re.compile("|".join(sorted({p for p in keys_asked() if re.search(r"\w\\?\.[\w\[]", p)})))
    assert [key for key in written("en") if not asked.fullmatch(key)] == []


def test_every_key_in_the_code_has_a_text() -> None:
    english = written("en")
    missing = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "t" and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant) and key.value not in english:
                    missing.append(f"{path.name}: {key.value}")
    assert missing == []


@pytest.mark.parametrize("path", [*SOURCES, *SCRIPTS], ids=lambda p: str(p.relative_to(DASHBOARD)))
def test_no_sentence_is_in_the_code(path: Path) -> None:
    own_names = set(LANGUAGES.values())
    assert set(re.findall("[\u4e00-\u9fff]+", path.read_text(encoding="utf-8"))) <= own_names


def test_chinese_texts_use_chinese_punctuation() -> None:
    assert [key for key, text in written("zh_CN").items() if re.search("[\u4e00-\u9fff][,;:?!(]", text)] == []
