"""An applicant's cases as a JSON API, under ``/api/v1/cases``; the twin of the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody

from ...core.cases.values import Answer
from ...core.definitions.types import Json
from ..context import Platform
from ..uploads import MAX_BYTES, MEDIA_TYPES, inspect
from .receipts import receipt_of
from .sending import attachment

AnyRequest = Request[Any, Any, Any]
OWN = {"permission": "case.own"}
MAX_UPLOAD = MAX_BYTES + 1_000_000
"""A request with one file: the file and its wrapping."""


@dataclass
class AnswerBody:
    """The answer to one open item: a text, files uploaded before, or both."""

    item: str
    text: str = ""
    uploads: list[str] = field(default_factory=list)


@dataclass
class CorrectionBody:
    """Answers to every open item; ``version`` is that of the sub-case the applicant has before his eyes."""

    answers: list[AnswerBody]
    version: int | None = None


@dataclass
class WithdrawBody:
    """What to take back: one sub-case, or (null) everything undecided."""

    sub_case: str | None = None
    reason: str = ""
    version: int | None = None


@dataclass
class FileBody:
    """One file for the answer to a correction."""

    file: UploadFile


class CaseApi(Controller):
    """The applicant's own cases."""

    path = "/api/v1/cases"
    tags = ("cases",)

    @get("/", opt=OWN, sync_to_thread=True)
    def mine(self, platform: NamedDependency[Platform], request: AnyRequest) -> dict[str, Json]:
        """List the applicant's cases, the latest first."""
        return {"cases": [line.to_json() for line in platform.cases.mine(request.user)]}

    @get("/{case_id:str}", opt=OWN, sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], request: AnyRequest, case_id: FromPath[str]
    ) -> dict[str, Json]:
        """Give one case with every sub-case, what is asked for, and what was decided."""
        return platform.cases.own(request.user, case_id).to_json()

    @get("/{case_id:str}/receipt", opt=OWN, sync_to_thread=True)
    def receipt(
        self, platform: NamedDependency[Platform], request: AnyRequest, case_id: FromPath[str]
    ) -> dict[str, Json]:
        """Give the receipt of a case."""
        case = platform.cases.own(request.user, case_id)
        return receipt_of(case, platform.calendar).to_json()

    @get("/{case_id:str}/materials/{material_id:str}", opt=OWN, sync_to_thread=True)
    def material(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        material_id: FromPath[str],
    ) -> Response[bytes]:
        """Download a document that was handed in."""
        return attachment(platform.cases.own_file(request.user, case_id, material_id))

    @post(
        "/{case_id:str}/sub-cases/{sub_case_id:str}/files",
        opt=OWN,
        sync_to_thread=True,
        request_max_body_size=MAX_UPLOAD,
    )
    def attach(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        sub_case_id: FromPath[str],
        data: MultipartBody[FileBody],
    ) -> dict[str, Json]:
        """Upload a file for the answer to a correction; gives the id the answer refers to."""
        upload = inspect(data.file.filename, data.file.file.read(), tuple(MEDIA_TYPES))
        return {"id": platform.cases.attach(request.user, case_id, sub_case_id, upload)}

    @post(
        "/{case_id:str}/sub-cases/{sub_case_id:str}/corrections",
        opt=OWN,
        status_code=200,
        sync_to_thread=True,
    )
    def correct(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        sub_case_id: FromPath[str],
        data: JSONBody[CorrectionBody],
    ) -> dict[str, Json]:
        """Answer every open item of a sub-case at once."""
        answers = [Answer(each.item, each.text, tuple(each.uploads)) for each in data.answers]
        case = platform.cases.correct(request.user, case_id, sub_case_id, answers, expected=data.version)
        return case.to_json()

    @post("/{case_id:str}/withdraw", opt=OWN, status_code=200, sync_to_thread=True)
    def withdraw(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        data: JSONBody[WithdrawBody],
    ) -> dict[str, Json]:
        """Take back one sub-case, or everything that is undecided."""
        case = platform.cases.withdraw(request.user, case_id, data.sub_case, data.reason, data.version)
        return case.to_json()
