"""The desk's pages: the queue, one sub-case, and the forms of what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from ...core.cases.values import Remedies
from ...core.definitions.numbers import whole_number
from ...core.definitions.types import text
from ..cases import wording
from ..cases.model import SubCaseView
from ..cases.sending import attachment
from ..cases.staff import CorrectionAsk
from ..cases.staff_views import STATUSES
from ..context import Platform
from ..errors import Refusal
from .api import ACCEPT, CORRECT, DECIDE, QUEUE, READ

AnyRequest = Request[Any, Any, Any]
FormBody = URLEncodedBody[dict[str, Any]]
PAGE = 50
ROWS = 4
MOST_ROWS = 50
"""Rows of the correction form, at first and at most."""


@dataclass(frozen=True)
class Typed:
    """What was typed into one of the forms and could not be taken; shown again so that nothing is lost."""

    form: str
    values: Mapping[str, str]
    rows: int
    refusal: Refusal | None


class DeskPages(Controller):
    """The desk; kept out of the OpenAPI document."""

    path = "/desk"
    include_in_schema = False

    @get("/", opt=QUEUE, sync_to_thread=True)
    def queue(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        status: FromQuery[str] = "",
        page: Annotated[int, QueryParameter(ge=1, le=100_000)] = 1,
    ) -> Template:
        """Show the queue."""
        queue = platform.cases.queue(request.user, status or None, (page - 1) * PAGE, PAGE)
        return Template(
            "desk/queue.html",
            context={
                "queue": queue,
                "status": status,
                "statuses": STATUSES,
                "page": page,
                "pages": max(1, -(-queue.total // PAGE)),
                "words": wording,
            },
        )

    @get("/{sub_case_id:str}", opt=READ, sync_to_thread=True)
    def one(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        done: FromQuery[str] = "",
    ) -> Template:
        """Show one sub-case with exactly its own data; journaled."""
        return _page(platform.cases.open(request.user, sub_case_id), done=done)

    @post("/{sub_case_id:str}/reveal", opt=READ, status_code=200, sync_to_thread=True)
    def reveal(
        self, platform: NamedDependency[Platform], request: AnyRequest, sub_case_id: FromPath[str]
    ) -> Template:
        """Show the sub-case with its personal data unmasked; journaled."""
        return _page(platform.cases.open(request.user, sub_case_id, reveal=True))

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
        data: FormBody,
    ) -> Template | Redirect:
        """受理."""

        def act() -> object:
            return platform.cases.accept(request.user, sub_case_id, _version(data))

        return _done(platform, request, sub_case_id, "accept", data, act)

    @post("/{sub_case_id:str}/correction", opt=CORRECT, status_code=200, sync_to_thread=True)
    def request_correction(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: FormBody,
    ) -> Template | Redirect:
        """一次性告知补正; the button for more rows only shows the form again."""
        if "more" in data:
            view = platform.cases.open(request.user, sub_case_id)
            rows = min(_rows(data) + ROWS, MOST_ROWS)
            return _page(view, Typed("correction", _strings(data), rows, None))

        def act() -> object:
            return platform.cases.request_correction(
                request.user, sub_case_id, _asks(data), _deadline(data), _version(data)
            )

        return _done(platform, request, sub_case_id, "correction", data, act)

    @post("/{sub_case_id:str}/grant", opt=DECIDE, status_code=200, sync_to_thread=True)
    def grant(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: FormBody,
    ) -> Template | Redirect:
        """准予."""

        def act() -> object:
            return platform.cases.grant(request.user, sub_case_id, _typed(data, "note"), _version(data))

        return _done(platform, request, sub_case_id, "grant", data, act)

    @post("/{sub_case_id:str}/refuse", opt=DECIDE, status_code=200, sync_to_thread=True)
    def refuse(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: FormBody,
    ) -> Template | Redirect:
        """不予许可 or 不予受理."""

        def act() -> object:
            return platform.cases.refuse(
                request.user,
                sub_case_id,
                _typed(data, "reasons"),
                _typed(data, "basis"),
                Remedies(_typed(data, "review"), _typed(data, "lawsuit")),
                _version(data),
            )

        return _done(platform, request, sub_case_id, "refuse", data, act)

    @post("/{sub_case_id:str}/take-over", opt=ACCEPT, status_code=200, sync_to_thread=True)
    def take_over(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: FormBody,
    ) -> Template | Redirect:
        """Take a referred sub-case over."""

        def act() -> object:
            return platform.cases.take_over(request.user, sub_case_id, _typed(data, "note"), _version(data))

        return _done(platform, request, sub_case_id, "take_over", data, act)

    @post("/{sub_case_id:str}/procedure", opt=DECIDE, status_code=200, sync_to_thread=True)
    def start_procedure(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: FormBody,
    ) -> Template | Redirect:
        """启动特别程序."""

        def act() -> object:
            days = _typed(data, "days").strip()
            return platform.cases.start_procedure(
                request.user,
                sub_case_id,
                _typed(data, "procedure"),
                min(whole_number(days) or 0, 99_999),
                _typed(data, "basis"),
                _typed(data, "note"),
                _version(data),
            )

        return _done(platform, request, sub_case_id, "procedure", data, act)

    @post("/{sub_case_id:str}/procedure-end", opt=DECIDE, status_code=200, sync_to_thread=True)
    def end_procedure(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        sub_case_id: FromPath[str],
        data: FormBody,
    ) -> Template | Redirect:
        """特别程序结束."""

        def act() -> object:
            return platform.cases.end_procedure(
                request.user, sub_case_id, _typed(data, "note"), _version(data)
            )

        return _done(platform, request, sub_case_id, "procedure_end", data, act)


def _done(
    platform: Platform,
    request: AnyRequest,
    sub_case_id: str,
    form: str,
    data: Mapping[str, Any],
    act: Callable[[], object],
) -> Template | Redirect:
    """Do it and go back to the sub-case; what is refused is shown there with everything typed."""
    try:
        act()
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        view = platform.cases.open(request.user, sub_case_id)
        return _page(view, Typed(form, _strings(data), _rows(data), refusal))
    return Redirect(f"/desk/{sub_case_id}?done={form}", status_code=303)


def _page(view: SubCaseView, typed: Typed | None = None, done: str = "") -> Template:
    refusal = typed.refusal if typed else None
    earlier = [item for notice in view.sub.notices for item in notice.items]
    targets = [(value.pointer, value.title) for value in view.values]
    targets += [(f"material:{m.material}", m.title) for m in view.materials if m.material]
    return Template(
        "desk/sub_case.html",
        context={
            "view": view,
            "sub": view.sub,
            "steps": wording.timeline(view.events, view.sub),
            "typed": typed,
            "said": typed.values if typed else {},
            "form": typed.form if typed else "",
            "refusal": refusal,
            "wrong": {problem.pointer.lstrip("/") for problem in refusal.problems} if refusal else set(),
            "rows": typed.rows if typed else ROWS,
            "targets": targets,
            "earlier": earlier,
            "done": done,
            "words": wording,
        },
        status_code=refusal.status if refusal else 200,
    )


def _strings(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in data.items() if isinstance(value, str)}


def _typed(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    return value if isinstance(value, str) else ""


def _version(data: Mapping[str, Any]) -> int | None:
    return whole_number(_typed(data, "version"))


def _rows(data: Mapping[str, Any]) -> int:
    return min(max(whole_number(_typed(data, "rows")) or ROWS, ROWS), MOST_ROWS)


def _asks(data: Mapping[str, Any]) -> list[CorrectionAsk]:
    """Read the rows of the notice; rows left empty are passed over."""
    asks = [
        CorrectionAsk(
            _typed(data, f"what-{row}"), _typed(data, f"target-{row}"), _typed(data, f"repeats-{row}")
        )
        for row in range(_rows(data))
    ]
    return [ask for ask in asks if ask.what.strip()]


def _deadline(data: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(_typed(data, "deadline"))
    except ValueError:
        raise Refusal(
            422,
            "deadline-required",
            text("请填写补正期限", "fill in until when the applicant may answer"),
            text("日期的格式为 2026-12-01", "a date looks like 2026-12-01"),
        ) from None
