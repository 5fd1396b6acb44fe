"""Python in the page: the worker starts under the platform's own headers, and says what CPython says."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from yijianshi.server.asset_files import Assets

from .chromium import Core, StaticServer

SCHEMA = {
    "type": "object",
    "properties": {"floor_area": {"type": "number", "exclusiveMinimum": 0}, "opens_on": {"format": "date"}},
    "required": ["floor_area"],
}


def open_core(page: Page, server: StaticServer, assets: Assets) -> Core:
    page.goto(server.html("/", "<main><h1>核心</h1></main>"))
    return Core(page, assets.url("core.js"))


def test_the_worker_starts_under_the_platforms_policy_and_checks_answers(
    page: Page, plain_server: StaticServer, assets: Assets
) -> None:
    core = open_core(page, plain_server, assets)
    assert core.call("validate", SCHEMA, {"floor_area": 1200.5, "opens_on": "2026-03-01"}) == []
    errors = core.call("validate", SCHEMA, {"floor_area": 0, "opens_on": "2026-02-30"})
    assert [(error["pointer"], error["keyword"]) for error in errors] == [
        ("$.floor_area", "exclusiveMinimum"),
        ("$.opens_on", "format"),
    ]


def test_a_failure_comes_back_as_data(page: Page, plain_server: StaticServer, assets: Assets) -> None:
    core = open_core(page, plain_server, assets)
    assert core.call("validate", "{", {})["error"].startswith("JSONDecodeError")
    assert core.call("validate", json.dumps({"type": "text"}), {})["error"].startswith("UnknownType")
