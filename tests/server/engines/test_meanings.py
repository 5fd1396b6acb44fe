"""Every case of the tables of meanings, and every derived fact, decided alike by all four engines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from yijianshi.core.checks import Source
from yijianshi.core.definitions.library import Library
from yijianshi.core.rules import RulesetError, compile_ruleset, extract_facts, parse
from yijianshi.core.rules.lower import lower
from yijianshi.server.context import shipped_calendar
from yijianshi.server.engines.batches import decide
from yijianshi.server.engines.decider import Agreement, Decider
from yijianshi.server.engines.durable import DurableEngine
from yijianshi.server.rule_analysis import analysis_findings

from .test_sql import on_postgres
from tests.core.rules.meanings import (
    KINDS,
    ON,
    OPERATORS,
    TABLE,
    absent,
    condition,
    probes,
    ruleset_of,
)
from tests.core.rules.odd import SHIPPED, mutated
from tests.postgres import database, server

WORDS = {True: "met", False: "unmet", None: "unknown"}
EDGES: list[tuple[Any, dict[str, Any], dict[str, Any], str]] = [
    # exact decimals and money
    ({"$lte": {"a": {"$add": {"$l": 0.1, "$r": 0.2}}}}, {"a": 0.3}, {"a": "decimal"}, "met"),
    ({"$eq": {"a": {"$add": {"$l": 0.1, "$r": 0.2}}}}, {"a": 0.3}, {"a": "money"}, "met"),
    ({"$lt": {"a": {"$add": {"$l": 0.1, "$r": 0.2}}}}, {"a": 0.3}, {"a": "money"}, "unmet"),
    ({"$gt": {"a": {"$mul": {"$l": {"m": "b"}, "$r": 1.1}}}}, {"a": 3.3, "b": 3}, {"a": "money", "b": "integer"}, "unmet"),
    ({"a": 9_999_999_999_999.99}, {"a": 9_999_999_999_999.99}, {"a": "money"}, "met"),
    ({"$gt": {"a": 9_999_999_999_999.98}}, {"a": 9_999_999_999_999.99}, {"a": "money"}, "met"),
    ({"a": 90_071_992_547_409}, {"a": 90_071_992_547_409}, {"a": "money"}, "met"),
    # a double holds no cent of so large an amount
    ({"$gt": {"a": 0}}, {"a": 90_071_992_547_409.91}, {"a": "money"}, "unknown"),
    ({"a": -99_999_999_999.9999}, {"a": -99_999_999_999.9999}, {"a": "decimal"}, "met"),
    ({"$lt": {"a": 0.0002}}, {"a": 0.0001}, {"a": "decimal"}, "met"),
    ({"n": 2**53 - 1}, {"n": 2**53 - 1}, {"n": "integer"}, "met"),
    ({"n": 2**53 - 1}, {"n": 2**53 - 2}, {"n": "integer"}, "unmet"),
    ({"$gt": {"n": 0}}, {"n": 2**53}, {"n": "integer"}, "unknown"),
    ({"a": 0}, {"a": -0.0}, {"a": "decimal"}, "met"),
    # days at the edges
    ({"$gte": {"d": "0001-01-01"}}, {"d": "0001-01-01"}, {"d": "date"}, "met"),
    ({"$lt": {"d": "9999-12-31"}}, {"d": "9999-12-31"}, {"d": "date"}, "unmet"),
    ({"$gt": {"d": "9999-12-30"}}, {"d": "9999-12-31"}, {"d": "date"}, "met"),
    ({"d": "2024-02-29"}, {"d": "2024-02-29"}, {"d": "date"}, "met"),
    ({"d": "2024-02-29"}, {"d": "2023-02-29"}, {"d": "date"}, "unknown"),
    ({"d": "2000-02-29"}, {"d": "2000-02-29"}, {"d": "date"}, "met"),
    ({"d": {"$add": {"$l": {"m": "e"}, "$r": 1}}}, {"d": "2024-02-29", "e": "2024-02-28"}, {"d": "date", "e": "date"}, "met"),
    ({"$gt": {"d": {"$add": {"$l": {"m": "e"}, "$r": 1}}}}, {"d": "9999-12-31", "e": "9999-12-31"}, {"d": "date", "e": "date"}, "unmet"),
    ({"$lt": {"d": {"$sub": {"$l": {"m": "e"}, "$r": 1}}}}, {"d": "0001-01-01", "e": "0001-01-01"}, {"d": "date", "e": "date"}, "unmet"),
    ({"$eq": {"n": {"$sub": {"$l": {"m": "d"}, "$r": {"m": "e"}}}}}, {"n": 3_652_058, "d": "9999-12-31", "e": "0001-01-01"}, {"n": "integer", "d": "date", "e": "date"}, "met"),
    # text of any script
    *(({"t": each}, {"t": each}, {"t": "text"}, "met") for each in ("😀", "𰻝", "\u00e9", "e\u0301", "\u202e", "\U0010ffff", "a\nb\t\"\\'", "")),
    ({"t": "\u00e9"}, {"t": "e\u0301"}, {"t": "text"}, "unmet"),
    ({"t": "a"}, {"t": "a\x00"}, {"t": "text"}, "unknown"),
    ({"t": "a"}, {"t": "\ud800"}, {"t": "text"}, "unknown"),
    ({"t": "a" * 10_000}, {"t": "a" * 10_000}, {"t": "text"}, "met"),
    ({"$neq": {"t": "a"}}, {"t": "a" * 10_001}, {"t": "text"}, "unknown"),
    ({"$mt": {"t": "[𠀀-𪛟]+"}}, {"t": "𠮷𠮷"}, {"t": "text"}, "met"),
    ({"$mt": {"t": "(a*)*b"}}, {"t": "a" * 9_999}, {"t": "text"}, "unmet"),
]  # fmt: skip


ROWS = [
    {"kind": "person", "share": 0.1, "born": "2008-02-29"},
    {"kind": "person", "share": 0.2},
    {"kind": "company", "share": 60},
]
SHARE = "/owners/*/share"
PERSONS = {"kind": "person"}
OWNERS = {"owners": ROWS}
DERIVED: list[tuple[dict[str, Any], str, Any, dict[str, Any], str]] = [
    ({"fn": "sum", "of": SHARE, "where": PERSONS}, "decimal", {"$lte": {"x": 0.3}}, OWNERS, "met"),
    ({"fn": "sum", "of": SHARE, "where": PERSONS}, "money", {"x": 0.3}, OWNERS, "met"),
    ({"fn": "sum", "of": SHARE}, "decimal", {"x": 0}, {"owners": []}, "met"),
    ({"fn": "sum", "of": SHARE}, "decimal", {"x": 0}, {}, "unknown"),
    ({"fn": "sum", "of": SHARE}, "decimal", {"$gte": {"x": 0}}, {"owners": [{"kind": "person"}]}, "unknown"),
    ({"fn": "sum", "of": SHARE}, "decimal", {"$gte": {"x": 0}}, {"owners": [{"share": "1"}]}, "unknown"),
    ({"fn": "sum", "of": SHARE, "where": PERSONS}, "decimal", {"x": 1}, {"owners": [{"share": 1}]}, "unknown"),
    (
        {"fn": "sum", "of": SHARE, "where": PERSONS},
        "decimal",
        {"x": 1},
        {"owners": [{"kind": "person", "share": 1}, {"kind": "company"}]},
        "met",
    ),
    ({"fn": "sum", "of": SHARE, "where": {"share": 60.0}}, "decimal", {"x": 60}, OWNERS, "met"),
    ({"fn": "count", "of": "/owners", "where": PERSONS}, "integer", {"x": 2}, OWNERS, "met"),
    ({"fn": "count", "of": "/owners"}, "integer", {"x": 0}, {"owners": []}, "met"),
    ({"fn": "count", "of": "/owners"}, "integer", {"x": 0}, {"owners": None}, "unknown"),
    ({"fn": "count", "of": "/owners", "where": PERSONS}, "integer", {"x": 0}, {"owners": ["a"]}, "unknown"),
    ({"fn": "min", "of": SHARE}, "decimal", {"x": 0.1}, OWNERS, "met"),
    ({"fn": "max", "of": SHARE, "where": PERSONS}, "decimal", {"x": 0.2}, OWNERS, "met"),
    ({"fn": "min", "of": SHARE}, "decimal", {"x": 0}, {"owners": []}, "unknown"),
    ({"fn": "max", "of": SHARE, "where": {"kind": "state"}}, "decimal", {"x": 0}, OWNERS, "unknown"),
    ({"fn": "any", "of": "/owners/*/kind", "value": "company"}, "boolean", {"x": True}, OWNERS, "met"),
    ({"fn": "any", "of": "/owners/*/kind", "value": "company"}, "boolean", {"x": True}, {"owners": []}, "unmet"),
    ({"fn": "any", "of": "/owners/*/kind", "value": "a"}, "boolean", {"x": False}, {"owners": [{}]}, "unknown"),
    (
        {"fn": "any", "of": "/owners/*/kind", "value": "a"},
        "boolean",
        {"x": True},
        {"owners": [{}, {"kind": "a"}]},
        "met",
    ),
    ({"fn": "all", "of": "/owners/*/kind", "value": "person"}, "boolean", {"x": False}, OWNERS, "met"),
    ({"fn": "all", "of": "/owners/*/kind", "value": "person"}, "boolean", {"x": True}, {"owners": []}, "met"),
    ({"fn": "all", "of": "/owners/*/kind", "value": "a"}, "boolean", {"x": True}, {"owners": [{"kind": 1}]}, "unknown"),
    ({"fn": "all", "of": SHARE, "value": 60, "where": {"kind": "company"}}, "boolean", {"x": True}, OWNERS, "met"),
    ({"fn": "contains", "of": "/tags", "value": "a"}, "boolean", {"x": True}, {"tags": ["b", "a"]}, "met"),
    ({"fn": "contains", "of": "/tags", "value": "a"}, "boolean", {"x": True}, {"tags": []}, "unmet"),
    ({"fn": "contains", "of": "/tags", "value": "a"}, "boolean", {"x": True}, {}, "unknown"),
    # 10 October 2026, a Saturday, is worked for the holiday; born on 29 February: 18 on 1 March 2026
    ({"fn": "age", "of": "/born"}, "integer", {"x": 18}, {"born": "2008-02-29", "on": "2026-02-28"}, "unmet"),
    ({"fn": "age", "of": "/born"}, "integer", {"x": 18}, {"born": "2008-02-29", "on": "2026-03-01"}, "met"),
    ({"fn": "age", "of": "/born"}, "integer", {"x": 20}, {"born": "2008-02-29", "on": "2028-02-29"}, "met"),
    ({"fn": "age", "of": "/born"}, "integer", {"x": 0}, {"born": "2008-02-30"}, "unknown"),
    ({"fn": "months_between", "of": ["/a", "/b"]}, "integer", {"x": 1}, {"a": "2026-01-31", "b": "2026-02-28"}, "met"),
    ({"fn": "months_between", "of": ["/a", "/b"]}, "integer", {"x": 0}, {"a": "2024-01-31", "b": "2024-02-28"}, "met"),
    ({"fn": "months_between", "of": ["/a", "/b"]}, "integer", {"x": 12}, {"a": "2024-02-29", "b": "2025-02-28"}, "met"),
    ({"fn": "months_between", "of": ["/a", "today"]}, "integer", {"x": 1}, {"a": "2026-10-23"}, "met"),
    ({"fn": "months_between", "of": ["/a", "/b"]}, "integer", {"x": 119_987}, {"a": "0001-01-01", "b": "9999-12-31"}, "met"),
    ({"fn": "days_between", "of": ["/a", "/b"]}, "integer", {"x": 1}, {"a": "2024-02-28", "b": "2024-02-29"}, "met"),
    ({"fn": "days_between", "of": ["/a", "/b"]}, "integer", {"x": -2}, {"a": "2024-03-01", "b": "2024-02-28"}, "met"),
    ({"fn": "working_days_between", "of": ["/a", "/b"]}, "integer", {"x": 4}, {"a": "2026-09-30", "b": "2026-10-12"}, "met"),
    ({"fn": "working_days_between", "of": ["/a", "/b"]}, "integer", {"x": 0}, {"a": "2026-10-01", "b": "2199-01-01"}, "unknown"),
]  # fmt: skip


def cases() -> Iterator[tuple[dict[str, Any], dict[str, Any], str]]:
    """Every ruleset with answers and the truth of its rule."""
    for asked, answers, types, expected in [*TABLE, *EDGES]:
        yield ruleset_of(asked, types), answers, expected
    for op in OPERATORS:
        for kind in (kind for kinds in KINDS.values() for kind in kinds):
            asked, types = condition(op, kind)
            document = ruleset_of(asked, types)
            try:
                parse(document)
            except RulesetError:
                continue
            for answers, expected in probes(op, kind):
                yield document, answers, expected
            expected = {"$ex": "unmet", "$nex": "met"}.get(op, "unknown")
            for how in ("missing", "null", "wrong type"):
                for answers in absent(op, kind, how):
                    yield document, answers, expected
    for spec, kind, asked, answers, expected in DERIVED:
        document = {**ruleset_of(asked, {}), "facts": {"x": {"type": kind, "derive": spec}}}
        yield document, answers, expected


@pytest.fixture(scope="module")
def postgres() -> Iterator[psycopg.Connection[Any]]:
    with server() as started, database(started) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def durable() -> Iterator[DurableEngine]:
    engine = DurableEngine(workers=1, seconds=20)
    yield engine
    engine.close()


def test_all_engines_say_what_the_tables_say(postgres: Any, durable: DurableEngine) -> None:
    asked, calendar = 0, shipped_calendar()
    for document, answers, expected in cases():
        ruleset = parse(document)
        on = ON.fromisoformat(answers["on"]) if "on" in answers else ON
        compiled = compile_ruleset(ruleset, on)
        facts = extract_facts(ruleset, answers, on, calendar)
        lowered = lower(compiled)
        program, message = lowered.question(facts)
        (fired,) = durable.decide([(program, message)])
        told = {
            "compiled": compiled.truths(facts)["r"],
            "durable_rules": dict(lowered.truths(program, fired))["r"],
            "DuckDB": WORDS[decide(compiled, [facts])[0][0]],
            "PostgreSQL": WORDS[on_postgres(postgres, compiled, [facts])[0][0]],
        }
        assert set(told.values()) == {expected}, (document["rules"], answers, told)
        asked += 1
    assert asked > 500


@settings(
    max_examples=150,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(mutated(SHIPPED))
def test_a_ruleset_with_slips_is_refused_or_analysed_and_decided_alike(
    durable: DurableEngine, document: Any
) -> None:
    for problem in analysis_findings([Source("f", document)], Library({}), ON):
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert all((*problem.message.values(), *problem.remedy.values()))
    try:
        compiled = compile_ruleset(parse(document), ON)
    except RulesetError:
        return
    facts = extract_facts(compiled.ruleset, {"project": {"floor_area": 300}}, ON)
    assert decide(compiled, [facts]) == [compiled.decide(facts)]
    result = Decider(durable).decide([(compiled, facts, compiled.evaluate(facts))])
    assert isinstance(result, Agreement), result
