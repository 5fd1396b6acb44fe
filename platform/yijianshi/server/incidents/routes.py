"""Incidents: the pages and the API."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from ...core.definitions.types import Json
from ..context import Platform
from ..errors import Refusal
from .service import Incident

AnyRequest = Request[Any, Any, Any]
READ = {"permission": "incident.read"}
SETTLE = {"permission": "incident.settle"}
PAGE = 50


@dataclass
class SettleBody:
    """What was found."""

    note: str = ""


class IncidentPages(Controller):
    """Incidents for administrators and auditors; kept out of the OpenAPI document."""

    path = "/incidents"
    include_in_schema = False

    @get("/", opt=READ, sync_to_thread=True)
    def listing(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        status: FromQuery[str] = "",
        page: Annotated[int, QueryParameter(ge=1, le=100_000)] = 1,
    ) -> Template:
        """List incidents."""
        found, total = platform.incidents.all(request.user, status or None, (page - 1) * PAGE, PAGE)
        return Template(
            "incidents/list.html",
            context={
                "incidents": found,
                "total": total,
                "status": status,
                "page": page,
                "pages": max(1, -(-total // PAGE)),
            },
        )

    @get("/{incident_id:str}", opt=READ, sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], request: AnyRequest, incident_id: FromPath[str]
    ) -> Template:
        """Show one incident; journaled."""
        return _page(platform.incidents.get(request.user, incident_id))

    @post("/{incident_id:str}/settle", opt=SETTLE, status_code=200, sync_to_thread=True)
    def settle(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        incident_id: FromPath[str],
        data: URLEncodedBody[SettleBody],
    ) -> Template | Redirect:
        """Settle an incident with a note; what is refused is shown with the note typed."""
        try:
            platform.incidents.settle(request.user, incident_id, data.note)
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            return _page(platform.incidents.get(request.user, incident_id), data.note, refusal)
        return Redirect(f"/incidents/{incident_id}", status_code=303)


class IncidentApi(Controller):
    """Incidents."""

    path = "/api/v1/incidents"
    tags = ("incidents",)

    @get("/", opt=READ, sync_to_thread=True)
    def listing(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        status: FromQuery[str | None] = None,
        offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = PAGE,
    ) -> dict[str, Json]:
        """List incidents, the latest first, without their details; ``status`` is ``open`` or ``settled``."""
        found, total = platform.incidents.all(request.user, status, offset, limit)
        return {"total": total, "incidents": [_line(each) for each in found]}

    @get("/{incident_id:str}", opt=READ, sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], request: AnyRequest, incident_id: FromPath[str]
    ) -> dict[str, Json]:
        """Give one incident with its details; journaled."""
        return platform.incidents.get(request.user, incident_id).to_json()

    @post("/{incident_id:str}/settle", opt=SETTLE, status_code=200, sync_to_thread=True)
    def settle(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        incident_id: FromPath[str],
        data: JSONBody[SettleBody],
    ) -> dict[str, Json]:
        """Settle an incident with a note."""
        return platform.incidents.settle(request.user, incident_id, data.note).to_json()


def _line(incident: Incident) -> dict[str, Json]:
    return {name: value for name, value in incident.to_json().items() if name not in ("detail", "note")}


def _page(incident: Incident, typed: str = "", refusal: Refusal | None = None) -> Template:
    return Template(
        "incidents/incident.html",
        context={
            "incident": incident,
            "detail": json.dumps(dict(incident.detail), ensure_ascii=False, indent=2, sort_keys=True),
            "typed": typed,
            "refusal": refusal,
        },
        status_code=refusal.status if refusal else 200,
    )


pages = [IncidentPages]
api = [IncidentApi]
handlers = [*pages, *api]
