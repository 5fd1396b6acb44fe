"""An element of the dictionary composed without JSON: its type, its options, its limits, the fields of its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.bundles.compose import compose
from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.pointer import get as pointed
from yijianshi.core.designer.compared import uses_of
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import Desk, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.elements import element_said
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.operations import Done, Ground, Refused, carry_out
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.server.designer.starts import start
from yijianshi.server.files import meta_schemas, shipped_library

from tests.core.designer.test_forms import carried_out

METAS = meta_schemas()
SHIPPED = shipped_library()
NEW = start("element", "shop.kind", "店铺类型", "Kind of shop")
CHOICES = [each["code"] for each in SHIPPED.all("element") if "choice" in str(each.get("type"))]


class Entry:
    """An element on which operations are carried out one after another."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.ground = Ground(document, SHIPPED.with_([document]), METAS)

    def do(self, **given: Any) -> Done:
        """Carry an operation out; it must change something, tell of it, and be taken back exactly."""
        done = carried_out(self.ground, given)
        self.ground = Ground(done.document, SHIPPED.with_([done.document]), METAS)
        return done

    def refused(self, **given: Any) -> str:
        """See an operation refused; gives the code."""
        with pytest.raises(Refused) as error:
            carry_out(self.ground, given)
        return str(error.value.problems[0].code)

    @property
    def document(self) -> Mapping[str, Any]:
        return self.ground.document

    @property
    def values(self) -> list[str]:
        return [each["value"] for each in element_said(self.ground).options]

    def findings(self) -> set[str]:
        found = check([Source("here", self.document)], METAS, SHIPPED)
        return {problem.code for problem in found if problem.severity == "error"}

    def schema(self) -> Mapping[str, Any]:
        """Give the schema of an answer, in a form that asks for the element."""
        matter = SHIPPED.get("matter", "road-occupation")
        names = self.document["code"].split(".")
        place: Any = {"$ref": f"urn:yijianshi:element:{self.document['code']}"}
        for name in reversed(names):
            place = {"type": "object", "properties": {name: place}}
        matter = {**matter, "form": {"schema": place, "ui": {"type": "VerticalLayout", "elements": []}}}
        bundle = {
            "kind": "bundle",
            "code": "probe",
            "title": matter["title"],
            "lead": matter["department"],
            "matters": [{"matter": matter["code"]}],
            "sections": [],
            "rulesets": [],
            "promise": {"days": 1, "unit": "working"},
        }
        composition = compose(SHIPPED.with_([self.document, matter, bundle]), "probe")
        return dict(composition.fields["/" + "/".join(names)].schema)


def test_an_element_that_becomes_an_id_number_does_not_stay_public() -> None:
    entry = Entry({**NEW, "sensitivity": "public"})
    assert "敏感程度：敏感个人信息" in entry.do(op="element_type", value="resident_id").step.sentence["zh"]
    assert entry.document["sensitivity"] == "sensitive"
    entry.do(op="element_type", value="text")
    assert entry.document["sensitivity"] == "sensitive", "what was covered is not uncovered by itself"


