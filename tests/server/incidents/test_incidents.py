"""Incidents: recorded with the case, read by few, settled once with a note."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.cases.samples import ADMINISTRATOR, APPLICANT, AUDITOR, HOUSING, Office
from tests.server.cases.web import as_, client_of

DETAIL = {"kind": "engines-disagree", "ruleset": "start.rules", "difference": {"rule": "large"}}


@pytest.fixture
def web(office: Office) -> Any:
    with client_of(office) as client:
        yield client


def test_an_incident_is_read_and_settled_with_a_note(web: Any, office: Office) -> None:
    assert "没有异常事件" in web.get("/incidents", **as_(AUDITOR)).text
    case = office.submit(agreement=False, incident=DETAIL)
    listed = web.get("/api/v1/incidents", **as_(ADMINISTRATOR)).json()
    found = listed["incidents"][0]
    assert listed["total"] == 1 and "detail" not in found
    page = f"/incidents/{found['id']}"
    assert case.number in web.get("/incidents?status=open", **as_(AUDITOR, "en")).text
    assert "start.rules" in web.get(page, **as_(AUDITOR)).text
    assert 'name="note"' not in web.get(page, **as_(AUDITOR)).text
    empty = web.post(f"{page}/settle", data={"note": " "}, **as_(ADMINISTRATOR))
    assert empty.status_code == 422 and "请写明核查结论" in empty.text
    assert web.post(f"{page}/settle", data={"note": "核对引擎"}, **as_(AUDITOR)).status_code == 403
    done = web.post(f"{page}/settle", data={"note": "规则引擎类型转换所致"}, **as_(ADMINISTRATOR))
    assert done.status_code == 303
    settled = web.get(f"/api/v1{page}", **as_(AUDITOR)).json()
    assert (settled["status"], settled["note"]) == ("settled", "规则引擎类型转换所致")
    again = web.post(f"/api/v1{page}/settle", json={"note": "x"}, **as_(ADMINISTRATOR))
    assert (again.status_code, again.json()["code"]) == (409, "already-settled")
    assert office.kinds().count("incident.settled") == 1
    assert "incident.viewed" in office.kinds()


def test_incidents_are_not_for_everybody(web: Any, office: Office) -> None:
    incident = office.incidents.raise_incident(DETAIL)
    for account in (APPLICANT, HOUSING):
        assert web.get("/incidents", **as_(account)).status_code == 403
        assert web.get(f"/api/v1/incidents/{incident}", **as_(account)).status_code == 403
    assert web.get("/incidents/nothing", **as_(AUDITOR)).status_code == 404


def test_what_an_incident_holds_is_sealed(office: Office, tmp_path: Any) -> None:
    office.incidents.raise_incident({"kind": "engines-disagree", "facts": {"name": "王小明"}})
    assert all("王小明".encode() not in file.read_bytes() for file in tmp_path.iterdir())
