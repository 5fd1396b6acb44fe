"""A changed asset has another address, and what was there before is not served for it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from yijianshi.server.app import create_app
from yijianshi.server.asset_files import Assets
from yijianshi.server.assets import build
from yijianshi.server.browser_python import InputMissing
from yijianshi.server.context import Platform
from yijianshi.server.files import root

Client = TestClient[Litestar]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What assets are built from, to be changed."""
    for place in ("ui/static", "ui/pyscript", "ui/compile", "platform/yijianshi/core", "schemas/regions"):
        shutil.copytree(root() / place, tmp_path / place, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "ui" / "node_modules").symlink_to(root() / "ui" / "node_modules")
    # what is compiled already need not be again
    if (root() / "ui" / ".compiled").is_dir():
        shutil.copytree(root() / "ui" / ".compiled", tmp_path / "ui" / ".compiled")
    return tmp_path


@contextmanager
def started(platform: Platform, checkout: Path) -> Iterator[tuple[Client, str]]:
    """Start the platform on a build; gives a browser and the address of the style."""
    assets = Assets.load(checkout / "ui" / "dist")
    app = create_app(platform=replace(platform, assets=assets))
    with TestClient(app, base_url="http://testserver.local") as client:
        yield client, assets.url("yijianshi.css")


def test_a_changed_asset_has_a_new_address_and_the_old_one_is_gone(
    platform: Platform, checkout: Path
) -> None:
    before = build(checkout)
    assert before.fresh and not build(checkout).fresh
    with started(platform, checkout) as (anyone, old):
        assert old == before.url("yijianshi.css") and old in anyone.get("/").text
        assert anyone.get(old).status_code == 200 and "--changed" not in anyone.get(old).text

    style = checkout / "ui" / "static" / "yijianshi.css"
    style.write_text(style.read_text("utf-8") + "\n:root { --changed: 1; }\n", "utf-8")
    after = build(checkout)
    assert after.fresh
    assert {name for name in after.assets if after.url(name) != before.url(name)} == {"yijianshi.css"}

    with started(platform, checkout) as (anyone, new):
        page = anyone.get("/").text
        assert new in page and old not in page
        for packing in ("gzip", "identity"):
            served = anyone.get(new, headers={"accept-encoding": packing})
            assert served.status_code == 200 and "--changed" in served.text
            stale = anyone.get(old, headers={"accept-encoding": packing})
            assert stale.status_code == 404
            assert "immutable" not in stale.headers.get("cache-control", "")


@pytest.mark.parametrize(
    ("node", "told"), [(None, "Node.js is missing"), ("echo 'too old' >&2; exit 1", "too old")]
)
def test_without_a_node_that_compiles_it_says_so_and_what_was_built_stays(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node: str | None, told: str
) -> None:
    before = build(checkout)
    module = checkout / "platform" / "yijianshi" / "core" / "__init__.py"
    module.write_text(module.read_text("utf-8") + "\nCHANGED = True\n", "utf-8")
    tools = tmp_path / "tools"
    tools.mkdir()
    if node is not None:
        (tools / "node").write_text(f"#!/bin/sh\n{node}\n")
        (tools / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(InputMissing, match=told):
        build(checkout)
    for asset in before.assets.values():
        assert (checkout / "ui" / "dist" / asset.path).is_file()
