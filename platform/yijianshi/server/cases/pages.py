"""An applicant's cases: the list, one case, its receipt, the answer to corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template
from markupsafe import Markup

from ...core.cases.clocks import clock_of
from ...core.cases.values import Answer
from ...core.definitions.numbers import whole_number
from ..context import Platform
from ..errors import Refusal
from ..uploads import MAX_BYTES, MEDIA_TYPES, Upload, inspect
from . import wording
from .api import OWN
from .model import Case
from .receipts import qr_svg, receipt_of
from .sending import attachment
from .views import unknown_case

AnyRequest = Request[Any, Any, Any]
MAX_FORM = 3 * MAX_BYTES


@dataclass
class WithdrawForm:
    """The withdrawal form; it is sent only with the box ticked."""

    sub_case: str = ""
    reason: str = ""
    version: int | None = None


class CasePages(Controller):
    """The applicant's own cases; kept out of the OpenAPI document."""

    path = "/cases"
    include_in_schema = False

    @get("/", opt=OWN, sync_to_thread=True)
    def mine(self, platform: NamedDependency[Platform], request: AnyRequest) -> Template:
        """List the applicant's cases."""
        return Template(
            "cases/list.html", context={"cases": platform.cases.mine(request.user), "words": wording}
        )

    @get("/{case_id:str}", opt=OWN, sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], request: AnyRequest, case_id: FromPath[str]
    ) -> Template:
        """Show a case: where each matter stands, what is asked for, what was decided."""
        case = platform.cases.own(request.user, case_id)
        today = platform.cases.today()
        matters = [
            {
                "sub": sub,
                "status": case.state.status_of(sub),
                "status_text": wording.ended_as(case.state, sub),
                "department": case.departments[sub.matter],
                "clock": clock_of(case.state, sub, today, platform.calendar),
                "steps": wording.timeline(case.events, sub),
                "waits_for": [each.part.title for each in case.state.pending(sub)],
                "promise": wording.limit_text(sub.part.promised),
            }
            for sub in case.state.sub_cases
        ]
        return Template("cases/case.html", context={"case": case, "matters": matters, "words": wording})

    @get("/{case_id:str}/receipt", opt=OWN, sync_to_thread=True)
    def receipt(
        self, platform: NamedDependency[Platform], request: AnyRequest, case_id: FromPath[str]
    ) -> Template:
        """Show the receipt, to be printed."""
        case = platform.cases.own(request.user, case_id)
        address = f"{str(request.base_url).rstrip('/')}/cases/{case.id}"
        return Template(
            "cases/receipt.html",
            context={
                "case": case,
                "receipt": receipt_of(case, platform.calendar),
                "address": address,
                "qr": Markup(qr_svg(address)),  # noqa: S704 - drawn by us, holds no text of others
            },
        )

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

    @get("/{case_id:str}/correct/{sub_case_id:str}", opt=OWN, sync_to_thread=True)
    def correction(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        sub_case_id: FromPath[str],
    ) -> Template:
        """Show what has to be corrected, with a form to answer."""
        return _correction(platform.cases.own(request.user, case_id), sub_case_id)

    @post(
        "/{case_id:str}/correct/{sub_case_id:str}",
        opt=OWN,
        status_code=200,
        sync_to_thread=True,
        request_max_body_size=MAX_FORM,
    )
    def correct(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        sub_case_id: FromPath[str],
        data: MultipartBody[dict[str, Any]],
    ) -> Template | Redirect:
        """Take the answers; when something is missing what was typed is shown again."""
        case = platform.cases.own(request.user, case_id)
        sub = next((each for each in case.state.sub_cases if each.id == sub_case_id), None)
        if sub is None:
            raise unknown_case()
        typed = {item.id: _typed(data, f"text.{item.id}") for item in sub.open_items}
        try:
            files = {item.id: _files(data, f"file.{item.id}") for item in sub.open_items}
            answers = [Answer(item, said) for item, said in typed.items()]
            platform.cases.correct(request.user, case_id, sub_case_id, answers, files, _version(data))
        except Refusal as refusal:
            if refusal.status in (401, 403, 404):
                raise
            return _correction(case, sub_case_id, typed, refusal)
        return Redirect(f"/cases/{case_id}", status_code=303)

    @post("/{case_id:str}/withdraw", opt=OWN, status_code=303, sync_to_thread=True)
    def withdraw(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        case_id: FromPath[str],
        data: URLEncodedBody[WithdrawForm],
    ) -> Redirect:
        """Take back one sub-case, or everything that is undecided."""
        platform.cases.withdraw(request.user, case_id, data.sub_case or None, data.reason, data.version)
        return Redirect(f"/cases/{case_id}", status_code=303)


def _correction(
    case: Case,
    sub_case_id: str,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Template:
    sub = next((each for each in case.state.sub_cases if each.id == sub_case_id), None)
    if sub is None:
        raise unknown_case()
    wrong = {problem.pointer.lstrip("/") for problem in refusal.problems} if refusal else set()
    return Template(
        "cases/correct.html",
        context={
            "case": case,
            "sub": sub,
            "typed": typed or {},
            "refusal": refusal,
            "wrong": wrong,
            "accepts": ",".join(sorted(MEDIA_TYPES.values())),
        },
        status_code=refusal.status if refusal else 200,
    )


def _typed(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


def _version(data: Mapping[str, Any]) -> int | None:
    return whole_number(_typed(data, "version"))


def _files(data: Mapping[str, Any], name: str) -> list[Upload]:
    """Read the files of one item; an input that was left empty comes as a file without name and content."""
    found = data.get(name)
    given = found if isinstance(found, list) else [found]
    uploads = []
    for each in given:
        if isinstance(each, UploadFile):
            content = each.file.read()
            if each.filename or content:
                uploads.append(inspect(each.filename or "file", content, tuple(MEDIA_TYPES)))
    return uploads
