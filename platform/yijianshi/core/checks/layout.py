"""The shape of a layout: what the meta-schemas leave open, because JSON Forms has more than one renderer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, text

_EFFECTS = ("SHOW", "HIDE", "ENABLE", "DISABLE")


def layout_problems(node: Json, place: str) -> Iterator[Problem]:
    """Find what no renderer could read: each at its place, whatever else is wrong."""
    if not isinstance(node, Mapping):
        yield _wrong(place, "分项填写的内容", "something with parts of its own")
        return
    if not isinstance(node.get("options", {}), Mapping):
        yield _wrong(place + "/options", "分项填写的内容", "something with parts of its own")
    if "rule" in node:
        yield from _rule_problems(node["rule"], place + "/rule")
    if node.get("type") == "Control" and "scope" not in node:
        yield Problem(
            place,
            "no-scope",
            text("没有写明是哪个字段", "it does not say which field it shows"),
            text("请指明字段，或删去", "name the field, or remove it"),
        )
    elif "scope" in node and not isinstance(node["scope"], str):
        yield _wrong(place + "/scope", "文字", "text")
    elements = node.get("elements", [])
    if not isinstance(elements, list):
        yield _wrong(place + "/elements", "列表", "a list")
        return
    for index, child in enumerate(elements):
        yield from layout_problems(child, place + join("elements", index))


def _rule_problems(rule: Any, place: str) -> Iterator[Problem]:
    if not isinstance(rule, Mapping):
        yield _wrong(place, "分项填写的内容", "something with parts of its own")
        return
    if rule.get("effect") not in _EFFECTS:
        yield Problem(
            place + "/effect",
            "not-allowed",
            text("显示规则没有这种效果", "a rule of showing has no such effect"),
            text("可选：" + "、".join(_EFFECTS), "use one of: " + ", ".join(_EFFECTS)),
        )
    condition = rule.get("condition")
    if not isinstance(condition, Mapping):
        yield _wrong(place + "/condition", "分项填写的内容", "something with parts of its own")
        return
    if not isinstance(condition.get("scope"), str):
        yield _wrong(place + "/condition/scope", "文字", "text")
    if not isinstance(condition.get("schema"), Mapping | bool):
        yield _wrong(place + "/condition/schema", "分项填写的内容", "something with parts of its own")


def _wrong(place: str, zh: str, en: str) -> Problem:
    return Problem(
        place,
        "wrong-type",
        text(f"这里应为{zh}", f"{en} is wanted here"),
        text(f"请改为{zh}", f"write {en}"),
    )
