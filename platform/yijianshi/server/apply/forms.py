"""The form pages: which section comes when, what a post means, what the page needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.definitions.pointer import MISSING, get
from ...core.definitions.types import Json
from ...core.forms.page import (
    ASKED,
    Posted,
    answers_after,
    errors_in,
    read_post,
    render_section,
    section_fields,
)
from ...core.forms.state import FormState
from .service import Work, fingerprint

BASE, FORM = "_base", "_form"
"""What a page carries beside its fields: the fingerprint of what is stored, and the digest of its form."""


@dataclass(frozen=True)
class Step:
    """One page of the application: a section, the materials, or the review."""

    code: str
    title: Mapping[str, str]
    errors: int
    answered: int
    asked: int

    @property
    def state(self) -> str:
        """``done``, ``started`` or ``open``."""
        if self.errors == 0:
            return "done"
        return "started" if self.answered else "open"


def steps(state: FormState, answers: Json) -> list[Step]:
    """Give the sections as steps, with how far each has come."""
    return [
        Step(
            section["code"],
            section["title"],
            section["errors"],
            sum(get(answers, pointer) is not MISSING for pointer in section["fields"]),
            len(section["fields"]),
        )
        for section in state.sections
    ]


def all_fields(work: Work, section: str) -> list[str]:
    """Give every field of a section, shown or not; none for an unknown section."""
    for each in work.composed.composition.sections:
        if each["code"] == section:
            return list(each["fields"])
    return []


def posted(work: Work, section: str, pairs: Iterable[tuple[str, str]]) -> Posted:
    """Read a section's post.

    The page may be of a form that has been published anew since: a field that has moved to another
    section is read all the same.
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
    """Give the section before and after one among those with something to ask."""
    codes = [each["code"] for each in state.sections]
    if section not in codes:
        return None, codes[0] if codes else None
    place = codes.index(section)
    before = codes[place - 1] if place else None
    after = codes[place + 1] if place + 1 < len(codes) else None
    return before, after


def section_html(
    work: Work,
    answers: Json,
    section: str,
    lang: str,
    regions: Mapping[str, Any],
    touched: Collection[str] | None,
) -> str:
    """Render a section's fields."""
    return render_section(work.state, answers, section, lang, touched, {"regions": regions})


def base_of(work: Work, section: str) -> str:
    """Give the fingerprint of a section's fields as they are stored."""
    return fingerprint(work.draft.answers, all_fields(work, section))


def has_errors(state: FormState, section: str) -> bool:
    """Tell whether a section has anything to correct."""
    return bool(errors_in(state, section_fields(state, section)))


def merged(work: Work, post: Posted) -> dict[str, Json]:
    """Give the stored answers with the post in them."""
    return answers_after(work.draft.answers, post)
