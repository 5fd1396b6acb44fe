"""The store: one small protocol, on SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .errors import Busy, Conflict, Immutable, SchemaMismatch, StoreError, Unreachable, Unstorable
from .protocol import Reader, Row, Store, Table, Where, Writer

__all__ = [
    "Busy",
    "Conflict",
    "Immutable",
    "Reader",
    "Row",
    "SchemaMismatch",
    "Store",
    "StoreError",
    "Table",
    "Unreachable",
    "Unstorable",
    "Where",
    "Writer",
    "open_store",
]


def open_store(url: str, tables: Sequence[Table]) -> Store:
    """Open ``sqlite:///path/file.db`` (four slashes: an absolute path) or ``postgresql://…``.

    Creates the tables that are missing and adds missing columns. Raises ValueError for another
    kind of address, SchemaMismatch when a column has another type in the database, Unreachable when
    a server does not answer within half a minute.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        from .sqlite import SqliteStore

        return SqliteStore(Path(rest[1:]), tables)
    if separator and scheme in ("postgresql", "postgres"):
        from .postgres import PostgresStore

        return PostgresStore(url, tables)
    raise ValueError(f"{scheme}: a store is sqlite:///path/file.db or postgresql://user@host/database")