@pytest.mark.parametrize("kind", ["choice", "multiple_choice"])
def test_a_new_choice_is_composed_option_by_option(kind: str) -> None:
    entry = Entry(NEW)
    entry.do(op="element_type", value=kind)
    assert entry.values == ["option_1", "option_2"] and entry.findings() == set()
    entry.do(op="option", part="add")
    entry.do(op="option", part="name", option="option_3", lang="zh", value="便利店")
    entry.do(op="option", part="name", option="option_3", lang="en", value="Convenience store")
    entry.do(op="option", part="move", option="option_3", by=-2)
    entry.do(op="rename_option", option="option_3", value="convenience")
    entry.do(op="option", part="drop", option="option_1")
    assert entry.document["options"] == [
        {"value": "convenience", "title": {"zh": "便利店", "en": "Convenience store"}},
        {"value": "option_2", "title": {"zh": "选项 2", "en": "Option 2"}},
    ]
    schema = entry.schema()
    assert schema.get("enum", schema.get("items", {}).get("enum")) == ["convenience", "option_2"]
    assert entry.findings() == set()
    entry.do(op="option", part="drop", option="option_2")
    assert entry.refused(op="option", part="drop", option="convenience") == "no-options"
    for value, code in (("", "wrong-value"), ("便利店", "wrong-value")):
        assert entry.refused(op="rename_option", option="convenience", value=value) == code
    assert entry.refused(op="option", part="move", option="gone", by=1) == "misplaced"


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_done_to_options_they_are_the_values_that_are_taken(data: st.DataObject) -> None:
    entry = Entry(SHIPPED.get("element", data.draw(st.sampled_from(CHOICES))))
    for number in range(data.draw(st.integers(1, 5))):
        option = data.draw(st.sampled_from(entry.values))
        given_: Any = data.draw(
            st.sampled_from(
                [
                    {"op": "option", "part": "add"},
                    {"op": "option", "part": "drop", "option": option},
                    {"op": "option", "part": "move", "option": option, "by": 1},
                    {"op": "option", "part": "move", "option": option, "by": -1},
                    {"op": "rename_option", "option": option, "value": f"new-{number}"},
                ]
            )
        )
        if given_.get("part") == "drop" and len(entry.values) == 1:
            assert entry.refused(**given_) == "no-options"
            continue
        done = carry_out(entry.ground, given_)
        if done is None:
            assert given_["part"] == "move"
            continue
        assert canonical(apply(done.document, done.inverse)[0]) == canonical(entry.document)
        entry = Entry(done.document)
        assert len(set(entry.values)) == len(entry.values)
        assert not entry.findings()


def test_options_that_are_inherited_become_the_elements_own_when_they_are_changed() -> None:
    entry = Entry({**NEW, "title": {"zh": "甲", "en": "A"}})
    entry.do(op="element_extends", value="company.type")
    assert "type" not in entry.document and len(entry.values) > 1
    shown = frame(Desk(entry.ground, lang="en")).html()
    assert "The options are another element" in shown
    entry.do(op="option", part="add")
    assert entry.values[-1] == "option_1" and entry.document["schema"]["enum"] == entry.values
    assert entry.findings() == set()
    # and whoever is like none keeps what it had
    values, schema = entry.values, element_said(entry.ground).schema
    entry.do(op="element_extends", value="")
    assert "extends" not in entry.document and entry.document["type"] == "choice"
    assert (entry.values, element_said(entry.ground).schema) == (values, schema)
    assert Entry(NEW).refused(op="element_extends", value="shop.kind") == "circular-extends"


def test_an_option_without_a_name_or_its_english_is_flagged() -> None:
    entry = Entry(NEW)

    def flags() -> tuple[int, int]:
        html = frame(Desk(entry.ground)).html()
        return html.count("待命名"), html.count("缺英文")

    entry.do(op="element_type", value="choice")
    assert flags() == (2, 0)
    entry.do(op="option", part="name", option="option_1", lang="zh", value="店铺")
    assert flags() == (1, 1)
    entry.do(op="option", part="name", option="option_1", lang="en", value="Shop")
    assert flags() == (1, 0)


@pytest.mark.parametrize("old", FIELD_TYPES)
@pytest.mark.parametrize("new", FIELD_TYPES)
def test_an_element_of_any_type_becomes_one_of_any_other_and_is_sound(old: str, new: str) -> None:
    entry = Entry(NEW)
    if old != "text":
        entry.do(op="element_type", value=old)
    for key, value in (("minimum", "1"), ("maxLength", "50"), ("maxItems", "2")):
        carried = carry_out(entry.ground, {"op": "limit_field", "key": key, "value": value})
        entry = entry if carried is None else Entry(carried.document)
    if new != old:
        entry.do(op="element_type", value=new)
    # a repeated group has no fields in its rows yet
    assert entry.findings() == ({"no-row-fields"} if new == "group" else set())
    kept = set(element_said(entry.ground).schema) - {"items"}
    assert kept <= {"minimum", "maxLength", "maxItems"}


