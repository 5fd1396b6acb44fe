"""Parity of decisions: rulesets made up by Hypothesis, decided in CPython and in Chromium's Pyodide alike."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from playwright.sync_api import Page

from yijianshi.commands.bench.made import ON, SHAPES, suite
from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.server.asset_files import Assets

from tests.browser.chromium import Core, StaticServer
from tests.core.rules.strategies import fact_sets, rulesets

pytestmark = pytest.mark.xdist_group("browser")


def corpus(count: int) -> list[dict[str, Any]]:
    """Every operator, nesting, rows, asserted facts, missing and odd values; the same every time."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(rulesets(), fact_sets())
    def collect(ruleset: dict[str, Any], facts: dict[str, Any]) -> None:
        found.append({"ruleset": ruleset, "facts": facts, "on": ON.isoformat()})

    collect()
    return found


def here(case: dict[str, Any]) -> dict[str, Any]:
    compiled = compile_ruleset(parse(case["ruleset"]), ON)
    facts = case["facts"]
    told = {"verdict": compiled.evaluate(facts).to_json(), "trace": compiled.trace(facts)}
    read: dict[str, Any] = json.loads(json.dumps(told))
    return read


def test_the_browser_decides_as_the_server_does(
    page: Page, plain_server: StaticServer, assets: Assets
) -> None:
    page.goto(plain_server.html("/", "<main><h1>核心</h1></main>"))
    core = Core(page, assets.url("core.js"))
    cases = corpus(80)
    cases += [
        {"ruleset": made.document, "facts": facts, "on": ON.isoformat()}
        for made in (suite(100, shape, 3) for shape in SHAPES)
        for facts in made.cases
    ]
    said = core.call("decide_corpus", cases)
    assert [*map(json.dumps, said)] == [json.dumps(here(case)) for case in cases]
    truths = {truth for each in said for truth in each["verdict"]["rules"].values()}
    assert len(said) > 80 and truths == {"met", "unmet", "unknown"}
