"""What test cases should reach: each rule met and unmet, each limit exactly and just beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..definitions.types import Text, text
from .arithmetic import Fraction, constant, fraction
from .compile import Compiled
from .types import (
    NUMERIC,
    PLACES,
    And,
    Compare,
    Condition,
    Constant,
    Not,
    Operand,
    Or,
    ParameterRef,
)

SIDES = {
    "=": ("恰为界限", "exactly at its limit"),
    "<": ("略低于界限", "just below its limit"),
    ">": ("略高于界限", "just above its limit"),
}

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """One thing to be reached, in words: a rule met or unmet, or a fact from ``low`` to ``high``.

    ``names`` are the places it stands for: one limit is often held against in several rules.
    ``low`` and ``high`` are whole numbers of the fact's smallest unit.
    """

    names: tuple[str, ...]
    said: Text
    rule: str = ""
    met: bool = False
    fact: str = ""
    low: int = 0
    high: int = 0

    @property
    def key(self) -> Key:
        """Name the aim within its ruleset."""
        if self.rule:
            return self.rule, "met" if self.met else "unmet"
        return self.fact, str(self.low), str(self.high)


def aims_of(compiled: Compiled) -> list[Aim]:
    """Give what cases of a ruleset should reach, each thing once."""
    found: dict[Key, Aim] = {}
    for aim in (*_rows(compiled), *_limits(compiled)):
        known = found.get(aim.key)
        found[aim.key] = aim if known is None else replace(known, names=(*known.names, *aim.names))
    return list(found.values())


def reached(compiled: Compiled, facts: Mapping[str, Any], aims: Iterable[Aim]) -> set[Key]:
    """Give the keys of the aims that a case with these facts reaches."""
    decided = compiled.decide(facts)
    truths = dict(zip((rule.name for rule in compiled.ruleset.rules), decided, strict=True))
    values = {**facts, **compiled.asserted(decided)}
    return {aim.key for aim in aims if _reaches(compiled, truths, values, aim)}


def _reaches(
    compiled: Compiled, truths: Mapping[str, bool | None], values: Mapping[str, Any], aim: Aim
) -> bool:
    if aim.rule:
        return truths[aim.rule] is aim.met
    value = values.get(aim.fact)
    return (
        value is not None and aim.low <= fraction(value, compiled.ruleset.scope[aim.fact].type)[0] <= aim.high
    )


def _rows(compiled: Compiled) -> Iterator[Aim]:
    for rule in compiled.ruleset.rules:
        title = rule.called
        for met, zh, en in ((True, "成立", "met"), (False, "不成立", "not met")):
            said = text(f"“{title['zh']}”{zh}", f"{title['en']}: {en}")
            yield Aim((f"{rule.name}: {'met' if met else 'unmet'}",), said, rule=rule.name, met=met)


def _limits(compiled: Compiled) -> Iterator[Aim]:
    for rule in compiled.ruleset.rules:
        for leaf in _comparisons(rule.condition):
            fact = compiled.ruleset.scope[leaf.fact]
            if (fact.type not in PLACES and fact.type != "date") or fact.parameter:
                continue
            limit = _limit(compiled, leaf.operand)
            if limit is None:
                continue
            top, bottom = limit
            unit = 10 ** PLACES.get(fact.type, 0)
            whole, rest = divmod(top * unit, bottom)
            step = unit if fact.type in NUMERIC and whole % unit == 0 else 1
            sides = [("=", whole, whole)] if not rest else []
            sides += [("<", whole - step, whole - 1), (">", whole + 1, whole + step)]
            title, own = fact.title or text(leaf.fact, leaf.fact), rule.called
            for sign, low, high in sides:
                zh, en = SIDES[sign]
                said = text(f"“{own['zh']}”的{title['zh']}{zh}", f"{own['en']}: {title['en']} {en}")
                yield Aim((f"{leaf.pointer}: {sign}",), said, fact=leaf.fact, low=low, high=high)


def _limit(compiled: Compiled, operand: Operand) -> Fraction | None:
    """Give a constant or parameter of a comparison as a fraction; None for anything else."""
    if isinstance(operand, Constant):
        return constant(operand.value)
    if isinstance(operand, ParameterRef):
        value = compiled.parameters[operand.name]
        return None if value is None else constant(value)
    return None


def _comparisons(node: Condition) -> Iterator[Compare]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _comparisons(part)
    elif isinstance(node, Not):
        yield from _comparisons(node.part)
    elif isinstance(node, Compare) and "[]" not in node.fact:
        yield node
