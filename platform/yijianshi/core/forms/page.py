"""One page of the form, with the sections on it: what was posted becomes answers, answers become HTML.

The server and the browser call the same two functions, so what the applicant sees while he
types is what he would see after a round trip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..bundles.compose import SITUATIONS, Composition
from ..definitions.pointer import MISSING, get, join, put, tokens
from ..definitions.types import Json, Text
from .fields import FIELD_TYPES, Field, FieldState
from .fields.base import as_text
from .html import render_error_summary, tag, text_of
from .messages import FieldError
from .state import FormState, field_of

ASKED, ADD, REMOVE = "_asked", "_add", "_remove"
MAX_ROWS = 100
"""A repeated group takes no more rows than this from a form."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a post of one page means: values by field pointer (MISSING: emptied)."""

    values: dict[str, Json]


def group_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Collect the posted pairs by name, keeping the order of equal names."""
    posted: dict[str, list[str]] = {}
    for name, value in pairs:
        posted.setdefault(name, []).append(value)
    return posted


def read_post(composition: Composition, fields: Sequence[str], pairs: Iterable[tuple[str, str]]) -> Posted:
    """Read the fields of one page out of a form post.

    Only those of ``fields`` are read that the page did ask, whatever else was posted: a
    field that came into sight since the page was written is not emptied. The buttons that
    add and remove a row of a repeated group are carried out here, so that they work
    without script.
    """
    posted = group_pairs(pairs)
    asked = set(posted.get(ASKED, ()))
    values: dict[str, Json] = {}
    for pointer in fields:
        field = composition.fields[pointer]
        if pointer not in asked or field.compute:
            continue
        values[pointer] = FIELD_TYPES[field.type].parse(posted, pointer, field)
    for pointer in posted.get(ADD, ()):
        if pointer in values:
            rows = values[pointer]
            kept = list(rows) if isinstance(rows, list) else []
            values[pointer] = [*kept, {}] if len(kept) < MAX_ROWS else kept
    for place in posted.get(REMOVE, ()):
        pointer = join(*tokens(place)[:-1])
        if isinstance(values.get(pointer), list):
            values[pointer] = put(values[pointer], "/" + tokens(place)[-1], MISSING)
    return Posted(values)


def answers_after(answers: Mapping[str, Json], posted: Posted) -> dict[str, Json]:
    """Give the answers with the posted values in them."""
    result: Any = dict(answers)
    for pointer, value in posted.values.items():
        result = put(result, pointer, value)
    merged: dict[str, Json] = result
    return merged


def section_fields(state: FormState, code: str) -> list[str]:
    """Give the visible fields of a section, in order; none when it has nothing to ask."""
    for section in state.sections:
        if section["code"] == code:
            fields: list[str] = section["fields"]
            return fields
    return []


def page_fields(state: FormState, code: str) -> list[str]:
    """Give the visible fields of the page a section is on, in order; none when it has nothing to ask."""
    page = state.page(code)
    fields: list[str] = page["fields"] if page else []
    return fields


def errors_in(state: FormState, fields: Collection[str]) -> list[FieldError]:
    """Give the errors that belong to the fields."""
    asked = set(fields)
    return [error for error in state.errors if field_of(error.pointer, asked) is not None]


def told(
    state: FormState, answers: Json, errors: Iterable[FieldError], touched: Collection[str]
) -> list[FieldError]:
    """Give the errors to show while he is still filling in.

    A wrong value is told at once; that something is missing only where he has been.
    """
    return [
        error for error in errors if get(answers, error.pointer) is not MISSING or error.pointer in touched
    ]


def render_section(
    state: FormState,
    answers: Json,
    code: str,
    lang: str,
    touched: Collection[str] | None = None,
    data: Mapping[str, Any] | None = None,
) -> str:
    """Render the inside of one section as HTML.

    ``answers`` are the answers as given (what he typed, also where it is wrong);
    ``touched`` limits what is told to the fields he has been to, None tells every error
    and puts a summary first. ``data`` holds shipped data fields need (``regions``).
    """
    summary, fields = _rendered(state, answers, section_fields(state, code), lang, touched, data or {})
    return summary + "".join(fields.values())


def render_page(
    state: FormState,
    answers: Json,
    code: str,
    lang: str,
    touched: Collection[str] | None = None,
    data: Mapping[str, Any] | None = None,
) -> str:
    """Render the page that a section is on, as ``render_section`` renders one; several each under a heading."""
    summary, fields = _rendered(state, answers, page_fields(state, code), lang, touched, data or {})
    return summary + laid_out(state, code, fields, lang)


def _rendered(
    state: FormState,
    answers: Json,
    fields: Sequence[str],
    lang: str,
    touched: Collection[str] | None,
    data: Mapping[str, Any],
) -> tuple[str, dict[str, str]]:
    """Give the summary of errors, and each field as HTML."""
    errors = errors_in(state, fields)
    summary = ""
    if touched is None:
        summary = render_error_summary(
            [(error.pointer, state.composition.title(error.pointer), error.message) for error in errors],
            lang,
        )
    else:
        errors = told(state, answers, errors, touched)
    views = views_of(state, answers, fields, errors, lang, data)
    return summary, {pointer: render_field(state, pointer, view, lang) for pointer, view in views.items()}


def laid_out(state: FormState, code: str, fields: Mapping[str, str], lang: str) -> str:
    """Put the rendered fields of a page under the headings of its sections; where one asks, it needs none."""
    page, declared = state.page(code), state.composition.page_of(code)
    if page is None or len(declared) == 1:
        return "".join(fields.values())
    hints = {section["code"]: section.get("hint") for section in declared}
    html = ""
    for section in page["sections"]:
        place, hint = f"section-{section['code']}", hints[section["code"]]
        inner = tag("p", {}, text_of(hint, lang)) if hint else ""
        inner += "".join(fields[pointer] for pointer in section["fields"])
        if len(page["sections"]) > 1:
            head = tag("h2", {"id": place + "-title"}, text_of(section["title"], lang))
            own = {"class": "form-section", "id": place, "aria-labelledby": place + "-title"}
            inner = tag("section", own, head + inner)
        html += inner
    return html


def views_of(
    state: FormState,
    answers: Json,
    fields: Iterable[str],
    errors: Iterable[FieldError],
    lang: str,
    data: Mapping[str, Any],
) -> dict[str, FieldState]:
    """Give how each field stands, in the order of the fields."""
    told_at: dict[str, dict[str, Text]] = {pointer: {} for pointer in fields}
    for error in errors:
        place = field_of(error.pointer, told_at)
        if place is not None:
            told_at[place][error.pointer] = error.message
    views = {}
    for pointer, own in told_at.items():
        field = state.composition.fields[pointer]
        views[pointer] = FieldState(
            value=get(state.answers if field.compute else answers, pointer),
            required=pointer in state.required,
            enabled=pointer not in state.disabled,
            errors=own,
            used_by=_users(state, field, lang),
            data=data,
        )
    return views


def render_field(state: FormState, pointer: str, view: FieldState, lang: str) -> str:
    """Render one field as it stands."""
    field = state.composition.fields[pointer]
    return FIELD_TYPES[field.type].render(field, view, lang)


class Shown:
    """What a page of the form shows, so that only what has changed need be rendered and sent."""

    def __init__(self) -> None:
        self._page: tuple[str, tuple[tuple[str, ...], ...]] | None = None
        self._views: dict[str, FieldState] = {}

    def update(
        self,
        state: FormState,
        answers: Json,
        code: str,
        lang: str,
        touched: Collection[str],
        data: Mapping[str, Any],
        again: Collection[str] = (),
    ) -> tuple[str | None, dict[str, str]]:
        """Give the page that section ``code`` is on as HTML when it asks others than before, else what changed.

        What changed is fields as HTML; those of ``again`` are given whether they changed or not.
        """
        page = state.page(code)
        fields = page["fields"] if page else []
        errors = told(state, answers, errors_in(state, fields), touched)
        views = views_of(state, answers, fields, errors, lang, data)
        asked = (lang, tuple((s["code"], *s["fields"]) for s in page["sections"]) if page else ())
        same = asked == self._page
        changed = [
            p for p, view in views.items() if not same or p in again or not _alike(view, self._views[p])
        ]
        self._page, self._views = asked, views
        shown = {pointer: render_field(state, pointer, views[pointer], lang) for pointer in changed}
        return (None, shown) if same else (laid_out(state, code, shown, lang), {})


def written_otherwise(composition: Composition, posted: Posted, pairs: Mapping[str, list[str]]) -> set[str]:
    """Give the fields posted in other words than their value is written in (``１２`` is 12), and all groups."""
    return {
        pointer
        for pointer, value in posted.values.items()
        if composition.fields[pointer].type == "group"
        or (type(value) in (str, int, float) and pairs.get(pointer, [""]) not in ([as_text(value)], [""]))
    }


def _alike(one: FieldState, other: FieldState) -> bool:
    # 1, 1.0 and True are equal and look different
    return one == other and repr(one.value) == repr(other.value)


def _users(state: FormState, field: Field, lang: str) -> tuple[str, ...]:
    """Name the active matters that use the field."""
    return tuple(
        str(state.composition.matters[code]["title"][lang])
        for code in field.used_by
        if code != SITUATIONS and code in state.active
    )


def title_in(text: Text | Mapping[str, str], lang: str) -> str:
    """Give a bilingual phrase in one language."""
    return text["en"] if lang == "en" else text["zh"]
