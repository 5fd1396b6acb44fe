"""A ruleset as one SQL query over many cases: SQL's own three values are the rule language's.

A case is a row; a fact is a column ``c3`` numbered as in the ruleset's scope: numbers as whole
numbers of the smallest unit of their type, dates as day numbers, yes/no as booleans, text as
text; NULL is missing. A list or group is a list of structs (DuckDB) or jsonb (PostgreSQL), with
``p7`` the property that is fact 7 of the scope. The query keeps every column it is given and adds
``r0``, ``r1`` …: TRUE met, FALSE unmet, NULL unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

from ...core.definitions.types import Json
from ...core.rules import Compiled, Facts
from ...core.rules.arithmetic import constant, fraction, scaled
from ...core.rules.patterns import standard
from ...core.rules.types import (
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
    Operand,
    Or,
    Quantified,
    Value,
    facts_in,
    nodes,
    operand_facts,
)

Dialect = Literal["duckdb", "postgres"]

_SIGNS = {"$eq": "=", "$neq": "<>", "$lt": "<", "$lte": "<=", "$gt": ">", "$gte": ">="}
_TYPES = {"boolean": "BOOLEAN", "text": "VARCHAR", "choice": "VARCHAR"}


class Batch:
    """One compiled ruleset as SQL; ``prefix`` keeps the columns of two rulesets apart."""

    def __init__(self, compiled: Compiled, dialect: Dialect = "duckdb", prefix: str = "") -> None:
        self._compiled = compiled
        self._dialect = dialect
        self._prefix = prefix
        self._scope = compiled.ruleset.scope
        self._numbers = {name: number for number, name in enumerate(self._scope)}
        self._codes = _codes(compiled) if dialect == "duckdb" else {}

    def column(self, name: str) -> str:
        """Give the column of a fact."""
        return f"{self._prefix}c{self._numbers[name]}"

    def columns(self) -> dict[str, str]:
        """Give the columns of the facts that are answered, and their SQL types."""
        return {
            self.column(name): self._type(name)
            for name, fact in self._compiled.ruleset.facts.items()
            if not fact.asserted
        }

    def row(self, facts: Facts) -> dict[str, Json]:
        """Give the facts of one case as the JSON of a row; what is missing is null."""
        return {
            self.column(name): self._encoded(name, facts[name]) if name in facts else None
            for name, fact in self._compiled.ruleset.facts.items()
            if not fact.asserted
        }

    def query(self, table: str) -> str:
        """Give the query that decides every row of a table (or subquery in brackets)."""
        rules, asserters = self._compiled.ruleset.rules, self._compiled.ruleset.asserters
        source = table
        done: set[int] = set()
        known: set[str] = set()
        waiting = list(self._compiled.ruleset.order)
        while True:
            given = [n for n, by in asserters.items() if n not in known and {r for r, _ in by} <= done]
            if given:
                values = [f"{self._asserted(name)} AS {self.column(name)}" for name in given]
                source = f"(SELECT *, {', '.join(values)} FROM {source} AS t)"
                known |= set(given)
            ready = [n for n in waiting if known >= set(facts_in(rules[n].condition)) & set(asserters)]
            if not ready:
                break
            decided = [f"{self._truth(rules[n].condition)} AS {self._prefix}r{n}" for n in ready]
            source = f"(SELECT *, {', '.join(decided)} FROM {source} AS t)"
            done |= set(ready)
            waiting = [number for number in waiting if number not in done]
        return f"SELECT * FROM {source} AS t"

    def _type(self, name: str) -> str:
        fact = self._scope[name]
        if name in self._codes:
            return "UTINYINT" if len(self._codes[name]) < 255 else "INTEGER"
        if fact.type not in ("list", "group"):
            return _TYPES.get(fact.type, "BIGINT")
        if self._dialect == "postgres":
            return "JSONB"
        inner = ", ".join(
            f"p{self._numbers[item.name]} {self._type(item.name)}" for item in fact.items.values()
        )
        return f"STRUCT({inner})[]"

    def _encoded(self, name: str, value: Any) -> Json:
        fact = self._scope[name]
        if name in self._codes:
            return self._codes[name].get(value, 0)
        if fact.type == "list":
            return [self._item(fact.items[""].name, {"": each}, "") for each in value]
        if fact.type == "group":
            return [
                {k: v for key, item in fact.items.items() for k, v in self._item(item.name, row, key).items()}
                for row in value
            ]
        return encoded(value, fact.type)

    def _item(self, name: str, row: Mapping[str, Any], key: str) -> dict[str, Json]:
        value = encoded(row[key], self._scope[name].type) if key in row else None
        return {f"p{self._numbers[name]}": value}

    def _asserted(self, name: str) -> str:
        kind = self._scope[name].type
        otherwise = self._scope[name].otherwise
        cases = "".join(
            f" WHEN {self._prefix}r{rule} THEN {literal(value, kind)} WHEN {self._prefix}r{rule} IS NULL THEN NULL"
            for rule, value in self._compiled.ruleset.asserters[name]
        )
        end = f"CAST({'NULL' if otherwise is None else literal(otherwise, kind)} AS {self._type(name)})"
        return f"(CASE{cases} ELSE {end} END)" if cases else end

    def _truth(self, node: Condition) -> str:
        if isinstance(node, And | Or):
            return (
                "(" + (" AND " if isinstance(node, And) else " OR ").join(map(self._truth, node.parts)) + ")"
            )
        if isinstance(node, Not):
            return f"(NOT {self._truth(node.part)})"
        if isinstance(node, Quantified):
            return self._rows(node)
        name = self._ref(node.fact)
        if isinstance(node, Exists):
            return f"({name} IS NOT NULL)"
        if isinstance(node, Match):
            form = standard(node.pattern.tree, "re2" if self._dialect == "duckdb" else "postgres")
            if self._dialect == "duckdb":
                return f"regexp_full_match({name}, {quoted(form)})"
            return f"({name} ~ {quoted(f'^(?:{form})$')})"
        kind = self._scope[node.fact].type
        if isinstance(node, Member):
            return f"({name} IN ({', '.join(self._literal(node.fact, value) for value in node.values)}))"
        return self._comparison(node, name, kind)

    def _comparison(self, node: Compare, name: str, kind: str) -> str:
        operand, sign = node.operand, _SIGNS[node.op]
        if isinstance(operand, Calculation):
            left = self._fraction(FactRef(node.fact))
            right = self._fraction(operand)
            return f"({left[0]} * {right[1]} {sign} {right[0]} * {left[1]})"
        if isinstance(operand, FactRef):
            other = self._scope[operand.name].type
            if PLACES.get(kind, 0) == PLACES.get(other, 0):
                return f"({name} {sign} {self._ref(operand.name)})"
            left, right = self._fraction(FactRef(node.fact)), self._fraction(operand)
            return f"({left[0]} * {right[1]} {sign} {right[0]} * {left[1]})"
        value = operand.value if isinstance(operand, Constant) else self._compiled.parameters[operand.name]
        if value is None:
            return "CAST(NULL AS BOOLEAN)"
        if kind in PLACES and isinstance(value, float):
            top, bottom = fraction(value, "decimal")
            low, rest = divmod(top * 10 ** PLACES[kind], bottom)
            if rest:
                return _between(name, sign, low)
        return f"({name} {sign} {self._literal(node.fact, value)})"

    def _literal(self, name: str, value: Value) -> str:
        """Write a value that a fact is held against."""
        if name in self._codes:
            return f"{self._codes[name][str(value)]}::{self._type(name)}"
        return literal(value, self._scope[name].type)

    def _fraction(self, operand: Operand) -> tuple[str, str]:
        """Give numerator and denominator; the denominator is positive, or NULL where a divisor is zero."""
        if isinstance(operand, FactRef):
            kind = self._scope[operand.name].type
            return f"CAST({self._ref(operand.name)} AS {self._wide})", self._whole(10 ** PLACES.get(kind, 0))
        if not isinstance(operand, Calculation):
            value = (
                operand.value if isinstance(operand, Constant) else self._compiled.parameters[operand.name]
            )
            if value is None:
                return f"CAST(NULL AS {self._wide})", "1"
            top, bottom = constant(value)
            return self._whole(top), self._whole(bottom)
        (n1, d1), (n2, d2) = self._fraction(operand.left), self._fraction(operand.right)
        if operand.op == "$mul":
            return f"({n1} * {n2})", f"({d1} * {d2})"
        if operand.op == "$div":
            divisor = f"NULLIF({n2}, 0)"
            return f"({n1} * {d2} * {self._sign(n2)})", f"({d1} * ABS({divisor}))"
        sign = "+" if operand.op == "$add" else "-"
        return f"({n1} * {d2} {sign} {n2} * {d1})", f"({d1} * {d2})"

    @property
    def _wide(self) -> str:
        return "HUGEINT" if self._dialect == "duckdb" else "NUMERIC"

    def _whole(self, value: int) -> str:
        return f"CAST({value} AS {self._wide})"

    def _sign(self, number: str) -> str:
        return f"(CASE WHEN {number} < 0 THEN -1 ELSE 1 END)"

    def _rows(self, node: Quantified) -> str:
        inner, rows = self._truth(node.part), self.column(node.group)
        stop, end = ("FALSE", "TRUE") if node.every else ("TRUE", "FALSE")
        decisive = f"NOT {inner}" if node.every else inner
        if self._dialect == "duckdb":
            some = f"len(list_filter({rows}, lambda x: {decisive})) > 0"
            unknown = f"len(list_filter({rows}, lambda x: {inner} IS NULL)) > 0"
        else:
            items = self._scope[node.group].items.values()
            shape = ", ".join(f'"p{self._numbers[i.name]}" {self._type(i.name)}' for i in items)
            taken = f"SELECT 1 FROM jsonb_to_recordset({rows}) AS x({shape}) WHERE"
            some, unknown = f"EXISTS ({taken} {decisive})", f"EXISTS ({taken} {inner} IS NULL)"
        return f"(CASE WHEN {rows} IS NULL THEN NULL WHEN {some} THEN {stop} WHEN {unknown} THEN NULL ELSE {end} END)"

    def _ref(self, name: str) -> str:
        return f"x.p{self._numbers[name]}" if "[]" in name else self.column(name)


def _codes(compiled: Compiled) -> dict[str, dict[str, int]]:
    """Number the texts that rules name, of each fact of which nothing else counts than which of them it is."""
    ruleset = compiled.ruleset
    named: dict[str, dict[str, int]] = {
        name: {}
        for name, fact in ruleset.facts.items()
        if fact.type in ("text", "choice") and not fact.asserted
    }
    for node in (node for rule in ruleset.rules for node in nodes(rule.condition)):
        if isinstance(node, Match):
            named.pop(node.fact, None)
        elif isinstance(node, Member) and node.fact in named:
            _number(named[node.fact], node.values)
        elif isinstance(node, Compare):
            operand = node.operand
            if isinstance(operand, FactRef | Calculation):
                for fact in [node.fact, *operand_facts(operand)]:
                    named.pop(fact, None)
            elif node.fact in named:
                value = operand.value if isinstance(operand, Constant) else compiled.parameters[operand.name]
                _number(named[node.fact], () if value is None else (value,))
    return named


def _number(codes: dict[str, int], values: Iterable[Value]) -> None:
    for value in values:
        codes.setdefault(str(value), len(codes) + 1)


def encoded(value: Any, kind: str) -> Json:
    """Encode a value as its column holds it."""
    if kind in PLACES:
        return scaled(value, PLACES[kind])
    return date.fromisoformat(value).toordinal() if kind == "date" else value


def literal(value: Value, kind: str) -> str:
    """Write a value of a fact type as SQL."""
    known = encoded(value, kind)
    if isinstance(known, bool):
        return "TRUE" if known else "FALSE"
    return quoted(str(known)) if isinstance(known, str) else str(known)


def quoted(value: str) -> str:
    """Write a text as SQL."""
    return "'" + value.replace("'", "''") + "'"


def _between(name: str, sign: str, low: int) -> str:
    """Compare with a value strictly between two whole units, ``low`` and the next."""
    if sign in ("=", "<>"):
        return f"({name} {'<>' if sign == '=' else '='} {name})"
    return f"({name} {'<=' if sign in ('<', '<=') else '>'} {low})"
