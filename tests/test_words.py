"""Every text of the platform is there in both languages, each in its own punctuation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
PYTHON = sorted(
    [
        *(ROOT / "platform").rglob("*.py"),
        *(ROOT / "plugins").rglob("*.py"),
        *(ROOT / "ui/pyscript").rglob("*.py"),
    ]
)
TEMPLATES = sorted((ROOT / "ui/templates").rglob("*.html"))

CJK_PUNCTUATION = re.compile("[\u3001-\u3013\u3016-\u303f\uff01-\uff0a\uff0c-\uff65]")
"""Without 〔〕, which the numbers of official documents have in any language, and the ＋ of buttons."""

IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
SAYING = ("text", "word", "_")
"""What is called with a Chinese and an English text: ``text``, ``desk.word``, ``_`` of the templates."""

Pair = tuple[int, list[str], list[str]]


def said_in(node: ast.expr) -> list[str]:
    """Give the texts written in an expression, without those of calls that speak both languages themselves."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.FormattedValue):
        return ["{}"]
    if isinstance(node, ast.Subscript | ast.Compare) or (
        isinstance(node, ast.Call) and called(node) in SAYING
    ):
        return []
    if isinstance(node, ast.IfExp):
        return [*said_in(node.body), *said_in(node.orelse)]
    return [
        each for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for each in said_in(child)
    ]


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def pairs_of(path: Path) -> Iterator[Pair]:
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and called(node) in SAYING
            and len(node.args) == 2
            and not node.keywords
        ):
            yield node.lineno, said_in(node.args[0]), said_in(node.args[1])


def pairs_in(path: Path) -> Iterator[Pair]:
    tree = Environment(autoescape=True).parse(path.read_text())
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and len(call.args) == 2:
            zh, en = ([each.value for each in _constants(arg)] for arg in call.args)
            yield call.lineno, zh, en


def _constants(arg: nodes.Expr) -> Iterator[nodes.Const]:
    if isinstance(arg, nodes.Const):
        yield arg
    elif isinstance(arg, nodes.Filter) and arg.name == "format" and isinstance(arg.node, nodes.Const):
        yield arg.node


def wrong(zh: list[str], en: list[str]) -> str | None:
    """Tell what is wrong with a text of two languages."""
    chinese, english = "".join(zh), "".join(en)
    if CJK_PUNCTUATION.search(english):
        return "the English has Chinese punctuation"
    if IDEOGRAPH.search(chinese) and en and not english.strip():
        return "the English is missing"
    # what nobody has written yet is the same in both, and is told to be missing
    if (
        chinese != english
        and IDEOGRAPH.search(chinese)
        and IDEOGRAPH.search(english)
        and not re.search("[A-Za-z]", english)
    ):
        return "the English is Chinese"
    return None


@pytest.mark.parametrize("path", PYTHON, ids=[str(each.relative_to(ROOT)) for each in PYTHON])
def test_english_texts_are_there_and_have_no_chinese_punctuation(path: Path) -> None:
    found = [(line, en, said) for line, zh, en in pairs_of(path) if (said := wrong(zh, en))]
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=[str(each.relative_to(ROOT)) for each in TEMPLATES])
def test_templates_write_nothing_in_one_language_only(path: Path) -> None:
    assert not [(line, en, said) for line, zh, en in pairs_in(path) if (said := wrong(zh, en))]
    # outside of what is said in both languages there is no Chinese, not even its punctuation
    tree = Environment(autoescape=True).parse(path.read_text())
    bare = [(each.lineno, each.data) for each in tree.find_all(nodes.TemplateData)]
    assert not [
        (line, data.strip()) for line, data in bare if CJK_PUNCTUATION.search(data) or IDEOGRAPH.search(data)
    ]
