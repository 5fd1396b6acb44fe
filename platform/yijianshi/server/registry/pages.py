"""The registry's pages."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from litestar import Controller, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template

from ...core.definitions.kinds import KIND_NAMES
from ...core.definitions.library import KINDS, references
from ...core.definitions.pointer import tokens
from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.addresses import address_of
from ...core.designer.between import changes_between
from ...core.designer.sentences import place_of
from ..context import Platform
from ..errors import Refusal
from . import refusals, retiring, reviewing
from .api import EDIT, PUBLISH, READ, REVIEW, AnyRequest
from .books import MAX_UPLOAD, take
from .choices import CHOOSING, Choices, collisions, read_choices
from .documents import identify
from .intake import read_text
from .model import Draft, Version, unverified
from .publishing import newest
from .sentences import sentences
from .telling import Telling


@dataclass
class DraftForm:
    """The draft page's editor."""

    document: str
    revision: int | None = None


@dataclass
class DecisionForm:
    """A button on the draft page, with the revision it was shown for."""

    revision: int
    comment: str = ""


@dataclass
class UploadForm:
    """Files to look at: JSON or Excel."""

    files: list[UploadFile] = field(default_factory=list)


@dataclass(frozen=True)
class Typed:
    """What somebody wanted to save and could not; it is shown again so that nothing is lost."""

    content: str
    revision: int | None
    document: Json
    problems: tuple[Problem, ...]
    refusal: Refusal | None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.refusal.status if self.refusal else 422


DraftPost = URLEncodedBody[DraftForm]
DecisionPost = URLEncodedBody[DecisionForm]
UploadPost = MultipartBody[UploadForm]


