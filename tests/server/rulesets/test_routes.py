"""Rulesets to read and to try: every page and its twin in the API, for what is shipped and for drafts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from yijianshi.server.context import Platform
from yijianshi.server.files import read_json, root

from tests.core.rules.strategies import REASON
from tests.server.shell.conftest import Program

API = "/api/v1/rulesets"
TABS = ["", "/table", "/json", "/findings", "/cases", "/try"]
SHIPPED = sorted(path.stem for path in (root() / "rules").glob("*.json") if not path.stem.endswith(".cases"))
DRAFT: dict[str, Any] = {
    "kind": "ruleset",
    "code": "shop.made-up",
    "title": {"zh": "测试规则", "en": "Made up"},
    "decides": "routing",
    "facts": {
        "area": {
            "from": "/shop/area",
            "type": "decimal",
            "unit": "m²",
            "title": {"zh": "面积", "en": "area"},
        },
        "use": {"from": "/shop/use", "type": "choice", "values": ["a", "b"]},
        "open": {"from": "/shop/open", "type": "boolean"},
        "since": {"from": "/shop/since", "type": "date"},
        "tags": {"from": "/shop/tags", "type": "list", "items": "integer"},
        "people": {
            "from": "/shop/people",
            "type": "group",
            "properties": {"age": {"type": "integer", "from": "/years/old"}},
        },
    },
    "parameters": {"limit": {"value": 300, "type": "decimal", "unit": "m²", "basis": "测试法 第二条"}},
    "rules": {
        "small": {
            "all": [{"m": {"$and": [{"$lt": {"area": {"parameter": "limit"}}}, {"use": "a"}]}}],
            "run": {"route": "a", "reason": REASON, "basis": "测试法 第一条"},
        },
        "smallish": {
            "title": {"zh": "较小的", "en": "rather small"},
            "all": [{"m": {"$lte": {"area": 250}}}],
            "run": {"route": "b", "reason": REASON, "basis": "测试法 第一条"},
        },
        "odd": {
            "any": [
                {"m": {"open": True}},
                {"m": {"$iany": {"people": {"$lt": {"$i.age": 18}}}}},
                {"m": {"$iall": {"tags": {"$gt": {"$i": 1}}}}},
            ],
            "run": {"deny": "no", "reason": REASON, "basis": "测试法 第一条"},
        },
    },
}
D = f"{DRAFT['code']}/draft"


@pytest.fixture(scope="module")
def draft(platform: Platform) -> Iterator[None]:
    platform.registry.save_draft(DRAFT, "admin", None)
    yield
    platform.registry.discard_draft("ruleset", DRAFT["code"], "admin", 1)


@pytest.fixture
def auditor(bearing: Callable[[str], Program]) -> Program:
    return bearing("auditor")


def done(program: Program, path: str) -> Any:
    """Ask until the analysis is done."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        told = program.get(path).json()
        if told["status"] == "done":
            return told
    raise AssertionError(f"{path} is still running")


