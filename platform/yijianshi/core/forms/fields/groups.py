"""A repeated group: rows of fields, added and removed by buttons that work without script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any, Literal

from ...definitions.pointer import MISSING, get, put
from ...definitions.types import Json, text
from ..exact import answer_validator
from ..html import identifier, tag, text_of
from ..messages import FieldError
from ..requirements import required_now
from .base import Field, FieldState, FieldType, Posted, fieldset

MAX_ROWS = 100


def item_at(item: Field, group: str, index: int) -> Field:
    """Give a field of the group as it stands in one row."""
    return replace(item, pointer=f"{group}/{index}{item.pointer}")


def asked_in(group: Field, row: Any) -> tuple[Field, ...]:
    """Give the fields of the group that are asked in a row, by what is answered in it."""
    return tuple(item for item in group.items if is_asked(item, row))


def is_asked(item: Field, row: Any) -> bool:
    """Tell whether a field of a repeated group is asked in a row."""
    return item.show is None or answer_validator(item.show).is_valid(_answered(row))


def required_in(group: Field, row: Any) -> set[str]:
    """Give the fields of the group that must be answered in a row, by what is answered in it."""
    items = group.schema.get("items")
    return required_now(items, _answered(row)) if isinstance(items, Mapping) else set()


def _answered(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else {}


class GroupField(FieldType):
    """Rows of the same fields; its items are fields whose pointers begin at the row."""

    name = "group"
    title = text("可重复分组", "Repeated group")
    operators = ("$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """A list of at most a hundred objects; the element's schema says of what."""
        return {"type": "array", "maxItems": MAX_ROWS}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Rows in the order of their numbers; a row left empty stays, so that its errors can be told."""
        from . import FIELD_TYPES

        start = re.compile(re.escape(name) + r"/([0-9]{1,3})(/|$)")
        numbers = sorted({int(found[1]) for key in posted if (found := start.match(key))})
        rows = []
        for number in numbers[:MAX_ROWS]:
            row: Any = {}
            for item in field.items:
                placed = item_at(item, name, number)
                value = FIELD_TYPES[item.type].parse(posted, placed.pointer, placed)
                if value is not MISSING:
                    row = put(row, item.pointer, value)
            rows.append(row)
        return rows or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """The rows, and a button to add one."""
        rows = state.value if isinstance(state.value, list) else []
        html = "".join(self._row(field, state, index, row, lang) for index, row in enumerate(rows))
        word = "Add" if lang == "en" else "添加一行"
        return html + tag(
            "button",
            {
                "type": "submit",
                "name": "_add",
                "value": field.pointer,
                "class": "btn btn-outline-primary",
                "id": identifier(field.pointer) + "-add",
                "formnovalidate": True,
                "disabled": not state.enabled or len(rows) >= MAX_ROWS,
            },
            word
            + tag(
                "span",
                {"class": "visually-hidden"},
                (": " if lang == "en" else "：") + text_of(field.title, lang),
            ),
        )

    def _row(self, field: Field, state: FieldState, index: int, row: Any, lang: str) -> str:
        from . import FIELD_TYPES

        place = f"{field.pointer}/{index}"
        html, required = "", required_in(field, row)
        for item in asked_in(field, row):
            placed = item_at(item, field.pointer, index)
            view = FieldState(
                value=get(row, item.pointer),
                required=item.required or item.pointer in required,
                enabled=state.enabled,
                errors={p: m for p, m in state.errors.items() if (p + "/").startswith(placed.pointer + "/")},
                data=state.data,
            )
            html += FIELD_TYPES[item.type].render(placed, view, lang)
        number = f"Row {index + 1}" if lang == "en" else f"第 {index + 1} 行"
        head = tag(
            "div",
            {"class": "group-row-head"},
            tag("span", {"class": "group-row-title", "id": identifier(place) + "-title"}, number)
            + tag(
                "button",
                {
                    "type": "submit",
                    "name": "_remove",
                    "value": place,
                    "class": "btn btn-sm btn-outline-danger",
                    "id": identifier(place) + "-remove",
                    "formnovalidate": True,
                    "disabled": not state.enabled,
                },
                ("Remove" if lang == "en" else "删除")
                + tag("span", {"class": "visually-hidden"}, " " + number),
            ),
        )
        marker = tag("input", {"type": "hidden", "name": place, "value": "row"}, None)
        return tag(
            "div",
            {
                "class": "group-row",
                "role": "group",
                "id": identifier(place),
                "aria-labelledby": identifier(place) + "-title",
            },
            marker + head + html,
        )

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """A fieldset."""
        return fieldset(field, state, lang, self.control(field, state, lang))

    def check(self, value: Any, field: Field, on: date) -> list[FieldError]:
        """What the types of the items find in every row."""
        from . import FIELD_TYPES

        found: list[FieldError] = []
        for index, row in enumerate(value if isinstance(value, list) else ()):
            for item in field.items:
                inner = get(row, item.pointer)
                if inner is not MISSING:
                    placed = item_at(item, field.pointer, index)
                    found += FIELD_TYPES[item.type].check(inner, placed, on)
        return found

    def display(self, value: Any, field: Field, lang: str) -> str:
        """Row by row, each value with its title."""
        from . import FIELD_TYPES

        if not isinstance(value, list):
            return super().display(value, field, lang)
        side: Literal["zh", "en"] = "en" if lang == "en" else "zh"
        lines = []
        for row in value:
            parts = [
                f"{item.title[side]}{': ' if side == 'en' else '：'}{FIELD_TYPES[item.type].display(get(row, item.pointer), item, lang)}"
                for item in field.items
                if get(row, item.pointer) is not MISSING
            ]
            lines.append((", " if side == "en" else "，").join(parts) if parts else escape(str(row)))
        return "\n".join(lines)

    def masked(self, value: Any) -> str:
        """How many rows."""
        return f"（{len(value)} 行）" if isinstance(value, list) else super().masked(value)

    def example(self, field: Field, seed: int = 0) -> Any:
        """One row, or as many as the schema wants."""
        from . import FIELD_TYPES

        rows = []
        for number in range(max(1, int(field.schema.get("minItems", 1)))):
            row: Any = {}
            for item in field.items:
                value = FIELD_TYPES[item.type].example(item, seed + number)
                if value is not MISSING:
                    row = put(row, item.pointer, value)
            rows.append(row)
        return rows
