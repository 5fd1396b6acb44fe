"""The form pages: which page comes when, what a post means, what the page needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.bundles.compose import Composition
from ...core.definitions.pointer import MISSING, get
from ...core.definitions.types import Json
from ...core.forms.page import (
    ASKED,
    Posted,
    answers_after,
    errors_in,
    page_fields,
    read_post,
    render_page,
)
from ...core.forms.state import FormState
from .service import Work, fingerprint

BASE, FORM = "_base", "_form"
"""What a page carries beside its fields: the fingerprint of what is stored, and the digest of its form."""


@dataclass(frozen=True)
class Step:
    """One page of the form, as a step of the application."""

    code: str
    title: Mapping[str, str]
    errors: int
    answered: int
    asked: int

    @property
    def state(self) -> str:
        """``done``, ``started``, ``open``, or ``free``: nothing must be answered, and nothing is yet."""
        if self.errors == 0:
            return "done" if self.answered else "free"
        return "started" if self.answered else "open"


def steps(state: FormState, answers: Json) -> list[Step]:
    """Give the pages of the form as steps, with how far each has come."""
    return [
        Step(
            page["code"],
            page["title"],
            page["errors"],
            sum(get(answers, pointer) is not MISSING for pointer in page["fields"]),
            len(page["fields"]),
        )
        for page in state.pages
    ]


def all_fields(work: Work, section: str) -> list[str]:
    """Give every field of the page a section is on, shown or not; none for an unknown section."""
    return fields_of_page(work.composed.composition, section)


def fields_of_page(composition: Composition, section: str) -> list[str]:
    """Give every field of the page that a section is on in a form."""
    return [pointer for each in composition.page_of(section) for pointer in each["fields"]]


def posted(work: Work, section: str, pairs: Iterable[tuple[str, str]]) -> Posted:
    """Read the post of the page that a section is on.

    The page may be of a form that has been published anew since: a field that has moved to another
    page is read all the same.
    """
    composition, given = work.composed.composition, list(pairs)
    fields = all_fields(work, section)
    if form_of(given) != composition.digest:
        asked = {value for name, value in given if name == ASKED}
        fields += [pointer for pointer in composition.fields if pointer in asked and pointer not in fields]
    return read_post(composition, fields, given)


def form_of(pairs: Iterable[tuple[str, str]]) -> str | None:
    """Give the digest of the form that a posted page was of; None when it does not say."""
    return next((value for name, value in pairs if name == FORM), None)


def neighbours(state: FormState, section: str) -> tuple[str | None, str | None]:
    """Give the pages before and after that of a section, among those with something to ask."""
    codes, page = [each["code"] for each in state.pages], state.page(section)
    if page is None:
        return None, codes[0] if codes else None
    place = codes.index(page["code"])
    before = codes[place - 1] if place else None
    after = codes[place + 1] if place + 1 < len(codes) else None
    return before, after


def page_html(
    work: Work,
    answers: Json,
    section: str,
    lang: str,
    regions: Mapping[str, Any],
    touched: Collection[str] | None,
) -> str:
    """Render the page that a section is on."""
    return render_page(work.state, answers, section, lang, touched, {"regions": regions})


def base_of(work: Work, section: str) -> str:
    """Give the fingerprint of the fields of a section's page as they are stored."""
    return fingerprint(work.draft.answers, all_fields(work, section))


def has_errors(state: FormState, section: str) -> bool:
    """Tell whether the page of a section has anything to correct."""
    return bool(errors_in(state, page_fields(state, section)))


def merged(work: Work, post: Posted) -> dict[str, Json]:
    """Give the stored answers with the post in them."""
    return answers_after(work.draft.answers, post)
