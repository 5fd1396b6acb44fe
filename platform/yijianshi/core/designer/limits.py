"""What values a field takes: its limits, its form, in a form and in the dictionary alike.

An operation with a ``field`` is of a form's field, one without is of the element on the desk.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from ..forms.fields import FIELD_TYPES
from .between import edits_between
from .elements import element_said
from .forms import NUMBERS, changed, field_of, form_in
from .operations import Ground, Step, operation, refuse
from .shifts import Shift


@dataclass(frozen=True, slots=True)
class Limit:
    """A keyword of JSON Schema as a limit: what it is called, for which field types, and how it is typed."""

    title: Text
    types: tuple[str, ...]
    kind: Literal["number", "integer", "format", "pattern", "chosen"]
    chosen: Mapping[str, tuple[Json, Text]] = field(default_factory=dict)
    """What can be chosen: the value in the schema and its words, by how the control says it."""


_PLACES: Mapping[str, tuple[Json, Text]] = {
    "1": (1, text("只填整数", "whole numbers only")),
    "0.1": (0.1, text("最多 1 位小数", "at most 1 decimal place")),
    **{
        f"0.{'0' * (places - 1)}1": (
            float(f"1e-{places}"),
            text(f"最多 {places} 位小数", f"at most {places} decimal places"),
        )
        for places in (2, 3, 4)
    },
}
_ANSWERS: Mapping[str, tuple[Json, Text]] = {
    "true": (True, text("必须选“是”", "must be yes")),
    "false": (False, text("必须选“否”", "must be no")),
}

LIMITS: Mapping[str, Limit] = {
    "const": Limit(text("答案要求", "Answer demanded"), ("yes_no",), "chosen", _ANSWERS),
    "multipleOf": Limit(text("小数位数", "Decimal places"), ("decimal", "money"), "chosen", _PLACES),
    "minimum": Limit(text("最小值", "Least"), NUMBERS, "number"),
    "maximum": Limit(text("最大值", "Most"), NUMBERS, "number"),
    "exclusiveMinimum": Limit(text("必须大于", "More than"), NUMBERS, "number"),
    "exclusiveMaximum": Limit(text("必须小于", "Less than"), NUMBERS, "number"),
    "minLength": Limit(text("最少字数", "Fewest characters"), ("text", "long_text"), "integer"),
    "maxLength": Limit(text("最多字数", "Most characters"), ("text", "long_text"), "integer"),
    "minItems": Limit(
        text("最少行数（项数）", "Fewest rows or choices"), ("group", "multiple_choice"), "integer"
    ),
    "maxItems": Limit(
        text("最多行数（项数）", "Most rows or choices"), ("group", "multiple_choice"), "integer"
    ),
    "format": Limit(text("格式", "Format"), ("text",), "format"),
    "pattern": Limit(text("格式（正则表达式）", "Pattern (regular expression)"), ("text",), "pattern"),
}
"""The limits a field of a type may have."""

FORMATS: Mapping[str, Text] = {
    "email": text("电子邮箱", "e-mail address"),
    "uri": text("网址", "web address"),
    "cn-phone": text("电话号码", "telephone number"),
    "organisation-code": text("组织机构代码", "organisation code"),
    "project-code": text("投资项目代码", "project code"),
}
"""The formats a text may have that no field type stands for."""

_CROSSING = (
    (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")),
    (("minLength",), ("maxLength",)),
    (("minItems",), ("maxItems",)),
)


@operation("limit_field")
def limit_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Set a limit (``key``) of a ``field`` to ``value``; an empty one takes it away."""
    key, typed = str(given["key"]), str(given["value"]).strip()
    limit = LIMITS[key]
    if "field" not in given:
        element = element_said(ground)
        if element.type not in limit.types:
            # a page without script posts the limits beside another field type
            return Step((), text("", ""))
        schema = _limited(element.schema, key, typed, "/schema")
        if schema == element.schema:
            return Step((), text("", ""))
        document = {name: value for name, value in ground.document.items() if name != "schema"}
        if schema or element.inherits:
            document["schema"] = schema
        edits = tuple(edits_between(ground.document, document))
        return Step.of(edits, _told(element.title, key, element.schema, schema), f"limit/{key}")
    form, pointer = form_in(ground.document), str(given["field"])
    said = field_of(ground, form, pointer)
    own = FIELD_TYPES[said.type].schema({}) if said.element is None else {}
    known = form.leaf(pointer) or {}
    leaf = _limited(known, key, typed, join(*form.at), own)
    told = _told(said.title, key, known, leaf, own)
    return changed(ground, form.with_leaf(pointer, leaf), told, f"{pointer}/{key}")


