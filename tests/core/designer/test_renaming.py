"""Codes and stored values renamed: nothing is left of the old, the form works as before, and it is taken back exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.pointer import tokens
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import Desk, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.forms import form_in
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.layout import schema_tokens
from yijianshi.core.designer.log import Entry, merge
from yijianshi.core.designer.operations import Ground, Refused, carry_out
from yijianshi.core.designer.renaming import naming
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.core.forms.state import FormState

from .test_forms import METAS, ROAD, SHIPPED, Drawing

ROWS = f"{ROAD}/group_1"
MATTERS = ("road-occupation", "civil-defence-review", "drainage-permit", "spoil-disposal")
"""The shipped matters whose forms ask for something of their own."""


def rich() -> Drawing:
    """Draw a form in which everything hangs on something: shown, required, computed, in rows and over them."""
    drawing = Drawing()
    for kind in ("choice", "choice", "multiple_choice", "money", "money", "group"):
        drawing.do(op="add_field", type=kind)
    # so that the form's choice and that of the rows have codes that can be looked for
    drawing.do(op="remove_field", field=f"{ROAD}/choice_1")
    for kind in ("choice", "text", "money"):
        drawing.do(op="add_field", type=kind, group=ROWS)
    drawing.do(op="compute", field=f"{ROAD}/money_2", part="fn", value="sum")
    for field in ("/money_1", "/group_1"):
        drawing.do(op="condition", field=ROAD + field, which="show", part="add")
        if field == "/money_1":
            drawing.do(op="condition", field=ROAD + field, which="show", part="add")
            drawing.do(
                op="condition", field=ROAD + field, which="show", part="field", n=1, value=f"{ROAD}/choice_2"
            )
    drawing.do(op="require", field=f"{ROAD}/multiple_choice_1", value="when")
    drawing.do(
        op="condition",
        field=f"{ROAD}/multiple_choice_1",
        which="require",
        part="field",
        n=0,
        value=f"{ROAD}/choice_2",
    )
    drawing.do(op="condition", field=f"{ROWS}/*/text_1", which="show", part="add")
    drawing.do(op="require", field=f"{ROWS}/*/money_1", value="when")
    leaf = form_in(drawing.ground.document).leaf(f"{ROAD}/money_2")
    assert leaf is not None and leaf["x-compute"] == {"fn": "sum", "of": f"{ROWS}/*/money_1"}
    spec = {**leaf["x-compute"], "where": {"choice_1": "option_1"}}
    drawing.do(
        op="set", at=[*form_in(drawing.ground.document).address(f"{ROAD}/money_2"), "x-compute"], value=spec
    )
    return drawing


RICH = rich().ground.document


def on(document: Mapping[str, Any]) -> Drawing:
    drawing = Drawing()
    drawing.ground = Ground(document, SHIPPED.with_([document]), METAS)
    return drawing


def own(document: Mapping[str, Any]) -> list[str]:
    form = form_in(document)
    return [p for p in form.everything() if "$ref" not in (form.leaf(p) or {"$ref": ""})]


def strings(node: Any) -> Iterator[str]:
    """Yield every string and every key of a document."""
    if isinstance(node, str):
        yield node
    for each in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        yield from strings(each)
    yield from node if isinstance(node, dict) else ()


def moved(place: str, old: str, new: str) -> str:
    """Give a place in the answers (rows by number) after a field's code was changed."""
    parts, was, now = tokens(place), tokens(old), tokens(new)
    same = len(parts) >= len(was) and all(w in ("*", p) for p, w in zip(parts, was, strict=False))
    parts[len(was) - 1 : len(was)] = now[-1:] if same else parts[len(was) - 1 : len(was)]
    return "/" + "/".join(parts)


def renamed(answers: Any, path: list[str], new: str) -> Any:
    """Give answers in which the key at a path is called otherwise."""
    if path[0] == "*":
        return [renamed(row, path[1:], new) for row in answers] if isinstance(answers, list) else answers
    if not isinstance(answers, dict) or path[0] not in answers:
        return answers
    if len(path) == 1:
        return {new if key == path[0] else key: value for key, value in answers.items()}
    return {**answers, path[0]: renamed(answers[path[0]], path[1:], new)}


def told(state: FormState, move: Any = lambda place: place) -> Any:
    """Tell what matters of a state, places moved."""
    return (
        sorted(map(move, state.visible)),
        sorted(map(move, state.required)),
        sorted((move(error.pointer), error.code) for error in state.errors),
    )


