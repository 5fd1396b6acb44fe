"""Definitions change as a whole or not at all, and the auditor sees every version there ever was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from yijianshi.core.checks import Source
from yijianshi.server.context import Platform
from yijianshi.server.files import shipped_library
from yijianshi.server.registry.imports import import_documents

from tests.server.shell.conftest import Program, sign_in

Client = TestClient[Litestar]
LIBRARY = shipped_library()
RULESET, BUNDLE = "construction-start.eligibility", "construction-start"


def _dump(platform: Platform) -> list[str]:
    file = platform.settings.data / "yijianshi.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        return sorted(connection.iterdump())


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "material", "code": "other", "title": {"zh": "另", "en": "other"}, "formats": ["exe"]},
        {**LIBRARY.get("bundle", BUNDLE), "rulesets": ["no.such"]},
        {**LIBRARY.get("matter", "road-occupation"), "promised_limit": {"days": 99, "unit": "working"}},
        LIBRARY.get("material", "site-plan"),
        {"kind": "nothing"},
        7,
    ],
    ids=["type", "reference", "limit", "twice", "kind", "number"],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_an_import_with_an_error_leaves_a_filled_database_as_it_was(
    bearing: Callable[[str], Program], platform: Platform, wrong: Any, dry_run: bool
) -> None:
    program = bearing("admin")
    good = {**LIBRARY.get("material", "site-plan"), "max_count": 7}
    before = _dump(platform)
    assert sum('INSERT INTO "definition_versions"' in line for line in before) > 100
    answer = program.post("/api/v1/registry/imports", json={"documents": [good, wrong], "dry_run": dry_run})
    assert answer.status_code in (200, 400, 422), answer.text
    assert not answer.json().get("applied", False) and answer.json()["problems"]
    assert _dump(platform) == before


def test_the_auditor_sees_every_version_of_every_ruleset_and_bundle(
    anyone: Client, bearing: Callable[[str], Program], platform: Platform
) -> None:
    """Those in force, those before them, and those retired; nobody else sees the room."""
    for number in (2, 3):
        changed = [
            {**LIBRARY.get("ruleset", RULESET), "source": f"edition {number}"},
            {**LIBRARY.get("bundle", BUNDLE), "source": f"edition {number}"},
        ]
        sources = [Source(each["code"], each) for each in changed]
        assert import_documents(platform.registry, sources, "system:test", publish_now=True).applied
    wanted = {
        (each["kind"], each["code"], number)
        for each in LIBRARY
        if each["kind"] in ("ruleset", "bundle")
        for number in ((1, 2, 3) if each["code"] in (RULESET, BUNDLE) else (1,))
    }
    auditor = bearing("auditor")
    listed = auditor.get("/api/v1/audit/versions").json()["versions"]
    assert {(v["kind"], v["code"], v["version"]) for v in listed} == wanted and len(listed) == len(wanted)
    texts = {}
    for kind, code in (("ruleset", RULESET), ("bundle", BUNDLE)):
        for number in (1, 2, 3):
            room = auditor.get(f"/api/v1/audit/versions/{kind}/{code}/{number}").json()
            texts[number] = room["document"]["source"]
            assert bool(room["changes"]) == (number > 1)
        assert texts[2] == "edition 2" and texts[3] == "edition 3" != texts[1]

    sign_in(anyone, "auditor")
    page = anyone.get("/audit/versions").text
    for kind, code, number in wanted:
        address = f"/audit/versions/{kind}/{code}/{number}"
        assert f'"{address}"' in page
    digests = {(v["kind"], v["code"], v["version"]): v["digest"] for v in listed}
    for kind, code in (("ruleset", RULESET), ("bundle", BUNDLE)):
        assert len({digests[kind, code, number] for number in (1, 2, 3)}) == 3
        for number in (1, 2, 3):
            page = anyone.get(f"/audit/versions/{kind}/{code}/{number}").text
            assert digests[kind, code, number] in page
            assert number == 1 or f"edition {number}" in page

    addresses = ("/audit/versions", f"/audit/versions/ruleset/{RULESET}/1")
    for name in ("admin", "applicant", "window", "staff"):
        program = bearing(name)
        for address in addresses:
            assert program.get(address).status_code == 403, (name, address)
            assert program.get("/api/v1" + address).status_code == 403, (name, address)
    anyone.cookies.clear()
    for address in addresses:
        assert anyone.get("/api/v1" + address).status_code == 401
