"""docs/rules.md: its examples run, and every cell of its tables is what the evaluator says."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.functions import FUNCTIONS
from yijianshi.core.rules import compile_ruleset, extract_facts, parse, problems, run_cases, sentence
from yijianshi.server.files import meta_schemas

from tests.core.rules.meanings import KINDS, OPERATORS, absent, condition, probes, ruleset_of, truth
from tests.core.rules.strategies import REASON

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
EXAMPLES = [json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_the_ruleset_and_its_cases() -> None:
    document, _, _, cases = EXAMPLES
    metas = meta_schemas()
    registry = meta_registry(metas)
    assert meta_findings(document, metas["ruleset"], registry) == []
    assert meta_findings(cases, metas["cases"], registry) == []
    ruleset = parse(document)
    report = run_cases(ruleset, cases)
    assert (report.cases, report.failures, report.coverage) == (3, (), 1.0)
    assert sentence(ruleset, "stadium", "zh") in PAGE


def test_the_fact_that_is_a_parameter() -> None:
    example = EXAMPLES[1]
    types = {"investment": "decimal", "floor_area": "decimal"}
    document = ruleset_of(example["condition"], types, parameters=example["parameters"])
    document["facts"] |= example["facts"]
    meta = meta_schemas()["ruleset"]
    assert meta_findings({**EXAMPLES[0], **example_part(example)}, meta, meta_registry(meta_schemas())) == []
    ruleset = parse(document)
    name = "either_suffices_for_exemption"
    other = {name: {**example["parameters"][name], "value": False}}
    for parameters, expected in ((example["parameters"], "met"), (other, "unknown")):
        compiled = compile_ruleset(parse({**document, "parameters": parameters}), date(2026, 11, 23))
        assert compiled.truths({"floor_area": 300})["r"] == expected
    assert "有一项不超过限额即可不申请（参数为是，待核实）：是" in sentence(ruleset, "r", "zh")
    assert "有一项不超过限额即可不申请（参数为是，待核实）：是" in PAGE


def example_part(example: dict[str, Any]) -> dict[str, Any]:
    """The example's facts and parameters beside those of the page's first ruleset."""
    return {key: {**EXAMPLES[0][key], **example[key]} for key in ("facts", "parameters")}


def table(head: str) -> list[dict[str, str]]:
    """The rows of the page's table whose first heading is ``head``, by heading."""
    lines = PAGE.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {head} |"))
    names = [name.strip() for name in lines[start].strip("|").split("|")]
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            return rows
        rows.append(dict(zip(names, (cell.strip() for cell in line.strip("|").split("|")), strict=True)))
    return rows


MEANINGS = {row["operator"].strip("`"): row for row in table("operator")}


def test_every_operator_has_its_row() -> None:
    assert list(MEANINGS) == OPERATORS
    assert all(
        set(KINDS) | {"missing", "null", "wrong type"} == set(row) - {"operator"} for row in MEANINGS.values()
    )


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("column", KINDS)
def test_what_an_operator_says_of_a_type(op: str, column: str) -> None:
    cell = MEANINGS[op][column]
    for kind in KINDS[column]:
        asked, types = condition(op, kind)
        if cell == "refused":
            assert problems(ruleset_of(asked, types)) != []
            continue
        seen = set()
        for answers, expected in probes(op, kind):
            assert truth(asked, answers, types) == expected, (kind, answers)
            seen.add(expected)
        assert seen == ({"met", "unmet"} if cell == "decides" else {cell})


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("how", ["missing", "null", "wrong type"])
def test_what_an_operator_says_of_no_value(op: str, how: str) -> None:
    for column, kinds in KINDS.items():
        for kind in kinds if MEANINGS[op][column] != "refused" else ():
            asked, types = condition(op, kind)
            for answers in absent(op, kind, how):
                assert truth(asked, answers, types) == MEANINGS[op][how], (kind, answers)


