"""A section that says it continues a page has one to continue."""

from __future__ import annotations

from typing import Any

from yijianshi.core.checks import Source, check
from yijianshi.server.files import meta_schemas, shipped_library

SHIPPED = shipped_library()


def found(document: dict[str, Any]) -> list[str]:
    problems = check([Source("here", document)], meta_schemas(), SHIPPED)
    return [p.pointer for p in problems if p.code == "continues-nothing" and p.severity == "warning"]


def test_the_first_section_of_a_bundle_continues_nothing() -> None:
    document = SHIPPED.get("bundle", "construction-start")
    assert found(document) == []
    first, *rest = document["sections"]
    assert found({**document, "sections": [{**first, "continues": True}, *rest]}) == ["/sections/0/continues"]


def test_the_first_group_of_a_layout_continues_nothing_and_no_group_of_the_situations_does() -> None:
    matter = SHIPPED.get("matter", "road-occupation")

    def paged(document: dict[str, Any], form: str, number: int) -> dict[str, Any]:
        ui = document[form]["ui"]
        groups = (
            ui["elements"]
            if ui["elements"][0]["type"] == "Group"
            else [{**ui, "type": "Group", "label": "x"}]
        )
        groups = [
            {**group, "options": {"continues": True}} if index == number else group
            for index, group in enumerate(groups)
        ]
        return {**document, form: {**document[form], "ui": {**ui, "elements": groups}}}

    assert found(paged(matter, "form", 1)) == []
    assert found(paged(matter, "form", 0)) == ["/form/ui/elements/0/options/continues"]
    bundle = SHIPPED.get("bundle", "construction-start")
    assert found(paged(bundle, "situations", 0)) == ["/situations/ui/elements/0/options/continues"]


def test_it_is_yes_or_no() -> None:
    document = SHIPPED.get("bundle", "construction-start")
    wrong = {**document, "sections": [{**section, "continues": "yes"} for section in document["sections"]]}
    places = {
        p.pointer for p in check([Source("here", wrong)], meta_schemas(), SHIPPED) if p.severity == "error"
    }
    assert "/sections/1/continues" in places
