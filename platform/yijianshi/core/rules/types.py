"""The typed tree of a ruleset: immutable values, made by ``parse`` and read by everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ..definitions.types import Json, Text

FactType = Literal["boolean", "integer", "decimal", "money", "date", "text", "choice"]
FACT_TYPES: tuple[FactType, ...] = ("boolean", "integer", "decimal", "money", "date", "text", "choice")
NUMERIC = ("integer", "decimal", "money")
ORDERED = (*NUMERIC, "date")

PLACES: dict[str, int] = {"integer": 0, "decimal": 4, "money": 2}
"""How many decimal places a number of each type may have; more is no value of that type."""

LARGEST = 2**53 - 1
LONGEST_TEXT = 10_000

Truth = Literal["met", "unmet", "unknown"]
Operator = Literal["$eq", "$neq", "$lt", "$lte", "$gt", "$gte"]
OPERATORS: tuple[Operator, ...] = ("$eq", "$neq", "$lt", "$lte", "$gt", "$gte")

DECIDES = ("situations", "eligibility", "materials", "limits", "routing")
OUTCOMES = ("select_matter", "require_material", "waive_material", "deny", "refer", "set_limit", "route")
"""The closed set of outcomes."""

Value = bool | int | float | str
"""A fact's value; dates are ``YYYY-MM-DD``, whose order as text is their order in time."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Where a fact comes from (a place in the answers, or a derivation) and its type."""

    name: str
    type: FactType
    place: str = ""
    derive: Mapping[str, Json] | None = None
    unit: str | None = None
    title: Text | None = None


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


Operand = Constant | ParameterRef | FactRef


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


Condition = Compare | Member | Exists | And | Or | Not


@dataclass(frozen=True, slots=True)
class OutcomeSpec:
    """What follows when a rule is met: its type, target, reason and legal basis."""

    type: str
    target: str | None
    reason: Text | None
    basis: str | None
    value: Json = None
    matter: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a condition and its outcomes."""

    name: str
    condition: Condition
    outcomes: tuple[OutcomeSpec, ...]
    title: Text | None = None
    priority: int = 0


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


def facts_in(condition: Condition) -> Iterator[str]:
    """Yield the facts a condition reads, in the order written."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from facts_in(part)
    elif isinstance(condition, Not):
        yield from facts_in(condition.part)
    else:
        yield condition.fact
        if isinstance(condition, Compare) and isinstance(condition.operand, FactRef):
            yield condition.operand.name
