"""The analysis as ``check`` runs it: the elements are the domain, and what is shipped is sound."""

from __future__ import annotations

from datetime import date
from typing import Any

from yijianshi.core.checks import Source
from yijianshi.core.definitions.library import Library
from yijianshi.server.files import read_sources, shipped_paths
from yijianshi.server.rule_analysis import analysis_findings

ON = date(2026, 11, 23)


def ruleset(limit: int) -> dict[str, Any]:
    return {
        "kind": "ruleset",
        "code": "x",
        "decides": "eligibility",
        "facts": {"area": {"from": "/project/area", "type": "decimal"}},
        "rules": {
            "r": {
                "all": [{"m": {"$lt": {"area": limit}}}],
                "run": {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "b"},
            }
        },
    }


def test_the_shared_elements_are_the_domain_of_the_facts() -> None:
    element = {"kind": "element", "code": "project.area", "type": "decimal", "schema": {"minimum": 10}}
    library = Library.of([element])
    found = analysis_findings([Source("x.json", ruleset(10), "/0")], library, ON)
    assert [(p.file, p.pointer, p.code) for p in found] == [("x.json", "/0/rules/r", "never-in-form")]
    assert analysis_findings([Source("x.json", ruleset(11))], library, ON) == []


def test_a_ruleset_that_cannot_be_read_is_left_to_its_own_findings() -> None:
    assert analysis_findings([Source("x.json", {"kind": "ruleset", "code": "x"})], Library({}), ON) == []


def test_what_is_shipped_has_no_finding_but_notes() -> None:
    sources, problems = read_sources(shipped_paths())
    library = Library.of(source.document for source in sources)  # type: ignore[misc]
    told: list[tuple[int, int]] = []
    found = analysis_findings(sources, library, ON, lambda done, total: told.append((done, total)))
    assert problems == []
    assert [problem.line() for problem in found if problem.severity != "note"] == []
    assert told[-1] == (len(told) - 1, len(told))
