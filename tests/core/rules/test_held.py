"""Facts that are parameters: declared, decided on the day, said, and never asked of anybody."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from yijianshi.core.rules import (
    compile_ruleset,
    extract_facts,
    mistyped,
    parse,
    problems,
    run_cases,
    sentence,
)
from yijianshi.core.rules.aims import aims_of
from yijianshi.core.rules.answers import answers_of
from yijianshi.core.rules.boundaries import at_random, one_by_one, values_of
from yijianshi.core.rules.table import from_table, to_table

from tests.core.rules.strategies import REASON

BEFORE, ON = date(2026, 3, 31), date(2026, 4, 1)
RUN = {"route": "permit", "reason": REASON, "basis": "依据"}
DOCUMENT: dict[str, Any] = {
    "kind": "ruleset",
    "code": "held",
    "title": {"zh": "许可", "en": "permit"},
    "decides": "routing",
    "facts": {
        "investment": {"from": "/investment", "type": "decimal"},
        "area": {"from": "/area", "type": "decimal"},
        "either": {"parameter": "reading", "type": "boolean"},
        "bound": {"parameter": "limit", "type": "decimal"},
    },
    "parameters": {
        "reading": {
            "type": "boolean",
            "values": [{"from": "2020-01-01", "value": True}, {"from": "2026-04-01", "value": False}],
            "title": {"zh": "其一即可", "en": "one suffices"},
        },
        "limit": {"value": 300, "unit": "m²", "type": "decimal", "verified": True},
    },
    "rules": {
        "both": {
            "all": [{"m": {"$and": [{"either": True}, {"$gt": {"investment": 30}}, {"$gt": {"area": 300}}]}}],
            "run": RUN,
        },
        "one": {
            "all": [
                {
                    "m": {
                        "$and": [
                            {"either": False},
                            {"$or": [{"$gt": {"investment": 30}}, {"$lt": {"bound": {"m": "area"}}}]},
                        ]
                    }
                }
            ],
            "run": RUN,
        },
    },
}


def with_fact(**declared: Any) -> dict[str, Any]:
    return {**DOCUMENT, "facts": {**DOCUMENT["facts"], "either": declared}}


@pytest.mark.parametrize(
    ("on", "facts", "truths"),
    [
        (BEFORE, {"investment": 31, "area": 301}, {"both": "met", "one": "unmet"}),
        (BEFORE, {"investment": 31, "area": 300}, {"both": "unmet", "one": "unmet"}),
        (BEFORE, {"area": 300}, {"both": "unmet", "one": "unmet"}),
        (ON, {"investment": 31, "area": 300}, {"both": "unmet", "one": "met"}),
        (ON, {"investment": 31}, {"both": "unmet", "one": "met"}),
        (ON, {"area": 301}, {"both": "unmet", "one": "met"}),
        (ON, {"area": 300}, {"both": "unmet", "one": "unknown"}),
        # before the first day of its values nothing says how it is set
        (date(2019, 12, 31), {"investment": 31, "area": 301}, {"both": "unknown", "one": "unknown"}),
        (date(2019, 12, 31), {"investment": 30, "area": 300}, {"both": "unmet", "one": "unmet"}),
    ],
)
def test_the_value_of_the_day_decides(on: date, facts: dict[str, Any], truths: dict[str, str]) -> None:
    compiled = compile_ruleset(parse(DOCUMENT), on)
    verdict = compiled.evaluate(facts)
    assert dict(verdict.truths) == truths
    # nobody is asked for it, nor can give it another value
    assert set(verdict.unknown_facts) <= {"investment", "area"} - set(facts)
    assert compiled.truths({**facts, "either": None, "bound": 0}) == truths


def test_the_day_is_the_one_that_the_law_names() -> None:
    document = {**DOCUMENT, "dated_by": "/applied"}
    cases = [
        {
            "on": "2026-11-23",
            "answers": {"applied": day, "investment": 31, "area": 0},
            "expect": {truth: ["one"]},
        }
        for day, truth in (("2026-03-31", "unmet"), ("2026-04-01", "met"))
    ]
    assert run_cases(parse(document), {"cases": cases}).failures == ()


def test_answers_say_nothing_of_it() -> None:
    ruleset = parse(DOCUMENT)
    answers = {"investment": 1, "area": 2, "either": "x", "": False}
    assert extract_facts(ruleset, answers, ON) == {"investment": 1, "area": 2}
    assert mistyped(ruleset, answers) == []
    assert answers_of(ruleset, {"area": 2}, ON) == {"area": 2}


def test_made_up_cases_leave_it_as_it_is() -> None:
    compiled = compile_ruleset(parse(DOCUMENT), ON)
    made = [*one_by_one(compiled), *at_random(compiled, 50)]
    assert made and all(not {"either", "bound"} & set(facts) for facts in made)
    assert set(values_of(compiled)) == {"investment", "area"}
    assert {aim.fact for aim in aims_of(compiled) if aim.fact} == {"investment", "area"}


def test_no_case_is_asked_to_bring_it_to_a_limit() -> None:
    rules = {"r": {"all": [{"m": {"$gt": {"bound": 200}}}], "run": RUN}}
    compiled = compile_ruleset(parse({**DOCUMENT, "rules": rules}), ON)
    assert all(aim.rule == "r" for aim in aims_of(compiled))


def test_what_no_case_can_change_is_not_asked_of_the_cases() -> None:
    report = run_cases(parse(DOCUMENT), {"cases": []})
    said = sorted(report.conditions)
    assert len(said) == 4 and not any(place.endswith("$and/0") for place in said)


def test_sentences_say_the_parameter_its_value_and_that_it_is_not_verified() -> None:
    ruleset = parse(DOCUMENT)
    on = {day: compile_ruleset(ruleset, day).ruleset for day in (BEFORE, ON)}
    assert sentence(on[BEFORE], "both", "zh").startswith("如果其一即可（参数为是，待核实）：是，且")
    assert sentence(on[ON], "both", "zh").startswith("如果其一即可（参数为否，待核实）：是，且")
    assert sentence(on[ON], "both", "en").startswith("If one suffices (parameter: no, not verified): yes and")
    assert "area大于limit（300 m²）" in sentence(ruleset, "one", "zh")
    own = parse(with_fact(parameter="reading", type="boolean", title={"zh": "宽松", "en": "lenient"}))
    assert "宽松（参数“其一即可”为" in sentence(own, "both", "zh")
    assert "lenient (parameter “one suffices”: " in sentence(own, "both", "en")


def test_the_trace_tells_its_value() -> None:
    told: Any = compile_ruleset(parse(DOCUMENT), ON).trace({"investment": 31})["one"]
    first, second = told["parts"]
    assert (first["fact"], first["value"], first["truth"]) == ("either", False, "met")
    held = second["parts"][1]
    assert (held["fact"], held["op"], held["with"]) == ("area", "$gt", {"parameter": "limit", "value": 300})


@pytest.mark.parametrize(
    ("declared", "code", "pointer"),
    [
        ({"parameter": "other", "type": "boolean"}, "unknown-parameter", "/facts/either/parameter"),
        ({"parameter": 3, "type": "boolean"}, "unknown-parameter", "/facts/either/parameter"),
        ({"parameter": "reading", "type": "text"}, "parameter-type", "/facts/either/type"),
        ({"parameter": "reading", "type": "list", "items": "text"}, "parameter-type", "/facts/either/type"),
        ({"parameter": "reading", "type": "boolean", "from": "/e"}, "two-sources", "/facts/either"),
        ({"parameter": "reading", "type": "boolean", "asserted": True}, "two-sources", "/facts/either"),
        (
            {"parameter": "reading", "type": "boolean", "derive": {"fn": "sum", "of": "/a/*/b"}},
            "two-sources",
            "/facts/either",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said_once_in_both_languages(
    declared: dict[str, Any], code: str, pointer: str
) -> None:
    (problem,) = problems(with_fact(**declared))
    assert (problem.code, problem.pointer) == (code, pointer)
    assert all(problem.message[lang] and problem.remedy[lang] for lang in ("zh", "en"))


def test_a_parameter_that_is_itself_wrong_is_said_once() -> None:
    document = {**DOCUMENT, "parameters": {**DOCUMENT["parameters"], "reading": {"type": "boolean"}}}
    assert [each.pointer for each in problems(document)] == ["/parameters/reading"]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"$gt": {"bound": {"$add": {"$l": {"m": "area"}, "$r": 1}}}}, "parameter-arithmetic"),
        ({"$lt": {"either": True}}, "no-order"),
        ({"either": "yes"}, "wrong-value"),
    ],
)
def test_conditions_on_it_that_mean_nothing_are_refused(condition: Any, code: str) -> None:
    rules = {"r": {"all": [{"m": condition}], "run": RUN}}
    assert [each.code for each in problems({**DOCUMENT, "rules": rules})] == [code]


def test_no_rule_asserts_it() -> None:
    rules = {**DOCUMENT["rules"], "r": {"all": [{"m": {"area": 1}}], "run": {"assert": {"either": True}}}}
    assert [each.code for each in problems({**DOCUMENT, "rules": rules})] == ["not-asserted"]


def test_a_choice_takes_only_its_values() -> None:
    facts = {**DOCUMENT["facts"], "way": {"parameter": "ways", "type": "choice", "values": ["a", "b"]}}
    good = {**DOCUMENT, "facts": facts, "parameters": {**DOCUMENT["parameters"], "ways": {"value": "a"}}}
    assert problems(good) == []
    bad = {**good, "parameters": {**DOCUMENT["parameters"], "ways": {"value": "c"}}}
    assert [(each.code, each.pointer) for each in problems(bad)] == [
        ("parameter-not-one-of", "/facts/way/values")
    ]


def test_tables_and_the_meta_schema_know_it() -> None:
    assert from_table(to_table(DOCUMENT)) == DOCUMENT
    schema = json.loads((Path(__file__).parents[3] / "schemas/meta/ruleset.schema.json").read_text("utf-8"))
    facts = Draft202012Validator(schema["properties"]["facts"])
    assert facts.is_valid(DOCUMENT["facts"])
    assert not facts.is_valid({"x": {"parameter": "", "type": "boolean"}})
