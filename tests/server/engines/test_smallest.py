"""The smallest set of test cases: known by hand, and against the quick choice on any ruleset."""

from __future__ import annotations

from datetime import date
from itertools import combinations, product
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, given, settings

from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.compile import Compiled
from yijianshi.server.engines.analysis import suggest
from yijianshi.server.engines.analysis.goals import goals_of
from yijianshi.server.engines.analysis.model import Model
from yijianshi.server.files import read_json, root

from tests.core.rules.strategies import REASON, rulesets

ON = date(2026, 11, 24)
TEXT = {"zh": "例", "en": "example"}


def made(facts: dict[str, str], rules: dict[str, Any]) -> Compiled:
    document = {
        "kind": "ruleset",
        "code": "example.smallest",
        "title": TEXT,
        "decides": "eligibility",
        "facts": {name: {"from": f"/{name}", "type": kind} for name, kind in facts.items()},
        "rules": {
            name: {"all": [{"m": condition}], "run": {"deny": True, "reason": REASON, "basis": "b"}}
            for name, condition in rules.items()
        },
    }
    return compile_ruleset(parse(document), ON)


@pytest.mark.parametrize(
    ("facts", "rules", "fewest"),
    [
        ({"a": "boolean"}, {"one": {"a": True}}, 2),
        # below, at and above one limit
        ({"n": "integer"}, {"one": {"$gt": {"n": 10}}}, 3),
        # two limits of one fact, five apart: three values each, none of them shared
        ({"n": "integer"}, {"one": {"$gt": {"n": 10}}, "two": {"$gt": {"n": 20}}}, 6),
        # side by side the limits share a value
        ({"n": "integer"}, {"one": {"$gt": {"n": 10}}, "two": {"$gt": {"n": 11}}}, 4),
        # of two facts the same cases do
        ({"n": "integer", "m": "integer"}, {"one": {"$gt": {"n": 10}}, "two": {"$lt": {"m": 5}}}, 3),
        # each choice meets two of five rules that stand in a ring: three are needed, and no three goals are apart
        (
            {"where": "choice"},
            {
                name: {"$in": {"where": [pair for pair in ("ac", "bd", "ce", "da", "eb") if name in pair]}}
                for name in "abcde"
            },
            3,
        ),
    ],
)
def test_the_smallest_number_is_found_and_proven(facts: Any, rules: Any, fewest: int) -> None:
    told = suggest(made(facts, rules))
    assert (len(told.cases), told.least, told.proven) == (fewest, fewest, True)


@pytest.mark.parametrize(
    ("code", "fewest"),
    [
        ("tax-clearance.on-the-spot", 2),
        ("credit-repair.classes-2026", 9),
        ("construction-start.situations", 21),
    ],
)
def test_it_is_proven_of_shipped_rulesets(code: str, fewest: int) -> None:
    ruleset = parse(read_json(root() / "rules" / f"{code}.json"))
    told = suggest(compile_ruleset(ruleset, ON))
    assert told.proven and not told.impossible
    assert fewest == len(told.cases) <= told.greedy


def test_what_is_not_settled_in_time_is_not_called_proven() -> None:
    told = suggest(made({"n": "integer"}, {"one": {"$gt": {"n": 10}}}), seconds=0.0)
    assert told.unsettled and not told.proven and told.cases == ()


def test_what_no_case_reaches_is_told() -> None:
    told = suggest(made({"n": "integer"}, {"never": {"$and": [{"$gt": {"n": 3}}, {"$lt": {"n": 3}}]}}))
    assert told.impossible == ("never: met",)
    assert told.proven and len(told.cases) == 3


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rulesets(most=3))
def test_every_goal_is_reached_by_no_more_cases_than_the_quick_choice(document: Any) -> None:
    compiled = compile_ruleset(parse(document), ON)
    told = suggest(compiled, seconds=2.0)
    assert told.least <= len(told.cases) <= told.greedy
    model = Model(compiled)
    names = [name for goal in goals_of(model) for name in goal.names]
    reached = [name for case in told.cases for name in case.goals]
    assert sorted(names) == sorted([*reached, *told.impossible, *told.unsettled])
    for case in told.cases:
        assert compiled.truths(case.facts) == case.truths
        for name in case.goals:
            rule, _, truth = name.partition(": ")
            assert not truth.endswith("met") or case.truths[rule] == truth
    # the goals set apart: Z3 itself finds no case for any two
    # (one sentence may stand for several goals)
    apart: dict[str, list[Any]] = {}
    for goal in goals_of(model):
        apart.setdefault(goal.said["en"], []).append(goal)
    for one, two in combinations([said["en"] for said in told.apart], 2):
        answers = []
        for first, second in product(apart[one], apart[two]):
            if first is not second:
                solver = z3.Solver()
                solver.set("timeout", 300)
                solver.add(*model.limits, first.formula, second.formula)
                answers.append(solver.check())
        assert any(answer != z3.sat for answer in answers)
