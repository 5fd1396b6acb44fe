"""A ruleset as one SQL query over many cases: SQL's own three values are the rule language's.

A case is a row; a fact is a column ``c3`` numbered as in the ruleset's scope: numbers as whole
numbers of the smallest unit of their type, dates as day numbers, yes/no as booleans, text as
text; NULL is missing. A list or group is a list of structs (DuckDB) or jsonb (PostgreSQL), with
``p7`` the property that is fact 7 of the scope. The query gives ``r0``, ``r1`` …: TRUE met, FALSE
unmet, NULL unknown, and keeps the columns it is told to.

A query is a tree of sqlglot, which writes it in its dialect. The facts that rules give are a step
after those rules and before the rules that read them. DuckDB takes the steps one after another in one
WITH, each of which hands on only what is read after it; PostgreSQL, which would write every step into
all places that read it, takes them beside the row, each worked out once. Either way the tree is flat
however many steps there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from sqlglot import exp

from ...core.definitions.types import Json
from ...core.rules import Compiled, Facts
from ...core.rules.arithmetic import constant, fraction
from ...core.rules.patterns import standard
from ...core.rules.types import (
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
    facts_in,
    nodes,
    operand_facts,
)
from . import trees
from .trees import cast, column, encoded, kind_of, literal, missing, times

Dialect = Literal["duckdb", "postgres"]

T = TypeVar("T")

DEEP = 20
"""With more steps than these, DuckDB's hand on what rules say as one list."""

Fraction = tuple[exp.Expr, exp.Expr]
"""A numerator, and a denominator that is positive, or NULL where a divisor is zero."""

_SIGNS: dict[str, Callable[..., exp.Expr]] = {
    "$eq": exp.EQ,
    "$neq": exp.NEQ,
    "$lt": exp.LT,
    "$lte": exp.LTE,
    "$gt": exp.GT,
    "$gte": exp.GTE,
}
_TYPES = {"boolean": exp.DType.BOOLEAN, "text": exp.DType.VARCHAR, "choice": exp.DType.VARCHAR}
_WIDE = {"duckdb": exp.DType.INT128, "postgres": exp.DType.DECIMAL}