@st.composite
def answered(draw: st.DrawFn, drawing: Drawing) -> dict[str, Any]:
    """Draw answers to some of the form, sensible or not."""
    answers: dict[str, Any] = {}
    for pointer, field in drawing.composed().fields.items():
        if not draw(st.booleans()):
            continue
        values: list[Any] = [FIELD_TYPES[field.type].example(field), "?"]
        if field.type == "yes_no":
            values = [True, False]
        elif field.type == "choice":
            values = [each["value"] for each in field.options]
        elif pointer == ROWS or field.type == "group":
            row = st.fixed_dictionaries(
                {},
                optional={
                    "choice_1": st.sampled_from(["option_1", "option_2"]),
                    "money_1": st.just(3),
                    "text_1": st.just("a"),
                },
            )
            values = [draw(st.lists(row, max_size=2))]
        node = answers
        for name in tokens(pointer)[:-1]:
            node = node.setdefault(name, {})
        node[tokens(pointer)[-1]] = draw(st.sampled_from(values))
    return answers


documents = st.sampled_from([RICH, RICH, RICH, *(SHIPPED.get("matter", code) for code in MATTERS)])


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_renamed_code_leaves_nothing_of_the_old_and_the_form_works_as_before(data: st.DataObject) -> None:
    document = data.draw(documents)
    pointer = data.draw(st.sampled_from(own(document)))
    before = on(document)
    drawing = on(document)
    # `do` asserts the inverse, byte for byte, and both sentences
    drawing.do(op="rename_field", field=pointer, value="quite_new")
    new = pointer.rpartition("/")[0] + "/quite_new"
    found = drawing.ground.document
    assert meta_findings(found, METAS["matter"], meta_registry(METAS)) == meta_findings(
        document, METAS["matter"], meta_registry(METAS)
    )
    assert [p.replace("quite_new", tokens(pointer)[-1]) for p in form_in(found).everything()] == list(
        form_in(document).everything()
    )
    scope = "#/" + "/".join(schema_tokens(pointer))
    assert not [
        s for s in strings(found) if s in (pointer, scope) or s.startswith((pointer + "/", scope + "/"))
    ]
    assert not [s for s in strings(found) if pointer in s.removeprefix("required:").split(" ")]
    # a code that stands once in a form is nowhere any more
    code = tokens(pointer)[-1]
    if sum(tokens(p)[-1] == code for p in form_in(document).everything()) == 1:
        assert code not in set(strings(found["form"]))
    answers = data.draw(answered(before))
    old_state, new_state = (
        before.state(answers),
        drawing.state(renamed(answers, tokens(pointer), "quite_new")),
    )
    assert told(new_state) == told(old_state, lambda place: moved(place, pointer, new))
    assert new_state.answers == renamed(old_state.answers, tokens(pointer), "quite_new")
    # and back by its own operation
    drawing.do(op="rename_field", field=new, value=code)
    assert canonical(drawing.ground.document) == canonical(document)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_renamed_value_is_compared_as_the_old_one_was(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from([RICH, SHIPPED.get("matter", "drainage-permit")]))
    form = form_in(document)
    choices = [p for p in own(document) if "choice" in str((form.leaf(p) or {}).get("x-type"))]
    pointer = data.draw(st.sampled_from(choices))
    options = (form.leaf(pointer) or {})["x-options"]
    old = data.draw(st.sampled_from([each["value"] for each in options]))
    before, drawing = on(document), on(document)
    drawing.do(op="rename_option", field=pointer, option=old, value="brand-new")
    leaf = form_in(drawing.ground.document).leaf(pointer) or {}
    assert [each["value"] for each in leaf["x-options"]] == [
        "brand-new" if each["value"] == old else each["value"] for each in options
    ]
    assert old not in set(strings({k: v for k, v in leaf.items() if k != "x-title"}))
    path = tokens(pointer)

    def swapped(node: Any, rest: list[str]) -> Any:
        if not rest:
            return (
                [swapped(each, []) for each in node]
                if isinstance(node, list)
                else "brand-new"
                if node == old
                else node
            )
        if isinstance(node, list):
            return [swapped(row, rest[1:]) for row in node]
        if not isinstance(node, dict) or rest[0] not in node:
            return node
        return {**node, rest[0]: swapped(node[rest[0]], rest[1:])}

    answers = data.draw(answered(before))
    old_state, new_state = before.state(answers), drawing.state(swapped(answers, path))
    assert told(new_state) == told(old_state)
    assert new_state.answers == swapped(old_state.answers, path)


