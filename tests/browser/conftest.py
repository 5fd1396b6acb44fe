"""Fixtures of the browser tests: a real Chromium, watched pages, accessibility, a plain server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from yijianshi.server.asset_files import Assets
from yijianshi.server.assets import build

from .chromium import (
    ARGUMENTS,
    CHROMIUM,
    DESKTOP,
    PHONE,
    ROOT,
    StaticServer,
    Watcher,
    assert_accessible,
    static_server,
)
from .live import Live, serving


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, started once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser context: no cookies, no storage, no cache of another test."""
    made = chromium.new_context(viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield made
    made.close()


@pytest.fixture
def watcher(context: BrowserContext) -> Iterator[Watcher]:
    """Watches every page of the context; fails the test at its end for what was not allowed."""
    watching = Watcher()
    context.on("page", watching.watch)
    yield watching
    found = watching.findings()
    assert not found, "the browser complained:\n" + "\n".join(found)


@pytest.fixture
def page(context: BrowserContext, watcher: Watcher) -> Page:
    """A page that fails the test on any console error, page error or failed request."""
    return context.new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Check a page with every axe rule: ``axe(page)``."""
    return assert_accessible


@pytest.fixture
def phone() -> Callable[[Page], None]:
    """Make a page as small as a phone: ``phone(page)``."""
    return lambda page: page.set_viewport_size(PHONE)


@pytest.fixture
def desktop() -> Callable[[Page], None]:
    """Make a page as wide as a desk's screen: ``desktop(page)``."""
    return lambda page: page.set_viewport_size(DESKTOP)


@pytest.fixture(scope="session")
def assets() -> Assets:
    """The built assets; building is skipped when nothing has changed."""
    build(ROOT)
    return Assets.load(ROOT / "ui" / "dist")


@pytest.fixture(scope="module")
def live(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, assets: Assets
) -> Iterator[Live]:
    """The whole platform, with a database that a file of tests has for itself."""
    with serving(tmp_path_factory.mktemp(request.path.stem)) as site:
        yield site


@pytest.fixture
def plain_server(assets: Assets) -> Iterator[StaticServer]:
    """A server of the assets and of the test's own pages, without the application."""
    with static_server(assets) as server:
        yield server
