"""The typed tree of a ruleset: immutable values, made by ``parse`` and read by everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal

from ..definitions.types import Json, Text, text
from .order import reading_order
from .patterns import Pattern

FactType = Literal["boolean", "integer", "decimal", "money", "date", "text", "choice", "list", "group"]
SCALARS: tuple[FactType, ...] = ("boolean", "integer", "decimal", "money", "date", "text", "choice")
FACT_TYPES: tuple[FactType, ...] = (*SCALARS, "list", "group")
NUMERIC = ("integer", "decimal", "money")
ORDERED = (*NUMERIC, "date")

PLACES: dict[str, int] = {"integer": 0, "decimal": 4, "money": 2}
"""How many decimal places a number of each type may have; more is no value of that type."""

LARGEST = 2**53 - 1
LONGEST_TEXT = 10_000
MOST_ROWS = 1_000
"""More rows than this are no value of a list or group."""

Truth = Literal["met", "unmet", "unknown"]
Operator = Literal["$eq", "$neq", "$lt", "$lte", "$gt", "$gte"]
MIRRORED: dict[Operator, Operator] = {
    "$eq": "$eq",
    "$neq": "$neq",
    "$lt": "$gt",
    "$lte": "$gte",
    "$gt": "$lt",
    "$gte": "$lte",
}
"""What a comparison is when its sides change places."""
OPERATORS: tuple[Operator, ...] = ("$eq", "$neq", "$lt", "$lte", "$gt", "$gte")

DECIDES = ("situations", "eligibility", "materials", "limits", "routing")
OUTCOMES = (
    "select_matter",
    "require_material",
    "waive_material",
    "deny",
    "refer",
    "set_limit",
    "route",
    "assert",
)
"""The closed set of outcomes; ``assert`` gives a fact its value, for other rules to read."""

Value = bool | int | float | str
"""A fact's value; dates are ``YYYY-MM-DD``, whose order as text is their order in time."""

FactValue = Value | list[Value] | list[dict[str, Value]]
"""What facts hold: a value, the elements of a list, or the rows of a group."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a fact comes from (a place in the answers, a derivation, rules, or a parameter) and its type.

    ``items`` are the facts of one row: of a group by property name, of a list under ``""``.
    """

    name: str
    type: FactType
    place: str = ""
    derive: Mapping[str, Json] | None = None
    unit: str | None = None
    title: Text | None = None
    items: Mapping[str, Fact] = field(default_factory=dict)
    asserted: bool = False
    """Given by the ruleset itself, by its rules or a parameter, and never answered."""
    otherwise: Value | None = None
    """What holds when no rule says otherwise; compiled, of a parameter its value on the day."""
    parameter: str = ""
    """The parameter whose value it has, where that is its source: no rule asserts it."""
    changeable: bool = True
    """Whether the applicant could make it another (his birth date he cannot)."""
    values: tuple[str, ...] = ()
    """Of a choice: what it is one of, where that is declared."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, date or text the law sets; ``values`` are (from, value) in the order of time."""

    name: str
    type: FactType
    value: Value | None
    values: tuple[tuple[str, Value], ...] = ()
    unit: str | None = None
    title: Text | None = None
    basis: str | None = None
    verified: bool = False

    def on(self, day: date) -> Value | None:
        """Give the value in force on a day; None when there is none yet."""
        current = self.value
        for start, value in self.values:
            if start <= day.isoformat():
                current = value
        return current


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the rule."""

    value: Value


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """A parameter of the ruleset."""

    name: str


@dataclass(frozen=True, slots=True)
class FactRef:
    """Another fact of the same case."""

    name: str


Arithmetic = Literal["$add", "$sub", "$mul", "$div"]


@dataclass(frozen=True, slots=True)
class Calculation:
    """Exact arithmetic on two operands; division by zero is unknown."""

    op: Arithmetic
    left: Operand
    right: Operand


Operand = Constant | ParameterRef | FactRef | Calculation


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact compared with an operand; ``pointer`` is its place in the document."""

    op: Operator
    fact: str
    operand: Operand
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A fact equal to one of several constants."""

    fact: str
    values: tuple[Value, ...]
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Exists:
    """A fact is known; never itself unknown."""

    fact: str
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Match:
    """A whole text is of a pattern (see ``patterns``)."""

    fact: str
    pattern: Pattern
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Quantified:
    """Every row (or some row) of a list or group meets a condition on ``group[]`` and ``group[].x``."""

    every: bool
    group: str
    part: Condition
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All parts."""

    parts: tuple[Condition, ...]
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part."""

    parts: tuple[Condition, ...]
    pointer: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; the opposite of unknown is unknown."""

    part: Condition
    pointer: str = field(default="", compare=False)


Condition = Compare | Member | Exists | Match | Quantified | And | Or | Not


