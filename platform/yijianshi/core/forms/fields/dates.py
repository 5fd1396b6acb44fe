"""Dates and ranges of dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ...definitions.pointer import MISSING
from ...definitions.types import Json, text
from ..html import identifier, tag, text_of
from ..identifiers import narrow
from ..messages import FieldError
from .base import (
    FROM_WORD,
    TO_WORD,
    Field,
    FieldState,
    FieldType,
    Posted,
    as_text,
    described,
    error_html,
    fieldset,
    first,
    input_tag,
    output_tag,
)

_COMPARISONS = ("$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$ex", "$nex")


def read_date(raw: str) -> str:
    """Read a date as people write it (2026-3-1, 2026/03/01, 2026.3.1, 2026年3月1日, 20260301).

    Gives ``YYYY-MM-DD``; what is no such date stays as it was typed.
    """
    plain = narrow(raw)
    match = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", plain) or re.fullmatch(
        r"([0-9]{4})([0-9]{2})([0-9]{2})", plain
    )
    if match is None:
        return raw
    year, month, day = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _kind(value: Any) -> str:
    """A date input cannot show what is no date: then a text input shows what was typed."""
    return "date" if value in (MISSING, None, "") or _is_date(value) else "text"


def _spoken(value: Any, lang: str) -> str:
    if lang != "en" and _is_date(value):
        year, month, day = value.split("-")
        return f"{year}年{int(month)}月{int(day)}日"
    return as_text(value)


class DateField(FieldType):
    """A day."""

    name = "date"
    title = text("日期", "Date")
    operators = _COMPARISONS

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """``YYYY-MM-DD`` (GB/T 7408, RFC 3339 full-date)."""
        return {"type": "string", "format": "date"}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Several ways of writing a date are understood."""
        raw = first(posted, name)
        return read_date(raw) if raw else MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """A date input."""
        if field.compute:
            return output_tag(field, self.display(state.value, field, lang))
        return input_tag(field, state, _kind(state.value), as_text(state.value))

    def display(self, value: Any, field: Field, lang: str) -> str:
        """2026年3月1日, or the ISO form in English."""
        return _spoken(value, lang)

    def example(self, field: Field, seed: int = 0) -> Any:
        """A day of 2026."""
        return f"2026-{seed % 12 + 1:02}-{seed % 28 + 1:02}"


class DateRangeField(FieldType):
    """Two days, the second not before the first."""

    name = "date_range"
    title = text("起止日期", "Date range")
    operators = ("$ex", "$nex")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """An object of ``from`` and ``to``, both days."""
        day = {"type": "string", "format": "date"}
        return {
            "type": "object",
            "properties": {"from": day, "to": day},
            "required": ["from", "to"],
            "additionalProperties": False,
        }

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Both days; one alone is kept, so that the error is at the other."""
        value = {}
        for part in ("from", "to"):
            raw = first(posted, f"{name}/{part}")
            if raw:
                value[part] = read_date(raw)
        return value or MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """Two date inputs."""
        value = state.value if isinstance(state.value, dict) else {}
        html = ""
        for part, word in (("from", FROM_WORD), ("to", TO_WORD)):
            pointer = f"{field.pointer}/{part}"
            raw = value.get(part, MISSING)
            html += tag(
                "div",
                {"class": "col-sm-6"},
                tag(
                    "label",
                    {"class": "form-label part-label", "for": identifier(pointer)},
                    text_of(word, lang),
                )
                + error_html(pointer, state, lang)
                + tag(
                    "input",
                    {
                        "type": _kind(raw),
                        "class": "form-control" + (" is-invalid" if pointer in state.errors else ""),
                        "id": identifier(pointer),
                        "name": pointer,
                        "value": as_text(raw),
                        **described(field, state, pointer),
                    },
                    None,
                ),
            )
        return tag("div", {"class": "row g-2"}, html)

    def render(self, field: Field, state: FieldState, lang: str) -> str:
        """A fieldset."""
        return fieldset(field, state, lang, self.control(field, state, lang))

    def check(self, value: Any, field: Field, on: date) -> list[FieldError]:
        """The range must not end before it begins."""
        if not isinstance(value, dict) or not (_is_date(value.get("from")) and _is_date(value.get("to"))):
            return []
        if value["from"] <= value["to"]:
            return []
        message = text("结束日期不能早于开始日期", "The end must not be before the start")
        return [FieldError(f"{field.pointer}/to", "range", message)]

    def display(self, value: Any, field: Field, lang: str) -> str:
        """From … to …."""
        if not isinstance(value, dict):
            return as_text(value)
        joined = " to " if lang == "en" else " 至 "
        return joined.join(_spoken(value.get(part, ""), lang) for part in ("from", "to"))

    def example(self, field: Field, seed: int = 0) -> Any:
        """Some months of 2026."""
        return {"from": f"2026-{seed % 6 + 1:02}-01", "to": f"2026-{seed % 6 + 7:02}-01"}
