"""What every field type has in common, and the two values they work on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any, ClassVar

from ...definitions.pointer import MISSING
from ...definitions.types import Json, Text, text
from ..html import identifier, tag, text_of
from ..messages import FieldError

Posted = Mapping[str, Sequence[str]]
"""A form post: the values by name; names are JSON pointers."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a composed form; ``pointer`` is its place in the answers.

    ``show`` is the schema of the rows in which an item of a repeated group is asked.
    """

    pointer: str
    type: str
    title: Text
    hint: Text | None = None
    schema: Mapping[str, Json] = field(default_factory=dict)
    options: tuple[Mapping[str, Any], ...] = ()
    unit: str | None = None
    autocomplete: str | None = None
    required: bool = False
    used_by: tuple[str, ...] = ()
    sensitivity: str = "public"
    items: tuple[Field, ...] = ()
    compute: Mapping[str, Any] | None = None
    show: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FieldState:
    """How a field stands now: its value as given (or MISSING), and what is said of it.

    ``errors`` are by pointer, because a field of several parts has errors at its parts;
    ``used_by`` names the matters that ask; ``data`` holds shipped data (``regions``).
    """

    value: Any = MISSING
    required: bool = False
    enabled: bool = True
    errors: Mapping[str, Text] = field(default_factory=dict)
    used_by: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


class FieldType(ABC):
    """One type of field: all that is particular to it is in its own class."""

    name: ClassVar[str]
    title: ClassVar[Text]
    operators: ClassVar[tuple[str, ...]] = ("$eq", "$neq", "$ex", "$nex")
    empty: ClassVar[Any] = MISSING
    sensitivity: ClassVar[str] = "public"
    """How sensitive an answer is of which nobody said it."""

    @abstractmethod
    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Give the JSON Schema every value of the type obeys; the element's own schema adds to it."""

    @abstractmethod
    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Read the value out of a form post, MISSING when nothing was filled in.

        What cannot be read stays as the text that was typed, so that the applicant finds
        it again beside the error.
        """

    @abstractmethod
    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Write the input itself."""

    @abstractmethod
    def example(self, field: Field, seed: int = 0) -> Any:
        """Give a value that is right for the field; the same for the same seed."""

    def display(self, value: Any, field: Field, lang: str) -> str:
        """Give the value as text for reading; never raises, whatever the value."""
        return "" if value is MISSING or value is None else str(value)

    def masked(self, value: Any) -> str:
        """Give the value as text with what identifies a person covered."""
        shown = "" if value is MISSING or value is None else str(value)
        return shown[:1] + "*" * (len(shown) - 1)

    def check(self, value: Any, field: Field, on: date) -> list[FieldError]:
        """Find what JSON Schema cannot say of a value that its schema accepts."""
        return []

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """Write the whole field: label, hint, error, input. Fields of several inputs override this."""
        return wrapped(
            field, label(field, state, lang, identifier(field.pointer)) + self._inner(field, state, lang)
        )

    def _inner(self, field: Field, state: FieldState, lang: str) -> str:
        return notes(field, state, lang) + self.control(field, state, lang)


def first(posted: Posted, name: str) -> str:
    """Give the first value posted under a name, without surrounding space; "" when there is none."""
    values = posted.get(name, ())
    return values[0].strip() if values else ""


def wrapped(field: Field, inner: str) -> str:
    """Put a field into its frame, and mark it as asked, so that an empty answer can be told from none."""
    asked = tag("input", {"type": "hidden", "name": "_asked", "value": field.pointer}, None)
    mark = asked if field.compute is None else ""
    return tag(
        "div",
        {"class": "field", "id": "field" + identifier(field.pointer)[1:], "data-pointer": field.pointer},
        mark + inner,
    )


def label(field: Field, state: FieldState, lang: str, target: str) -> str:
    """Write the label of a single input."""
    return tag("label", {"class": "form-label", "for": target}, title_html(field, state, lang))


