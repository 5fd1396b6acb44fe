"""The kinds of definitions in words, and how a definition is named that has no title to be called by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .types import Text, text

KIND_NAMES: Final[Mapping[str, Text]] = {
    "element": text("数据元", "element"),
    "material": text("材料", "material"),
    "matter": text("事项", "matter"),
    "bundle": text("一件事", "bundle"),
    "ruleset": text("规则集", "ruleset"),
}


def kind_name(kind: str) -> Text:
    """Give what a kind is called; what is no kind is a definition."""
    return KIND_NAMES.get(kind, text("定义", "definition"))


def by_code(kind: str, code: str) -> Text:
    """Name a definition by its kind and code: “the matter with the code …”, without its article."""
    name = kind_name(kind)
    return text(f"编码为“{code}”的{name['zh']}", f"{name['en']} with the code “{code}”")
