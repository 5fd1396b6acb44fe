"""A ruleset as one query says of every case what the compiled evaluator says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlglot import exp

import yijianshi
from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.compile import Compiled
from yijianshi.server.engines import sql
from yijianshi.server.engines.batches import decide, duck, load
from yijianshi.server.engines.sql import Batch

from tests.core.rules.strategies import fact_sets, rulesets
from tests.postgres import database, server

ON = date(2026, 11, 23)
CASES = st.lists(fact_sets(), min_size=1, max_size=6)
THOROUGH = settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@THOROUGH
@given(rulesets(), CASES)
def test_duckdb_agrees(document: Any, cases: list[dict[str, Any]]) -> None:
    compiled = compile_ruleset(parse(document), ON)
    assert decide(compiled, cases) == [compiled.decide(facts) for facts in cases]


@settings(THOROUGH, max_examples=50)
@given(rulesets(), CASES)
def test_duckdb_agrees_where_what_rules_say_is_one_list(document: Any, cases: list[dict[str, Any]]) -> None:
    compiled = compile_ruleset(parse(document), ON)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sql, "DEEP", 1)
        assert decide(compiled, cases) == [compiled.decide(facts) for facts in cases]


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection[Any]]:
    with server() as started, database(started) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@THOROUGH
@given(rulesets(), CASES)
def test_postgres_agrees(postgres: Any, document: Any, cases: list[dict[str, Any]]) -> None:
    compiled = compile_ruleset(parse(document), ON)
    assert on_postgres(postgres, compiled, cases) == [compiled.decide(facts) for facts in cases]


def on_postgres(connection: Any, compiled: Compiled, cases: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    batch = Batch(compiled, "postgres")
    columns = ", ".join(f"{name} {kind}" for name, kind in {"n": "BIGINT", **batch.columns()}.items())
    rows = json.dumps([{"n": n, **batch.row(facts)} for n, facts in enumerate(cases)])
    table = f"(SELECT * FROM jsonb_to_recordset(%s::jsonb) AS cases({columns})) AS given"
    chosen = ", ".join(f"r{n}" for n in range(len(compiled.ruleset.rules)))
    query = batch.query("GIVEN", ["n"]).replace("%", "%%").replace("GIVEN", table)
    return list(connection.execute(f"SELECT {chosen} FROM ({query}) AS d ORDER BY n", [rows]).fetchall())


@pytest.mark.parametrize("rules", [1, 10, 11, 1_000])
def test_rules_that_build_on_one_another_a_thousand_times_are_one_query(postgres: Any, rules: int) -> None:
    """A query that wrote each step into the one after it would double with every rule."""
    compiled = compile_ruleset(parse(chained(rules)), ON)
    cases: list[dict[str, Any]] = [{"f0": 5}, {"f0": 0}, {}]
    expected = [compiled.decide(facts) for facts in cases]
    assert expected[0] == (True,) * rules and expected[2] == (None,) * rules
    assert decide(compiled, cases) == expected
    assert on_postgres(postgres, compiled, cases) == expected


def chained(rules: int) -> dict[str, Any]:
    """Make rules each of which reads what the one before it asserts, and the first a fact."""
    facts: dict[str, Any] = {"f0": {"from": "/f0", "type": "integer"}}
    facts |= {f"f{n}": {"type": "integer", "asserted": True} for n in range(1, rules + 1)}
    return {
        "code": "x",
        "decides": "eligibility",
        "facts": facts,
        "rules": {
            f"r{n}": {
                "all": [{"m": {"$gt": {f"f{n}": 0}}}],
                "run": {"assert": {f"f{n + 1}": n + 1}},
            }
            for n in range(rules)
        },
    }


def test_a_query_is_written_the_same_each_time() -> None:
    """In processes that go through a set in another order."""
    program = (
        "from datetime import date\n"
        "from tests.server.engines.test_sql import Batch, chained, compile_ruleset, parse\n"
        "print(Batch(compile_ruleset(parse(chained(30)), date(2026, 11, 23))).query('cases', ['n']))\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": seed},
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1 and "WITH" in said.pop()


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@settings(max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(document=rulesets())
def test_the_query_is_one_select_of_its_dialect(dialect: Any, document: Any) -> None:
    """Read by sqlglot: one statement, of one table, that reads the facts' columns and gives every rule."""
    compiled = compile_ruleset(parse(document), ON)
    batch = Batch(compiled, dialect)
    (statement,) = sqlglot.parse(
        batch.query("cases", ["n"]), read=dialect, error_level=sqlglot.ErrorLevel.RAISE
    )
    assert isinstance(statement, exp.Select)
    # a function that gives rows is a table without a name
    steps = {step.alias for step in statement.find_all(exp.CTE)}
    assert {table.name for table in statement.find_all(exp.Table)} - {"", *steps} == {"cases"}
    assert not list(statement.find_all(exp.Command, exp.DDL, exp.DML))
    assert all(isinstance(join.this, exp.Lateral) for join in statement.find_all(exp.Join))
    given = {alias.alias for alias in statement.find_all(exp.Alias)}
    assert {f"r{number}" for number in range(len(compiled.ruleset.rules))} <= given
    known = {*batch.columns(), *given, "n", "x"}
    read = {column.name for column in statement.find_all(exp.Column) if not column.table}
    assert read <= known, read - known


