"""Pieces of SQL as trees of sqlglot, built as they are: nothing is parsed, nothing is copied unasked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

from sqlglot import exp

from ...core.definitions.types import Json
from ...core.rules.arithmetic import scaled
from ...core.rules.types import PLACES, Value

Source = str | exp.Table | exp.Query
"""What a query reads: a table by its name, a table, or another query."""

Case = tuple[exp.Expr, exp.Expr]
"""A condition, and what holds where it is true."""


def encoded(value: Any, kind: str) -> Json:
    """Encode a value of a fact type as its column holds it."""
    if kind in PLACES:
        return scaled(value, PLACES[kind])
    return date.fromisoformat(value).toordinal() if kind == "date" else value


def literal(value: Value, kind: str) -> exp.Expr:
    """Give a value of a fact type."""
    known = encoded(value, kind)
    if isinstance(known, bool):
        return exp.Boolean(this=known)
    return text(known) if isinstance(known, str) else exp.Literal.number(known)


def text(value: str) -> exp.Expr:
    """Give a text."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """Give a whole number."""
    return exp.Literal.number(value)


def column(name: str, table: str | None = None) -> exp.Expr:
    """Give a column, of a table where there are several."""
    return exp.column(name, table=table)


def kind_of(name: exp.DType, *inner: exp.Expr) -> exp.DataType:
    """Give a type; ``inner`` are a list's elements or a row's properties."""
    return exp.DataType(this=name, expressions=list(inner), nested=bool(inner))


def cast(value: exp.Expr, kind: exp.DataType) -> exp.Expr:
    """Give a value as of a type."""
    return exp.Cast(this=value, to=kind)


def missing(value: exp.Expr) -> exp.Expr:
    """Tell whether there is no value."""
    return exp.Paren(this=exp.Is(this=value, expression=exp.Null()))


def together(connector: type[exp.Connector], conditions: Iterable[exp.Expr]) -> exp.Expr:
    """Hold conditions together by AND, or by OR."""
    return exp.Paren(this=reduce(lambda one, two: connector(this=one, expression=two), conditions))


def inverse(condition: exp.Expr) -> exp.Expr:
    """Tell the opposite of a condition."""
    return exp.Paren(this=exp.Not(this=condition))


def times(one: exp.Expr, two: exp.Expr) -> exp.Expr:
    """Multiply copies of two numbers, for what is multiplied here is often needed once more."""
    return exp.Paren(this=exp.Mul(this=one.copy(), expression=two.copy()))


def case(cases: Iterable[Case], otherwise: exp.Expr) -> exp.Expr:
    """Give what the first true condition gives."""
    ifs = [exp.If(this=condition, true=value) for condition, value in cases]
    return exp.Paren(this=exp.Case(ifs=ifs, default=otherwise)) if ifs else otherwise


def some_element(elements: exp.Expr, name: str, condition: exp.Expr) -> exp.Expr:
    """Tell whether a condition on an element is met by some element of a list, in DuckDB."""
    each = exp.Lambda(this=condition, expressions=[exp.to_identifier(name)])
    met = exp.ArraySize(this=exp.ArrayFilter(this=elements, expression=each))
    return exp.GT(this=met, expression=number(0))


def records(document: exp.Expr, name: str, properties: Sequence[exp.ColumnDef]) -> exp.Table:
    """Give the objects of a JSON array as a table, in PostgreSQL."""
    return exp.Table(
        this=exp.Anonymous(this="jsonb_to_recordset", expressions=[document]),
        alias=exp.TableAlias(this=exp.to_identifier(name), columns=list(properties)),
    )


def some_record(table: exp.Table, condition: exp.Expr) -> exp.Expr:
    """Tell whether a condition is met by some row of a table."""
    found = exp.Select(expressions=[number(1)]).from_(table, copy=False).where(condition, copy=False)
    return exp.Exists(this=found)


def definition(name: str, kind: exp.DataType) -> exp.ColumnDef:
    """Give a column's name and type."""
    return exp.ColumnDef(this=exp.to_identifier(name), kind=kind)


def joined(elements: str | None, more: Iterable[str]) -> exp.Expr:
    """Give a list with the values of some columns added to it."""
    added = exp.Array(expressions=[column(name) for name in more])
    return added if elements is None else exp.ArrayConcat(this=column(elements), expressions=[added])


def element(elements: exp.Expr, place: int) -> exp.Expr:
    """Give an element of a list, of which the first is 1."""
    return exp.Bracket(this=elements, expressions=[number(place)], offset=1)


def select(source: Source, kept: Iterable[str], values: Mapping[str, exp.Expr]) -> exp.Select:
    """Select some columns of a table or a query, and values by their names."""
    origin = source.subquery("t", copy=False) if isinstance(source, exp.Query) else exp.to_table(source)
    return exp.Select(expressions=[*map(column, kept), *_named(values)]).from_(origin, copy=False)


def _named(values: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(value, name, copy=False) for name, value in values.items()]


def following(steps: Sequence[exp.Select], names: Iterable[str]) -> exp.Select:
    """Make one query of several, each of which reads the one before it by its name."""
    *before, last = steps
    tables = [
        exp.CTE(this=step, alias=exp.TableAlias(this=exp.to_identifier(name)), materialized=False)
        for step, name in zip(before, names, strict=False)
    ]
    if tables:
        last.set("with_", exp.With(expressions=tables))
    return last


def beside(source: Source, wanted: Iterable[str], steps: Mapping[str, Mapping[str, exp.Expr]]) -> exp.Select:
    """Select columns of a table or a query and of steps beside each row, each of which reads those before it.

    An OFFSET, though it skips nothing, keeps the steps from being written into one another.
    """
    *before, (_, last) = steps.items()
    joins = []
    for name, values in before:
        step = exp.Select(expressions=_named(values)).offset(0, copy=False)
        joined = exp.Lateral(this=exp.Subquery(this=step), alias=exp.TableAlias(this=exp.to_identifier(name)))
        joins.append(exp.Join(this=joined, kind="CROSS"))
    chosen = select(source, [name for name in wanted if name not in last], last)
    if joins:
        chosen.set("joins", joins)
    return chosen