def test_limits_are_typed_and_taken_away_again() -> None:
    entry = Entry(NEW)
    for key, value in (("minLength", "2"), ("maxLength", "9"), ("format", "email"), ("pattern", "^[a-z]")):
        entry.do(op="limit_field", key=key, value=value)
    assert entry.document["schema"] == {
        "minLength": 2,
        "maxLength": 9,
        "format": "email",
        "pattern": "^[a-z]",
    }
    assert entry.refused(op="limit_field", key="maxLength", value="1") == "limits-cross"
    assert entry.refused(op="limit_field", key="pattern", value="[") == "no-pattern"
    assert entry.refused(op="limit_field", key="format", value="fax") == "no-such-format"
    assert entry.refused(op="limit_field", key="minLength", value="许多") == "unreadable"
    for key in ("minLength", "maxLength", "format", "pattern"):
        entry.do(op="limit_field", key=key, value="")
    assert canonical(entry.document) == canonical(NEW)
    entry.do(op="element_type", value="decimal")
    entry.do(op="limit_field", key="exclusiveMinimum", value="0")
    assert entry.refused(op="limit_field", key="maximum", value="-1") == "limits-cross"
    assert entry.schema()["exclusiveMinimum"] == 0


def test_a_number_has_so_many_decimal_places_and_a_yes_may_be_demanded() -> None:
    entry = Entry(NEW)
    entry.do(op="element_type", value="decimal")
    done = entry.do(op="limit_field", key="multipleOf", value="0.01")
    assert "最多 2 位小数" in done.step.sentence["zh"] and entry.document["schema"] == {"multipleOf": 0.01}
    assert entry.refused(op="limit_field", key="multipleOf", value="0.3") == "no-such-limit"
    shown = frame(Desk(entry.ground)).html()
    assert '<option value="0.01" selected>最多 2 位小数</option>' in shown and "手工编写" not in shown
    entry.do(op="limit_field", key="multipleOf", value="")
    entry.do(op="element_type", value="yes_no")
    done = entry.do(op="limit_field", key="const", value="true")
    assert "必须选‘是’" in done.step.sentence["zh"] and entry.schema()["const"] is True
    entry.do(op="limit_field", key="const", value="false")
    assert entry.document["schema"] == {"const": False} and entry.findings() == set()
    assert '<option value="false" selected>必须选“否”</option>' in frame(Desk(entry.ground)).html()


def test_what_else_a_number_is_a_multiple_of_stays_and_is_told() -> None:
    entry = Entry({**NEW, "type": "decimal", "schema": {"multipleOf": 5}})
    shown = frame(Desk(entry.ground, lang="en")).html()
    assert '<option value="5" selected>multiples of 5</option>' in shown
    # a page without script posts what it shows
    name = name_of({"op": "limit_field", "key": "multipleOf"})
    assert after(Desk(entry.ground), [(name, "5")])[1] == []


@pytest.mark.parametrize(("kind", "code"), [("element", "project.name"), ("material", "site-plan")])
def test_who_changes_what_many_use_is_warned_before_the_first_field(kind: str, code: str) -> None:
    users = SHIPPED.users(kind, code)
    assert len(users) >= 3
    shown = frame(Desk(Ground(SHIPPED.get(kind, code), SHIPPED, METAS))).html()
    warning = shown.index(f"有 {len(users)} 个定义引用它")
    assert warning < shown.index("<input") and 'href="#dz-usage"' in shown and 'id="dz-usage"' in shown
    alone = SHIPPED.with_([start(kind, "alone", "独自")])
    assert "个定义引用它" not in frame(Desk(Ground(alone.get(kind, "alone"), alone, METAS))).html()


