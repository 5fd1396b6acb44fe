"""The order in which people read the rules of a ruleset; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, text


def reading_order(document: Mapping[str, Any]) -> list[str]:
    """Name the rules as they are read: those of ``order`` first, then by priority and name."""
    rules, order = document.get("rules"), document.get("order")
    if not isinstance(rules, Mapping):
        return []
    listed = [name for name in order if isinstance(name, str)] if isinstance(order, list) else []
    named = [name for name in dict.fromkeys(listed) if name in rules]
    return named + _by_priority({name: rule for name, rule in rules.items() if name not in set(named)})


def with_order(document: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give a ruleset whose rules are read in an order, and which says so only where it must."""
    if reading_order(document) == list(names):
        return dict(document)
    bare = {key: value for key, value in document.items() if key != "order"}
    return bare if reading_order(bare) == list(names) else {**bare, "order": list(names)}


def order_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong with ``order``: it names rules that are there, each once."""
    order, rules = document.get("order", []), document.get("rules")
    if not isinstance(order, list):
        return [_problem("/order", "wrong-type", "应为规则编码的列表", "a list of names of rules is wanted")]
    found = []
    for number, name in enumerate(order):
        place = join("order", number)
        if not isinstance(name, str) or (isinstance(rules, Mapping) and name not in rules):
            zh, en = f"没有规则“{str(name)[:80]}”", f"there is no rule {str(name)[:80]!r}"
            found.append(_problem(place, "unknown-rule", zh, en))
        elif name in order[:number]:
            zh, en = f"规则“{name[:80]}”列了两次", f"the rule {name[:80]!r} is listed twice"
            found.append(_problem(place, "rule-listed-twice", zh, en))
    return found


def _problem(pointer: str, code: str, zh: str, en: str) -> Problem:
    remedy = text(
        "order 列出规则编码，每个一次；请改正或删去",
        "order lists names of rules, each once: correct or remove it",
    )
    return Problem(pointer, code, text(zh, en), remedy)


def _by_priority(rules: Mapping[str, Json]) -> list[str]:
    return sorted(rules, key=lambda name: (_priority(rules[name]), name))


def _priority(rule: Any) -> int:
    found = rule.get("pri", 0) if isinstance(rule, Mapping) else 0
    return found if isinstance(found, int) else 0
