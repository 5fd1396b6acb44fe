"""The semantic diff of two documents."""

from copy import deepcopy

from hypothesis import given

from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.diff import Change, diff
from yijianshi.core.definitions.pointer import MISSING, get

from .test_canonical import json_values

OLD = {
    "kind": "bundle",
    "title": {"zh": "甲", "en": "A"},
    "promise": {"days": 5, "unit": "working"},
    "matters": [{"matter": "a"}, {"matter": "b", "after": ["a"]}, {"matter": "c"}],
}


def changes(new: dict) -> list[tuple[str, str]]:
    return [(change.op, change.pointer) for change in diff(OLD, new)]


def test_nothing_changed() -> None:
    assert diff(OLD, deepcopy(OLD)) == []
    assert diff(None, None) == []


def test_a_changed_value_is_told_in_both_languages() -> None:
    new = deepcopy(OLD)
    new["promise"]["days"] = 0
    (change,) = diff(OLD, new)
    assert (change.op, change.pointer, change.before, change.after) == ("change", "/promise/days", 5, 0)
    assert change.sentence["zh"] == "整体承诺时限·天数由“5”改为“0”"
    assert "5" in change.sentence["en"] and "0" in change.sentence["en"]


def test_items_are_known_by_their_code_so_a_move_is_a_move() -> None:
    new = deepcopy(OLD)
    new["matters"] = [new["matters"][2], new["matters"][0], new["matters"][1]]
    assert {op for op, _ in changes(new)} == {"move"}


def test_added_and_removed_items() -> None:
    new = deepcopy(OLD)
    new["matters"] = [OLD["matters"][0], {"matter": "d"}, OLD["matters"][2]]
    assert changes(new) == [("remove", "/matters/1"), ("add", "/matters/1")]


def test_a_new_and_a_removed_document() -> None:
    assert [c.op for c in diff(None, OLD)] == ["add"]
    assert [c.op for c in diff(OLD, None)] == ["remove"]


def test_one_and_true_are_different_values() -> None:
    assert [c.op for c in diff({"a": 1}, {"a": True})] == ["change"]


@given(json_values, json_values)
def test_no_change_means_the_same_and_every_change_is_in_place(old: object, new: object) -> None:
    found: list[Change] = diff({"x": old}, {"x": new})
    assert (found == []) == (canonical(old) == canonical(new))
    for change in found:
        if change.op in ("remove", "change"):
            assert change.before is not MISSING
        if change.op in ("add", "change"):
            assert canonical(get({"x": new}, change.pointer)) == canonical(change.after)
        change.to_json()


def test_a_superscript_two_is_a_name_and_no_place_in_a_list() -> None:
    (change,) = diff({}, {"²": 1})
    assert change.sentence["zh"] == "新增²：1"
