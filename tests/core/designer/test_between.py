"""What two versions differ in, told as operations: nothing is lost, and nothing is told of what is the same."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.library import Library
from yijianshi.core.definitions.pointer import MISSING, get
from yijianshi.core.designer.between import Change, changes_between
from yijianshi.core.designer.edits import Edit, apply
from yijianshi.core.designer.operations import Ground, carry_out
from yijianshi.server.files import read_sources, shipped_paths

from ..definitions.test_canonical import json_values

OLD: dict[str, Any] = {
    "kind": "bundle",
    "code": "b",
    "title": {"zh": "甲", "en": "A"},
    "promise": {"days": 5, "unit": "working"},
    "matters": [{"matter": "a"}, {"matter": "b", "after": ["a"]}, {"matter": "c"}],
    "rules": {"rule_01": {"title": {"zh": "限额以下", "en": "Below the limit"}, "pri": 1}},
}
NAMES = ("id", "code", "matter", "material", "scope", "value", "from", "label")


def carried_out(old: Any, changes: list[Change]) -> Any:
    """Carry out what was told, read from its JSON as anybody who was sent it would."""
    edits = [Edit.from_json(json.loads(json.dumps(change.to_json()))) for change in changes]
    return apply(old, edits)[0]


def test_nothing_changed() -> None:
    assert changes_between(OLD, deepcopy(OLD)) == []


def test_a_changed_value_is_told_in_both_languages() -> None:
    new = deepcopy(OLD)
    new["promise"]["days"] = 0
    (change,) = changes_between(OLD, new)
    assert change.to_json() == {
        "op": "set",
        "at": ["promise", "days"],
        "value": 0,
        "pointer": "/promise/days",
        "place": {"zh": "整体承诺时限·天数", "en": "promise › days"},
        "was": 5,
        "sentence": {
            "zh": "整体承诺时限·天数由“5”改为“0”",
            "en": "promise › days changed from “5” to “0”",
        },
    }


def test_a_rule_is_named_by_its_title() -> None:
    new = deepcopy(OLD)
    new["rules"]["rule_01"]["pri"] = 2
    (change,) = changes_between(OLD, new)
    assert change.sentence["zh"] == "规则·“限额以下”·优先级由“1”改为“2”"
    assert change.sentence["en"] == "rules › “Below the limit” › priority changed from “1” to “2”"


def test_items_are_known_by_their_code_so_a_move_is_a_move() -> None:
    new = deepcopy(OLD)
    new["matters"] = [new["matters"][2], new["matters"][0], new["matters"][1]]
    (change,) = changes_between(OLD, new)
    assert (change.edit.kind, change.pointer) == ("move", "/matters/0")
    assert change.sentence["zh"] == "将联办事项·“c”移到“a”之前"


def test_added_and_removed_items() -> None:
    new = deepcopy(OLD)
    new["matters"] = [OLD["matters"][0], {"matter": "d"}, OLD["matters"][2]]
    removed, added = changes_between(OLD, new)
    assert (removed.edit.kind, removed.pointer, removed.was) == ("remove", "/matters/1", OLD["matters"][1])
    assert (added.edit.kind, added.pointer, added.was) == ("insert", "/matters/1", MISSING)


def test_a_new_document_is_one_change() -> None:
    (change,) = changes_between(None, OLD)
    assert change.sentence == {"zh": "新增定义：甲", "en": "the definition added: A"}
    assert carried_out(MISSING, [change]) == OLD


def test_one_and_true_are_different_values() -> None:
    assert [change.edit.kind for change in changes_between({"a": 1}, {"a": True})] == ["set"]


def test_a_superscript_two_is_a_name_and_no_place_in_a_list() -> None:
    (change,) = changes_between({}, {"²": 1})
    assert change.sentence["zh"] == "填写²：1"


@pytest.mark.parametrize("old", [{"id": "x"}, {"value": "x", "v": 1}, {"options": {"id": "x"}}, "x"])
@pytest.mark.parametrize("new", [{"code": "x"}, {"options": {"id": "x"}, "v": 2}, "x", {"from": "x"}])
def test_an_item_may_be_named_by_another_key(old: Any, new: Any) -> None:
    made = carried_out({"a": [old, "y"]}, changes_between({"a": [old, "y"]}, {"a": ["y", new]}))
    assert canonical(made) == canonical({"a": ["y", new]})


def _named(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of items that have identities, by one key or another, and of what has none."""
    names = st.dictionaries(st.sampled_from(NAMES), st.sampled_from("abc"), max_size=2)
    items = st.builds(
        lambda name, rest: {**rest, **name}, names, st.dictionaries(st.sampled_from("vw"), inner)
    )
    options = st.builds(lambda name, item: {**item, "options": {"id": name}}, st.sampled_from("abc"), items)
    return st.lists(items | options | st.sampled_from("abc") | inner, max_size=4)


values = st.recursive(
    json_values, lambda inner: st.dictionaries(st.sampled_from("xyz"), inner) | _named(inner), max_leaves=12
)
documents = st.dictionaries(st.sampled_from(["title", "rules", "matters", "x"]), values, max_size=3)


@given(documents, documents)
def test_what_is_told_makes_the_new_of_the_old_and_equal_documents_tell_nothing(old: Any, new: Any) -> None:
    found = changes_between(old, new)
    assert (found == []) == (canonical(old) == canonical(new))
    assert canonical(carried_out(old, found)) == canonical(new)
    for change in found:
        assert change.sentence["zh"].strip() and change.sentence["en"].strip()
        gone = change.edit.kind in ("unset", "remove")
        assert get(old if gone else new, change.pointer) is not MISSING


SHIPPED = {
    (source.document["kind"], source.document["code"]): source.document
    for source in read_sources(shipped_paths())[0]
    if source.document["kind"] in ("matter", "bundle", "ruleset", "element", "material")
}


@settings(max_examples=60)
@given(st.data())
def test_shipped_documents_become_one_another_by_what_is_told(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted({kind for kind, _ in SHIPPED})))
    codes = st.sampled_from([code for known, code in SHIPPED if known == kind])
    old, new = SHIPPED[kind, data.draw(codes)], SHIPPED[kind, data.draw(codes)]
    found = changes_between(old, new)
    assert canonical(carried_out(old, found)) == canonical(new)
    assert (found == []) == (old == new)


def test_what_is_told_are_operations_of_the_log() -> None:
    document = OLD
    new = {**deepcopy(OLD), "title": {"zh": "乙", "en": "B"}, "matters": [{"matter": "c"}, {"matter": "d"}]}
    for change in changes_between(OLD, new):
        done = carry_out(Ground(document, Library({})), change.to_json())
        assert done is not None and done.step.sentence == change.sentence
        document = dict(done.document)
    assert document == new