def read_number(typed: str, at: str, whole: bool = False) -> int | float:
    """Read what was typed as a number; raises Refused where it is none."""
    try:
        number = float(typed.replace(",", "").replace("，", ""))
    except ValueError:
        number = math.nan
    if (
        not math.isfinite(number)
        or abs(number) >= 2**53
        or (whole and (number < 0 or not number.is_integer()))
    ):
        raise refuse(
            at,
            "unreadable",
            text("填写的内容无法识别", "what was typed cannot be read"),
            text("请填写整数，例如 20", "write a whole number, like 20")
            if whole
            else text("请填写数字，例如 300 或 0.5", "write a number, like 300 or 0.5"),
        )
    return int(number) if number.is_integer() else number


def limit_shown(key: str, value: Json) -> str:
    """Give how the control of a limit says its value."""
    return next((name for name, (known, _) in LIMITS[key].chosen.items() if known == value), str(value))


def limit_words(key: str, value: Json) -> Text:
    """Say the value of a limit in words."""
    shown = limit_shown(key, value)
    if shown in LIMITS[key].chosen:
        return LIMITS[key].chosen[shown][1]
    if key == "multipleOf":
        return text(f"{value} 的倍数", f"multiples of {value}")
    return FORMATS.get(shown, text(shown, shown))


# inside


def _limited(
    schema: Mapping[str, Any], key: str, typed: str, at: str, own: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give a schema with a limit set; one that is taken away leaves what the type itself says (``own``)."""
    made = {name: value for name, value in schema.items() if name != key}
    if typed and key in schema and typed == limit_shown(key, schema[key]):
        made[key] = schema[key]
    elif typed:
        made[key] = _read(key, typed, at)
    elif own and key in own:
        made[key] = own[key]
    for lows, highs in _CROSSING:
        low, high = _reached(made, lows, max), _reached(made, highs, min)
        if key in (*lows, *highs) and low is not None and high is not None and low > high:
            raise refuse(
                at,
                "limits-cross",
                text(f"下限 {low} 大于上限 {high}", f"the lower limit {low} is above the upper limit {high}"),
                text("请改小下限或改大上限", "lower the one or raise the other"),
            )
    return made


def _reached(schema: Mapping[str, Any], keys: tuple[str, ...], which: Any) -> float | None:
    known = [schema[key] for key in keys if isinstance(schema.get(key), int | float)]
    return which(known) if known else None


def _read(key: str, typed: str, at: str) -> Json:
    kind = LIMITS[key].kind
    if kind == "chosen":
        if typed not in LIMITS[key].chosen:
            raise refuse(
                at,
                "no-such-limit",
                text(f"没有“{typed}”这一项", f"there is no {typed!r} to choose"),
                text("请从列表中选择", "choose one of the list"),
            )
        return LIMITS[key].chosen[typed][0]
    if kind in ("number", "integer"):
        return read_number(typed, at, whole=kind == "integer")
    if kind == "format" and typed not in FORMATS:
        raise refuse(
            at,
            "no-such-format",
            text(f"没有名为“{typed}”的格式", f"there is no format {typed!r}"),
            text("请从列表中选择", "choose one of the list"),
        )
    if kind == "pattern":
        try:
            re.compile(typed)
        except re.error as error:
            raise refuse(
                at,
                "no-pattern",
                text("这不是正则表达式", f"this is no regular expression: {error}"),
                text("例如四位数字写作 ^[0-9]{4}$", "four digits are ^[0-9]{4}$, for example"),
            ) from error
    return typed


def _told(
    title: Text,
    key: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    own: Mapping[str, Any] | None = None,
) -> Shift:
    """Tell what a limit was and what it is; that of the type itself is none."""
    free = (own or {}).get(key)
    was, now = (
        text("不限", "none") if each.get(key, free) == free else limit_words(key, each[key])
        for each in (old, new)
    )
    name = LIMITS[key].title
    what = text(f"“{title['zh']}”的{name['zh']}", f"“{title['en']}”: {name['en'].lower()}")
    return Shift(what, was, now)