class RegistryPages(Controller):
    """Definitions for administrators and auditors; kept out of the OpenAPI document."""

    path = "/registry"
    include_in_schema = False

    @get("/", opt=READ, sync_to_thread=True)
    def listing(
        self,
        platform: NamedDependency[Platform],
        kind: FromQuery[str] = "",
        search: FromQuery[str] = "",
        unverified: FromQuery[bool] = False,
    ) -> Template:
        """List the definitions."""
        chosen = kind if kind in KINDS else None
        return Template(
            "registry/list.html",
            context={
                "items": platform.registry.items(chosen, search, unverified),
                "kinds": KIND_NAMES,
                "kind": chosen or "",
                "search": search,
                "only_unverified": unverified,
                "waiting": len(reviewing.waiting(platform.registry))
                + len(retiring.waiting(platform.registry)),
            },
        )

    @get("/review", opt=READ, sync_to_thread=True)
    def queue(self, platform: NamedDependency[Platform]) -> Template:
        """Show what waits for a review."""
        context = {
            "waiting": reviewing.waiting(platform.registry),
            "retirements": retiring.waiting(platform.registry),
            "kinds": KIND_NAMES,
        }
        return Template("registry/review.html", context=context)

    @get("/import", opt=EDIT)
    async def upload(self) -> Template:
        """Ask for files."""
        return Template(
            "registry/import.html", context={"report": None, "kinds": KIND_NAMES, "collisions": []}
        )

    @post("/import", opt=EDIT, status_code=200, sync_to_thread=True, request_max_body_size=MAX_UPLOAD)
    def look(self, platform: NamedDependency[Platform], request: AnyRequest, data: UploadPost) -> Template:
        """Report what an import of the files would change; nothing is saved yet."""
        files = [(file.filename or "?", file.file.read()) for file in data.files]
        return self._report(platform, request, files, False)

    @post("/import/keep", opt=EDIT, status_code=200)
    async def keep(self, platform: NamedDependency[Platform], request: AnyRequest) -> Template | Redirect:
        """Save the documents that were looked at as drafts, with what was chosen for each collision."""
        pairs = [(name, str(value)) for name, value in (await request.form()).multi_items()]
        documents = dict(pairs).get("documents", "")
        files = [("", documents.encode())]
        return await sync_to_thread(self._report, platform, request, files, True, read_choices(pairs))

    @get("/{kind:str}/{code:str}", opt=READ, sync_to_thread=True)
    def definition(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> Template:
        """Show a definition with its versions."""
        versions, draft = platform.registry.versions(kind, code), platform.registry.draft(kind, code)
        if not versions and draft is None:
            raise refusals.not_found(kind, code)
        return self._definition(platform, versions, draft, versions[-1] if versions else None)

    @get("/{kind:str}/{code:str}/versions/{number:int}", opt=READ, sync_to_thread=True)
    def version(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> Template:
        """Show one version."""
        chosen = platform.registry.version(kind, code, number)
        versions, draft = platform.registry.versions(kind, code), platform.registry.draft(kind, code)
        return self._definition(platform, versions, draft, chosen)

    @get("/{kind:str}/{code:str}/compare", opt=READ, sync_to_thread=True)
    def compare(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        old: FromQuery[int],
        new: FromQuery[int],
    ) -> Template:
        """Show what changed between two versions."""
        return Template(
            "registry/compare.html",
            context={
                "kind": kind,
                "code": code,
                "old": platform.registry.version(kind, code, old),
                "new": platform.registry.version(kind, code, new),
                "changes": platform.registry.compare(kind, code, old, new),
                "kinds": KIND_NAMES,
            },
        )

    @get("/{kind:str}/{code:str}/draft", opt=READ, sync_to_thread=True)
    def draft(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> Template:
        """Show the draft with its problems, or an editor for a new one."""
        draft = platform.registry.draft(kind, code)
        if draft is not None:
            return self._draft(platform, kind, code, draft)
        if not platform.registry.versions(kind, code):
            raise refusals.not_found(kind, code)
        return self._draft(platform, kind, code, None)

    @post("/{kind:str}/{code:str}/draft", opt=EDIT, status_code=200, sync_to_thread=True)
    def save(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: DraftPost,
    ) -> Template | Redirect:
        """Save the draft; whatever is wrong with it, the text typed is shown again."""
        document, problems = read_text(data.document, f"{kind}:{code}")
        refusal: Refusal | None = None
        if not problems:
            try:
                if identify(document) != (kind, code):
                    raise refusals.other_definition(kind, code)
                platform.registry.save_draft(document, request.user.name, data.revision)
                return Redirect(f"/registry/{kind}/{code}/draft", status_code=303)
            except Refusal as error:
                refusal, problems = error, list(error.problems)
        draft = platform.registry.draft(kind, code)
        typed = Typed(data.document, data.revision, document, tuple(problems), refusal)
        return self._draft(platform, kind, code, draft, typed)

    @post("/{kind:str}/{code:str}/draft/discard", opt=EDIT, status_code=303, sync_to_thread=True)
    def discard(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: DecisionPost,
    ) -> Redirect:
        """Throw the draft away."""
        platform.registry.discard_draft(kind, code, request.user.name, data.revision)
        known = platform.registry.versions(kind, code)
        # where there is nothing left of it, the drafts that are left are what is worked on
        return Redirect(f"/registry/{kind}/{code}" if known else "/designer", status_code=303)

    @post("/{kind:str}/{code:str}/draft/submit", opt=EDIT, status_code=303, sync_to_thread=True)
    def submit(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: DecisionPost,
    ) -> Redirect:
        """Submit the draft for review."""
        reviewing.submit(platform.registry, kind, code, request.user.name, data.revision)
        return Redirect(f"/registry/{kind}/{code}/draft", status_code=303)

    @post("/{kind:str}/{code:str}/draft/send-back", opt=REVIEW, status_code=303, sync_to_thread=True)
    def send_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: DecisionPost,
    ) -> Redirect:
        """Give the draft back with a comment."""
        reviewing.send_back(platform.registry, kind, code, request.user.name, data.comment, data.revision)
        return Redirect("/registry/review", status_code=303)

    @post("/{kind:str}/{code:str}/draft/approve", opt=PUBLISH, status_code=303, sync_to_thread=True)
    def approve(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: DecisionPost,
    ) -> Redirect:
        """Publish the draft."""
        reviewing.approve(platform.registry, kind, code, request.user.name, data.revision)
        return Redirect(f"/registry/{kind}/{code}", status_code=303)

    def _definition(
        self, platform: Platform, versions: list[Version], draft: Draft | None, shown: Version | None
    ) -> Template:
        document = shown.document if shown else draft.document if draft else {}
        kind, code = document["kind"], document["code"]
        library = platform.registry.library()

        def titled(other: str, name: str) -> Text:
            return library.get(other, name)["title"] if library.has(other, name) else text(name, name)

        def place_words(pointer: str, lang: str) -> str:
            address = address_of(document, tokens(pointer))
            return place_of(document, address, "en" if lang == "en" else "zh", library)

        return Template(
            "registry/definition.html",
            context={
                "titled": titled,
                "place_words": place_words,
                "kind": kind,
                "code": code,
                "title": shown.title if shown else draft and draft.title,
                "versions": versions[::-1],
                "draft": draft,
                "shown": shown,
                "document": pretty(platform, document),
                "today": platform.registry.shelf.today(),
                "retirement": retiring.asked(platform.registry, kind, code),
                "unverified": list(unverified(document)),
                "used_by": platform.registry.users(kind, code),
                "uses": sorted({(ref, name) for ref, name, _ in references(document)}) if shown else [],
                "sentences": sentences(document, library),
                "kinds": KIND_NAMES,
            },
        )

    def _draft(
        self, platform: Platform, kind: str, code: str, draft: Draft | None, typed: Typed | None = None
    ) -> Template:
        registry = platform.registry
        last = newest(registry.shelf.versions(), kind, code)
        kept = draft or last
        if typed:
            content, revision, problems = typed.content, typed.revision, list(typed.problems)
            changes = (
                changes_between(kept.document, typed.document, registry.library())
                if kept and isinstance(typed.document, dict)
                else []
            )
        else:
            content = pretty(platform, kept.document) if kept else ""
            revision = draft.revision if draft else None
            problems = registry.check(draft.document) if draft else []
            changes = (
                changes_between(last.document, draft.document, registry.library()) if last and draft else []
            )
        return Template(
            "registry/draft.html",
            context={
                "kind": kind,
                "code": code,
                "draft": draft,
                "last": last,
                "document": content,
                "revision": revision,
                "problems": problems,
                "refusal": typed and typed.refusal,
                "changes": changes,
                "typed": typed,
                "kinds": KIND_NAMES,
            },
            status_code=typed.status if typed else 200,
        )

    def _report(
        self,
        platform: Platform,
        request: AnyRequest,
        files: list[tuple[str, bytes]],
        keep: bool,
        choices: Choices | None = None,
    ) -> Template:
        report, sources = take(platform.registry, files, request.user.name, dry_run=not keep, choices=choices)
        documents = json.dumps([source.document for source in sources], ensure_ascii=False)
        return Template(
            "registry/import.html",
            context={
                "report": report,
                "telling": Telling(sources, platform.registry.library()),
                "documents": documents,
                "kinds": KIND_NAMES,
                "collisions": collisions(report),
                "choices": dict(choices or {}),
                "only_collisions": all(p.code in CHOOSING for p in report.errors),
            },
            status_code=422 if report.errors else 200,
        )


def pretty(platform: Platform, document: Json) -> str:
    """Spell a document for reading: the keys of its top level in the order of the meta-schema."""
    meta: Any = platform.registry.metas.get(str(document.get("kind")), {})
    order = {key: at for at, key in enumerate(meta.get("properties", {}))}
    keys = sorted(document, key=lambda key: order.get(key, len(order)))
    return json.dumps({key: document[key] for key in keys}, ensure_ascii=False, indent=2)
