"""Python in the page: the worker starts under the platform's own headers, and says what CPython says."""

from __future__ import annotations

import json
import re
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.forms.page import answers_after, group_pairs, read_post, render_section
from yijianshi.core.forms.state import form_state
from yijianshi.server.asset_files import PREFIX, Assets
from yijianshi.server.assets import build
from yijianshi.server.browser_python import core_files, designer_files
from yijianshi.server.context import shipped_calendar, shipped_regions
from yijianshi.server.files import shipped_library

from .chromium import ROOT, Core, StaticServer, Watcher

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


def test_the_same_input_gives_the_same_assets_and_a_second_build_does_nothing(
    tmp_path: Path, assets: Assets
) -> None:
    for name in ("platform", "schemas", "ui/compile", "ui/node_modules", "ui/pyscript", "ui/static"):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.symlink_to(ROOT / name)
    built = build(tmp_path)
    assert built.fresh
    assert (tmp_path / "ui/dist/manifest.json").read_bytes() == (assets.folder / "manifest.json").read_bytes()
    for asset in built.assets.values():
        packed = Path(f"{asset.path}.gz")
        for path in (Path(asset.path), packed) if (assets.folder / packed).exists() else (Path(asset.path),):
            assert (tmp_path / "ui/dist" / path).read_bytes() == (assets.folder / path).read_bytes()
    again = build(tmp_path)
    assert not again.fresh and again.assets == built.assets


def test_all_of_the_core_is_in_the_archives_and_nothing_of_the_server() -> None:
    core = ROOT / "platform" / "yijianshi" / "core"
    all_of_it = {f"yijianshi/core/{path.relative_to(core).as_posix()}" for path in core.rglob("*.py")}
    of_the_designer = {name for name in all_of_it if name.startswith("yijianshi/core/designer/")}
    assert set(designer_files(ROOT)) == of_the_designer
    ours = {name for name in core_files(ROOT) if name.startswith("yijianshi/")}
    assert ours - {"yijianshi/__init__.py"} == all_of_it - of_the_designer


def test_a_page_is_sent_no_python_that_it_would_have_to_compile(assets: Assets) -> None:
    for name in ("core.zip", "designer.zip", "pyodide/python_stdlib.zip"):
        place = assets.file(assets.url(name).removeprefix(PREFIX))
        assert place is not None
        with zipfile.ZipFile(place) as archive:
            endings = {Path(inner).suffix for inner in archive.namelist()}
        assert ".pyc" in endings and ".py" not in endings


SITUATIONS = "situations"
ON = date(2026, 11, 23)
ANSWERS = {
    "project": {"category": "building", "use": "stadium", "floor_area": 20000.1, "height": 20},
    "situation": {"occupies_road": False, "has_spoil": True},
}


@dataclass
class FormPage:
    """A page of the shipped bundle's form on the plain server, and what was posted from it."""

    address: str
    composition: Composition
    posted: list[dict[str, list[str]]]


@pytest.fixture
def form_page(plain_server: StaticServer, assets: Assets) -> FormPage:
    """The first section of 建设项目开工, in the markup of ui/templates/apply/form.html."""
    composition = compose(shipped_library(), "construction-start")
    fields = next(s["fields"] for s in composition.sections if s["code"] == SITUATIONS)
    posted: list[dict[str, list[str]]] = []

    def section(answers: Any, base: str, touched: list[str]) -> str:
        state = form_state(composition, answers, ON, shipped_calendar())
        html = render_section(state, answers, SITUATIONS, "zh", touched, {"regions": shipped_regions()})
        return f'<input type="hidden" name="_base" value="{base}">{html}'

    def kept(body: str) -> str:
        pairs = parse_qsl(body, keep_blank_values=True)
        posted.append(group_pairs(pairs))
        answers = answers_after(ANSWERS, read_post(composition, fields, pairs))
        return section(answers, f"base-{len(posted)}", posted[-1]["_touched"][0].split(" "))

    package = {"package": composition.to_json(), "calendar": shipped_calendar().to_json()}
    plain_server.page("/package.json", json.dumps(package), "application/json")
    plain_server.posts["/state"] = kept
    texts = " ".join(f'data-{name}="{name}"' for name in ("loading", "ready", "server", "saved", "failed"))
    body = f"""<main><h1 id="page-title">建设项目开工</h1>
      <form id="apply-form" method="post" action="/save" novalidate data-state-url="/state"
        data-package-url="/package.json" data-section="{SITUATIONS}" data-lang="zh" data-on="{ON}"
        hx-ext="morph" hx-post="/state" hx-trigger="server-update" hx-target="#section" hx-swap="morph:innerHTML"
        hx-sync="this:queue last">
        <div id="section">{section(ANSWERS, "base-0", [])}</div>
        <p data-core-status role="status" {texts}></p><button name="_go" value="next">保存并继续</button>
      </form>
      <script type="application/json" id="draft-answers">{json.dumps(ANSWERS)}</script></main>
      <script src="{assets.url("htmx.js")}" defer></script><script src="{assets.url("idiomorph.js")}" defer></script>
      <script type="module" src="{assets.url("form.js")}" data-core="{assets.url("core.js")}"></script>
      <meta name="htmx-config" content='{{"includeIndicatorStyles":false,"allowEval":false}}'>"""
    return FormPage(plain_server.html("/form", body), composition, posted)


