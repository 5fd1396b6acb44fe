"""Filling in the form: a page is shown, saved, and brought up to date while it is filled in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect, Template

from ...core.definitions.types import Json, text
from ...core.forms.page import ADD, REMOVE, group_pairs
from ..context import Platform
from ..errors import Refusal
from ..templating import language
from ..uploads import inspect
from . import forms
from .service import Stale, Work, fingerprint

AnyRequest = Request[Any, Any, Any]
FIELD_FORMATS = ("pdf", "png", "jpeg", "ofd")
"""What a file field of a form takes."""


def form_page(
    platform: Platform,
    request: AnyRequest,
    work: Work,
    section: str,
    touched: tuple[str, ...] | None,
    answers: Json = None,
    refusal: Refusal | None = None,
    saved: bool = False,
) -> Response[Any]:
    """Show the page that a section is on, with all that is wrong with it or (``touched``) what is to be told yet."""
    given = work.draft.answers if answers is None else answers
    _known(work, section)
    lang = language(request)
    before, after = forms.neighbours(work.state, section)
    page, declared = work.state.page(section), work.composed.composition.page_of(section)
    return Template(
        "apply/form.html",
        status_code=refusal.status if refusal else 200,
        context={
            "work": work,
            "bundle": work.composed.composition.bundle,
            "steps": forms.steps(work.state, given),
            "here": page["code"] if page else section,
            "title": page["title"] if page else declared[0]["title"],
            # of several sections each has its hint where it stands
            "hint": declared[0].get("hint") if len(declared) == 1 else None,
            "html": forms.page_html(work, given, section, lang, platform.regions, touched),
            "base": forms.base_of(work, section),
            "before": before,
            "after": after,
            "answers": given,
            "refusal": refusal,
            "saved": saved,
            "stale": refusal.fields if isinstance(refusal, Stale) else (),
            "stored": work.draft.answers,
        },
    )


def _known(work: Work, section: str) -> None:
    if not forms.all_fields(work, section):
        raise Refusal(
            404,
            "unknown-section",
            text("没有这一页", "there is no such page"),
            text("请从左侧步骤进入", "choose one of the steps"),
        )


def save_page(
    platform: Platform,
    request: AnyRequest,
    draft: str,
    section: str,
    pairs: list[tuple[str, str]],
    files: list[tuple[str, str, bytes]],
) -> Response[Any]:
    """Save the page that a section is on and go where the button says; what is wrong stays on the page."""
    work = platform.drafts.open(request.user, draft)
    post_ = forms.posted(work, section, pairs)
    form = forms.form_of(pairs)
    known = bool(forms.all_fields(work, section))
    if not known and form in (None, work.composed.composition.digest):
        _known(work, section)
    buttons = group_pairs(pairs)
    try:
        for pointer, filename, content in files:
            if pointer in post_.values:
                upload = inspect(filename, content, FIELD_FORMATS)
                kept = platform.materials.attach_to_field(request.user, draft, pointer, upload)
                post_.values[pointer] = {"upload": kept.id, "filename": kept.filename}
        kept_draft = platform.drafts.save(
            request.user,
            draft,
            post_.values,
            base=_base(platform, work, section, buttons),
            form=form,
            page=forms.all_fields(work, section),
        )
        if not known:  # the page he was on is no longer part of the form
            return Redirect(f"/apply/{draft}", status_code=303)
    except Refusal as refusal:
        if refusal.status not in (409, 413, 415, 422) or refusal.code == "already-submitted":
            raise
        given = forms.merged(work, post_)
        shown = platform.drafts.work(work.draft, given)
        return form_page(platform, request, shown, section, None, given, refusal)
    after = platform.drafts.work(kept_draft)
    if any(name in buttons for name in ("_add", "_remove", "_update")):
        return form_page(platform, request, after, section, ())
    action = buttons.get("_go", ["next"])[0]
    if action == "stay":
        return form_page(platform, request, after, section, (), saved=True)
    if action == "next" and forms.has_errors(after.state, section):
        return form_page(platform, request, after, section, None)
    return Redirect(_target(after, section, action), status_code=303)


def _base(platform: Platform, work: Work, section: str, posted: dict[str, list[str]]) -> str | None:
    """Give the fingerprint to hold a save against; that of a page of an older form is held here.

    Raises Stale when what that page showed was changed elsewhere.
    """
    base, form = posted.get(forms.BASE, [None])[0], posted.get(forms.FORM, [None])[0]
    draft = work.draft
    if base is None or form != draft.package_digest or not work.form_changed or draft.lock is None:
        return base
    old = platform.compositions.locked(draft.bundle, draft.lock).composition
    fields = forms.fields_of_page(old, section)
    if fingerprint(draft.answers, fields) != base:
        raise Stale(fields)
    return None


def _target(work: Work, section: str, action: str) -> str:
    before, following = forms.neighbours(work.state, section)
    draft = work.draft.id
    if action == "back":
        return f"/apply/{draft}/form/{before}" if before else f"/bundles/{work.draft.bundle}"
    return f"/apply/{draft}/form/{following}" if following else f"/apply/{draft}/materials"


def update_page(
    platform: Platform, request: AnyRequest, draft: str, section: str, pairs: list[tuple[str, str]]
) -> Response[Any]:
    """Save the page that a section is on, and give it anew.

    No button is pressed: htmx also sends the one that has the focus, or is held down, while the update goes out.
    """
    work = platform.drafts.open(request.user, draft)
    _known(work, section)
    pairs = [(name, value) for name, value in pairs if name not in (ADD, REMOVE)]
    post_ = forms.posted(work, section, pairs)
    grouped = group_pairs(pairs)
    kept = platform.drafts.save(
        request.user,
        draft,
        post_.values,
        base=_base(platform, work, section, grouped),
        form=forms.form_of(pairs),
        page=forms.all_fields(work, section),
    )
    after = platform.drafts.work(kept)
    touched = tuple(grouped.get("_touched", [""])[0].split(" "))
    html = forms.page_html(after, kept.answers, section, language(request), platform.regions, touched)
    page = after.state.page(section)
    context = {"html": html, "base": forms.base_of(after, section), "title": page["title"] if page else None}
    return Template("apply/update.html", context=context)
