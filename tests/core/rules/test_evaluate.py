"""What rules mean: three values, exact numbers, parameters by date, facts out of answers."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from yijianshi.core.forms.facts import of_library, options, titles
from yijianshi.core.rules import compile_ruleset, mistyped, parse, say_condition, sentence
from yijianshi.server.files import shipped_library

from tests.core.rules.meanings import ON, TABLE, truth
from tests.core.rules.strategies import REASON, fact_sets, rulesets


@pytest.mark.parametrize(("condition", "facts", "types", "expected"), TABLE)
def test_the_table_of_meanings(condition: Any, facts: Any, types: Any, expected: str) -> None:
    assert truth(condition, facts, types) == expected


def test_sums_are_exact() -> None:
    shares = {"rows": [{"n": 0.1}, {"n": 0.2}]}
    document = {
        "facts": {"s": {"derive": {"fn": "sum", "of": "/rows/*/n"}, "type": "decimal"}},
    }
    assert truth({"$lte": {"s": 0.3}}, shares, {}, **document) == "met"
    assert truth({"s": 0.3}, shares, {}, **document) == "met"


def test_a_sum_over_a_row_that_lacks_the_number_is_unknown() -> None:
    facts = {"facts": {"s": {"derive": {"fn": "sum", "of": "/rows/*/n"}, "type": "decimal"}}}
    assert truth({"$lte": {"s": 3}}, {"rows": [{"n": 1}, {}]}, {}, **facts) == "unknown"
    assert truth({"$lte": {"s": 3}}, {}, {}, **facts) == "unknown"


def test_a_parameter_has_the_value_of_the_date() -> None:
    parameters = {
        "parameters": {
            "months": {
                "type": "integer",
                "values": [{"from": "2025-01-01", "value": 3}, {"from": "2026-04-01", "value": 1}],
            }
        }
    }
    condition = {"$gte": {"m": {"parameter": "months"}}}
    ask = {"m": 2}
    assert truth(condition, ask, {"m": "integer"}, date(2026, 3, 31), **parameters) == "unmet"
    assert truth(condition, ask, {"m": "integer"}, date(2026, 4, 1), **parameters) == "met"
    assert truth(condition, ask, {"m": "integer"}, date(2024, 12, 31), **parameters) == "unknown"


@pytest.mark.parametrize(("on", "expected"), [("2026-03-07", "unmet"), ("2026-03-08", "met")])
def test_age_counts_full_years_from_the_birthday_on(on: str, expected: str) -> None:
    facts = {"facts": {"age": {"derive": {"fn": "age", "of": "/id"}, "type": "integer"}}}
    answers = {"id": "371322199003080010"}
    from yijianshi.core.forms.identifiers import resident_check

    answers["id"] = answers["id"][:17] + resident_check(answers["id"][:17])
    assert truth({"$gte": {"age": 36}}, answers, {}, date.fromisoformat(on), **facts) == expected


def test_a_wrongly_typed_answer_is_named() -> None:
    ruleset = parse(
        {
            "code": "x",
            "decides": "eligibility",
            "facts": {"a": {"from": "/a", "type": "decimal"}, "b": {"from": "/b", "type": "date"}},
            "rules": {},
        }
    )
    assert mistyped(ruleset, {"a": "viele", "b": "2026-01-01"}) == ["a"]


@given(rulesets(), fact_sets())
def test_learning_more_never_turns_a_verdict_round(document: Any, facts: dict[str, Any]) -> None:
    """Kleene's law: what is met or unmet without a fact stays so with it, unless presence itself is asked."""
    text = str(document)
    if "$ex" in text or "$nex" in text:
        return
    compiled = compile_ruleset(parse(document), ON)
    whole = compiled.truths(facts)
    for name in facts:
        less = compiled.truths({key: value for key, value in facts.items() if key != name})
        assert all(truth in ("unknown", whole[rule]) for rule, truth in less.items())


@given(rulesets(), fact_sets())
def test_the_trace_says_what_the_verdict_says(document: Any, facts: dict[str, Any]) -> None:
    compiled = compile_ruleset(parse(document), ON)
    verdict = compiled.evaluate(facts)
    trace = compiled.trace(facts)
    assert {rule: node["truth"] for rule, node in trace.items()} == verdict.truths
    # a property that a row lacks is named with its group; division by zero is unknown with all facts known
    assert all("[]" in name or name not in facts for name in verdict.unknown_facts)
    assert not verdict.unknown_facts or "unknown" in verdict.truths.values()


