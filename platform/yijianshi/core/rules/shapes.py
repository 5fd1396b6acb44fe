"""The shapes of what stands around the conditions: titles, periods, combination, and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, Text, text
from .order import order_problems

LONGEST_LIMIT = 3_650
"""Days; more is no time limit of a case."""

NAMED = ("select_matter", "require_material", "waive_material", "route")
"""Outcomes that name what they are about."""

_WAYS = {"set_limit": ("strictest", "longest", "first"), "route": ("first", "all")}


def is_text(value: Json) -> bool:
    """Tell whether a value is a phrase in both languages."""
    return isinstance(value, Mapping) and all(
        isinstance(value.get(x), str) and value[x] for x in ("zh", "en")
    )


def label_problems(declared: Mapping[str, Any], pointer: str) -> list[Problem]:
    """Find what is wrong with the title, the unit and the basis of a fact, a parameter or a rule."""
    found = []
    if "title" in declared and not is_text(declared["title"]):
        found.append(
            Problem(
                pointer + "/title",
                "no-title",
                text("名称应有中文（zh）和英文（en）", "a title is a text in Chinese (zh) and English (en)"),
                text('请写 {"zh": …, "en": …}', 'write {"zh": …, "en": …}'),
            )
        )
    found += [
        Problem(
            pointer + "/" + name,
            "wrong-type",
            text("这里应为文字", "text is wanted here"),
            text("请改为文字，或删去", "write a text, or leave it out"),
        )
        for name in ("unit", "basis")
        if not isinstance(declared.get(name, ""), str)
    ]
    return found


def document_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong with a ruleset's own title, its period, ``dated_by``, ``order`` and ``combine``."""
    found = label_problems(document, "")
    days = {name: document[name] for name in ("effective_from", "effective_to") if name in document}
    wrong = [name for name, day in days.items() if not is_day(day)]
    found += [
        Problem(
            "/" + name,
            "wrong-date",
            text("应为 YYYY-MM-DD 的日期", "a date YYYY-MM-DD is wanted"),
            text("请改正日期，或删去", "correct the date, or leave it out"),
        )
        for name in wrong
    ]
    if len(days) == 2 and not wrong and days["effective_from"] > days["effective_to"]:
        found.append(
            Problem(
                "/effective_to",
                "period-reversed",
                text("失效日期早于生效日期", "it ends before it begins"),
                text("请改正其中一个日期", "correct one of the two dates"),
            )
        )
    place = document.get("dated_by", "/")
    if not isinstance(place, str) or not place.startswith("/"):
        found.append(
            Problem(
                "/dated_by",
                "no-place",
                text("dated_by 应为答案中的位置", "dated_by is a place in the answers"),
                text("请写以 / 开头的位置", "write a place that begins with /"),
            )
        )
    return found + order_problems(document) + _combine_problems(document.get("combine", {}))


def _combine_problems(combine: Json) -> list[Problem]:
    given = combine if isinstance(combine, Mapping) else {"": combine}
    return [
        Problem(
            "/combine" + (join(kind) if kind else ""),
            "wrong-combination",
            text(f"没有这样的合并方式：{str(way)[:40]}", f"there is no such way to combine: {str(way)[:40]}"),
            text(
                "；".join(f"{kind} 可取 {'、'.join(ways)}" for kind, ways in _WAYS.items()),
                "; ".join(f"{kind}: {', '.join(ways)}" for kind, ways in _WAYS.items()),
            ),
        )
        for kind, way in given.items()
        if way not in _WAYS.get(str(kind), ())
    ]


def outcome_fault(kind: str, value: Json) -> tuple[Text, Text] | None:
    """Tell why a value is none of an outcome, and how to mend it; None when it is one."""
    if kind in NAMED:
        if isinstance(value, str) and value:
            return None
        return (
            text(f"{kind} 应写明对象的编码", f"{kind} names what it is about"),
            text("请写编码，如 “fire-design-review”", "write a code, such as “fire-design-review”"),
        )
    if kind == "set_limit":
        if _is_limit(value):
            return None
        return (
            text(
                f"时限应写天数（0 至 {LONGEST_LIMIT} 的整数）和单位",
                f"a limit has days (a whole number from 0 to {LONGEST_LIMIT}) and a unit",
            ),
            text(
                '请写 {"days": 5, "unit": "working"}（或 "natural"）',
                'write {"days": 5, "unit": "working"} (or "natural")',
            ),
        )
    if value is True or (isinstance(value, str) and value):
        return None
    return (
        text(f"{kind} 应写原因的简称或 true", f"{kind} is a short name of the reason, or true"),
        text("请写一个简称", "write a short name"),
    )


def _is_limit(value: Json) -> bool:
    if not isinstance(value, Mapping) or not {"days"} <= set(value) <= {"days", "unit"}:
        return False
    days = value["days"]
    whole = isinstance(days, int) and not isinstance(days, bool) and 0 <= days <= LONGEST_LIMIT
    return whole and value.get("unit", "working") in ("working", "natural")


def is_day(value: Json) -> bool:
    """Tell whether a value is a date as documents write it."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
