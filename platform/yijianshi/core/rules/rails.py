"""Rules written as the engine of record's expressions, on the two rails of met and unmet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.canonical import digest
from ..definitions.types import Json
from .arithmetic import fraction
from .encoding import encode
from .naming import MARKER, Names, check_names
from .staging import Asserted, Node, OneOf, Part, Picked, Step, plan
from .types import (
    PLACES,
    And,
    Calculation,
    Compare,
    Condition,
    Constant,
    Exists,
    FactRef,
    Match,
    Member,
    Not,
    Or,
    Ruleset,
    Value,
)

SLICE = 20
"""Rules in one slice: at most so many pairs can match at once (the engine's limit is 64 conditions)."""

PROPERTIES = 200
"""Properties of one message at most, well below the engine's 252."""

END = "end"
"""The rule that always fires, last."""

_NEGATED = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}

Expression = dict[str, Any]


@dataclass(frozen=True)
class Program:
    """What the engine hosts; the digest names exactly that.

    In each of the steps: ``slices`` (durable_rules rulesets), ``reads`` (the properties each slice is told,
    or None when a message holds them all), ``rows`` (the group whose rows they decide,
    by number, or None), ``parts`` (the numbers of what is told on), ``every`` (which of ``x3`` are of every row) and ``asserts``. In a ``whole``
    program every fact is known, and what does not fire is unmet.
    """

    digest: str
    steps: tuple[dict[str, Json], ...]
    whole: bool


