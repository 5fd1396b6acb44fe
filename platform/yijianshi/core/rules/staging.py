"""A ruleset put into the steps in which an engine with small rules can decide it.

Each step is a number of rules decided at once. A rule stands in a later step than what it reads:
the rules that assert its facts, the conditions on rows, and the parts of a condition that is too
long for one engine rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .types import (
    MIRRORED,
    And,
    Compare,
    Condition,
    FactRef,
    Member,
    Not,
    Operator,
    Or,
    Quantified,
    Ruleset,
    Value,
    facts_in,
)

LONGEST = 20
"""Terms in one engine rule, well below the engine's 32."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition decided in an earlier step, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Picked:
    """A fact held against one that rules assert, whose values are few: ``fact op asserted``."""

    fact: str
    op: Operator
    asserted: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Parts of which one at most is decided; that one's truth is the truth."""

    parts: tuple[Part, ...]


Node = Condition | Part | Picked | OneOf


@dataclass(frozen=True, slots=True)
class Asserted:
    """A fact whose rules have all been decided: (rule, value), the first met one stands."""

    fact: str
    rules: tuple[tuple[int, Value], ...]


@dataclass
class Step:
    """Rules decided at once: ``("x", number, condition)`` for parts, ``("", number, condition)`` for rules."""

    group: str | None = None
    """The group whose rows are decided one by one; its parts are of every row or of some."""
    rules: list[tuple[str, int, Node]] = field(default_factory=list)
    every: set[int] = field(default_factory=set)
    asserts: list[Asserted] = field(default_factory=list)


def plan(ruleset: Ruleset) -> list[Step]:
    """Put a ruleset into steps, the fewest that the order of its rules allows."""
    return _Planner(ruleset).steps()


class _Planner:
    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        self._parts: list[tuple[int, str | None, bool, Node]] = []
        """By number: level, group, every, condition."""
        self._known: dict[str, int] = {}
        """Facts that rules assert, and the level at whose end they are known."""

    def steps(self) -> list[Step]:
        levels: list[tuple[int, int, Node]] = []
        at: dict[int, int] = {}
        for number in self._ruleset.order:
            node = self._reduce(self._ruleset.rules[number].condition)
            at[number] = self._level(node)
            levels.append((at[number], number, node))
            self._assert(number, at)
        last = max([level for level, *_ in levels] + [level for level, *_ in self._parts], default=0)
        return [step for level in range(last + 1) for step in self._at(level, levels)]

    def _assert(self, number: int, at: dict[int, int]) -> None:
        for name, asserters in self._ruleset.asserters.items():
            rules = [rule for rule, _ in asserters]
            if number in rules and all(rule in at for rule in rules):
                self._known[name] = max(at[rule] for rule in rules)

    def _at(self, level: int, levels: list[tuple[int, int, Node]]) -> Iterator[Step]:
        """Give the steps of one level: the rows of each group, then the whole case."""
        groups: dict[str, Step] = {}
        whole = Step()
        for number, (its_level, group, every, node) in enumerate(self._parts):
            if its_level == level:
                step = whole if group is None else groups.setdefault(group, Step(group))
                step.rules.append(("x", number, node))
                if every:
                    step.every.add(number)
        whole.rules += [("", number, node) for its_level, number, node in levels if its_level == level]
        for name, known in self._known.items():
            if known == level:
                whole.asserts.append(Asserted(name, self._ruleset.asserters[name]))
        yield from groups.values()
        if whole.rules:
            yield whole

    def _level(self, node: Node) -> int:
        """Give the first level at which everything a condition reads is known."""
        levels = [0]
        for part in _leaves(node):
            if isinstance(part, Part):
                levels.append(self._parts[part.number][0] + 1)
            elif isinstance(part, Picked):
                levels += [self._known.get(part.asserted, -1) + 1, self._known.get(part.fact, -1) + 1]
            else:
                levels += [self._known[name] + 1 for name in facts_in(part) if name in self._known]  # type: ignore[arg-type]
        return max(levels)

    def _reduce(self, node: Node) -> Node:
        """Give an equal condition of at most LONGEST terms, its long parts put into earlier steps."""
        if isinstance(node, Not):
            return Not(self._reduce(node.part))  # type: ignore[arg-type]
        if isinstance(node, Quantified):
            return self._earlier(node.part, node.group, node.every)
        if isinstance(node, Member) and len(node.values) >= LONGEST - 1:
            chunks = [node.values[i : i + LONGEST - 4] for i in range(0, len(node.values), LONGEST - 4)]
            return self._reduce(Or(tuple(Member(node.fact, chunk) for chunk in chunks)))
        if isinstance(node, Compare):
            return self._picked(node)
        return self._short(node) if isinstance(node, And | Or) else node

    def _short(self, node: And | Or) -> Node:
        kind = type(node)
        parts = [self._reduce(part) for part in node.parts]
        while sum(map(_terms, parts)) > LONGEST:
            heaviest = max(range(len(parts)), key=lambda index: _terms(parts[index]))
            if isinstance(parts[heaviest], And | Or | Not | Picked):
                parts[heaviest] = self._earlier(parts[heaviest])
                continue
            group: list[Node] = []
            while parts and sum(map(_terms, group)) + _terms(parts[0]) <= LONGEST:
                group.append(parts.pop(0))
            parts.append(self._earlier(kind(tuple(group))))  # type: ignore[arg-type]
        return kind(tuple(parts))  # type: ignore[arg-type]

    def _picked(self, node: Compare) -> Node:
        operand = node.operand
        if not isinstance(operand, FactRef):
            return node
        facts = self._ruleset.scope
        if facts[operand.name].asserted:
            return self._few(
                Picked(node.fact, node.op, operand.name, self._ruleset.assert_values(operand.name))
            )
        if facts[node.fact].asserted:
            values = self._ruleset.assert_values(node.fact)
            return self._few(Picked(operand.name, MIRRORED[node.op], node.fact, values))
        return node

    def _few(self, node: Picked) -> Node:
        """Put a choice among many values into earlier steps; of them one alone is decided."""
        chunk = (LONGEST - 2) // 2
        if len(node.values) <= chunk:
            return node
        parts = [
            self._earlier(Picked(node.fact, node.op, node.asserted, node.values[i : i + chunk]))
            for i in range(0, len(node.values), chunk)
        ]
        return OneOf(tuple(parts)) if len(parts) <= LONGEST else self._many(parts)

    def _many(self, parts: list[Part]) -> Node:
        chunks = [parts[i : i + LONGEST] for i in range(0, len(parts), LONGEST)]
        return OneOf(tuple(self._earlier(OneOf(tuple(chunk))) for chunk in chunks))

    def _earlier(self, node: Node, group: str | None = None, every: bool = False) -> Part:
        self._parts.append((self._level(node), group, every, node))
        return Part(len(self._parts) - 1)


def _terms(node: Node) -> int:
    """Count the engine's terms of a condition, on the longer of its two rails."""
    if isinstance(node, And | Or | OneOf):
        return sum(_terms(part) for part in node.parts)
    if isinstance(node, Not):
        return _terms(node.part)
    if isinstance(node, Member):
        return 1 + len(node.values)
    if isinstance(node, Picked):
        return 2 + 2 * len(node.values)
    return 2 if isinstance(node, Compare) else 1


def _leaves(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or | OneOf):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Not):
        yield from _leaves(node.part)
    else:
        yield node
