"""The SQL both stores speak: conditions, order and statements over declared tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .journal import JOURNAL_TABLES
from .protocol import Order, Table, Where
from .values import check

_COMPARISONS = ("<", "<=", ">", ">=")

Statement = tuple[str, list[Any]]


class Schema:
    """The declared tables by name, the journal's own included; names are checked against it."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.tables: dict[str, Table] = {}
        for table in (*JOURNAL_TABLES, *tables):
            if table.name in self.tables:
                raise ValueError(f"table {table.name} is declared twice")
            self.tables[table.name] = table
        for table in self.tables.values():
            for target in table.references.values():
                self.table(target)

    def table(self, name: str) -> Table:
        """Give the declared table; raises ValueError."""
        try:
            return self.tables[name]
        except KeyError:
            raise ValueError(f"no table {name!r} is declared") from None


class Dialect:
    """Builds statements; the two databases differ in the placeholder and in a few words."""

    def __init__(self, mark: str, distinct: str) -> None:
        self.mark = mark
        self.distinct = distinct

    def select(self, table: Table, where: Where, order: Order, limit: int | None, offset: int) -> Statement:
        """Select rows; without ``order`` by key, so that pages are stable."""
        conditions, values = self.where(table, where)
        columns = ", ".join(f'"{column}"' for column in table.columns)
        sql = f'SELECT {columns} FROM "{table.name}"{conditions} ORDER BY {self._order(table, order)}'  # noqa: S608
        if limit is not None:
            sql += f" LIMIT {self.mark}"
            values.append(limit)
        elif offset:
            # SQLite knows no OFFSET without LIMIT
            sql += f" LIMIT {2**62}"
        if offset:
            sql += f" OFFSET {self.mark}"
            values.append(offset)
        return sql, values

    def count(self, table: Table, where: Where) -> Statement:
        """Count rows."""
        conditions, values = self.where(table, where)
        return f'SELECT count(*) FROM "{table.name}"{conditions}', values  # noqa: S608

    def insert(self, table: Table, row: Mapping[str, Any]) -> Statement:
        """Insert a row; one that is there already is left alone and nothing is inserted."""
        values = [check(table.type_of(column), value) for column, value in row.items()]
        columns = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join(self.mark for _ in row)
        return (
            f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING',  # noqa: S608
            values,
        )

    def update(self, table: Table, key: Any, changes: Mapping[str, Any], where: Where) -> Statement:
        """Update the row with this key where the conditions hold."""
        values = [check(table.type_of(column), value) for column, value in changes.items()]
        assignments = ", ".join(f'"{column}" = {self.mark}' for column in changes)
        conditions, more = self.where(table, ((table.key, "=", key), *where))
        return f'UPDATE "{table.name}" SET {assignments}{conditions}', values + more  # noqa: S608

    def delete(self, table: Table, key: Any) -> Statement:
        """Delete the row with this key."""
        conditions, values = self.where(table, ((table.key, "=", key),))
        return f'DELETE FROM "{table.name}"{conditions}', values  # noqa: S608

    def where(self, table: Table, where: Where) -> Statement:
        """Spell the conditions, with the values to bind."""
        parts: list[str] = []
        values: list[Any] = []
        for column, operator, value in where:
            kind = table.type_of(column)
            if kind == "json":
                raise ValueError(f"{table.name}.{column} is JSON and cannot be compared")
            name = f'"{column}"'
            if operator == "is null" or (operator == "=" and value is None):
                parts.append(f"{name} IS NULL")
            elif operator == "not null" or (operator == "!=" and value is None):
                parts.append(f"{name} IS NOT NULL")
            elif operator == "=":
                parts.append(f"{name} = {self.mark}")
                values.append(check(kind, value))
            elif operator == "!=":
                parts.append(f"{name} {self.distinct} {self.mark}")
                values.append(check(kind, value))
            elif operator in _COMPARISONS:
                parts.append(f"{name} {operator} {self.mark}")
                values.append(check(kind, value))
            elif operator == "in":
                members = [check(kind, item) for item in value]
                parts.append(f"{name} IN ({', '.join(self.mark for _ in members)})" if members else "1 = 0")
                values.extend(members)
            else:
                raise ValueError(f"unknown operator {operator!r}")
        return (" WHERE " + " AND ".join(parts) if parts else ""), values

    @staticmethod
    def _order(table: Table, order: Order) -> str:
        parts: list[str] = []
        for name in order or (table.key,):
            column = name.removeprefix("-")
            table.type_of(column)
            direction, nulls = ("DESC", "LAST") if name.startswith("-") else ("ASC", "FIRST")
            # saying NULLS keeps PostgreSQL from using an index, so only where nulls can be
            parts.append(
                f'"{column}" {direction}'
                if table.never_null(column)
                else f'"{column}" {direction} NULLS {nulls}'
            )
        return ", ".join(parts)


def index_name(table: Table, columns: tuple[str, ...], kind: str) -> str:
    """Name an index; long names are cut where PostgreSQL would cut them."""
    return f"{kind}_{table.name}_{'_'.join(columns)}"[:63]