def test_what_hangs_on_a_field_follows_everywhere() -> None:
    drawing = on(RICH)
    drawing.do(op="rename_field", field=f"{ROAD}/choice_2", value="way")
    drawing.do(op="rename_option", field=f"{ROAD}/way", option="option_1", value="fenced")
    drawing.do(op="rename_field", field=f"{ROWS}/*/choice_1", value="kind")
    drawing.do(op="rename_option", field=f"{ROWS}/*/kind", option="option_1", value="pipe")
    drawing.do(op="rename_field", field=f"{ROWS}/*/money_1", value="cost")
    drawing.do(op="rename_field", field=ROWS, value="works")
    drawing.do(op="rename_field", field=f"{ROAD}/money_1", value="deposit")
    form = drawing.form
    assert form.items(f"{ROAD}/works") == [f"{ROAD}/works/*/{n}" for n in ("kind", "text_1", "cost")]
    shown, _ = form.shown_when(f"{ROAD}/deposit")
    assert [(t.field, t.value) for t in shown.tests][1] == (f"{ROAD}/way", "fenced")
    required = form.required_when(f"{ROAD}/multiple_choice_1")
    assert [(t.field, t.value) for t in required.tests] == [(f"{ROAD}/way", "fenced")]
    in_row, readable = form.shown_when(f"{ROAD}/works/*/text_1")
    assert readable and [(t.field, t.value) for t in in_row.tests] == [("/kind", "pipe")]
    assert form.required_when(f"{ROAD}/works/*/cost") is not None
    spec = drawing.leaf(f"{ROAD}/money_2")["x-compute"]
    assert spec == {"fn": "sum", "of": f"{ROAD}/works/*/cost", "where": {"kind": "pipe"}}
    assert not drawing.findings()
    # the field that was shown by conditions written by hand in another shape: not, dependentRequired
    leaf = form.address(f"{ROAD}/way")[:-2]
    drawing.do(op="set", at=[*leaf, "dependentRequired"], value={"way": ["deposit"]})
    drawing.do(
        op="set", at=[*leaf, "not"], value={"properties": {"way": {"enum": ["fenced"]}}, "required": ["digs"]}
    )
    drawing.do(op="rename_field", field=f"{ROAD}/way", value="manner")
    drawing.do(op="rename_field", field=f"{ROAD}/digs", value="opens")
    node = drawing.ground.document["form"]["schema"]["properties"]["road_occupation"]
    assert node["dependentRequired"] == {"manner": ["deposit"]}
    assert node["not"] == {"properties": {"manner": {"enum": ["fenced"]}}, "required": ["opens"]}


def test_the_same_document_names_it_by_its_place_outside_the_form_too() -> None:
    drawing = on(
        {**RICH, "probe": {f"{ROAD}/choice_2": "option_2", "list": [f"{ROAD}/choice_2", f"{ROAD}/choice_20"]}}
    )
    change = carry_out(
        Ground(drawing.ground.document, drawing.ground.library),
        {"op": "rename_field", "field": f"{ROAD}/choice_2", "value": "way"},
    )
    assert change is not None
    assert change.document["probe"] == {
        f"{ROAD}/way": "option_2",
        "list": [f"{ROAD}/way", f"{ROAD}/choice_20"],
    }
    change = carry_out(
        Ground(change.document, drawing.ground.library),
        {"op": "rename_option", "field": f"{ROAD}/way", "option": "option_2", "value": "piled"},
    )
    assert change is not None and change.document["probe"][f"{ROAD}/way"] == "piled"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "wrong-code"),
        ("Digs", "wrong-code"),
        ("9digs", "wrong-code"),
        ("挖掘", "wrong-code"),
        ("a/b", "wrong-code"),
        ("digs ", None),
        ("a" * 61, "wrong-code"),
        ("properties", "reserved-code"),
        ("restoration", "code-taken"),
    ],
)
def test_a_code_that_will_not_do_is_refused_and_nothing_changed(value: str, code: str | None) -> None:
    desk = Desk(Ground(SHIPPED.get("matter", "road-occupation"), SHIPPED, METAS), view={"tab": "form"})
    name = name_of({"op": "rename_field", "field": f"{ROAD}/digs"})
    new, entries = after(desk, [(name, value)])
    assert not entries and new.document is desk.document
    assert [problem.code for _, problem in new.problems.values()] == ([code] if code else [])
    for _, problem in new.problems.values():
        assert problem.message["zh"] != problem.message["en"] and problem.remedy["zh"] != problem.remedy["en"]


def test_an_elements_place_and_elements_themselves_are_not_taken() -> None:
    drawing = Drawing()
    leaf = {"x-type": "text", "x-title": {"zh": "甲", "en": "A"}, "type": "string"}
    drawing.do(op="set", at=["form", "schema", "properties", "project", "properties", "nickname"], value=leaf)
    for refused, code in (
        ({"op": "rename_field", "field": "/project/nickname", "value": "floor_area"}, "reserved-code"),
        ({"op": "rename_field", "field": "/project/name", "value": "title"}, "element-named"),
        ({"op": "rename_field", "field": "/project/missing", "value": "title"}, "misplaced"),
        ({"op": "rename_option", "field": f"{ROAD}/digs", "option": "true", "value": "yes"}, "misplaced"),
    ):
        with pytest.raises(Refused) as error:
            carry_out(drawing.ground, refused)
        assert error.value.problems[0].code == code


