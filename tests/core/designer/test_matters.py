"""The matter's tabs: the standard's fields, what practice checks, materials, limits on the calendar, the preview."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from yijianshi.core.checks import Source, check
from yijianshi.core.checks.practice import check_practice
from yijianshi.core.checks.whole import Part
from yijianshi.core.definitions.canonical import canonical
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import PRESSED, Desk, World, after
from yijianshi.core.designer.edits import apply
from yijianshi.core.designer.frame import frame
from yijianshi.core.designer.operations import Ground, Refused, carry_out
from yijianshi.core.designer.panels import PANELS
from yijianshi.core.designer.panels.matter_about import GROUPS, WORDS
from yijianshi.core.designer.parts import patches
from yijianshi.server.context import shipped_calendar
from yijianshi.server.designer.pages import read_post
from yijianshi.server.files import meta_schemas, shipped_library

SHIPPED = shipped_library()
METAS = meta_schemas()
WORLD = World(date(2026, 9, 23), shipped_calendar())
STANDARD = METAS["matter"]["properties"]["standard"]["properties"]


def matter(**changed: Any) -> dict[str, Any]:
    """The shipped road permit, changed."""
    return {**SHIPPED.get("matter", "road-occupation"), **changed}


def desk(document: dict[str, Any] | None = None, lang: Any = "zh", **view: str) -> Desk:
    document = document or matter()
    ground = Ground(document, SHIPPED.with_([document]), METAS)
    return Desk(ground, view=view, lang=lang, world=WORLD)


def shown(at: Desk) -> str:
    return frame(at).html()


# the standard's fields


def test_every_field_of_the_standard_is_asked_once_with_title_and_description_in_both_languages() -> None:
    asked = [place[1] for _, places in GROUPS for place in places if place[0] == "standard"]
    elsewhere = {"faq", "result_sample", "special_procedures", "steps", "step_days"}
    assert sorted([*asked, *elsewhere]) == sorted(STANDARD)
    for schema in STANDARD.values():
        assert " / " in schema["title"] and " / " in schema["description"]
        assert set(schema.get("enum", schema.get("items", {}).get("enum", ()))) <= set(WORDS)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tab", ["about", "form", "materials", "limits", "json"])
@pytest.mark.parametrize("code", [str(each["code"]) for each in SHIPPED.all("matter")][::4])
def test_every_tab_shows_in_both_languages_and_its_controls_change_nothing_by_themselves(
    code: str, tab: str, lang: str
) -> None:
    at = desk(dict(SHIPPED.get("matter", code)), lang, tab=tab, select="section:x")
    html = shown(at)
    assert html.count("<h1") == 1
    ids = [part.partition('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))
    unchanged(at)


def unchanged(at: Desk) -> None:
    """What a page without script posts when nothing was typed changes nothing."""
    view, events = read_post([("_view", json.dumps(dict(at.view))), *posted(shown(at))])
    after_, entries = after(at, events)
    assert entries == [] and not after_.problems
    assert view == dict(at.view) or set(view) - set(at.view) <= {
        "find",
        "material",
        "accepted",
        "paused",
        "try",
    }


@pytest.mark.parametrize(
    "select", ["/road_occupation/restoration", "/road_occupation/digs", "/site/road_area", "section:占道"]
)
def test_the_properties_change_nothing_by_themselves(select: str) -> None:
    unchanged(desk(tab="form", select=select))


def test_the_properties_of_made_fields_change_nothing_by_themselves() -> None:
    at = desk(tab="form")
    group = "/road_occupation/group_1"
    for operation in (
        {"op": "add_field", "type": "choice"},
        {"op": "add_field", "type": "group"},
        {"op": "add_field", "type": "money", "group": group},
        {"op": "add_field", "type": "yes_no", "group": group},
        {"op": "condition", "field": f"{group}/*/money_1", "which": "show", "part": "add"},
        {"op": "add_field", "type": "money"},
        {"op": "compute", "field": "/road_occupation/money_1", "part": "fn", "value": "sum"},
        {"op": "add_field", "type": "integer"},
        {"op": "require", "field": "/road_occupation/integer_1", "value": "when"},
        {"op": "condition", "field": "/road_occupation/integer_1", "which": "require", "part": "add"},
        {"op": "name_part", "section": "占道", "lang": "en", "value": "Road"},
    ):
        at, entries = after(at, [(PRESSED, name_of(operation))])
        assert entries, operation
    places = ["choice_1", "group_1", "group_1/*", "group_1/*/money_1", "money_1", "integer_1"]
    for place in (*(f"/road_occupation/{place}" for place in places), "section:section-1"):
        at, _ = after(at, [("view:select", place)])
        assert "dz-side" in shown(at)
        unchanged(at)


class _Posting(HTMLParser):
    """Collect what a browser would post of a page's controls."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select" and "disabled" not in given:
            self._select = name
            self._first = True
        elif tag == "option" and self._select:
            if self._first:
                self.pairs.append((self._select, value))
                self._first = False
            elif "selected" in given:
                self.pairs[-1] = (self._select, value)
        elif tag == "textarea":
            self._area = name
        elif tag == "input" and name and "disabled" not in given:
            kept = given.get("type") not in ("checkbox", "radio") or "checked" in given
            self.pairs += [(name, value)] if kept else []

    def handle_data(self, data: str) -> None:
        if self._area:
            self.pairs.append((self._area, data.removeprefix("\n")))
            self._area = ""


