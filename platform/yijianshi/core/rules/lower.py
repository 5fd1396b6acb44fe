"""A compiled ruleset lowered onto the part of durable_rules that is safe and means what it says.

What the engine sees (its semantics as measured are in docs/rules.md):

* one message for each decision, with generated property names ``v3`` (a value) and ``p3`` (1 when
  the fact is known, else 0), none of them colliding in the engine's 32-bit FNV-1a hash;
* numbers as whole numbers of the smallest unit of their type, dates as day numbers, yes/no as 1
  and 0, text as the hexadecimal of its UTF-8 bytes: no decimals, no escapes, no order of text;
* each rule twice, once for *met* and once for *unmet*, with negation pushed to the leaves, so
  that unknown is neither;
* a case marker as first condition, which spreads the load and which no state fact has;
* two facts compared with one another as the sign of their difference (``d3``: -1, 0 or 1), because
  references between properties make the engine join and its joins have limits and surprises;
* a condition too long for one engine rule (its limit is 32 terms) taken apart: its parts are decided
  in an earlier stage, as rules of their own, and stand in the next stage's message as ``x3``;
* slices small enough for the engine's limits, each ended by a rule that always fires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..definitions.canonical import digest
from ..definitions.types import Json
from .compile import Compiled, Facts
from .parse import MAX_CONDITIONS
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

LONGEST = 20
"""Terms in one engine rule, well below the engine's 32."""

MARKER = "c0"
END = "end"

_NEGATED = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}

Expression = dict[str, Any]


@dataclass(frozen=True)
class Lowered:
    """What the engine is given for one compiled ruleset."""

    digest: str
    stages: tuple[tuple[dict[str, Json], ...], ...]
    """Stages of durable_rules rulesets; what fires in one (``xt3``, ``xf3``) is told to the next (``x3``)."""
    names: tuple[str, ...]
    """The rules of ours, by the number in the engine's rule names (``t3``, ``f3``)."""
    facts: tuple[tuple[str, str], ...]
    """Fact name and type, by the number in the property names."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Facts that rules compare with one another, by the number in ``d3``."""

    def message(self, facts: Facts) -> dict[str, int | str]:
        """Encode the facts of one case as the engine's message."""
        message: dict[str, int | str] = {MARKER: 1}
        for number, (name, kind) in enumerate(self.facts):
            known = name in facts
            message[f"p{number}"] = int(known)
            if known:
                message[f"v{number}"] = encode(facts[name], kind)
        kinds = dict(self.facts)
        for number, (left, right) in enumerate(self.pairs):
            if left in facts and right in facts:
                one, other = encode(facts[left], kinds[left]), encode(facts[right], kinds[right])
                message[f"d{number}"] = 0 if one == other else -1 if _less(one, other) else 1
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


def _less(one: int | str, other: int | str) -> bool:
    """Order two encoded values of one type; of texts only sameness counts."""
    return one < other  # type: ignore[operator]


def lower(compiled: Compiled) -> Lowered:
    """Lower a compiled ruleset; its digest names exactly what the engine is given."""
    ruleset = compiled.ruleset
    facts = tuple((name, str(fact.type)) for name, fact in ruleset.facts.items())
    numbers = {name: number for number, (name, _) in enumerate(facts)}
    pairs = tuple(sorted({pair for rule in ruleset.rules for pair in _pairs(rule.condition)}))
    check_collisions(
        [
            MARKER,
            *(f"{letter}{n}" for n in range(len(facts)) for letter in "pv"),
            *(f"d{n}" for n in range(len(pairs))),
            *(f"x{n}" for n in range(2 * MAX_CONDITIONS)),
        ]
    )
    writer = _Writer(
        numbers, dict(facts), compiled.parameters, {pair: number for number, pair in enumerate(pairs)}
    )
    splitter = _Splitter()
    whole = [(f"{number}", splitter.reduce(rule.condition)) for number, rule in enumerate(ruleset.rules)]
    stages = [
        _slices([("x", f"{number}", node) for number, node in part], writer) for part in splitter.stages
    ]
    stages.append(_slices([("", number, node) for number, node in whole], writer))
    names = tuple(rule.name for rule in ruleset.rules)
    return Lowered(
        digest({"stages": stages, "facts": facts, "pairs": pairs}), tuple(stages), names, facts, pairs
    )


