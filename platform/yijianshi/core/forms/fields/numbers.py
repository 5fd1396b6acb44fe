"""Numbers: whole, decimal with a unit, and money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from html import escape
from typing import Any

from ...definitions.pointer import MISSING
from ...definitions.types import Json, text
from ...units import measured, unit_in
from ..html import tag
from ..identifiers import narrow
from .base import Field, FieldState, FieldType, Posted, as_text, first, input_tag, output_tag

_LARGEST = 2**53 - 1
_COMPARISONS = ("$eq", "$neq", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$ex", "$nex")


def read_number(raw: str) -> Any:
    """Read a number as people type it (1,234.5; １２); what is no exact number stays as text.

    A double keeps fifteen significant digits; a number with more is not taken.
    """
    plain = re.sub(r"[,，\s_]", "", narrow(raw))
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", plain):
        return raw
    if "." not in plain:
        whole = int(plain) if len(plain) < 20 else _LARGEST + 1
        return whole if abs(whole) <= _LARGEST else raw
    digits = plain.lstrip("+-0").replace(".", "").rstrip("0")
    return float(plain) if len(digits) <= 15 else raw


class DecimalField(FieldType):
    """A decimal number, with its unit."""

    name = "decimal"
    title = text("小数", "Decimal number")
    operators = _COMPARISONS
    mode = "decimal"

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Any number that a double holds exactly enough."""
        return {"type": "number", "minimum": -_LARGEST, "maximum": _LARGEST}

    def parse(self, posted: Posted, name: str, field: Field) -> Any:
        """Full-width digits and thousands separators are understood."""
        raw = first(posted, name)
        return read_number(raw) if raw else MISSING

    def control(self, field: Field, state: FieldState, lang: str) -> str:
        """A text input with a numeric keyboard, and the unit beside it."""
        if field.compute:
            shown = self.display(state.value, field, lang)
            return output_tag(field, shown)
        inner = input_tag(field, state, "text", as_text(state.value), {"inputmode": self.mode})
        if not field.unit:
            return inner
        return tag(
            "div",
            {"class": "input-group"},
            inner + tag("span", {"class": "input-group-text"}, escape(unit_in(field.unit, lang))),
        )

    def display(self, value: Any, field: Field, lang: str) -> str:
        """The number with thousands separators and its unit."""
        if value is MISSING or value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        number = f"{Decimal(str(value)):,f}"
        return measured(value, number, field.unit, lang)

    def masked(self, value: Any) -> str:
        """A number names nobody; when it is personal it is covered whole."""
        return "***"

    def example(self, field: Field, seed: int = 0) -> Any:
        """A number within the bounds of the schema."""
        return _within(field.schema, seed)


class IntegerField(DecimalField):
    """A whole number."""

    name = "integer"
    title = text("整数", "Whole number")
    mode = "numeric"

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """Whole numbers up to 2^53."""
        return {"type": "integer", "minimum": -_LARGEST, "maximum": _LARGEST}


class MoneyField(DecimalField):
    """An amount of money; the unit says in what (元, 万元)."""

    name = "money"
    title = text("金额", "Money")

    def schema(self, element: Mapping[str, Any]) -> dict[str, Json]:
        """No less than nothing."""
        return {"type": "number", "minimum": 0, "maximum": _LARGEST}


def _within(schema: Mapping[str, Any], seed: int) -> Any:
    bounds: dict[str, list[float]] = {
        "minimum": [],
        "exclusiveMinimum": [],
        "maximum": [],
        "exclusiveMaximum": [],
    }

    def gather(part: Mapping[str, Any]) -> None:
        for key, values in bounds.items():
            if isinstance(part.get(key), int | float):
                values.append(part[key])
        for inner in part.get("allOf", ()):
            gather(inner)

    gather(schema)
    low = max([*bounds["minimum"], *(n + 1 for n in bounds["exclusiveMinimum"]), 1 + seed])
    high = min([*bounds["maximum"], *(n - 1 for n in bounds["exclusiveMaximum"]), _LARGEST])
    if low > high:
        low = max([*bounds["minimum"], *(n + 0.01 for n in bounds["exclusiveMinimum"]), -_LARGEST])
        low = min(high, low) if low <= high else high
    return int(low) if float(low).is_integer() else low
