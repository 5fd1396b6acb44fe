"""What-if over millions of cases: ours in one pass of SQL, OpenFisca's vectors, a loop of zen-engine.

The cases are made in the database itself, from a hash of their number; each engine is handed them in
the shape it likes best, and that hand-over is not timed. For every rule, each engine must count the
same cases, and a sample of them is held against the compiled evaluator.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import duckdb

from ...core.rules import Compiled, Facts, compile_ruleset, parse
from ...server.engines.batches import duck
from ...server.engines.sql import Batch
from ...server.engines.whatif import Editions, compare_table
from .contestant import NotInstalled, Unequal
from .made import ANSWERS, CHOICES, NUMBERS, ON, USES, Suite, named
from .peers import zen
from .vectors import CHUNK, OpenFisca

OURS = "what-if, SQL in one pass"
TWO_EDITIONS = "what-if, two editions and who changes"
VECTORS = "OpenFisca, vectors"
LOOP = "zen-engine, a loop"

LOOPED = 20_000
"""Cases that the loop of zen-engine goes over: enough to know its pace."""

SAMPLE = 2_000
ROUNDS = 3

T = TypeVar("T")


@dataclass(frozen=True)
class Pass:
    """An engine's pass: seconds a case, and the cases it went over."""

    name: str
    seconds: float
    cases: int


def measure(suite: Suite, cases: int, threads: int) -> Iterator[Pass | NotInstalled]:
    """Yield each engine's median pass over so many cases; raises Unequal where one counts other cases."""
    with duck(threads) as connection:
        _make(connection, cases)
        counted, ours = _one_pass(connection, suite, cases)
        yield ours
        yield _two_editions(connection, suite, cases)
        for peer in (_vectors, _loop):
            try:
                yield peer(connection, suite, counted)
            except NotInstalled as missing:
                yield missing


def _make(connection: duckdb.DuckDBPyConnection, cases: int) -> None:
    """Make the plain facts: numbers in quarters, choices as the place in their list, yes or no."""
    made = ", ".join(
        [f"(hash(range, {n}) % 400000)::INTEGER AS {name}" for n, name in enumerate(NUMBERS)]
        + [f"(hash(range, 20 + {n}) % {len(USES)})::UTINYINT AS {name}" for n, name in enumerate(CHOICES)]
        + [f"hash(range, 40 + {n}) % 2 = 0 AS {name}" for n, name in enumerate(ANSWERS)]
    )
    connection.execute(f"CREATE TABLE plain AS SELECT range AS id, {made} FROM range({int(cases)})")


def _columns(batch: Batch) -> str:
    """Write the plain facts as the columns that a query reads."""
    parts = []
    for name in NUMBERS:
        quarter = batch.row({name: 0.25})[batch.column(name)]
        parts.append(f"{name} * {quarter} AS {batch.column(name)}")
    for name in CHOICES:
        codes = [batch.row({name: use})[batch.column(name)] for use in USES]
        parts.append(f"({codes}::UTINYINT[])[{name} + 1] AS {batch.column(name)}")
    return ", ".join([*parts, *(f"{name} AS {batch.column(name)}" for name in ANSWERS)])


def _one_pass(connection: duckdb.DuckDBPyConnection, suite: Suite, cases: int) -> tuple[list[int], Pass]:
    """Count, for each rule, the cases that meet it."""
    batch = Batch(suite.compiled)
    connection.execute(f"CREATE TABLE cases AS SELECT id, {_columns(batch)} FROM plain")
    query = batch.query("cases", ["id"])
    counts = ", ".join(f"count_if(r{number})" for number in range(suite.rules))
    counted, seconds = _median(
        lambda: connection.execute(f"SELECT {counts} FROM ({query})").fetchone() or (), ROUNDS
    )
    rules = ", ".join(f"r{number}" for number in range(suite.rules))
    found = connection.execute(f"SELECT {rules} FROM ({query}) WHERE id < {SAMPLE} ORDER BY id").fetchall()
    if found != [tuple(suite.compiled.decide(case)) for case in _sample(connection)]:
        raise Unequal(f"{OURS}, {suite.name}: not what the compiled evaluator says")
    return [int(count) for count in counted], Pass(OURS, seconds / cases, cases)


