"""Names that nobody gave: told from those that were, and their English never outlives the Chinese."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yijianshi.core.designer.automatic import numbered, unnamed
from yijianshi.core.designer.controls import flag, name_of
from yijianshi.core.designer.desk import Desk, after
from yijianshi.core.designer.filling import untranslated
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.operations import Ground
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.server.designer.reviews import translations
from yijianshi.server.files import meta_schemas, shipped_library

METAS = meta_schemas()
SHIPPED = shipped_library()


@pytest.mark.parametrize("what", ["rule", "option", "case", "parameter", "section"])
@given(
    number=st.integers(1, 999),
    zh=st.text(st.characters(categories=["Lo"]), min_size=1),
    en=st.text("abc", min_size=1),
)
def test_a_numbered_name_is_none_and_half_of_one_is_half_translated(
    what: str, number: int, zh: str, en: str
) -> None:
    name = numbered(what, number)
    assert unnamed(name) and not untranslated(name) and "待命名" in flag("zh", name)
    assert untranslated({**name, "zh": zh}) and not unnamed({**name, "zh": zh})
    assert unnamed({**name, "en": en})
    assert not flag("zh", {"zh": zh, "en": en})


def test_a_name_that_says_something_is_one() -> None:
    for zh, en in (("规则 1 的例外", "Exception to rule 1"), ("日期", "Date"), ("地址", "Address")):
        assert not flag("zh", {"zh": zh, "en": en})
    assert unnamed(FIELD_TYPES["choice"].title) and not unnamed(FIELD_TYPES["date"].title)


SCOPE = ("ruleset", "construction-permit.scope")
ROAD = ("matter", "road-occupation")


@pytest.mark.parametrize(
    ("definition", "made", "named", "nameless"),
    [
        (ROAD, {"op": "add_part"}, {"op": "name_part", "section": "section-1"}, True),
        (ROAD, {"op": "add_field", "type": "yes_no"}, "yes_no_1", True),
        (ROAD, {"op": "add_field", "type": "phone"}, "phone_1", False),
        (SCOPE, {"op": "add_rule"}, {"op": "rule_title", "rule": "rule_01"}, True),
        (
            SCOPE,
            {"op": "copy_rule", "rule": "permit_needed"},
            {"op": "rule_title", "rule": "rule_01"},
            True,
        ),
        (SCOPE, {"op": "add_case", "on": "2026-03-02"}, {"op": "case_title", "case": "case_01"}, True),
    ],
)
def test_what_is_made_is_flagged_until_it_is_named_in_both_languages(
    definition: tuple[str, str], made: dict[str, Any], named: Any, nameless: bool
) -> None:
    desk = Desk(Ground(SHIPPED.get(*definition), SHIPPED, METAS))
    if isinstance(named, str):
        at = ["form", "schema", "properties", "road_occupation", "properties", named, "x-title"]
        named = {"op": "say", "at": at}

    def found(*events: tuple[dict[str, Any], str]) -> list[str]:
        nonlocal desk
        for operation, value in events:
            name = "do" if not value else name_of(operation)
            desk, entries = after(desk, [(name, value or name_of(operation))])
            assert entries and not desk.problems, desk.problems
        # a new rule's reason is to be written, too
        titles = [each for each in translations(desk.document, "") if "reason" not in each.pointer]
        return [problem.code for problem in titles]

    before = found()
    assert found((made, "")) == [*before, *(["unnamed"] if nameless else [])]
    assert found(({**named, "lang": "zh"}, "说明情况")) == [*before, "untranslated"]
    assert found(({**named, "lang": "en"}, "What it says")) == before
    # what was given is left alone
    assert found(({**named, "lang": "zh"}, "另一个名称")) == before


def test_a_rule_without_a_name_is_flagged_in_its_row() -> None:
    desk = Desk(Ground(SHIPPED.get(*SCOPE), SHIPPED, METAS))
    desk, _ = after(desk, [("do", name_of({"op": "add_rule"}))])
    assert frame(desk).html().count("待命名") == 1
