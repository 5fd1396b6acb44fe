"""Applying as a JSON API: bundles, packages, drafts, materials, submission."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, MultipartBody

from ...core.bundles.describe import describe
from ...core.bundles.evaluate import evaluate, versions
from ...core.definitions.canonical import canonical
from ...core.definitions.types import Json, text
from ...core.forms.state import form_state
from ..context import Platform
from ..engines.decider import Agreement
from ..errors import Refusal
from ..rule_advice import counsels
from ..static import FOREVER
from ..uploads import MAX_BYTES, inspect
from .catalogue import listing
from .filling import FIELD_FORMATS
from .jsonforms import ui_schema
from .materials import missing
from .pages import FILES, file_response
from .service import Draft, Work
from .submission import FIELD, conditions

AnyRequest = Request[Any, Any, Any]
BROWSE = {"permission": "bundle.browse"}
OWN = {"permission": "draft.own"}


@dataclass
class AnswersBody:
    """Answers to try; ``on`` is the date of the decision (YYYY-MM-DD), today when left out."""

    answers: dict[str, Any] = field(default_factory=dict)
    on: str | None = None


@dataclass
class SaveBody:
    """All answers of a draft, and the revision they started from."""

    answers: dict[str, Any]
    revision: int


@dataclass
class StartBody:
    """Which bundle to apply for."""

    bundle: str


@dataclass
class SubmitBody:
    """What was reviewed (package and revision), and a key that makes a retry harmless."""

    package: str
    revision: int
    idempotency_key: str


@dataclass
class FileBody:
    """One file for one material."""

    material: str
    file: UploadFile


@get("/api/v1/bundles", opt=BROWSE, tags=["bundles"], sync_to_thread=True)
def list_bundles(platform: NamedDependency[Platform]) -> list[dict[str, Any]]:
    """List the bundles in force today with their savings."""
    return listing(platform)


@get("/api/v1/bundles/{code:str}", opt=BROWSE, tags=["bundles"], sync_to_thread=True)
def one_bundle(platform: NamedDependency[Platform], code: FromPath[str]) -> dict[str, Any]:
    """Give a bundle composed: matters, form, materials with why, plan, savings."""
    return describe(platform.compositions.current(code, platform.drafts.today()).composition)


@get("/api/v1/bundles/{code:str}/form", opt=BROWSE, tags=["bundles"], sync_to_thread=True)
def bundle_form(platform: NamedDependency[Platform], code: FromPath[str]) -> dict[str, Any]:
    """Give the merged form as JSON Schema and JSON Forms UI schema, for any JSON Forms client."""
    composition = platform.compositions.current(code, platform.drafts.today()).composition
    return {
        "schema": composition.schema_for(composition.matters),
        "ui": ui_schema(composition),
        "digest": composition.digest,
    }


@post(
    "/api/v1/bundles/{code:str}/evaluate", opt=BROWSE, tags=["bundles"], status_code=200, sync_to_thread=True
)
def evaluate_bundle(
    platform: NamedDependency[Platform], code: FromPath[str], data: JSONBody[AnswersBody]
) -> dict[str, Any]:
    """Evaluate answers without keeping them: outcomes, advice, unknown facts, trace, versions, engines."""
    on = _date(data.on) or platform.drafts.today()
    composition = platform.compositions.current(code, on).composition
    result = evaluate(composition, data.answers, on, platform.calendar)
    verdict = platform.decider.decide([(run.compiled, run.facts, run.verdict) for run in result.runs])
    advice = (
        counsels(composition, result, advise=platform.provers.advise)
        if isinstance(verdict, Agreement)
        else ()
    )
    return {
        **result.to_json(),
        "advice": [each.to_json() for each in advice],
        "trace": result.trace(),
        "versions": versions(composition),
        "engines": verdict.to_json(),
    }


@post("/api/v1/bundles/{code:str}/state", opt=BROWSE, tags=["bundles"], status_code=200, sync_to_thread=True)
def state_of_answers(
    platform: NamedDependency[Platform], code: FromPath[str], data: JSONBody[AnswersBody]
) -> dict[str, Any]:
    """Give the form state of answers without keeping them: visible, required, errors, materials."""
    on = _date(data.on) or platform.drafts.today()
    composition = platform.compositions.current(code, on).composition
    return form_state(composition, data.answers, on, platform.calendar).to_json()


def _date(raw: str | None) -> date | None:
    if raw is None:
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise Refusal(
            400,
            "no-date",
            text("on 应为 YYYY-MM-DD 的日期", "on must be a date YYYY-MM-DD"),
            text("请改正或省略（默认今天）", "correct it, or leave it out for today"),
        ) from None


@get("/packages/{name:str}", opt=BROWSE, tags=["bundles"], sync_to_thread=True)
def package(platform: NamedDependency[Platform], name: FromPath[str]) -> Response[bytes]:
    """Give a package by its hash (``sha256:….json``), with the calendar; it never changes."""
    composed = platform.compositions.by_digest(name.removesuffix(".json"))
    if composed is None:
        raise Refusal(
            404,
            "unknown-package",
            text("没有这个版本的申请表", "there is no such version of a form"),
            text("请刷新页面", "reload the page"),
        )
    content = {"package": composed.composition.to_json(), "calendar": platform.calendar.to_json()}
    return Response(canonical(content), media_type="application/json", headers={"cache-control": FOREVER})


class DraftsApi(Controller):
    """The applicant's own drafts."""

    path = "/api/v1/drafts"
    tags = ("drafts",)
    opt = OWN

    @get("/", sync_to_thread=True)
    def mine(self, platform: NamedDependency[Platform], request: AnyRequest) -> list[dict[str, Any]]:
        """List the open drafts."""
        return [_brief(draft) for draft in platform.drafts.mine(request.user)]

    @post("/", sync_to_thread=True)
    def begin(
        self, platform: NamedDependency[Platform], request: AnyRequest, data: JSONBody[StartBody]
    ) -> dict[str, Any]:
        """Open the draft of a bundle: the one there is, or a new one."""
        draft = platform.drafts.begin(request.user, data.bundle, platform.accounts.personal(request.user))
        return _whole(platform.drafts.open(request.user, draft), platform)

    @get("/{draft:str}", sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> dict[str, Any]:
        """Give a draft: answers, form state, materials, conditions."""
        return _whole(platform.drafts.open(request.user, draft), platform)

    @get("/{draft:str}/advice", sync_to_thread=True)
    def advice(
        self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]
    ) -> dict[str, Any]:
        """Give, for each ruleset that denies, the smallest change that the applicant could make."""
        work = platform.drafts.open(request.user, draft)
        found = counsels(work.composed.composition, work.state.evaluation, advise=platform.provers.advise)
        return {"advice": [each.to_json() for each in found]}

    @put("/{draft:str}", sync_to_thread=True)
    def save(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        data: JSONBody[SaveBody],
    ) -> dict[str, Any]:
        """Replace the answers of a draft; 409 when it changed since the revision given."""
        kept = platform.drafts.replace(request.user, draft, data.answers, data.revision)
        return _whole(platform.drafts.work(kept), platform)

    @delete("/{draft:str}", status_code=204, sync_to_thread=True)
    def discard(self, platform: NamedDependency[Platform], request: AnyRequest, draft: FromPath[str]) -> None:
        """Throw a draft away."""
        platform.drafts.discard(request.user, draft)

    @post("/{draft:str}/materials", request_max_body_size=FILES, sync_to_thread=True)
    def upload(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        data: MultipartBody[FileBody],
    ) -> dict[str, Any]:
        """Hand in a file for a material, or for a file field of the form (``field:/its/place``)."""
        work = platform.drafts.open(request.user, draft)
        if not isinstance(data.file, UploadFile):
            raise Refusal(
                422,
                "no-file",
                text("file 应为一个文件", "file must be a file"),
                text("请以 multipart/form-data 上传文件", "send it as multipart/form-data"),
            )
        if data.material.startswith(FIELD):
            return self._answer(platform, request, work, data)
        definition = platform.materials.definition(work, data.material)
        limit = min(int(definition.get("max_size_mb", 25)) * 1024 * 1024, MAX_BYTES)
        upload = inspect(data.file.filename or "", data.file.file.read(), definition["formats"], limit)
        return platform.materials.attach(request.user, draft, data.material, upload).to_json()

    @staticmethod
    def _answer(platform: Platform, request: AnyRequest, work: Work, data: FileBody) -> dict[str, Any]:
        pointer = data.material.removeprefix(FIELD)
        field_ = work.composed.composition.fields.get(pointer)
        if field_ is None or field_.type != "file":
            raise Refusal(
                404,
                "no-file-field",
                text("表单中没有这个文件项", "the form has no such file field"),
                text("请核对字段位置", "check the field's place"),
            )
        upload = inspect(data.file.filename or "", data.file.file.read(), FIELD_FORMATS)
        kept = platform.materials.attach_to_field(request.user, work.draft.id, pointer, upload)
        value = {"upload": kept.id, "filename": kept.filename}
        platform.drafts.save(request.user, work.draft.id, {pointer: value})
        return kept.to_json()

    @get("/{draft:str}/materials/{upload:str}", sync_to_thread=True)
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

    @delete("/{draft:str}/materials/{upload:str}", status_code=204, sync_to_thread=True)
    def remove(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        upload: FromPath[str],
    ) -> None:
        """Take an uploaded file away."""
        platform.materials.remove(request.user, draft, upload)

    @post("/{draft:str}/submit", opt={"permission": "case.submit"}, sync_to_thread=True)
    def submit(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        draft: FromPath[str],
        data: JSONBody[SubmitBody],
    ) -> dict[str, Any]:
        """Submit a draft; the same draft again gives the same case."""
        case = platform.submissions.submit(
            request.user, draft, data.package, data.revision, data.idempotency_key
        )
        return case.to_json()


def _brief(draft: Draft) -> dict[str, Any]:
    return {
        "id": draft.id,
        "bundle": draft.bundle,
        "revision": draft.revision,
        "updated_at": draft.updated_at,
    }


def _whole(work: Work, platform: Platform) -> dict[str, Json]:
    attached = platform.materials.attached(work.draft)
    return {
        **_brief(work.draft),
        "case_id": work.draft.case_id,
        "package": work.composed.composition.digest,
        "form_changed": work.form_changed,
        "changes": [dict(change) for change in work.changes],
        "answers": work.draft.answers,
        "state": work.state.to_json(),
        "conditions": [condition.to_json() for condition in conditions(work.state.evaluation)],
        "files": [file.to_json() for file in attached],
        "missing_materials": [material.code for material in missing(work, attached)],
        "problems": [problem.to_json() for problem in platform.submissions.problems(work, attached)],
    }


api = [list_bundles, one_bundle, bundle_form, evaluate_bundle, state_of_answers, package, DraftsApi]
