"""Pages around a draft: who is at it, its review, and going back to an old version; with their twins in the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template
from markupsafe import Markup

from ...core.definitions.kinds import KIND_NAMES
from ...core.definitions.numbers import whole_number
from ...core.definitions.pointer import tokens
from ...core.definitions.types import Json, Problem, Text
from ...core.designer.sentences import by_title
from ..context import Platform
from ..registry import refusals, reviewing
from ..registry.api import EDIT, PUBLISH, READ, REVIEW, AnyRequest
from ..registry.model import Draft
from ..registry.remarks import resolve
from ..templating import language
from . import places
from .previews import SHOWN, SIDES, WORDS, Side
from .remarks import pointer_now, remarks_in, title_now
from .review_api import VersionForm, submit


@dataclass
class ReviewForm:
    """A button of the review page: the revision it was shown for, a comment and its place, a first day."""

    revision: int
    comment: str = ""
    place: str = ""
    effective_from: str = ""


ReviewPost = URLEncodedBody[ReviewForm]
VersionPost = URLEncodedBody[VersionForm]
SendBackPost = URLEncodedBody[dict[str, str]]


class ReviewPages(Controller):
    """Who is at a draft, and its review; kept out of the OpenAPI document."""

    path = "/designer/{kind:str}/{code:str}"
    include_in_schema = False

    @post("/lease", opt=EDIT, status_code=200, sync_to_thread=True)
    def beat(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> dict[str, Json]:
        """Tell that one is still at a draft, or waits for it; a draft that nobody holds is anybody's."""
        actor: str = request.user.name
        lease = platform.designer.leases.beat(kind, code, actor)
        return {"mine": True, "wanted_by": None} if lease is None else lease.to_json(actor)

    @post("/lease/ask", opt=EDIT, status_code=303, sync_to_thread=True)
    def ask(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Redirect:
        """Ask to take over."""
        platform.designer.opened(kind, code)
        platform.designer.leases.ask(kind, code, request.user.name)
        return Redirect(f"/designer/{kind}/{code}", status_code=303)

    @post("/lease/release", opt=EDIT, status_code=204, sync_to_thread=True)
    def release(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> None:
        """Let go of a draft."""
        platform.designer.leases.release(kind, code, request.user.name)

    @get("/review", opt=READ, sync_to_thread=True)
    def review(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Template:
        """Show a draft as its reviewer needs it."""
        draft = platform.registry.draft(kind, code)
        if draft is None:
            raise refusals.no_draft(kind, code)
        return Template("designer/review.html", context=_context(platform, request, draft))

    @get("/review/form/{side:str}", opt=READ, sync_to_thread=True)
    def form(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        side: FromPath[str],
    ) -> Template:
        """Show the applicant's form as it is before publishing, or as it will be after."""
        draft = platform.registry.draft(kind, code)
        if draft is None or side not in ("before", "after"):
            raise refusals.no_draft(kind, code)
        chosen: Side = "before" if side == "before" else "after"
        found = platform.reviews.form(draft, chosen, "en" if language(request) == "en" else "zh")
        pages = found.pages if found else []
        # the core escapes what it writes
        shown = [[{"title": title, "html": Markup(html)} for title, html in page] for page in pages]  # noqa: S704
        return Template(
            "designer/form.html",
            context={
                "kind": kind,
                "code": code,
                "title": draft.title,
                "side": chosen,
                "sides": SIDES if draft.base_version else {"after": SIDES["after"]},
                "pages": shown,
                "unfinished": found is None,
                "differing": [(WORDS[how], count) for how, count in found.differing.items()] if found else [],
            },
        )

    @post("/review/submit", opt=EDIT, status_code=303, sync_to_thread=True)
    def submit(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: ReviewPost,
    ) -> Redirect:
        """Hand the draft, and what it stands on, to another person."""
        submit(platform, kind, code, request.user.name, data.revision, data.effective_from)
        return Redirect(f"/designer/{kind}/{code}/review", status_code=303)

    @post("/review/take-back", opt=EDIT, status_code=303, sync_to_thread=True)
    def take_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: ReviewPost,
    ) -> Redirect:
        """Take the draft back to go on with it."""
        reviewing.take_back(platform.registry, kind, code, request.user.name, data.revision)
        return Redirect(f"/designer/{kind}/{code}", status_code=303)

    @post("/review/send-back", opt=REVIEW, status_code=303, sync_to_thread=True)
    def send_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: SendBackPost,
    ) -> Redirect:
        """Give the draft, and what it was submitted with, back with comments on places."""
        revision = data.get("revision", "")
        reviewing.send_back(
            platform.registry,
            kind,
            code,
            request.user.name,
            data.get("comment", ""),
            whole_number(revision) or 0,
            data.get("place", ""),
            remarks_in(data.items()),
        )
        return Redirect("/registry/review", status_code=303)

    @post("/comments/{number:int}/resolve", opt=EDIT, status_code=303, sync_to_thread=True)
    def resolve(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> Redirect:
        """Say that a reviewer's comment is dealt with."""
        resolve(platform.registry, kind, code, request.user.name, number)
        return Redirect(f"/designer/{kind}/{code}#dz-comments", status_code=303)

    @post("/review/approve", opt=PUBLISH, status_code=303, sync_to_thread=True)
    def approve(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: ReviewPost,
    ) -> Redirect:
        """Publish the draft with everything it was submitted with."""
        reviewing.approve(platform.registry, kind, code, request.user.name, data.revision)
        return Redirect(f"/registry/{kind}/{code}", status_code=303)

    @post("/roll-back", opt=EDIT, status_code=303, sync_to_thread=True)
    def roll_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: VersionPost,
    ) -> Redirect:
        """Make a draft of an old version, to be reviewed and published again."""
        platform.designer.roll_back(kind, code, request.user.name, data.version)
        return Redirect(f"/designer/{kind}/{code}/review", status_code=303)


def _context(platform: Platform, request: AnyRequest, draft: Draft) -> dict[str, Any]:
    parts = platform.reviews.parts(draft)
    drafts = [part.draft for part in parts]
    authors = sorted({author for each in drafts for author in each.authors})
    checklist = platform.reviews.checklist(drafts)
    documents = {each.id: each.document for each in drafts}
    library = platform.registry.library().with_(documents.values())

    def link(problem: Problem) -> str:
        document = documents.get(problem.file or "", draft.document)
        return places.address(document, problem.pointer, problem.code)

    def message(problem: Problem) -> Text:
        document = documents.get(problem.file or "", draft.document)
        return by_title(document, problem.message, library, problem.pointer)

    def remedy(problem: Problem) -> Text:
        document = documents.get(problem.file or "", draft.document)
        return by_title(document, problem.remedy, library, problem.pointer)

    def name(problem: Problem) -> str:
        """Give the code of the rule, fact or parameter that a finding is about."""
        path = tokens(problem.pointer)
        return path[1] if len(path) > 1 and path[0] in _DEEPER else ""

    def where(problem: Problem, lang: str) -> str:
        document = documents.get(problem.file or "", draft.document)
        return places.words(document, tokens(problem.pointer), lang)

    first_day = str(draft.document.get("effective_from") or "")
    return {
        "draft": draft,
        "backdated": bool(first_day) and first_day < platform.registry.shelf.today().isoformat(),
        "parts": parts,
        "authors": authors,
        "own": request.user.name in authors,
        "checklist": checklist,
        "errors": sum(p.severity == "error" for line in checklist for p in line.findings),
        "touched": platform.reviews.touched(drafts),
        "kinds": KIND_NAMES,
        "link": link,
        "where": where,
        "message": message,
        "remedy": remedy,
        "name": name,
        "comment_link": lambda each, said: places.address(each.document, pointer_now(each.document, said)),
        "comment_words": lambda each, said, lang: title_now(each.document, said, lang),
        "previews": {
            each.id: [side for side in SIDES.items() if each.base_version or side[0] == "after"]
            for each in drafts
            if each.kind in SHOWN
        },
    }


_DEEPER = ("rules", "facts", "parameters")
