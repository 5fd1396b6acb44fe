"""The store for more than one machine: PostgreSQL through psycopg and its pool.

Writers take one advisory lock as the first thing in their transaction. Every write appends to
one hash chain and would have to queue there anyway; queueing at the start gives a block the same
view of the world that it has on SQLite: nobody else writes between what it reads and what it
writes. So no transaction can fail to serialise, and none needs to be run again. Readers work on
a REPEATABLE READ snapshot and wait for nobody.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection, IsolationLevel, errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from .errors import Busy, Conflict, Immutable, SchemaMismatch, Unreachable
from .protocol import ColumnType, Row, Table
from .session import Session
from .sql import Dialect, Schema, index_name

BUSY_SECONDS = 30.0
READERS = 16

_LOCK = 0x796A73  # "yjs": the advisory lock of writers; the next number is that of migrations
_IMMUTABLE = "YJ001"
"""The SQLSTATE our triggers raise."""

# "C" sorts by code point, as SQLite does
_TYPES: dict[ColumnType, str] = {
    "text": 'text COLLATE "C"',
    "integer": "bigint",
    "real": "double precision",
    "boolean": "boolean",
    "json": "jsonb",
    "blob": "bytea",
}


class PostgresStore:
    """A store in a PostgreSQL database; tables are created, and missing columns and indexes added."""

    def __init__(
        self,
        url: str,
        tables: Sequence[Table],
        busy_seconds: float = BUSY_SECONDS,
        readers: int = READERS,
    ) -> None:
        self._schema = Schema(tables)
        self._busy_seconds = busy_seconds
        self._lock = threading.Lock()
        self._owner: int | None = None
        # one process writes one transaction at a time: its threads queue here, not in the database
        self._writers = _pool(url, 1, busy_seconds, _as_writer)
        self._readers = _pool(url, readers, busy_seconds, _as_reader)
        try:
            self._writers.wait(busy_seconds)
            self._readers.wait(busy_seconds)
            with self._writers.connection() as connection:
                _execute(connection, f"SELECT pg_advisory_xact_lock({_LOCK + 1})")
                _migrate(connection, self._schema)
        except PoolTimeout as error:
            self.close()
            raise Unreachable(_unreachable(url)) from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[PostgresSession]:
        """See Store."""
        with self.reading() as connection:
            yield PostgresSession(self._schema, connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection for one transaction that can write nothing."""
        with self._borrow(self._readers) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[PostgresSession]:
        """See Store."""
        if self._owner == threading.get_ident():
            raise RuntimeError("write() inside write(): pass the writer on instead")
        if not self._lock.acquire(timeout=self._busy_seconds):
            raise Busy("the database is busy: another write has not ended in time")
        try:
            self._owner = threading.get_ident()
            with self._borrow(self._writers) as connection:
                try:
                    _execute(connection, f"SET LOCAL lock_timeout = {int(self._busy_seconds * 1000)}")
                    _execute(connection, f"SELECT pg_advisory_xact_lock({_LOCK})")
                except errors.LockNotAvailable as error:
                    raise Busy("the database is busy: another process is writing") from error
                yield PostgresSession(self._schema, connection)
        finally:
            self._owner = None
            self._lock.release()

    def close(self) -> None:
        """See Store."""
        self._writers.close()
        self._readers.close()

    @contextmanager
    def _borrow(self, pool: ConnectionPool) -> Iterator[Connection]:
        """Lend a connection for one transaction: committed at the end, rolled back on any exception."""
        try:
            connection = pool.getconn(self._busy_seconds)
        except PoolTimeout as error:
            raise Busy("no connection to the database became free in time") from error
        try:
            # a connection of a pool is not closed by this, only its transaction is
            with connection:
                yield connection
        finally:
            pool.putconn(connection)


class PostgresSession(Session):
    """A transaction on one connection."""

    dialect = Dialect("%s", "IS DISTINCT FROM")

    def __init__(self, schema: Schema, connection: Connection) -> None:
        super().__init__(schema)
        self._connection = connection

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return _execute(self._connection, sql, values).fetchall()

    def _run(self, table: Table, sql: str, values: Sequence[Any], fragile: bool) -> int:
        try:
            if not fragile:
                return _execute(self._connection, sql, values).rowcount
            # a failed statement spoils the transaction in PostgreSQL; a savepoint keeps it usable
            with self._connection.transaction():
                return _execute(self._connection, sql, values).rowcount
        except errors.IntegrityError as error:
            raise Conflict(table.name, str(error)) from error
        except psycopg.DatabaseError as error:
            if error.sqlstate == _IMMUTABLE:
                raise Immutable(str(error)) from error
            raise

    def _decode(self, table: Table, values: tuple[Any, ...]) -> Row:
        return dict(zip(table.columns, values, strict=True))