def test_where_other_definitions_use_a_value_is_told_before_and_after_it_changes() -> None:
    entry = Entry(SHIPPED.get("element", "company.type"))
    uses = uses_of(SHIPPED, "company.type")
    assert {use.value for use in uses} == {"limited", "joint_stock"}
    matter = SHIPPED.get("matter", "enterprise-establishment")
    ruleset = SHIPPED.get("ruleset", "individual-to-enterprise.paths")
    shown = frame(Desk(entry.ground)).html()
    assert "/designer/matter/enterprise-establishment?focus=%2Fform%2Fschema%2FallOf%2F0" in shown
    assert f"《{matter['title']['zh']}》：" in shown and f"《{ruleset['title']['zh']}》：" in shown
    assert "dz-left-behind" not in shown
    entry.do(op="rename_option", option="limited", value="ltd")
    left = frame(Desk(entry.ground)).html().split('id="dz-left-behind"')[1].split("</div>")[0]
    assert "<code>limited</code>" in left and f"《{matter['title']['zh']}》：" in left
    assert "joint_stock" not in left


def test_what_a_value_is_compared_with_is_read_wherever_it_stands() -> None:
    for code in ("project.category", "construction.dangerous_works", "credit.class", "situation.path"):
        values = {each["value"] for each in SHIPPED.element(code)["options"]}
        uses = uses_of(SHIPPED, code)
        assert uses and {use.value for use in uses} <= values
        for use in uses:
            assert pointed(SHIPPED.get(use.kind, use.code), use.pointer) == use.value


def test_values_compared_in_rows_and_held_by_parameters_are_uses_too() -> None:
    roles = SHIPPED.element("party.role")["options"]
    one, other, third = (str(each["value"]) for each in roles[:3])
    document = {
        **SHIPPED.get("ruleset", "construction-permit.scope"),
        "code": "some.parties",
        "facts": {
            "parties": {
                "from": "/construction/parties",
                "type": "group",
                "properties": {"part": {"type": "choice", "from": "/role"}, "name": {"type": "text"}},
            },
            "builders": {
                "derive": {"fn": "count", "of": "/construction/parties", "where": {"role": one}},
                "type": "integer",
            },
            "builds": {
                "derive": {"fn": "any", "of": "/construction/parties/*/role", "value": other},
                "type": "boolean",
            },
            "kind": {"from": "/company/type", "type": "choice"},
        },
        "parameters": {
            "wanted": {"value": "limited", "values": [{"from": "2027-01-01", "value": "joint_stock"}]},
            "said": {"value": third},
            "not_compared": {"value": one},
        },
        "rules": {
            "rows": {
                "all": [{"m": {"$iany": {"parties": {"$and": [{"$i.part": one}, {"$i.name": other}]}}}}]
            },
            "none": {"all": [{"m": {"$iall": {"parties": {"$nin": {"$i.part": [other, third]}}}}}]},
            "said": {"all": [{"m": {"$iany": {"parties": {"$i.part": {"parameter": "said"}}}}}]},
            "held": {"all": [{"m": {"$neq": {"kind": {"parameter": "wanted"}}}}]},
        },
        "tests": {"cases": [{"answers": {"construction": {"parties": [{"role": one, "name": third}]}}}]},
    }
    library = SHIPPED.with_([document])

    def found(code: str) -> dict[str, str]:
        return {use.pointer: use.value for use in uses_of(library, code) if use.code == document["code"]}

    assert found("party.role") == {
        "/facts/builders/derive/where/role": one,
        "/facts/builds/derive/value": other,
        "/rules/rows/all/0/m/$iany/parties/$and/0/$i.part": one,
        "/rules/none/all/0/m/$iall/parties/$nin/$i.part/0": other,
        "/rules/none/all/0/m/$iall/parties/$nin/$i.part/1": third,
        "/parameters/said/value": third,
        "/tests/cases/0/answers/construction/parties/0/role": one,
    }
    assert found("company.type") == {
        "/parameters/wanted/value": "limited",
        "/parameters/wanted/values/0/value": "joint_stock",
    }


