"""Parity: one corpus of (definition, answers, date) in CPython and in Pyodide, byte for byte."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.definitions.pointer import MISSING, put
from yijianshi.core.forms.fields import FIELD_TYPES
from yijianshi.core.forms.state import form_state
from yijianshi.server.asset_files import Assets
from yijianshi.server.context import shipped_calendar
from yijianshi.server.files import shipped_library

from tests.browser.chromium import Core, StaticServer
from tests.browser.journeys import ANSWERS

pytestmark = pytest.mark.xdist_group("browser")

ODD: list[Any] = [
    "",
    "abc",
    "𠮷野家",
    -1,
    0,
    0.1,
    1e15,
    True,
    None,
    [],
    {},
    ["x"],
    {"from": "2026-02-30"},
    "24:00",
]
DATES = ["2026-11-23", "2024-02-29", "2027-06-30"]


def corpus(composition: Composition, fixed: dict[str, Any], count: int) -> list[tuple[dict[str, Any], str]]:
    """Answers from nothing to complete, right and wrong, odd values among them; the same every time."""
    chance = random.Random(20261123)
    cases: list[tuple[dict[str, Any], str]] = [({}, DATES[0])]
    for number in range(count):
        answers: Any = {}
        for pointer, field in composition.fields.items():
            kind = chance.random()
            if kind < 0.15:
                value = chance.choice(ODD)
            elif kind < 0.15 + 0.8 * number / count:
                value = fixed.get(pointer, FIELD_TYPES[field.type].example(field, number))
            else:
                continue
            if value is not MISSING:
                answers = put(answers, pointer, value)
        cases.append((answers, chance.choice(DATES)))
    return cases


@pytest.mark.parametrize("bundle", sorted(ANSWERS))
def test_the_browser_says_what_the_server_says_byte_for_byte(
    page: Page, plain_server: StaticServer, assets: Assets, bundle: str
) -> None:
    composition = compose(shipped_library(), bundle)
    calendar = shipped_calendar()
    page.goto(plain_server.html("/", "<main><h1>核心</h1></main>"))
    core = Core(page, assets.url("core.js"))
    core.call("form_open", {"package": composition.to_json(), "calendar": calendar.to_json()}, {})
    for answers, on in corpus(composition, ANSWERS[bundle], 40):
        here = form_state(composition, answers, date.fromisoformat(on), calendar).to_bytes().decode()
        assert core.call("form_state_of", answers, on) == here