@dataclass(frozen=True, slots=True)
class _Step:
    """Columns that can be worked out together, and those they are worked out from."""

    values: dict[str, exp.Expr]
    reads: set[str]


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

    def decided(self, rule: int) -> str:
        """Give the column of a rule."""
        return f"{self._prefix}r{rule}"

    def kinds(self) -> dict[str, exp.DataType]:
        """Give the columns of the facts that are answered, and their types."""
        return {self.column(fact.name): self._type(fact.name) for fact in self._answered()}

    def columns(self) -> dict[str, str]:
        """Give the columns of the facts that are answered, and their types as SQL."""
        return {name: kind.sql(self._dialect) for name, kind in self.kinds().items()}

    def row(self, facts: Facts) -> dict[str, Json]:
        """Give the facts of one case as the JSON of a row; what is missing is null."""
        return {
            self.column(fact.name): self._encoded(fact.name, facts[fact.name]) if fact.name in facts else None
            for fact in self._answered()
        }

    def query(self, source: trees.Source, keep: Sequence[str] = ()) -> str:
        """Write the query that decides every row of a table, or of another query."""
        return self.select(source, keep).sql(self._dialect, copy=False)

    def select(self, source: trees.Source, keep: Sequence[str] = ()) -> exp.Select:
        """Give the query that decides every row of a table, or of another query, as a tree."""
        # an edition that is not in force is one without rules
        steps = list(self._steps()) or [_Step({}, set())]
        wanted = [*keep, *map(self.decided, range(len(self._compiled.ruleset.rules)))]
        names = [f"{self._prefix}step{number}" for number in range(len(steps))]
        if self._dialect == "postgres":
            return trees.beside(
                source, wanted, dict(zip(names, [step.values for step in steps], strict=False))
            )
        if len(steps) > DEEP:
            steps = list(self._gathered(steps))
        selects = [
            trees.select(read, kept, step.values)
            for read, kept, step in zip([source, *names], _kept(steps, wanted), steps, strict=False)
        ]
        return trees.following(selects, names)

    def _steps(self) -> Iterator[_Step]:
        """Yield facts that rules give and the rules that read them by turns, level by level."""
        rules, asserters = self._compiled.ruleset.rules, self._compiled.ruleset.asserters
        read = [_read(rule.condition) for rule in rules]
        given: dict[str, int] = {}
        decided: dict[int, int] = {}
        for rule in self._compiled.ruleset.order:
            names = [name for name in read[rule] if name in asserters]
            for name in names:
                given[name] = max((decided[by] + 1 for by, _ in asserters[name]), default=0)
            decided[rule] = max((given[name] for name in names), default=0)
        facts, levels = _by_level(given), _by_level(decided)
        for level in sorted(levels):
            if level in facts:
                by = {self.decided(rule) for name in facts[level] for rule, _ in asserters[name]}
                yield _Step({self.column(name): self._asserted(name) for name in facts[level]}, by)
            columns = {self.column(name) for rule in levels[level] for name in read[rule]}
            truths = {self.decided(rule): self._truth(rules[rule].condition) for rule in levels[level]}
            yield _Step(truths, columns)

    def _gathered(self, steps: Iterable[_Step]) -> Iterator[_Step]:
        """Hand on what rules say as one list: hundreds of columns through hundreds of steps are too much."""
        whole = f"{self._prefix}done"
        rules = set(map(self.decided, range(len(self._compiled.ruleset.rules))))
        gathered: list[str] = []
        last: list[str] = []
        for step in steps:
            values, reads = dict(step.values), set(step.reads)
            if last:
                values[whole] = trees.joined(whole if gathered else None, last)
                reads |= {*last, whole} if gathered else {*last}
            yield _Step(values, reads)
            gathered += last
            last = [name for name in step.values if name in rules]
        told = {name: trees.element(column(whole), place) for place, name in enumerate(gathered, 1)}
        yield _Step(told, {whole} if gathered else set())

    def _answered(self) -> Iterator[Fact]:
        return (fact for fact in self._compiled.ruleset.facts.values() if not fact.asserted)

    def _type(self, name: str) -> exp.DataType:
        fact = self._scope[name]
        if name in self._codes:
            return kind_of(exp.DType.UTINYINT if len(self._codes[name]) < 255 else exp.DType.INT)
        if fact.type not in ("list", "group"):
            return kind_of(_TYPES.get(fact.type, exp.DType.BIGINT))
        if self._dialect == "postgres":
            return kind_of(exp.DType.JSONB)
        return kind_of(exp.DType.ARRAY, kind_of(exp.DType.STRUCT, *self._properties(fact)))

    def _properties(self, fact: Fact) -> list[exp.ColumnDef]:
        """Define the properties of the rows of a list or group."""
        return [
            trees.definition(self._property(item.name), self._type(item.name)) for item in fact.items.values()
        ]

    def _property(self, name: str) -> str:
        return f"p{self._numbers[name]}"

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
        return {self._property(name): value}

    def _asserted(self, name: str) -> exp.Expr:
        """Give the value that the first met rule gives a fact; none while one before it is unknown."""
        fact = self._scope[name]
        cases: list[trees.Case] = []
        for rule, value in self._compiled.ruleset.asserters[name]:
            decided = column(self.decided(rule))
            cases += [(decided, literal(value, fact.type)), (missing(decided.copy()), exp.Null())]
        end = exp.Null() if fact.otherwise is None else literal(fact.otherwise, fact.type)
        return trees.case(cases, cast(end, self._type(name)))

    def _truth(self, node: Condition) -> exp.Expr:
        if isinstance(node, And | Or):
            return trees.together(exp.And if isinstance(node, And) else exp.Or, map(self._truth, node.parts))
        if isinstance(node, Not):
            return trees.inverse(self._truth(node.part))
        if isinstance(node, Quantified):
            return self._rows(node)
        if isinstance(node, Exists):
            return trees.inverse(missing(self._ref(node.fact)))
        if isinstance(node, Match):
            return self._matched(node)
        if isinstance(node, Member):
            values = [self._value(node.fact, value) for value in node.values]
            return exp.Paren(this=exp.In(this=self._ref(node.fact), expressions=values))
        return exp.Paren(this=self._compared(node))

    def _matched(self, node: Match) -> exp.Expr:
        name = self._ref(node.fact)
        if self._dialect == "duckdb":
            return exp.RegexpFullMatch(this=name, expression=trees.text(standard(node.pattern.tree, "re2")))
        form = f"^(?:{standard(node.pattern.tree, 'postgres')})$"
        return exp.Paren(this=exp.RegexpLike(this=name, expression=trees.text(form)))

    def _compared(self, node: Compare) -> exp.Expr:
        operand, sign = node.operand, _SIGNS[node.op]
        if isinstance(operand, FactRef) and self._places(operand.name) == self._places(node.fact):
            return sign(this=self._ref(node.fact), expression=self._ref(operand.name))
        if isinstance(operand, FactRef | Calculation):
            (n1, d1), (n2, d2) = self._fraction(FactRef(node.fact)), self._fraction(operand)
            return sign(this=times(n1, d2), expression=times(n2, d1))
        value = self._given(operand)
        if value is None:
            return cast(exp.Null(), kind_of(exp.DType.BOOLEAN))
        kind = self._scope[node.fact].type
        if kind in PLACES and isinstance(value, float):
            top, bottom = fraction(value, "decimal")
            low, rest = divmod(top * 10 ** PLACES[kind], bottom)
            if rest:
                return _between(self._ref(node.fact), node.op, low)
        return sign(this=self._ref(node.fact), expression=self._value(node.fact, value))

    def _value(self, name: str, value: Value) -> exp.Expr:
        """Give a value that a fact is held against."""
        if name in self._codes:
            return cast(trees.number(self._codes[name][str(value)]), self._type(name))
        return literal(value, self._scope[name].type)

    def _given(self, operand: Constant | ParameterRef) -> Value | None:
        return operand.value if isinstance(operand, Constant) else self._compiled.parameters[operand.name]

    def _places(self, name: str) -> int:
        return PLACES.get(self._scope[name].type, 0)

    def _fraction(self, operand: Operand) -> Fraction:
        if isinstance(operand, FactRef):
            whole = cast(self._ref(operand.name), self._wide())
            return whole, self._whole(10 ** self._places(operand.name))
        if isinstance(operand, Calculation):
            return _calculated(operand, self._fraction(operand.left), self._fraction(operand.right))
        value = self._given(operand)
        if value is None:
            return cast(exp.Null(), self._wide()), self._whole(1)
        top, bottom = constant(value)
        return self._whole(top), self._whole(bottom)

    def _wide(self) -> exp.DataType:
        return kind_of(_WIDE[self._dialect])

    def _whole(self, value: int) -> exp.Expr:
        return cast(trees.number(value), self._wide())

    def _rows(self, node: Quantified) -> exp.Expr:
        """Tell of every row, or of some: one that settles it first, then one that leaves it open."""
        group = self._scope[node.group]
        inner = self._truth(node.part)
        settles = trees.inverse(inner.copy()) if node.every else inner.copy()
        cases = [
            (missing(self._ref(node.group)), exp.Null()),
            (self._some(group, settles), exp.Boolean(this=not node.every)),
            (self._some(group, missing(inner)), exp.Null()),
        ]
        return trees.case(cases, exp.Boolean(this=node.every))

    def _some(self, group: Fact, condition: exp.Expr) -> exp.Expr:
        """Tell whether a condition is met by some row, ``x``, of a list or group."""
        rows = self._ref(group.name)
        if self._dialect == "duckdb":
            return trees.some_element(rows, "x", condition)
        return trees.some_record(trees.records(rows, "x", self._properties(group)), condition)

    def _ref(self, name: str) -> exp.Expr:
        return column(self._property(name), "x") if "[]" in name else column(self.column(name))