def posted(html: str) -> list[tuple[str, str]]:
    """Give what a browser would post of a page."""
    parser = _Posting()
    parser.feed(html)
    return parser.pairs


def test_the_standards_fields_are_filled_in_and_taken_back() -> None:
    at = desk(tab="about")
    for place, kind, value in (
        (["standard", "visits"], "integer", "1"),
        (["standard", "charged"], "yes_no", "true"),
        (["standard", "online_depth"], "text", "whole"),
        (["standard", "person_topics"], "lines", "准营准办\n城市管理"),
    ):
        at, entries = after(at, [(name_of({"op": "fill", "at": place, "as": kind}), value)])
        assert entries and not at.problems
    assert at.document["standard"]["person_topics"] == ["准营准办", "城市管理"]
    insert = {"op": "insert", "at": ["standard", "faq"], "value": question("question-1"), "before": None}
    at, entries = after(at, [(PRESSED, name_of(insert))])
    assert entries and "question-1" in str(at.document["standard"]["faq"])
    back, _ = apply(at.document, entries[0].inverse)
    assert "faq" not in back["standard"]


def question(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "question": {"zh": "多久", "en": "How long"},
        "answer": {"zh": "当日", "en": "One day"},
    }


# what practice checks


def found(**standard: Any) -> set[str]:
    return {problem.code for problem in check_practice(Part(matter(standard=standard)))}


TASK = "113713220042000000" + "4" + "000117001000"


@pytest.mark.parametrize(
    ("standard", "code"),
    [
        ({"project_type": "promised"}, "type-and-promise-differ"),
        ({"visits": 1}, "visits-without-reason"),
        ({"visits": 0, "visit_reason": {"zh": "验原件", "en": "originals"}}, "reason-without-visits"),
        ({"visits": 0, "online": False}, "no-way-without-visit"),
        (
            {"visits": 1, "visit_reason": {"zh": "甲", "en": "a"}, "online_depth": "whole"},
            "whole-online-with-visits",
        ),
        ({"charged": True, "fee_name": "占道费"}, "fee-not-told"),
        ({"charged": False, "pays_online": True}, "payment-without-fee"),
        ({"consult_phone": "0539-1", "complaint_phone": "0539-1"}, "same-telephone"),
        ({"service_objects": ["enterprise"], "person_topics": ["出行"]}, "topic-for-nobody"),
        ({"service_objects": ["person"], "enterprise_topics": ["建设"]}, "topic-for-nobody"),
        ({"catalog_code": "123"}, "code-length"),
        ({"task_code": TASK, "catalog_code": "999999999999"}, "codes-differ"),
        ({"task_code": TASK.replace("4000117", "3000117")}, "level-differs"),
        ({"task_code": TASK}, "no-questions"),
        ({"task_code": TASK, "faq": [question("q")]}, "steps-missing"),
        ({"task_code": TASK}, "no-sample"),
    ],
)
def test_what_practice_finds_is_a_warning(standard: dict[str, Any], code: str) -> None:
    problems = [p for p in check_practice(Part(matter(standard=standard))) if p.code == code]
    assert problems and all(problem.severity == "warning" for problem in problems)
    assert all(problem.message["zh"] != problem.message["en"] for problem in problems)


