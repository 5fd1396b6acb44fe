"""What durable_rules says of a condition, and what our language says: the same, refused, or else and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yijianshi.core.rules import compile_ruleset, extract_facts, parse, problems

from tests.core.rules.durable_conditions import CONDITIONS, REASONS

ON = date(2026, 11, 23)
SAME = {(True, "met"), (False, "unmet")}


def declared(name: str, kind: Any) -> dict[str, Any]:
    place = "/" + name.replace("~", "~0").replace("/", "~1").replace(".", "/")
    if isinstance(kind, list):
        return {"from": place, "type": "list", "items": kind[0]}
    if isinstance(kind, dict):
        return {"from": place, "type": "group", "properties": {n: {"type": each} for n, each in kind.items()}}
    return {"from": place, "type": kind}


def ruleset(facts: dict[str, Any], condition: Any) -> dict[str, Any]:
    return {
        "kind": "ruleset",
        "code": "x",
        "decides": "eligibility",
        "facts": {name: declared(name, kind) for name, kind in facts.items()},
        "rules": {
            "r": {
                "all": [{"m": condition}],
                "run": {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "b"},
            }
        },
    }


@pytest.mark.parametrize(
    ("facts", "condition", "message", "durable", "ours", "why"),
    [pytest.param(*row[1:], id=row[0]) for row in CONDITIONS],
)
def test_a_condition(
    facts: dict[str, Any], condition: Any, message: Any, durable: bool | str, ours: str, why: str
) -> None:
    document = ruleset(facts, condition)
    found = problems(document)
    if ours in ("met", "unmet", "unknown"):
        assert found == []
        compiled = compile_ruleset(parse(document), ON)
        assert compiled.truths(extract_facts(compiled.ruleset, message, ON)) == {"r": ours}
    else:
        assert {problem.code for problem in found} == {ours}
        for problem in found:
            assert problem.pointer.startswith("/rules/r/") and all(problem.message.values())
            assert all(problem.remedy.values())
    assert ((durable, ours) in SAME) == (why == ""), "a difference has its reason, and only a difference"
    assert why == "" or why in REASONS


def test_every_reason_is_used_and_most_is_the_same() -> None:
    assert {row[-1] for row in CONDITIONS} - {""} == set(REASONS)
    assert sum(row[-1] == "" for row in CONDITIONS) > 70
