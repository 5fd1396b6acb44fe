"""What test cases should reach: each rule met and unmet, each limit exactly and just beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import z3

from ....core.definitions.types import Text, text
from ....core.rules.types import NUMERIC, PLACES, And, Compare, Condition, Not, Or
from .model import Formula, Model

SIDES = {
    "=": ("恰为界限", "exactly at its limit"),
    "<": ("略低于界限", "just below its limit"),
    ">": ("略高于界限", "just above its limit"),
}


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to be reached: a formula, and what it is in words.

    ``names`` are the places it stands for: one limit is often held against in several rules.
    """

    names: tuple[str, ...]
    formula: Formula
    said: Text


def goals_of(model: Model) -> list[Goal]:
    """Give what cases of a ruleset should reach, each thing once."""
    found: dict[tuple[str, ...], Goal] = {}
    for key, goal in (*_rows(model), *_limits(model)):
        known = found.get(key)
        found[key] = goal if known is None else replace(known, names=(*known.names, *goal.names))
    return list(found.values())


def _rows(model: Model) -> Iterator[tuple[tuple[str, ...], Goal]]:
    for rule, (met, unmet) in zip(model.ruleset.rules, model.rules, strict=True):
        for truth, formula, zh, en in (("met", met, "成立", "met"), ("unmet", unmet, "不成立", "not met")):
            title = rule.title or text(rule.name, rule.name)
            said = text(f"“{title['zh']}”{zh}", f"{title['en']}: {en}")
            yield (rule.name, truth), Goal((f"{rule.name}: {truth}",), formula, said)


def _limits(model: Model) -> Iterator[tuple[tuple[str, ...], Goal]]:
    for rule in model.ruleset.rules:
        for leaf in _comparisons(rule.condition):
            fact = model.ruleset.scope[leaf.fact]
            if fact.type not in PLACES and fact.type != "date":
                continue
            limit = model.limit(leaf.operand)
            if limit is None:
                continue
            top, bottom = limit
            unit = 10 ** PLACES.get(fact.type, 0)
            whole, rest = divmod(top * unit, bottom)
            step = unit if fact.type in NUMERIC and whole % unit == 0 else 1
            sides = [("=", whole, whole)] if not rest else []
            sides += [("<", whole - step, whole - 1), (">", whole + 1, whole + step)]
            value, title = model.value(leaf.fact), fact.title or text(leaf.fact, leaf.fact)
            for sign, low, high in sides:
                zh, en = SIDES[sign]
                own = rule.title or text(rule.name, rule.name)
                said = text(f"“{own['zh']}”的{title['zh']}{zh}", f"{own['en']}: {title['en']} {en}")
                formula = z3.And(value >= low, value <= high)
                yield (leaf.fact, str(low), str(high)), Goal((f"{leaf.pointer}: {sign}",), formula, said)


def _comparisons(node: Condition) -> Iterator[Compare]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _comparisons(part)
    elif isinstance(node, Not):
        yield from _comparisons(node.part)
    elif isinstance(node, Compare) and "[]" not in node.fact:
        yield node
