"""An applicant's pages and API."""

from __future__ import annotations

import itertools
import json
import re
from datetime import date
from typing import Any

import pytest

from yijianshi.server.cases.staff import CorrectionAsk

from tests.core.cases.samples import REMEDIES
from tests.server.cases.samples import APPLICANT, HOUSING, OTHER, UTILITIES, WINDOW, Office
from tests.server.cases.web import as_, client_of

PDF = b"%PDF-1.7 a plan"


@pytest.fixture
def web(office: Office) -> Any:
    with client_of(office) as client:
        yield client


def test_the_list_is_empty_and_says_where_to_begin_then_names_the_case(web: Any, office: Office) -> None:
    assert "还没有办件" in web.get("/cases", **as_(APPLICANT)).text
    case = office.submit()
    assert case.number in web.get("/cases", **as_(APPLICANT)).text
    listed = web.get("/api/v1/cases", **as_(APPLICANT)).json()["cases"]
    assert [each["number"] for each in listed] == [case.number]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_case_at_every_stage_can_be_read_in_both_languages(web: Any, office: Office, lang: str) -> None:
    case, cases = office.submit(), office.cases
    page = f"/cases/{case.id}"

    def read() -> str:
        answer = web.get(page, **as_(APPLICANT, lang))
        assert answer.status_code == 200
        assert "{'zh'" not in answer.text and "Undefined" not in answer.text
        levels = [int(level) for level in re.findall(r"<h([1-6])", answer.text)]
        assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels))
        return str(answer.text)

    assert ("用水报装" if lang == "zh" else "water") in read()
    cases.accept(WINDOW, office.sub(case, "permit"))
    cases.request_correction(WINDOW, office.sub(case, "water"), [CorrectionAsk("请补图")], date(2026, 3, 13))
    assert "请补图" in read() and f"{page}/correct/" in read()
    cases.accept(WINDOW, office.sub(case, "review"))
    cases.refuse(HOUSING, office.sub(case, "review"), "疏散距离不足", "消防法", REMEDIES)
    text = read()
    assert "疏散距离不足" in text and REMEDIES.lawsuit in text and REMEDIES.review in text
    assert ("已终止" if lang == "zh" else "stopped") in text


def test_the_receipt_has_number_time_materials_promises_and_a_qr_code(web: Any, office: Office) -> None:
    case = office.submit()
    page = web.get(f"/cases/{case.id}/receipt", **as_(APPLICANT)).text
    for expected in (
        case.number,
        "2026-03-02 09:30",
        "总平面图",
        "施工许可",
        "受理当日",
        "2026-03-05",
        "2026-03-09",
    ):
        assert expected in page, expected
    svg = re.search(r"<svg[^>]*class=\"segno\".*?</svg>", page, re.DOTALL)
    assert svg and "style" not in svg.group()
    receipt = web.get(f"/api/v1/cases/{case.id}/receipt", **as_(APPLICANT)).json()
    assert (receipt["number"], receipt["notice_by"]) == (case.number, "2026-03-09")
    assert {each["by"] for each in receipt["matters"]} == {"2026-03-03", "2026-03-05"}


def test_cases_of_others_are_not_there(web: Any, office: Office) -> None:
    case = office.submit()
    sub = office.sub(case, "water")
    for path in ("", "/receipt", f"/correct/{sub}", f"/materials/{case.materials[0].id}"):
        assert web.get(f"/cases/{case.id}{path}", **as_(OTHER)).status_code == 404, path
    for path in ("", "/receipt", f"/materials/{case.materials[0].id}"):
        assert web.get(f"/api/v1/cases/{case.id}{path}", **as_(OTHER)).status_code == 404, path
    assert web.post(f"/cases/{case.id}/withdraw", data={}, **as_(OTHER)).status_code == 404
    assert web.get(f"/cases/{case.id}", **as_(HOUSING)).status_code == 403
    assert web.get(f"/api/v1/cases/{case.id}").status_code == 401
    assert office.cases.own(APPLICANT, case.id).status == "submitted"


