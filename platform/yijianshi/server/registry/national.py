"""The published list of bundles, and which of them are landed here: the page and the API."""

from __future__ import annotations

from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from ...core.definitions.library import Library
from ...core.definitions.types import Json, text
from ..context import Platform
from ..files import read_json, root
from .api import READ

EVIDENCE = {
    "confirmed": text("公开文件确认", "confirmed by a published document"),
    "recalled": text("凭记忆，待核实", "recalled, to be verified"),
    "inferred": text("推断，待核实", "inferred, to be verified"),
    "candidate": text("候选，待核实", "a candidate, to be verified"),
    "open": text("待核实", "to be verified"),
}


def catalogue(library: Library) -> dict[str, Any]:
    """Give the shipped list, each row with the bundle in force by which it is landed (or None)."""
    document: dict[str, Any] = read_json(root() / "schemas" / "catalogue" / "national.json")
    items = []
    for item in document["items"]:
        code = item.get("bundle")
        landed = code if code is not None and library.has("bundle", code) else None
        items.append({**item, "landed": landed})
    listed = {item.get("bundle") for item in items}
    own = [
        {"code": bundle["code"], "title": dict(bundle["title"])}
        for bundle in library.all("bundle")
        if bundle["code"] not in listed
    ]
    return {**document, "items": items, "landed": sum(i["landed"] is not None for i in items), "own": own}


class CataloguePage(Controller):
    """The list for administrators and auditors; kept out of the OpenAPI document."""

    path = "/registry/catalogue"
    include_in_schema = False

    @get("/", opt=READ, sync_to_thread=True)
    def page(self, platform: NamedDependency[Platform]) -> Template:
        """Show the list batch by batch."""
        context = {"catalogue": catalogue(platform.registry.library()), "evidence": EVIDENCE}
        return Template("registry/catalogue.html", context=context)


class CatalogueApi(Controller):
    """The published list of bundles."""

    path = "/api/v1/registry/catalogue"
    tags = ("registry",)

    @get("/", opt=READ, sync_to_thread=True)
    def listing(self, platform: NamedDependency[Platform]) -> dict[str, Json]:
        """Give the national list; ``landed`` of a row is the code of the bundle in force here, or null."""
        return catalogue(platform.registry.library())
