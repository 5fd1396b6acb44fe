"""Two editions in one query change exactly the outcomes that the compiled evaluator changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.compile import WORDS, Compiled
from yijianshi.server.engines.whatif import Editions, compare, merged

from tests.core.rules.strategies import fact_sets, rulesets

ON = date(2026, 11, 23)
RANK = ["unmet", "unknown", "met"]


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(rulesets(), rulesets(), st.lists(st.tuples(fact_sets(), fact_sets()), min_size=1, max_size=8))
def test_who_changes_is_who_the_evaluator_says(one: Any, two: Any, facts: list[Any]) -> None:
    old, new = (compile_ruleset(parse(document), ON) for document in (one, two))
    cases = [(f"{number:03}", *both) for number, both in enumerate(facts)]
    editions = Editions(old, new)
    expected = set()
    for case, before, after in cases:
        was, is_ = outcomes(old, before), outcomes(new, after)
        for key in {*was, *is_}:
            change = was.get(key, "unmet"), is_.get(key, "unmet")
            if change[0] != change[1]:
                expected.add((key, *change, case))
    found = compare(editions, cases, samples=len(cases))
    named = {(told(c.outcome), c.old, c.new, case) for c in found.changes for case in c.samples}
    assert named == expected
    assert found.changed == len({each[-1] for each in expected})
    assert sum(change.cases for change in found.changes) == len(expected)
    # in two groups it comes to the same
    halves = [compare(editions, half, samples=len(cases)) for half in (cases[::2], cases[1::2])]
    both = merged(halves, samples=len(cases))
    assert (both.cases, both.changed) == (found.cases, found.changed)
    assert {(told(c.outcome), c.old, c.new, c.cases, c.samples) for c in both.changes} == {
        (told(c.outcome), c.old, c.new, c.cases, c.samples) for c in found.changes
    }


def outcomes(compiled: Compiled, facts: Any) -> dict[str, str]:
    given: dict[str, str] = {}
    for rule, truth in zip(compiled.ruleset.rules, compiled.decide(facts), strict=True):
        for outcome in rule.outcomes:
            if outcome.type == "assert":
                continue
            value = "" if outcome.value is None else canonical(outcome.value).decode()
            parts = {"type": outcome.type, "target": outcome.target, "value": value, "matter": outcome.matter}
            key = told({name: part for name, part in parts.items() if part})
            given[key] = max((given.get(key, "unmet"), WORDS[truth]), key=RANK.index)
    return given


def told(outcome: Any) -> str:
    return canonical(dict(outcome)).decode()