@pytest.mark.parametrize(
    ("value", "code"), [("", "wrong-value"), ("全幅", "wrong-value"), ("option_2", "value-taken")]
)
def test_a_value_that_will_not_do_is_refused(value: str, code: str) -> None:
    with pytest.raises(Refused) as error:
        carry_out(
            on(RICH).ground,
            {"op": "rename_option", "field": f"{ROAD}/choice_2", "option": "option_1", "value": value},
        )
    assert error.value.problems[0].code == code


def test_somebody_elses_work_on_the_field_is_a_conflict_that_names_it_and_work_beside_it_is_not() -> None:
    base = SHIPPED.get("matter", "road-occupation")
    ground = Ground(base, SHIPPED, METAS)
    mine = carry_out(ground, {"op": "rename_field", "field": f"{ROAD}/digs", "value": "opens"})
    at = ["form", "schema", *schema_tokens(f"{ROAD}/digs"), "x-title"]
    theirs = carry_out(ground, {"op": "say", "at": at, "lang": "zh", "value": "是否开挖"})
    beside = carry_out(ground, {"op": "add_field", "type": "text", "section": "占道"})
    assert mine is not None and theirs is not None and beside is not None
    there = Ground(theirs.document, SHIPPED, METAS)
    merged = merge(there, [Entry.of(theirs)], [Entry.of(mine)])
    assert merged.document == theirs.document and not merged.entries
    assert [p.code for p in merged.conflicts] == ["edited-twice"]
    assert "是否开挖" in merged.conflicts[0].message["zh"] and "opens" in merged.conflicts[0].message["en"]
    merged = merge(Ground(beside.document, SHIPPED, METAS), [Entry.of(beside)], [Entry.of(mine)])
    assert not merged.conflicts and len(merged.entries) == 1
    form = form_in(merged.document)
    assert form.leaf(f"{ROAD}/opens") and form.leaf(f"{ROAD}/text_1") and not form.leaf(f"{ROAD}/digs")


def test_other_definitions_that_name_the_place_are_listed_with_links() -> None:
    document = SHIPPED.get("matter", "road-occupation")
    assert naming(SHIPPED, document, f"{ROAD}/digs") == [("bundle", "construction-start")]
    assert naming(SHIPPED, document, f"{ROAD}/dig") == []
    desk = Desk(Ground(document, SHIPPED, METAS), view={"tab": "form", "select": f"{ROAD}/digs"}, lang="en")
    shown = frame(desk).html()
    assert "/designer/bundle/construction-start" in shown and "Field code" in shown
    element = Desk(desk.ground, view={"tab": "form", "select": "/project/name"}, lang="en")
    assert "Field code" not in frame(element).html()


def test_options_and_code_applied_together_are_each_a_step_that_undo_takes_back() -> None:
    desk = Desk(Ground(RICH, SHIPPED.with_([RICH]), METAS))
    place = f"{ROAD}/choice_2"
    events: list[tuple[str, Any]] = [
        (name_of({"op": "rename_option", "field": place, "option": "option_1"}), "fenced"),
        (name_of({"op": "rename_option", "field": place, "option": "option_2"}), "option_2"),
        (name_of({"op": "rename_field", "field": place}), "way"),
    ]
    desk, entries = after(desk, events)
    assert len(entries) == 2 and not desk.problems and desk.view["select"] == f"{ROAD}/way"
    desk, _ = after(desk, [("do", name_of({"op": "undo"})), ("do", name_of({"op": "undo"}))])
    assert canonical(desk.document) == canonical(RICH)
    back, _ = apply(apply(RICH, entries[0].edits)[0], entries[0].inverse)
    assert canonical(back) == canonical(RICH)


def test_a_situation_question_of_a_bundle_is_renamed_like_a_matters_field() -> None:
    drawing = Drawing("bundle", "construction-start")
    drawing.do(op="add_field", type="choice")
    drawing.do(op="rename_option", field="/situation/choice_1", option="option_1", value="urgent")
    drawing.do(op="rename_field", field="/situation/choice_1", value="how_soon")
    assert drawing.leaf("/situation/how_soon")["enum"] == ["urgent", "option_2"]
    assert "/situation/how_soon" in drawing.form.order and "/situation/choice_1" not in drawing.form.order
