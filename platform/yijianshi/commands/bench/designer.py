"""The form builder's feedback: from a drop to the repainted canvas, and from opening it to being able to edit.

Measured in CPython (what the server and the tests run) and, where playwright and a Chromium are at
hand, in the page itself: on the page's own Python, from the drop to the second frame after it.
"""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from ...core.checks import Source, check
from ...core.designer.controls import name_of
from ...core.designer.desk import PRESSED, Desk, after
from ...core.designer.frame import frame
from ...core.designer.operations import Ground
from ...core.designer.parts import patches
from ...server.demo import PASSWORD
from ...server.files import meta_schemas, shipped_library

FIELDS = (50, 500)
DROPS, QUICK = 40, 6
SECTION = 25
"""So many fields stand in one section."""

BAR_MS = 200.0
"""A drop is painted within so many milliseconds (the median), also at the most fields."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Feedback:
    """Milliseconds of one form: each drop in CPython and in the page, and the opening of the page."""

    fields: int
    core: tuple[float, ...]
    page: tuple[float, ...] = ()
    shown: float | None = None
    ready: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Give medians and 95th percentiles."""
        return {
            "fields": self.fields,
            "drop_cpython_ms": _spread(self.core),
            "drop_page_ms": _spread(self.page) if self.page else None,
            "open_to_edit_by_server_ms": self.shown,
            "open_to_edit_in_page_ms": self.ready,
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured; ``browser`` tells why there are no figures of the page, when there are none."""

    forms: tuple[Feedback, ...]
    browser: str = ""
    bar: float = field(default=BAR_MS)

    @property
    def failed(self) -> bool:
        """Whether a drop takes longer than the bar."""
        return any(median(form.page or form.core) > self.bar for form in self.forms)

    def to_json(self) -> dict[str, Any]:
        """Give the figures as JSON."""
        return {"bar_ms": self.bar, "browser": self.browser, "forms": [form.to_json() for form in self.forms]}

    def lines(self, lang: str) -> list[str]:
        """Say the figures."""
        zh = lang == "zh"
        told = ["设计器" if zh else "designer"]
        for form in self.forms:
            core = _spread(form.core)
            told.append(
                f"  {form.fields} 个字段：放下到重绘，CPython 中位 {core['p50']} 毫秒，p95 {core['p95']} 毫秒"
                if zh
                else f"  {form.fields} fields: drop to patches, CPython p50 {core['p50']} ms, p95 {core['p95']} ms"
            )
            if form.page:
                page = _spread(form.page)
                told.append(
                    f"    浏览器：放下到重绘中位 {page['p50']} 毫秒，p95 {page['p95']} 毫秒；"
                    f"打开到可编辑 {form.shown} 毫秒（服务器），{form.ready} 毫秒（页面内 Python）"
                    if zh
                    else f"    Chromium: drop to paint p50 {page['p50']} ms, p95 {page['p95']} ms; "
                    f"open to edit {form.shown} ms (server), {form.ready} ms (the page's own Python)"
                )
        if self.browser:
            told.append("  " + self.browser)
        return told


def measure(quick: bool, progress: Progress) -> Measured:
    """Measure forms of 50 and of 500 fields."""
    drops = QUICK if quick else DROPS
    known = {count: _core(count, drops) for count in FIELDS}
    progress("designer: CPython")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return Measured(tuple(Feedback(n, ms) for n, ms in known.items()), "没有 playwright / no playwright")
    if chromium is None:
        return Measured(tuple(Feedback(n, ms) for n, ms in known.items()), "没有 Chromium / no Chromium")
    forms = []
    with _serving() as address, sync_playwright() as made:
        browser = made.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for count, ms in known.items():
            progress(f"designer: Chromium, {count}")
            forms.append(_page(browser, address, count, drops, ms))
        browser.close()
    return Measured(tuple(forms))


def matter_of(count: int) -> dict[str, Any]:
    """Make a matter whose form has so many fields of every simple type, in sections, some under conditions.

    The check finds something at every field, none being under the matter's own name: what was found is shown
    beside them, and has to be worded anew with every edit.
    """
    shipped = shipped_library().get("matter", "road-occupation")
    base = {key: shipped[key] for key in ("department", "type", "level", "statutory_limit", "promised_limit")}
    kinds = (("text", "string"), ("yes_no", "boolean"), ("integer", "integer"), ("date", "string"))
    own: dict[str, Any] = {}
    groups: list[dict[str, Any]] = []
    for number in range(count):
        kind, of = kinds[number % len(kinds)]
        own[f"f{number}"] = {
            "x-type": kind,
            "x-title": {"zh": f"字段 {number}", "en": f"Field {number}"},
            "type": of,
        }
        control: dict[str, Any] = {"type": "Control", "scope": f"#/properties/bench/properties/f{number}"}
        if number % 10 == 4:
            asked = f"#/properties/bench/properties/f{number - 3}"
            control["rule"] = {"effect": "SHOW", "condition": {"scope": asked, "schema": {"const": True}}}
        if number % SECTION == 0:
            title = {"zh": f"分区 {number // SECTION + 1}", "en": f"Section {number // SECTION + 1}"}
            options = {"id": f"s{number // SECTION}", "title": title}
            groups.append({"type": "Group", "label": title["zh"], "options": options, "elements": []})
        groups[-1]["elements"].append(control)
    schema = {"type": "object", "properties": {"bench": {"type": "object", "properties": own}}}
    return {
        "kind": "matter",
        "code": f"bench-{count}",
        "title": {"zh": f"{count} 个字段的事项", "en": f"A matter of {count} fields"},
        "verified": False,
        **base,
        "form": {"schema": schema, "ui": {"type": "VerticalLayout", "elements": groups}},
        "materials": [],
        "results": [],
        "rulesets": [],
    }


def drops_of(count: int, many: int) -> list[dict[str, Any]]:
    """Give drops: fields put before others, within their section and into others, and new ones from the palette."""
    made: list[dict[str, Any]] = []
    for number in range(many):
        section = (number * 7) % (count // SECTION)
        first = section * SECTION
        if number % 3 == 2:
            made.append(
                {
                    "op": "add_field",
                    "type": "choice",
                    "section": f"s{section}",
                    "before": f"/bench/f{first + 9}",
                }
            )
        else:
            moved = f"/bench/f{first + 3}" if number % 3 else f"/bench/f{(first + SECTION + 5) % count}"
            made.append(
                {
                    "op": "move_field",
                    "field": moved,
                    "section": f"s{section}",
                    "before": f"/bench/f{first + 11}",
                }
            )
    return made


def _core(count: int, drops: int) -> tuple[float, ...]:
    document = matter_of(count)
    library, metas = shipped_library().with_([document]), meta_schemas()
    findings = tuple(check([Source("bench", document)], metas, library))
    if len(findings) < count:
        raise RuntimeError(f"{len(findings)} findings for {count} fields")
    desk = Desk(Ground(document, library, metas), view={"tab": "form"}, findings=findings)
    shown, taken = frame(desk), []
    for drop in drops_of(count, drops):
        began = time.perf_counter()
        desk, _ = after(desk, [(PRESSED, name_of(drop))])
        now = frame(desk)
        sent = [part.html() for part in patches(shown, now)]
        taken.append((time.perf_counter() - began) * 1000)
        shown = now
        if not sent or desk.problems:
            raise RuntimeError(f"a drop that changes nothing: {drop}")
    return tuple(taken)


@contextmanager
def _serving() -> Iterator[str]:
    """Serve a fresh platform with the matters to be measured until the block ends."""
    import uvicorn

    from ...server.app import create_app
    from ...server.context import Platform
    from ...server.settings import Settings

    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        platform = Platform.open(Settings(data=Path(folder), port=port), cheap_passwords=True)
        for count in FIELDS:
            platform.registry.save_draft(matter_of(count), "bench", None)
        config = uvicorn.Config(
            create_app(platform=platform), host="127.0.0.1", port=port, log_level="error", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)
            platform.close()


_DROP = """async (operation) => {
  const designer = document.getElementById("designer-form").designer;
  const began = performance.now();
  await designer.send([["do", operation]]);
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  return performance.now() - began;
}"""


def _page(browser: Any, address: str, count: int, drops: int, core: tuple[float, ...]) -> Feedback:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    _sign_in(page, address)
    began = time.perf_counter()
    page.goto(f"{address}/designer/matter/bench-{count}?tab=form")
    page.wait_for_function("() => document.getElementById('designer-form')?.designer")
    shown = (time.perf_counter() - began) * 1000
    page.wait_for_selector("#designer-form[data-core=ready]", timeout=120_000)
    ready = (time.perf_counter() - began) * 1000
    taken = tuple(float(page.evaluate(_DROP, json.dumps(drop))) for drop in drops_of(count, drops))
    page.evaluate("() => document.getElementById('designer-form').designer.idle()")
    context.close()
    return Feedback(count, core, taken, round(shown), round(ready))


def _sign_in(page: Any, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=name]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _spread(taken: tuple[float, ...]) -> dict[str, float]:
    return {"p50": round(median(taken), 1), "p95": round(quantiles(taken, n=20)[18], 1)}
