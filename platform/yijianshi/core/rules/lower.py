"""A compiled ruleset lowered onto the part of durable_rules that is safe and means what it says.

What the engine sees (its semantics as measured are in docs/rules.md):

* one message for each decision, with generated property names ``v3`` (a value) and ``p3`` (1 when
  the fact is known, else 0), none of them colliding in the engine's 32-bit FNV-1a hash;
* numbers as whole numbers of the smallest unit of their type, dates as day numbers, yes/no as 1
  and 0, text as the hexadecimal of its UTF-8 bytes: no decimals, no escapes, no order of text;
* each rule twice, once for *met* and once for *unmet*, with negation pushed to the leaves, so
  that unknown is neither;
* a case marker as first condition, which spreads the load and which no state fact has;
* slices small enough for the engine's limits, each ended by a rule that always fires.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..definitions.canonical import digest
from ..definitions.types import Json
from .compile import Compiled, Facts
from .types import (
    PLACES,
    And,
    Compare,
    Condition,
    Constant,
    Exists,
    FactRef,
    Member,
    Not,
    Or,
    ParameterRef,
    Truth,
    Value,
)
from .values import scaled

SLICE = 20
"""Rules in one slice: at most so many pairs can match at once (the engine's limit is 64 conditions)."""

MARKER = "c0"
END = "end"

_NEGATED = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}

Expression = dict[str, Any]


@dataclass(frozen=True)
class Lowered:
    """What the engine is given for one compiled ruleset."""

    digest: str
    slices: tuple[dict[str, Json], ...]
    """durable_rules rulesets, each a mapping of rule name to rule."""
    names: tuple[str, ...]
    """The rules of ours, by the number in the engine's rule names (``t3``, ``f3``)."""
    facts: tuple[tuple[str, str], ...]
    """Fact name and type, by the number in the property names."""

    def message(self, facts: Facts) -> dict[str, int | str]:
        """Encode the facts of one case as the engine's message."""
        message: dict[str, int | str] = {MARKER: 1}
        for number, (name, kind) in enumerate(self.facts):
            known = name in facts
            message[f"p{number}"] = int(known)
            if known:
                message[f"v{number}"] = encode(facts[name], kind)
        return message

    def truths(self, fired: set[str]) -> dict[str, Truth]:
        """Read the rules that fired; raises ValueError when one is said to be met and unmet."""
        result: dict[str, Truth] = {}
        for number, name in enumerate(self.names):
            met, unmet = f"t{number}" in fired, f"f{number}" in fired
            if met and unmet:
                raise ValueError(f"the engine says both of rule {name!r}")
            result[name] = "met" if met else "unmet" if unmet else "unknown"
        return result


def encode(value: Value, kind: str) -> int | str:
    """Encode a value of a fact type; order and equality stay as they are."""
    if kind == "boolean":
        return int(bool(value))
    if kind == "date":
        return date.fromisoformat(str(value)).toordinal()
    if kind in PLACES and not isinstance(value, str):
        return scaled(value, PLACES[kind])
    # a leading letter: an empty text is not an empty string to the engine
    return "x" + str(value).encode("utf-8", "surrogatepass").hex()


def lower(compiled: Compiled) -> Lowered:
    """Lower a compiled ruleset; its digest names exactly what the engine is given."""
    ruleset = compiled.ruleset
    facts = tuple((name, str(fact.type)) for name, fact in ruleset.facts.items())
    numbers = {name: number for number, (name, _) in enumerate(facts)}
    check_collisions([MARKER, *(f"{letter}{n}" for n in range(len(facts)) for letter in "pv")])
    writer = _Writer(numbers, dict(facts), compiled.parameters)
    slices: list[dict[str, Json]] = []
    for start in range(0, max(1, len(ruleset.rules)), SLICE):
        rules: dict[str, Json] = {}
        for number, rule in list(enumerate(ruleset.rules))[start : start + SLICE]:
            rules |= writer.pair(number, rule.condition)
        rules[END] = {"pri": 60000, "all": [{"m": {"$eq": {MARKER: 1}}}], "run": END}
        slices.append(rules)
    names = tuple(rule.name for rule in ruleset.rules)
    return Lowered(digest({"slices": slices, "facts": facts}), tuple(slices), names, facts)


class _Writer:
    """Writes conditions as the engine's expressions, on the two rails of met and unmet."""

    def __init__(
        self, numbers: Mapping[str, int], kinds: Mapping[str, str], parameters: Mapping[str, Value | None]
    ) -> None:
        self._numbers = numbers
        self._kinds = kinds
        self._parameters = parameters

    def pair(self, number: int, condition: Condition) -> dict[str, Json]:
        """Write the two engine rules of one rule; a rail that can never be true is left out."""
        rules: dict[str, Json] = {}
        for letter, wanted in (("t", True), ("f", False)):
            expression = self._rail(condition, wanted)
            if expression is not None:
                name = f"{letter}{number}"
                rules[name] = {"all": [{"m": _and([{"$eq": {MARKER: 1}}, expression])}], "run": name}
        return rules

    def _rail(self, node: Condition, wanted: bool) -> Expression | None:
        """Write "this is met" (or unmet); None when that can never be."""
        if isinstance(node, Not):
            return self._rail(node.part, not wanted)
        if isinstance(node, And | Or):
            parts = [self._rail(part, wanted) for part in node.parts]
            possible = [part for part in parts if part is not None]
            if isinstance(node, And) == wanted:
                return _and(possible) if len(possible) == len(parts) else None
            return _or(possible) if possible else None
        number = self._numbers[node.fact]
        if isinstance(node, Exists):
            return {"$eq": {f"p{number}": int(wanted)}}
        known: Expression = {"$eq": {f"p{number}": 1}}
        if isinstance(node, Member):
            codes = [encode(value, self._kinds[node.fact]) for value in node.values]
            each = [{"$eq" if wanted else "$neq": {f"v{number}": code}} for code in codes]
            return _and([known, _or(each) if wanted else _and(each)])
        return self._comparison(node, wanted, number, known)

    def _comparison(self, node: Compare, wanted: bool, number: int, known: Expression) -> Expression | None:
        operation = node.op if wanted else _NEGATED[node.op]
        kind = self._kinds[node.fact]
        operand = node.operand
        if isinstance(operand, FactRef):
            other = self._numbers[operand.name]
            both: list[Expression] = [known, {"$eq": {f"p{other}": 1}}]
            return _and([*both, {operation: {f"v{number}": {"$m": f"v{other}"}}}])
        value = operand.value if isinstance(operand, Constant) else self._parameters[_name(operand)]
        if value is None:
            return None
        return _and([known, {operation: {f"v{number}": encode(value, kind)}}])


def _name(operand: ParameterRef) -> str:
    return operand.name


def _and(parts: list[Expression]) -> Expression:
    flat = [inner for part in parts for inner in (part["$and"] if list(part) == ["$and"] else [part])]
    return flat[0] if len(flat) == 1 else {"$and": flat}


def _or(parts: list[Expression]) -> Expression:
    flat = [inner for part in parts for inner in (part["$or"] if list(part) == ["$or"] else [part])]
    return flat[0] if len(flat) == 1 else {"$or": flat}


def fnv1a(name: str) -> int:
    """Hash a name as the engine does (32-bit FNV-1a)."""
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def check_collisions(names: list[str]) -> None:
    """Raise ValueError when two names are one to the engine."""
    seen: dict[int, str] = {}
    for name in [*names, "id", "sid", "$s"]:
        other = seen.setdefault(fnv1a(name), name)
        if other != name:
            raise ValueError(f"the engine takes {name!r} for {other!r}")