@dataclass(frozen=True, slots=True)
class OutcomeSpec:
    """What follows when a rule is met: its type, target, reason and legal basis."""

    type: str
    target: str | None
    reason: Text | None
    basis: str | None
    value: Json = None
    matter: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule: a condition and its outcomes."""

    name: str
    condition: Condition
    outcomes: tuple[OutcomeSpec, ...]
    title: Text | None = None
    priority: int = 0

    @property
    def called(self) -> Text:
        """Its title, its name where it has none."""
        return self.title or text(self.name, self.name)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The facts its condition reads, each once, in the order written; those of rows as ``group[].x``."""
        return tuple(dict.fromkeys(facts_in(self.condition)))


@dataclass(frozen=True)
class Ruleset:
    """A parsed ruleset; ``document`` is what it was parsed from."""

    code: str
    title: Text
    decides: str
    facts: Mapping[str, Fact]
    parameters: Mapping[str, Parameter]
    rules: tuple[Rule, ...]
    effective_from: str | None
    effective_to: str | None
    document: Mapping[str, Json]
    order: tuple[int, ...] = ()
    """The rules by number, each after those that assert what it reads."""

    def given(self, parameters: Mapping[str, Value | None]) -> Ruleset:
        """Give the ruleset with the facts that are parameters having these values."""
        held = {
            name: replace(fact, otherwise=parameters[fact.parameter])
            for name, fact in self.facts.items()
            if fact.parameter
        }
        return replace(self, facts={**self.facts, **held}) if held else self

    @cached_property
    def scope(self) -> dict[str, Fact]:
        """Give every fact by name, those of rows as ``group[].x`` and ``list[]``."""
        found = dict(self.facts)
        for fact in self.facts.values():
            found |= {item.name: item for item in fact.items.values()}
        return found

    @cached_property
    def read(self) -> tuple[Rule, ...]:
        """Give the rules in the order in which people read them."""
        named = {rule.name: rule for rule in self.rules}
        return tuple(named[name] for name in reading_order(self.document) if name in named)

    @cached_property
    def asserters(self) -> dict[str, tuple[tuple[int, Value], ...]]:
        """Give for each asserted fact the rules (by number) that assert it and the value, first one first.

        Of a fact that is a parameter there are none: what holds otherwise always does.
        """
        found: dict[str, list[tuple[int, int, Value]]] = {
            fact.name: [] for fact in self.facts.values() if fact.asserted
        }
        for number, rule in enumerate(self.rules):
            for outcome in rule.outcomes:
                if outcome.type == "assert" and outcome.target in found:
                    found[outcome.target].append((rule.priority, number, outcome.value))
        return {
            name: tuple((number, value) for _, number, value in sorted(rows, key=lambda row: row[:2]))
            for name, rows in found.items()
        }

    def assert_values(self, name: str) -> tuple[Value, ...]:
        """Give every value an asserted fact can have."""
        values = [value for _, value in self.asserters[name]]
        otherwise = self.facts[name].otherwise
        return tuple(dict.fromkeys(values if otherwise is None else [*values, otherwise]))

    def place_of(self, name: str) -> str:
        """Give the place in the answers of a fact of the scope; of a row's, that of its group."""
        return self.facts[name.partition("[]")[0]].place


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome of one decision: met, or still unknown for want of a fact."""

    rule: str
    truth: Truth
    type: str
    target: str | None
    reason: Text | None
    basis: str | None
    value: Json = None
    matter: str | None = None
    priority: int = 0

    def to_json(self) -> dict[str, Json]:
        """Give the outcome as ``evaluate --json`` prints it."""
        result: dict[str, Json] = {"rule": self.rule, "truth": self.truth, "type": self.type}
        for name in ("target", "reason", "basis", "value", "matter"):
            value = getattr(self, name)
            if value is not None:
                result[name] = dict(value) if name == "reason" else value
        return result


@dataclass(frozen=True)
class Verdict:
    """What a ruleset says of a set of facts: each rule's truth, the outcomes, the facts missing."""

    ruleset: str
    truths: Mapping[str, Truth]
    outcomes: tuple[Outcome, ...]
    unknown_facts: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the verdict as JSON."""
        return {
            "ruleset": self.ruleset,
            "rules": dict(self.truths),
            "outcomes": [outcome.to_json() for outcome in self.outcomes],
            "unknown_facts": list(self.unknown_facts),
        }


def operand_facts(operand: Operand) -> Iterator[str]:
    """Yield the facts an operand reads."""
    if isinstance(operand, FactRef):
        yield operand.name
    elif isinstance(operand, Calculation):
        yield from operand_facts(operand.left)
        yield from operand_facts(operand.right)


def nodes(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and every part of it, each before its parts."""
    waiting = [condition]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (And, Or)):
            waiting += reversed(node.parts)
        elif isinstance(node, (Not, Quantified)):
            waiting.append(node.part)


def facts_in(condition: Condition) -> Iterator[str]:
    """Yield the facts a condition reads, in the order written; those of rows as ``group[].x``."""
    for node in nodes(condition):
        if isinstance(node, Compare):
            yield node.fact
            if not isinstance(node.operand, Constant):
                yield from operand_facts(node.operand)
        elif isinstance(node, Quantified):
            yield node.group
        elif isinstance(node, (Member, Exists, Match)):
            yield node.fact