def test_a_whole_entry_of_the_list_is_found_nothing_wrong_with() -> None:
    whole = {
        "project_type": "immediate",
        "service_objects": ["enterprise"],
        "catalog_code": "000117001000",
        "task_code": TASK,
        "visits": 0,
        "online": True,
        "online_depth": "whole",
        "charged": False,
        "consult_phone": "0539-1",
        "complaint_phone": "12345",
        "faq": [question("q")],
        "steps": ["accept", "examine", "approve", "conclude", "deliver"],
        "result_sample": "YB-001",
    }
    assert found(**whole) == set()
    assert [
        p for p in check([Source("here", matter(standard=whole))], METAS, SHIPPED) if p.severity == "error"
    ] == []


def test_the_name_of_a_result_tells_its_type() -> None:
    result = {"code": "r", "title": {"zh": "占道许可证", "en": "Permit"}, "type": "record"}
    assert [p.code for p in check_practice(Part(matter(results=[result])))] == ["result-type-differs"]


# materials


def test_materials_are_searched_added_moved_and_dropped() -> None:
    at = desk(tab="materials", material="施工")
    code = next(str(m["code"]) for m in SHIPPED.all("material") if "施工" in m["title"]["zh"])
    assert name_of({"op": "use_material", "material": code}).replace('"', "&quot;") in shown(at)
    base = canonical(at.document)
    log = []
    for operation in (
        {"op": "use_material", "material": code},
        {"op": "move_material", "material": code, "by": -1},
        {"op": "drop_material", "material": "road-plan"},
    ):
        at, entries = after(at, [(PRESSED, name_of(operation))])
        assert len(entries) == 1 and entries[0].sentence["zh"] != entries[0].sentence["en"]
        log += entries
    assert [use["material"] for use in at.document["materials"]] == [code]
    document: Any = at.document
    for entry in reversed(log):
        document, _ = apply(document, entry.inverse)
    assert canonical(document) == base
    with pytest.raises(Refused):
        carry_out(at.ground, {"op": "use_material", "material": "nothing-like-it"})


# limits


def test_limits_are_counted_on_the_working_days_of_the_calendar() -> None:
    limit = {"days": 5, "unit": "working"}
    at = desk(matter(promised_limit=limit), tab="limits", accepted="2026-09-23")
    # 25–27 September and 1–7 October are days off, 10 October is worked
    html = shown(at)
    assert "承诺最迟 2026-10-08 办结" in html and "2026-09-30 起预警" in html
    assert "第 3 日" in html and "承诺到期" in html
    later = shown(desk(matter(promised_limit=limit), tab="limits", accepted="2026-09-23", paused="2"))
    assert "承诺最迟 2026-10-10 办结" in later
    early = shown(desk(matter(promised_limit=limit, warn_days=3), tab="limits", accepted="2026-09-23"))
    assert "2026-09-28 起预警（到期前 3 个工作日）" in early
    english = shown(desk(matter(promised_limit=limit), "en", tab="limits", accepted="2026-09-23"))
    assert "By the promise due on 2026-10-08" in english
    beyond = shown(desk(matter(promised_limit=limit), tab="limits", accepted="2031-01-01"))
    assert "请先录入该年的放假通知" in beyond


def test_a_statutory_limit_is_set_where_there_was_none() -> None:
    document = matter()
    del document["statutory_limit"]
    at = desk(document, tab="limits")
    made = {"op": "set", "at": ["statutory_limit"], "value": {"days": 20, "unit": "working"}}
    assert name_of(made).replace('"', "&quot;") in shown(at)
    at, entries = after(at, [(PRESSED, name_of(made))])
    assert entries and "法定最迟" in shown(at)


