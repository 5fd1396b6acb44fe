"""Choices: yes or no, one of several, some of several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ...definitions.pointer import MISSING
from ...definitions.types import Json, text
from ..html import identifier, tag, text_of
from .base import Field, FieldState, FieldType, Posted, described, fieldset, first, label, notes, wrapped

RADIOS = 7
"""Up to so many options stand as radio buttons; more stand in a list."""

YES, NO = text("是", "Yes"), text("否", "No")


def _option_id(field: Field, index: int) -> str:
    return f"{identifier(field.pointer)}-{index}"


def _title(field: Field, value: Any, lang: str) -> str:
    for option in field.options:
        if option["value"] == value:
            return str(option["title"]["en" if lang == "en" else "zh"])
    return "" if value is MISSING or value is None else str(value)


def _button(
    kind: str, field: Field, state: FieldState, index: int, value: str, checked: bool, caption: str, own: bool
) -> str:
    place = _option_id(field, index)
    attributes = {
        "type": kind,
        "class": "form-check-input" + (" is-invalid" if field.pointer in state.errors else ""),
        "id": place,
        "name": field.pointer,
        "value": value,
        "checked": checked,
        "disabled": not state.enabled,
        "aria-describedby": identifier(field.pointer) + "-error"
        if own and field.pointer in state.errors
        else None,
    }
    return tag(
        "div",
        {"class": "form-check"},
        tag("input", attributes, None) + tag("label", {"class": "form-check-label", "for": place}, caption),
    )


class YesNoField(FieldType):
    """Yes or no."""

    name = "yes_no"
    title = text("是否", "Yes or no")
    operators = ("$eq", "$neq", "$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """True or false."""
        return {"type": "boolean"}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """``true`` and ``false``; nothing chosen is missing."""
        raw = first(posted, name)
        return {"true": True, "false": False}.get(raw, raw or MISSING)

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Two radio buttons."""
        return "".join(
            _button(
                "radio", field, state, index, raw, state.value is value, text_of(caption, lang), index == 0
            )
            for index, (raw, value, caption) in enumerate((("true", True, YES), ("false", False, NO)))
        )

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """A fieldset."""
        inner = tag("div", {"class": "choices choices-inline"}, self.control(field, state, lang))
        return fieldset(field, state, lang, inner)

    def display(self, value: Any, field: Field, lang: str) -> str:
        """Yes or no, in words."""
        if isinstance(value, bool):
            return (YES if value else NO)["en" if lang == "en" else "zh"]
        return super().display(value, field, lang)

    def example(self, field: Field, seed: int = 0) -> Any:
        """What the schema demands, else by the seed."""
        if "const" in field.schema:
            return field.schema["const"]
        return seed % 2 == 0


class ChoiceField(FieldType):
    """One of several options."""

    name = "choice"
    title = text("单选", "Single choice")
    operators: ClassVar[tuple[str, ...]] = ("$eq", "$neq", "$in", "$nin", "$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """One of the options' values."""
        return {"enum": [option["value"] for option in element.get("options", ())]}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """The value of the option chosen; options may have values that are no text."""
        raw = first(posted, name)
        for option in field.options:
            if str(option["value"]) == raw:
                return option["value"]
        return raw or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Radio buttons, or a list when there are many."""
        if len(field.options) <= RADIOS:
            return "".join(
                _button(
                    "radio",
                    field,
                    state,
                    index,
                    str(option["value"]),
                    option["value"] == state.value,
                    text_of(option["title"], lang),
                    index == 0,
                )
                for index, option in enumerate(field.options)
            )
        nothing = "Please choose" if lang == "en" else "请选择"
        options = tag("option", {"value": ""}, nothing) + "".join(
            tag(
                "option",
                {"value": option["value"], "selected": option["value"] == state.value},
                text_of(option["title"], lang),
            )
            for option in field.options
        )
        return tag(
            "select",
            {
                "class": "form-select" + (" is-invalid" if field.pointer in state.errors else ""),
                "id": identifier(field.pointer),
                "name": field.pointer,
                "autocomplete": field.autocomplete,
                **described(field, state),
            },
            options,
        )

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """A fieldset of buttons, or a labelled list."""
        if len(field.options) > RADIOS:
            place = identifier(field.pointer)
            inner = (
                label(field, state, lang, place)
                + notes(field, state, lang)
                + self.control(field, state, lang)
            )
            return wrapped(field, inner)
        return fieldset(
            field, state, lang, tag("div", {"class": "choices"}, self.control(field, state, lang))
        )

    def display(self, value: Any, field: Field, lang: str) -> str:
        """The title of the option."""
        return _title(field, value, lang)

    def example(self, field: Field, seed: int = 0) -> Any:
        """One of the options, by the seed."""
        return field.options[seed % len(field.options)]["value"] if field.options else MISSING


class MultipleChoiceField(ChoiceField):
    """Some of several options."""

    name = "multiple_choice"
    title = text("多选", "Multiple choice")
    operators = ("$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """A list of different values out of the options'."""
        values = [option["value"] for option in element.get("options", ())]
        return {"type": "array", "items": {"enum": values}, "uniqueItems": True, "minItems": 1}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """The values ticked, in the order of the options; none ticked is missing."""
        ticked = set(posted.get(name, ()))
        known = [option["value"] for option in field.options if str(option["value"]) in ticked]
        strange = sorted(ticked - {str(option["value"]) for option in field.options} - {""})
        return [*known, *strange] or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Check boxes."""
        chosen = state.value if isinstance(state.value, list) else []
        return "".join(
            _button(
                "checkbox",
                field,
                state,
                index,
                str(option["value"]),
                option["value"] in chosen,
                text_of(option["title"], lang),
                index == 0,
            )
            for index, option in enumerate(field.options)
        )

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """A fieldset."""
        return fieldset(
            field, state, lang, tag("div", {"class": "choices"}, self.control(field, state, lang))
        )

    def display(self, value: Any, field: Field, lang: str) -> str:
        """The titles of the options."""
        if not isinstance(value, list):
            return _title(field, value, lang)
        return ("、" if lang != "en" else ", ").join(_title(field, each, lang) for each in value)

    def example(self, field: Field, seed: int = 0) -> Any:
        """One option, by the seed."""
        return [super().example(field, seed)]
