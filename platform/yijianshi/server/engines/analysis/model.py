"""A ruleset in Z3: facts as variables over their domains, each rule's *met* and *unmet* as formulas.

A fact is known unless some condition asks whether it is (``$ex``); then being known is a variable
too. Rows of a list or group are so many that every condition on them could be witnessed by a row
of its own, which decides exactly. Z3 is not thread-safe: the server asks it in processes of their own (``provers``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import z3

from ....core.rules import Compiled
from ....core.rules.arithmetic import Fraction, constant
from ....core.rules.types import (
    LARGEST,
    PLACES,
    And,
    Calculation,
    Compare,
    Condition,
    Constant,
    Exists,
    Fact,
    FactRef,
    Match,
    Member,
    Not,
    Operand,
    Or,
    ParameterRef,
    Quantified,
    Value,
    nodes,
)
from ..trees import encoded
from .domains import EARLIEST, LATEST, Domain, texts

MOST_ROWS = 6

Formula = Any
Rails = tuple[Formula, Formula]


class Model:
    """The variables and formulas of one compiled ruleset."""

    def __init__(
        self,
        compiled: Compiled,
        domains: Mapping[str, Domain] | None = None,
        rows: Mapping[str, list[Any]] | None = None,
    ) -> None:
        """``rows`` are those of lists and groups that stay as they are."""
        self._given = rows or {}
        self.compiled = compiled
        self.ruleset = compiled.ruleset
        self.domains = domains or {}
        self.limits: list[Formula] = []
        """What the types allow."""
        self.form: list[Formula] = []
        """What the form's own schema allows beyond that."""
        self.modest: list[Formula] = []
        """What makes a witness pleasant to read: nothing negative."""
        self.whole = True
        """Whether there are rows enough for every case there can be."""
        self._texts = texts(self.ruleset, self.domains)
        self._values: dict[str, Formula] = {}
        self._known: dict[str, Formula] = {}
        self._rows: dict[str, list[tuple[Formula, dict[str, str]]]] = {}
        self._declare()
        self.rules: list[Rails] = [(None, None)] * len(self.ruleset.rules)
        self._decide()

    # variables

    def _declare(self) -> None:
        asked = {n.fact for r in self.ruleset.rules for n in nodes(r.condition) if isinstance(n, Exists)}
        for name, fact in self.ruleset.facts.items():
            if fact.asserted:
                continue
            self._known[name] = z3.Bool(f"known {name}") if name in asked else z3.BoolVal(True)
            if fact.type in ("list", "group"):
                self._declare_rows(name, fact, asked)
            else:
                self._values[name] = self._variable(name, name, fact)

    def _declare_rows(self, name: str, fact: Fact, asked: set[str]) -> None:
        wanted = sum(
            isinstance(n, Quantified) and n.group == name
            for r in self.ruleset.rules
            for n in nodes(r.condition)
        )
        self._rows[name] = []
        given = self._given.get(name)
        self.whole = self.whole and (given is not None or wanted < MOST_ROWS)
        for number in range(min(wanted + 1, MOST_ROWS) if given is None else len(given)):
            there = z3.Bool(f"{name} row {number}")
            names = {}
            for item in fact.items.values():
                own = f"{item.name} row {number}"
                names[item.name] = own
                self._values[own] = self._variable(own, item.name, item)
                self._known[own] = (
                    z3.Bool(f"known {own}")
                    if item.name in asked and fact.type == "group"
                    else z3.BoolVal(True)
                )
            self._rows[name].append((there, names))
            if given is not None:
                self._keep(fact, names, given[number], there)
        for (first, _), (second, _) in zip(self._rows[name], self._rows[name][1:], strict=False):
            self.limits.append(z3.Implies(second, first))

    def _keep(self, fact: Fact, names: Mapping[str, str], row: Any, there: Formula) -> None:
        """Hold a row to what it is."""
        held = row if isinstance(row, dict) else {"": row}
        self.limits.append(there)
        for key, item in fact.items.items():
            own = names[item.name]
            if key not in held:
                self._known[own] = z3.BoolVal(False)
                continue
            self._known[own] = z3.BoolVal(True)
            texts_known = item.type not in ("text", "choice") or str(held[key]) in self._texts[item.name]
            # a text that the rules do not speak of is like any other such
            value = held[key] if texts_known else self._texts[item.name][-1]
            self.limits.append(self._values[own] == self._const(value, item))

    def _variable(self, own: str, name: str, fact: Fact) -> Formula:
        if fact.type == "boolean":
            return z3.Bool(own)
        variable = z3.Int(own)
        domain = self.domains.get(name)
        if fact.type in ("text", "choice"):
            listed = self._texts[name]
            self.limits += [variable >= 0, variable < len(listed)]
            if domain is not None and domain.values is not None:
                self.form.append(z3.Or(*(variable == listed.index(str(value)) for value in domain.values)))
            return variable
        if fact.type == "date":
            self.limits += [variable >= EARLIEST.toordinal(), variable <= LATEST.toordinal()]
        else:
            self.limits += [variable >= -LARGEST, variable <= LARGEST]
            self.modest.append(variable >= 0)
        if domain is not None:
            self._bound(variable, fact, domain)
        return variable

    def _bound(self, variable: Formula, fact: Fact, domain: Domain) -> None:
        if domain.minimum is not None:
            self.form.append(variable >= self._code(domain.minimum, fact))
        if domain.maximum is not None:
            self.form.append(variable <= self._code(domain.maximum, fact))
        if domain.values is not None:
            self.form.append(z3.Or(*(variable == self._code(value, fact) for value in domain.values)))

    def _code(self, value: Any, fact: Fact) -> int:
        if fact.type in ("text", "choice"):
            return self._texts[fact.name].index(str(value))
        return int(encoded(value, fact.type))

    # formulas

    def _decide(self) -> None:
        asserters = self.ruleset.asserters
        done: set[int] = set()
        for name, by in asserters.items():
            if not by:
                self._assert(name)
        for number in self.ruleset.order:
            self.rules[number] = self.rails(self.ruleset.rules[number].condition, {})
            done.add(number)
            for name, by in asserters.items():
                if number in {r for r, _ in by} and {r for r, _ in by} <= done:
                    self._assert(name)

    def _assert(self, name: str) -> None:
        fact = self.ruleset.facts[name]
        by = self.ruleset.asserters[name]
        values = self.ruleset.assert_values(name) or (_any(fact.type),)
        value = self._const(fact.otherwise if fact.otherwise is not None else values[0], fact)
        known = z3.BoolVal(fact.otherwise is not None)
        for rule, asserted in reversed(by):
            met, unmet = self.rules[rule]
            value = z3.If(met, self._const(asserted, fact), value)
            known = z3.If(met, z3.BoolVal(True), z3.And(unmet, known))
        self._values[name], self._known[name] = value, known

    def _const(self, value: Value, fact: Fact) -> Formula:
        if fact.type == "boolean":
            return z3.BoolVal(bool(value))
        return z3.IntVal(self._code(value, fact))

    def rails(self, node: Condition, row: Mapping[str, str]) -> Rails:
        """Give when a condition is met and when it is unmet; ``row`` names the variables of a row."""
        if isinstance(node, Not):
            met, unmet = self.rails(node.part, row)
            return unmet, met
        if isinstance(node, And | Or):
            both = [self.rails(part, row) for part in node.parts]
            together, apart = z3.And(*(m for m, _ in both)), z3.Or(*(u for _, u in both))
            if isinstance(node, And):
                return together, apart
            return z3.Or(*(m for m, _ in both)), z3.And(*(u for _, u in both))
        if isinstance(node, Quantified):
            return self._quantified(node)
        name = row.get(node.fact, node.fact)
        if isinstance(node, Exists):
            return self._known[name], z3.Not(self._known[name])
        test, known = self._test(node, name, row)
        return z3.And(known, test), z3.And(known, z3.Not(test))

    def _quantified(self, node: Quantified) -> Rails:
        each = [(there, self.rails(node.part, names)) for there, names in self._rows[node.group]]
        known = self._known[node.group]
        if node.every:
            met = z3.And(known, *(z3.Implies(there, m) for there, (m, _) in each))
            return met, z3.And(known, z3.Or(*(z3.And(there, u) for there, (_, u) in each)))
        unmet = z3.And(known, *(z3.Implies(there, u) for there, (_, u) in each))
        return z3.And(known, z3.Or(*(z3.And(there, m) for there, (m, _) in each))), unmet

    def _test(
        self, node: Compare | Member | Match, name: str, row: Mapping[str, str]
    ) -> tuple[Formula, Formula]:
        value, known = self._values[name], self._known[name]
        fact = self.ruleset.scope[node.fact]
        if isinstance(node, Match):
            listed = self._texts[node.fact]
            return z3.Or(*(value == n for n, t in enumerate(listed) if node.pattern.matches(t))), known
        if isinstance(node, Member):
            return z3.Or(*(value == self._const(each, fact) for each in node.values)), known
        operand = node.operand
        if fact.type in ("boolean", "text", "choice"):
            if isinstance(operand, FactRef):
                other = row.get(operand.name, operand.name)
                known = z3.And(known, self._known[other])
                right = self._values[other]
            else:
                plain = self._plain(operand)
                if plain is None:
                    return z3.BoolVal(False), z3.BoolVal(False)
                right = self._const(plain, fact)
            return (value == right) if node.op == "$eq" else (value != right), known
        left = (value, 10 ** PLACES.get(fact.type, 0))
        right, sure = self._fraction(operand, row)
        if right is None:
            return z3.BoolVal(False), z3.BoolVal(False)
        return _compare(node.op, left[0] * right[1], right[0] * left[1]), z3.And(known, sure)

    def _plain(self, operand: Operand) -> Value | None:
        if isinstance(operand, Constant):
            return operand.value
        return self.compiled.parameters[operand.name] if isinstance(operand, ParameterRef) else None

    def _fraction(self, operand: Operand, row: Mapping[str, str]) -> tuple[Any, Formula]:
        """Give numerator and denominator (positive), and when they are known; None without a value."""
        if isinstance(operand, FactRef):
            name = row.get(operand.name, operand.name)
            places = PLACES.get(self.ruleset.scope[operand.name].type, 0)
            return (self._values[name], 10**places), self._known[name]
        if not isinstance(operand, Calculation):
            value = operand.value if isinstance(operand, Constant) else self.compiled.parameters[operand.name]
            return (None if value is None else constant(value)), z3.BoolVal(True)
        (one, sure), (two, certain) = self._fraction(operand.left, row), self._fraction(operand.right, row)
        if one is None or two is None:
            return None, z3.BoolVal(False)
        return _step(operand.op, one, two, z3.And(sure, certain))

    # witnesses

    def facts(self, found: Any) -> dict[str, Any]:
        """Read the facts out of a model that Z3 found."""
        told: dict[str, Any] = {}
        for name, fact in self.ruleset.facts.items():
            if fact.asserted or not _true(found, self._known[name]):
                continue
            if name in self._given:
                told[name] = self._given[name]
            elif name in self._rows:
                rows = [names for there, names in self._rows[name] if _true(found, there)]
                told[name] = [self._row(found, fact, names) for names in rows]
            else:
                told[name] = self._decoded(found, self._values[name], fact)
        return told

    def _row(self, found: Any, fact: Fact, names: Mapping[str, str]) -> Any:
        read = {
            key: self._decoded(found, self._values[names[item.name]], item)
            for key, item in fact.items.items()
            if _true(found, self._known[names[item.name]])
        }
        return read[""] if fact.type == "list" else read

    def _decoded(self, found: Any, variable: Formula, fact: Fact) -> Any:
        value = found.eval(variable, model_completion=True)
        if fact.type == "boolean":
            return bool(z3.is_true(value))
        number = value.as_long()
        if fact.type in ("text", "choice"):
            return self._texts[fact.name][number]
        if fact.type == "date":
            return date.fromordinal(number).isoformat()
        unit = 10 ** PLACES[fact.type]
        return number // unit if number % unit == 0 else number / unit

    def variables(self) -> Iterator[tuple[str, Fact, Formula, Formula]]:
        """Yield the facts that are one value: name, fact, its variable, and when it is known."""
        for name, fact in self.ruleset.facts.items():
            if name in self._values and not fact.asserted:
                yield name, fact, self._values[name], self._known[name]

    def value(self, name: str) -> Formula:
        """Give the variable of a fact that is one value."""
        return self._values[name]

    def known(self, name: str) -> Formula:
        """Give when a fact is known."""
        return self._known[name]

    def equals(self, name: str, value: Any) -> Formula:
        """Give the formula that a fact has a value; False when the model cannot say so."""
        fact = self.ruleset.facts[name]
        if fact.type in ("text", "choice") and str(value) not in self._texts[name]:
            return z3.BoolVal(False)
        return self._values[name] == self._const(value, fact)

    def other(self, name: str) -> Formula:
        """Give the formula that a text fact is none of the texts spoken of; False where it must be one."""
        domain = self.domains.get(name)
        if domain is not None and domain.values is not None:
            return z3.BoolVal(False)
        return self._values[name] == len(self._texts[name]) - 1


