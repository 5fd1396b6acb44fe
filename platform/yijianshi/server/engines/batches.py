"""Many cases decided at once, in a DuckDB in memory: loaded as JSON, one query a ruleset."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

import duckdb

from ...core.definitions.types import Json
from ...core.rules import Compiled, Facts
from .sql import Batch

LOADED = 5_000
"""Rows handed to the database at once."""

Columns = Mapping[str, str]


@contextmanager
def duck(threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory that reads and writes no file, and closes after.

    What it is handed may be the answers of people, which lie encrypted wherever they are stored: it
    fails for want of memory before it puts any of them on a disk.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET temp_directory = ''")
        connection.execute("SET enable_external_access = false")
        # it would stand on standard output, among a command's JSON, as soon as a query takes two seconds
        connection.execute("SET enable_progress_bar = false")
        # a step of a query is a level, and rules may build on one another a thousand times
        connection.execute("SET max_expression_depth = 10000")
        # pushed down into the steps, a filter on what rules say makes DuckDB 2.0 refuse some queries
        connection.execute("SET disabled_optimizers = 'filter_pushdown'")
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        yield connection
    finally:
        connection.close()


def load(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Columns, rows: Iterable[Mapping[str, Json]]
) -> int:
    """Make a table of rows of JSON; gives how many there are. ``columns`` are names and SQL types."""
    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"CREATE TABLE {table} ({shape})")
    insert = f"INSERT INTO {table} SELECT unnest(row) FROM (SELECT unnest(?::JSON::STRUCT({shape})[]) AS row)"
    waiting = iter(rows)
    count = 0
    while some := list(islice(waiting, LOADED)):
        connection.execute(insert, [json.dumps(some, ensure_ascii=False)])
        count += len(some)
    return count


def narrow(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Keep the whole numbers of a table in 32 bits where they fit, which makes a query a third faster."""
    described = connection.execute(f"SELECT column_name, column_type FROM (DESCRIBE {table})").fetchall()
    wide = [name for name, kind in described if kind == "BIGINT"]
    if not wide:
        return
    least = ", ".join(f"min({name}), max({name})" for name in wide)
    found = connection.execute(f"SELECT {least} FROM {table}").fetchone() or ()
    for name, low, high in zip(wide, found[::2], found[1::2], strict=True):
        if low is not None and low > -(2**31) and high < 2**31:
            connection.execute(f"ALTER TABLE {table} ALTER {name} TYPE INTEGER")


def decide(compiled: Compiled, cases: Iterable[Facts]) -> list[tuple[bool | None, ...]]:
    """Decide many cases; gives for each the truth of every rule, in the order of the rules."""
    batch = Batch(compiled)
    rules = ", ".join(f"r{number}" for number in range(len(compiled.ruleset.rules)))
    with duck() as connection:
        numbered = ({"n": number, **batch.row(facts)} for number, facts in enumerate(cases))
        load(connection, "cases", {"n": "BIGINT", **batch.columns()}, numbered)
        return connection.execute(
            f"SELECT {rules} FROM ({batch.query('cases', ['n'])}) ORDER BY n"
        ).fetchall()