@given(rulesets())
def test_every_rule_can_be_said_in_both_languages(document: Any) -> None:
    ruleset = parse(document)
    for rule in ruleset.rules:
        assert sentence(ruleset, rule, "zh").startswith("如果")
        assert sentence(ruleset, rule, "en").startswith("If ")


def test_a_sentence_reads_like_one() -> None:
    document = {
        "code": "x",
        "decides": "situations",
        "facts": {
            "area": {
                "from": "/a",
                "type": "decimal",
                "unit": "m²",
                "title": {"zh": "总建筑面积", "en": "floor area"},
            },
            "use": {"from": "/u", "type": "choice", "title": {"zh": "使用性质", "en": "use"}},
        },
        "parameters": {"p": {"value": 20000, "unit": "m²", "title": {"zh": "面积界限", "en": "the limit"}}},
        "rules": {
            "r": {
                "all": [
                    {"m": {"$and": [{"$gt": {"area": {"parameter": "p"}}}, {"$not": {"use": "stadium"}}]}}
                ],
                "run": {"select_matter": "fire", "reason": REASON, "basis": "b"},
            }
        },
    }
    ruleset = parse(document)
    assert say_condition(ruleset, ruleset.rules[0].condition, "zh") == (
        "总建筑面积大于面积界限（20,000 m²，待核实），且使用性质不为stadium"
    )
    assert sentence(ruleset, "r", "en") == (
        "If floor area is more than the limit (20,000 m², not verified) and use is not stadium, "
        "then the matter is handled: fire."
    )


def test_a_sentence_names_matters_and_materials_by_their_titles() -> None:
    """No shipped rule is read with the code of what it speaks of; what is not known is told as it is written."""
    library = shipped_library()
    words = titles(of_library(library)), options(of_library(library))
    named = {doc["code"]: doc["title"] for kind in ("matter", "material") for doc in library.all(kind)}
    told = 0
    for document in library.all("ruleset"):
        ruleset = parse(document)
        for rule in ruleset.rules:
            for outcome in rule.outcomes:
                if outcome.type in ("select_matter", "require_material", "waive_material"):
                    target, told = str(outcome.target), told + 1
                    for lang in ("zh", "en"):
                        said = sentence(ruleset, rule, lang, *words)
                        assert named[target][lang] in said and f"“{target}”" not in said
    assert told > 20
    assert "“nothing”" in sentence(parse({**CHAINED, "rules": {"r": of_nothing()}}), "r", "zh", *words)


def of_nothing() -> dict[str, Any]:
    run = {"select_matter": "nothing", "reason": REASON, "basis": "b"}
    return {"all": [{"m": {"$gt": {next(iter(CHAINED["facts"])): 1}}}], "run": run}


CHAINED = {
    "kind": "ruleset",
    "code": "chained",
    "decides": "eligibility",
    "facts": {
        "area": {"from": "/area", "type": "decimal"},
        "height": {"from": "/height", "type": "decimal"},
        "class": {"type": "integer", "asserted": True, "otherwise": 3},
    },
    "rules": {
        "strict": {
            "all": [{"m": {"$gte": {"height": {"m": "class"}}}}],
            "run": {"deny": "x", "reason": REASON, "basis": "b"},
        },
        "large": {"pri": 1, "all": [{"m": {"$gt": {"area": 100}}}], "run": {"assert": {"class": 1}}},
        "high": {"pri": 2, "all": [{"m": {"$gt": {"height": 50}}}], "run": {"assert": {"class": 2}}},
    },
}


@pytest.mark.parametrize(
    ("facts", "asserted", "strict"),
    [
        ({"area": 101, "height": 1}, {"class": 1}, "met"),
        ({"area": 100, "height": 51}, {"class": 2}, "met"),
        ({"area": 100, "height": 2}, {"class": 3}, "unmet"),
        # the first rule may still be met: what it would assert is not guessed
        ({"height": 51}, {}, "unknown"),
        ({"area": 101}, {"class": 1}, "unknown"),
    ],
)
def test_rules_build_on_what_others_assert(facts: Any, asserted: Any, strict: str) -> None:
    compiled = compile_ruleset(parse(CHAINED), ON)
    assert compiled.asserted(compiled.decide(facts)) == asserted
    verdict = compiled.evaluate(facts)
    assert verdict.truths["strict"] == strict
    assert set(verdict.unknown_facts) <= {"area", "height"} - set(facts)
