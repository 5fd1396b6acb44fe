"""A decision explained: every part of every rule with its truth, what was found and what it was held against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape
from typing import Any

from ...forms.facts import options, titles
from ...forms.html import tag
from ...rules import Ruleset
from ...rules.sentences import say_condition
from ...rules.types import nodes
from ..desk import Desk
from ..ruleset_edits import title_of
from ..ruleset_trying import elements_of

TRUTHS: Mapping[str, tuple[str, str, str]] = {
    "met": ("✓", "符合", "met"),
    "unmet": ("✗", "不符合", "not met"),
    "unknown": ("?", "待补充", "unknown"),
}


def trace(desk: Desk, ruleset: Ruleset, told: Mapping[str, Any], only: Collection[str] | None = None) -> str:
    """Write the trace of a decision as a tree; of all rules, or ``only`` of some."""
    elements = elements_of(desk.ground.library, desk.document)
    words, items = (titles(elements), options(elements)), ""
    for rule in ruleset.read:
        if only is not None and rule.name not in only:
            continue
        places = {node.pointer: node for node in nodes(rule.condition)}
        said = {place: say_condition(ruleset, node, desk.lang, *words) for place, node in places.items()}
        title = desk.say(title_of(desk.document["rules"].get(rule.name), rule.name))
        inner = _node(desk, told[rule.name], said)
        items += tag("li", {}, tag("strong", {}, escape(title)) + tag("ul", {"class": "dz-trace"}, inner))
    return tag("ul", {"class": "dz-trace"}, items)


def _node(desk: Desk, node: Mapping[str, Any], said: Mapping[str, str]) -> str:
    sign, zh, en = TRUTHS[str(node["truth"])]
    mark = tag(
        "span",
        {"class": f"dz-truth dz-truth-{node['truth']}"},
        tag("span", {"aria-hidden": "true"}, sign)
        + tag("span", {"class": "visually-hidden"}, escape(desk.word(zh, en))),
    )
    parts = node.get("parts")
    if isinstance(parts, list):
        words = {
            "and": desk.word("全部满足", "all of these"),
            "or": desk.word("满足任一", "any of these"),
            "not": desk.word("不满足", "not"),
        }
        inner = "".join(_node(desk, part, said) for part in parts)
        word = escape(words.get(str(node["node"]), ""))
        return tag("li", {}, f"{mark} {word}" + tag("ul", {"class": "dz-trace"}, inner))
    found = node.get("value")
    shown = desk.word("未填写", "not given") if found is None and "rows" not in node else ""
    if isinstance(found, bool):
        shown = desk.word("是", "yes") if found else desk.word("否", "no")
    elif found is not None:
        shown = str(found)
    elif "rows" in node:
        shown = desk.word(f"{node['rows']} 行", f"{node['rows']} rows")
    told = escape(said.get(str(node["pointer"]), ""))
    value = tag("span", {"class": "dz-is"}, escape(desk.word(f"填写：{shown}", f"given: {shown}")))
    return tag("li", {}, f"{mark} {told} {value}")