def _true(found: Any, formula: Formula) -> bool:
    return bool(z3.is_true(found.eval(formula, model_completion=True)))


def _any(kind: str) -> Value:
    return False if kind == "boolean" else "2000-01-01" if kind == "date" else 0 if kind in PLACES else "其他"


def _compare(op: str, left: Formula, right: Formula) -> Formula:
    return {
        "$eq": left == right,
        "$neq": left != right,
        "$lt": left < right,
        "$lte": left <= right,
        "$gt": left > right,
        "$gte": left >= right,
    }[op]


def _step(op: str, one: Fraction, two: Fraction, sure: Formula) -> tuple[Any, Formula]:
    (n1, d1), (n2, d2) = one, two
    if op == "$mul":
        return (n1 * n2, d1 * d2), sure
    if op != "$div":
        return ((n1 * d2 + n2 * d1 if op == "$add" else n1 * d2 - n2 * d1), d1 * d2), sure
    if isinstance(n2, int):
        sign = 1 if n2 > 0 else -1
        return (n1 * d2 * sign, d1 * n2 * sign), sure
    sign = z3.If(n2 < 0, z3.IntVal(-1), z3.IntVal(1))
    return (n1 * d2 * sign, d1 * n2 * sign), z3.And(sure, n2 != 0)
