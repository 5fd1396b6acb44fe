"""Text on one line and on several."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, ClassVar, Literal

from ...definitions.pointer import MISSING
from ...definitions.types import Json, text
from ..formats import EXAMPLES
from ..html import identifier, tag
from .base import Field, FieldState, FieldType, Posted, as_text, described, first, input_tag, output_tag

MAX_LINE, MAX_LONG = 500, 20_000


class TextField(FieldType):
    """One line of text."""

    name = "text"
    title = text("单行文本", "Text")
    operators: ClassVar[tuple[str, ...]] = ("$eq", "$neq", "$in", "$nin", "$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Text of 1 to 500 characters."""
        return {"type": "string", "minLength": 1, "maxLength": MAX_LINE}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Space around the text does not count."""
        return first(posted, name) or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """A text input."""
        if field.compute:
            return output_tag(field, as_text(state.value))
        return input_tag(field, state, "text", as_text(state.value))

    def example(self, field: Field, seed: int = 0) -> Any:
        """A text of the schema's length and format; one of its enum when it has one."""
        if "enum" in field.schema:
            return field.schema["enum"][seed % len(field.schema["enum"])]
        if field.schema.get("format") in EXAMPLES:
            return EXAMPLES[field.schema["format"]](seed)
        base = f"示例{seed + 1}"[: int(field.schema.get("maxLength", MAX_LINE))]
        return base + "文" * max(0, int(field.schema.get("minLength", 1)) - len(base))


class LongTextField(TextField):
    """Text of several lines."""

    name = "long_text"
    title = text("多行文本", "Long text")
    operators = ("$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Text of 1 to 20 000 characters."""
        return {"type": "string", "minLength": 1, "maxLength": MAX_LONG}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Line ends become ``\\n``, as one text whatever the machine."""
        return first(posted, name).replace("\r\n", "\n") or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """A text area."""
        wrong = field.pointer in state.errors
        return tag(
            "textarea",
            {
                "class": "form-control" + (" is-invalid" if wrong else ""),
                "id": identifier(field.pointer),
                "name": field.pointer,
                "rows": 4,
                "autocomplete": field.autocomplete,
                **described(field, state),
            },
            # a text area drops one leading line break: give it one to drop
            "\n" + escape(as_text(state.value)),
        )


class NoteField(FieldType):
    """A note to the applicant; it has no value."""

    name = "note"
    title = text("说明文字", "Note")
    operators = ()

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Anything: a note is never answered."""
        return {}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Nothing is answered."""
        return MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Nothing to fill in."""
        return ""

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """The title and the text of the note."""
        side: Literal["zh", "en"] = "en" if lang == "en" else "zh"
        body = escape(field.hint[side]) if field.hint else ""
        content = tag("p", {"class": "note-title"}, escape(field.title[side])) + (
            tag("p", {}, body) if body else ""
        )
        return tag(
            "div", {"class": "field field-note", "id": "field" + identifier(field.pointer)[1:]}, content
        )

    def example(self, field: Field, seed: int = 0) -> Any:
        """There is none."""
        return MISSING
