"""Facts that are parameters, in every engine and in what is proven: they have the value of the day and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from yijianshi.core.definitions.types import Problem
from yijianshi.core.rules import Compiled, compile_ruleset, parse
from yijianshi.core.rules.lower import lower
from yijianshi.server.engines.agreement import agree, cases_for
from yijianshi.server.engines.analysis import Domain, advise, analyse, suggest
from yijianshi.server.engines.batches import decide
from yijianshi.server.engines.decider import Agreement, Decider
from yijianshi.server.engines.durable import DurableEngine
from yijianshi.server.engines.whatif import Editions, compare

from tests.core.rules.strategies import REASON

ON = date(2026, 11, 23)
LARGE, DEAR = {"$gt": {"area": 300}}, {"$gt": {"investment": 30}}


def rule(condition: Any, **run: Any) -> dict[str, Any]:
    return {"all": [{"m": condition}], "run": {**run, "reason": REASON, "basis": "依据"}}


NEEDED = {"$or": [{"$and": [LARGE, DEAR]}, {"$and": [{"either": False}, {"$or": [LARGE, DEAR]}]}]}


def made(rules: dict[str, Any], either: bool = True, **facts: Any) -> Compiled:
    document = {
        "kind": "ruleset",
        "code": "held",
        "decides": "routing",
        "facts": {
            "investment": {"from": "/i", "type": "integer"},
            "area": {"from": "/a", "type": "integer"},
            "either": {"parameter": "reading", "type": "boolean"},
            "way": {"parameter": "ways", "type": "choice"},
            **facts,
        },
        "parameters": {
            "reading": {"value": either, "title": {"zh": "其一即可", "en": "one suffices"}},
            "ways": {"value": "甲"},
        },
        "rules": rules,
    }
    return compile_ruleset(parse(document), ON)


CASES: list[dict[str, Any]] = [
    {},
    {"area": 301},
    {"area": 300},
    *({"area": area, "investment": i} for area in (300, 301) for i in (30, 31)),
]


@pytest.fixture(scope="module")
def engine() -> Iterator[DurableEngine]:
    opened = DurableEngine(workers=1, seconds=20)
    yield opened
    opened.close()


@pytest.mark.parametrize("either", [True, False])
def test_every_engine_has_the_value_of_the_parameter(engine: DurableEngine, either: bool) -> None:
    rules = {"needed": rule(NEEDED, route="x"), "way": rule({"$in": {"way": ["甲"]}}, route="y")}
    compiled = made(rules, either)
    expected = [compiled.decide(facts) for facts in CASES]
    assert [each[0] for each in expected] == (
        [None, None, False, False, False, False, True]
        if either
        else [None, True, None, False, True, True, True]
    )
    assert {each[1] for each in expected} == {True}
    assert decide(compiled, CASES) == expected
    runs = [(compiled, facts, compiled.evaluate(facts)) for facts in CASES]
    assert isinstance(Decider(engine).decide(runs), Agreement)
    # the engine of record compares it itself: it is told the value like an answer
    program, message = lower(compiled).question({"area": 301, "investment": 30})
    assert program.whole and f'"v{list(compiled.ruleset.facts).index("either")}":{int(either)}' in str(
        message
    )


def test_cases_made_to_publish_never_give_it_another_value(engine: DurableEngine) -> None:
    compiled = made({"needed": rule(NEEDED, route="x")})
    cases, complete = cases_for(compiled)
    assert complete and all("either" not in facts for facts in cases)
    result = agree(compiled, engine)
    assert result.complete and result.witnesses == ()


def test_two_editions_that_set_it_differently_change_who_they_should() -> None:
    rules = {"needed": rule(NEEDED, route="x")}
    editions = Editions(made(rules, True), made(rules, False))
    found = compare(editions, [(f"{n}", facts, facts) for n, facts in enumerate(CASES)])
    changes = {(each.old, each.new, each.samples) for each in found.changes}
    assert changes == {("unknown", "met", ("1",)), ("unmet", "unknown", ("2",)), ("unmet", "met", ("4", "5"))}


def found_in(compiled: Compiled) -> dict[str, Problem]:
    return {each.pointer: each for each in analyse(compiled)}


def test_a_rule_that_waits_for_another_setting_is_no_fault() -> None:
    rules = {
        "waits": rule({"$and": [{"either": False}, LARGE]}, route="x"),
        "never": rule({"$and": [{"either": False}, LARGE, {"$lt": {"area": 300}}]}, route="x"),
        "else": rule({"$lte": {"area": 300}}, route="x"),
        "more": rule({"$and": [{"either": True}, LARGE]}, route="x"),
    }
    found = found_in(made(rules))
    assert {pointer: (each.code, each.severity) for pointer, each in found.items()} == {
        "/rules/waits": ("other-setting", "note"),
        "/rules/never": ("contradiction", "error"),
    }
    assert "“其一即可：否”时才会" in found["/rules/waits"].message["zh"]
    assert "would be with “one suffices: no”" in found["/rules/waits"].message["en"]
    # what the parameters alone do not say is not blamed on them
    assert "其一即可" not in found["/rules/never"].message["zh"]
    # set the other way, another one waits
    assert found_in(made(rules, False))["/rules/more"].code == "other-setting"


def test_only_the_settings_that_must_change_are_named() -> None:
    found = found_in(made({"waits": rule({"$and": [{"either": False}, {"way": "甲"}]}, route="x")}))
    assert "甲" not in found["/rules/waits"].message["zh"]


def test_a_rule_that_another_setting_would_need_is_not_redundant() -> None:
    rules = {
        "one": rule({"$and": [{"either": True}, LARGE]}, route="x"),
        "both": rule({"$and": [LARGE, DEAR]}, route="x"),
    }
    assert [each.code for each in analyse(made(rules))] == ["gap"]
    rules["one"] = rule(LARGE, route="x")
    assert "redundant" in [each.code for each in analyse(made(rules))]


def test_what_is_shown_suggested_and_advised_leaves_it_as_it_is() -> None:
    deny = {
        "small": rule({"$and": [{"either": True}, {"$lt": {"area": 100}}]}, deny="small"),
        "set": rule({"$and": [{"either": True}, {"$lt": {"investment": 5}}]}, deny="set"),
        "route": rule({"$gt": {"area": 500}}, route="x"),
        "other": rule({"$and": [{"either": True}, LARGE]}, route="y"),
    }
    compiled = made(deny)
    shown = [facts for each in analyse(compiled) if (facts := getattr(each, "facts", None))]
    assert shown and all("either" not in facts for facts in shown)
    told = suggest(compiled)
    assert told.cases and all("either" not in each.facts for each in told.cases)
    advice = advise(compiled, {"area": 50, "investment": 9})
    assert advice is not None and advice.changes == {"area": 100}
    # the applicant cannot set the parameter: where nothing else helps, nothing does
    only = made({"set": rule({"either": True}, deny="set")})
    assert advise(only, {"area": 1}) is None


def test_what_takes_another_setting_and_a_wider_form_is_told_without_facts_that_cannot_be() -> None:
    compiled = made({"r": rule({"$and": [{"either": False}, {"$lt": {"area": 0}}]}, route="x")})
    (problem, *_) = analyse(compiled, {"area": Domain(minimum=0)})
    assert (problem.code, getattr(problem, "facts", 0)) == ("never-in-form", None)
    assert "其一即可：否" in problem.message["zh"] and "area -" in problem.message["zh"]