def test_every_function_is_told_of() -> None:
    told = [name for row in table("function") for name in re.findall(r"`(\w+)`", row["function"])]
    assert sorted(told) == sorted(FUNCTIONS)


def test_the_derived_fact_of_the_page() -> None:
    facts = EXAMPLES[2]
    document = {**ruleset_of({"$gte": {"owners_share": 50}}, {}), "facts": facts}
    ruleset = parse(document)
    owners = [
        {"kind": "person", "share": 50},
        {"kind": "company", "share": 40},
        {"kind": "person", "share": 0.5},
    ]
    assert extract_facts(ruleset, {"owners": owners}, date(2026, 11, 23)) == {"owners_share": 50.5}
    assert compile_ruleset(ruleset, date(2026, 11, 23)).truths({"owners_share": 50.5}) == {"r": "met"}


OUTCOME = {"deny": "x", "reason": REASON, "basis": "b"}
FACTS = {
    "n": "integer",
    "t": "text",
    "l": {"type": "list", "items": "integer"},
}
LARGE = {"$mul": {"$l": {"m": "n"}, "$r": {"m": "n"}}}


def rule(more: dict[str, Any]) -> dict[str, Any]:
    return {**ruleset_of({"n": 1}, FACTS), "rules": {"r": {"all": [{"m": {"n": 1}}], "run": OUTCOME, **more}}}


LEFT_OUT: dict[str, list[Any]] = {
    "`count`, `cap`": [rule({"count": 3}), rule({"cap": 3})],
    "`dist`": [rule({"dist": 0})],
    "`$t`, `$time`, `$timerName`, `$baseTime`": [
        *(ruleset_of({name: "T1"}, FACTS) for name in ("$t", "$time", "$timerName", "$baseTime")),
        ruleset_of({"$gte": {"n": {"$time": {"m": "$baseTime"}}}}, FACTS),
    ],
    "`$s`": [ruleset_of({"$s": 1}, FACTS), ruleset_of({"$gt": {"n": {"$s": "n"}}}, FACTS)],
    "`to`, `$chart`, `$state`, `$flow`": [
        rule({"to": "review"}),
        rule({"$chart": {}}),
        *(
            {**rule({}), "rules": {f"life{chart}": {"draft": {"submit": {"to": "review"}}}}}
            for chart in ("$state", "$flow")
        ),
    ],
    "`run` as the name of a program": [rule({"run": "approve"})],
    "`$iany` within `$iany`": [ruleset_of({"$iany": {"l": {"$iany": {"l": {"$i": 1}}}}}, FACTS)],
    "text in order, text in arithmetic": [
        ruleset_of({"$gt": {"t": "a"}}, FACTS),
        ruleset_of({"$eq": {"n": {"$add": {"$l": {"m": "t"}, "$r": 1}}}}, FACTS),
    ],
    "calculations that may exceed 126 bits": [
        ruleset_of({"$gt": {"n": {"$mul": {"$l": LARGE, "$r": {"m": "n"}}}}}, FACTS)
    ],
}


def test_everything_left_out_is_named() -> None:
    assert [row["of durable-rules"] for row in table("of durable-rules")] == list(LEFT_OUT)
    assert problems(rule({})) == []


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_left_out_is_refused_with_the_reason(name: str) -> None:
    (why,) = [
        row["why it is left out"] for row in table("of durable-rules") if row["of durable-rules"] == name
    ]
    assert why
    for document in LEFT_OUT[name]:
        found = problems(document)
        assert found and found[0].pointer.startswith("/rules/")
        assert all(found[0].message.values()) and all(found[0].remedy.values())
        # the reason that the message gives is the one of the page, in other words at most
        if name.startswith("`") and "run" not in name and "$iany" not in name:
            assert set(re.findall(r"[a-z]{5,}", found[0].message["en"])) & set(re.findall(r"[a-z]{5,}", why))
