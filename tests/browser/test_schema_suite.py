"""The official JSON Schema tests, run in CPython and in the browser's Python: the same, test by test."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from yijianshi.server.asset_files import Assets

from .chromium import ROOT, Core, StaticServer

SUITE = ROOT / "tests" / "data" / "json-schema-test-suite"
DEVIATIONS = SUITE.parent / "json-schema-deviations.json"
"""Where jsonschema is known to differ from the official expectation: file → list of "group / test"."""


@cache
def groups(folder: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Every group of tests with the file it is in."""
    place = SUITE / "tests" / "draft2020-12"
    return tuple(
        (path.relative_to(place).as_posix(), group)
        for path in sorted((place / folder).glob("*.json"))
        for group in json.loads(path.read_text("utf-8"))
    )


@cache
def corpus(folder: str) -> str:
    """The corpus of a folder as the worker takes it; formats are only asserted for the format tests."""
    remotes = SUITE / "remotes"
    return json.dumps(
        {
            "formats": folder == "optional/format",
            "groups": [group for _, group in groups(folder)],
            "remotes": {
                f"http://localhost:1234/{path.relative_to(remotes).as_posix()}": json.loads(
                    path.read_text("utf-8")
                )
                for path in sorted(remotes.rglob("*.json"))
            },
        }
    )


@cache
def in_cpython(folder: str) -> Any:
    """What the worker's own program says of a folder when CPython runs it."""
    spec = importlib.util.spec_from_file_location("browser_form", Path(ROOT / "ui" / "pyscript" / "form.py"))
    assert spec is not None and spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return json.loads(program.run_corpus(corpus(folder)))


def deviations(folder: str, verdicts: Any) -> dict[str, list[str]]:
    """The tests whose verdict is not the one the suite expects."""
    found: dict[str, list[str]] = {}
    for (file, group), said in zip(groups(folder), verdicts, strict=True):
        for test, verdict in zip(group["tests"], said, strict=True):
            if verdict is not test["valid"]:
                found.setdefault(file, []).append(f"{group['description']} / {test['description']}")
    return found


def test_every_required_test_is_as_expected_in_cpython() -> None:
    assert sum(len(group["tests"]) for _, group in groups(".")) > 1200
    assert deviations(".", in_cpython(".")) == json.loads(DEVIATIONS.read_text("utf-8"))["required"]


def test_optional_tests_deviate_only_where_known() -> None:
    found = {**deviations("optional", in_cpython("optional")), **deviations("optional/format", in_cpython("optional/format"))}  # fmt: skip
    assert found == json.loads(DEVIATIONS.read_text("utf-8"))["optional"]


def test_the_browser_says_the_same_test_by_test(
    page: Page, plain_server: StaticServer, assets: Assets
) -> None:
    page.goto(plain_server.html("/", "<main><h1>核心</h1></main>"))
    core = Core(page, assets.url("core.js"))
    for folder in (".", "optional", "optional/format"):
        assert core.call("run_corpus", corpus(folder)) == in_cpython(folder), folder
