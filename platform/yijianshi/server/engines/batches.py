"""Many cases decided at once, in DuckDB: loaded from lines of JSON, one query a ruleset."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ...core.definitions.types import Json
from ...core.rules import Compiled, Facts
from .sql import Batch
from .trees import text

Columns = Mapping[str, str]


@contextmanager
def duck(threads: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory database that reads no files but those it is handed, and closes after."""
    connection = duckdb.connect(":memory:")
    try:
        # it would stand on standard output, among a command's JSON, as soon as a query takes two seconds
        connection.execute("SET enable_progress_bar = false")
        # a step of a query is a level, and rules may build on one another a thousand times
        connection.execute("SET max_expression_depth = 10000")
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        yield connection
    finally:
        connection.close()


def load(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Columns, rows: Iterable[Mapping[str, Json]]
) -> int:
    """Make a table of rows of JSON; gives how many there are. ``columns`` are names and SQL types."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        count = 0
        with path.open("w", encoding="utf-8") as lines:
            for row in rows:
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                count += 1
        shape = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in columns.items())
        if count == 0:
            named = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} ({named})")
        else:
            connection.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_json({_quoted(str(path))}, "
                f"format = 'newline_delimited', columns = {{{shape}}}, maximum_object_size = 100000000)"
            )
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


def _quoted(value: str) -> str:
    return text(value).sql("duckdb")
