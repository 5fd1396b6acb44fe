"""The applicant's pages: the guide of a bundle, the form page by page, materials, review."""

from __future__ import annotations

import secrets
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from ...core.definitions.numbers import whole_number
from ...core.definitions.types import text
from ..context import Platform
from ..errors import Refusal
from ..rule_advice import counsels
from ..templating import language
from ..uploads import MAX_BYTES, inspect
from . import forms
from .filling import form_page, save_page, update_page
from .materials import missing
from .reading import conditions_by_matter, plan_view, summary
from .service import Work

AnyRequest = Request[Any, Any, Any]
OWN = {"permission": "draft.own"}
FILES = MAX_BYTES + 1_000_000


@get("/bundles/{code:str}", opt={"permission": "bundle.browse"}, include_in_schema=False, sync_to_thread=True)
def guide(platform: NamedDependency[Platform], request: AnyRequest, code: FromPath[str]) -> Template:
    """Tell what a bundle is, what it needs, how long it takes, what it saves."""
    composition = platform.compositions.current(code, platform.drafts.today()).composition
    materials = composition.materials_for(composition.matters)
    return Template(
        "apply/guide.html",
        context={
            "bundle": composition.bundle,
            "matters": composition.matters,
            "asked": [m for m in materials if m.asked],
            "spared": [m for m in materials if not m.asked],
            "plan": plan_view(composition),
            "savings": composition.savings(),
            "fields": len(composition.fields),
        },
    )


@post("/bundles/{code:str}/start", opt=OWN, include_in_schema=False, sync_to_thread=True)
def start(platform: NamedDependency[Platform], request: AnyRequest, code: FromPath[str]) -> Redirect:
    """Open the applicant's draft of a bundle."""
    known = platform.accounts.personal(request.user)
    draft = platform.drafts.begin(request.user, code, known)
    return Redirect(f"/apply/{draft}", status_code=303)


