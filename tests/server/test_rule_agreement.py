"""Before a ruleset is published the engines agree on cases made for it; where one lies it is not published."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from sqlglot import exp

from yijianshi.cli import main
from yijianshi.core.checks import Source
from yijianshi.core.definitions.library import Library
from yijianshi.core.rules import Facts, compile_ruleset, parse
from yijianshi.core.rules.boundaries import at_random
from yijianshi.core.rules.lower import lower
from yijianshi.server.engines import agreement, sql
from yijianshi.server.engines import databases as engines_databases
from yijianshi.server.engines.agreement import DURABLE, Result, agree, cases_for
from yijianshi.server.engines.analysis.reach import goals, reach
from yijianshi.server.engines.databases import ALWAYS, Database, DuckDB, PostgreSQL, databases
from yijianshi.server.engines.durable import DurableEngine
from yijianshi.server.files import read_sources, shipped_paths
from yijianshi.server.rule_agreement import agreement_findings, days
from yijianshi.server.store import Store, open_store
from yijianshi.server.store.postgres import PostgresStore
from yijianshi.server.tables import TABLES

from tests.core.rules.strategies import rulesets
from tests.postgres import database, postgres_server
from tests.server.liar import liar

__all__ = ["postgres_server"]

ON = date(2026, 11, 23)
REASON = {"zh": "理由", "en": "reason"}


def ruleset(**changes: Any) -> dict[str, Any]:
    def rule(condition: Any) -> dict[str, Any]:
        return {"all": [{"m": condition}], "run": {"deny": "no", "reason": REASON, "basis": "b"}}

    return {
        "kind": "ruleset",
        "code": "x",
        "title": {"zh": "一", "en": "a"},
        "decides": "eligibility",
        "facts": {
            "area": {"from": "/area", "type": "decimal"},
            "use": {"from": "/use", "type": "choice", "values": ["shop", "house"]},
        },
        "parameters": {"limit": {"value": 300, "type": "decimal"}},
        "rules": {
            "large": rule({"$gt": {"area": {"parameter": "limit"}}}),
            "odd": rule({"$and": [{"area": 123.4567}, {"use": "house"}]}),
        },
        **changes,
    }


@pytest.fixture(scope="module")
def engine() -> Iterator[DurableEngine]:
    opened = DurableEngine(workers=1, seconds=20)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def store(postgres_server: str) -> Iterator[Store]:
    """A store in PostgreSQL."""
    with database(postgres_server) as url, closing(open_store(url, TABLES)) as opened:
        yield opened


@pytest.fixture(scope="module")
def asked(store: Store) -> tuple[Database, ...]:
    """The databases that are asked where the store is in PostgreSQL."""
    return databases(store)


def test_cases_come_to_every_boundary_every_row_and_two_rows_together() -> None:
    compiled = compile_ruleset(parse(ruleset()), ON)
    cases, complete = cases_for(compiled)
    assert complete and {} in cases
    areas = {case.get("area") for case in cases}
    assert {299.9999, 300, 300.0001, 123.4566, 123.4567, 123.4568, None} <= areas
    truths = [compiled.decide(case) for case in cases]
    for number in range(2):
        assert {True, False, None} <= {each[number] for each in truths}
    documents = ruleset()
    documents["rules"]["both"] = {**documents["rules"]["large"], "all": [{"m": {"area": 765.4321}}]}
    compiled = compile_ruleset(parse(documents), ON)
    met = [compiled.truths(case) for case in cases_for(compiled)[0]]
    assert any(each["large"] == each["both"] == "met" for each in met)


def test_what_the_values_do_not_happen_upon_is_asked_of_z3() -> None:
    """Two sums that only certain pairs of numbers meet; a combination no form can have is left."""
    document = ruleset(
        facts={name: {"from": f"/{name}", "type": "integer"} for name in ("a", "b")}, parameters={}
    )
    total = {"$add": {"$l": {"m": "b"}, "$r": 4711}}
    one = document["rules"]["large"]
    document["rules"] = {
        "sum": {**one, "all": [{"m": {"a": total}}]},
        "low": {**one, "all": [{"m": {"$lt": {"b": -9000}}}]},
        "high": {**one, "all": [{"m": {"$gt": {"b": 9000}}}]},
    }
    compiled = compile_ruleset(parse(document), ON)
    found = [compiled.truths(facts) for facts in reach(compiled, goals(3))]
    assert {"sum": "met", "low": "met", "high": "unmet"} in found
    assert {"sum": "met", "low": "unmet", "high": "met"} in found
    assert not any(each["low"] == each["high"] == "met" for each in found)
    assert reach(compiled, []) == []


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(rulesets())
def test_the_engines_agree_on_made_up_rulesets(
    engine: DurableEngine, asked: tuple[Database, ...], document: Any
) -> None:
    result = agree(compile_ruleset(parse(document), ON), engine, None, 4, asked)
    assert result.witnesses == () and result.cases > 50


def test_the_engines_agree_on_everything_shipped(engine: DurableEngine, asked: tuple[Database, ...]) -> None:
    sources, _ = read_sources(shipped_paths())
    library = Library.of(source.document for source in sources)
    told: list[tuple[int, int]] = []
    found = agreement_findings(
        sources, library, ON, engine, 4, lambda done, total: told.append((done, total)), asked
    )
    assert [problem.line() for problem in found] == []
    assert len(told) >= 10


def test_an_engine_of_record_that_lies_is_found_out_with_a_witness(tmp_path: Path) -> None:
    engine = liar(tmp_path)
    try:
        (witness, *_) = agree(compile_ruleset(parse(ruleset()), ON), engine).witnesses
        found = agreement_findings([Source("x.json", ruleset(), "/0")], Library({}), ON, engine)
    finally:
        engine.close()
    assert (witness.engine, witness.rule, witness.compiled, witness.said) == (
        DURABLE,
        "large",
        "met",
        "unmet",
    )
    assert witness.facts["area"] > 300
    assert (found[0].file, found[0].pointer, found[0].code) == (
        "x.json",
        "/0/rules/large",
        "engines-disagree",
    )
    assert found[0].severity == "error"
    assert "area 30" in found[0].message["en"] and "durable_rules" in found[0].message["zh"]


def test_a_query_that_lies_is_found_out(engine: DurableEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sql._SIGNS, "$gt", exp.GTE)
    (witness,) = agree(compile_ruleset(parse(ruleset()), ON), engine).witnesses
    assert (witness.engine, witness.rule, witness.facts["area"]) == ("DuckDB", "large", 300)


def test_a_query_that_does_not_run_is_found_out(
    engine: DurableEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sql._SIGNS, "$gt", lambda **sides: exp.func("no_such_function", *sides.values()))
    found = agreement_findings([Source("x.json", ruleset())], Library({}), ON, engine)
    assert [(p.pointer, p.code, p.severity) for p in found] == [("/rules", "engine-no-answer", "error")]


def lie_on_postgresql(monkeypatch: pytest.MonkeyPatch, sign: Any = exp.GTE) -> None:
    """Write another sign for "more than", in the SQL of PostgreSQL only."""
    honest = sql.Batch._compared

    def compared(batch: sql.Batch, node: Any) -> Any:
        made = honest(batch, node)
        return sign(**made.args) if batch._dialect == "postgres" and isinstance(made, exp.GT) else made

    monkeypatch.setattr(sql.Batch, "_compared", compared)


def test_postgresql_is_asked_where_it_is_the_store(store: Store, tmp_path: Path) -> None:
    assert [each.name for each in databases(store)] == ["DuckDB", "PostgreSQL"]
    with closing(open_store(f"sqlite:///{tmp_path / 'store.db'}", TABLES)) as sqlite:
        assert databases(sqlite) == ALWAYS and isinstance(ALWAYS[0], DuckDB)


def test_a_query_that_lies_on_postgresql_only_is_found_out(
    engine: DurableEngine, asked: tuple[Database, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = compile_ruleset(parse(ruleset()), ON)
    lie_on_postgresql(monkeypatch)
    assert agree(compiled, engine).witnesses == ()
    (witness,) = agree(compiled, engine, databases=asked).witnesses
    assert (witness.engine, witness.rule, witness.compiled, witness.said, witness.facts["area"]) == (
        *("PostgreSQL", "large", "unmet", "met"),
        300,
    )


def test_a_query_that_postgresql_does_not_run_is_found_out(
    engine: DurableEngine, asked: tuple[Database, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    lie_on_postgresql(monkeypatch, lambda **sides: exp.func("no_such_function", *sides.values()))
    found = agreement_findings([Source("x.json", ruleset())], Library({}), ON, engine, databases=asked)
    assert [(p.pointer, p.code, p.severity) for p in found] == [("/rules", "engine-no-answer", "error")]
    assert "PostgreSQL" in found[0].message["zh"] and "no_such_function" in found[0].message["en"]


def test_postgresql_that_takes_too_long_is_stopped_and_that_is_said(
    engine: DurableEngine, asked: tuple[Database, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is busy is no fault of the ruleset."""
    monkeypatch.setattr(engines_databases, "SECONDS", 0.05)
    lie_on_postgresql(monkeypatch, lambda this, **_: exp.Is(this=asleep(), expression=exp.Null()))
    found = agreement_findings([Source("x.json", ruleset())], Library({}), ON, engine, databases=asked)
    assert [(p.code, p.severity) for p in found] == [("agreement-partial", "note")]