def core_is(page: Page, state: str) -> None:
    page.locator(f"#apply-form[data-core={state}]").wait_for(timeout=60_000)


def test_the_browser_says_of_a_form_what_the_server_says(
    page: Page, form_page: FormPage, assets: Assets
) -> None:
    page.goto(form_page.address)
    core_is(page, "ready")
    core = Core(page, assets.url("core.js"))
    for answers in ({}, ANSWERS, {"project": {"floor_area": "许多", "use": "tent"}}):
        here = form_state(form_page.composition, answers, ON, shipped_calendar()).to_bytes().decode("utf-8")
        assert core.call("form_state_of", answers, ON.isoformat()) == here


def test_once_the_core_is_ready_it_checks_while_he_types_and_the_draft_is_kept(
    page: Page, form_page: FormPage
) -> None:
    page.goto(form_page.address)
    core_is(page, "ready")
    assert page.locator("[data-core-status]").inner_text() == "ready"
    area = page.locator('[name="/project/floor_area"]')
    area.fill("2x0")
    area.evaluate("element => { element.focus(); element.setSelectionRange(1, 1); }")
    page.keyboard.type("5")
    page.locator('[name="/project/floor_area"][aria-invalid=true]').wait_for()
    # what he types, where he is in it, and the field itself stay
    assert area.input_value() == "25x0"
    assert area.evaluate("element => [document.activeElement === element, element.selectionStart]") == [
        True,
        2,
    ]
    page.locator("[data-core-status]", has_text="saved").wait_for()
    assert form_page.posted[-1]["/project/floor_area"] == ["25x0"]
    assert form_page.posted[0]["_base"] == ["base-0"]
    area.fill("250")
    page.locator('[name="/project/floor_area"]:not([aria-invalid])').wait_for()
    count = len(form_page.posted)
    page.wait_for_function(
        "count => document.querySelector('[name=_base]').value === `base-${count}`", arg=count + 1
    )
    assert form_page.posted[-1]["_base"] == [f"base-{count}"]


def test_where_the_page_is_not_isolated_the_server_checks(
    page: Page, plain_server: StaticServer, form_page: FormPage
) -> None:
    plain_server.isolated = False
    page.goto(form_page.address)
    core_is(page, "server")
    area = page.locator('[name="/project/floor_area"]')
    area.press_sequentially("x")
    page.locator('[name="/project/floor_area"][aria-invalid=true]').wait_for()
    assert area.evaluate("element => document.activeElement === element")
    assert form_page.posted[-1]["/project/floor_area"] == [area.input_value()]
    area.press("Tab")
    page.wait_for_function("() => document.querySelector('[data-core-status]').textContent === 'saved'")


def test_a_core_that_cannot_be_had_leaves_the_form_to_the_server(
    page: Page, plain_server: StaticServer, form_page: FormPage, watcher: Watcher
) -> None:
    # the asset that is missing, and what PyScript writes of it
    watcher.allow("/static/core.", "status of 404", "MessageEvent")
    page.route("**/static/core.*.zip", lambda route: route.fulfill(status=404))
    page.goto(form_page.address)
    core_is(page, "server")
    page.locator('[name="/project/floor_area"]').fill("x")
    page.locator('[name="/project/floor_area"][aria-invalid=true]').wait_for()


def test_the_form_stays_accessible_while_it_is_checked(
    page: Page,
    form_page: FormPage,
    axe: Callable[[Page], None],
    phone: Callable[[Page], None],
) -> None:
    phone(page)
    page.goto(form_page.address)
    core_is(page, "ready")
    page.locator('[name="/project/floor_area"]').fill("x")
    page.locator('[name="/project/floor_area"][aria-invalid=true]').wait_for()
    axe(page)


def test_a_slow_answer_of_the_server_does_not_undo_what_was_typed_since(
    page: Page, plain_server: StaticServer, form_page: FormPage
) -> None:
    plain_server.isolated = False
    answered = plain_server.posts["/state"]
    go_on = threading.Event()

    def slow(body: str) -> str:
        go_on.wait(30)
        return answered(body)

    plain_server.posts["/state"] = slow
    page.goto(form_page.address)
    core_is(page, "server")
    page.locator('[name="/project/floor_area"]').fill("300")
    with page.expect_request("**/state"):
        pass
    page.locator('[name="/project/height"]').fill("99")
    page.locator('[name="/project/investment"]').focus()
    go_on.set()
    page.wait_for_function("() => document.querySelector('[name=_base]').value === 'base-2'")
    assert page.locator('[name="/project/height"]').input_value() == "99"
    assert form_page.posted[-1]["/project/height"] == ["99"]
    assert form_page.posted[-1]["_base"] == ["base-1"]


def test_the_stylesheet_closes_what_it_opens() -> None:
    """A rule left open would swallow all that come after it, and no tool would complain."""
    style = (ROOT / "ui" / "static" / "yijianshi.css").read_text("utf-8")
    bare = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", style, flags=re.DOTALL)
    depth = deepest = 0
    for sign in re.findall(r"[{}]", bare):
        depth += 1 if sign == "{" else -1
        deepest = max(deepest, depth)
        assert depth >= 0
    assert depth == 0 and deepest == 2, "only media queries hold rules"
