"""A ruleset as a decision table and back, nothing lost.

Columns are a fact and an operator, a row is a rule, a cell is what the fact is held against. A rule
whose condition is no plain conjunction of comparisons keeps it whole beside the cells, so that
``from_table(to_table(document))`` is the document, whatever it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from itertools import pairwise
from typing import Any

from ..definitions.canonical import canonical
from ..definitions.types import Json
from .order import reading_order, with_order

PLAIN = ""
"""The operator of ``{"fact": value}``, which is equality."""


@dataclass(frozen=True, slots=True)
class Column:
    """A fact and how it is compared: an operator of the language, or PLAIN."""

    fact: str
    op: str


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: its cells by column number, else its condition as it is, and all that is not condition.

    A rule that has no condition yet has neither: a ``whole`` of nothing.
    """

    rule: str
    cells: Mapping[int, Json]
    whole: Mapping[str, Json] | None
    rest: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; ``document`` is the ruleset without its rules."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    document: Mapping[str, Json]


def to_table(document: Mapping[str, Any]) -> Table:
    """Give a ruleset document as a table; it may be unfinished, its rules are objects.

    The rows stand in the order in which they are read, the columns in the order in which these rows
    write their comparisons; a rule that writes them the other way round than those before it keeps its
    condition whole.
    """
    names = reading_order(document)
    after: dict[Column, set[Column]] = {}
    placed: dict[str, dict[Column, Json]] = {}
    for name in names:
        rule = document["rules"][name]
        cells = _cells(rule)
        wanted = None if cells is None else _with(after, list(cells))
        if cells is not None and wanted is not None:
            after, placed[name] = wanted, cells
    columns = _ordered(after)
    number = {column: index for index, column in enumerate(columns)}
    rows = []
    for name in names:
        rule = document["rules"][name]
        rest = {key: value for key, value in rule.items() if key not in ("all", "any")}
        mine = {number[column]: value for column, value in placed.get(name, {}).items()}
        whole = not mine or canonical(_condition(mine, columns)) != canonical(_of(rule))
        rows.append(Row(name, {} if whole else mine, _of(rule) if whole else None, rest))
    return Table(columns, tuple(rows), {key: value for key, value in document.items() if key != "rules"})


def _with(after: Mapping[Column, set[Column]], order: list[Column]) -> dict[Column, set[Column]] | None:
    """Add an order of columns to those known; None when it goes against them."""
    made = {column: set(before) for column, before in after.items()}
    for column in order:
        made.setdefault(column, set())
    for first, second in pairwise(order):
        made[second].add(first)
    try:
        TopologicalSorter(made).prepare()
    except CycleError:
        return None
    return made


def _ordered(after: Mapping[Column, set[Column]]) -> tuple[Column, ...]:
    """Put columns in order; where the rules leave it open, the one written first stands first."""
    seen = {column: index for index, column in enumerate(after)}
    sorter = TopologicalSorter(after)
    sorter.prepare()
    columns: list[Column] = []
    ready: list[tuple[int, Column]] = []
    while sorter.is_active():
        for column in sorter.get_ready():
            heappush(ready, (seen[column], column))
        columns.append(heappop(ready)[1])
        sorter.done(columns[-1])
    return tuple(columns)


def from_table(table: Table) -> dict[str, Json]:
    """Give the ruleset document that a table says; the order of its rows is the order of reading.

    A document that says an order goes on saying one, any other only where the rows ask for it.
    """
    rules = {}
    for row in table.rows:
        condition = dict(row.whole) if row.whole is not None else _condition(row.cells, table.columns)
        rules[row.rule] = {**condition, **row.rest}
    names = list(rules)
    made = {**table.document, "rules": rules}
    return {**made, "order": names} if "order" in made else with_order(made, names)


def _of(rule: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in rule.items() if key in ("all", "any")}


def _cells(rule: Mapping[str, Any]) -> dict[Column, Json] | None:
    """Give a rule's comparisons, each of another column; None when it is not a plain conjunction."""
    patterns = rule.get("all")
    if not isinstance(patterns, list) or len(patterns) != 1:
        return None
    pattern = patterns[0]
    condition = pattern["m"] if isinstance(pattern, Mapping) and list(pattern) == ["m"] else None
    if not isinstance(condition, Mapping):
        return None
    parts = condition["$and"] if list(condition) == ["$and"] else [condition]
    cells = [_cell(part) for part in parts] if isinstance(parts, list) else [None]
    found = dict(cell for cell in cells if cell is not None)
    return found if len(found) == len(cells) else None


def _cell(part: Any) -> tuple[Column, Json] | None:
    if not isinstance(part, Mapping) or len(part) != 1:
        return None
    ((key, value),) = part.items()
    if not key.startswith("$"):
        return Column(key, PLAIN), value
    if key in ("$and", "$or", "$not", "$iall", "$iany"):
        return None
    if not isinstance(value, Mapping) or len(value) != 1:
        return None
    ((fact, operand),) = value.items()
    return Column(fact, key), operand


def _condition(cells: Mapping[int, Json], columns: tuple[Column, ...]) -> dict[str, Json]:
    parts: list[Json] = []
    for number in sorted(cells):
        column, value = columns[number], cells[number]
        parts.append({column.fact: value} if column.op == PLAIN else {column.op: {column.fact: value}})
    return {"all": [{"m": parts[0] if len(parts) == 1 else {"$and": parts}}]}
