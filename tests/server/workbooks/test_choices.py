"""Choices in a decision table, written as a clerk calls them."""

from __future__ import annotations

from typing import Any

from yijianshi.core.designer.panels.matter_about import WORDS
from yijianshi.core.designer.ruleset_parts import KINDS
from yijianshi.core.designer.words import named_value
from yijianshi.core.rules import parse
from yijianshi.server.files import shipped_library
from yijianshi.server.workbooks.choices import by_value
from yijianshi.server.workbooks.fields import RULES, read_cell
from yijianshi.server.workbooks.matter_fields import MATTERS, PARTS

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


def test_choices_are_called_in_a_workbook_as_in_the_designer_and_read_as_they_were_called_before() -> None:
    parts = [field for _, fields in PARTS.values() for field in fields]
    columns = [field for field in (*MATTERS, *parts, *RULES) if field.choices]
    assert len(columns) > 15
    for column in columns:
        for value, word in column.choices.items():
            said = (
                KINDS[value]
                if column.key == "outcome"
                else named_value(column.path[-1], value) or WORDS[value]
            )
            assert said["zh"] == word, (column.key, value)
            assert (
                column.codec == "list"
                or read_cell(column, word) == read_cell(column, f"{word} {value}") == value
            )
        for word, value in column.former.items():
            assert read_cell(column, word) == read_cell(column, f"{word} {value}") == value
    former = {word: value for column in columns for word, value in column.former.items()}
    assert former["转人工"] == "refer" and former["可容缺"] == "deferrable" and former["登记"] == "record"
