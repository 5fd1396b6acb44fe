"""What readers and writers of both databases have in common; each database adds how to execute."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ...core.proofs.chain import GENESIS, Entry, seal
from .errors import Conflict
from .journal import HEAD, HEAD_KEY, JOURNAL, to_entry, to_row
from .protocol import Order, Row, Table, Where
from .sql import Dialect, Schema
from .values import check, dump, moment


class Session(ABC):
    """One open transaction; a reader or, where the store opened it so, a writer."""

    dialect: Dialect

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    @abstractmethod
    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a query."""

    @abstractmethod
    def _run(self, table: Table, sql: str, values: Sequence[Any], fragile: bool) -> int:
        """Run a statement and give the number of rows it touched; ``fragile``: it may break a constraint."""

    @abstractmethod
    def _decode(self, table: Table, values: tuple[Any, ...]) -> Row:
        """Make a row of what the database gave."""

    def get(self, table: str, key: Any) -> Row | None:
        """See Reader."""
        declared = self._schema.table(table)
        rows = self.find(table, ((declared.key, "=", key),), limit=1)
        return rows[0] if rows else None

    def find(
        self, table: str, where: Where = (), order: Order = (), limit: int | None = None, offset: int = 0
    ) -> list[Row]:
        """See Reader."""
        declared = self._schema.table(table)
        sql, values = self.dialect.select(declared, where, order, limit, offset)
        return [self._decode(declared, row) for row in self._rows(sql, values)]

    def count(self, table: str, where: Where = ()) -> int:
        """See Reader."""
        sql, values = self.dialect.count(self._schema.table(table), where)
        return int(self._rows(sql, values)[0][0])

    def entries(self, after: int = 0, limit: int = 1000, subject: str | None = None) -> list[Entry]:
        """See Reader."""
        where: list[tuple[str, str, Any]] = [("seq", ">", after)]
        if subject is not None:
            where.append(("subject", "=", subject))
        return [to_entry(row) for row in self.find(JOURNAL.name, where, ("seq",), limit)]

    def head(self) -> Entry | None:
        """See Reader."""
        rows = self.find(JOURNAL.name, (), ("-seq",), 1)
        return to_entry(rows[0]) if rows else None

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """See Writer."""
        declared = self._schema.table(table)
        for column in (declared.key, *declared.required):
            if row.get(column) is None:
                raise ValueError(f"{table}.{column} needs a value")
        sql, values = self.dialect.insert(declared, row)
        if self._run(declared, sql, values, bool(declared.references)) == 0:
            raise Conflict(table)

    def update(self, table: str, key: Any, changes: Mapping[str, Any], where: Where = ()) -> bool:
        """See Writer."""
        declared = self._schema.table(table)
        if not changes:
            return self.count(table, ((declared.key, "=", key), *where)) > 0
        for column, value in changes.items():
            if value is None and declared.never_null(column):
                raise ValueError(f"{table}.{column} needs a value")
        bound = {declared.key, *declared.immutable, *declared.references}
        bound.update(column for group in declared.unique for column in group)
        sql, values = self.dialect.update(declared, key, changes, where)
        return self._run(declared, sql, values, not bound.isdisjoint(changes)) > 0

    def delete(self, table: str, key: Any) -> bool:
        """See Writer."""
        declared = self._schema.table(table)
        sql, values = self.dialect.delete(declared, key)
        fragile = bool(declared.immutable) or any(
            table in other.references.values() for other in self._schema.tables.values()
        )
        return self._run(declared, sql, values, fragile) > 0

    def append(self, kind: str, subject: str, actor: str, data: Any, at: datetime | str) -> Entry:
        """See Writer."""
        dump(data)
        for part in (kind, subject, actor):
            check("text", part)
        last = self.get(HEAD.name, HEAD_KEY)
        seq, previous = (0, GENESIS) if last is None else (last["seq"], last["digest"])
        entry = seal(Entry(seq + 1, moment(at), actor, kind, subject, data, previous, ""))
        self.insert(JOURNAL.name, to_row(entry))
        head = {"seq": entry.seq, "digest": entry.digest}
        if last is None:
            self.insert(HEAD.name, {"id": HEAD_KEY, **head})
        else:
            self.update(HEAD.name, HEAD_KEY, head)
        return entry
