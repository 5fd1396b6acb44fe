"""Sections that continue stand on the page of the one before them; pages are what the bundle's own list says."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.bundles.alone import alone
from yijianshi.core.bundles.compose import SITUATIONS, Composition, compose
from yijianshi.core.bundles.describe import describe
from yijianshi.core.bundles.pages import pages_of, with_fields
from yijianshi.server.apply.jsonforms import ui_schema
from yijianshi.server.files import shipped_library

SHIPPED = shipped_library()
BUNDLE = "construction-start"

drawn = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=8).map(
    lambda flags: [
        {"code": f"s{n}", "fields": ["/x"] if asks else [], "continues": continues}
        for n, (asks, continues) in enumerate(flags)
    ]
)


def codes(composition: Composition) -> list[list[str]]:
    return [[section["code"] for section in page] for page in composition.pages]


def composed(*changes: dict[str, Any]) -> Composition:
    """The shipped bundle with its sections changed, each by its code."""
    document = SHIPPED.get("bundle", BUNDLE)
    by_code = {change["code"]: change for change in changes}
    sections = [{**s, **by_code.get(s["code"], {})} for s in document["sections"]]
    return compose(SHIPPED.with_([{**document, "sections": sections}]), BUNDLE)


@given(drawn)
def test_leaving_out_empty_sections_moves_no_other_to_another_page(sections: list[Any]) -> None:
    before = [[s["code"] for s in page if s["fields"]] for page in pages_of(sections)]
    after = pages_of(with_fields(sections))
    assert [[s["code"] for s in page] for page in after] == [page for page in before if page]
    assert all(page[0].get("continues") is None for page in after)


def test_the_package_carries_the_pages_the_bundle_lists() -> None:
    shipped = compose(SHIPPED, BUNDLE)
    assert ["construction", "manager"] in codes(shipped)
    flags = {s["code"]: s["continues"] for s in describe(shipped)["form"]["sections"]}
    assert [code for code, continues in flags.items() if continues] == ["manager"]
    assert Composition.from_package(shipped.to_json()).pages == shipped.pages
    assert [s["code"] for s in shipped.page_of("manager")] == ["construction", "manager"]
    assert shipped.page_of("nowhere") == []


def test_the_situation_questions_are_a_page_of_their_own() -> None:
    pages = codes(composed({"code": "project", "continues": True}, {"code": "enterprise", "continues": True}))
    assert pages[:2] == [[SITUATIONS], ["project", "enterprise"]]


def test_a_page_that_begins_with_an_empty_section_begins_with_the_next() -> None:
    first = {"code": "project", "fields": [], "continues": False}
    composition = composed(first, {"code": "enterprise", "continues": True})
    # the fields of the empty section go to the section of their first name, which is itself
    assert codes(composition)[1] == ["project", "enterprise"]
    document = SHIPPED.get("bundle", BUNDLE)
    empty = {"code": "nothing", "title": {"zh": "空", "en": "Nothing"}, "fields": []}
    sections = [*document["sections"][:1], empty, {**document["sections"][1], "continues": True}]
    again = compose(SHIPPED.with_([{**document, "sections": sections}]), BUNDLE)
    assert codes(again)[1:3] == [["project"], ["enterprise"]]


def test_the_bundles_own_list_wins_over_its_matters_layouts() -> None:
    matter = SHIPPED.get("matter", "road-occupation")
    groups = [
        {**group, "options": {**group.get("options", {}), "continues": number > 0}}
        for number, group in enumerate(matter["form"]["ui"]["elements"])
    ]
    changed = {**matter, "form": {**matter["form"], "ui": {**matter["form"]["ui"], "elements": groups}}}
    assert codes(compose(SHIPPED.with_([changed]), BUNDLE)) == codes(compose(SHIPPED, BUNDLE))
    bundle = alone(changed, "one")
    (page,) = compose(SHIPPED.with_([changed, bundle]), "one").pages
    assert [section["title"]["zh"] for section in page] == [group["label"] for group in groups]
    assert len(compose(SHIPPED.with_([alone(matter, "one")]), "one").pages) == len(groups)


def test_any_json_forms_client_is_given_the_pages() -> None:
    composition = compose(SHIPPED, BUNDLE)
    categories = ui_schema(composition)["elements"]
    assert len(categories) == len(composition.pages)
    (both,) = [each for each in categories if each["elements"][0]["type"] == "Group"]
    assert both["label"] == "施工安排、项目负责人"
    assert [group["label"] for group in both["elements"]] == ["施工安排", "项目负责人"]
    assert [len(group["elements"]) for group in both["elements"]] == [8, 4]
