"""The bundle composer: its operations on the shipped bundles, and its tabs whatever state a bundle is in."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yijianshi.core.bundles.compose import compose
from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.definitions.library import Library
from yijianshi.core.definitions.types import Problem
from yijianshi.core.designer.composing import clashes, composed, planned
from yijianshi.core.designer.desk import PRESSED, Desk, World, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.log import replay
from yijianshi.core.designer.operations import Done, Ground, Refused, carry_out
from yijianshi.core.designer.panels import PANELS
from yijianshi.core.designer.panels.bundle_preview import CASES
from yijianshi.core.designer.panels.preview import tried
from yijianshi.core.forms.situations import situations
from yijianshi.core.forms.state import form_state
from yijianshi.server.context import shipped_calendar
from yijianshi.server.designer.starts import start
from yijianshi.server.files import meta_schemas, shipped_library

LIBRARY = shipped_library()
METAS = meta_schemas()
WORLD = World(date(2026, 11, 24), shipped_calendar())
BUNDLES = [str(bundle["code"]) for bundle in LIBRARY.all("bundle")]
MATTERS = [str(matter["code"]) for matter in LIBRARY.all("matter")]
TABS = [panel.name for panel in PANELS["bundle"]]


def ground(document: Any) -> Ground:
    return Ground(document, LIBRARY.with_([document]), METAS)


def desk(document: Any, tab: str = "about", **settings_: str) -> Desk:
    return Desk(ground(document), view={"tab": tab, **settings_}, world=WORLD)


def shipped(code: str) -> Any:
    return LIBRARY.get("bundle", code)


def carried(document: Any, operation: dict[str, Any]) -> Done:
    done = carry_out(ground(document), operation)
    assert done is not None
    return done


def refused(document: Any, operation: dict[str, Any]) -> str:
    with pytest.raises(Refused) as caught:
        carry_out(ground(document), operation)
    return caught.value.problems[0].code


CONVERSION = "individual-to-enterprise"
OPERATIONS: list[dict[str, Any]] = [
    {"op": "add_matter", "matter": "water-connection"},
    {"op": "remove_matter", "matter": "conversion-registration"},
    {"op": "move_matter", "matter": "housing-fund", "before": "seal-making"},
    {"op": "move_matter", "matter": "housing-fund", "before": None},
    {"op": "select_matter", "matter": "tax-change", "value": "by_choice"},
    {"op": "wait_for", "matter": "housing-fund", "value": ["social-insurance"]},
    {"op": "wait_for", "matter": "housing-fund", "value": []},
    {"op": "lead_by", "value": "tancheng-police"},
    {"op": "materials_before", "value": "营业执照 | Business licence\n身份证\n"},
    {"op": "use_ruleset", "value": "construction-start.situations"},
    {"op": "drop_ruleset", "ruleset": "individual-to-enterprise.materials"},
    {
        "op": "take_leaf",
        "pointer": "/situation/path",
        "schema": {"$ref": "urn:yijianshi:element:company.name"},
    },
    {"op": "add_section"},
    {"op": "add_section", "code": "other", "title": {"zh": "其他", "en": "Other"}, "fields": ["/a/b"]},
    {"op": "remove_section", "section": "company"},
    {"op": "move_section", "section": "person", "before": "household"},
    {"op": "place_field", "field": "/person/phone", "value": "company"},
    {
        "op": "place_field",
        "field": "/person/phone",
        "section": "person",
        "before": "/person/name",
        "shown": ["/x/y"],
    },
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["op"])
def test_every_operation_is_told_in_both_languages_and_taken_back_by_its_inverse(
    operation: dict[str, Any],
) -> None:
    document = shipped(CONVERSION)
    done = carried(document, operation)
    assert canonical(done.document) != canonical(document)
    assert done.step.sentence["zh"].strip() and done.step.sentence["en"].strip()
    assert done.step.sentence["zh"] != done.step.sentence["en"]
    assert canonical(apply(done.document, done.inverse)[0]) == canonical(document)


def test_a_matter_taken_out_is_waited_for_no_longer_and_one_undo_brings_all_back() -> None:
    document = shipped(CONVERSION)
    operation = {"op": "remove_matter", "matter": "conversion-registration"}
    now, entries = after(desk(document), [(PRESSED, json.dumps(operation))])
    waits = {part["matter"]: part.get("after", []) for part in now.document["matters"]}
    assert "conversion-registration" not in waits
    assert all("conversion-registration" not in each for each in waits.values())
    assert len(entries) == 1
    back, _ = after(now, [(PRESSED, '{"op":"undo"}')])
    assert canonical(back.document) == canonical(document)


def test_waiting_in_a_circle_is_refused_with_the_names_in_order() -> None:
    operation = {"op": "wait_for", "matter": "household-cancellation", "value": ["enterprise-establishment"]}
    with pytest.raises(Refused) as caught:
        carry_out(ground(shipped(CONVERSION)), operation)
    (problem,) = caught.value.problems
    assert problem.code == "cycle"
    assert "企业设立登记 → 个体工商户注销登记 → 企业设立登记" in problem.message["zh"]
    assert "→" in problem.message["en"]


def test_what_makes_no_sense_is_refused() -> None:
    document = shipped(CONVERSION)
    assert refused(document, {"op": "add_matter", "matter": "tax-change"}) == "matter-twice"
    assert refused(document, {"op": "add_matter", "matter": "no-such"}) == "no-such-matter"
    assert refused(document, {"op": "wait_for", "matter": "tax-change", "value": ["no-such"]}) == (
        "unknown-predecessor"
    )
    assert refused(document, {"op": "take_leaf", "pointer": "/no/such", "schema": {}}) == "no-such-field"
    assert refused(document, {"op": "select_matter", "matter": "tax-change", "value": "now and then"})
    lonely = {**document, "matters": [{"matter": "tax-change"}]}
    assert refused(lonely, {"op": "remove_matter", "matter": "tax-change"}) == "last-matter"


def test_a_new_bundle_takes_its_first_matter_in_and_gives_it_back_by_undo() -> None:
    document = start("bundle", "new-bundle", "新的一件事")
    now, entries = after(desk(document), [(PRESSED, '{"op":"add_matter","matter":"tax-change"}')])
    assert [part["matter"] for part in now.document["matters"]] == ["tax-change"]
    assert now.problems == {} and len(entries) == 1
    back, _ = after(now, [(PRESSED, '{"op":"undo"}')])
    assert canonical(back.document) == canonical(document)


def test_a_field_moved_among_those_no_section_lists_keeps_the_order_seen() -> None:
    document = {
        **shipped(CONVERSION),
        "sections": [{"code": "a", "title": {"zh": "甲", "en": "A"}, "fields": []}],
    }
    operation = {
        "op": "place_field",
        "field": "/y",
        "section": "a",
        "before": "/x",
        "shown": ["/x", "/z", "/y"],
    }
    done = carried(document, operation)
    assert done.document["sections"][0]["fields"] == ["/y", "/x", "/z"]


# two matters that use one place for different things


def _clashing() -> tuple[Any, Library]:
    def matter(code: str, leaf: dict[str, Any]) -> dict[str, Any]:
        made = start("matter", code, code)
        properties = {"company": {"type": "object", "properties": {"name": leaf}}}
        made["form"]["schema"]["properties"] = properties
        return made

    bundle = start("bundle", "clashing", "有冲突的一件事")
    bundle["matters"] = [{"matter": "first"}, {"matter": "second"}]
    one = matter("first", {"$ref": "urn:yijianshi:element:company.name"})
    other = matter("second", {"type": "integer", "x-type": "integer", "x-title": {"zh": "名", "en": "Name"}})
    return bundle, LIBRARY.with_([one, other, bundle])


def test_a_conflict_is_shown_with_the_ways_to_settle_it_and_settling_composes() -> None:
    bundle, library = _clashing()
    made = Desk(Ground(bundle, library, METAS), view={"tab": "form"}, world=WORLD)
    assert [problem.code for problem in composed(made).problems] == ["place-conflict"]
    (clash,) = clashes(made)
    assert [owner for owner, _ in clash.uses] == ["first", "second"]
    shown = frame(made).html()
    assert shown.count('name="_settle"') == 2
    assert "都改用数据元“" in shown and "都改用自有字段“名”" in shown and "/designer/matter/second" in shown
    settle = {"op": "take_leaf", "pointer": "/company/name", "schema": clash.uses[0][1].schema}
    second = carry_out(Ground(library.get("matter", "second"), library, METAS), settle)
    assert second is not None
    settled = Desk(Ground(bundle, library.with_([second.document]), METAS), view={"tab": "form"}, world=WORLD)
    composition = composed(settled).composition
    assert composition is not None and clashes(settled) == []
    assert composition.fields["/company/name"].used_by == ("first", "second")


# the tabs


def test_the_tabs_of_shipped_bundles_show_every_matter_field_and_material() -> None:
    for code in BUNDLES:
        document = shipped(code)
        composition = compose(LIBRARY, code)
        matters = frame(desk(document, "matters")).html()
        for part in document["matters"]:
            assert f'id="dz-m-{part["matter"]}"' in matters
        form = frame(desk(document, "form")).html()
        assert form.count('class="dz-field-row"') == len(composition.fields)
        materials = frame(desk(document, "materials")).html()
        for material in composition.materials_for(composition.matters):
            assert f'id="dz-mat-m-{material.code}"' in materials and material.why["zh"] in materials
        savings = frame(desk(document, "savings")).html()
        for entry in composition.savings().values():
            assert entry["formula"]["zh"] in savings  # type: ignore[index,call-overload]


def test_the_figures_before_are_asked_for_in_one_place_and_the_other_leads_there() -> None:
    document = shipped("individual-to-enterprise")
    about, savings = (frame(desk(document, tab)).html() for tab in ("about", "savings"))
    asked = "[&quot;baseline&quot;,"
    assert asked not in about and 'id="dz-to-baseline"' in about
    for key in ("materials", "days", "steps", "visits", "basis", "source", "verified", "material_list"):
        if key == "material_list":
            assert savings.count("materials_before") > 0
        else:
            assert f"{asked}&quot;{key}&quot;]" in savings, key


def test_savings_promise_and_plan_follow_an_edit() -> None:
    document = shipped(CONVERSION)
    now, _ = after(
        desk(document, "savings"), [('{"as":"integer","at":["baseline","days"],"op":"fill"}', "50")]
    )
    assert "(50 − 5) ÷ 50 = 90.0%" in frame(now).html()
    now, _ = after(now, [('{"as":"integer","at":["promise","days"],"op":"fill"}', "10")])
    assert (
        f"最迟 {shipped_calendar().add_working_days(WORLD.today, 10).isoformat()} 办结" in frame(now).html()
    )


def test_the_plan_marks_the_critical_path_and_says_the_same_as_a_table() -> None:
    made = desk(shipped("construction-start"), "matters")
    plan = planned(made)
    assert plan is not None
    shown = frame(made).html()
    critical = sum(step.critical for step in plan.steps)
    assert shown.count('class="dz-bar-critical"') == critical > 0
    assert shown.count('class="dz-bar-step"') == len(plan.steps) - critical
    assert plan.days == 0 and "当日办结。" in shown
    longer = desk(shipped("individual-to-enterprise"), "matters")
    days = planned(longer)
    assert days is not None and days.days > 0
    assert f"并联办理 {days.days} 日，逐项办理 {days.days_in_turn} 日" in frame(longer).html()


def test_a_circle_from_elsewhere_is_told_and_nothing_breaks() -> None:
    document = copy.deepcopy(shipped(CONVERSION))
    document["matters"][0]["after"] = ["tax-change"]
    assert "排不出计划" in frame(desk(document, "matters")).html()


def test_the_situations_stand_as_a_decision_table() -> None:
    shown = frame(desk(shipped(CONVERSION), "selection")).html()
    assert "转型方式" in shown and "办理事项" in shown
    assert "直接变更" in shown and "个体工商户注销" in shown
    assert "/designer/ruleset/individual-to-enterprise.situations" in shown
    many = unescape(frame(desk(shipped("construction-start"), "selection")).html())
    # what is handled comes first, parameters are told by their value, never by their code
    assert many.index("办理事项") < many.index("应建防空地下室")
    assert "area_amusement" not in many and ">500 m²<" in many and ">20,000 m²<" in many
    english = frame(replace(desk(shipped("construction-start"), "selection"), lang="en")).html()
    assert ">500 m²<" in english and ">any<" in english


def test_rulesets_not_there_yet_can_be_begun_and_others_be_used() -> None:
    shown = frame(desk(shipped(CONVERSION), "rulesets")).html()
    assert 'id="dz-rs-new-limits"' in shown and 'id="dz-rs-new-routing"' in shown
    assert 'id="dz-rs-new-situations"' not in shown
    assert "construction-start.situations" in shown


def test_what_is_dragged_and_where_to_make_an_operation_together() -> None:
    document = shipped(CONVERSION)
    shown = unescape(frame(desk(document, "matters")).html())
    for part in document["matters"]:
        name = part["matter"]
        assert f'data-drag="{{"matter":"{name}","op":"move_matter"}}" data-item="{name}"' in shown
    assert 'data-drag="{"matter":"water-connection","op":"add_matter"}"' in shown
    assert shown.count('data-drop="{}"') == 1 and shown.count('data-drop=""') == 1
    form = unescape(frame(desk(document, "form")).html())
    assert 'data-drag="{"field":"/person/phone","op":"place_field"}" data-item="/person/phone"' in form
    assert form.count('data-drop="{"section":') == len(document["sections"])
    readonly = frame(replace(desk(document, "matters"), readonly=True)).html()
    assert "data-drag" not in readonly and "data-drop" not in readonly


def test_matters_are_found_by_title_code_and_department_and_those_taken_are_left_out() -> None:
    def offered(words: str) -> list[str]:
        shown = frame(desk(shipped(CONVERSION), "matters", matters=words)).html()
        return [code for code in MATTERS if f'id="dz-offer-{code}"' in shown]

    assert offered("WATER-conn") == ["water-connection"]
    assert offered("供水") == ["water-connection"]
    assert offered("tax-change") == []
    assert offered("no such thing") == []


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_tab_breaks_on_an_unfinished_bundle(tab: str, lang: Any) -> None:
    empty = start("bundle", "new-bundle", "新的一件事")
    gone = {**empty, "matters": [{"matter": "no-such"}], "rulesets": ["no-such.rules"]}
    no_form = {**empty, "matters": [{"matter": "bare"}]}
    bare = {"kind": "matter", "code": "bare", "title": {"zh": "空", "en": "Bare"}}
    half = {"kind": "ruleset", "code": "half", "title": {"zh": "半", "en": "Half"}, "decides": "situations"}
    unready = {**empty, "matters": [{"matter": "tax-change"}], "rulesets": ["half"]}
    for document in (empty, gone, no_form, unready):
        made = desk(document, tab)
        library = made.ground.library.with_([bare, half])
        made = replace(made, lang=lang, ground=replace(made.ground, library=library))
        assert frame(made).html().count('id="designer"') == 1
        if document is unready and tab == "preview":
            assert "规则集“半”尚未完成" in frame(made).html() or lang == "en"


@pytest.mark.parametrize(
    ("pointer", "tab", "code"),
    [
        ("/matters", "form", "place-conflict"),
        ("/matters/2/after", "matters", "probe"),
        ("/sections/0/fields/1", "form", "probe"),
        ("/situations/schema", "questions", "probe"),
        ("/rulesets/0", "rulesets", "probe"),
        ("/promise/days", "about", "probe"),
        ("/baseline/days", "savings", "probe"),
        ("/title/en", "about", "probe"),
        ("", "about", "probe"),
    ],
)
def test_a_finding_leads_to_the_tab_of_its_place(pointer: str, tab: str, code: str) -> None:
    found = Problem(pointer, code, {"zh": "有误", "en": "wrong"}, {"zh": "请改正", "en": "mend it"})
    made = replace(desk(shipped(CONVERSION), "json"), findings=(found,))
    shown = frame(made).html().split('class="dz-findings"')[1]
    assert re.search(rf'href="[^"]*tab={tab}"', shown) and tab in TABS


def test_composing_is_done_once_for_the_same_definitions() -> None:
    one = desk(shipped(CONVERSION), "form")
    first = composed(one)
    assert composed(one.with_document(one.document)) is first
    other, _ = after(one, [(PRESSED, '{"op":"add_section"}')])
    assert composed(other) is not first
    water = dict(LIBRARY.get("matter", "water-connection"))
    assert (
        composed(replace(one, ground=replace(one.ground, library=one.ground.library.with_([water])))) is first
    )
    tax = dict(LIBRARY.get("matter", "tax-change"))
    changed = replace(one, ground=replace(one.ground, library=one.ground.library.with_([tax])))
    assert composed(changed) is not first


# the preview


def test_a_situation_picked_fills_the_form_and_says_what_comes_of_it() -> None:
    made = desk(shipped(CONVERSION), "preview")
    composition = composed(made).composition
    assert composition is not None
    shown = frame(made).html()
    assert 'id="dz-case-0"' in shown and "办理 1 个事项" in shown
    answers = situations(composition, WORLD.today, CASES, 0, WORLD.calendar)[0]
    outcomes = set()
    for number, case in enumerate(answers):
        picked = frame(desk(shipped(CONVERSION), "preview", **{"try": f"sample:0@{number}"})).html()
        state = form_state(composition, case, WORLD.today, WORLD.calendar)
        assert f"办理 {len(state.active)} 个事项" in picked
        assert 'aria-pressed="true"' in picked.split(f'id="dz-case-{number}"')[1][:80]
        for pointer in state.visible:
            assert f'data-pointer="{pointer}"' in picked
        outcomes.add(tuple(state.active))
    assert len(outcomes) > 1


def test_a_sample_keeps_the_situation_and_typing_goes_over_it() -> None:
    made = desk(shipped(CONVERSION), "preview", **{"try": "sample:1@1"})
    composition = composed(made).composition
    assert composition is not None
    cases = situations(composition, WORLD.today, CASES, 0, WORLD.calendar)[0]
    trial = tried(made, composition, cases)
    assert trial.state.answers["situation"].items() >= cases[1]["situation"].items()
    assert len(trial.state.answers) > 1
    typed = json.dumps([["_sample", "1@1"], ["_asked", "/person/phone"], ["/person/phone", "13800000000"]])
    over = tried(desk(shipped(CONVERSION), "preview", **{"try": typed}), composition, cases)
    assert over.answers["person"]["phone"] == "13800000000"
    assert over.answers["situation"] == trial.answers["situation"]
    for odd in ("sample:x@y", "sample:@99", "[1]", "{", '[["_sample","9999999@"]]'):
        assert frame(desk(shipped(CONVERSION), "preview", **{"try": odd})).html()


def test_the_preview_follows_an_edit_and_has_a_width() -> None:
    made = desk(shipped(CONVERSION), "preview", side="phone")
    assert 'class="dz-side dz-phone"' in frame(made).html()
    name = '{"at":["sections","person","title"],"lang":"zh","op":"say"}'
    now, _ = after(made, [(name, "谁来办")])
    assert "<h3" in frame(now).html() and "谁来办" in frame(now).html()


# whatever is done in whatever order

SECTIONS = st.sampled_from(["household", "company", "person", "works", "section-1", "section-5"])
FIELDS = st.sampled_from(["/person/name", "/person/phone", "/company/name", "/project/name"])
CODES = st.sampled_from(MATTERS)


def operations() -> st.SearchStrategy[dict[str, Any]]:
    def made(name: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"op": st.just(name), **parts})

    how = st.sampled_from(["always", "by_rule", "by_choice", "never"])
    before = st.none() | CODES
    leaf = st.sampled_from([{"$ref": "urn:yijianshi:element:person.name"}, {"type": "integer"}])
    return st.one_of(
        made("add_matter", matter=CODES),
        made("remove_matter", matter=CODES),
        made("move_matter", matter=CODES, before=before),
        made("select_matter", matter=CODES, value=how),
        made("wait_for", matter=CODES, value=st.lists(CODES, max_size=3)),
        made("lead_by", value=st.sampled_from(["tancheng-police", "tancheng-approval", "nobody"])),
        made("materials_before", value=st.sampled_from(["", "甲\n乙 | B", " | only English", "x" * 300])),
        made("use_ruleset", value=st.sampled_from(["construction-start.situations", "Not A Code"])),
        made("drop_ruleset", ruleset=st.sampled_from(["construction-start.situations", "none"])),
        made("take_leaf", pointer=FIELDS | st.just("/situation/path"), schema=leaf),
        made("add_section"),
        made("remove_section", section=SECTIONS),
        made("move_section", section=SECTIONS, before=st.none() | SECTIONS),
        made("place_field", field=FIELDS, section=SECTIONS, before=st.none() | FIELDS),
        made("place_field", field=FIELDS, value=SECTIONS, shown=st.lists(FIELDS, unique=True, max_size=3)),
        st.sampled_from([{"op": "undo"}, {"op": "redo"}]),
    )


@settings(max_examples=40)
@given(st.sampled_from(BUNDLES), st.lists(operations(), max_size=12), st.sampled_from(TABS))
def test_any_operations_leave_a_bundle_its_meta_schema_accepts_and_the_log_tells_it_all(
    code: str, done: list[dict[str, Any]], tab: str
) -> None:
    document = shipped(code)
    now, entries = after(desk(document, tab), [(PRESSED, json.dumps(each)) for each in done])
    assert canonical(replay(document, entries)) == canonical(now.document)
    assert meta_findings(now.document, METAS["bundle"], meta_registry(METAS)) == []
    undoing = now
    while undoing.history.undo:
        undoing, _ = after(undoing, [(PRESSED, '{"op":"undo"}')])
    assert canonical(undoing.document) == canonical(document)
    assert frame(now).html()


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_takes_or_is_promised_in_no_days(tab: str, lang: Any) -> None:
    bundle = {**shipped("construction-start"), "promise": {"days": 0, "unit": "working"}}
    same_day = [
        {**LIBRARY.get("matter", part["matter"]), "promised_limit": {"days": 0, "unit": "working"}}
        for part in bundle["matters"]
    ]
    library = LIBRARY.with_([bundle, *same_day])
    for promise in (0, 3):
        document = {**bundle, "promise": {"days": promise, "unit": "working"}}
        at = Desk(
            Ground(document, library.with_([document]), METAS), view={"tab": tab}, world=WORLD, lang=lang
        )
        shown = unescape(frame(at).html())
        assert not re.search(r"(?<![0-9.])0 (日|天|days?)\b", shown)
