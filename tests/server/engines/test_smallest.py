"""The smallest set of test cases: known by hand, and against the quick choice on any ruleset."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, given, settings

from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.aims import aims_of, reached
from yijianshi.core.rules.compile import Compiled
from yijianshi.server.engines.analysis import Stopped, Watch, suggest
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
    assert len(told.open_) == 5 and told.never == ()


def test_what_no_case_reaches_is_told() -> None:
    told = suggest(made({"n": "integer"}, {"never": {"$and": [{"$gt": {"n": 3}}, {"$lt": {"n": 3}}]}}))
    assert told.impossible == ("never: met",)
    assert [said["en"] for said in told.never] == ["never: met"] and told.open_ == ()
    assert told.proven and len(told.cases) == 3


def test_what_is_reached_already_is_left_out() -> None:
    compiled = made({"n": "integer"}, {"one": {"$gt": {"n": 10}}, "two": {"$gt": {"n": 20}}})
    whole = suggest(compiled)
    assert len(whole.cases) == 6
    before = reached(compiled, {"n": 10}, aims_of(compiled)) | reached(compiled, {"n": 21}, aims_of(compiled))
    rest = suggest(compiled, reached=before)
    assert rest.proven and sorted(case.facts["n"] for case in rest.cases) == [9, 11, 19, 20]
    nothing = suggest(compiled, reached={aim.key for aim in aims_of(compiled)})
    assert nothing.cases == () and nothing.proven and nothing.never == ()


def test_a_limit_held_against_what_rules_assert_is_reached_through_them() -> None:
    document = {
        "kind": "ruleset",
        "code": "example.asserted",
        "title": TEXT,
        "decides": "eligibility",
        "facts": {
            "big": {"from": "/big", "type": "boolean"},
            "score": {"type": "integer", "asserted": True, "otherwise": 3},
        },
        "rules": {
            "scored": {
                "all": [{"m": {"big": True}}],
                "run": {"assert": {"score": 4}, "reason": REASON, "basis": "b"},
            },
            "high": {
                "all": [{"m": {"$gt": {"score": 3}}}],
                "run": {"deny": True, "reason": REASON, "basis": "b"},
            },
        },
    }
    compiled = compile_ruleset(parse(document), ON)
    told = suggest(compiled)
    assert {case.facts["big"] for case in told.cases} == {True, False}
    together = set().union(*(reached(compiled, case.facts, aims_of(compiled)) for case in told.cases))
    assert together == {aim.key for aim in aims_of(compiled)} - {("score", "2", "2")}
    assert len(told.never) == 1 and told.proven


def test_the_search_is_watched_and_stopped() -> None:
    compiled = made({"n": "integer"}, {"one": {"$gt": {"n": 10}}})
    watch = Watch()
    told = suggest(compiled, watch=watch)
    assert (watch.reached, watch.goals, watch.cases) == (5, 5, told.greedy)

    class Impatient(Watch):
        def pass_by(self, reached: int | None = None, goals: int = 0, cases: int = 0) -> None:
            if cases:
                self.stop()
            super().pass_by(reached, goals, cases)

    with pytest.raises(Stopped):
        suggest(compiled, watch=Impatient())
    stopped = Watch()
    stopped.stop()
    with pytest.raises(Stopped):
        suggest(compiled, watch=stopped)


def test_a_question_under_way_is_interrupted() -> None:
    watch, asked = Watch(), []
    with watch.stopping(lambda: asked.append(1)):
        watch.stop()
    watch.stop()
    assert asked == [1]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rulesets(most=3))
def test_every_goal_is_reached_by_no_more_cases_than_the_quick_choice(document: Any) -> None:
    compiled = compile_ruleset(parse(document), ON)
    told = suggest(compiled, seconds=2.0)
    assert told.least <= len(told.cases) <= told.greedy
    model = Model(compiled)
    names = [name for goal in goals_of(model) for name in goal.names]
    told_of = [name for case in told.cases for name in case.goals]
    assert sorted(names) == sorted([*told_of, *told.impossible, *told.unsettled])
    for case in told.cases:
        assert compiled.truths(case.facts) == case.truths
        # the core, which knows nothing of Z3, says the same of what the case reaches
        keys = reached(compiled, case.facts, aims_of(compiled))
        assert {name for aim in aims_of(compiled) if aim.key in keys for name in aim.names} >= set(case.goals)
        for name in case.goals:
            rule, _, truth = name.partition(": ")
            assert not truth.endswith("met") or case.truths[rule] == truth
    # the goals set apart: Z3 itself finds no case for any two
    formulas = {goal.aim.key: goal.formula for goal in goals_of(model)}
    for one, two in combinations(told.apart, 2):
        solver = z3.Solver()
        solver.set("timeout", 300)
        solver.add(*model.limits, formulas[one.key], formulas[two.key])
        assert solver.check() != z3.sat