def asleep() -> exp.Expr:
    return exp.cast(exp.func("pg_sleep", exp.Literal.number(1)), "text")


def test_nothing_can_be_written_where_postgresql_is_asked_and_nothing_is(store: Store) -> None:
    assert isinstance(store, PostgresStore)
    compiled = compile_ruleset(parse(ruleset()), ON)
    with store.reading() as connection:
        before = connection.execute("SELECT count(*) FROM pg_class").fetchall()
    assert PostgreSQL(store).decide(compiled, [{"area": 301}, {}]) == [(True, False), (None, None)]
    with store.reading() as connection:
        assert connection.execute("SELECT count(*) FROM pg_class").fetchall() == before
        # what was set for the one query holds no longer
        assert connection.execute("SHOW statement_timeout").fetchall() == [("0",)]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE kept (a int)")


def test_facts_on_which_the_engine_dies_are_named(tmp_path: Path) -> None:
    engine = liar(tmp_path, "honest(self, d, m) if '1234567' not in m else __import__('os')._exit(1)")
    try:
        found = agreement_findings([Source("x.json", ruleset())], Library({}), ON, engine)
    finally:
        engine.close()
    assert [(p.pointer, p.code) for p in found] == [("/rules", "engine-no-answer")]
    assert "123.4567" in found[0].message["en"]