class ApplyPages(Controller):
    """One draft's pages."""

    path = "/apply/{draft:str}"
    include_in_schema = False
    opt = OWN

    @get("/", sync_to_thread=True)
    def resume(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> Redirect:
        """Go to where there is something left to do."""
        work = platform.drafts.open(request.user, draft)
        if work.draft.case_id:
            return Redirect(f"/cases/{work.draft.case_id}", status_code=303)
        for page in work.state.pages:
            if page["errors"]:
                return Redirect(f"/apply/{draft}/form/{page['code']}", status_code=303)
        if missing(work, platform.materials.attached(work.draft)):
            return Redirect(f"/apply/{draft}/materials", status_code=303)
        return Redirect(f"/apply/{draft}/review", status_code=303)

    @get("/form/{section:str}", sync_to_thread=True)
    def section(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        section: FromPath[str],
        check: FromQuery[bool] = False,
    ) -> Response[Any]:
        """Show the page that a section is on; ``check`` tells everything still wrong with it.

        A page goes by the code of its first section; that of another leads to its place on the page.
        """
        work = platform.drafts.open(request.user, draft)
        here = work.state.page(section)
        if here is not None and here["code"] != section:
            query = "?check=true" if check else ""
            return Redirect(f"/apply/{draft}/form/{here['code']}{query}#section-{section}", status_code=303)
        return form_page(platform, request, work, section, None if check else ())

    @post("/form/{section:str}", request_max_body_size=FILES)
    async def save(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        section: FromPath[str],
    ) -> Response[Any]:
        """Save a page and go where the button says; what is wrong stays on the page, saved too."""
        pairs, files = await _read_form(request)
        return await _in_thread(save_page, platform, request, draft, section, pairs, files)

    @post("/form/{section:str}/state", status_code=200)
    async def update(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        section: FromPath[str],
    ) -> Response[Any]:
        """Give the page anew for what is filled in so far, and keep it as the draft (htmx)."""
        pairs, _ = await _read_form(request)
        return await _in_thread(update_page, platform, request, draft, section, pairs)

    @get("/materials", sync_to_thread=True)
    def materials(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> Response[Any]:
        """Show what is to be handed in, and what is not and why."""
        return _materials_page(platform, request, platform.drafts.open(request.user, draft), None)

    @post("/materials", request_max_body_size=FILES)
    async def upload(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> Response[Any]:
        """Take a file for a material."""
        pairs, files = await _read_form(request)
        return await _in_thread(_upload, platform, request, draft, pairs, files)

    @get("/materials/{upload:str}", sync_to_thread=True)
    def download(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        upload: FromPath[str],
    ) -> Response[bytes]:
        """Give an uploaded file back."""
        file, content = platform.materials.content(request.user, draft, upload)
        return file_response(file.filename, file.media_type, content)

    @post("/materials/{upload:str}/remove", sync_to_thread=True)
    def remove(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        upload: FromPath[str],
    ) -> Redirect:
        """Take an uploaded file away."""
        platform.materials.remove(request.user, draft, upload)
        return Redirect(f"/apply/{draft}/materials", status_code=303)

    @get("/review", sync_to_thread=True)
    def review(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> Response[Any]:
        """Show everything before it is submitted: answers, conditions, materials, plan."""
        return _review_page(platform, request, platform.drafts.open(request.user, draft), None)

    @post("/submit", opt={"permission": "case.submit"})
    async def submit(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> Response[Any]:
        """Submit; what keeps it from being submitted is told on the review page."""
        pairs, _ = await _read_form(request)
        return await _in_thread(_submit, platform, request, draft, pairs)

    @post("/discard", sync_to_thread=True)
    def discard(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> Redirect:
        """Throw the draft away."""
        platform.drafts.discard(request.user, draft)
        return Redirect("/", status_code=303)


async def _in_thread(work: Any, *arguments: Any) -> Response[Any]:
    import anyio.to_thread

    result: Response[Any] = await anyio.to_thread.run_sync(lambda: work(*arguments))
    return result


async def _read_form(request: AnyRequest) -> tuple[list[tuple[str, str]], list[tuple[str, str, bytes]]]:
    """Read a post: its text pairs, and its files as (name, file name, content)."""
    pairs: list[tuple[str, str]] = []
    files: list[tuple[str, str, bytes]] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if content or value.filename:
                files.append((name, value.filename or "", content))
        else:
            pairs.append((name, str(value)))
    return pairs, files


def _materials_page(
    platform: Platform, request: AnyRequest, work: Work, refusal: Refusal | None, material: str = ""
) -> Response[Any]:
    attached = platform.materials.attached(work.draft)
    return Template(
        "apply/materials.html",
        status_code=refusal.status if refusal else 200,
        context={
            "work": work,
            "bundle": work.composed.composition.bundle,
            "matters": work.composed.composition.matters,
            "steps": forms.steps(work.state, work.draft.answers),
            "here": "materials",
            "asked": [m for m in work.state.materials if m.asked],
            "spared": [m for m in work.state.materials if not m.asked],
            "definitions": work.composed.composition.package["materials"],
            "attached": attached,
            "missing": missing(work, attached),
            "refusal": refusal,
            "refused": material,
        },
    )


def _upload(
    platform: Platform,
    request: AnyRequest,
    draft: str,
    pairs: list[tuple[str, str]],
    files: list[tuple[str, str, bytes]],
) -> Response[Any]:
    material = dict(pairs).get("material", "")
    work = platform.drafts.open(request.user, draft)
    try:
        definition = platform.materials.definition(work, material)
        if not files:
            raise Refusal(
                422,
                "no-file",
                text("请先选择文件", "choose a file first"),
                text("点击“选择文件”后再上传", "choose one, then upload it"),
            )
        limit = int(definition.get("max_size_mb", 25)) * 1024 * 1024
        for _, filename, content in files:
            upload = inspect(filename, content, definition["formats"], limit)
            platform.materials.attach(request.user, draft, material, upload)
    except Refusal as refusal:
        return _materials_page(platform, request, work, refusal, material)
    return Redirect(f"/apply/{draft}/materials#material-{material}", status_code=303)


def _review_page(
    platform: Platform, request: AnyRequest, work: Work, refusal: Refusal | None
) -> Response[Any]:
    lang = language(request)
    attached = platform.materials.attached(work.draft)
    return Template(
        "apply/review.html",
        status_code=refusal.status if refusal else 200,
        context={
            "work": work,
            "bundle": work.composed.composition.bundle,
            "matters": work.composed.composition.matters,
            "steps": forms.steps(work.state, work.draft.answers),
            "here": "review",
            "summary": summary(work, lang, platform.regions),
            "conditions": conditions_by_matter(work, lang),
            "attached": attached,
            "asked": [m for m in work.state.materials if m.asked],
            "problems": platform.submissions.problems(work, attached),
            "plan": plan_view(work.composed.composition, work.state.active),
            "denials": work.state.evaluation.denials,
            "advice": counsels(
                work.composed.composition, work.state.evaluation, advise=platform.provers.advise
            ),
            "key": secrets.token_hex(16),
            "refusal": refusal,
        },
    )


def _submit(
    platform: Platform, request: AnyRequest, draft: str, pairs: list[tuple[str, str]]
) -> Response[Any]:
    given = dict(pairs)
    try:
        case = platform.submissions.submit(
            request.user,
            draft,
            given.get("package", ""),
            whole_number(given.get("revision", "")) or -1,
            given.get("key", ""),
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return _review_page(platform, request, platform.drafts.open(request.user, draft), refusal)
    return Redirect(f"/cases/{case.id}/receipt", status_code=303)


def file_response(filename: str, media_type: str, content: bytes) -> Response[bytes]:
    """Send a stored file as a download, whatever its type."""
    from urllib.parse import quote

    return Response(
        content,
        media_type=media_type,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}"},
    )


pages = [guide, start, ApplyPages]
