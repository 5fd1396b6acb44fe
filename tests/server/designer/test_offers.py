"""Test cases suggested for a draft: through the API, by plain posts, stopped, and refused where nothing can be sought."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from yijianshi.core.designer.desk import PRESSED
from yijianshi.core.rules import parse, run_cases
from yijianshi.server.context import Platform
from yijianshi.server.designer.starts import start

from tests.server.shell.conftest import Client, anyone, app, bearing, clock, platform, sign_in

__all__ = ["anyone", "app", "bearing", "clock", "platform"]

PERMIT = "construction-permit.scope"


def begun(platform: Platform, code: str, cases: bool = False, **changes: Any) -> str:
    """Begin a ruleset with the rules of a shipped one."""
    shipped = platform.registry.versions("ruleset", PERMIT)[-1].document
    out = {*(() if cases else ("tests",)), *(("order",) if "rules" in changes else ())}
    left = {key: value for key, value in shipped.items() if key not in out}
    platform.designer.create({**left, "code": code, **changes}, "admin")
    return code


def api(code: str, tail: str = "suggestions") -> str:
    return f"/api/v1/designer/definitions/ruleset/{code}/{tail}"


def done(asks: Any, address: str) -> dict[str, Any]:
    """Ask until it is found."""
    until = time.monotonic() + 120
    while (told := asks.get(address).json())["status"] == "running":
        assert time.monotonic() < until
        assert told["said"]["zh"] and told["said"]["en"] and told["reached"] <= told["goals"]
    return dict(told)


@pytest.fixture
def admin(bearing: Any) -> Any:
    return bearing("admin")


def test_what_is_suggested_through_the_api_is_accepted_there(platform: Platform, admin: Any) -> None:
    code = begun(platform, "offers.api")
    told = done(admin, api(code))
    assert told["status"] == "done" and told["proven"] and told["least"] == len(told["cases"]) == 3
    assert told["never"] == [] and told["unsettled"] == []
    assert len(told["apart"]) == 3
    operations = [{"op": "accept_cases", "cases": [each["case"] for each in told["cases"][:1]]}]
    answer = admin.post(api(code, "operations"), json={"revision": 1, "operations": operations}).json()
    assert answer["entries"] == 1 and answer["refused"] == []
    assert answer["changes"][-1]["en"].startswith("Suggested test case accepted: ")
    # what is left is as few as it can be, without what the first reaches
    rest = done(admin, api(code))
    assert rest["proven"] and len(rest["cases"]) == 2 and len(rest["known"]) == 1
    # under the name of the state before, what was found then is told again
    assert done(admin, api(code) + f"?asked={told['asked']}")["cases"] == told["cases"]
    operations = [{"op": "accept_cases", "cases": [each["case"] for each in rest["cases"]]}]
    admin.post(api(code, "operations"), json={"revision": answer["revision"], "operations": operations})
    nothing = done(admin, api(code))
    assert nothing["cases"] == [] and nothing["proven"]
    draft = platform.registry.draft("ruleset", code)
    assert draft is not None
    report = run_cases(parse(draft.document), draft.document["tests"])
    assert (report.cases, report.failures, report.coverage) == (3, (), 1.0)


def test_what_the_drafts_own_cases_reach_is_left_out(platform: Platform, admin: Any) -> None:
    code = begun(platform, "offers.own", cases=True)
    told = done(admin, api(code))
    assert len(told["known"]) == 6
    assert told["proven"] and len(told["cases"]) < 3


def test_goals_that_no_case_reaches_are_told(platform: Platform, admin: Any, anyone: Client) -> None:
    shipped = platform.registry.versions("ruleset", PERMIT)[-1].document
    never = {
        **shipped["rules"]["permit_needed"],
        "title": {"zh": "两难", "en": "neither"},
        "all": [{"m": {"$and": [{"$gt": {"floor_area": 5}}, {"$lt": {"floor_area": 4}}]}}],
    }
    code = begun(platform, "offers.never", rules={**shipped["rules"], "never": never})
    told = done(admin, api(code))
    assert {"zh": "“两难”成立", "en": "neither: met"} in told["never"]
    sign_in(anyone, "admin")
    page = anyone.get(f"/designer/ruleset/{code}?tab=cases&suggest={told['asked']}").text
    assert "任何用例都达不到的目标" in page and "“两难”成立" in page
    published = anyone.get(f"/rulesets/{code}/draft/cases").text
    assert "任何用例都达不到" in published and "“两难”成立" in published


def test_broken_rules_and_other_definitions_are_refused(
    platform: Platform, admin: Any, anyone: Client
) -> None:
    shipped = platform.registry.versions("ruleset", PERMIT)[-1].document
    rule = {**shipped["rules"]["no_permit"], "all": [{"m": {"$gt": {"nobody": 1}}}]}
    code = begun(platform, "offers.broken", rules={"broken": rule})
    answer = admin.get(api(code))
    assert answer.status_code == 422 and answer.json()["problems"]
    assert admin.get("/api/v1/designer/definitions/matter/construction-permit/suggestions").status_code == 404
    assert admin.get(api("nobody")).status_code == 404
    sign_in(anyone, "admin")
    page = anyone.get(f"/designer/ruleset/{code}?tab=cases&suggest=x")
    assert page.status_code == 200 and "规则还有错误" in page.text


def test_rules_that_are_not_there_yet_have_nothing_to_suggest(
    platform: Platform, admin: Any, anyone: Client
) -> None:
    platform.designer.create(start("ruleset", "offers.none", "空"), "admin")
    told = done(admin, api("offers.none"))
    assert told["cases"] == [] and told["proven"]
    sign_in(anyone, "admin")
    page = anyone.get(f"/designer/ruleset/offers.none?tab=cases&suggest={told['asked']}").text
    assert "还没有规则，没有可建议的用例" in page


def test_a_search_is_stopped_and_can_be_asked_for_again(platform: Platform, admin: Any) -> None:
    code = begun(platform, "offers.stopped")
    assert admin.post(api(code, "suggestions/cancel")).json() == {"stopped": False}
    with platform.provers.patient.turn:
        # another analysis has its turn: the search waits
        assert admin.get(api(code)).json()["status"] == "running"
        assert admin.post(api(code, "suggestions/cancel")).json() == {"stopped": True}
        assert admin.post(api(code, "suggestions/cancel")).json() == {"stopped": False}
    assert done(admin, api(code))["proven"]
    assert admin.post(api(code, "suggestions/cancel")).json() == {"stopped": False}


def test_a_changed_draft_stops_the_search_for_what_it_was(platform: Platform, admin: Any) -> None:
    code = begun(platform, "offers.changed")
    with platform.provers.patient.turn:
        before = admin.get(api(code)).json()
        assert before["status"] == "running"
        drop = {"revision": 1, "operations": [{"op": "drop_rule", "rule": "no_permit"}]}
        assert admin.post(api(code, "operations"), json=drop).status_code == 200
        assert admin.get(api(code)).json()["status"] == "running"
    told = done(admin, api(code))
    assert all("no_permit" not in json.dumps(each["case"]["expect"]) for each in told["cases"])


def test_whoever_may_not_edit_is_suggested_nothing(platform: Platform, bearing: Any) -> None:
    code = begun(platform, "offers.permission")
    for name in ("auditor", "applicant"):
        program = bearing(name)
        assert program.get(api(code)).status_code == 403
        assert program.post(api(code, "suggestions/cancel")).status_code == 403


def test_by_plain_posts(platform: Platform, anyone: Client) -> None:
    code = begun(platform, "offers.posts")
    token = sign_in(anyone, "admin")
    path = f"/designer/ruleset/{code}"
    page = anyone.get(f"{path}?tab=cases").text
    asked = page.partition('name="view:suggest" value="')[2].partition('"')[0]
    assert asked
    typed = {"_csrf_token": token, "_revision": "1", "_view": '{"tab": "cases"}'}
    with platform.provers.patient.turn:
        page = anyone.post(path, data={**typed, "view:suggest": asked}).text
        assert "正在等待开始" in page and "查看进度" in page
        typed["_view"] = json.dumps({"tab": "cases", "suggest": asked})
        stopped = anyone.post(f"{path}/suggestions/cancel", data=typed)
        assert stopped.status_code == 200 and "suggest=" not in str(stopped.url)
        assert "建议的测试用例" not in stopped.text
    until = time.monotonic() + 120
    while "已证明是最少的" not in (page := anyone.post(path, data={**typed, "view:suggest": asked}).text):
        assert time.monotonic() < until
    buttons = [part.partition('"')[0] for part in page.split('name="do" value="')[1:]]
    accept = [each.replace("&quot;", '"') for each in buttons if "accept_cases" in each]
    assert len(accept) == 4, "all of them, and each of three"
    page = anyone.post(path, data={**typed, PRESSED: accept[-1]}).text
    assert "全部接受（2）" in page and "已证明是最少的" in page
    draft = platform.registry.draft("ruleset", code)
    assert draft is not None and len(draft.document["tests"]["cases"]) == 1
    typed["_revision"] = str(draft.revision)
    page = anyone.post(path, data={**typed, PRESSED: accept[0]}).text
    assert "没有更多建议" in page and "通过 3 个，未通过 0 个" in page
    page = anyone.post(
        path, data={**typed, "_revision": str(draft.revision + 1), PRESSED: '{"op": "undo"}'}
    ).text
    assert "全部接受（2）" in page
