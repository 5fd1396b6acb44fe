"""What must hold of the types of fields, and of the fields in the rows of a repeated group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..bundles.schemas import element_of
from ..definitions.pointer import join
from ..definitions.types import Problem, text
from ..forms.fields import FIELD_TYPES
from .whole import Part


def own_field_problems(schema: Mapping[str, Any], where: str, part: Part) -> Iterator[Problem]:
    """Check the type of a field that is no element, and the rows of a repeated group; ``where`` is its place in ``part``."""
    if not part.stands(where + "/x-type"):
        return
    if "x-type" not in schema:
        yield Problem(
            where,
            "no-type",
            text("字段没有字段类型", "the field has no field type"),
            text("请选择字段类型，或改为引用数据元", "choose its field type, or refer to an element"),
        )
        return
    kind = schema["x-type"]
    if not isinstance(kind, str) or kind not in FIELD_TYPES:
        named = FIELD_TYPES.items()
        said = f"“{kind}”" if isinstance(kind, str) else ""
        yield Problem(
            where + "/x-type",
            "unknown-type",
            text(f"没有字段类型{said}", f"there is no field type {said}".rstrip()),
            text(
                "可选：" + "、".join(f"{name}（{each.title['zh']}）" for name, each in named),
                "choose one of: " + ", ".join(f"{name} ({each.title['en']})" for name, each in named),
            ),
        )
    elif kind == "group":
        yield from row_problems(schema, where, part)


def row_problems(schema: Mapping[str, Any], where: str, part: Part) -> Iterator[Problem]:
    """Check the rows of a repeated group: there are fields in them, each of a type there is."""
    rows = where + "/items"
    if not part.whole(rows, rows + "/properties"):
        return
    items = schema.get("items")
    fields = items.get("properties") if isinstance(items, Mapping) else None
    if not isinstance(fields, Mapping) or not fields:
        yield Problem(
            where,
            "no-row-fields",
            text("重复组的每一行中还没有字段", "the rows of the repeated group have no fields yet"),
            text(
                "请在其中添加字段，或删去这个重复组", "add fields to its rows, or take the repeated group out"
            ),
        )
        return
    for name, inner in fields.items():
        if isinstance(inner, Mapping) and element_of(inner) is None:
            yield from own_field_problems(inner, rows + join("properties", name), part)
