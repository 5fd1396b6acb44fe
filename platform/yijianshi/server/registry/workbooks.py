"""Excel workbooks of definitions over HTTP: pages and API."""

from __future__ import annotations

from dataclasses import dataclass, field

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody

from ...core.definitions.types import Json
from ..context import Platform
from ..downloads import download
from . import refusals
from .api import EDIT, READ, AnyRequest
from .books import MAX_UPLOAD, MEDIA_TYPE, matters_book, ruleset_book, take


@dataclass
class WorkbooksBody:
    """Workbooks, each a ruleset or a list of matters."""

    files: list[UploadFile] = field(default_factory=list)


def _matters(platform: Platform) -> Response[bytes]:
    return download("事项清单.xlsx", matters_book(platform.registry), MEDIA_TYPE)


def _version(platform: Platform, kind: str, code: str, number: int) -> Response[bytes]:
    version = platform.registry.version(kind, code, number)
    book = ruleset_book(platform.registry, version.document)
    return download(f"{version.title['zh']}-{code}-{number}.xlsx", book, MEDIA_TYPE)


def _draft(platform: Platform, kind: str, code: str) -> Response[bytes]:
    draft = platform.registry.draft(kind, code)
    if draft is None:
        raise refusals.no_draft(kind, code)
    book = ruleset_book(platform.registry, draft.document)
    return download(f"{draft.title['zh']}-{code}.xlsx", book, MEDIA_TYPE)


class WorkbookPages(Controller):
    """The downloads that the registry's pages link to; kept out of the OpenAPI document."""

    path = "/registry"
    include_in_schema = False

    @get("/workbooks/matters", opt=READ, sync_to_thread=True)
    def matters(self, platform: NamedDependency[Platform]) -> Response[bytes]:
        """Download the list of matters in force."""
        return _matters(platform)

    @get("/{kind:str}/{code:str}/versions/{number:int}/workbook", opt=READ, sync_to_thread=True)
    def version(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> Response[bytes]:
        """Download one version of a ruleset."""
        return _version(platform, kind, code, number)

    @get("/{kind:str}/{code:str}/draft/workbook", opt=READ, sync_to_thread=True)
    def draft(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> Response[bytes]:
        """Download the draft of a ruleset."""
        return _draft(platform, kind, code)


class WorkbookApi(Controller):
    """Rulesets and the list of matters as Excel workbooks."""

    path = "/api/v1/registry"
    tags = ("registry",)

    @get("/matters/workbook", opt=READ, media_type=MEDIA_TYPE, sync_to_thread=True)
    def matters(self, platform: NamedDependency[Platform]) -> Response[bytes]:
        """Give the matters in force as a workbook, one row a matter."""
        return _matters(platform)

    @get(
        "/definitions/{kind:str}/{code:str}/versions/{number:int}/workbook",
        opt=READ,
        media_type=MEDIA_TYPE,
        sync_to_thread=True,
    )
    def version(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> Response[bytes]:
        """Give one version of a ruleset as a workbook; 404 for another kind."""
        return _version(platform, kind, code, number)

    @get(
        "/definitions/{kind:str}/{code:str}/draft/workbook",
        opt=READ,
        media_type=MEDIA_TYPE,
        sync_to_thread=True,
    )
    def draft(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> Response[bytes]:
        """Give the draft of a ruleset as a workbook; 422 when it is no ruleset yet."""
        return _draft(platform, kind, code)

    @post(
        "/imports/workbooks",
        opt=EDIT,
        status_code=200,
        sync_to_thread=True,
        request_max_body_size=MAX_UPLOAD,
    )
    def imports(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        data: MultipartBody[WorkbooksBody],
        dry_run: FromQuery[bool] = True,
    ) -> dict[str, Json]:
        """Take workbooks in as drafts, or with ``dry_run`` report what that would change.

        ``pointer`` of a problem is the sheet and cell.
        """
        files = [(file.filename or "?", file.file.read()) for file in data.files]
        report, _ = take(platform.registry, files, request.user.name, dry_run=dry_run)
        return report.to_json()
