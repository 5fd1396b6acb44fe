"""What a page without script posts at once: in whatever order its fields come, what renames comes last."""

from __future__ import annotations

import json
from itertools import permutations

from yijianshi.server.designer.pages import read_post


def name(**operation: str) -> str:
    return json.dumps(operation, sort_keys=True)


def test_what_renames_comes_after_what_names_the_old() -> None:
    typed = (name(op="say", lang="zh"), "占道方式")
    pressed = ("do", name(op="add_option", field="/road/choice_1"))
    option = (name(op="rename_option", field="/road/choice_1", option="option_1"), "full")
    code = (name(op="rename_field", field="/road/choice_1"), "extent")
    for pairs in permutations([typed, pressed, option, code]):
        assert read_post(list(pairs)) == ({}, [typed, pressed, option, code])


def test_a_field_whose_name_is_no_operation_is_refused_later_and_not_here() -> None:
    assert read_post([("{x", "1"), ("do", "{}")]) == ({}, [("{x", "1"), ("do", "{}")])