def program(ruleset: Ruleset, names: Names, parameters: Mapping[str, Value | None], whole: bool) -> Program:
    """Write what the engine hosts for a ruleset; ``whole`` when every fact will be known."""
    rails = _Rails(names, parameters, whole)
    planned = plan(ruleset)
    parts = sum(prefix == "x" for step in planned for prefix, *_ in step.rules)
    check_names(len(ruleset.scope), len(names.pairs), len(names.matches), -(-parts // 100) * 100)
    told = len(names.values) * (1 if whole else 2) + len(names.groups) + len(names.pairs)
    wide = told + len(names.matches) + parts + 1 > PROPERTIES
    steps = tuple(_step(step, rails, names, ruleset, wide) for step in planned)
    return Program(digest({"steps": steps, "whole": whole}), steps, whole)


def _step(step: Step, rails: _Rails, names: Names, ruleset: Ruleset, wide: bool) -> dict[str, Json]:
    slices: list[dict[str, Json]] = [{}]
    reads: list[set[str]] = [set()]
    inside = 0
    for prefix, number, node in step.rules:
        made = rails.pair(prefix, str(number), node)
        read = set(_properties(list(made.values()))) if wide else set()
        if inside == SLICE or len(reads[-1] | read) >= PROPERTIES:
            slices.append({})
            reads.append(set())
            inside = 0
        slices[-1] |= made
        reads[-1] |= read
        inside += 1
    for each in slices:
        each[END] = {"pri": 60000, "all": [{"m": {"$eq": {MARKER: 1}}}], "run": END}
    return {
        "slices": slices,
        "reads": [sorted({MARKER, *read}) for read in reads] if wide else None,
        "rows": None if step.group is None else names.groups[step.group],
        "parts": [str(number) for prefix, number, _ in step.rules if prefix == "x"],
        "every": sorted(step.every),
        "asserts": [_asserts(each, names, ruleset) for each in step.asserts],
    }


def _properties(written: Any) -> Iterator[str]:
    """Yield the generated names in expressions: what stands under an operator and is none itself."""
    if isinstance(written, list):
        for each in written:
            yield from _properties(each)
    elif isinstance(written, dict):
        for key, value in written.items():
            if isinstance(value, dict | list):
                yield from _properties(value)
            elif key not in ("run", "pri"):
                yield key


def _asserts(each: Asserted, names: Names, ruleset: Ruleset) -> dict[str, Json]:
    number, kind = names.values[each.fact]
    otherwise = ruleset.facts[each.fact].otherwise
    return {
        "fact": number,
        "rules": [[rule, encode(value, kind)] for rule, value in each.rules],
        "otherwise": None if otherwise is None else encode(otherwise, kind),
    }


class _Rails:
    """Writes conditions on the two rails of met and unmet."""

    def __init__(self, names: Names, parameters: Mapping[str, Value | None], whole: bool) -> None:
        self._names = names
        self._parameters = parameters
        self._whole = whole

    def pair(self, prefix: str, number: str, condition: Node) -> dict[str, Json]:
        """Write the engine rules of one rule; a rail that can never be true is left out."""
        rules: dict[str, Json] = {}
        for letter, wanted in (("t", True),) if self._whole else (("t", True), ("f", False)):
            expression = self._rail(condition, wanted)
            if expression is not None:
                name = f"{prefix}{letter}{number}"
                rules[name] = {"all": [{"m": _and([{"$eq": {MARKER: 1}}, expression])}], "run": name}
        return rules

    def _rail(self, node: Node, wanted: bool) -> Expression | None:
        """Write "this is met" (or unmet); None when that can never be."""
        if isinstance(node, Part):
            return {"$eq": {f"x{node.number}": int(wanted)}}
        if isinstance(node, Picked):
            return self._picked(node, wanted)
        if isinstance(node, OneOf):
            each = [{"$eq": {f"x{part.number}": int(wanted)}} for part in node.parts]
            # one part at most is decided; where all are, the others are unmet
            return _and(each) if self._whole and not wanted else _or(each)
        if isinstance(node, Not):
            return self._rail(node.part, not wanted)
        if isinstance(node, And | Or):
            parts = [self._rail(part, wanted) for part in node.parts]
            possible = [part for part in parts if part is not None]
            if isinstance(node, And) == wanted:
                return _and(possible) if len(possible) == len(parts) else None
            return _or(possible) if possible else None
        return self._leaf(node, wanted)

    def _leaf(self, node: Condition, wanted: bool) -> Expression | None:
        if isinstance(node, Match):
            return {"$eq": {f"q{self._names.matches[node.fact, node.pattern]}": int(wanted)}}
        assert isinstance(node, Exists | Member | Compare)  # noqa: S101 - the others have been taken apart
        if isinstance(node, Exists):
            if self._whole:
                return {"$eq": {MARKER: 1}} if wanted else None
            return {"$eq": {f"p{self._number(node.fact)}": int(wanted)}}
        number, kind = self._names.values[node.fact]
        known: list[Expression] = [] if self._whole else [{"$eq": {f"p{number}": 1}}]
        if isinstance(node, Member):
            codes = [encode(value, kind) for value in node.values]
            each = [{"$eq" if wanted else "$neq": {f"v{number}": code}} for code in codes]
            return _and([*known, _or(each) if wanted else _and(each)])
        operation = node.op if wanted else _NEGATED[node.op]
        operand = node.operand
        if isinstance(operand, FactRef | Calculation):
            difference = f"d{self._names.pairs[node.fact, operand]}"
            # absent when unknown, and what is absent is less, more and unequal to nothing
            return {operation: {difference: 0}}
        value = operand.value if isinstance(operand, Constant) else self._parameters[operand.name]
        if value is None:
            return None
        return _and([*known, *self._against(number, kind, operation, value)])

    def _against(self, number: int, kind: str, operation: str, value: Value) -> list[Expression]:
        """Hold a known fact against a value; a number that its type cannot hold lies between two that it can."""
        if kind in PLACES and isinstance(value, float):
            top, bottom = fraction(value, "decimal")
            unit = 10 ** PLACES[kind]
            low, rest = divmod(top * unit, bottom)
            if rest:
                return _between(f"v{number}", operation, low)
        return [{operation: {f"v{number}": encode(value, kind)}}]

    def _number(self, name: str) -> int:
        return self._names.groups[name] if name in self._names.groups else self._names.values[name][0]

    def _picked(self, node: Picked, wanted: bool) -> Expression | None:
        """Write a fact held against one that rules assert: which value it has, and the comparison with that."""
        asserted, kind = self._names.values[node.asserted]
        number, other = self._names.values[node.fact]
        operation = node.op if wanted else _NEGATED[node.op]
        each = [
            _and(
                [
                    {"$eq": {f"v{asserted}": encode(value, kind)}},
                    *self._against(number, other, operation, value),
                ]
            )
            for value in node.values
        ]
        known = [] if self._whole else [{"$eq": {f"p{asserted}": 1}}, {"$eq": {f"p{number}": 1}}]
        return _and([*known, _or(each)])


def _between(name: str, operation: str, low: int) -> list[Expression]:
    """Compare with a value strictly between two whole units, ``low`` and the next."""
    if operation in ("$lt", "$lte"):
        return [{"$lte": {name: low}}]
    if operation in ("$gt", "$gte"):
        return [{"$gt": {name: low}}]
    # never equal, always unequal; a value is never less than the least
    return [{"$lt" if operation == "$eq" else "$gte": {name: -(2**62)}}]


def _and(parts: list[Expression]) -> Expression:
    flat = [inner for part in parts for inner in (part["$and"] if list(part) == ["$and"] else [part])]
    return flat[0] if len(flat) == 1 else {"$and": flat}


def _or(parts: list[Expression]) -> Expression:
    flat = [inner for part in parts for inner in (part["$or"] if list(part) == ["$or"] else [part])]
    return flat[0] if len(flat) == 1 else {"$or": flat}
