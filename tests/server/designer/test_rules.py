"""Rulesets on the designer's server: their cases come with them and gate publishing, and the analysis is told."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from yijianshi.core.definitions.types import text
from yijianshi.core.designer.desk import PRESSED
from yijianshi.core.designer.frame import frame
from yijianshi.server.context import Platform
from yijianshi.server.designer.starts import start
from yijianshi.server.errors import Refusal
from yijianshi.server.registry.imports import export
from yijianshi.server.registry.reviewing import approve, submit

from tests.server.shell.conftest import Client, anyone, app, clock, platform, sign_in, token_in

__all__ = ["anyone", "app", "clock", "platform"]


def pressed(platform: Platform, code: str, revision: int, *operations: dict[str, Any]) -> Any:
    events = [(PRESSED, json.dumps(each)) for each in operations]
    saved = platform.designer.carry_out("ruleset", code, "admin", revision, events, {}, "zh")
    assert not saved.desk.problems
    return saved


def test_a_shipped_ruleset_brings_its_cases_into_the_draft(platform: Platform) -> None:
    code = "construction-permit.scope"
    opened = platform.designer.opened("ruleset", code)
    assert len(opened.document["tests"]["cases"]) == 6
    saved = pressed(platform, code, 0, {"op": "copy_case", "case": "case_01"})
    draft = platform.registry.draft("ruleset", code)
    assert draft is not None and len(draft.document["tests"]["cases"]) == 7
    assert len(platform.designer.opened("ruleset", code).log) == 1
    saved = pressed(platform, code, saved.revision, {"op": "undo"})
    assert len(saved.desk.document["tests"]["cases"]) == 6


def test_what_the_analysis_finds_is_among_the_findings(platform: Platform, anyone: Client) -> None:
    code = "construction-permit.scope"
    pressed(
        platform,
        code,
        0,
        {"op": "wrap_condition", "rule": "permit_needed", "path": "0", "with": "$and"},
        {"op": "compare_by", "rule": "permit_needed", "path": "0.1", "value": "$lt"},
        {"op": "set_operand", "rule": "permit_needed", "path": "0.1", "value": "1"},
    )
    sign_in(anyone, "admin")
    answer = anyone.get(f"/designer/ruleset/{code}/findings")
    assert answer.status_code == 200
    found = [each for each in answer.json()["findings"] if each["pointer"].startswith("/rules/permit_needed")]
    assert found, answer.json()["findings"]


def test_an_analysis_calls_a_material_as_it_is_called_now(platform: Platform) -> None:
    registry = platform.registry
    document = {
        **start("ruleset", "works.twice", "两次", "Twice"),
        "decides": "materials",
        "facts": {"area": {"from": "/project/floor_area", "type": "decimal"}},
        "rules": {
            outcome: {
                "all": [{"m": {"$gt": {"area": 10}}}],
                "run": {outcome: "site-plan", "reason": text("大", "large"), "basis": "某办法"},
            }
            for outcome in ("require_material", "waive_material")
        },
    }

    def said() -> str:
        found = platform.rulesets.analysed(document, wait=30)
        assert found
        return str([each.message for each in found])

    material = registry.library().get("material", "site-plan")
    assert material["title"]["zh"] in said()
    draft = registry.save_draft({**material, "title": text("总图", "Whole plan")}, "admin", None)
    asked = submit(registry, "material", "site-plan", "admin", draft.revision)
    approve(registry, "material", "site-plan", "admin2", asked.revision)
    assert "总图" in said() and material["title"]["zh"] not in said()


def test_a_workbook_tells_what_is_wrong_in_it_by_its_cells(platform: Platform, anyone: Client) -> None:
    code = "individual-to-enterprise.paths"
    pressed(platform, code, 0, {"op": "add_parameter"})
    sign_in(anyone, "admin")
    book = load_workbook(BytesIO(anyone.get(f"/registry/ruleset/{code}/draft/workbook").content))
    sheet = book["参数"]
    at = {cell.value: cell.column_letter for cell in sheet[2]}
    sheet[f"{at['type']}3"] = "decimel"
    made = BytesIO()
    book.save(made)
    page = anyone.get(f"/designer/ruleset/{code}/workbook").text
    answer = anyone.post(
        f"/designer/ruleset/{code}/workbook",
        data={"_csrf_token": token_in(page)},
        files={"file": ("rules.xlsx", made.getvalue())},
    )
    assert answer.status_code == 200 and f"参数!{at['type']}3" in answer.text
    assert "没有读入任何内容" in answer.text and "规则!" not in answer.text
    assert "读入这些修改" not in answer.text


def test_a_draft_goes_through_a_workbook_though_a_rule_has_no_condition_yet(
    platform: Platform, anyone: Client
) -> None:
    code = "individual-to-enterprise.paths"
    pressed(platform, code, 0, {"op": "add_rule"})
    sign_in(anyone, "admin")
    book = anyone.get(f"/registry/ruleset/{code}/draft/workbook", headers={"accept": "text/html"})
    assert book.status_code == 200
    page = anyone.get(f"/designer/ruleset/{code}/workbook").text

    def sent(content: bytes) -> str:
        answer = anyone.post(
            f"/designer/ruleset/{code}/workbook",
            data={"_csrf_token": token_in(page)},
            files={"file": ("rules.xlsx", content)},
        )
        assert answer.status_code == 200
        return answer.text

    assert "与草稿完全相同" in sent(book.content)
    opened = load_workbook(BytesIO(book.content))
    sheet = opened["规则"]
    keys = {cell.value: cell.column for cell in sheet[4]}
    row = next(row for row in range(5, 20) if sheet.cell(row, keys["code"]).value != "rule_01")
    for column in range(keys["pri"] + 1, keys["outcome"]):
        sheet.cell(row, column).value = None
    made = BytesIO()
    opened.save(made)
    told = sent(made.getvalue())
    assert "规则还没有条件" in told and f"规则!A{row}" in told
    # a row that a clerk adds says no more than he knows, and can be taken in
    sheet.append(["added", "新的条件"])
    sheet.cell(sheet.max_row, keys["outcome"]).value = "转人工办理"
    made = BytesIO()
    opened.save(made)
    told = sent(made.getvalue())
    assert "读入这些修改" in told and "还没有填写" in told
    taken = anyone.post(
        f"/designer/ruleset/{code}/workbook/take",
        data={
            "_csrf_token": token_in(page),
            "revision": re.findall(r'name="revision" value="(\d+)"', told)[0],
            "document": unescape(re.findall(r'name="document" value="([^"]*)"', told)[0]),
        },
        follow_redirects=False,
    )
    assert taken.status_code == 303
    draft = platform.registry.draft("ruleset", code)
    assert draft is not None and draft.document["rules"]["added"]["title"] == text("新的条件", "新的条件")
    # what no draft may be is told of before it is offered
    sheet.cell(sheet.max_row, keys["pri"]).value = -1
    made = BytesIO()
    opened.save(made)
    told = sent(made.getvalue())
    assert "没有读入任何内容" in told and "读入这些修改" not in told and "rules.xlsx 规则!" in told


def test_a_workbook_that_cannot_be_had_tells_of_which_rule_it_is(platform: Platform, anyone: Client) -> None:
    code = "individual-to-enterprise.paths"
    known = platform.registry.library().get("ruleset", code)
    name, rule = next(iter(known["rules"].items()))
    broken = {**known, "rules": {name: {**rule, "pri": -1}}}
    draft = platform.registry.draft("ruleset", code)
    platform.registry.save_draft(broken, "admin", draft.revision if draft else None)
    sign_in(anyone, "admin")
    answer = anyone.get(f"/registry/ruleset/{code}/draft/workbook", headers={"accept": "text/html"})
    assert answer.status_code == 422 and f"规则“{rule['title']['zh']}”：" in answer.text


def test_a_ruleset_made_here_is_published_when_its_cases_reach_every_row(platform: Platform) -> None:
    code = "works.size"
    platform.designer.create(start("ruleset", code, "工程规模"), "admin")
    made = pressed(
        platform,
        code,
        1,
        {"op": "add_fact", "place": "/project/floor_area"},
        {"op": "add_rule", "outcome": "refer"},
        {"op": "set_cell", "rule": "rule_01", "fact": "floor_area", "value": "$gt"},
        {"op": "set_operand", "rule": "rule_01", "path": "", "value": "500"},
    )
    with pytest.raises(Refusal) as refused:
        submit(platform.registry, "ruleset", code, "admin", made.revision)
    assert "no-cases" in {problem.code for problem in refused.value.problems}
    made = pressed(platform, code, made.revision, {"op": "suggest_cases", "on": "2026-11-24"})
    with pytest.raises(Refusal) as unwritten:
        submit(platform.registry, "ruleset", code, "admin", made.revision)
    assert {problem.code for problem in unwritten.value.problems} >= {"to-be-written"}
    outcome = ["rules", "rule_01", "run"]
    made = pressed(
        platform,
        code,
        made.revision,
        {"op": "say", "at": [*outcome, "reason"], "lang": "zh", "value": "面积过大，转人工"},
        {"op": "fill", "at": [*outcome, "basis"], "as": "text", "value": "建筑法 第七条"},
    )
    draft = submit(platform.registry, "ruleset", code, "admin", made.revision)
    approve(platform.registry, "ruleset", code, "admin2", draft.revision)
    version = platform.registry.versions("ruleset", code)[-1]
    cases = version.document["tests"]["cases"]
    assert {rule for case in cases for rule in case["expect"].get("met", ())} == {"rule_01"}
    (exported,) = export(platform.registry, [f"ruleset:{code}"], alone=True)
    assert exported["tests"] == version.document["tests"]


def test_a_row_without_a_case_is_signed_for_with_the_account(platform: Platform) -> None:
    """Whatever name is posted, the server writes whose account it is; another's name is not taken into review."""
    code = "works.signed"
    shipped = platform.registry.versions("ruleset", "construction-permit.scope")[-1].document
    cases = [each for each in shipped["tests"]["cases"] if "no_permit" not in each["expect"].get("met", ())]
    bare = {**shipped, "code": code, "tests": {"cases": cases}}
    draft = platform.registry.save_draft(bare, "admin", None)
    sign = {"op": "sign_unreached", "on": "2026-11-24", "lang": "zh", "value": "本县不单独办理", "by": "王某"}
    made = pressed(platform, code, draft.revision, {**sign, "rule": "no_permit"})
    signed = made.desk.document["tests"]["unreached"]
    assert {each["signed_by"] for each in signed.values()} == {"admin"}
    # posted again as it stands (a page without script posts every field) it is not signed anew
    again = pressed(platform, code, made.revision, {**sign, "rule": "no_permit", "on": "2026-11-25"})
    assert again.entries == 0
    page = platform.designer.desk("ruleset", code, {"tab": "cases"}, "zh", "admin")[0]
    assert "由 admin 签名" in frame(page).html()
    others = {"no_permit": {**signed["no_permit"], "signed_by": "王某"}}
    forged = {**made.desk.document, "tests": {"cases": cases, "unreached": others}}
    draft = platform.registry.save_draft(forged, "admin", again.revision)
    with pytest.raises(Refusal) as refused:
        submit(platform.registry, "ruleset", code, "admin", draft.revision)
    (problem,) = [each for each in refused.value.problems if each.code == "signed-by-another"]
    assert problem.pointer == "/tests/unreached/no_permit/signed_by"
    assert "王某" in problem.message["zh"] and "王某" in problem.message["en"]
    honest = platform.registry.save_draft(made.desk.document, "admin", draft.revision)
    handed_in = submit(platform.registry, "ruleset", code, "admin", honest.revision)
    approve(platform.registry, "ruleset", code, "admin2", handed_in.revision)
    # what is published stays as it was signed, whoever goes on from there
    draft = platform.registry.save_draft({**made.desk.document, "basis": "第二条"}, "clerk", None)
    assert submit(platform.registry, "ruleset", code, "clerk", draft.revision).state == "in_review"


