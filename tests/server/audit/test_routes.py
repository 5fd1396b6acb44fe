"""The auditor's room: versions, cases by version, the journal, and whether it holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from yijianshi.server.registry.service import RegistryService

from tests.server.cases.samples import (
    ADMINISTRATOR,
    APPLICANT,
    AUDITOR,
    HOUSING,
    ID_NUMBER,
    WINDOW,
    Office,
)
from tests.server.cases.web import as_, client_of
from tests.server.registry.samples import all_of

BUNDLE = next(each for each in all_of() if each["kind"] == "bundle")["code"]


@pytest.fixture
def web(office: Office, registry: RegistryService) -> Any:
    with client_of(office, registry) as client:
        yield client


@pytest.fixture
def case(office: Office, registry: RegistryService) -> Any:
    return office.submit(lock=dict(registry.lock(BUNDLE)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_reads_in_both_languages(web: Any, case: Any, lang: str) -> None:
    for path in (
        "/audit",
        "/audit/versions",
        f"/audit/versions/bundle/{BUNDLE}/1",
        "/audit/cases",
        f"/audit/cases/{case.id}",
        "/audit/journal",
        f"/audit/journal?subject=case:{case.id}",
        "/audit/cases?status=closed",
        "/audit/journal?subject=nothing",
    ):
        answer = web.get(path, **as_(AUDITOR, lang))
        assert answer.status_code == 200, (path, answer.text[:500])
        assert "{'zh'" not in answer.text


def test_every_version_says_how_many_cases_it_decided(web: Any, case: Any) -> None:
    versions = web.get("/api/v1/audit/versions", **as_(AUDITOR)).json()["versions"]
    assert [(v["kind"], v["code"], v["version"], v["cases"]) for v in versions] == [("bundle", BUNDLE, 1, 1)]
    room = web.get(f"/api/v1/audit/versions/bundle/{BUNDLE}/1", **as_(AUDITOR)).json()
    assert room["document"]["code"] == BUNDLE and room["changes"] == []
    pinned = web.get(f"/api/v1/audit/cases?version=bundle:{BUNDLE}@1", **as_(AUDITOR)).json()
    assert [each["id"] for each in pinned["cases"]] == [case.id]
    assert web.get(f"/api/v1/audit/cases?version=bundle:{BUNDLE}@2", **as_(AUDITOR)).json()["total"] == 0
    for bad in ("nonsense", "a@b", "@1", "a@99999999999999999999"):
        assert web.get(f"/audit/cases?version={bad}", **as_(AUDITOR)).status_code == 422
    assert web.get(f"/audit/versions/bundle/{BUNDLE}/2", **as_(AUDITOR)).status_code == 404
    assert web.get(f"/audit/versions/element/{BUNDLE}/1", **as_(AUDITOR)).status_code == 404


def test_a_case_shows_its_versions_and_journal_and_nothing_personal(
    web: Any, case: Any, office: Office
) -> None:
    office.cases.accept(WINDOW, office.sub(case, "permit"))
    page = web.get(f"/audit/cases/{case.id}", **as_(AUDITOR)).text
    lock = office.cases.record(case.id).lock
    for expected in (case.number, f"bundle:{BUNDLE}", lock[f"bundle:{BUNDLE}"]["digest"], "case.accepted"):
        assert expected in page
    assert ID_NUMBER not in page and "王小明" not in page
    record = web.get(f"/api/v1/audit/cases/{case.id}", **as_(AUDITOR)).json()
    kinds = [entry["kind"] for entry in record["journal"]]
    assert kinds == ["case.submitted", "case.accepted", "audit.case-read", "audit.case-read"]
    assert record["lock"] == lock
    assert web.get("/audit/cases/nothing", **as_(AUDITOR)).status_code == 404


def test_reading_the_journal_is_journaled_and_pages_follow_one_another(web: Any, case: Any) -> None:
    first = web.get("/api/v1/audit/journal?after=0&limit=2", **as_(AUDITOR)).json()
    assert [entry["seq"] for entry in first["entries"]] == [1, 2]
    second = web.get(f"/api/v1/audit/journal?after={first['next_after']}&limit=2", **as_(AUDITOR)).json()
    assert [entry["seq"] for entry in second["entries"]] == [3, 4]
    last = web.get("/api/v1/audit/journal", **as_(AUDITOR)).json()
    assert last["entries"][-1]["kind"] == "audit.journal-read"
    assert last["entries"][-1]["actor"] == AUDITOR.id
    assert last["next_after"] is None
    of_case = web.get(f"/api/v1/audit/journal?subject=case:{case.id}", **as_(AUDITOR)).json()
    assert [entry["kind"] for entry in of_case["entries"]] == ["case.submitted"]
    for bad in ("after=-1", "after=x", "limit=0", "limit=100000"):
        assert web.get(f"/api/v1/audit/journal?{bad}", **as_(AUDITOR)).status_code == 400


def test_verify_now_says_that_all_is_whole_and_then_where_it_is_not(
    web: Any, case: Any, office: Office, tmp_path: Path
) -> None:
    assert "校验通过" in web.post("/audit/journal/verify", **as_(AUDITOR)).text
    result = web.post("/api/v1/audit/journal/verify", **as_(AUDITOR)).json()
    assert result["whole"] and result["problems"] == []
    assert "audit.verified" in office.kinds()
    with sqlite3.connect(tmp_path / "audit.db") as intruder:
        for (name,) in intruder.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            intruder.execute(f'DROP TRIGGER "{name}"')
        intruder.execute("UPDATE case_events SET body = x'00' WHERE seq = 1")
        intruder.execute("UPDATE journal SET actor = 'nobody' WHERE seq = 3")
    intruder.close()
    result = web.post("/api/v1/audit/journal/verify", **as_(AUDITOR)).json()
    assert not result["whole"]
    places = {(p["file"], p["pointer"], p["code"]) for p in result["problems"]}
    assert ("journal", "/3", "digest-differs") in places
    assert (f"case:{case.number}", "/events/1", "content-differs") in places
    page = web.post("/audit/journal/verify", **as_(AUDITOR, "en")).text
    assert "something was changed" in page and f"case:{case.number}/events/1" in page


def test_the_room_is_the_auditors_alone(web: Any, case: Any) -> None:
    for account in (APPLICANT, HOUSING, WINDOW, ADMINISTRATOR):
        for path in (
            "/audit",
            "/audit/versions",
            "/audit/cases",
            f"/audit/cases/{case.id}",
            "/audit/journal",
        ):
            assert web.get(path, **as_(account)).status_code == 403, (account.role, path)
            assert web.get(f"/api/v1{path}", **as_(account)).status_code == 403, (account.role, path)
        assert web.post("/audit/journal/verify", **as_(account)).status_code == 403