# the preview


def typed(*pairs: tuple[str, str]) -> str:
    asked = [("_asked", name) for name, _ in pairs]
    return json.dumps([*asked, *pairs], ensure_ascii=False)


def test_what_is_typed_into_the_preview_is_checked_and_never_kept() -> None:
    at = desk(tab="form", side="phone")
    before = canonical(at.document)
    at, entries = after(at, [("view:try", typed(("/person/id_number", "371322199001010000")))])
    assert entries == [] and canonical(at.document) == before
    assert "field-error" in shown(at)
    at, _ = after(at, [("view:try", typed(("/road_occupation/digs", "true")))])
    assert 'name="/road_occupation/restoration"' in shown(at)
    at, _ = after(at, [("view:try", typed(("/road_occupation/digs", "false")))])
    assert 'name="/road_occupation/restoration"' not in shown(at)


def test_one_click_fills_in_a_sample_that_may_be_submitted() -> None:
    at, _ = after(desk(tab="form", side="desktop"), [("view:try", "sample:1")])
    assert "可以提交" in shown(at)
    kept = json.dumps([["_asked", "/project/name"], ["_sample", "1"], ["/project/name", ""]])
    at, _ = after(at, [("view:try", kept)])
    assert "还有 1 处" in shown(at), "what is typed stands upon the sample"


def test_a_bundles_questions_are_previewed_with_the_whole_form() -> None:
    document = dict(SHIPPED.get("bundle", "construction-start"))
    at = Desk(Ground(document, SHIPPED, METAS), view={"tab": "questions", "side": "phone"}, world=WORLD)
    html = shown(at)
    assert 'name="/project/category"' in html
    no = [("_asked", "/situation/occupies_road"), ("/situation/occupies_road", "true")]
    at, _ = after(at, [("view:try", json.dumps(no))])
    assert 'name="/site/road_name"' in shown(at)


# what is sent to the page


def test_moving_a_field_sends_only_names_of_what_stays() -> None:
    old = desk(tab="form", select="/project/name")
    new, _ = after(old, [(PRESSED, name_of({"op": "move_field", "field": "/site/road_area", "by": -1}))])
    sent = list(patches(frame(old), frame(new)))
    assert sum(len(part.html()) for part in sent) < 4000
    assert any("data-keep" in part.html() for part in sent)


# the department


def test_a_known_department_is_picked_with_its_name_and_another_is_written() -> None:
    at = desk(tab="about")
    name = name_of({"op": "decided_by"})
    assert name.replace('"', "&quot;") in shown(at)
    now, entries = after(at, [(name, "tancheng-police")])
    assert (
        now.document["department"]["code"] == "tancheng-police" and now.document["department"]["name"]["zh"]
    )
    assert len(entries) == 1 and all(entries[0].sentence[lang] for lang in ("zh", "en"))
    for nothing in ("nobody", "", matter()["department"]["code"]):
        same, entries = after(at, [(name, nothing)])
        assert same.document == at.document and not entries


@pytest.mark.parametrize("kind", ["element", "material", "matter", "bundle"])
def test_the_english_pages_have_no_chinese_punctuation_of_their_own(kind: str) -> None:
    shown_in_english = set()
    for document in SHIPPED.all(kind)[:3]:
        found = tuple(check([Source("here", document)], METAS, SHIPPED))
        for panel in PANELS[kind]:
            html = frame(replace(desk(dict(document), "en", tab=panel.name), findings=found)).html()
            html = re.sub(r"<textarea.*?</textarea>", "", html, flags=re.DOTALL)
            shown_in_english |= set(re.findall(r">([^<]+)<", html))
    # what a document says in Chinese it says on an English page, too; joined to English it is ours
    assert not [
        each
        for each in shown_in_english
        if re.search("[：，（）；、。]", each) and not re.search("[\u4e00-\u9fff]", each)
    ]