def test_an_element_is_computed_from_others_without_json() -> None:
    entry = Entry(NEW)
    entry.do(op="element_type", value="money")
    entry.do(op="compute", part="fn", value="total")
    for number, place in enumerate(("/construction/contract_price", "/construction/design_price")):
        if entry.document["compute"]["of"][number] != place:
            entry.do(op="compute", part="of", n=number, value=place)
    assert entry.document["compute"] == {
        "fn": "total",
        "of": ["/construction/contract_price", "/construction/design_price"],
    }
    entry.do(op="compute", part="more")
    entry.do(op="compute", part="less")
    shown = frame(Desk(entry.ground)).html()
    title = SHIPPED.element("construction.contract_price")["title"]["zh"]
    assert f'<option value="/construction/contract_price" selected>{title}</option>' in shown
    done = entry.do(op="compute", part="fn", value="sum")
    assert entry.document["compute"]["of"] == "/company/shareholders/*/amount"
    entry.do(op="filter_rows", part="add")
    assert done.step.sentence["zh"].startswith("“店铺类型”的计算") and entry.document["compute"]["where"]
    assert entry.findings() == set()
    entry.do(op="compute", part="fn", value="")
    assert "compute" not in entry.document
    assert entry.refused(op="compute", part="fn", value="birth_date") == "misplaced"


def test_a_computing_that_is_inherited_ends_with_the_inheriting() -> None:
    document = {key: value for key, value in NEW.items() if key != "type"}
    entry = Entry({**document, "extends": "household.operator_born"})
    assert entry.refused(op="compute", part="fn", value="") == "compute-inherited"
    entry.do(op="compute", part="of", n=0, value="/person/id_number")
    assert entry.document["compute"] == {"fn": "birth_date", "of": "/person/id_number"}


def test_the_fields_of_a_group_are_elements_in_an_order_and_some_must_be_answered() -> None:
    entry = Entry(NEW)
    entry.do(op="element_type", value="group")
    for code in ("party.name", "party.role", "party.uscc"):
        entry.do(op="row_item", part="add", value=code)
    entry.do(op="row_item", part="move", item="role", by=-1)
    entry.do(op="row_item", part="need", item="uscc", value="yes")
    entry.do(op="row_item", part="need", item="role", value="yes")
    entry.do(op="row_item", part="drop", item="name")
    assert entry.document["order"] == ["role", "uscc"]
    assert entry.document["schema"]["items"]["required"] == ["role", "uscc"]
    assert entry.findings() == set()
    assert set(entry.schema()["items"]["properties"]) == {"role", "uscc"}
    assert entry.refused(op="row_item", part="add", value="party.role") == "item-twice"
    assert entry.refused(op="row_item", part="add", value="construction.parties") == "no-such-element"
    assert entry.refused(op="row_item", part="drop", item="name") == "misplaced"
    shown = frame(Desk(entry.ground, lang="en")).html()
    assert "/designer/element/party.role" in shown


@pytest.mark.parametrize("code", [each["code"] for each in SHIPPED.all("element")])
def test_posting_what_the_page_shows_changes_no_shipped_element(code: str) -> None:
    desk = Desk(Ground(SHIPPED.get("element", code), SHIPPED, METAS))
    html = frame(desk).html()
    events: list[tuple[str, Any]] = []
    for select in re.findall(r"<select\b.*?</select>", html, re.S):
        name = unescape(re.search(r'name="([^"]*)"', select)[1])  # type: ignore[index]
        chosen = re.search(r'<option value="([^"]*)" selected', select) or re.search(
            r'<option value="([^"]*)"', select
        )
        events.append((name, unescape(chosen[1])))  # type: ignore[index]
    for written in re.findall(r"<input\b[^>]*>", html):
        if 'type="text"' in written:
            value = re.search(r'value="([^"]*)"', written)
            events.append(
                (unescape(re.search(r'name="([^"]*)"', written)[1]), unescape(value[1]) if value else "")  # type: ignore[index]
            )
    assert name_of({"op": "element_type"}) in dict(events)
    changed, entries = after(desk, events)
    assert not entries and not changed.problems and canonical(changed.document) == canonical(desk.document)
