"""Which JSON values are values of which fact type; alike for constants, parameters and answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..definitions.pointer import MISSING, get
from ..definitions.types import Text, text
from .types import LARGEST, LONGEST_TEXT, MOST_ROWS, PLACES, Fact

EXACT = 10**15 - 1
"""A number with a fraction has at most 15 digits: what is read of JSON is then what was written."""


def fault(value: Any, kind: str) -> Text | None:
    """Tell why a JSON value is no value of a scalar fact type; None when it is one.

    Numbers are bounded so that every engine holds them exactly: scaled to the decimal
    places of their type they stay below 2^53.
    """
    if kind == "boolean":
        return None if isinstance(value, bool) else text("应为“是”或“否”", "yes or no is wanted")
    if kind == "date":
        return (
            None
            if _is_date(value)
            else text("应为日期，如 2026-01-31", "a date such as 2026-01-31 is wanted")
        )
    if kind in PLACES:
        return _number_fault(value, PLACES[kind])
    if not isinstance(value, str):
        return text("应为文字", "text is wanted")
    if "\x00" in value or not _is_unicode(value):
        return text("文字含有不可用的字符", "the text holds a character that cannot be kept")
    return None if len(value) <= LONGEST_TEXT else text("文字过长", "the text is too long")


def fact_value(fact: Fact, raw: Any) -> Any:
    """Give a raw answer as the value of a fact, whole numbers as whole; MISSING when it is none.

    A list with an element of another type is no value; in a row of a group only that property is missing.
    """
    if fact.type not in ("list", "group"):
        if fault(raw, fact.type) is not None or (fact.values and raw not in fact.values):
            return MISSING
        return _plain(raw, fact.type)
    if not isinstance(raw, list) or len(raw) > MOST_ROWS:
        return MISSING
    if fact.type == "list":
        values = [fact_value(fact.items[""], each) for each in raw]
        return MISSING if MISSING in values else values
    if not all(isinstance(row, Mapping) for row in raw):
        return MISSING
    return [_row(fact, row) for row in raw]


def _row(fact: Fact, row: Mapping[str, Any]) -> dict[str, Any]:
    read = {name: fact_value(item, get(row, item.place)) for name, item in fact.items.items()}
    return {name: value for name, value in read.items() if value is not MISSING}


def _plain(value: Any, kind: str) -> Any:
    if kind not in PLACES or isinstance(value, int):
        return value
    return int(value) if value.is_integer() else value


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number_fault(value: Any, places: int) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return text("应为数字", "a number is wanted")
    if isinstance(value, int):
        return None if abs(value) * 10**places <= LARGEST else text("数值过大", "the number is too large")
    scaled = Decimal(str(value)).scaleb(places)
    if scaled != scaled.to_integral_value():
        return text(f"最多 {places} 位小数", f"at most {places} decimal places")
    if abs(scaled) > (LARGEST if value.is_integer() else EXACT):
        return text("数值过大", "the number is too large")
    return None