def _read(condition: Condition) -> list[str]:
    """Give the facts whose columns a condition reads."""
    return list(dict.fromkeys(name.partition("[]")[0] for name in facts_in(condition)))


def _by_level(levels: Mapping[T, int]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for each, level in levels.items():
        found.setdefault(level, []).append(each)
    return found


def _kept(steps: Sequence[_Step], wanted: Iterable[str]) -> list[list[str]]:
    """Give for each step the columns that it hands on as they are."""
    kept = []
    for step in reversed(steps):
        handed = [name for name in wanted if name not in step.values]
        kept.append(handed)
        wanted = dict.fromkeys([*handed, *sorted(step.reads)])
    return kept[::-1]


def _calculated(node: Calculation, left: Fraction, right: Fraction) -> Fraction:
    (n1, d1), (n2, d2) = left, right
    if node.op == "$mul":
        return times(n1, n2), times(d1, d2)
    if node.op == "$div":
        zero = trees.number(0)
        negative = exp.LT(this=n2.copy(), expression=zero.copy())
        sign = trees.case([(negative, trees.number(-1))], trees.number(1))
        return times(times(n1, d2), sign), times(d1, exp.Abs(this=exp.Nullif(this=n2, expression=zero)))
    both = exp.Add if node.op == "$add" else exp.Sub
    return exp.Paren(this=both(this=times(n1, d2), expression=times(n2, d1))), times(d1, d2)


def _between(name: exp.Expr, op: str, low: int) -> exp.Expr:
    """Compare with a value strictly between two whole units, ``low`` and the next."""
    if op in ("$eq", "$neq"):
        return (exp.NEQ if op == "$eq" else exp.EQ)(this=name, expression=name.copy())
    return (exp.LTE if op in ("$lt", "$lte") else exp.GT)(this=name, expression=trees.number(low))


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