def test_rules_are_tried_and_kept_by_the_server_too(platform: Platform, anyone: Client) -> None:
    code = "tried.scope"
    shipped = platform.registry.versions("ruleset", "construction-permit.scope")[-1].document
    born = platform.designer.create({**shipped, "code": code}, "admin")
    token = sign_in(anyone, "admin")
    path = f"/designer/ruleset/{code}"
    typed = {
        "_csrf_token": token,
        "_revision": str(born.revision),
        "_view": '{"tab": "try"}',
        "_asked": ["/investment", "/floor_area"],
        "/investment": "31",
        "/floor_area": "301",
        "_on": "2026-12-01",
    }
    answer = anyone.post(path, data=typed)
    assert answer.status_code == 200 and "符合 1 条，不符合 1 条，待补充 0 条" in answer.text
    untouched = platform.registry.draft("ruleset", code)
    assert untouched is not None and untouched.document == born.document
    keep = json.dumps({"op": "keep_tried", "on": "2026-11-24"})
    answer = anyone.post(path, data={**typed, PRESSED: keep})
    assert 'id="dz-try-kept"' in answer.text
    draft = platform.registry.draft("ruleset", code)
    assert draft is not None
    case = draft.document["tests"]["cases"][-1]
    assert case["on"] == "2026-12-01"
    assert case["answers"]["project"] == {"investment": 31, "floor_area": 301}
    cleared = anyone.post(path, data={**typed, "_revision": str(draft.revision), "view:try": "[]"})
    assert 'value="301"' not in cleared.text
