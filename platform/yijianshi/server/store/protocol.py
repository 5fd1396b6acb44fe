"""The one protocol behind which SQLite and PostgreSQL stand.

Tables are declared as data; rows are plain dicts. What every implementation promises:

* ``write()`` is one transaction: it commits when the block ends, rolls back on any exception,
  and is durable once the block has been left. Writers are serialised over the whole database,
  so a block may read, decide and write without another writer in between.
* ``read()`` sees one consistent snapshot and never waits for writers.
* A :class:`Conflict` leaves the transaction usable: it may be caught inside the block.
* JSON columns keep the value, not its spelling: the order of keys and ``1.0`` versus ``1``
  are not kept. Where the exact text matters, use a text column.
* Text sorts by code point; nulls sort before everything else; ``=`` and ``!=`` treat null as a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from ...core.proofs.chain import Entry

ColumnType = Literal["text", "integer", "real", "boolean", "json", "blob"]
"""``text`` str, ``integer`` 64-bit int, ``real`` finite float, ``json`` any JSON value, ``blob`` bytes.
A moment is ``text``: ISO-8601 with offset."""

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "is null", "not null"]
Condition = tuple[str, str, Any]
"""(column, operator, value); the value of ``is null`` and ``not null`` is ignored."""

Row = dict[str, Any]
Where = Sequence[Condition]
Order = Sequence[str]
"""Column names; a leading ``-`` turns the direction."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns, its key, and what is indexed, unique, required or immutable.

    ``immutable`` columns never change once written, and rows of a table that has any cannot
    be deleted: the database itself refuses. ``references`` maps a column to the table whose
    key it must hold. Raises ValueError when the declaration does not make sense.
    """

    name: str
    columns: Mapping[str, ColumnType]
    key: str
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    required: tuple[str, ...] = ()
    immutable: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (self.name, *self.columns):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{self.name}: {name!r} is no name for a table or column")
        used = {self.key, *self.required, *self.immutable, *self.references}
        used.update(column for group in (*self.indexes, *self.unique) for column in group)
        unknown = used - set(self.columns)
        if unknown:
            raise ValueError(f"{self.name}: unknown column {', '.join(sorted(unknown))}")

    def type_of(self, column: str) -> ColumnType:
        """Give the type of a column; raises ValueError for one that is not declared."""
        try:
            return self.columns[column]
        except KeyError:
            raise ValueError(f"{self.name} has no column {column!r}") from None

    def never_null(self, column: str) -> bool:
        """Tell whether the column always has a value."""
        return column == self.key or column in self.required


class Reader(Protocol):
    """What can be asked inside ``read()`` and ``write()``; unknown tables and columns raise ValueError."""

    def get(self, table: str, key: Any) -> Row | None:
        """Give the row with this key."""
        ...

    def find(
        self, table: str, where: Where = (), order: Order = (), limit: int | None = None, offset: int = 0
    ) -> list[Row]:
        """Give the rows that meet every condition; without ``order`` they come by key."""
        ...

    def count(self, table: str, where: Where = ()) -> int:
        """Count the rows that meet every condition."""
        ...

    def entries(self, after: int = 0, limit: int = 1000, subject: str | None = None) -> list[Entry]:
        """Give the journal's entries with ``seq > after``, oldest first."""
        ...

    def head(self) -> Entry | None:
        """Give the last entry of the journal."""
        ...


class Writer(Reader, Protocol):
    """What can be done inside ``write()``."""

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Add a row; columns left out are null. Raises Conflict, Unstorable."""
        ...

    def update(self, table: str, key: Any, changes: Mapping[str, Any], where: Where = ()) -> bool:
        """Change the row with this key if it meets the conditions; False when nothing matched.

        Raises Conflict when a unique value is taken, Immutable, Unstorable.
        """
        ...

    def delete(self, table: str, key: Any) -> bool:
        """Delete the row; False when there was none. Raises Immutable, Conflict when it is referred to."""
        ...

    def append(self, kind: str, subject: str, actor: str, data: Any, at: datetime | str) -> Entry:
        """Add an entry to the hash-chained journal; ``at`` needs an offset. Raises Unstorable."""
        ...


class Store(Protocol):
    """A database. Thread-safe; calls block, so handlers run them in a thread."""

    def read(self) -> AbstractContextManager[Reader]:
        """Open a consistent snapshot for reading."""
        ...

    def write(self) -> AbstractContextManager[Writer]:
        """Open the one write transaction; raises Busy when the store stays locked.

        Not to be nested: a second ``write()`` in the same thread raises RuntimeError.
        """
        ...

    def close(self) -> None:
        """Close every connection; using the store afterwards raises."""
        ...
