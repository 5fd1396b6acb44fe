"""The auditor's room as a JSON API, under ``/api/v1/audit``; the twin of its pages."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from ...core.definitions.types import Json, text
from ..context import Platform
from ..errors import Refusal
from .service import MAX_PAGE, PAGE, AuditService

AnyRequest = Request[Any, Any, Any]
READ = {"permission": "audit.read"}
JOURNAL = {"permission": "journal.read"}

Offset = Annotated[int, QueryParameter(ge=0, le=10_000_000)]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)]
After = Annotated[int | None, QueryParameter(ge=0, le=2**53)]


def audit_of(platform: Platform) -> AuditService:
    """Make the auditor's service on a platform; it keeps nothing."""
    return AuditService(platform.store, platform.registry, platform.cases, platform.clock)


def version_of(name: str) -> tuple[str, int] | None:
    """Read ``kind:code@version``; None for an empty text, Refusal 422 for another."""
    if not name:
        return None
    key, _, number = name.rpartition("@")
    if not key or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Refusal(
            422,
            "bad-version",
            text("版本写作 kind:code@版本号", "a version is written kind:code@number"),
            text(
                "例如 ruleset:construction-start.situations@1",
                "such as ruleset:construction-start.situations@1",
            ),
        )
    return key, int(number)


class AuditApi(Controller):
    """Versions, cases and the journal for auditors."""

    path = "/api/v1/audit"
    tags = ("audit",)

    @get("/", opt=READ, sync_to_thread=True)
    def overview(self, platform: NamedDependency[Platform], request: AnyRequest) -> dict[str, Json]:
        """Count cases, versions and journal entries."""
        return audit_of(platform).overview(request.user)

    @get("/versions", opt=READ, sync_to_thread=True)
    def versions(self, platform: NamedDependency[Platform], request: AnyRequest) -> dict[str, Json]:
        """List every version of every ruleset and bundle with how many cases each decided."""
        return {"versions": [line.to_json() for line in audit_of(platform).versions(request.user)]}

    @get("/versions/{kind:str}/{code:str}/{number:int}", opt=READ, sync_to_thread=True)
    def version(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> dict[str, Json]:
        """Give one version: document, rules as sentences, what it changed."""
        return audit_of(platform).version(request.user, kind, code, number).to_json()

    @get("/cases", opt=READ, sync_to_thread=True)
    def cases(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        status: FromQuery[str | None] = None,
        bundle: FromQuery[str | None] = None,
        version: FromQuery[str] = "",
        offset: Offset = 0,
        limit: Limit = PAGE,
    ) -> dict[str, Json]:
        """List cases; ``version`` (``kind:code@n``) gives only those pinned to it."""
        lines, total = audit_of(platform).cases(
            request.user, status, bundle, version_of(version), offset, limit
        )
        return {"total": total, "cases": [line.to_json() for line in lines]}

    @get("/cases/{case_id:str}", opt=READ, sync_to_thread=True)
    def case(
        self, platform: NamedDependency[Platform], request: AnyRequest, case_id: FromPath[str]
    ) -> dict[str, Json]:
        """Give a case's record: the versions it was decided under, and its journal entries."""
        record, entries = audit_of(platform).case(request.user, case_id)
        return {**record.to_json(), "journal": [entry.to_json() for entry in entries]}

    @get("/journal", opt=JOURNAL, sync_to_thread=True)
    def journal(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        after: After = None,
        subject: FromQuery[str] = "",
        limit: Limit = PAGE,
    ) -> dict[str, Json]:
        """Give entries with ``seq`` greater than ``after``; without it the last page."""
        return audit_of(platform).journal(request.user, after, subject, limit).to_json()

    @post("/journal/verify", opt=JOURNAL, status_code=200, sync_to_thread=True)
    def verify(self, platform: NamedDependency[Platform], request: AnyRequest) -> dict[str, Json]:
        """Compute every hash anew and say what does not hold, and where."""
        return audit_of(platform).verify(request.user).to_json()
