"""Choices in a decision table, written as a clerk calls them."""

from __future__ import annotations

from typing import Any

from yijianshi.core.rules import parse
from yijianshi.server.files import shipped_library
from yijianshi.server.workbooks.choices import by_value

LIBRARY = shipped_library()
BUILDING, MUNICIPAL = (each["title"]["zh"] for each in LIBRARY.element("project.category")["options"])
VALUES = [each["value"] for each in LIBRARY.element("project.category")["options"]]


def document(condition: Any) -> dict[str, Any]:
    facts = {
        "category": {"from": "/project/category", "type": "choice"},
        "area": {"from": "/project/floor_area", "type": "decimal"},
    }
    reason = {"zh": "理由", "en": "reason"}
    rule = {"all": [{"m": condition}], "run": {"deny": True, "reason": reason, "basis": "某办法"}}
    return {
        "kind": "ruleset",
        "code": "a.b",
        "title": reason,
        "decides": "eligibility",
        "facts": facts,
        "rules": {"a": rule},
    }


def read(condition: Any) -> Any:
    made = by_value(document(condition), LIBRARY)
    parse(made)
    return made["rules"]["a"]["all"][0]["m"]


def test_a_choice_is_written_as_it_is_called() -> None:
    assert read({"category": BUILDING}) == {"category": VALUES[0]}
    assert read({"category": VALUES[0]}) == {"category": VALUES[0]}
    together = {"$and": [{"$neq": {"category": MUNICIPAL}}, {"$gt": {"area": 5}}]}
    assert read(together) == {"$and": [{"$neq": {"category": VALUES[1]}}, {"$gt": {"area": 5}}]}


def test_several_are_written_with_a_comma_between() -> None:
    for written in (f"{BUILDING}、{MUNICIPAL}", f"{BUILDING}，{VALUES[1]}", [BUILDING, MUNICIPAL]):
        assert read({"$in": {"category": written}}) == {"$in": {"category": VALUES}}
    assert read({"$nin": {"category": MUNICIPAL}}) == {"$nin": {"category": [VALUES[1]]}}
    assert read({"$in": {"area": 5}}) == {"$in": {"area": [5]}}


def test_what_else_is_written_stays_as_it_is() -> None:
    odd = {**document({"category": BUILDING}), "rules": {"a": 5}, "facts": {"category": "x"}}
    assert by_value(odd, LIBRARY) == odd
    assert by_value({"rules": []}, LIBRARY) == {"rules": []}
    reference = {"$gt": {"area": {"parameter": "limit"}}}
    assert by_value(document(reference), LIBRARY) == document(reference)
