"""The home page, health, the page of the API."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Template

from ...core.definitions.types import Json
from ..apply.catalogue import listing
from ..context import Platform

AnyRequest = Request[Any, Any, Any]


@get("/", opt={"permission": "bundle.browse"}, include_in_schema=False, sync_to_thread=True)
def home(platform: NamedDependency[Platform], request: AnyRequest, search: FromQuery[str] = "") -> Template:
    """Show the bundles on offer, and an applicant's own drafts and cases."""
    drafts: list[Any] = []
    cases: list[Any] = []
    if getattr(request.user, "role", None) == "applicant":
        drafts = platform.drafts.mine(request.user)
        cases = platform.cases.mine(request.user)[:5]
    bundles = listing(platform)
    titles = {item["code"]: item["title"] for item in bundles}
    wanted = search.casefold().split()
    shown = [
        item
        for item in bundles
        if all(
            word in f"{item['title']['zh']} {item['title']['en']} {item['code']}".casefold()
            for word in wanted
        )
    ]
    return Template(
        "home/home.html",
        context={"bundles": shown, "search": search, "drafts": drafts, "cases": cases, "titles": titles},
    )


@get("/health", opt={"permission": "public"}, tags=["system"], sync_to_thread=True)
def health(platform: NamedDependency[Platform]) -> dict[str, Json]:
    """Tell whether the platform serves and its store answers."""
    with platform.store.read() as reader:
        head = reader.head()
    return {"status": "ok", "journal": head.seq if head else 0}


@get("/api", opt={"permission": "public"}, include_in_schema=False)
async def api_page(request: AnyRequest) -> Template:
    """List every operation of the API; the document itself is at /schema/openapi.json."""
    schema = request.app.openapi_schema.to_schema()
    operations: dict[str, list[dict[str, Any]]] = {}
    for path, item in sorted(schema.get("paths", {}).items()):
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                tag = (operation.get("tags") or ["system"])[0]
                operations.setdefault(tag, []).append({"path": path, "method": method.upper(), **operation})
    return Template("home/api.html", context={"operations": operations})


handlers = [home, health, api_page]
