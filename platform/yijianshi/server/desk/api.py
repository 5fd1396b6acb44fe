"""The desk as a JSON API, under ``/api/v1/desk``; the twin of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from ...core.cases.values import Remedies
from ...core.definitions.types import Json
from ..cases.sending import attachment
from ..cases.staff import CorrectionAsk
from ..cases.wording import PROCEDURE_BASIS
from ..context import Platform

AnyRequest = Request[Any, Any, Any]
QUEUE = {"permission": "desk.queue"}
READ = {"permission": "desk.read"}
ACCEPT = {"permission": "desk.accept"}
CORRECT = {"permission": "desk.correct"}
DECIDE = {"permission": "desk.decide"}


@dataclass
class VersionBody:
    """The version of the sub-case the person has before his eyes; null takes it as it is."""

    version: int | None = None


@dataclass
class NoticeItem:
    """One thing to correct; ``target`` is a JSON pointer or ``material:<code>``, ``repeats`` an earlier item's id."""

    what: str
    target: str = ""
    repeats: str = ""


@dataclass
class NoticeBody:
    """One notice with everything to correct, and the last day to answer."""

    items: list[NoticeItem]
    deadline: date
    version: int | None = None


@dataclass
class GrantBody:
    """A decision in favour."""

    note: str = ""
    version: int | None = None


@dataclass
class RefusalBody:
    """A decision against: reasons, legal basis, and the two remedies the applicant is told of."""

    reasons: str
    basis: str
    review: str
    lawsuit: str
    version: int | None = None


@dataclass
class TakeOverBody:
    """On what grounds a referred sub-case is taken over."""

    note: str
    version: int | None = None


@dataclass
class ProcedureBody:
    """A special procedure the matter declares, the working days it needs, its basis, a word to the applicant."""

    procedure: str
    days: int
    basis: str = PROCEDURE_BASIS
    note: str = ""
    version: int | None = None


@dataclass
class ProcedureEndBody:
    """The end of the special procedure that runs, with a word to the applicant."""

    note: str = ""
    version: int | None = None


class DeskApi(Controller):
    """Sub-cases of the account's departments."""

    path = "/api/v1/desk"
    tags = ("desk",)

    @get("/", opt=QUEUE, sync_to_thread=True)
    def queue(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        status: FromQuery[str | None] = None,
        offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> dict[str, Json]:
        """List the queue, the earliest due first; ``status`` null gives everything undecided."""
        return platform.cases.queue(request.user, status, offset, limit).to_json()

    @get("/{sub_case_id:str}", opt=READ, sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], request: AnyRequest, sub_case_id: FromPath[str]
    ) -> dict[str, Json]:
        """Give one sub-case with exactly its own data, personal data masked; journaled."""
        return platform.cases.open(request.user, sub_case_id).to_json()

    @post("/{sub_case_id:str}/reveal", opt=READ, status_code=200, sync_to_thread=True)
    def reveal(
        self, platform: NamedDependency[Platform], request: AnyRequest, sub_case_id: FromPath[str]
    ) -> dict[str, Json]:
        """Give one sub-case with its personal data unmasked; journaled."""
        return platform.cases.open(request.user, sub_case_id, reveal=True).to_json()

    @get("/{sub_case_id:str}/materials/{material_id:str}", opt=READ, sync_to_thread=True)
    def material(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        material_id: FromPath[str],
    ) -> Response[bytes]:
        """Download a document of the sub-case; journaled."""
        return attachment(platform.cases.sub_case_file(request.user, sub_case_id, material_id))

    @post("/{sub_case_id:str}/accept", opt=ACCEPT, status_code=200, sync_to_thread=True)
    def accept(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[VersionBody],
    ) -> dict[str, Json]:
        """受理: accept the sub-case; its clocks start."""
        return platform.cases.accept(request.user, sub_case_id, data.version).to_json()

    @post("/{sub_case_id:str}/correction", opt=CORRECT, status_code=200, sync_to_thread=True)
    def request_correction(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[NoticeBody],
    ) -> dict[str, Json]:
        """一次性告知补正: give one notice of everything to correct."""
        items = [CorrectionAsk(each.what, each.target, each.repeats) for each in data.items]
        return platform.cases.request_correction(
            request.user, sub_case_id, items, data.deadline, data.version
        ).to_json()

    @post("/{sub_case_id:str}/grant", opt=DECIDE, status_code=200, sync_to_thread=True)
    def grant(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[GrantBody],
    ) -> dict[str, Json]:
        """准予: decide in favour."""
        return platform.cases.grant(request.user, sub_case_id, data.note, data.version).to_json()

    @post("/{sub_case_id:str}/refuse", opt=DECIDE, status_code=200, sync_to_thread=True)
    def refuse(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[RefusalBody],
    ) -> dict[str, Json]:
        """不予许可 (before acceptance: 不予受理), with reasons, basis and remedies."""
        remedies = Remedies(data.review, data.lawsuit)
        return platform.cases.refuse(
            request.user, sub_case_id, data.reasons, data.basis, remedies, data.version
        ).to_json()

    @post("/{sub_case_id:str}/take-over", opt=ACCEPT, status_code=200, sync_to_thread=True)
    def take_over(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[TakeOverBody],
    ) -> dict[str, Json]:
        """Take a referred sub-case over."""
        return platform.cases.take_over(request.user, sub_case_id, data.note, data.version).to_json()

    @post("/{sub_case_id:str}/procedure", opt=DECIDE, status_code=200, sync_to_thread=True)
    def start_procedure(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[ProcedureBody],
    ) -> dict[str, Json]:
        """启动特别程序: its time is not counted; the applicant is told why and until when."""
        return platform.cases.start_procedure(
            request.user, sub_case_id, data.procedure, data.days, data.basis, data.note, data.version
        ).to_json()

    @post("/{sub_case_id:str}/procedure-end", opt=DECIDE, status_code=200, sync_to_thread=True)
    def end_procedure(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: JSONBody[ProcedureEndBody],
    ) -> dict[str, Json]:
        """特别程序结束: the clock runs again, due days are later by what was not counted."""
        return platform.cases.end_procedure(request.user, sub_case_id, data.note, data.version).to_json()
