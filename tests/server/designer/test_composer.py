"""The bundle composer on the whole platform: conflicts settled in drafts, rulesets begun, the home page."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from yijianshi.core.bundles.compose import compose
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import PRESSED
from yijianshi.server.context import Platform
from yijianshi.server.designer.places import way_back
from yijianshi.server.designer.starts import start

from tests.server.shell.conftest import anyone, app, bearing, clock, platform, sign_in, token_in

__all__ = ["anyone", "app", "bearing", "clock", "platform"]


def _clashing(platform: Platform) -> None:
    if platform.registry.draft("bundle", "clashing") is not None:
        return
    leaves: dict[str, dict[str, Any]] = {
        "first": {"$ref": "urn:yijianshi:element:company.name"},
        "second": {"type": "integer", "x-type": "integer", "x-title": {"zh": "名", "en": "Name"}},
    }
    for code, leaf in leaves.items():
        matter = start("matter", code, code)
        matter["form"]["schema"]["properties"] = {"company": {"type": "object", "properties": {"name": leaf}}}
        platform.designer.create(matter, "admin")
    bundle = start("bundle", "clashing", "有冲突的一件事")
    bundle["matters"] = [{"matter": "first"}, {"matter": "second"}]
    platform.designer.create(bundle, "admin")


def _post(anyone: Any, token: str, path: str, **fields: str) -> Any:
    data = {"_csrf_token": token, "_revision": "1", "_view": '{"tab":"form"}', **fields}
    return anyone.post(path, data=data, follow_redirects=False)


def test_a_conflict_is_settled_in_the_draft_of_the_form_that_gives_way(
    platform: Platform, anyone: Any
) -> None:
    _clashing(platform)
    sign_in(anyone, "admin")
    page = anyone.get("/designer/bundle/clashing?tab=form")
    assert "需要处理的冲突" in page.text and page.text.count('name="_settle"') == 2
    wanted = {
        "pointer": "/company/name",
        "schema": {"$ref": "urn:yijianshi:element:company.name"},
        "owners": ["second"],
    }
    title = name_of({"op": "say", "at": ["title"], "lang": "zh"})
    typed = {title: "新名称", "_settle": json.dumps(wanted)}
    answer = _post(anyone, token_in(page.text), "/designer/bundle/clashing/settle", **typed)
    assert (answer.status_code, answer.headers["location"]) == (303, "/designer/bundle/clashing?tab=form")
    assert "需要处理的冲突" not in anyone.get("/designer/bundle/clashing?tab=form").text
    composition = compose(platform.designer.library(), "clashing")
    assert composition.fields["/company/name"].used_by == ("first", "second")
    # what was typed on the page was kept, and the matter's log tells what was done to it
    assert platform.designer.opened("bundle", "clashing").document["title"]["zh"] == "新名称"
    (entry,) = platform.designer.opened("matter", "second").log
    assert entry.sentence["zh"] == "表单中“名”的写法由“自有字段‘名’”改为“数据元‘拟用企业名称’”"


def test_what_two_matters_ask_for_under_one_title_is_told_and_shared_by_an_element(
    platform: Platform, anyone: Any
) -> None:
    """Two matters made by clerks have fields of their own: the applicant would be asked twice, and nobody was told."""
    for code, kind in (("inn-opening", "text"), ("inn-safety", "long_text")):
        platform.designer.create(start("matter", code, code), "admin")
        opened = platform.designer.opened("matter", code)
        events = [(PRESSED, name_of({"op": "add_field", "type": kind, "section": None}))]
        saved = platform.designer.carry_out("matter", code, "admin", opened.revision, events, {}, "zh")
        place = f"/{code.replace('-', '_')}/{kind}_1"
        at = ["form", "schema", "properties", code.replace("-", "_"), "properties", f"{kind}_1", "x-title"]
        for lang, word in (("zh", "客栈 名称"), ("en", "Name of the inn")):
            name = name_of({"op": "say", "at": at, "lang": lang})
            saved = platform.designer.carry_out(
                "matter", code, "admin", saved.revision, [(name, word)], {}, "zh"
            )
        assert saved.desk.document["form"]["ui"]["elements"][0]["elements"][0]["scope"].endswith(
            f"{kind}_1"
        ), place
    bundle = start("bundle", "inn", "开客栈")
    bundle["matters"] = [{"matter": "inn-opening"}, {"matter": "inn-safety"}]
    platform.designer.create(bundle, "admin")
    sign_in(anyone, "admin")
    page = anyone.get("/designer/bundle/inn?tab=form").text
    assert (
        "可能重复询问的内容" in page
        and "先新建这个数据元" in page
        and "english=" in page
        and "inn-safety?focus=" in page
    )
    element = {**start("element", "inn.name", "客栈名称", "Name of the inn"), "type": "text"}
    platform.designer.create(element, "admin")
    page = anyone.get("/designer/bundle/inn?tab=form").text
    (wanted,) = (unescape(each) for each in re.findall(r'name="_settle" value="([^"]*)"', page))
    answer = _post(anyone, token_in(page), "/designer/bundle/inn/settle", _settle=wanted)
    assert answer.status_code == 303
    composition = compose(platform.designer.library(), "inn")
    assert composition.fields["/inn/name"].used_by == ("inn-opening", "inn-safety")
    assert "可能重复询问的内容" not in anyone.get("/designer/bundle/inn?tab=form").text
    told = platform.designer.opened("matter", "inn-safety").log[-1].sentence["zh"]
    assert told == "“客栈 名称”改为共用数据元“客栈名称”"


def test_the_guiding_questions_give_way_in_the_bundle_itself(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    leaf = {"type": "integer", "x-type": "integer", "x-title": {"zh": "名", "en": "Name"}}
    bundle = {**start("bundle", "asking", "先问"), "matters": [{"matter": "seal-making"}]}
    bundle["situations"]["schema"]["properties"] = {
        "company": {"type": "object", "properties": {"name": leaf}}
    }
    platform.designer.create(bundle, "admin")
    page = anyone.get("/designer/bundle/asking?tab=form").text
    assert "情形引导：自有字段“名”，整数" in page and "/designer/matter/seal-making" in page
    shown = [unescape(each) for each in re.findall(r'name="_settle" value="([^"]*)"', page)]
    wanted = next(each for each in shown if json.loads(each)["owners"] == ["situations"])
    _post(anyone, token_in(page), "/designer/bundle/asking/settle", _settle=wanted)
    composition = compose(platform.designer.library(), "asking")
    assert composition.fields["/company/name"].used_by == ("situations", "seal-making")
    assert platform.registry.draft("matter", "seal-making") is None
    assert len(platform.designer.opened("bundle", "asking").log) == 1


def test_a_form_that_somebody_else_is_at_does_not_give_way(platform: Platform, anyone: Any) -> None:
    _clashing(platform)
    platform.designer.create(start("matter", "held", "有人在改"), "admin2")
    event = (name_of({"op": "fill", "at": ["basis"], "as": "text"}), "甲")
    platform.designer.carry_out("matter", "held", "admin2", 1, [event], {}, "zh")
    before = platform.designer.opened("matter", "held").document
    sign_in(anyone, "admin")
    token = token_in(anyone.get("/designer/bundle/clashing").text)
    wanted = {"pointer": "/company/name", "schema": {}, "owners": ["held"]}
    answer = _post(anyone, token, "/designer/bundle/clashing/settle", _settle=json.dumps(wanted))
    assert answer.status_code == 409
    assert platform.designer.opened("matter", "held").document == before


def test_what_cannot_be_settled_is_refused_and_changes_nothing(platform: Platform, anyone: Any) -> None:
    _clashing(platform)
    sign_in(anyone, "admin")
    token = token_in(anyone.get("/designer/bundle/clashing").text)
    before = platform.designer.opened("matter", "second").log
    gone = {"pointer": "/no/such", "schema": {}, "owners": ["second"]}
    for wanted in ("", "[]", '{"pointer": 1}', json.dumps(gone)):
        answer = _post(anyone, token, "/designer/bundle/clashing/settle", _settle=wanted)
        assert answer.status_code == 422, wanted
    assert platform.designer.opened("matter", "second").log == before


def test_what_the_dictionary_lacks_is_begun_from_the_matter_and_leads_back_to_it(
    platform: Platform, anyone: Any
) -> None:
    sign_in(anyone, "admin")
    platform.designer.create(start("matter", "birth", "出生登记"), "admin")
    for tab, sought, label, kind in (
        ("materials", "material", "新建材料", "material"),
        ("form", "find", "新建数据元", "element"),
    ):
        page = anyone.get("/designer/matter/birth", params={"tab": tab, sought: "接种证"}).text
        found = re.search(rf'href="(/designer\?new=[^"]+)">[^<]*{label}', page)
        assert found, page
        begun = anyone.get(unescape(found[1])).text
        assert f'<option value="{kind}" selected>' in begun and 'value="接种证"' in begun
        assert f'href="/designer/matter/birth?tab={tab}"' in begun and "返回《出生登记》" in begun
        fields = {"kind": kind, "title": "接种证", "back": f"matter/birth/{tab}"}
        answer = _post(anyone, token_in(begun), "/designer/new", **fields)
        assert answer.status_code == 303
        assert f'href="/designer/matter/birth?tab={tab}"' in anyone.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "back", ["matter/none/form", "ghost/tax-change/form", "a/b/c/d", "//", "matter/tax-change"]
)
def test_a_way_back_to_nothing_is_none(platform: Platform, back: str) -> None:
    assert way_back(platform.registry, back, "matters") is None


def test_a_ruleset_of_the_bundle_is_begun_as_a_draft_and_used(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    platform.designer.create(
        {**start("bundle", "fresh", "新的一件事"), "matters": [{"matter": "tax-change"}]}, "admin"
    )
    token = token_in(anyone.get("/designer/bundle/fresh?tab=selection").text)
    answer = _post(anyone, token, "/designer/bundle/fresh/rulesets", _ruleset="situations")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/designer/ruleset/fresh.situations?back=fresh",
    )
    # the way back is in the address: it is there after a reload, and without script
    page = anyone.get(answer.headers["location"]).text
    assert "返回《新的一件事》" in page and 'href="/designer/bundle/fresh?tab=rulesets"' in page
    assert "返回《" not in anyone.get("/designer/ruleset/fresh.situations?back=nothing").text
    draft = platform.registry.draft("ruleset", "fresh.situations")
    assert draft is not None and draft.document["decides"] == "situations"
    assert draft.document["title"]["zh"] == "新的一件事：情形"
    assert platform.designer.opened("bundle", "fresh").document["rulesets"] == ["fresh.situations"]
    assert _post(anyone, token, "/designer/bundle/fresh/rulesets", _ruleset="situations").status_code == 409
    assert _post(anyone, token, "/designer/bundle/fresh/rulesets", _ruleset="everything").status_code == 422


def test_every_tab_of_the_composer_is_served(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    for tab in (
        "about",
        "matters",
        "form",
        "materials",
        "selection",
        "rulesets",
        "savings",
        "preview",
        "json",
    ):
        answer = anyone.get(f"/designer/bundle/individual-to-enterprise?tab={tab}")
        assert answer.status_code == 200 and f'id="dz-panel-{tab}"' in answer.text


def test_the_home_page_shows_bundles_first_with_their_state_and_filters(
    platform: Platform, anyone: Any
) -> None:
    sign_in(anyone, "admin")
    event = (name_of({"op": "fill", "at": ["batch"], "as": "text"}), "2026-1")
    platform.designer.carry_out("bundle", "construction-start", "admin", 0, [event], {}, "zh")
    page = anyone.get("/designer").text
    assert page.index("dz-home-card") < page.index("dz-home-group")
    assert 'dz-state-draft">草稿<' in page and 'dz-state-published">已发布<' in page
    assert "县行政审批服务局" in page and "待核实" in page and "/registry/import" in page
    days = (name_of({"op": "fill", "at": ["promise", "days"], "as": "integer"}), "0")
    platform.designer.carry_out("bundle", "construction-start", "admin", 1, [days], {}, "zh")
    page = anyone.get("/designer").text
    assert "个事项 · 当日办结" in page and "承诺 0 日" not in page
    drafts = anyone.get("/designer?status=draft").text
    assert "/designer/bundle/construction-start" in drafts
    assert "/designer/bundle/individual-to-enterprise" not in drafts
    assert "没有符合条件的定义" in anyone.get("/designer?search=no-such-thing").text
    assert "/designer/matter/tax-change" in anyone.get("/designer?kind=matter&search=tax").text
    prefilled = anyone.get("/designer?new=matter&title=卫生许可&english=Hygiene permit").text
    assert 'value="Hygiene permit"' in prefilled
    assert '<option value="matter" selected>' in prefilled and 'value="卫生许可"' in prefilled


def test_what_is_being_worked_on_stands_first_in_its_group_and_is_counted(
    platform: Platform, anyone: Any
) -> None:
    sign_in(anyone, "admin")
    for code in ("zz-first", "zz-second"):
        if platform.registry.draft("material", code) is None:
            platform.designer.create(start("material", code, code), "admin")
    page = anyone.get("/designer").text
    group = page[page.index("材料（") : page.index("数据元（")]
    drafts = len([item for item in platform.registry.items("material") if item.draft])
    assert f'dz-state-draft">草稿 {drafts}<' in group[: group.index("</summary>")]
    assert group.index("/designer/material/zz-second") < group.index("/designer/material/articles")


def test_a_setting_of_a_plain_post_goes_over_the_one_the_page_had(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    token = token_in(anyone.get("/designer/bundle/individual-to-enterprise").text)
    for settings in (
        {"_view": "{}", "view:matters": "印章"},
        {"view:matters": "印章", "_view": '{"matters":"x"}'},
    ):
        answer = anyone.post(
            "/designer/bundle/individual-to-enterprise",
            data={**settings, "_csrf_token": token, "_revision": "0"},
            follow_redirects=False,
        )
        assert answer.headers["location"].endswith("?matters=%E5%8D%B0%E7%AB%A0")


def test_a_new_definition_without_a_code_is_given_one(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    token = token_in(anyone.get("/designer").text)
    new = {"_csrf_token": token, "kind": "bundle", "title": "开餐馆", "english": "Opening a restaurant"}
    for code in ("opening-restaurant", "opening-restaurant-2"):
        answer = anyone.post("/designer/new", data=new, follow_redirects=False)
        assert answer.headers["location"] == f"/designer/bundle/{code}"
        assert anyone.get(f"/designer/bundle/{code}").status_code == 200
    draft = platform.registry.draft("bundle", "opening-restaurant")
    assert draft is not None and draft.document["title"] == {"zh": "开餐馆", "en": "Opening a restaurant"}


def test_what_is_exported_can_be_imported(platform: Platform, anyone: Any) -> None:
    sign_in(anyone, "admin")
    token = token_in(anyone.get("/designer").text)
    event = (PRESSED, name_of({"op": "move_matter", "matter": "tax-change", "before": "seal-making"}))
    platform.designer.carry_out("bundle", "individual-to-enterprise", "admin", 0, [event], {}, "zh")
    answer = anyone.get("/designer/export?kind=bundle&code=individual-to-enterprise")
    assert "individual-to-enterprise.json" in answer.headers["content-disposition"]
    documents = {(each["kind"], each["code"]): each for each in answer.json()}
    assert (
        documents["bundle", "individual-to-enterprise"]
        == platform.designer.opened("bundle", "individual-to-enterprise").document
    )
    assert ("matter", "tax-change") in documents and ("matter", "fire-design-review") not in documents
    report = anyone.post(
        "/registry/import",
        data={"_csrf_token": token},
        files={"files": ("a.json", answer.content, "application/json")},
    )
    assert "没有发现错误" in report.text
    platform.designer.create(start("bundle", "empty", "空"), "admin")
    assert [each["code"] for each in anyone.get("/designer/export?kind=bundle&code=empty").json()] == [
        "empty"
    ]
    assert len(anyone.get("/designer/export").json()) > len(documents)
