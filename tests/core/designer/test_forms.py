"""The form builder's operations: exact inverses, sentences, and random sequences on shipped documents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.computing import computed_as, functions_for
from yijianshi.core.designer.controls import id_of, name_of
from yijianshi.core.designer.desk import Desk, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.forms import form_in
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import replay
from yijianshi.core.designer.logic import state_of
from yijianshi.core.designer.operations import Done, Ground, Refused, carry_out
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.core.forms.state import form_state
from yijianshi.server.cases.values import is_personal
from yijianshi.server.files import meta_schemas, shipped_library

ROAD = "/road_occupation"
METAS = meta_schemas()
SHIPPED = shipped_library()
FORMS = [("matter", "road-occupation"), ("matter", "construction-permit"), ("bundle", "construction-start")]


def carried_out(ground: Ground, given: Mapping[str, Any]) -> Done:
    """Carry an operation out; it must change something, tell of it, and be taken back exactly."""
    done = carry_out(ground, given)
    assert done is not None, given
    assert canonical(apply(done.document, done.inverse)[0]) == canonical(ground.document)
    sentence = done.step.sentence
    assert sentence["zh"] and sentence["en"] and sentence["zh"] != sentence["en"]
    return done


class Drawing:
    """A document on which operations are carried out one after another."""

    def __init__(self, kind: str = "matter", code: str = "road-occupation") -> None:
        document = SHIPPED.get(kind, code)
        self.ground = Ground(document, SHIPPED, METAS)
        self.done: list[Done] = []

    def do(self, **given: Any) -> Done:
        """Carry an operation out; it must change something, tell of it, and be taken back exactly."""
        done = carried_out(self.ground, given)
        self.ground = Ground(done.document, SHIPPED.with_([done.document]), METAS)
        self.done.append(done)
        return done

    @property
    def form(self) -> Any:
        return form_in(self.ground.document)

    def leaf(self, pointer: str) -> Mapping[str, Any]:
        found = self.form.leaf(pointer)
        assert found is not None
        return found  # type: ignore[no-any-return]

    def composed(self) -> Composition:
        document = self.ground.document
        bundle = {
            "kind": "bundle",
            "code": "probe",
            "title": document["title"],
            "lead": document["department"],
            "matters": [{"matter": document["code"]}],
            "sections": [],
            "rulesets": [],
            "promise": {"days": 1, "unit": "working"},
        }
        return compose(SHIPPED.with_([document, bundle]), "probe")

    def state(self, answers: dict[str, Any]) -> Any:
        return form_state(self.composed(), answers, date(2026, 7, 1))

    def findings(self) -> set[str]:
        document = self.ground.document
        found = check([Source("here", document)], METAS, SHIPPED)
        return {problem.code for problem in found if problem.severity == "error"}


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_a_field_of_every_type_is_added_filled_in_and_removed(kind: str) -> None:
    drawing = Drawing()
    before = canonical(drawing.ground.document)
    done = drawing.do(op="add_field", type=kind, after=f"{ROAD}/digs")
    place = f"{ROAD}/{kind}_1"
    assert done.step.shows == {"select": place} and done.step.focus
    section = drawing.form.section_of(place)
    assert section.fields.index(place) == section.fields.index(f"{ROAD}/digs") + 1
    # a repeated group has no fields in its rows yet
    assert drawing.findings() == ({"no-row-fields"} if kind == "group" else set())
    assert drawing.composed().fields[place].type == kind
    drawing.do(op="remove_field", field=place)
    assert canonical(drawing.ground.document) == before


def test_what_is_required_under_conditions_begins_with_others_than_it_is_shown_under() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="yes_no", after=f"{ROAD}/digs")
    drawing.do(op="add_field", type="text", after=f"{ROAD}/yes_no_1")
    drawing.do(op="condition", field=f"{ROAD}/text_1", which="show", part="add")
    for wanted in ("when", "yes", "when"):
        drawing.do(op="require", field=f"{ROAD}/text_1", value=wanted)
        assert state_of(drawing.form, f"{ROAD}/text_1") == wanted
        assert drawing.findings() == set()


def test_a_condition_on_a_text_does_not_begin_with_being_equal_to_nothing() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="text", after=f"{ROAD}/digs")
    drawing.do(op="add_field", type="date", after=f"{ROAD}/text_1")
    drawing.do(op="condition", field=f"{ROAD}/date_1", which="show", part="add")
    place = {"which": "show", "field": f"{ROAD}/date_1", "n": 0}
    done = drawing.do(op="condition", part="field", value=f"{ROAD}/text_1", **place)
    assert "已填写" in done.step.sentence["zh"]


@pytest.mark.parametrize(("kind", "covered"), [("resident_id", True), ("phone", True), ("text", False)])
def test_what_says_who_somebody_is_is_covered_for_staff_without_anybody_asking(
    kind: str, covered: bool
) -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type=kind, after=f"{ROAD}/digs")
    field = drawing.composed().fields[f"{ROAD}/{kind}_1"]
    assert is_personal(field) is covered


def test_what_is_computed_of_personal_data_is_as_personal() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="resident_id", after=f"{ROAD}/digs")
    drawing.do(op="add_field", type="date", after=f"{ROAD}/resident_id_1")
    drawing.do(op="compute", field=f"{ROAD}/date_1", part="fn", value="birth_date")
    drawing.do(op="add_field", type="integer", after=f"{ROAD}/date_1")
    drawing.do(op="compute", field=f"{ROAD}/integer_1", part="fn", value="age")
    drawing.do(op="compute", field=f"{ROAD}/integer_1", part="of", n=0, value=f"{ROAD}/date_1")
    fields = drawing.composed().fields
    assert {fields[f"{ROAD}/{name}"].sensitivity for name in ("date_1", "integer_1")} == {"sensitive"}
    at = [*drawing.form.address(f"{ROAD}/integer_1"), "x-sensitivity"]
    drawing.do(op="fill", at=at, value="public", **{"as": "text"})
    assert drawing.composed().fields[f"{ROAD}/integer_1"].sensitivity == "public"


def test_how_sensitive_an_own_field_is_can_be_said() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="text", after=f"{ROAD}/digs")
    at = (*drawing.form.address(f"{ROAD}/text_1"), "x-sensitivity")
    fill = {"op": "fill", "at": list(at), "as": "text"}
    shown = frame(Desk(drawing.ground, view={"tab": "form", "select": f"{ROAD}/text_1"}))
    assert id_of(name_of(fill)) in str(shown)
    done = drawing.do(**fill, value="personal")
    assert done.step.sentence["zh"].endswith("敏感程度：个人信息")
    assert is_personal(drawing.composed().fields[f"{ROAD}/text_1"]) and drawing.findings() == set()


def test_an_element_stands_at_its_code_and_only_once() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", element="project.floor_area", section="占道")
    assert drawing.leaf("/project/floor_area") == {"$ref": "urn:yijianshi:element:project.floor_area"}
    assert drawing.form.sections[2].fields[-1] == "/project/floor_area"
    for refused in (
        {"op": "add_field", "element": "project.floor_area"},
        {"op": "duplicate_field", "field": "/project/floor_area"},
    ):
        with pytest.raises(Refused) as error:
            carry_out(drawing.ground, refused)
        assert error.value.problems[0].code == "element-twice"


def test_fields_move_within_a_section_across_its_edge_and_to_another() -> None:
    drawing = Drawing()
    drawing.do(op="move_field", field="/project/name", by=-1)
    assert drawing.form.sections[0].fields == ("/project/name", "/project/code")
    drawing.do(op="move_field", field="/project/code", by=1)
    assert drawing.form.sections[1].fields[0] == "/project/code"
    drawing.do(op="move_field", field="/project/code", value="经办人")
    assert drawing.form.sections[3].fields[-1] == "/project/code"
    drawing.do(op="move_field", field="/project/code", section="占道", before=f"{ROAD}/digs")
    assert drawing.form.sections[2].fields[3:5] == ("/project/code", f"{ROAD}/digs")
    assert carry_out(drawing.ground, {"op": "move_field", "field": "/project/code", "value": "占道"}) is None


def test_a_removed_field_takes_along_what_hangs_on_it_and_undo_brings_all_back() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="money")
    drawing.do(op="add_field", type="money")
    drawing.do(op="compute", field=f"{ROAD}/money_2", part="fn", value="product")
    drawing.do(op="condition", field=f"{ROAD}/money_1", which="show", part="add")
    whole = canonical(drawing.ground.document)
    assert drawing.form.required_when(f"{ROAD}/restoration") is not None
    done = drawing.do(op="remove_field", field=f"{ROAD}/digs")
    form = drawing.form
    assert form.leaf(f"{ROAD}/digs") is None and f"{ROAD}/digs" not in form.order
    assert form.shown_when(f"{ROAD}/restoration") == (None, True)
    assert form.shown_when(f"{ROAD}/money_1") == (None, True)
    assert form.required_when(f"{ROAD}/restoration") is None and "allOf" not in form.schema
    assert "required" not in form.schema["properties"]["road_occupation"]
    assert drawing.findings() == set()
    assert canonical(apply(done.document, done.inverse)[0]) == whole
    drawing.do(op="remove_field", field=f"{ROAD}/money_1")
    assert "x-compute" not in drawing.leaf(f"{ROAD}/money_2")


def test_a_field_shown_under_conditions_is_required_only_then() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="decimal")
    place = f"{ROAD}/decimal_1"
    drawing.do(op="require", field=place, value="yes")
    drawing.do(op="condition", field=place, which="show", part="add")
    assert state_of(drawing.form, place) == "yes" and not drawing.form.required(place)
    assert drawing.findings() == set()
    assert place not in drawing.state({"road_occupation": {"digs": False}}).visible
    shown = drawing.state({"road_occupation": {"digs": True}})
    assert place in shown.visible and place in shown.required
    drawing.do(op="condition", field=place, which="show", part="drop", n=0)
    assert drawing.form.required(place)


def test_several_conditions_hold_together_or_one_of_them() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="integer")
    drawing.do(op="add_field", type="text")
    place, number = f"{ROAD}/text_1", f"{ROAD}/integer_1"
    drawing.do(op="condition", field=place, which="show", part="add")
    drawing.do(op="condition", field=place, which="show", part="add")
    drawing.do(op="condition", field=place, which="show", part="field", n=1, value=number)
    drawing.do(op="condition", field=place, which="show", part="test", n=1, value="gte")
    done = drawing.do(op="condition", field=place, which="show", part="value", n=1, value="300")
    assert done.step.sentence["zh"].endswith("改为“‘是否挖掘路面’等于‘是’，且‘整数’不少于 300”")
    assert drawing.findings() == set()

    def shown(digs: bool, area: int) -> bool:
        return place in drawing.state({"road_occupation": {"digs": digs, "integer_1": area}}).visible

    assert [shown(True, 300), shown(True, 299), shown(False, 300)] == [True, False, False]
    drawing.do(op="condition", field=place, which="show", part="join", value="any")
    assert [shown(True, 299), shown(False, 300), shown(False, 299)] == [True, True, False]
    with pytest.raises(Refused):
        carry_out(
            drawing.ground,
            {"op": "condition", "field": place, "which": "show", "part": "value", "n": 1, "value": "很多"},
        )


def test_a_field_is_required_when_another_says_so() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="text")
    place = f"{ROAD}/text_1"
    drawing.do(op="require", field=place, value="when")
    assert place in drawing.state({"road_occupation": {"digs": True}}).required
    assert place not in drawing.state({"road_occupation": {"digs": False}}).required
    drawing.do(op="require", field=place, value="no")
    assert state_of(drawing.form, place) == "no"


def test_options_are_added_named_moved_and_not_removed_while_a_condition_uses_them() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="choice")
    place = f"{ROAD}/choice_1"
    drawing.do(op="option", field=place, part="add")
    drawing.do(op="option", field=place, part="name", option="option_3", lang="zh", value="其他")
    drawing.do(op="option", field=place, part="name", option="option_3", lang="en", value="Other")
    drawing.do(op="option", field=place, part="move", option="option_3", by=-2)
    assert drawing.leaf(place)["enum"] == ["option_3", "option_1", "option_2"]
    assert drawing.leaf(place)["x-options"][0]["title"] == {"zh": "其他", "en": "Other"}
    drawing.do(op="add_field", type="text")
    drawing.do(op="condition", field=f"{ROAD}/text_1", which="show", part="add")
    drawing.do(op="condition", field=f"{ROAD}/text_1", which="show", part="field", n=0, value=place)
    with pytest.raises(Refused) as error:
        carry_out(drawing.ground, {"op": "option", "field": place, "part": "drop", "option": "option_3"})
    assert error.value.problems[0].code == "option-used"
    drawing.do(op="option", field=place, part="drop", option="option_1")
    assert drawing.findings() == set()


def test_limits_are_kept_and_do_not_cross() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="integer")
    place = f"{ROAD}/integer_1"
    drawing.do(op="limit_field", field=place, key="minimum", value="3")
    drawing.do(op="limit_field", field=place, key="maximum", value="9")
    wrong = drawing.state({"road_occupation": {"integer_1": 10}})
    assert place in {error.pointer for error in wrong.errors}
    for value in ("2", "许多"):
        with pytest.raises(Refused):
            carry_out(drawing.ground, {"op": "limit_field", "field": place, "key": "maximum", "value": value})
    drawing.do(op="limit_field", field=place, key="maximum", value="")
    right = drawing.state({"road_occupation": {"integer_1": 10}})
    assert place not in {error.pointer for error in right.errors}


def test_a_repeated_group_has_logic_in_each_row_and_sums_over_its_rows() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="group")
    group = f"{ROAD}/group_1"
    drawing.do(op="add_field", type="yes_no", group=group)
    drawing.do(op="add_field", type="money", group=group)
    drawing.do(op="add_field", type="text", group=group, before=f"{group}/*/money_1")
    assert drawing.form.items(group) == [f"{group}/*/{name}" for name in ("yes_no_1", "text_1", "money_1")]
    drawing.do(op="move_field", field=f"{group}/*/text_1", by=1)
    drawing.do(op="duplicate_field", field=f"{group}/*/text_1")
    drawing.do(op="remove_field", field=f"{group}/*/text_2")
    drawing.do(op="require", field=f"{group}/*/money_1", value="yes")
    drawing.do(op="condition", field=f"{group}/*/text_1", which="show", part="add")
    drawing.do(op="require", field=f"{group}/*/text_1", value="yes")
    drawing.do(op="add_field", type="money")
    assert "sum" in functions_for("money")
    drawing.do(op="compute", field=f"{ROAD}/money_1", part="fn", value="sum")
    assert drawing.leaf(f"{ROAD}/money_1")["x-compute"] == {"fn": "sum", "of": f"{group}/*/money_1"}
    assert drawing.findings() == set()
    rows = [{"yes_no_1": True, "money_1": 2.5}, {"yes_no_1": False, "money_1": 4, "text_1": "不问"}]
    state = drawing.state({"road_occupation": {"group_1": rows}})
    assert state.answers["road_occupation"]["money_1"] == 6.5
    assert "text_1" not in state.answers["road_occupation"]["group_1"][1], (
        "what a row does not ask is left out"
    )
    places = {error.pointer for error in state.errors}
    assert f"{group}/0/text_1" in places and f"{group}/1/text_1" not in places
    with pytest.raises(Refused) as error:
        carry_out(drawing.ground, {"op": "move_field", "field": f"{group}/*/money_1", "section": "占道"})
    assert error.value.problems[0].code in ("another-place", "misplaced")


def test_a_computed_field_counts_only_the_rows_its_filter_keeps() -> None:
    drawing = Drawing()
    group, total, every = f"{ROAD}/group_1", f"{ROAD}/money_1", f"{ROAD}/yes_no_1"
    drawing.do(op="add_field", type="group")
    for kind in ("money", "choice", "yes_no"):
        drawing.do(op="add_field", type=kind, group=group)
    drawing.do(op="add_field", type="money")
    drawing.do(op="add_field", type="yes_no")
    drawing.do(op="compute", field=total, part="fn", value="sum")
    drawing.do(op="filter_rows", field=total, part="add")
    assert drawing.leaf(total)["x-compute"]["where"] == {"choice_1": "option_1"}
    drawing.do(op="filter_rows", field=total, part="value", row="choice_1", value="option_2")
    drawing.do(op="filter_rows", field=total, part="add")
    drawing.do(op="filter_rows", field=total, part="value", row="yes_no_1", value="false")
    spec = drawing.leaf(total)["x-compute"]
    assert spec["where"] == {"choice_1": "option_2", "yes_no_1": False}
    told = {lang: computed_as(drawing.ground, drawing.form, spec, lang) for lang in ("zh", "en")}
    assert told["zh"] == "“可重复分组”中“金额”的各行合计，只算“单选”等于“选项 2”、且“是否”等于“否”的行"
    assert told["en"].endswith("only rows where “Single choice” is “Option 2” and “Yes or no” is no")
    now = told["zh"].translate({0x201C: 0x2018, 0x201D: 0x2019})
    assert drawing.done[-1].step.sentence["zh"].startswith("“金额”的计算由“")
    assert drawing.done[-1].step.sentence["zh"].endswith(f"”改为“{now}”")

    rows = [
        {"money_1": 2.5, "choice_1": "option_2", "yes_no_1": False},
        {"money_1": 4, "choice_1": "option_2", "yes_no_1": True},
        {"money_1": 8, "choice_1": "option_1", "yes_no_1": False},
    ]

    def computed(name: str) -> Any:
        return drawing.state({"road_occupation": {"group_1": rows}}).answers["road_occupation"].get(name)

    assert computed("money_1") == 2.5
    drawing.do(op="compute", field=total, part="fn", value="count")
    assert drawing.leaf(total)["x-compute"] == {"fn": "count", "of": group, "where": spec["where"]}
    assert computed("money_1") == 1
    drawing.do(op="filter_rows", field=total, part="drop", row="choice_1")
    assert computed("money_1") == 2
    for fn, before, after_ in (("any", True, True), ("all", False, True)):
        drawing.do(op="compute", field=every, part="fn", value=fn)
        drawing.do(op="filter_rows", field=every, part="wanted", value="4")
        assert computed("yes_no_1") is before
        drawing.do(op="filter_rows", field=every, part="add")
        drawing.do(op="filter_rows", field=every, part="field", row="choice_1", value="yes_no_1")
        assert drawing.leaf(every)["x-compute"]["where"] == {"yes_no_1": True}
        assert computed("yes_no_1") is after_
        drawing.do(op="compute", field=every, part="fn", value="")
    assert drawing.findings() == set()
    # an option that a filter compares with stays, and with a field of the rows goes what hangs on it
    drawing.do(op="filter_rows", field=total, part="add")
    with pytest.raises(Refused) as error:
        carry_out(
            drawing.ground,
            {"op": "option", "field": f"{group}/*/choice_1", "part": "drop", "option": "option_1"},
        )
    assert error.value.problems[0].code == "option-used"
    for refused in ({"part": "value", "row": "money_1", "value": "1"}, {"part": "wanted", "value": "1"}):
        with pytest.raises(Refused):
            carry_out(drawing.ground, {"op": "filter_rows", "field": total, **refused})
    drawing.do(op="remove_field", field=f"{group}/*/yes_no_1")
    assert "x-compute" not in drawing.leaf(total)


def test_sections_are_added_named_moved_copied_and_removed() -> None:
    drawing = Drawing()
    drawing.do(op="name_part", section="占道", lang="en", value="Occupying the road")
    named = drawing.form.sections[2]
    assert named.title == {"zh": "占道", "en": "Occupying the road"}
    drawing.do(op="move_part", section=named.id, by=-2)
    assert drawing.form.sections[0].id == named.id
    drawing.do(op="duplicate_part", section=named.id)
    copy = drawing.form.sections[1]
    assert [p.rpartition("/")[2] for p in copy.fields] == ["digs_1", "restoration_1"], (
        "elements stay where they are"
    )
    assert drawing.form.shown_when(copy.fields[1])[0] is not None
    drawing.do(op="remove_part", section=named.id)
    assert named.id not in [section.id for section in drawing.form.sections]
    drawing.do(op="add_part")
    assert drawing.form.sections[-1].fields == ()
    assert drawing.findings() == set()


def test_a_layout_written_by_hand_is_brought_into_shape_with_the_first_change_and_not_before() -> None:
    document = dict(SHIPPED.get("matter", "road-occupation"))
    form = document["form"]
    nested = {
        "type": "VerticalLayout",
        "elements": [{"type": "HorizontalLayout", "elements": form["ui"]["elements"][2:3]}],
    }
    document["form"] = {**form, "ui": nested}
    drawing = Drawing()
    drawing.ground = Ground(document, SHIPPED.with_([document]), METAS)
    assert sorted(drawing.form.order) == sorted(Drawing().form.order), "no field is lost"
    assert carry_out(drawing.ground, {"op": "require", "field": "/project/name", "value": "yes"}) is None
    drawing.do(op="require", field="/project/name", value="no")
    assert drawing.form.tidy


PLACES = [f"{ROAD}/digs", f"{ROAD}/restoration", "/project/name", "/project/category", "/situation/has_spoil"]
PLACES += [
    f"{ROAD}/choice_1",
    f"{ROAD}/group_1",
    f"{ROAD}/group_1/*/money_1",
    f"{ROAD}/money_1",
    f"{ROAD}/text_1",
]
places = st.sampled_from(PLACES)
sections = st.sampled_from(["占道", "项目", "section-1", "section-2"])
which = st.sampled_from(["show", "require"])
operations = st.one_of(
    st.fixed_dictionaries(
        {"op": st.just("add_field"), "type": st.sampled_from(["choice", "group", "money", "text", "yes_no"])},
        optional={"after": places, "section": sections, "group": st.just(f"{ROAD}/group_1")},
    ),
    st.fixed_dictionaries(
        {"op": st.just("add_field"), "element": st.sampled_from(["project.use", "site.address"])}
    ),
    st.fixed_dictionaries({"op": st.just("move_field"), "field": places, "by": st.integers(-3, 3)}),
    st.fixed_dictionaries(
        {"op": st.just("move_field"), "field": places, "section": sections, "before": places}
    ),
    st.fixed_dictionaries({"op": st.sampled_from(["remove_field", "duplicate_field"]), "field": places}),
    st.fixed_dictionaries(
        {"op": st.just("require"), "field": places, "value": st.sampled_from(["yes", "no", "when"])}
    ),
    st.fixed_dictionaries(
        {
            "op": st.just("condition"),
            "field": places,
            "which": which,
            "part": st.sampled_from(["add", "drop", "join", "field", "test", "value"]),
            "n": st.integers(0, 1),
            "value": st.sampled_from(["any", "gte", "ne", "true", "5", "building", *PLACES]),
        }
    ),
    st.fixed_dictionaries(
        {
            "op": st.just("compute"),
            "field": places,
            "part": st.just("fn"),
            "value": st.sampled_from(["sum", "count", "any", "total", ""]),
        }
    ),
    st.fixed_dictionaries(
        {
            "op": st.just("filter_rows"),
            "field": places,
            "part": st.sampled_from(["add", "drop", "field", "value", "wanted"]),
            "row": st.sampled_from(["money_1", "yes_no_1", "choice_1"]),
            "value": st.sampled_from(["true", "5", "option_2", "yes_no_1", "money_1"]),
        }
    ),
    st.fixed_dictionaries({"op": st.sampled_from(["remove_part", "duplicate_part"]), "section": sections}),
    st.fixed_dictionaries({"op": st.just("add_part")}),
    st.fixed_dictionaries(
        {"op": st.just("page_part"), "section": sections},
        optional={"value": st.sampled_from(["same", "new"])},
    ),
    st.fixed_dictionaries({"op": st.just("move_part"), "section": sections, "by": st.integers(-2, 2)}),
    st.fixed_dictionaries(
        {
            "op": st.just("name_part"),
            "section": sections,
            "lang": st.sampled_from(["zh", "en"]),
            "value": st.just("Road"),
        }
    ),
    st.fixed_dictionaries({"op": st.sampled_from(["undo", "redo"])}),
)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FORMS), st.lists(operations, max_size=8))
def test_any_sequence_yields_a_sound_form_or_is_refused_whole(
    which_form: tuple[str, str], given_: list[Any]
) -> None:
    base = SHIPPED.get(*which_form)
    desk = Desk(Ground(base, SHIPPED, METAS))
    log = []
    for operation in given_:
        desk, entries = after(desk, [("do", name_of(operation))])
        log += entries
    assert canonical(replay(base, log)) == canonical(desk.document)
    form = form_in(desk.document)
    assert form.tidy and len(form.order) == len(set(form.order))
    errors = [p for p in check([Source("here", desk.document)], METAS, SHIPPED) if p.severity == "error"]
    here = {p.code for p in errors if p.pointer.startswith(("/form", "/situations"))}
    assert here <= {"no-row-fields"}  # of a repeated group into whose rows nothing was put yet
    for entry in reversed(log):
        back, _ = apply(desk.document, entry.inverse)
        desk = desk.with_document(back)
    assert canonical(desk.document) == canonical(base)


def test_who_removes_a_field_is_told_what_others_lose_by_it() -> None:
    drawing = Drawing()
    section = drawing.form.sections[0].id
    asked, shown, needed, first, total = (
        str(drawing.do(op="add_field", type=kind, section=section).step.shows["select"])
        for kind in ("yes_no", "text", "text", "integer", "decimal")
    )

    def let(**given: Any) -> None:
        """Carry an operation out unless it begins that way already."""
        if carry_out(drawing.ground, given) is not None:
            drawing.do(**given)

    drawing.do(op="condition", field=shown, which="show", part="add")
    let(op="condition", field=shown, which="show", part="field", n=0, value=asked)
    drawing.do(op="require", field=needed, value="when")
    let(op="condition", field=needed, which="require", part="field", n=0, value=asked)
    drawing.do(op="compute", field=total, part="fn", value="total")
    let(op="compute", field=total, part="of", n=0, value=first)
    titles = {place: drawing.leaf(place)["x-title"]["zh"] for place in (asked, shown, needed, first, total)}
    done = drawing.do(op="remove_field", field=asked)
    assert done.step.sentence["zh"] == (
        f"删除字段“{titles[asked]}”；“{titles[shown]}”改为始终显示；“{titles[needed]}”改为选填"
    )
    assert "is always shown now" in done.step.sentence["en"]
    done = drawing.do(op="remove_field", field=first)
    assert done.step.sentence["zh"].endswith(f"；“{titles[total]}”不再自动计算")
    done = drawing.do(op="remove_field", field=shown)
    assert "；" not in done.step.sentence["zh"]


def test_a_field_becomes_an_element_with_all_that_hangs_on_it() -> None:
    drawing = Drawing()
    section = drawing.form.sections[0].id
    own, shown, other, total = (
        str(drawing.do(op="add_field", type=kind, section=section).step.shows["select"])
        for kind in ("money", "text", "money", "money")
    )
    drawing.do(op="require", field=own, value="yes")
    for part in ({"part": "add"}, {"part": "field", "n": 0, "value": own}):
        if carry_out(drawing.ground, {"op": "condition", "field": shown, "which": "show", **part}):
            drawing.do(op="condition", field=shown, which="show", **part)
    drawing.do(op="compute", field=total, part="fn", value="total")
    for number, place in enumerate((own, other)):
        if drawing.leaf(total)["x-compute"]["of"][number] != place:
            drawing.do(op="compute", field=total, part="of", n=number, value=place)
    done = drawing.do(op="share_field", field=own, element="construction.contract_price")
    place = "/construction/contract_price"
    assert done.step.shows == {"select": place} and "；" not in done.step.sentence["zh"]
    assert drawing.form.leaf(own) is None and drawing.form.required(place)
    fields = next(each.fields for each in drawing.form.sections if each.id == section)
    assert fields.index(place) == fields.index(shown) - 1
    conditions, _ = drawing.form.shown_when(shown)
    assert conditions is not None and [test.field for test in conditions.tests] == [place]
    assert drawing.leaf(total)["x-compute"]["of"] == [place, other]
    assert drawing.findings() == set()
    for field, element in (
        (place, "project.name"),
        (other, "construction.contract_price"),
        (other, "no.such"),
    ):
        with pytest.raises(Refused):
            carry_out(drawing.ground, {"op": "share_field", "field": field, "element": element})
    done = drawing.do(op="share_field", field=other, element="company.name")
    assert done.step.sentence["zh"].endswith("不再自动计算")


def test_a_condition_compares_days() -> None:
    drawing = Drawing()
    section = drawing.form.sections[0].id
    day, shown = (
        str(drawing.do(op="add_field", type=kind, section=section).step.shows["select"])
        for kind in ("date", "text")
    )
    given_ = {"op": "condition", "field": shown, "which": "show"}
    drawing.do(**given_, part="add")
    if carry_out(drawing.ground, {**given_, "part": "field", "n": 0, "value": day}):
        drawing.do(**given_, part="field", n=0, value=day)
    drawing.do(**given_, part="test", n=0, value="since")
    done = drawing.do(**given_, part="value", n=0, value="2026-10-01")
    assert "不早于‘2026-10-01’" in done.step.sentence["zh"] and drawing.findings() == set()
    conditions, readable = drawing.form.shown_when(shown)
    assert readable and conditions is not None and conditions.tests[0].test == "since"
    name = day.rpartition("/")[2]
    for answer, there in (("2026-09-30", False), ("2026-10-01", True), ("2026-10-99", False), (None, False)):
        state = drawing.state({"road_occupation": {name: answer} if answer else {}})
        assert (shown in state.visible) is there, answer
    drawing.do(**given_, part="test", n=0, value="until")
    assert shown in drawing.state({"road_occupation": {name: "2026-10-01"}}).visible
    assert shown not in drawing.state({"road_occupation": {name: "2026-10-02"}}).visible
    for typed in ("", "2026-13-01", "明天"):
        with pytest.raises(Refused):
            carry_out(drawing.ground, {**given_, "part": "value", "n": 0, "value": typed})
    view = {"tab": "form", "select": shown}
    assert (
        'type="date" autocomplete="off" value="2026-10-01"' in frame(Desk(drawing.ground, view=view)).html()
    )


def test_a_computed_field_says_on_its_card_of_what_and_names_what_it_takes() -> None:
    drawing = Drawing()
    drawing.do(op="add_field", type="resident_id", after=f"{ROAD}/digs")
    drawing.do(op="add_field", type="integer", after=f"{ROAD}/resident_id_1")
    drawing.do(op="compute", field=f"{ROAD}/integer_1", part="fn", value="age")
    place = f"{ROAD}/resident_id_1"
    if drawing.leaf(f"{ROAD}/integer_1")["x-compute"]["of"] != place:
        drawing.do(op="compute", field=f"{ROAD}/integer_1", part="of", n=0, value=place)
    desk = Desk(drawing.ground, view={"tab": "form", "select": f"{ROAD}/integer_1"})
    page = frame(desk).html()
    assert (
        "自动计算：年龄（公民身份号码）" in page and ">出生日期或证件号码<" in page and "第 1 项" not in page
    )
    drawing.do(op="compute", field=f"{ROAD}/integer_1", part="fn", value="")
    assert "自动计算：" not in frame(Desk(drawing.ground, view={"tab": "form"})).html()


def test_no_hint_only_says_again_what_its_field_is_called() -> None:
    for lang in ("zh", "en"):
        page = frame(Desk(Drawing().ground, view={"tab": "about"}, lang=lang)).html()
        labels = re.findall(
            r'<label class="form-label"[^>]*>([^<]+)</label>[^<]*<p class="form-hint"[^>]*>([^<]+)</p>', page
        )
        assert labels and not [label for label, hint in labels if label == hint]
