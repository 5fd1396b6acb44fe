"""The databases that can be asked about many cases at once, each in its own SQL.

DuckDB is always there. Where the platform's store is in PostgreSQL, its database is one more: it is
handed the cases with the query and asked in a transaction that can write nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import duckdb
from sqlglot import exp

from ...core.rules import Compiled, Facts
from . import batches, trees
from .sql import Batch

if TYPE_CHECKING:
    from psycopg import Connection

SECONDS = 10.0
"""What PostgreSQL may take for one query."""

Truths = tuple[bool | None, ...]


class NoAnswer(Exception):
    """A database did not run the query; the message is what it says itself."""


class TooLate(Exception):
    """A database was stopped, for it took too long."""


class Database(Protocol):
    """A database that decides cases by a ruleset's query."""

    @property
    def name(self) -> str:
        """Its name, as an administrator reads it."""
        ...

    @property
    def together(self) -> int:
        """How many cases it is best asked about at once."""
        ...

    def decide(self, compiled: Compiled, cases: Sequence[Facts]) -> list[Truths]:
        """Give the truth of every rule for each case; raises NoAnswer and TooLate."""
        ...


class DuckDB:
    """A database in memory, made for the while."""

    name = "DuckDB"
    together = 10_000

    def decide(self, compiled: Compiled, cases: Sequence[Facts]) -> list[Truths]:
        """See Database."""
        try:
            return batches.decide(compiled, cases)
        except duckdb.Error as error:
            raise NoAnswer(_first_line(error)) from error


ALWAYS: tuple[Database, ...] = (DuckDB(),)


@runtime_checkable
class Lender(Protocol):
    """A store that lends a connection to PostgreSQL on which nothing can be written."""

    def reading(self) -> AbstractContextManager[Connection[Any]]:
        """Lend it for one transaction."""
        ...


class PostgreSQL:
    """The database of the store."""

    name = "PostgreSQL"
    together = 500

    def __init__(self, store: Lender) -> None:
        self._store = store

    def decide(self, compiled: Compiled, cases: Sequence[Facts]) -> list[Truths]:
        """See Database."""
        import psycopg

        query, given = question(compiled, cases)
        try:
            with self._store.reading() as connection:
                # compiling the query to machine code, meant for long ones, takes longer than running it
                connection.execute("SET LOCAL jit = off")
                connection.execute(f"SET LOCAL statement_timeout = {int(SECONDS * 1000)}")
                return psycopg.RawCursor(connection).execute(query, [given]).fetchall()
        except psycopg.errors.QueryCanceled as error:
            raise TooLate from error
        except psycopg.Error as error:
            raise NoAnswer(_first_line(error)) from error


def question(compiled: Compiled, cases: Sequence[Facts]) -> tuple[str, str]:
    """Write PostgreSQL's query, and the cases as its one parameter: they are no table, but handed over."""
    batch = Batch(compiled, "postgres")
    given = trees.cast(exp.Parameter(this=trees.number(1)), trees.kind_of(exp.DType.JSONB))
    kinds = {"n": trees.kind_of(exp.DType.BIGINT), **batch.kinds()}
    rows = trees.records(given, "given", [trees.definition(name, kind) for name, kind in kinds.items()])
    rules = [batch.decided(rule) for rule in range(len(compiled.ruleset.rules))]
    decided = batch.select(trees.select(rows, kinds, {}), ["n"])
    query = trees.select(decided, rules, {}).order_by(trees.column("n"), copy=False)
    numbered = [{"n": number, **batch.row(facts)} for number, facts in enumerate(cases)]
    return query.sql("postgres", copy=False), json.dumps(numbered, ensure_ascii=False)


def databases(store: object) -> tuple[Database, ...]:
    """Give the databases that decide batches where this is the store."""
    return (*ALWAYS, PostgreSQL(store)) if isinstance(store, Lender) else ALWAYS


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
