"""Values worth trying: for each fact the limits its rules hold it against, and just beside them.

From these come the cases on which the engines must agree before a ruleset is published, and the
made-up cases of ``yijianshi whatif --generated``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .arithmetic import calculate
from .compile import Compiled
from .patterns import Pattern
from .types import NUMERIC, PLACES, Compare, Fact, FactValue, Match, Member, nodes
from .values import fact_value

OTHER = "其他"
"""A text that no rule is likely to name."""

MOST = 40
"""Values at most for one fact; of more, the first."""

ROWS = 3

Facts = dict[str, FactValue]


def values_of(compiled: Compiled) -> dict[str, list[Any]]:
    """Give for each fact of the scope that is answered (rows' included) values of its type worth trying."""
    ruleset = compiled.ruleset
    found: dict[str, dict[Any, None]] = {name: dict.fromkeys(_plain(f)) for name, f in ruleset.scope.items()}
    for node in (node for rule in ruleset.rules for node in nodes(rule.condition)):
        if isinstance(node, Compare):
            limit = _limit(compiled, node)
            found[node.fact] |= dict.fromkeys(_around(ruleset.scope[node.fact], limit))
        elif isinstance(node, Member):
            found[node.fact] |= dict.fromkeys(node.values)
        elif isinstance(node, Match):
            example = shortest(node.pattern)
            if example is not None:
                found[node.fact] |= dict.fromkeys([example, example + "x"])
    return {
        name: [value for value in values if fact_value(ruleset.scope[name], value) == value][:MOST]
        for name, values in found.items()
        if ruleset.scope[name].type not in ("list", "group") and not ruleset.scope[name].asserted
    }


def one_by_one(compiled: Compiled, seed: int = 0) -> Iterator[Facts]:
    """Yield cases that take each value of each fact once, and each fact missing once, the rest at random."""
    values = values_of(compiled)
    made = random.Random(seed)
    for name, fact in compiled.ruleset.facts.items():
        if fact.asserted:
            continue
        whole = _case(compiled, values, made, missing=0.0)
        yield {other: value for other, value in whole.items() if other != name}
        for value in values.get(name, ()):
            yield {**_case(compiled, values, made, missing=0.0), name: value}
        for item in fact.items.values():
            for value in values[item.name]:
                yield {
                    **_case(compiled, values, made, missing=0.0),
                    name: _with_value(fact, item, value, values, made),
                }


def at_random(compiled: Compiled, count: int, seed: int = 1, missing: float = 0.1) -> Iterator[Facts]:
    """Yield so many cases of these values; each fact is missing with the probability given."""
    values = values_of(compiled)
    made = random.Random(seed)
    for _ in range(count):
        yield _case(compiled, values, made, missing)


def shortest(pattern: Pattern) -> str | None:
    """Give a shortest text of a pattern; None when no ordinary character leads there."""
    paths = {0: ""}
    waiting = [0]
    for state in waiting:
        if state in pattern.final:
            return paths[state]
        for bound, following in zip(pattern.bounds, pattern.table[state], strict=True):
            if following >= 0 and following not in paths and not 0xD800 <= bound <= 0xDFFF:
                paths[following] = paths[state] + chr(bound)
                waiting.append(following)
    return None


def _case(compiled: Compiled, values: Mapping[str, list[Any]], made: random.Random, missing: float) -> Facts:
    case: Facts = {}
    for name, fact in compiled.ruleset.facts.items():
        if fact.asserted or made.random() < missing:
            continue
        if fact.type in ("list", "group"):
            case[name] = [_row(fact, values, made, missing) for _ in range(made.randrange(ROWS + 1))]
        elif values[name]:
            case[name] = made.choice(values[name])
    return case


def _row(fact: Fact, values: Mapping[str, list[Any]], made: random.Random, missing: float) -> Any:
    if fact.type == "list":
        return made.choice(values[fact.items[""].name])
    return {
        key: made.choice(values[item.name]) for key, item in fact.items.items() if made.random() >= missing
    }


def _with_value(
    fact: Fact, item: Fact, value: Any, values: Mapping[str, list[Any]], made: random.Random
) -> list[Any]:
    """Make two rows, the first of which has the value."""
    rows = [_row(fact, values, made, 0.0) for _ in range(2)]
    key = next(key for key, each in fact.items.items() if each is item)
    rows[0] = value if fact.type == "list" else {**rows[0], key: value}
    return rows


def _plain(fact: Fact) -> list[Any]:
    """Give values that every fact of a type is worth trying with."""
    if fact.type == "boolean":
        return [True, False]
    if fact.type in ("text", "choice"):
        return [*fact.values, OTHER] if not fact.values else list(fact.values)
    if fact.type == "date":
        return ["2026-01-01", "2024-02-29"]
    return [0, 1] if fact.type in NUMERIC else []


def _limit(compiled: Compiled, node: Compare) -> Any:
    """Give what a comparison's limit is without other facts: None when it needs some."""
    kind, operand = compiled.ruleset.scope[node.fact].type, node.operand
    if kind in PLACES or kind == "date":
        value = calculate(operand, {}, compiled.ruleset.scope, compiled.parameters)
        if value is None:
            return None
        if kind in PLACES:
            return Decimal(value[0]) / value[1]
        return None if value[0] % value[1] else value[0] // value[1]
    return getattr(operand, "value", None) or compiled.parameters.get(getattr(operand, "name", ""))


def _around(fact: Fact, limit: Any) -> Iterator[Any]:
    """Yield a limit and its neighbours: the smallest step of the type, and one whole."""
    if limit is None:
        return
    if fact.type == "date":
        day = date(2000, 1, 1).toordinal() if not 2 <= limit < date.max.toordinal() else limit
        yield from ((date.fromordinal(day) + timedelta(days=step)).isoformat() for step in (-1, 0, 1))
    elif fact.type in PLACES:
        step = Decimal(1).scaleb(-PLACES[fact.type])
        rounded = limit.quantize(step)
        for value in (rounded, rounded - step, rounded + step, rounded - 1, rounded + 1):
            yield int(value) if value == value.to_integral_value() else float(value)
    else:
        yield limit