def title_html(field: Field, state: FieldState, lang: str) -> str:
    """Write a field's title and whether it is required."""
    word = (
        ("required" if lang == "en" else "必填")
        if state.required
        else ("optional" if lang == "en" else "选填")
    )
    if field.compute:
        word = "computed" if lang == "en" else "自动计算"
    mark = tag(
        "span",
        {"class": "field-need" + (" is-required" if state.required else "")},
        f"（{word}）" if lang != "en" else f" ({word})",
    )
    return text_of(field.title, lang) + mark


def notes(field: Field, state: FieldState, lang: str) -> str:
    """Write the hint, which matters ask, and the field's own error."""
    place = identifier(field.pointer)
    html = ""
    if field.hint:
        html += tag("div", {"class": "form-hint", "id": place + "-hint"}, text_of(field.hint, lang))
    if state.used_by:
        html += tag("div", {"class": "field-users"}, _users(state.used_by, lang))
    return html + error_html(field.pointer, state, lang)


def _users(users: tuple[str, ...], lang: str) -> str:
    shown = escape(("、" if lang != "en" else ", ").join(users[:2]))
    if lang == "en":
        return f"Asked for: {shown}" + (f" and {len(users) - 2} more" if len(users) > 2 else "")
    return f"用于：{shown}" + (f"等 {len(users)} 个事项" if len(users) > 2 else "")


def error_html(pointer: str, state: FieldState, lang: str) -> str:
    """Write the error at a pointer, nothing when there is none."""
    message = state.errors.get(pointer)
    if message is None:
        return ""
    word = tag("span", {"class": "visually-hidden"}, "Error: " if lang == "en" else "错误：")
    return tag(
        "p", {"class": "field-error", "id": identifier(pointer) + "-error"}, word + text_of(message, lang)
    )


def described(field: Field, state: FieldState, pointer: str | None = None) -> dict[str, Any]:
    """Give the attributes that tie an input to its hint, its error and its state."""
    place = field.pointer if pointer is None else pointer
    ids = [identifier(field.pointer) + "-hint"] if field.hint else []
    wrong = place in state.errors
    if wrong:
        ids.append(identifier(place) + "-error")
    if place != field.pointer and field.pointer in state.errors:
        ids.append(identifier(field.pointer) + "-error")
    return {
        "aria-describedby": " ".join(ids) or None,
        "aria-invalid": "true" if wrong else None,
        "aria-required": "true" if state.required else None,
        "disabled": not state.enabled,
    }


def fieldset(field: Field, state: FieldState, lang: str, inner: str) -> str:
    """Write a field of several inputs: a fieldset whose legend is the title."""
    ids = [identifier(field.pointer) + "-hint"] if field.hint else []
    if field.pointer in state.errors:
        ids.append(identifier(field.pointer) + "-error")
    content = (
        tag("legend", {"class": "form-label"}, title_html(field, state, lang))
        + notes(field, state, lang)
        + inner
    )
    return wrapped(
        field,
        tag(
            "fieldset",
            {"id": identifier(field.pointer), "tabindex": "-1", "aria-describedby": " ".join(ids) or None},
            content,
        ),
    )


def input_tag(
    field: Field, state: FieldState, kind: str, value: str, extra: Mapping[str, Any] | None = None
) -> str:
    """Write a single-line input."""
    wrong = field.pointer in state.errors
    return tag(
        "input",
        {
            "type": kind,
            "class": "form-control" + (" is-invalid" if wrong else ""),
            "id": identifier(field.pointer),
            "name": field.pointer,
            "value": value,
            "autocomplete": field.autocomplete,
            **(extra or {}),
            **described(field, state),
        },
        None,
    )


def output_tag(field: Field, shown: str) -> str:
    """Write a computed value: to be read, not to be changed."""
    return tag(
        "output", {"class": "form-control-plaintext", "id": identifier(field.pointer)}, escape(shown) or "—"
    )


def as_text(value: Any) -> str:
    """Give a value as it stands in a text input."""
    if value is MISSING or value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


FROM_WORD = text("开始", "From")
TO_WORD = text("结束", "To")