@pytest.mark.parametrize("code", SHIPPED)
def test_every_view_of_what_is_shipped_reads_in_both_languages(auditor: Program, code: str) -> None:
    first = auditor.get(f"/rulesets/{code}", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (303, f"/rulesets/{code}/1")
    document = read_json(root() / "rules" / f"{code}.json")
    for lang in ("zh", "en"):
        for tab in TABS:
            answer = auditor.get(f"/rulesets/{code}/1{tab}", headers={"cookie": f"yijianshi_lang={lang}"})
            assert answer.status_code == 200, (tab, answer.text[:500])
            assert document["title"][lang] in answer.text
            assert "{'zh'" not in answer.text and ">None<" not in answer.text


@pytest.mark.parametrize("code", SHIPPED)
def test_the_api_tells_what_the_pages_tell(auditor: Program, code: str) -> None:
    document = read_json(root() / "rules" / f"{code}.json")
    listed = auditor.get(API, params={"search": code}).json()["rulesets"]
    assert code in [each["code"] for each in listed]
    told = auditor.get(f"{API}/{code}/1").json()
    # its cases came in with it
    cases = read_json(root() / "rules" / f"{code}.cases.json")["cases"]
    assert told["document"] == {**document, "tests": {"cases": cases}}
    assert [rule["name"] for rule in told["rules"]] == list(document["rules"])
    page = auditor.get(f"/rulesets/{code}/1").text
    for rule in told["rules"]:
        assert rule["sentence"]["zh"].startswith("如果") and rule["sentence"]["en"].startswith("If ")
        assert f'id="rule-{rule["name"]}"' in page
        assert all(o["basis"] or o["type"] == "assert" for o in rule["outcomes"])
    assert [row["rule"] for row in told["table"]["rows"]] == list(document["rules"])
    assert all(bool(row["cells"]) != bool(row["tree"]) for row in told["table"]["rows"])
    cases = auditor.get(f"{API}/{code}/1/cases").json()
    assert cases["cases"] and all(case["passed"] for case in cases["cases"])
    assert set(cases["reached"]) == set(document["rules"])


def test_a_parameter_is_shown_with_value_unit_basis_and_whether_it_was_verified(
    auditor: Program, draft: None
) -> None:
    page = auditor.get(f"/rulesets/{D}").text
    assert "测试法 第二条" in page and "待核实" in page and "m²" in page
    (parameter,) = auditor.get(f"{API}/{D}").json()["parameters"]
    assert parameter["values"] == [{"from": None, "value": 300}]


def test_a_fact_that_is_a_parameter_is_shown_as_one_and_never_asked(auditor: Program) -> None:
    code = "construction-permit.scope"
    page = auditor.get(f"/rulesets/{code}/1").text
    assert "取自参数 <code>either_suffices_for_exemption</code>" in page
    assert "有一项不超过限额即可不申请（参数为是，待核实）：否" in page
    assert "<li>是</li>" in page and "True" not in page
    facts = {each["name"]: each for each in auditor.get(f"{API}/{code}/1").json()["facts"]}
    held = facts["either_suffices"]
    assert (held["parameter"], held["from"], held["asserted"]) == (
        "either_suffices_for_exemption",
        None,
        False,
    )
    assert facts["investment"]["parameter"] is None
    form = auditor.get(f"/rulesets/{code}/1/try").text
    assert 'name="/investment"' in form and "/either_suffices" not in form
    given = {"investment": 31, "floor_area": 1}
    both = {"facts": {**given, "either_suffices": False}, "on": "2026-11-23"}
    assert auditor.post(f"{API}/{code}/1/try", json=both).status_code == 422
    told = auditor.post(f"{API}/{code}/1/try", json={"facts": given, "on": "2026-11-23"}).json()
    assert told["engines"] == {"agreed": True, "rulesets": 1}
    assert told["verdict"]["rules"] == {"no_permit": "met", "permit_needed": "unmet"}
    assert "either_suffices" not in told["facts"] and told["asserted"] == {}
    either = told["trace"]["permit_needed"]["parts"][1]["parts"][0]
    assert (either["truth"], either["found"]["zh"]) == ("unmet", "是")
    assert "待核实" in either["sentence"]["zh"]


def test_what_does_not_fit_the_table_is_a_tree_beside_it(auditor: Program, draft: None) -> None:
    rows = {row["rule"]: row for row in auditor.get(f"{API}/{D}").json()["table"]["rows"]}
    assert rows["small"]["cells"]["area"]["zh"] == "小于limit（300 m²，待核实）"
    assert rows["odd"]["cells"] == {} and len(rows["odd"]["tree"]["parts"]) == 3
    page = auditor.get(f"/rulesets/{D}/table").text
    assert "放不进表格的规则" in page and "至少一项满足" in page


def test_the_editions_of_a_regulation_stand_in_their_order(auditor: Program) -> None:
    series = auditor.get(f"{API}/credit-repair.classes-2026/1").json()["series"]
    assert [each["code"] for each in series] == ["credit-repair.classes-2023", "credit-repair.classes-2026"]
    page = auditor.get("/rulesets/credit-repair.classes-2026/1").text
    assert 'href="/rulesets/credit-repair.classes-2023"' in page


def test_a_finding_shows_facts_leads_to_its_row_and_can_be_tried(auditor: Program, draft: None) -> None:
    told = done(auditor, f"{API}/{D}/findings")
    overlap = next(each for each in told["findings"] if each["code"] == "overlap")
    assert overlap["pointer"] == "/rules/smallish" and overlap["facts"]["area"] <= 250
    page = auditor.get(f"/rulesets/{D}/findings").text
    assert f'href="/rulesets/{D}/table#rule-smallish"' in page and "用这组事实试一试" in page
    # places are named by the titles of rules, never by pointers
    assert "查看规则 较小的" in page and overlap["pointer"] not in page and ">overlap" not in page
    tried = auditor.post(f"{API}/{D}/try", json={"facts": overlap["facts"]}).json()
    assert tried["verdict"]["rules"]["small"] == tried["verdict"]["rules"]["smallish"] == "met"


def test_suggested_cases_are_taken_as_a_case_file(auditor: Program, draft: None) -> None:
    told = done(auditor, f"{API}/{D}/suggestions")
    suggestions, smallest = told["suggestions"], told["smallest"]
    assert smallest["proven"] and smallest["at_least"] == smallest["cases"] == len(suggestions)
    assert smallest["said"]["en"] == f"{len(suggestions)} cases: the smallest set (proven)"
    assert suggestions and all(each["missing"] == [] for each in suggestions)
    answer = auditor.get(f"{API}/{D}/case-file", params={"take": [0, 1]})
    assert 'filename="shop.made-up.cases.json"' in answer.headers["content-disposition"]
    taken = answer.json()
    assert taken == {"ruleset": DRAFT["code"], "cases": [each["case"] for each in suggestions[:2]]}
    # answers of a suggestion give its facts again, rows and all
    for each in suggestions:
        again = auditor.post(
            f"{API}/{D}/try", json={"answers": each["case"]["answers"], "on": each["case"]["on"]}
        ).json()
        assert again["facts"] == each["facts"]
    page = auditor.get(f"/rulesets/{D}/cases").text
    assert "这个规则集没有测试用例" in page and 'name="take" value="0"' in page
    assert f"共 {len(suggestions)} 个用例：已证明是最少的" in page


def test_trying_tells_both_engines_every_node_and_what_would_change_it(auditor: Program, draft: None) -> None:
    facts = {"area": 12.5, "use": "a", "open": True, "people": [{"age": 17}, {}], "tags": []}
    told = auditor.post(f"{API}/{D}/try", json={"facts": facts, "on": "2026-11-23"}).json()
    assert told["engines"] == {"agreed": True, "rulesets": 1}
    assert told["verdict"]["rules"] == {"small": "met", "smallish": "met", "odd": "met"}
    first = told["trace"]["odd"]["parts"][0]
    assert (first["truth"], first["found"]["zh"]) == ("met", "是")
    assert told["advice"]["status"] == "none"  # the rows stay as they are
    told = auditor.post(f"{API}/{D}/try", json={"facts": {"open": True, "people": [], "tags": [1]}}).json()
    assert told["advice"]["changes"] == {"open": False}


def test_the_form_takes_every_type_of_fact_and_shows_the_trace(auditor: Program, draft: None) -> None:
    entered = {
        "/area": "１２.５",
        "/use": "a",
        "/open": "true",
        "/since": "2026-01-01",
        "/tags/0": "row",
        "/tags/0/value": "1",
        "/people/0": "row",
        "/people/0/years/old": "17",
    }
    asked = {"_asked": ["/area", "/use", "/open", "/since", "/tags", "/people"]}
    page = auditor.get(f"/rulesets/{D}/try", params={**entered, **asked, "on": "2026-11-23"})
    assert page.status_code == 200
    assert "结论一致" in page.text and 'class="truth truth-met"' in page.text
    assert "没有您自己能作出的改变" in page.text
    assert 'value="17"' in page.text and 'value="12.5"' in page.text
    # a row is added and removed by buttons, without a verdict yet
    more = auditor.get(f"/rulesets/{D}/try", params={**entered, **asked, "_add": "/tags"}).text
    assert 'id="f-tags-1"' in more and "结论一致" not in more
    fewer = auditor.get(f"/rulesets/{D}/try", params={**entered, **asked, "_remove": "/people/0"}).text
    assert 'id="f-people-0"' not in fewer


def test_what_is_no_value_is_told_beside_its_field(auditor: Program, draft: None) -> None:
    page = auditor.get(f"/rulesets/{D}/try", params={"_asked": ["/area"], "/area": "many"})
    assert page.status_code == 422
    assert 'href="#f-area"' in page.text and 'id="f-area-error"' in page.text and "many" in page.text
    answer = auditor.post(f"{API}/{D}/try", json={"facts": {"area": "many", "made_up": 1}})
    assert answer.status_code == 422
    assert [p["pointer"] for p in answer.json()["problems"]] == ["/facts/area", "/facts/made_up"]


@pytest.mark.parametrize(
    "query",
    [
        "facts=[",
        "facts=[]",
        "facts=" + "[" * 3000,
        "on=2026-13-01",
        "on=x&facts={}",
        "facts={%22area%22:%22x%22}",
        "facts={%22use%22:%22\\ud800%22}",
        "facts={%22area%22:1e999}",
        "facts={%22people%22:[7],%22tags%22:[[]]}",
    ],
)
def test_bad_input_is_refused_with_a_page(auditor: Program, draft: None, query: str) -> None:
    answer = auditor.get(f"/rulesets/{D}/try?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_facts_may_come_as_json_in_the_address(auditor: Program, draft: None) -> None:
    given = quote(json.dumps({"area": 299.5, "use": "a", "tags": [3], "people": [{"age": 20}]}))
    page = auditor.get(f"/rulesets/{D}/try?facts={given}").text
    assert "结论一致" in page and 'value="299.5"' in page and 'value="20"' in page


@pytest.mark.parametrize(
    "path", ["/rulesets/no-such", "/rulesets/no-such/1", f"/rulesets/{SHIPPED[0]}/99/table"]
)
def test_what_there_is_not(auditor: Program, path: str) -> None:
    assert auditor.get(path).status_code == 404
    assert auditor.get(f"/api/v1{path}".removesuffix("/table")).status_code == 404


def test_a_draft_that_cannot_be_parsed_is_shown_with_its_problems(
    auditor: Program, platform: Platform
) -> None:
    broken = {"kind": "ruleset", "code": "shop.broken", "decides": ["?"], "rules": {"x": {}}, "title": 7}
    platform.registry.save_draft(broken, "admin", None)
    for tab in TABS:
        page = auditor.get(f"/rulesets/shop.broken/draft{tab}")
        assert page.status_code == 200
        assert tab == "/json" or "还不能作为规则集读取" in page.text
    assert auditor.get("/rulesets").status_code == 200
    answer = auditor.get(f"{API}/shop.broken/draft")
    assert answer.status_code == 422 and answer.json()["problems"]


def test_every_address_is_in_the_openapi_document(anyone: Any) -> None:
    paths = anyone.get("/schema/openapi.json").json()["paths"]
    mine = {path for path in paths if path.startswith(API)}
    one = API + "/{code}/{edition}"
    assert mine == {API, API + "/{code}", one} | {
        f"{one}/{what}" for what in ("findings", "cases", "suggestions", "case-file", "try")
    }


@pytest.mark.parametrize("name", ["applicant", "window", "staff"])
def test_only_administrators_and_auditors_read_them(bearing: Callable[[str], Program], name: str) -> None:
    program = bearing(name)
    assert program.get("/rulesets").status_code == 403
    assert program.get(f"{API}/{SHIPPED[0]}/1").status_code == 403
    assert program.post(f"{API}/{SHIPPED[0]}/1/try", json={}).status_code == 403
    assert bearing("admin").get("/rulesets").status_code == 200


def test_suggestions_find_answers_for_derived_facts_where_that_is_plain(auditor: Program) -> None:
    for code in ("construction-start.eligibility", "credit-repair.classes-2026", "school-entry.order"):
        told = done(auditor, f"{API}/{code}/1/suggestions")
        assert told["suggestions"]
        for each in told["suggestions"]:
            assert each["missing"] == [], each
            again = auditor.post(
                f"{API}/{code}/1/try", json={"answers": each["case"]["answers"], "on": each["case"]["on"]}
            ).json()
            assert {k: again["facts"][k] for k in each["facts"]} == each["facts"]
            assert again["verdict"]["rules"] == {
                rule: truth for truth, rules in each["case"]["expect"].items() for rule in rules
            }


def test_cases_name_rules_by_their_titles(auditor: Program) -> None:
    page = auditor.get("/rulesets/tax-clearance.on-the-spot/1/cases").text
    assert '<span title="route_at_once">即时办结</span>' in page and "<code>route_at_once</code>" not in page


def test_facts_in_an_address_that_the_ruleset_does_not_have_are_told(auditor: Program) -> None:
    given = quote(json.dumps({"months": 3, "<b>": 1}))
    answer = auditor.get(f"/rulesets/credit-repair.classes-2026/1/try?facts={given}")
    assert answer.status_code == 422 and "没有事实“&lt;b&gt;”" in answer.text
    assert "没有事实“months”" not in answer.text
