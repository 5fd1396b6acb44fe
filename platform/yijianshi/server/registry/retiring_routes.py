"""Asking for a retirement and confirming it: the pages and the API."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody
from litestar.response import Redirect

from ...core.definitions.types import Json
from ..context import Platform
from . import retiring
from .api import EDIT, PUBLISH, READ, AnyRequest


@dataclass
class ReasonBody:
    """Why a definition is to be taken out of force."""

    reason: str


@dataclass
class VersionBody:
    """The newest version that the person has before his eyes."""

    version: int


class RetiringPages(Controller):
    """The buttons on a definition's page; kept out of the OpenAPI document."""

    path = "/registry/{kind:str}/{code:str}/retirement"
    include_in_schema = False

    @post("/", opt=EDIT, status_code=303, sync_to_thread=True)
    def ask(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: URLEncodedBody[ReasonBody],
    ) -> Redirect:
        """Ask that the definition be retired."""
        retiring.ask(platform.registry, kind, code, request.user.name, data.reason)
        return Redirect(f"/registry/{kind}/{code}", status_code=303)

    @post("/confirm", opt=PUBLISH, status_code=303, sync_to_thread=True)
    def confirm(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: URLEncodedBody[VersionBody],
    ) -> Redirect:
        """Take the definition out of force."""
        retiring.confirm(platform.registry, kind, code, request.user.name, data.version)
        return Redirect(f"/registry/{kind}/{code}", status_code=303)

    @post("/withdraw", opt=EDIT, status_code=303, sync_to_thread=True)
    def withdraw(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Redirect:
        """Leave the definition in force."""
        retiring.withdraw(platform.registry, kind, code, request.user.name)
        return Redirect(f"/registry/{kind}/{code}", status_code=303)


class RetiringApi(Controller):
    """Retirements that wait for a second person."""

    path = "/api/v1/registry"
    tags = ("registry",)

    @get("/retirements", opt=READ, sync_to_thread=True)
    def retirements(self, platform: NamedDependency[Platform]) -> dict[str, Json]:
        """List what waits to be confirmed, longest waiting first."""
        return {"retirements": [each.to_json() for each in retiring.waiting(platform.registry)]}

    @post("/definitions/{kind:str}/{code:str}/retirement", opt=EDIT, status_code=200, sync_to_thread=True)
    def ask(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[ReasonBody],
    ) -> dict[str, Json]:
        """Ask that a definition be retired; 409 while others refer to it."""
        return retiring.ask(platform.registry, kind, code, request.user.name, data.reason).to_json()

    @post(
        "/definitions/{kind:str}/{code:str}/retirement/confirm",
        opt=PUBLISH,
        status_code=200,
        sync_to_thread=True,
    )
    def confirm(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[VersionBody],
    ) -> dict[str, Json]:
        """Take a definition out of force from today on; 403 for whoever asked for it."""
        versions = retiring.confirm(platform.registry, kind, code, request.user.name, data.version)
        return {"versions": [version.to_json() for version in versions]}

    @delete("/definitions/{kind:str}/{code:str}/retirement", opt=EDIT, sync_to_thread=True)
    def withdraw(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> None:
        """Take the request back, or decline it."""
        retiring.withdraw(platform.registry, kind, code, request.user.name)
