"""What the applicant reads before submitting: the conditions, met, unmet and unknown, each with reason and basis."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from yijianshi.server.context import Platform

from tests.server.shell.conftest import Program

BUNDLE = "construction-start"
ANSWERS = {
    "project": {"category": "building", "floor_area": 30000, "building_use": "stadium"},
    "situation": {"has_spoil": True, "discharges_water": False},
}
WORDS = {"met": "符合", "unmet": "不适用", "unknown": "待补充"}


def test_conditions_are_told_before_submitting_by_page_and_by_api(
    bearing: Callable[[str], Program], platform: Platform
) -> None:
    program = bearing("applicant")
    draft = program.post("/api/v1/drafts", json={"bundle": BUNDLE}).json()
    address = f"/api/v1/drafts/{draft['id']}"
    saved = program.request("PUT", address, json={"answers": ANSWERS, "revision": draft["revision"]})
    assert saved.status_code == 200, saved.text
    told = program.get(address).json()["conditions"]
    assert {each["truth"] for each in told} == {"met", "unmet", "unknown"}
    assert all(each["reason"]["zh"] and each["reason"]["en"] and each["basis"] for each in told)
    page = program.get(f"/apply/{draft['id']}/review").text
    lines = [
        html.unescape(re.sub(r"<[^>]+>", " ", line))
        for line in re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    ]
    for each in told:
        word = WORDS[each["truth"]]
        assert any(
            line.split()[0] == word and each["reason"]["zh"] in line and each["basis"] in line
            for line in lines
            if line.split()
        ), each
