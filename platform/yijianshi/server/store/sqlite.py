"""The default store: one SQLite file, through sqlite-utils.

WAL with ``synchronous=FULL``: a commit is on disk when ``write()`` is left. One connection
writes, behind a lock; readers have connections of their own and see the last commit.
Several processes may share the file: the write lock of SQLite itself serialises them.

Writers that wait for one another share a commit: each block is a savepoint of one transaction,
the last of them (or the ``GROUP``-th) commits, and nobody leaves ``write()`` before that. A block
that fails undoes itself and nothing else.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from .errors import Busy, Conflict, Immutable, SchemaMismatch
from .protocol import ColumnType, Row, Table
from .session import Session
from .sql import Dialect, Schema, index_name

BUSY_SECONDS = 30.0
GROUP = 64
"""So many blocks share a commit at most."""

GRACE_SECONDS = 0.05
"""So long a block waits for the next one to commit; then it commits itself."""

KEPT_READERS = 16
"""Idle reading connections beyond this are closed."""

_TYPES: dict[ColumnType, type] = {
    "text": str,
    "integer": int,
    "real": float,
    "boolean": int,
    "json": str,
    "blob": bytes,
}
_AFFINITIES = {str: "TEXT", int: "INTEGER", float: "REAL", bytes: "BLOB"}


class _Group:
    """The blocks that share one commit."""

    def __init__(self) -> None:
        self.size = 0
        self.ended = threading.Event()
        self.error: BaseException | None = None


class SqliteStore:
    """A store in one SQLite file; ``tables`` are created, and missing columns and indexes added."""

    def __init__(self, path: Path, tables: Sequence[Table], busy_seconds: float = BUSY_SECONDS) -> None:
        self._schema = Schema(tables)
        self._path = path
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._owner: int | None = None
        self._group: _Group | None = None
        self._waiting = 0
        self._waiting_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._idle_lock = threading.Lock()
        self._closed = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = self._connect()
        try:
            self._writer.execute("PRAGMA journal_mode=WAL")
            self._writer.execute("PRAGMA synchronous=FULL")
            with self._transaction():
                _migrate(Database(self._writer), self._schema)
        except BaseException:
            self._writer.close()
            raise

    @contextmanager
    def read(self) -> Iterator[SqliteSession]:
        """See Store."""
        connection = self._take_reader()
        try:
            connection.execute("BEGIN")
            yield SqliteSession(self._schema, connection)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._give_back(connection)

    @contextmanager
    def write(self) -> Iterator[SqliteSession]:
        """See Store."""
        with self._transaction():
            yield SqliteSession(self._schema, self._writer)

    def close(self) -> None:
        """See Store; waits for the writer to finish."""
        with self._lock, self._idle_lock:
            self._closed = True
            if self._group is not None:
                self._commit(self._group)
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._writer.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._owner == threading.get_ident():
            raise RuntimeError("write() inside write(): pass the writer on instead")
        group = self._enter()
        try:
            try:
                yield
                self._writer.execute("RELEASE block")
            except BaseException as error:
                self._undo(group, error)
                raise
        finally:
            self._owner = None
            if group.size >= GROUP or not self._waiting:
                self._commit(group)
            self._lock.release()
            self._await(group)
        if group.error is not None:
            raise group.error

    def _enter(self) -> _Group:
        """Wait for the writer's turn, and begin a block in the open group or in a new one."""
        self._count(1)
        try:
            taken = self._lock.acquire(timeout=self._busy_seconds)
        finally:
            self._count(-1)
        if not taken:
            raise Busy("the database is busy: another write has not ended in time")
        try:
            if self._group is None:
                self._writer.execute("BEGIN IMMEDIATE")
                self._group = _Group()
            group = self._group
            self._writer.execute("SAVEPOINT block")
        except sqlite3.OperationalError as error:
            self._lock.release()
            raise _busy(error) from error
        except BaseException:
            self._lock.release()
            raise
        group.size += 1
        self._owner = threading.get_ident()
        return group

    def _undo(self, group: _Group, error: BaseException) -> None:
        """Undo one block; where SQLite has undone the whole transaction, the others are told."""
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK TO block")
            self._writer.execute("RELEASE block")
        else:
            self._end(group, error)

    def _commit(self, group: _Group) -> None:
        """Commit for everybody in the group; what goes wrong is everybody's."""
        if group is not self._group:
            return
        try:
            self._writer.execute("COMMIT")
        except BaseException as error:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
            self._end(group, error)
        else:
            self._end(group, None)

    def _end(self, group: _Group, error: BaseException | None) -> None:
        self._group = None
        group.error = error
        group.ended.set()

    def _await(self, group: _Group) -> None:
        """Wait until the group is committed; where the next block gave up waiting, commit here."""
        while not group.ended.wait(GRACE_SECONDS):
            if self._lock.acquire(blocking=False):
                try:
                    self._commit(group)
                finally:
                    self._lock.release()

    def _count(self, change: int) -> None:
        with self._waiting_lock:
            self._waiting += change

    def _connect(self) -> sqlite3.Connection:
        # isolation_level=None: transactions begin and end where this module says, nowhere else
        connection = sqlite3.connect(
            self._path, timeout=self._busy_seconds, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys=ON")
        return connection

    def _take_reader(self) -> sqlite3.Connection:
        with self._idle_lock:
            if self._closed:
                raise RuntimeError("the store is closed")
            if self._idle:
                return self._idle.pop()
        connection = self._connect()
        connection.execute("PRAGMA query_only=ON")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._idle_lock:
            if not self._closed and len(self._idle) < KEPT_READERS:
                self._idle.append(connection)
                return
        connection.close()


class SqliteSession(Session):
    """A transaction on one connection."""

    dialect = Dialect("?", "IS NOT")

    def __init__(self, schema: Schema, connection: sqlite3.Connection) -> None:
        super().__init__(schema)
        self._connection = connection

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _run(self, table: Table, sql: str, values: Sequence[Any], fragile: bool) -> int:
        # a failed statement undoes only itself in SQLite, so nothing is needed for ``fragile``
        try:
            return self._connection.execute(sql, values).rowcount
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
                raise Immutable(str(error)) from error
            raise Conflict(table.name, str(error)) from error
        except sqlite3.OperationalError as error:
            raise _busy(error) from error

    def _decode(self, table: Table, values: tuple[Any, ...]) -> Row:
        row: Row = {}
        for (column, kind), value in zip(table.columns.items(), values, strict=True):
            if value is not None and kind == "json":
                row[column] = json.loads(value)
            elif value is not None and kind == "boolean":
                row[column] = bool(value)
            else:
                row[column] = value
        return row


def _busy(error: sqlite3.OperationalError) -> Exception:
    if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy("the database is busy: another process is writing")
    return error


def _migrate(database: Database, schema: Schema) -> None:
    """Create what is missing; a new column of an existing table starts out null."""
    existing = set(database.table_names())
    for table in schema.tables.values():
        if table.name not in existing:
            database.table(table.name).create(
                {column: _TYPES[kind] for column, kind in table.columns.items()},
                pk=table.key,
                not_null={table.key, *table.required},
                foreign_keys=[
                    (column, target, schema.table(target).key) for column, target in table.references.items()
                ],
                strict=True,
            )
        else:
            _add_columns(database, table)
        for columns, unique in _indexes(table):
            database.table(table.name).create_index(
                columns,
                index_name=index_name(table, columns, "uq" if unique else "ix"),
                unique=unique,
                if_not_exists=True,
            )
        _guard(database, table)


def _add_columns(database: Database, table: Table) -> None:
    present = {column.name: column.type.upper() for column in database.table(table.name).columns}
    for column, kind in table.columns.items():
        wanted = _AFFINITIES[_TYPES[kind]]
        if column not in present:
            database.table(table.name).add_column(column, _TYPES[kind])
        elif present[column] != wanted:
            raise SchemaMismatch(f"{table.name}.{column} is {present[column]} in the database, not {wanted}")


def _indexes(table: Table) -> Iterator[tuple[tuple[str, ...], bool]]:
    for columns in table.indexes:
        yield columns, False
    for columns in table.unique:
        yield columns, True


def _guard(database: Database, table: Table) -> None:
    """Let the database itself refuse to change what is immutable."""
    for name in ("keep", "stay"):
        database.execute(f'DROP TRIGGER IF EXISTS "{name}_{table.name}"')
    if not table.immutable:
        return
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in table.immutable)
    database.execute(
        f'CREATE TRIGGER "keep_{table.name}" BEFORE UPDATE ON "{table.name}" WHEN {changed} '
        f"BEGIN SELECT RAISE(ABORT, '{table.name}: what was written does not change'); END"
    )
    database.execute(
        f'CREATE TRIGGER "stay_{table.name}" BEFORE DELETE ON "{table.name}" '
        f"BEGIN SELECT RAISE(ABORT, '{table.name}: what was written is not deleted'); END"
    )
