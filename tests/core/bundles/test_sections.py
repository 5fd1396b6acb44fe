"""A merged form stands in the order of its matters' own layouts, whatever the order in which they are listed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.bundles.compose import SITUATIONS, Composition, compose
from yijianshi.core.bundles.weaving import woven
from yijianshi.server.files import shipped_library

SHIPPED = shipped_library()
BUNDLES = ("construction-start", "individual-to-enterprise")


def bare(code: str, **changes: Any) -> Composition:
    """A shipped bundle that lists no sections of its own."""
    document = {**SHIPPED.get("bundle", code), "sections": [], **changes}
    return compose(SHIPPED.with_([document]), code)


def titles(composition: Composition) -> list[str]:
    return [section["title"]["zh"] for section in composition.sections]


@given(st.permutations(range(8)), st.lists(st.sets(st.integers(0, 9)), max_size=6))
def test_orders_that_agree_are_all_kept(items: list[int], chosen: list[set[int]]) -> None:
    orders = [[item for item in range(10) if item in each] for each in chosen]
    result = woven(items, orders)
    assert sorted(result) == list(range(8))
    for order in orders:
        known = [item for item in order if item in items]
        assert [item for item in result if item in known] == known


@given(st.lists(st.lists(st.integers(0, 5), unique=True), max_size=6))
def test_orders_that_contradict_one_another_still_give_each_thing_once(orders: list[list[int]]) -> None:
    assert sorted(woven(range(6), orders)) == list(range(6))


def test_what_no_order_says_stays_as_it_was() -> None:
    assert woven("dcba", []) == list("dcba")
    assert woven("abc", ["cb"]) == ["a", "c", "b"]
    assert woven("abc", ["ab", "ba"]) == ["c", "a", "b"]


def test_without_sections_of_its_own_a_bundle_has_those_of_its_matters() -> None:
    made = bare("construction-start")
    assert titles(made)[:4] == ["情形引导", "项目信息", "建设单位", "工程"]
    assert titles(made)[-1] == "经办人" and "其他信息" not in titles(made)
    (applicant,) = [s for s in made.sections if s["title"]["zh"] == "经办人"]
    assert applicant["fields"] == ["/person/name", "/person/id_number", "/person/phone"]


@pytest.mark.parametrize("code", BUNDLES)
@given(st.data())
def test_the_order_of_the_list_of_matters_is_nothing_to_it(code: str, data: st.DataObject) -> None:
    matters = data.draw(st.permutations(SHIPPED.get("bundle", code)["matters"]))
    assert bare(code, matters=list(matters)).sections == bare(code).sections


@pytest.mark.parametrize("code", BUNDLES)
def test_every_field_stands_once_and_each_layout_in_its_order(code: str) -> None:
    made = bare(code)
    shown = [pointer for section in made.sections for pointer in section["fields"]]
    assert sorted(shown) == sorted(made.fields) and len(set(shown)) == len(shown)
    names = [section["code"] for section in made.sections]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize("code", BUNDLES)
def test_sections_made_the_bundles_own_are_the_same_sections(code: str) -> None:
    made = bare(code)
    own = [section for section in made.sections if section["code"] != SITUATIONS]
    assert bare(code, sections=own).sections == made.sections


def test_a_section_that_the_bundle_has_takes_what_has_its_title() -> None:
    own = {"code": "who", "title": {"zh": "经办人", "en": "The applicant"}, "fields": ["/person/phone"]}
    made = bare("construction-start", sections=[own])
    (first, *others) = [section for section in made.sections if section["code"] != SITUATIONS]
    assert first == {**own, "fields": ["/person/phone", "/person/name", "/person/id_number"]}
    assert "经办人" not in [section["title"]["zh"] for section in others]


def group(title: str, en: str, *names: str, continues: bool = False) -> dict[str, Any]:
    return {
        "type": "Group",
        "options": {"title": {"zh": title, "en": en}, **({"continues": True} if continues else {})},
        "elements": [{"type": "Control", "scope": f"#/properties/x/properties/{name}"} for name in names],
    }


def matter(code: str, *groups: dict[str, Any], loose: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [control["scope"].rsplit("/", 1)[1] for each in groups for control in each["elements"]]
    asked = {name: {"type": "string", "x-type": "text"} for name in (*names, *loose)}
    schema = {"type": "object", "properties": {"x": {"type": "object", "properties": asked}}}
    ui = {"type": "VerticalLayout", "elements": list(groups)}
    return {**SHIPPED.get("matter", "seal-making"), "code": code, "form": {"schema": schema, "ui": ui}}


def of(*matters: dict[str, Any], after: dict[str, list[str]] | None = None) -> Composition:
    waits = after or {}
    parts = [{"matter": each["code"], "after": waits.get(each["code"], [])} for each in matters]
    document = {
        **SHIPPED.get("bundle", "construction-start"),
        "situations": None,
        "rulesets": [],
        "sections": [],
    }
    return compose(SHIPPED.with_([*matters, {**document, "matters": parts}]), "construction-start")


def test_a_matter_stands_after_what_it_waits_for() -> None:
    first, second = matter("b-first", group("甲", "One", "b")), matter("a-second", group("乙", "Two", "a"))
    assert titles(of(first, second)) == ["乙", "甲"]
    assert titles(of(first, second, after={"a-second": ["b-first"]})) == ["甲", "乙"]


def test_pages_loose_fields_and_titles_without_english_letters() -> None:
    one = matter("a", group("甲", "One", "a"), group("乙", "二", "b", continues=True), loose=("z",))
    two = matter("b", group("丙", "3 Three", "c"), group("乙", "二", "d", "b", continues=True))
    made = of(one, two)
    assert [(s["code"], s["fields"], s.get("continues")) for s in made.sections] == [
        ("one", ["/x/a"], None),
        ("part-3-three", ["/x/c"], None),
        ("part", ["/x/d", "/x/b"], None),
        ("further-information", ["/x/z"], None),
    ]
    assert [len(page) for page in of(one).pages] == [2, 1]