def test_a_document_is_sent_as_a_download(web: Any, office: Office) -> None:
    case = office.submit()
    answer = web.get(f"/cases/{case.id}/materials/{case.materials[0].id}", **as_(APPLICANT))
    assert answer.content == b"d1/up1"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_corrections_are_answered_by_a_plain_post_and_nothing_typed_is_lost(web: Any, office: Office) -> None:
    case = office.submit()
    water = office.sub(case, "water")
    asks = [CorrectionAsk("水量"), CorrectionAsk("平面图")]
    office.cases.request_correction(WINDOW, water, asks, date(2026, 3, 13))
    first, second = (
        item.id for item in office.cases.own(APPLICANT, case.id).state.by_matter("water").open_items
    )
    page = f"/cases/{case.id}/correct/{water}"
    assert "平面图" in web.get(page, **as_(APPLICANT)).text
    half = {"version": "2", f"text.{first}": "改为 20", f"text.{second}": ""}
    answer = web.post(page, data=half, files=[(f"file.{second}", ("", b""))], **as_(APPLICANT))
    assert answer.status_code == 422
    assert "改为 20" in answer.text and f"error-{second}" in answer.text
    lying = web.post(page, data=half, files=[(f"file.{second}", ("图.png", PDF))], **as_(APPLICANT))
    assert lying.status_code == 415 and "改为 20" in lying.text
    files = [(f"file.{second}", ("图.pdf", PDF)), (f"file.{second}", ("图2.pdf", PDF + b"2"))]
    done = web.post(page, data=half, files=files, **as_(APPLICANT))
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{case.id}")
    view = office.cases.open(UTILITIES, water)
    assert [m.filename for m in view.materials] == ["图.pdf", "图2.pdf"]
    assert view.sub.answers[0].text == "改为 20"
    assert "没有需要补正" in web.get(page, **as_(APPLICANT)).text
    assert web.get(f"/cases/{case.id}/correct/other", **as_(APPLICANT)).status_code == 404


def test_corrections_by_the_api(web: Any, office: Office) -> None:
    case = office.submit()
    water = office.sub(case, "water")
    base = f"/api/v1/cases/{case.id}/sub-cases/{water}"
    early = web.post(f"{base}/files", files={"file": ("图.pdf", PDF)}, **as_(APPLICANT))
    assert (early.status_code, early.json()["code"]) == (409, "no-file-expected")
    office.cases.request_correction(WINDOW, water, [CorrectionAsk("平面图")], date(2026, 3, 13))
    seen = web.get(f"/api/v1/cases/{case.id}", **as_(APPLICANT)).json()
    item = next(s for s in seen["sub_cases"] if s["id"] == water)["open_items"][0]["id"]
    kept = web.post(f"{base}/files", files={"file": ("图.pdf", PDF)}, **as_(APPLICANT))
    assert kept.status_code == 201
    body = {"answers": [{"item": item, "uploads": [kept.json()["id"]]}], "version": 1}
    stale = web.post(f"{base}/corrections", json=body, **as_(APPLICANT))
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    done = web.post(f"{base}/corrections", json={**body, "version": 2}, **as_(APPLICANT))
    assert next(s for s in done.json()["sub_cases"] if s["id"] == water)["status"] == "corrected"
    assert "actor" not in json.dumps(done.json())


def test_withdrawing_by_page_and_by_api(web: Any, office: Office) -> None:
    case = office.submit()
    water = office.sub(case, "water")
    one = web.post(
        f"/cases/{case.id}/withdraw",
        data={"sub_case": water, "reason": "改期", "version": "1"},
        **as_(APPLICANT),
    )
    assert one.status_code == 303
    rest = web.post(f"/api/v1/cases/{case.id}/withdraw", json={}, **as_(APPLICANT))
    assert rest.json()["result"] == "withdrawn"
    again = web.post(f"/api/v1/cases/{case.id}/withdraw", json={}, **as_(APPLICANT))
    assert again.json()["code"] == "already-decided"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"answers": 5}',
        b'{"answers": [{"item": 1}]}',
        b'{"answers": []}',
        b'{"answers": [{"item": "\\ud800"}]}',
    ],
)
def test_a_bad_body_is_a_clear_4xx(web: Any, office: Office, body: bytes) -> None:
    case = office.submit()
    path = f"/api/v1/cases/{case.id}/sub-cases/{office.sub(case, 'water')}/corrections"
    options = as_(APPLICANT)
    options["headers"]["content-type"] = "application/json"
    answer = web.post(path, content=body, **options)
    assert 400 <= answer.status_code < 500 and answer.json()["code"]