def _pool(url: str, size: int, timeout: float, configure: Any) -> ConnectionPool:
    return ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        timeout=timeout,
        configure=configure,
        # a connection that died while idle is replaced, not handed out
        check=ConnectionPool.check_connection,
        open=True,
    )


def _unreachable(url: str) -> str:
    """Say which server it is that does not answer, without the password."""
    known = conninfo_to_dict(url)
    where = f"{known.get('host', 'localhost')}:{known.get('port', 5432)}/{known.get('dbname', '')}"
    return (
        f"连不上数据库 {where}：请确认服务器已启动，地址、用户和密码无误\n"
        f"the database {where} does not answer: see that the server runs, and the address, user and password are right"
    )


def _as_writer(connection: Connection) -> None:
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    # a process that stalls inside a block must not lock everybody else out for ever
    _execute(connection, "SET idle_in_transaction_session_timeout = '60s'")
    connection.commit()


def _as_reader(connection: Connection) -> None:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _execute(connection: Connection, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor:
    # every identifier comes from a declared Table, whose names are checked; values are always bound
    return connection.execute(sql, values or None)


def _migrate(connection: Connection, schema: Schema) -> None:
    """Create what is missing; a new column of an existing table starts out null."""
    for table in schema.tables.values():
        present = _columns(connection, table)
        if not present:
            lines = [f'"{column}" {_line(table, column, schema)}' for column in table.columns]
            _execute(
                connection, f'CREATE TABLE "{table.name}" ({", ".join(lines)}, PRIMARY KEY ("{table.key}"))'
            )
        for column, kind in table.columns.items() if present else ():
            wanted = _TYPES[kind].partition(" COLLATE")[0]
            if column not in present:
                _execute(connection, f'ALTER TABLE "{table.name}" ADD COLUMN "{column}" {_TYPES[kind]}')
            elif present[column] != wanted:
                raise SchemaMismatch(
                    f"{table.name}.{column} is {present[column]} in the database, not {wanted}"
                )
        for columns in table.indexes:
            _index(connection, table, columns, "ix", "")
        for columns in table.unique:
            _index(connection, table, columns, "uq", "UNIQUE")
        _guard(connection, table)


def _line(table: Table, column: str, schema: Schema) -> str:
    line = _TYPES[table.columns[column]]
    if table.never_null(column):
        line += " NOT NULL"
    if column in table.references:
        target = schema.table(table.references[column])
        line += f' REFERENCES "{target.name}" ("{target.key}")'
    return line


def _columns(connection: Connection, table: Table) -> dict[str, str]:
    rows = _execute(
        connection,
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = %s",
        [table.name],
    )
    return dict(rows.fetchall())


def _index(connection: Connection, table: Table, columns: tuple[str, ...], kind: str, unique: str) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    name = index_name(table, columns, kind)
    _execute(connection, f'CREATE {unique} INDEX IF NOT EXISTS "{name}" ON "{table.name}" ({listed})')


def _guard(connection: Connection, table: Table) -> None:
    """Let the database itself refuse to change what is immutable."""
    for name in ("keep", "stay"):
        _execute(connection, f'DROP TRIGGER IF EXISTS "{name}_{table.name}" ON "{table.name}"')
    if not table.immutable:
        return
    _execute(
        connection,
        "CREATE OR REPLACE FUNCTION yijianshi_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '%: what was written stays as it is', TG_TABLE_NAME USING ERRCODE = '{_IMMUTABLE}'; "
        "END $$",
    )
    changed = " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in table.immutable)
    _execute(
        connection,
        f'CREATE TRIGGER "keep_{table.name}" BEFORE UPDATE ON "{table.name}" '
        f"FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION yijianshi_refuse()",
    )
    _execute(
        connection,
        f'CREATE TRIGGER "stay_{table.name}" BEFORE DELETE ON "{table.name}" '
        "FOR EACH ROW EXECUTE FUNCTION yijianshi_refuse()",
    )
