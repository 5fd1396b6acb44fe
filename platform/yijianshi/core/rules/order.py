"""The order in which people read the rules of a ruleset; it decides nothing.

``order`` names every rule once. A ruleset without it is read by priority, then by name: the keys of
an object have no order of their own once a document is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, Text, text

NAMED = 5
"""Rules named of those that an order leaves out."""


def reading_order(document: Mapping[str, Any]) -> list[str]:
    """Name the rules as they are read; those that the order of an unfinished draft leaves out come last."""
    rules, order = document.get("rules"), document.get("order")
    if not isinstance(rules, Mapping):
        return []
    listed = [name for name in order if isinstance(name, str)] if isinstance(order, list) else []
    named = dict.fromkeys(name for name in listed if name in rules)
    return [*named, *_by_priority({name: rule for name, rule in rules.items() if name not in named})]


def with_order(document: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Give a ruleset whose rules are read in an order, and which says so only where it must."""
    bare = {key: value for key, value in document.items() if key != "order"}
    return bare if reading_order(bare) == list(names) else {**bare, "order": list(names)}


def whole_order(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a ruleset whose order, where it has one, names every rule once; those it left out come last."""
    order, names = document.get("order"), reading_order(document)
    return dict(document) if not isinstance(order, list) or order == names else {**document, "order": names}


def order_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong with ``order``: it names every rule that is there, and each once."""
    if "order" not in document:
        return []
    order, given = document["order"], document.get("rules")
    rules: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    if not isinstance(order, list):
        return [_problem("/order", "wrong-type", "应为规则编码的列表", "a list of names of rules is wanted")]
    found = []
    for number, name in enumerate(order):
        place = join("order", number)
        if not isinstance(name, str) or name not in rules:
            zh, en = f"没有规则“{str(name)[:80]}”", f"there is no rule {str(name)[:80]!r}"
            found.append(_problem(place, "unknown-rule", zh, en))
        elif name in order[:number]:
            it = called(rules[name], name)
            zh, en = f"规则{it['zh']}列了两次", f"the rule {it['en']} is listed twice"
            found.append(_problem(place, "rule-listed-twice", zh, en))
    missing = [name for name in reading_order({"rules": rules}) if name not in order]
    if missing:
        named = [called(rules[name], name) for name in missing[:NAMED]]
        more = ("等", ", …") if len(missing) > NAMED else ("", "")
        zh = f"没有列出规则{'、'.join(each['zh'] for each in named)}{more[0]}"
        en = f"not listed: {', '.join(each['en'] for each in named)}{more[1]}"
        found.append(_problem("/order", "rule-not-listed", zh, en))
    return found


def _problem(pointer: str, code: str, zh: str, en: str) -> Problem:
    remedy = text(
        "阅读顺序（order）须列出每条规则的编码，各一次；请改正，或在决策表中移动任一行，或删去 order",
        "order names every rule, each once: correct it, move any row of the decision table, or remove it",
    )
    return Problem(pointer, code, text(zh, en), remedy)


def called(rule: Any, name: str) -> Text:
    """Call a rule by its title and its name, by its name alone where it has no title."""
    given = rule.get("title") if isinstance(rule, Mapping) else None
    title, short = given if isinstance(given, Mapping) else {}, name[:80]
    zh, en = str(title.get("zh") or name)[:80], str(title.get("en") or name)[:80]
    return text(
        f"“{short}”" if zh == name else f"“{zh}”（{short}）",
        f"“{short}”" if en == name else f"“{en}” ({short})",
    )


def _by_priority(rules: Mapping[str, Json]) -> list[str]:
    return sorted(rules, key=lambda name: (_priority(rules[name]), name))


def _priority(rule: Any) -> int:
    found = rule.get("pri", 0) if isinstance(rule, Mapping) else 0
    return found if isinstance(found, int) else 0
