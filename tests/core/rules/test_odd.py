"""Whatever a ruleset's text holds, it is refused with place and remedy in both languages, or it decides."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from yijianshi.core.checks import Source, check
from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.canonical import MalformedJson, canonical, loads
from yijianshi.core.definitions.library import Library
from yijianshi.core.definitions.types import Problem
from yijianshi.core.rules import (
    RulesetError,
    compile_ruleset,
    extract_facts,
    parse,
    problems,
    run_cases,
    say_condition,
    sentence,
)
from yijianshi.core.rules.combine import limit, routes
from yijianshi.core.rules.table import from_table, to_table
from yijianshi.server.files import meta_schemas

from .odd import RULES, SHIPPED, mutated
from .strategies import REASON
from .test_parse import GOOD, json_values, with_condition

ON = date(2026, 11, 23)
METAS = meta_schemas()
CASES = {
    path.name: json.loads(path.read_text("utf-8"))
    for path in sorted(Path(RULES).glob("*.cases.json"))
    if path.stat().st_size < 20_000
}
LONG = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def told(found: list[Problem]) -> bool:
    """Every problem has a place that is a pointer, a message and a remedy, in both languages, printable."""
    return bool(found) and all(
        (p.pointer == "" or p.pointer.startswith("/"))
        and all((p.message["zh"], p.message["en"], p.remedy["zh"], p.remedy["en"]))
        and (p.line("zh") + p.line("en")).encode()
        for p in found
    )


def deep(step: str, inner: Any, levels: int = 10_000) -> Any:
    for _ in range(levels):
        inner = (
            [{f"m${step}": inner}] if step in ("all", "any") else {step: [inner] if step != "$not" else inner}
        )
    return inner


def reckoned(levels: int = 10_000) -> Any:
    inner: Any = 1
    for _ in range(levels):
        inner = {"$add": {"$l": inner, "$r": 1}}
    return {"$gt": {"area": inner}}


def nested(text: str, levels: int) -> bytes:
    opening, closing = text.split("…")
    return (opening * levels + "1" + closing * levels).encode()


TEXTS = [
    (nested("[…]", 10_000), "too-deep", "/0" * 64),
    (nested('{"rules":…}', 10_000), "too-deep", "/rules" * 64),
    (b'{"rules": {"a": 1, "b": {"x": 1, "y": 2, "x": 3}}}', "duplicate-key", "/rules/b/x"),
    (b'{"a": [1, {"k": 1, "\\u006b": 2}]}', "duplicate-key", "/a/1/k"),
    (b'{"a": {"b": [0, NaN]}}', "not-a-number", "/a/b/1"),
    (b'{"a": -Infinity}', "not-a-number", "/a"),
    (b'{"a": "NaN", "b": 1e400}', "not-a-number", "/b"),
    (b'{"a": ' + b"9" * 5_000 + b"}", "not-a-number", "/a"),
    (b'{"a": {"b": 1,}}', "malformed-json", "/a"),
    (b'{"a": [1, 2', "malformed-json", "/a/1"),
    (b'{"a": "\xff"}', "not-utf8", ""),
    (b"", "malformed-json", ""),
    (b"[" + b"1," * 6_000_000 + b"1]", "too-large", ""),
]


@pytest.mark.parametrize(
    ("data", "code", "pointer"), TEXTS, ids=[f"{n}-{c}" for n, (_, c, _p) in enumerate(TEXTS)]
)
def test_a_text_that_cannot_be_read_is_refused_at_its_place(data: bytes, code: str, pointer: str) -> None:
    with pytest.raises(MalformedJson) as caught:
        loads(data)
    assert (caught.value.problem.code, caught.value.problem.pointer) == (code, pointer)
    assert told([caught.value.problem])


DEEP = [
    with_condition(deep("$not", {"area": 1})),
    with_condition(deep("$and", {"area": 1})),
    with_condition(deep("$or", {"area": 1})),
    with_condition(reckoned()),
    {**GOOD, "rules": {"r": {**GOOD["rules"]["r"], "all": deep("all", [{"m": {"area": 1}}])}}},
    {**GOOD, "facts": {"a": {"from": "/a", "type": deep("$not", 1)}}},
    {**GOOD, "title": deep("$and", 1)},
]


@pytest.mark.parametrize("document", DEEP, ids=range(len(DEEP)))
def test_ten_thousand_levels_are_refused_not_followed(document: Any) -> None:
    for found in (problems(document), check([Source("f", document)], METAS)):
        assert told(found)
        assert {problem.code for problem in found} == {"too-deep"}


@pytest.mark.parametrize("levels", [15, 16, 17, 25])
def test_conditions_nest_sixteen_deep(levels: int) -> None:
    found = problems(with_condition(deep("$not", {"area": 1}, levels)))
    assert [problem.code for problem in found] == (["too-large"] if levels > 15 else [])
    patterns = deepcopy(GOOD)
    patterns["rules"]["r"]["all"] = deep("all", [{"m": {"area": 1}}], levels)
    assert {problem.code for problem in problems(patterns)} <= {"too-large"}
    assert bool(problems(patterns)) == (levels > 15)


def with_text(value: str) -> dict[str, Any]:
    document = deepcopy(GOOD)
    document["facts"]["use"] = {"from": "/use", "type": "text"}
    document["rules"]["r"]["all"] = [{"m": {"use": value}}]
    return document


@pytest.mark.parametrize("value", ["a\x00b", "\ud800", "\udc00x", "a" * 10_001])
def test_text_that_cannot_be_kept_is_refused(value: str) -> None:
    found = problems(with_text(value))
    assert told(found)
    assert [problem.pointer for problem in found] == ["/rules/r/all/0/m/use"]


@pytest.mark.parametrize(
    "value", ["😀", "𠮷野家", "𰻝", "㐂", "\u00e9", "e\u0301", "\u200b", "\u202e", "\U0010ffff", "a" * 10_000]
)
def test_any_other_text_decides(value: str) -> None:
    compiled = compile_ruleset(parse(with_text(value)), ON)
    assert compiled.truths({"use": value})["r"] == "met"
    assert compiled.truths({"use": value + "x"})["r"] == "unmet"


@pytest.mark.parametrize("key", ["\ud800", "a\x00"])
def test_a_name_that_cannot_be_kept_is_refused(key: str) -> None:
    document = deepcopy(GOOD)
    document["rules"][key] = document["rules"].pop("r")
    assert told(problems(document))
    assert told(check([Source("f", document)], METAS))
    assert {problem.code for problem in problems(document)} == {"unusable-text"}


@pytest.mark.parametrize("number", [2**53, -(2**53), 2**70, 10**400, float("nan"), float("inf")])
@pytest.mark.parametrize("place", ["parameter", "condition", "priority", "limit"])
def test_numbers_that_programs_read_differently_are_refused(number: Any, place: str) -> None:
    document = deepcopy(GOOD)
    rule = document["rules"]["r"]
    if place == "parameter":
        document["parameters"]["limit"]["value"] = number
    elif place == "condition":
        rule["all"] = [{"m": {"$gt": {"area": number}}}]
    elif place == "priority":
        rule["pri"] = number
    else:
        rule["run"] = {"set_limit": {"days": number}, "reason": REASON, "basis": "b"}
    found = problems(document)
    assert told(found)
    assert {problem.code for problem in found} <= {"number-too-large", "not-a-number"}


def test_a_thousand_rules_that_build_on_one_another_decide_and_one_more_is_refused() -> None:
    def chained(count: int) -> dict[str, Any]:
        facts: dict[str, Any] = {"area": {"from": "/area", "type": "decimal"}}
        facts |= {f"s{n}": {"type": "boolean", "asserted": True, "otherwise": False} for n in range(count)}
        rules = {
            f"r{n}": {
                "all": [{"m": {f"s{n - 1}": True} if n else {"$gt": {"area": 1}}}],
                "run": {"assert": {f"s{n}": True}},
            }
            for n in range(count)
        }
        return {"kind": "ruleset", "code": "c", "decides": "eligibility", "facts": facts, "rules": rules}

    compiled = compile_ruleset(parse(chained(1_000)), ON)
    assert set(compiled.truths({"area": 2}).values()) == {"met"}
    assert set(compiled.truths({"area": 1}).values()) == {"unmet"}
    assert set(compiled.truths({}).values()) == {"unknown"}
    assert [problem.code for problem in problems(chained(1_001))] == ["too-many-rules"]
    circle = chained(500)
    circle["rules"]["r0"]["all"] = [{"m": {"s499": True}}]
    (found,) = problems(circle)
    assert found.code == "cycle"
    assert found.pointer.startswith("/rules/r")


WRONG = [
    ("title", "规则", "no-title", "/title"),
    ("effective_from", "2026-02-30", "wrong-date", "/effective_from"),
    ("effective_from", "20260401", "wrong-date", "/effective_from"),
    ("dated_by", "accepted", "no-place", "/dated_by"),
    ("combine", "first", "wrong-combination", "/combine"),
    ("combine", {"route": "last"}, "wrong-combination", "/combine/route"),
    ("combine", {"deny": "first"}, "wrong-combination", "/combine/deny"),
    ("facts", {"area": {"from": "/a", "type": "decimal", "title": "面积"}}, "no-title", "/facts/area/title"),
    ("facts", {"area": {"from": "/a", "type": "decimal", "unit": 3}}, "wrong-type", "/facts/area/unit"),
    (
        "parameters",
        {"limit": {"values": [{"from": "2026-4-1", "value": 3}], "value": 1}},
        "wrong-values",
        "/parameters/limit/values/0",
    ),
]


@pytest.mark.parametrize(
    ("key", "value", "code", "pointer"), WRONG, ids=[f"{k}-{c}" for k, _, c, _p in WRONG]
)
def test_what_stands_around_the_rules_is_checked(key: str, value: Any, code: str, pointer: str) -> None:
    document = {**deepcopy(GOOD), key: value}
    found = problems(document)
    assert told(found)
    assert (code, pointer) in [(problem.code, problem.pointer) for problem in found]


def test_a_period_ends_after_it_begins() -> None:
    document = {**GOOD, "effective_from": "2026-04-01", "effective_to": "2026-03-31"}
    assert [(p.code, p.pointer) for p in problems(document)] == [("period-reversed", "/effective_to")]


@pytest.mark.parametrize(
    "run",
    [
        {"set_limit": 5},
        {"set_limit": {"days": -1, "unit": "working"}},
        {"set_limit": {"days": 1.5}},
        {"set_limit": {"days": True}},
        {"set_limit": {"days": 5, "unit": "weeks"}},
        {"set_limit": {"days": 5, "hours": 3}},
        {"set_limit": {"unit": "working"}},
        {"route": True},
        {"select_matter": {}},
        {"require_material": ""},
        {"deny": False},
        {"refer": 3},
    ],
)
def test_an_outcome_says_what_its_type_needs(run: dict[str, Any]) -> None:
    document = deepcopy(GOOD)
    document["rules"]["r"]["run"] = {**run, "reason": REASON, "basis": "b"}
    (found,) = problems(document)
    assert told([found])
    assert (found.code, found.pointer) == ("wrong-outcome", f"/rules/r/run/{next(iter(run))}")


def use(document: Any) -> None:
    """Read, check, decide, say and tabulate a document: it is refused by name, or all of it works."""
    try:
        again = loads(json.dumps(document))
    except MalformedJson as error:
        assert told([error.problem])
        return
    found = check([Source("f", again)], METAS)
    assert not found or told(found)
    try:
        ruleset = parse(again)
    except RulesetError as error:
        assert told(error.problems)
        assert any(problem.severity == "error" for problem in found)
        return
    compiled = compile_ruleset(ruleset, ON)
    for answers in ({}, {"project": {"floor_area": 1}}, again):
        facts = extract_facts(ruleset, answers, ON)
        verdict = compiled.evaluate(facts)
        assert json.dumps(verdict.to_json()) and json.dumps(compiled.trace(facts))
        routes(ruleset, verdict), limit(ruleset, verdict)
    for rule in ruleset.rules:
        for lang in ("zh", "en"):
            assert sentence(ruleset, rule, lang) and say_condition(ruleset, rule.condition, lang)  # type: ignore[arg-type]
    assert canonical(from_table(to_table(again))) == canonical(again)


@LONG
@given(mutated(SHIPPED))
def test_a_shipped_ruleset_with_slips_in_it_is_refused_or_decides(document: Any) -> None:
    use(document)


@given(json_values)
def test_any_json_is_refused_or_decides(document: Any) -> None:
    use(document)


@LONG
@given(mutated(CASES))
def test_cases_with_slips_in_them_are_refused_or_run(document: Any) -> None:
    shape = meta_findings(document, METAS["cases"], meta_registry(METAS))
    if shape:
        assert told(shape)
        return
    ruleset = parse(SHIPPED.get(document["ruleset"], SHIPPED["newborn.joint"]))
    report = run_cases(ruleset, document)
    assert report.cases == len(document["cases"])
    assert not report.failures or told(list(report.failures))


@pytest.mark.parametrize(
    ("to", "wrong"), [("department:nowhere", True), ("department:housing", False), ("way", False)]
)
def test_a_route_leads_to_a_department_that_there_is(to: str, wrong: bool) -> None:
    document = deepcopy(GOOD)
    document["rules"]["r"]["run"] = [{"route": to, "reason": REASON, "basis": "b"}]
    matter = {"kind": "matter", "code": "m", "department": {"code": "housing"}}
    found = check([Source("f", document)], METAS, Library.of([matter]))
    assert [(p.code, p.pointer) for p in found] == (
        [("unknown-department", "/rules/r/run/0/route")] if wrong else []
    )
