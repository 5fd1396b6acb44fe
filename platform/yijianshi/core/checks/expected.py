"""What the meta-schemas expect of a value, said for a reader who knows no schema: a text, a number, one of …"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.types import Json, Text, text

_KINDS: dict[str, Text] = {
    "string": text("文字", "text"),
    "number": text("数字", "a number"),
    "integer": text("整数", "a whole number"),
    "boolean": text("“是”或“否”", "yes or no"),
    "array": text("列表", "a list"),
    "object": text("分项填写的内容", "something with parts of its own"),
    "null": text("空", "nothing"),
}

_FORMATS: dict[str, Text] = {
    "date": text("日期，如 2026-01-31", "a date such as 2026-01-31"),
    "uri": text(
        "完整的网址，如 https://www.example.cn/", "a whole web address such as https://www.example.cn/"
    ),
}

_CODE = text(
    "编码：以小写字母开头，只用小写字母、数字和单个连字符，如 fire-review",
    "a code: it begins with a small letter and has small letters, digits and single hyphens, as fire-review",
)
_POINTED = text(
    "编码：以小写字母开头，只用小写字母、数字、单个连字符和点，如 fire-review.limits",
    "a code: it begins with a small letter and has small letters, digits, single hyphens and dots, "
    "as fire-review.limits",
)
_UNDERSCORED = text(
    "编码：以小写字母开头，只用小写字母、数字、下划线和点，如 project.floor_area",
    "a code: it begins with a small letter and has small letters, digits, underscores and dots, "
    "as project.floor_area",
)

FORMS: dict[str, Text] = {
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": _CODE,
    "^[a-z][a-z0-9-]*$": _CODE,
    "^[a-z][a-z0-9]*([.-][a-z0-9]+)*$": _POINTED,
    "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$": _UNDERSCORED,
    "^[a-z][a-z0-9_-]*$": text(
        "编码：以小写字母开头，只用小写字母、数字、下划线和连字符，如 case_1",
        "a code: it begins with a small letter and has small letters, digits, underscores and hyphens, "
        "as case_1",
    ),
    "^(/[^/]+)+$": text(
        "字段的位置：以 / 开头，各级之间用 / 分开，如 /project/floor_area",
        "the place of a field: it begins with / and has / between its parts, as /project/floor_area",
    ),
    "^[0-9]{4}-[0-9]+$": text("年份加序号，如 2026-1", "a year and a number, as 2026-1"),
    "^[0-9]{4}(-[0-9]{2}){0,2}$": text(
        "年、年月或日期，如 2026、2026-01、2026-01-31",
        "a year, a month or a date, as 2026, 2026-01, 2026-01-31",
    ),
}
"""The forms of the meta-schemas' patterns in words."""


def called(schema: Json, key: str = "") -> Text | None:
    """Give what a meta-schema calls its value, or one of its keys; None where it has no title."""
    node: Any = schema
    if key:
        properties = node.get("properties") if isinstance(node, Mapping) else None
        node = properties.get(key) if isinstance(properties, Mapping) else None
    title = node.get("title") if isinstance(node, Mapping) else None
    if not isinstance(title, str):
        return None
    zh, _, en = title.partition(" / ")
    return text(zh, en or zh)


def kinds(wanted: Any) -> Text:
    """Say which kinds of value are expected: the name of one, or a list of names."""
    named = [_KINDS[each] for each in ([wanted] if isinstance(wanted, str) else wanted)]
    return text("或".join(each["zh"] for each in named), " or ".join(each["en"] for each in named))


def written(validator: str, wanted: Any) -> Text | None:
    """Say the form of a text that a pattern or a format expects; None for a form that has no words."""
    return (FORMS if validator == "pattern" else _FORMATS).get(str(wanted))


def shown(value: Json) -> Text:
    """Say a value that is allowed, or that stands where another is expected."""
    if isinstance(value, bool):
        return text("是", "yes") if value else text("否", "no")
    if value is None:
        return text("空", "nothing")
    said = str(value)[:60]
    return text(f"“{said}”", f"'{said}'")
