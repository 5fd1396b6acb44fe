"""Several outcomes of one type become one, as the ruleset says."""

from datetime import date
from typing import Any

import pytest

from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.combine import limit, routes
from yijianshi.core.rules.series import series_findings

from .strategies import REASON


def decided(runs: list[tuple[str, int, Any]], facts: dict[str, Any], combine: Any = None) -> tuple[Any, Any]:
    """Rules named by the fact that meets them, each with its priority and outcome."""
    ruleset = parse(
        {
            "code": "x",
            "decides": "routing",
            "facts": {name: {"from": f"/{name}", "type": "boolean"} for name in "abc"},
            "rules": {
                f"r{number}": {
                    "pri": priority,
                    "all": [{"m": {name: True}}],
                    "run": {**run, "reason": REASON, "basis": "b"},
                }
                for number, (name, priority, run) in enumerate(runs)
            },
            **({"combine": combine} if combine else {}),
        }
    )
    verdict = compile_ruleset(ruleset, date(2026, 11, 23)).evaluate(facts)
    return routes(ruleset, verdict), limit(ruleset, verdict)


ROUTES = [("a", 2, {"route": "late"}), ("b", 1, {"route": "early"}), ("c", 3, {"route": "last"})]
LIMITS = [
    (name, 0, {"set_limit": {"days": days, "unit": "working"}})
    for name, days in (("a", 5), ("b", 3), ("c", 9))
]
YES, NO = {"a": True, "b": True, "c": True}, {"a": False, "b": False, "c": False}


@pytest.mark.parametrize(
    ("facts", "combine", "expected"),
    [
        (YES, None, ("early",)),
        (YES, {"route": "all"}, ("early", "late", "last")),
        ({**YES, "b": False}, None, ("late",)),
        ({"a": True, "c": True}, None, ()),
        ({"a": True, "b": True}, None, ("early",)),
        (NO, None, ()),
    ],
)
def test_of_several_routes_the_first_stands(facts: Any, combine: Any, expected: Any) -> None:
    assert decided(ROUTES, facts, combine)[0] == expected


@pytest.mark.parametrize(
    ("facts", "combine", "days"),
    [
        (YES, None, 3),
        (YES, {"set_limit": "longest"}, 9),
        (YES, {"set_limit": "first"}, 5),
        ({"a": True, "c": True}, None, None),
        ({"a": True}, {"set_limit": "first"}, 5),
        (NO, None, None),
    ],
)
def test_of_several_limits_the_strictest_stands(facts: Any, combine: Any, days: Any) -> None:
    found = decided(LIMITS, facts, combine)[1]
    assert (found and found["days"]) == days


def edition(code: str, first: str, last: str | None) -> dict[str, Any]:
    return {"code": code, "series": "s", "effective_from": first, **({"effective_to": last} if last else {})}


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("2026-03-31", None),
        ("2026-03-30", "editions-gap"),
        ("2026-04-01", "editions-overlap"),
        (None, "editions-overlap"),
    ],
)
def test_editions_of_a_regulation_follow_one_another(end: str | None, code: str | None) -> None:
    found = series_findings([edition("new", "2026-04-01", None), edition("old", "2023-05-01", end)])
    assert [(where, problem.code) for where, problem in found] == ([("new", code)] if code else [])