def test_every_edition_of_the_parameters_is_tried() -> None:
    document = ruleset(effective_from="2026-01-01", effective_to="2027-12-31")
    document["parameters"]["limit"]["values"] = [
        {"from": "2025-01-01", "value": 200},
        {"from": "2026-06-01", "value": 250},
        {"from": "2027-01-01", "value": 260},
        {"from": "2028-01-01", "value": 270},
    ]
    found = days(parse(document), ON)
    assert found == [ON, date(2027, 1, 1)]
    assert days(parse(ruleset()), ON) == [ON]


def many_facts(facts: int, rules: int) -> dict[str, Any]:
    """Make so many rules that name five numbers each, of each fact by turns."""
    one = ruleset()["rules"]["large"]
    return ruleset(
        facts={f"f{n}": {"from": f"/f{n}", "type": "integer"} for n in range(facts)},
        rules={
            f"r{n}": {**one, "all": [{"m": {"$or": [{f"f{n % facts}": n * 50 + k * 10} for k in range(5)]}}]}
            for n in range(rules)
        },
    )


def test_more_facts_than_one_message_of_the_engine_holds(
    engine: DurableEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its limit is 252 properties; 150 facts are 300 when some are missing."""
    compiled = compile_ruleset(parse(many_facts(150, 150)), ON)
    missing = {f"f{n}": n for n in range(149)}
    _, message = lower(compiled).question(missing)
    assert len(json.loads(message)) > 252
    cases: list[Facts] = [{}, missing, {**missing, "f149": 7450}, *at_random(compiled, 97, missing=0.4)]
    monkeypatch.setattr(agreement, "cases_for", lambda *_, **__: (cases, True))
    assert agree(compiled, engine, seconds=600) == Result(100, True, ())


def test_too_many_limits_are_tried_as_far_as_there_is_room_and_that_is_said(engine: DurableEngine) -> None:
    found = agreement_findings([Source("x.json", many_facts(60, 180))], Library({}), ON, engine, seconds=8)
    assert [(p.code, p.severity) for p in found] == [("agreement-partial", "note")]


def test_check_holds_the_engines_against_one_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps(ruleset()), "utf-8")
    report = json.loads(CliRunner().invoke(main, ["check", str(file), "--json"]).stdout)
    assert "engines-disagree" not in [finding["code"] for finding in report["findings"]]
    monkeypatch.setitem(sql._SIGNS, "$gt", exp.GTE)
    result = CliRunner().invoke(main, ["check", str(file), "--json"])
    found = [f for f in json.loads(result.stdout)["findings"] if f["code"] == "engines-disagree"]
    assert result.exit_code == 1 and found[0]["file"] == str(file)


def test_no_worker_is_left_behind() -> None:
    before = workers()
    agreement_findings([Source("x.json", ruleset())], Library({}), ON)
    assert workers() <= before


def workers() -> set[str]:
    """Give the process ids of this process's children."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
