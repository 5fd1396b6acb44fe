"""The analysis as ``check`` runs it: the elements are the domain, and what is shipped is sound."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given, settings

from yijianshi.core.checks import Source
from yijianshi.core.definitions.library import Library
from yijianshi.server.files import read_sources, shipped_paths
from yijianshi.server.rule_analysis import analysis_findings

from tests.core.rules.odd import SHIPPED, mutated

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


RUN = {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "b"}
ROUTE = {name: text for name, text in RUN.items() if name != "deny"}
NEVER = {"all": [{"m": {"$and": [{"$lt": {"area": 1}}, {"$gt": {"area": 2}}]}}], "run": RUN}


def found_in(rules: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    document = {**ruleset(5), "rules": rules, **more}
    return [(p.pointer, p.code) for p in analysis_findings([Source("x.json", document)], Library({}), ON)]


def test_what_is_whole_of_a_ruleset_is_analysed() -> None:
    """A rule that cannot be read hides nothing of the others, and what it might decide is no gap."""
    low = {"all": [{"m": {"$lt": {"area": 5}}}], "run": {**ROUTE, "route": "a"}}
    high = {"all": [{"m": {"$gte": {"area": 5}}}], "run": {**ROUTE, "route": "b"}}
    broken = {"all": [{"m": {"$less": {"area": 5}}}], "run": {**ROUTE, "route": "b"}}
    assert found_in({"low": low, "high": high}) == []
    assert found_in({"low": low}) == [("/rules", "gap")]
    assert found_in({"low": low, "high": broken}) == []
    assert found_in({"low": low, "high": broken, "never": NEVER}) == [("/rules/never", "contradiction")]


def test_what_builds_on_what_cannot_be_read_is_not_called_contradictory() -> None:
    facts = {
        "area": {"from": "/project/area", "type": "decimal"},
        "day": {"from": "/project/day", "type": "date"},
        "large": {"type": "boolean", "asserted": True, "otherwise": False},
    }
    sets = {"all": [{"m": {"$more": {"area": 5}}}], "run": {"assert": {"large": True}}}
    reads = {"all": [{"m": {"large": True}}], "run": RUN}
    late = {"all": [{"m": {"$gt": {"day": {"parameter": "limit"}}}}], "run": RUN}
    limit = {"limit": {"value": "soon", "type": "date"}}
    rules = {"sets": sets, "reads": reads, "late": late, "never": NEVER}
    assert found_in(rules, facts=facts, parameters=limit) == [("/rules/never", "contradiction")]


SMALL = {code: document for code, document in SHIPPED.items() if len(str(document)) < 4_000}


@settings(max_examples=25, deadline=None)
@given(mutated(SMALL))
def test_whatever_is_done_to_a_ruleset_its_analysis_does_not_break(document: Any) -> None:
    for problem in analysis_findings([Source("x.json", document)], Library({}), ON):
        assert (problem.line("zh") + problem.line("en")).encode()


def test_what_is_shipped_has_no_finding_but_notes() -> None:
    sources, problems = read_sources(shipped_paths())
    library = Library.of(source.document for source in sources)  # type: ignore[misc]
    told: list[tuple[int, int]] = []
    found = analysis_findings(sources, library, ON, lambda done, total: told.append((done, total)))
    assert problems == []
    assert [problem.line() for problem in found if problem.severity != "note"] == []
    assert told[-1] == (len(told) - 1, len(told))
