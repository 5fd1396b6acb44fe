"""Which JSON values are values of which fact type; alike for constants, parameters and answers."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

from ..definitions.types import Text, text
from .types import LARGEST, LONGEST_TEXT, PLACES


def fault(value: Any, kind: str) -> Text | None:
    """Tell why a JSON value is no value of a fact type; None when it is one.

    Numbers are bounded so that every engine holds them exactly: scaled to the decimal
    places of their type they stay below 2^53.
    """
    if kind == "boolean":
        return None if isinstance(value, bool) else text("应为 true 或 false", "true or false is wanted")
    if kind == "date":
        return None if _is_date(value) else text("应为 YYYY-MM-DD 的日期", "a date YYYY-MM-DD is wanted")
    if kind in PLACES:
        return _number_fault(value, PLACES[kind])
    if not isinstance(value, str):
        return text("应为文字", "text is wanted")
    return None if len(value) <= LONGEST_TEXT else text("文字过长", "the text is too long")


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _number_fault(value: Any, places: int) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return text("应为数字", "a number is wanted")
    scaled = Decimal(str(value)).scaleb(places)
    if scaled != scaled.to_integral_value():
        return text(f"最多 {places} 位小数", f"at most {places} decimal places")
    if abs(scaled) > LARGEST:
        return text("数值过大", "the number is too large")
    return None


def scaled(value: int | float, places: int) -> int:
    """Give a number of a fact type as a whole number of its smallest unit."""
    return int(Decimal(str(value)).scaleb(places))