def _two_editions(connection: duckdb.DuckDBPyConnection, suite: Suite, cases: int) -> Pass:
    """Find the cases that an edited ruleset decides differently."""
    editions = Editions(suite.compiled, edited(suite))
    columns = ", ".join(map(_columns, editions.batches))
    connection.execute(f"CREATE TABLE pairs AS SELECT id, {columns} FROM plain")
    difference, seconds = _median(lambda: compare_table(connection, editions, "pairs", cases), ROUNDS)
    found = connection.execute(f"SELECT id FROM changed WHERE id < {SAMPLE} ORDER BY id").fetchall()
    expected = [
        (number,)
        for number, case in enumerate(_sample(connection))
        if editions.old.decide(case) != editions.new.decide(case)
    ]
    if found != expected or not 0 < difference.changed < cases:
        raise Unequal(f"{TWO_EDITIONS}, {suite.name}: not the cases that the compiled evaluator finds")
    return Pass(TWO_EDITIONS, seconds / cases, cases)


def edited(suite: Suite) -> Compiled:
    """Give the ruleset with every number that its first rule names a tenth higher."""
    document: Any = copy.deepcopy(suite.document)
    matched = document["rules"][named(0)]["all"][0]
    matched["m"] = _raised(matched["m"])
    return compile_ruleset(parse(document), ON)


def _raised(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _raised(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_raised(each) for each in node]
    return round(node * 1.1) if isinstance(node, int | float) and not isinstance(node, bool) else node


def _vectors(connection: duckdb.DuckDBPyConnection, suite: Suite, counted: list[int]) -> Pass:
    engine = OpenFisca(suite)
    cases = _held(connection)
    seconds = 0.0
    found = [0] * suite.rules
    for start in range(0, cases, CHUNK):
        chunk = connection.execute(
            f"SELECT * EXCLUDE id FROM plain WHERE id >= {start} AND id < {start + CHUNK} ORDER BY id"
        ).fetchnumpy()
        columns = {name: values / 4 if name in NUMBERS else values for name, values in chunk.items()}
        started = time.perf_counter()
        truths = engine.met(columns, len(columns[NUMBERS[0]]))
        sums = [int(truth.sum()) for truth in truths]
        seconds += time.perf_counter() - started
        found = [before + now for before, now in zip(found, sums, strict=True)]
    _hold(VECTORS, suite, found, counted)
    return Pass(VECTORS, seconds / cases, cases)


def _loop(connection: duckdb.DuckDBPyConnection, suite: Suite, counted: list[int]) -> Pass:
    cases = min(_held(connection), LOOPED)
    facts = list(_sample(connection, cases))
    contestant = zen(Suite(suite.name, suite.rules, suite.shape, suite.document, facts))
    started = time.perf_counter()
    said = [contestant.decide(given) for given in contestant.inputs]
    seconds = time.perf_counter() - started
    met = [contestant.met(each) for each in said]
    found = [sum(number in each for each in met) for number in range(suite.rules)]
    expected = [sum(truth) for truth in zip(*map(suite.compiled.decide, facts), strict=True)]
    _hold(LOOP, suite, found, [int(count) for count in expected])
    return Pass(LOOP, seconds / cases, cases)


def _hold(name: str, suite: Suite, found: list[int], expected: list[int]) -> None:
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        if one != other:
            raise Unequal(f"{name}, {suite.name}: rule {number} met by {one} cases, not {other}")


def _held(connection: duckdb.DuckDBPyConnection) -> int:
    (count,) = connection.execute("SELECT count(*) FROM plain").fetchone() or (0,)
    return int(count)


def _sample(connection: duckdb.DuckDBPyConnection, cases: int = SAMPLE) -> Iterator[Facts]:
    """Yield the first cases as facts."""
    names = [*NUMBERS, *CHOICES, *ANSWERS]
    query = f"SELECT {', '.join(names)} FROM plain WHERE id < {cases} ORDER BY id"
    for row in connection.execute(query).fetchall():
        case = dict(zip(names, row, strict=True))
        yield {
            **case,
            **{name: case[name] // 4 if case[name] % 4 == 0 else case[name] / 4 for name in NUMBERS},
            **{name: USES[case[name]] for name in CHOICES},
        }


def _median(once: Callable[[], T], rounds: int) -> tuple[T, float]:
    """Do something several times; gives what it gives and the seconds of its median."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        given = once()
        seconds.append(time.perf_counter() - started)
    return given, sorted(seconds)[rounds // 2]