def _slices(rules: list[tuple[str, str, _Node]], writer: _Writer) -> tuple[dict[str, Json], ...]:
    slices: list[dict[str, Json]] = []
    for start in range(0, max(1, len(rules)), SLICE):
        made: dict[str, Json] = {}
        for prefix, number, node in rules[start : start + SLICE]:
            made |= writer.pair(prefix, number, node)
        made[END] = {"pri": 60000, "all": [{"m": {"$eq": {MARKER: 1}}}], "run": END}
        slices.append(made)
    return tuple(slices)


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition decided in an earlier stage, by its number."""

    number: int


_Node = Condition | _Part


class _Splitter:
    """Takes conditions apart until each is short enough for one engine rule."""

    def __init__(self) -> None:
        self.stages: list[list[tuple[int, _Node]]] = []
        self._count = 0

    def reduce(self, node: _Node) -> _Node:
        """Give an equal condition of at most LONGEST terms, its long parts put into earlier stages."""
        if isinstance(node, Not):
            return Not(self.reduce(node.part))  # type: ignore[arg-type]
        if isinstance(node, Member) and len(node.values) >= LONGEST - 1:
            chunks = [node.values[i : i + LONGEST - 4] for i in range(0, len(node.values), LONGEST - 4)]
            return self.reduce(Or(tuple(Member(node.fact, chunk) for chunk in chunks)))
        if not isinstance(node, And | Or):
            return node
        kind = type(node)
        parts = [self.reduce(part) for part in node.parts]
        while sum(map(_terms, parts)) > LONGEST:
            heaviest = max(range(len(parts)), key=lambda index: _terms(parts[index]))
            if isinstance(parts[heaviest], And | Or | Not):
                parts[heaviest] = self._earlier(parts[heaviest])
                continue
            group: list[_Node] = []
            while parts and sum(map(_terms, group)) + _terms(parts[0]) <= LONGEST:
                group.append(parts.pop(0))
            parts.append(self._earlier(kind(tuple(group))))  # type: ignore[arg-type]
        return kind(tuple(parts))  # type: ignore[arg-type]

    def _earlier(self, node: _Node) -> _Part:
        stage = max((self._stage_of(n) + 1 for n in _parts_in(node)), default=0)
        while len(self.stages) <= stage:
            self.stages.append([])
        number = self._count
        self._count += 1
        self.stages[stage].append((number, node))
        return _Part(number)

    def _stage_of(self, number: int) -> int:
        return next(i for i, stage in enumerate(self.stages) if any(n == number for n, _ in stage))


def _terms(node: _Node) -> int:
    """Count the engine's terms of a condition, on the longer of its two rails."""
    if isinstance(node, And | Or):
        return sum(_terms(part) for part in node.parts)
    if isinstance(node, Not):
        return _terms(node.part)
    if isinstance(node, Member):
        return 1 + len(node.values)
    if isinstance(node, Compare):
        return 3 if isinstance(node.operand, FactRef) else 2
    return 1


def _parts_in(node: _Node) -> Iterator[int]:
    if isinstance(node, _Part):
        yield node.number
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from _parts_in(part)
    elif isinstance(node, Not):
        yield from _parts_in(node.part)


class _Writer:
    """Writes conditions as the engine's expressions, on the two rails of met and unmet."""

    def __init__(
        self,
        numbers: Mapping[str, int],
        kinds: Mapping[str, str],
        parameters: Mapping[str, Value | None],
        pairs: Mapping[tuple[str, str], int],
    ) -> None:
        self._numbers = numbers
        self._kinds = kinds
        self._parameters = parameters
        self._pairs = pairs

    def pair(self, prefix: str, number: str, condition: _Node) -> dict[str, Json]:
        """Write the two engine rules of one rule; a rail that can never be true is left out."""
        rules: dict[str, Json] = {}
        for letter, wanted in (("t", True), ("f", False)):
            expression = self._rail(condition, wanted)
            if expression is not None:
                name = f"{prefix}{letter}{number}"
                rules[name] = {"all": [{"m": _and([{"$eq": {MARKER: 1}}, expression])}], "run": name}
        return rules

    def _rail(self, node: _Node, wanted: bool) -> Expression | None:
        """Write "this is met" (or unmet); None when that can never be."""
        if isinstance(node, _Part):
            return {"$eq": {f"x{node.number}": int(wanted)}}
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
            return _and([*both, {operation: {f"d{self._pairs[node.fact, operand.name]}": 0}}])
        value = operand.value if isinstance(operand, Constant) else self._parameters[_name(operand)]
        if value is None:
            return None
        return _and([known, {operation: {f"v{number}": encode(value, kind)}}])


def _pairs(node: Condition) -> Iterator[tuple[str, str]]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _pairs(part)
    elif isinstance(node, Not):
        yield from _pairs(node.part)
    elif isinstance(node, Compare) and isinstance(node.operand, FactRef):
        yield node.fact, node.operand.name


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
