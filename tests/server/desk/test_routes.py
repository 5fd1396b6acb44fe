"""The desk's pages and API."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

from yijianshi.server.files import root

from tests.server.cases.samples import (
    ADMINISTRATOR,
    APPLICANT,
    AUDITOR,
    HOUSING,
    ID_NUMBER,
    UTILITIES,
    WINDOW,
    Office,
)
from tests.server.cases.web import as_, client_of

REFUSAL = {"reasons": "疏散距离不足", "basis": "消防法", "review": "六十日内复议", "lawsuit": "六个月内起诉"}


@pytest.fixture
def web(office: Office) -> Any:
    with client_of(office) as client:
        yield client


def test_the_queue_says_when_it_is_empty_and_shows_only_what_is_theirs(web: Any, office: Office) -> None:
    assert "没有需要办理" in web.get("/desk", **as_(WINDOW)).text
    case = office.submit()
    page = web.get("/desk", **as_(UTILITIES)).text
    assert "用水报装" in page and "施工许可" not in page
    assert "时限内" in page and "剩 5 个工作日" in page
    assert "Nothing to handle" in web.get("/desk?status=granted", **as_(UTILITIES, "en")).text
    lines = web.get("/api/v1/desk?status=received", **as_(HOUSING)).json()["sub_cases"]
    assert {line["number"] for line in lines} == {case.number} and len(lines) == 2
    assert web.get("/desk?status=asleep", **as_(HOUSING)).status_code == 422
    for bad in ("page=0", "page=x", "page=99999999999999999999"):
        assert web.get(f"/desk?{bad}", **as_(HOUSING)).status_code == 400


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_sub_case_is_masked_until_shown_on_purpose(web: Any, office: Office, lang: str) -> None:
    permit = office.sub(office.submit(), "permit")
    page = web.get(f"/desk/{permit}", **as_(HOUSING, lang)).text
    assert ID_NUMBER not in page and "王小明<" not in page
    assert "面积超过标准" in page or "larger than the threshold" in page
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels))
    shown = web.post(f"/desk/{permit}/reveal", **as_(HOUSING, lang)).text
    assert ID_NUMBER in shown and "王小明" in shown
    assert office.kinds()[-2:] == ["case.viewed", "case.revealed"]
    assert ID_NUMBER not in web.get(f"/api/v1/desk/{permit}", **as_(HOUSING)).text
    assert ID_NUMBER in web.post(f"/api/v1/desk/{permit}/reveal", **as_(HOUSING)).text


def test_from_acceptance_to_decision_on_pages(web: Any, office: Office) -> None:
    case = office.submit()
    water = office.sub(case, "water")
    accepted = web.post(f"/desk/{water}/accept", data={"version": "1"}, **as_(WINDOW))
    assert accepted.headers["location"] == f"/desk/{water}?done=accept"
    assert "已办理并记入流水" in web.get(accepted.headers["location"], **as_(WINDOW)).text
    granted = web.post(
        f"/desk/{water}/grant", data={"version": "2", "note": "请到现场开栓"}, **as_(UTILITIES)
    )
    assert granted.status_code == 303
    page = web.get(f"/desk/{water}", **as_(UTILITIES)).text
    assert "请到现场开栓" in page and '<form method="post" action="/desk' not in page
    review = office.sub(case, "review")
    web.post(f"/desk/{review}/accept", data={}, **as_(HOUSING))
    typed = {**REFUSAL, "basis": "", "version": "2"}
    missing = web.post(f"/desk/{review}/refuse", data=typed, **as_(HOUSING))
    assert missing.status_code == 422
    assert (
        "疏散距离不足" in missing.text and "六十日内复议" in missing.text and "aria-invalid" in missing.text
    )
    assert (
        web.post(f"/desk/{review}/refuse", data={**REFUSAL, "version": "2"}, **as_(HOUSING)).status_code
        == 303
    )
    assert "疏散距离不足" in web.get(f"/cases/{case.id}", **as_(APPLICANT)).text


def test_the_remedies_are_the_matters_own_or_the_countys(web: Any, office: Office) -> None:
    case = office.submit()
    county = json.loads((root() / "schemas" / "settings" / "remedies.json").read_text("utf-8"))
    for matter, who, review in (
        ("review", HOUSING, "向县政府复议"),
        ("water", UTILITIES, county["review"]["zh"]),
    ):
        sub = office.sub(case, matter)
        web.post(f"/desk/{sub}/accept", data={}, **as_(who))
        assert f">{review}</textarea>" in web.get(f"/desk/{sub}", **as_(who)).text
        shown = web.get(f"/api/v1/desk/{sub}", **as_(who)).json()
        assert shown["remedies"]["review"]["zh"] == review
        assert shown["remedies"]["lawsuit"]["en"]


def test_a_notice_on_the_page_keeps_what_was_typed(web: Any, office: Office) -> None:
    water = office.sub(office.submit(), "water")
    path = f"/desk/{water}/correction"
    typed = {"version": "1", "rows": "4", "what-0": "水量不符", "target-0": "/water/daily", "what-3": "123"}
    more = web.post(path, data={**typed, "more": "1"}, **as_(WINDOW))
    assert more.status_code == 200 and "what-7" in more.text and "水量不符" in more.text
    no_day = web.post(path, data={**typed, "deadline": ""}, **as_(WINDOW))
    assert no_day.status_code == 422 and "水量不符" in no_day.text
    past = web.post(path, data={**typed, "deadline": "2026-03-02"}, **as_(WINDOW))
    assert past.status_code == 422 and "晚于今天" in past.text
    empty = web.post(path, data={"deadline": "2026-03-13"}, **as_(WINDOW))
    assert empty.status_code == 422
    sent = web.post(path, data={**typed, "deadline": "2026-03-13"}, **as_(WINDOW))
    assert sent.status_code == 303
    items = office.cases.open(UTILITIES, water).sub.open_items
    assert [(i.what, i.target) for i in items] == [("水量不符", "/water/daily"), ("123", "")]
    again = web.get(f"/desk/{water}", **as_(WINDOW)).text
    assert "首次未告知的新内容将记为违规" in again and "repeats-0" in again


def test_a_stale_page_is_told_and_keeps_what_was_typed(web: Any, office: Office) -> None:
    water = office.sub(office.submit(), "water")
    office.cases.accept(WINDOW, water)
    office.cases.grant(UTILITIES, water)
    late = web.post(f"/desk/{water}/refuse", data={**REFUSAL, "version": "2"}, **as_(UTILITIES))
    assert late.status_code == 409 and "已在" in late.text
    api = web.post(f"/api/v1/desk/{water}/grant", json={"version": 2}, **as_(UTILITIES))
    assert (api.status_code, api.json()["code"]) == (409, "changed-meanwhile")


def test_the_api_does_what_the_pages_do(web: Any, office: Office) -> None:
    case = office.submit(agreement=False)
    water = office.sub(case, "water")
    base = f"/api/v1/desk/{water}"

    def call(name: str, body: Any, who: Any = UTILITIES) -> Any:
        answer = web.post(f"{base}/{name}", json=body, **as_(who))
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert call("take-over", {"note": "人工核对"})["status"] == "received"
    asked = call("correction", {"items": [{"what": "水量"}], "deadline": "2026-03-13"}, WINDOW)
    assert asked["open_items"][0]["what"] == "水量"
    body = {"answers": [{"item": asked["open_items"][0]["id"], "text": "20"}]}
    web.post(f"/api/v1/cases/{case.id}/sub-cases/{water}/corrections", json=body, **as_(APPLICANT))
    assert call("accept", {}, WINDOW)["status"] == "accepted"
    assert call("refuse", REFUSAL)["decision"]["basis"] == "消防法"
    bad_day = web.post(f"{base}/correction", json={"items": [], "deadline": "soon"}, **as_(WINDOW))
    assert bad_day.status_code == 400


def test_who_may_come_to_the_desk(web: Any, office: Office) -> None:
    case = office.submit()
    permit = office.sub(case, "permit")
    material = case.materials[0].id
    for account, status in ((APPLICANT, 403), (AUDITOR, 403), (ADMINISTRATOR, 403), (UTILITIES, 404)):
        for path in (f"/desk/{permit}", f"/api/v1/desk/{permit}", f"/desk/{permit}/materials/{material}"):
            assert web.get(path, **as_(account)).status_code == status, (account, path)
        assert web.post(f"/desk/{permit}/accept", data={}, **as_(account)).status_code == status
    assert web.post(f"/desk/{permit}/grant", data={}, **as_(WINDOW)).status_code == 403
    assert web.get(f"/desk/{permit}/materials/{material}", **as_(HOUSING)).content == b"d1/up1"
    assert "case.file-read" in office.kinds()
    assert web.get("/desk").status_code == 401


def test_the_days_of_the_steps_stand_beside_the_clock_while_it_runs(web: Any, office: Office) -> None:
    water = office.sub(office.submit(), "water")
    assert "环节到期" not in web.get(f"/desk/{water}", **as_(UTILITIES)).text
    web.post(f"/desk/{water}/accept", data={"version": "1"}, **as_(WINDOW))
    told = web.get(f"/api/v1/desk/{water}", **as_(UTILITIES)).json()
    assert [step["title"]["zh"] for step in told["steps"]] == ["受理", "审批"]
    assert (told["steps"][0]["due"], told["steps"][1]["due"]) == (told["accepted_on"], told["clock"]["due"])
    page = web.get(f"/desk/{water}", **as_(UTILITIES)).text
    assert "环节到期" in page and f'审批 <time datetime="{told["clock"]["due"]}">' in page
    web.post(f"/desk/{water}/grant", data={"version": "2", "note": "请到现场开栓"}, **as_(UTILITIES))
    assert "环节到期" not in web.get(f"/desk/{water}", **as_(UTILITIES)).text