@settings(max_examples=40, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(rulesets(), CASES)
def test_written_anew_by_sqlglot_it_says_the_same(document: Any, cases: list[dict[str, Any]]) -> None:
    compiled = compile_ruleset(parse(document), ON)
    batch = Batch(compiled)
    chosen = ", ".join(f"r{n}" for n in range(len(compiled.ruleset.rules)))
    query = f"SELECT {chosen} FROM ({batch.query('cases', ['n'])}) ORDER BY n"
    anew = sqlglot.parse_one(query, read="duckdb").sql(dialect="duckdb")
    with duck() as connection:
        rows = ({"n": number, **batch.row(facts)} for number, facts in enumerate(cases))
        load(connection, "cases", {"n": "BIGINT", **batch.columns()}, rows)
        assert connection.execute(anew).fetchall() == [compiled.decide(facts) for facts in cases]


def test_no_cases_is_no_answer() -> None:
    document = {
        "code": "x",
        "decides": "eligibility",
        "facts": {"a": {"from": "/a", "type": "integer"}},
        "rules": {
            "r": {
                "all": [{"m": {"a": 1}}],
                "run": {"deny": "x", "reason": {"zh": "一", "en": "a"}, "basis": "b"},
            }
        },
    }
    assert decide(compile_ruleset(parse(document), ON), []) == []


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_without_rules_it_keeps_what_it_is_told_to(dialect: Any) -> None:
    compiled = compile_ruleset(replace(parse(chained(1)), rules=(), order=()), ON)
    assert Batch(compiled, dialect).query("cases", ["id", "n"]) == "SELECT id, n FROM cases"


def test_the_database_is_closed_after() -> None:
    with duck() as connection:
        pass
    with pytest.raises(Exception, match="closed"):
        connection.execute("SELECT 1")


def test_the_database_prints_nothing_of_its_own() -> None:
    """In a process without a file of its own, which DuckDB takes for one with a person before it."""
    program = (
        "from yijianshi.server.engines.batches import duck\n"
        "with duck() as connection:\n"
        "    print(connection.execute(\"SELECT current_setting('enable_progress_bar')\").fetchone())\n"
    )
    folder = str(Path(yijianshi.__file__).parents[1])
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": folder},
        check=True,
    )
    assert said.stdout == "(False,)\n"


@pytest.mark.parametrize(
    "statement",
    [
        "COPY cases TO '{folder}/kept.csv'",
        "SELECT * FROM read_csv('{folder}/rows.csv')",
        "ATTACH '{folder}/kept.db'",
        "SET enable_external_access = true",
        "SET temp_directory = '{folder}'",
    ],
)
def test_what_people_answered_comes_near_no_file(tmp_path: Path, statement: str) -> None:
    (tmp_path / "rows.csv").write_text("n\n1\n")
    with duck() as connection:
        assert (
            load(connection, "cases", {"n": "BIGINT"}, ({"n": number} for number in range(12_345))) == 12_345
        )
        assert connection.execute("SELECT count(*), sum(n) FROM cases").fetchone() == (12_345, 76_193_340)
        assert connection.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)
        with pytest.raises(duckdb.Error):
            connection.execute(statement.format(folder=tmp_path))
    assert [each.name for each in tmp_path.iterdir()] == ["rows.csv"]
