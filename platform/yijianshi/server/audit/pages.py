"""The auditor's pages."""

from __future__ import annotations

import json
from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from ...core.definitions.lock import parse_key
from ..cases import wording
from ..cases.service import CASE_STATUSES
from ..context import Platform
from .api import JOURNAL, READ, After, audit_of, version_of
from .service import PAGE

AnyRequest = Request[Any, Any, Any]


class AuditPages(Controller):
    """The auditor's room; kept out of the OpenAPI document."""

    path = "/audit"
    include_in_schema = False

    @get("/", opt=READ, sync_to_thread=True)
    def overview(self, platform: NamedDependency[Platform], request: AnyRequest) -> Template:
        """Show what there is to audit."""
        context = {"overview": audit_of(platform).overview(request.user), "words": wording}
        return Template("audit/overview.html", context=context)

    @get("/versions", opt=READ, sync_to_thread=True)
    def versions(self, platform: NamedDependency[Platform], request: AnyRequest) -> Template:
        """List every version of every ruleset and bundle."""
        return Template("audit/versions.html", context={"lines": audit_of(platform).versions(request.user)})

    @get("/versions/{kind:str}/{code:str}/{number:int}", opt=READ, sync_to_thread=True)
    def version(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> Template:
        """Show one version: its rules as sentences, what it changed, which cases it decided."""
        room = audit_of(platform).version(request.user, kind, code, number)
        return Template("audit/version.html", context={"room": room, "version": room.line.version})

    @get("/cases", opt=READ, sync_to_thread=True)
    def cases(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        status: FromQuery[str] = "",
        version: FromQuery[str] = "",
        page: Annotated[int, QueryParameter(ge=1, le=100_000)] = 1,
    ) -> Template:
        """List cases."""
        lines, total = audit_of(platform).cases(
            request.user, status or None, None, version_of(version), (page - 1) * PAGE
        )
        return Template(
            "audit/cases.html",
            context={
                "cases": lines,
                "total": total,
                "status": status,
                "statuses": CASE_STATUSES,
                "version": version,
                "page": page,
                "pages": max(1, -(-total // PAGE)),
                "words": wording,
            },
        )

    @get("/cases/{case_id:str}", opt=READ, sync_to_thread=True)
    def case(
        self, platform: NamedDependency[Platform], request: AnyRequest, case_id: FromPath[str]
    ) -> Template:
        """Show a case's record: the versions it was decided under, its sub-cases, its journal entries."""
        record, entries = audit_of(platform).case(request.user, case_id)
        return Template(
            "audit/case.html",
            context={
                "record": record,
                "pins": [(*parse_key(name), pin) for name, pin in sorted(record.lock.items())],
                "entries": entries,
                "shown": _shown,
                "words": wording,
            },
        )

    @get("/journal", opt=JOURNAL, sync_to_thread=True)
    def journal(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        after: After = None,
        subject: FromQuery[str] = "",
    ) -> Template:
        """Show a page of the journal."""
        page = audit_of(platform).journal(request.user, after, subject.strip())
        return Template("audit/journal.html", context={"page": page, "result": None, "shown": _shown})

    @post("/journal/verify", opt=JOURNAL, status_code=200, sync_to_thread=True)
    def verify(self, platform: NamedDependency[Platform], request: AnyRequest) -> Template:
        """Verify now, and show the result above the journal's last page."""
        audit = audit_of(platform)
        result = audit.verify(request.user)
        page = audit.journal(request.user)
        return Template("audit/journal.html", context={"page": page, "result": result, "shown": _shown})


def _shown(data: Any) -> str:
    """Give an entry's data as text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
