"""Values on their way into and out of a database, alike for every store."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from .errors import Unstorable
from .protocol import ColumnType

_INTEGER_LIMIT = 2**63


def check(column_type: ColumnType, value: Any) -> Any:
    """Give the value as it is bound: JSON becomes text, the rest stays.

    Raises Unstorable for what one of the stores could not keep, TypeError for the wrong Python type.
    """
    if value is None:
        return None
    if column_type == "json":
        return dump(value)
    if column_type == "text":
        return _text(_expect(value, str))
    if column_type == "integer":
        if isinstance(value, bool):
            raise TypeError("expected an integer, got a bool")
        if not -_INTEGER_LIMIT <= _expect(value, int) < _INTEGER_LIMIT:
            raise Unstorable(f"{str(value)[:40]} does not fit into 64 bits")
        return value
    if column_type == "real":
        if isinstance(value, bool):
            raise TypeError("expected a number, got a bool")
        number = float(_expect(value, int | float))
        if not math.isfinite(number):
            raise Unstorable(f"{number} is no storable number")
        return number
    if column_type == "boolean":
        return _expect(value, bool)
    return bytes(_expect(value, bytes | bytearray | memoryview))


def dump(value: Any) -> str:
    """Spell a JSON value; raises Unstorable for what is no JSON or what jsonb cannot hold."""
    try:
        spelled = json.dumps(
            value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise Unstorable(f"no storable JSON value: {error}") from None
    _text(spelled)
    if "\\u0000" in spelled and _has_nul(value):
        raise Unstorable("text with U+0000 cannot be stored")
    return spelled


def moment(at: datetime | str) -> str:
    """Give a moment as ISO-8601 text with offset; raises ValueError without one."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    if when.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC")
    return at if isinstance(at, str) else when.isoformat()


def _text(value: str) -> str:
    if "\x00" in value:
        raise Unstorable("text with U+0000 cannot be stored")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Unstorable("text with a lone surrogate cannot be stored") from None
    return value


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list | tuple) and any(_has_nul(item) for item in value)


def _expect(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind}, got {type(value).__name__}")
    return value
