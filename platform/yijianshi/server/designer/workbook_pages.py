"""Excel in and out of the designer: a ruleset's workbook compared with the draft, then taken in as its edits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template

from ...core.definitions.library import Library
from ...core.definitions.types import Problem, text
from ...core.designer.between import Change, changes_between
from ...core.designer.controls import name_of
from ...core.designer.operations import Ground, Refused, carry_out
from ...core.designer.ruleset_outcomes import whole_rows
from ...core.designer.sentences import Lang, by_title
from ..context import Platform
from ..registry import refusals
from ..registry.api import EDIT, AnyRequest
from ..registry.books import MAX_UPLOAD, read_books
from ..templating import language
from ..workbooks.opening import located
from .service import Opened

TAKE_IN = name_of({"op": "take_in"})


@dataclass
class BookForm:
    """A workbook sent to be compared with the draft."""

    file: UploadFile


@dataclass
class TakeForm:
    """What a workbook says, and the revision of the draft it was compared with."""

    revision: int
    document: str


BookPost = MultipartBody[BookForm]
TakePost = URLEncodedBody[TakeForm]


class RulesetBookPages(Controller):
    """A ruleset's workbook, out and in; kept out of the OpenAPI document."""

    path = "/designer/{kind:str}/{code:str}/workbook"
    include_in_schema = False

    @get("/", opt=EDIT, sync_to_thread=True)
    def book(self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]) -> Template:
        """Offer the workbook, and a place to send one."""
        return _page(platform.designer.opened(kind, code))

    @post("/", opt=EDIT, status_code=200, sync_to_thread=True, request_max_body_size=MAX_UPLOAD)
    def compare(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: BookPost,
    ) -> Template:
        """Tell what a workbook would change, and change nothing."""
        opened = _ruleset(platform.designer.opened(kind, code))
        name = data.file.filename or "?"
        sent = read_books(platform.registry, [(name, data.file.file.read())], request.user.name)
        problems = list(sent.problems)
        documents = [dict(source.document) for source in sent.sources]
        if not problems and [document.get("code") for document in documents] != [code]:
            problems.append(_another(code))
        if problems:
            return _page(opened, problems=problems)
        library = platform.registry.library()
        document = whole_rows(documents[0], library)
        if "tests" in opened.document:
            # the workbook holds the rules; the cases stay with the draft
            document.setdefault("tests", opened.document["tests"])
        try:
            carry_out(_ground(platform, opened), {"op": "take_in", "value": json.dumps(document)})
        except Refused as refused:
            places = sent.places.get(name, {})
            return _page(
                opened, problems=[replace(located(each, places), file=name) for each in refused.problems]
            )
        known = set(_told(platform.designer.findings(opened.document), document, library))
        found = _told(platform.designer.findings(document), document, library)
        fresh = [located(found[each], sent.places.get(name, {})) for each in found if each not in known]
        return _page(opened, document, changes_between(opened.document, document, library), found=fresh)

    @post("/take", opt=EDIT, status_code=303, sync_to_thread=True)
    def take(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: TakePost,
    ) -> Template | Redirect:
        """Take in what a workbook says, as edits of the draft that can be undone."""
        lang: Lang = "en" if language(request) == "en" else "zh"
        saved = platform.designer.carry_out(
            kind, code, request.user.name, data.revision, [(TAKE_IN, data.document)], {}, lang
        )
        if saved.desk.problems:
            found = [problem for _, problem in saved.desk.problems.values()]
            return _page(platform.designer.opened(kind, code), problems=found)
        return Redirect(f"/designer/ruleset/{code}", status_code=303)


def _ground(platform: Platform, opened: Opened) -> Ground:
    library = platform.registry.library().with_([opened.document])
    return Ground(opened.document, library, platform.registry.metas)


def _told(
    found: Iterable[Problem], document: Mapping[str, Any], library: Library
) -> dict[tuple[str, str, str], Problem]:
    """Give findings by what they say of which place, in words for the clerk."""
    said = (
        replace(
            each,
            message=by_title(document, each.message, library, each.pointer),
            remedy=by_title(document, each.remedy, library, each.pointer),
        )
        for each in found
    )
    return {(each.pointer, each.code, each.message["zh"]): each for each in said}


def _page(
    opened: Opened,
    document: Any = None,
    changes: list[Change] | None = None,
    problems: list[Problem] | None = None,
    found: Sequence[Problem] = (),
) -> Template:
    _ruleset(opened)
    return Template(
        "designer/workbook.html",
        context={
            "opened": opened,
            "document": opened.document,
            "changes": changes,
            "problems": problems or [],
            "found": found,
            "sent": None if document is None else json.dumps(document, ensure_ascii=False),
        },
    )


def _ruleset(opened: Opened) -> Opened:
    if opened.document["kind"] != "ruleset":
        raise refusals.no_workbook(str(opened.document["kind"]), str(opened.document["code"]))
    return opened


def _another(code: str) -> Problem:
    return Problem(
        "",
        "another-ruleset",
        text(f"工作簿不是规则集“{code}”的", f"the workbook is not of the ruleset {code}"),
        text("请使用本页下载的工作簿", "use the workbook that this page gives"),
    )
