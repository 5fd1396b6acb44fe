"""What the browser tests stand on: a watched page, accessibility checks, a plain static server."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request, Response, ViewportSize

from yijianshi.server.asset_files import PREFIX, Assets, media_type
from yijianshi.server.security.headers import HEADERS

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-quic",
)
PHONE: ViewportSize = {"width": 375, "height": 667}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@dataclass
class Watcher:
    """Notes everything that goes wrong in a page; what a test provokes on purpose is allowed by ``allow``."""

    origin: str = ""
    allowed: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def allow(self, *parts: str) -> None:
        """Let pass every finding in which one of the parts occurs."""
        self.allowed += parts

    def watch(self, page: Page) -> None:
        """Begin to note what goes wrong in a page."""
        page.on("console", lambda m: self._note(m.type == "error", f"console: {m.text} {m.location}"))
        page.on("pageerror", lambda error: self._note(True, f"page error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        page.on("request", self._asked)

    def findings(self) -> list[str]:
        """Give what was found and not allowed."""
        return [each for each in self.found if not any(part in each for part in self.allowed)]

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.found.append(what)

    def _failed(self, request: Request) -> None:
        # a page that is left gives up what it was still loading: that is no failure
        self._note("ERR_ABORTED" not in (request.failure or ""), f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        self._note(response.status >= 400, f"status {response.status}: {response.url}")

    def _asked(self, request: Request) -> None:
        local = request.url.startswith(("http://127.0.0.1:", "http://localhost:", "blob:", "data:"))
        self._note(not local, f"left our own origin: {request.url}")


@cache
def _axe_source() -> str:
    return (ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def assert_accessible(page: Page) -> None:
    """Run axe with every rule it knows, best practices and experiments included; no violation may be left.

    axe is put into the page by the test's own means, which the page's security policy does not bind.
    """
    page.evaluate(_axe_source())
    found: list[dict[str, Any]] = page.evaluate(
        """async () => {
          const rules = Object.fromEntries(axe.getRules().map((rule) => [rule.ruleId, { enabled: true }]));
          return (await axe.run(document, { rules, resultTypes: ["violations"] })).violations;
        }"""
    )
    report = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n    {node['target']} {node['html'][:200]}\n"
        f"    {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
    assert not report, f"{page.url}: {len(report)} accessibility violations\n" + "\n".join(report)


Pages = dict[str, tuple[str, str]]
"""Pages of a plain server: path → (media type, content)."""
Posts = dict[str, Callable[[str], str]]
"""Posts a plain server answers: path → what gives the answer for a body."""


@dataclass
class StaticServer:
    """A running plain server: its address, the built assets, the pages tests put in."""

    address: str
    assets: Assets
    pages: Pages
    posts: Posts
    isolated: bool = True

    def page(self, path: str, content: str, media: str = "text/html; charset=utf-8") -> str:
        """Put in a page and give its address."""
        self.pages[path] = (media, content)
        return self.address + path

    def html(self, path: str, body: str, scripts: Iterable[str] = ()) -> str:
        """Put in an HTML page with a body and module scripts by address; gives its address."""
        tags = "".join(f'<script type="module" src="{address}"></script>' for address in scripts)
        head = '<meta charset="utf-8"><title>试验</title><link rel="icon" href="data:,">'
        return self.page(
            path, f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}{tags}</body></html>'
        )


@contextmanager
def static_server(assets: Assets) -> Iterator[StaticServer]:
    """Serve the built assets and a test's own pages, with the headers the platform sends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path in server.pages:
                media, content = server.pages[path]
                return self.answer(200, media, content.encode("utf-8"))
            file = assets.file(path.removeprefix(PREFIX)) if path.startswith(PREFIX) else None
            if file is None:
                return self.answer(404, "text/plain", b"")
            packed = Path(f"{file}.gz")
            if packed.exists():
                return self.answer(200, media_type(file.name), packed.read_bytes(), "gzip")
            return self.answer(200, media_type(file.name), file.read_bytes())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode("utf-8")
            answer = server.posts[self.path](body)
            self.answer(200, "text/html; charset=utf-8", answer.encode("utf-8"))

        def answer(self, status: int, media: str, content: bytes, encoding: str = "") -> None:
            self.send_response(status)
            for name, value in HEADERS.items():
                if server.isolated or not name.startswith("cross-origin"):
                    self.send_header(name, value)
            self.send_header("content-type", media)
            self.send_header("content-length", str(len(content)))
            if encoding:
                self.send_header("content-encoding", encoding)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    server = StaticServer(f"http://127.0.0.1:{listener.server_port}", assets, {}, {})
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


class Core:
    """The Python core in the worker of a page that has core.js: its exported functions, from the test."""

    def __init__(self, page: Page, module: str) -> None:
        self._page = page
        self._module = module

    def call(self, function: str, *arguments: Any) -> Any:
        """Call an exported function; arguments that are no text go over as JSON; gives the JSON back."""
        sent = [each if isinstance(each, str) else json.dumps(each) for each in arguments]
        answer = self._page.evaluate(
            """async ([module, name, sent]) => {
              const core = await (await import(module)).start();
              return await core[name](...sent);
            }""",
            [self._module, function, sent],
        )
        return json.loads(answer)
