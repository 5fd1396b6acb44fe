"""The closed set of pure functions for computed fields and derived facts.

A specification is an object: ``{"fn": "sum", "of": "/enterprise/shareholders/*/amount"}``.
``of`` is one JSON pointer into the answers or a list of them; ``*`` in a pointer means every row
of a repeated group; ``today`` stands for the date of the decision. ``where`` keeps the rows whose
properties have the given values: ``{"where": {"kind": "person"}}``. What any operand lacks, the
result lacks too (MISSING), never a silent zero; a row of which the filter is not known makes the
whole unknown. Arithmetic is exact, in decimals.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .deadlines import Calendar, CalendarEnds
from .definitions.pointer import MISSING, get, join
from .definitions.types import Json, Problem, text
from .forms.identifiers import Resident, resident

TODAY = "today"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a function may know beside its operands."""

    on: date
    calendar: Calendar | None
    value: Json = MISSING


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how many operands it takes, whether they are rows of a group, what it gives."""

    apply: Callable[[list[Any], Setting], Any]
    operands: int | None
    rows: bool
    gives: str
    needs_value: bool = False


Asked = Callable[[str, Json, str], bool]
"""Whether a group asks in a row for what is at a place in it."""


def apply(
    spec: Mapping[str, Json],
    answers: Json,
    on: date,
    calendar: Calendar | None = None,
    asked: Asked | None = None,
) -> Any:
    """Compute a specification on answers as of a date; MISSING when an operand is missing or unfit.

    A row that is not ``asked`` for the operand lacks nothing: it does not count.
    """
    function = FUNCTIONS.get(str(spec.get("fn")))
    if function is None:
        return MISSING
    setting = Setting(on, calendar, spec.get("value", MISSING))
    pointers = spec.get("of", [])
    if function.rows:
        found = rows(answers, str(pointers))
        kept = None if found is None else _kept(answers, str(pointers), spec.get("where", {}), asked, found)
        if kept is None:
            return MISSING
        values = kept
    else:
        listed = pointers if isinstance(pointers, list) else [pointers]
        values = [on.isoformat() if p == TODAY else get(answers, str(p)) for p in listed]
    if MISSING in values and not function.needs_value:
        return MISSING
    try:
        return function.apply(values, setting)
    except (ValueError, TypeError, ArithmeticError, CalendarEnds):
        return MISSING


def rows(answers: Json, pointer: str) -> list[Any] | None:
    """Give the values at a pointer with ``*``, one for each row (MISSING where a row lacks it).

    None when the group itself is missing.
    """
    head, _, tail = pointer.partition("/*")
    group = get(answers, head)
    if not isinstance(group, list):
        return None
    if "/*" not in pointer:
        return list(group)
    return [get(row, tail) for row in group]


def _kept(
    answers: Json, pointer: str, where: Mapping[str, Json], asked: Asked | None, values: list[Any]
) -> list[Any] | None:
    """Keep the values that are asked for, of the rows that the filter keeps; None when of some row that is not known."""
    group, _, place = pointer.partition("/*")
    kept = []
    for row, value in zip(get(answers, group), values, strict=True):
        if asked is not None and not asked(group, row, place):
            continue
        same = [_same(get(row, join(name)), wanted) for name, wanted in where.items()]
        if False in same:
            continue
        if None in same:
            return None
        kept.append(value)
    return kept


def _same(left: Any, right: Any) -> bool | None:
    """Tell whether two values are equal; None when the first is missing or of another type."""
    if _kind(left) is not _kind(right):
        return None
    return bool(_exact(left) == _exact(right) if _kind(left) is Decimal else left == right)


def _kind(value: Any) -> type:
    return Decimal if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _exact(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("no number")
    return Decimal(str(value))


def number(value: Decimal) -> int | float:
    """Give a decimal as a JSON number: whole when it is whole."""
    if value == value.to_integral_value():
        return int(value)
    return float(value)


def _day(value: Any) -> date:
    if not isinstance(value, str):
        raise TypeError("no date")
    return date.fromisoformat(value)


def _resident(value: Any) -> Resident:
    read = resident(value) if isinstance(value, str) else "form"
    if not isinstance(read, Resident):
        raise ValueError("no resident ID number")
    return read


def _age(values: list[Any], setting: Setting) -> int:
    born = _resident(values[0]).birth_date if len(str(values[0])) == 18 else _day(values[0])
    on = setting.on
    # one is of an age from the birthday on (民法典 第一千二百五十九条 counts full years)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _months(values: list[Any], _: Setting) -> int:
    first, last = _day(values[0]), _day(values[1])
    # a month without the day of the first ends with its own last day (民法典 第二百零二条)
    whole = last.day >= first.day or last.day == monthrange(last.year, last.month)[1]
    return (last.year - first.year) * 12 + last.month - first.month - (not whole)


def _working_days(values: list[Any], setting: Setting) -> int:
    if setting.calendar is None:
        raise ValueError("no calendar")
    return setting.calendar.working_days_between(_day(values[0]), _day(values[1]))


def _product(values: list[Any], _: Setting) -> int | float:
    result = Decimal(1)
    for value in values:
        result *= _exact(value)
    return number(result)


def _any(values: list[Any], setting: Setting) -> Any:
    same = [_same(value, setting.value) for value in values]
    return True if True in same else MISSING if None in same else False


def _all(values: list[Any], setting: Setting) -> Any:
    same = [_same(value, setting.value) for value in values]
    return False if False in same else MISSING if None in same else True


FUNCTIONS: dict[str, Function] = {
    "birth_date": Function(lambda v, _: _resident(v[0]).birth_date.isoformat(), 1, False, "date"),
    "sex": Function(lambda v, _: _resident(v[0]).sex, 1, False, "text"),
    "age": Function(_age, 1, False, "integer"),
    "months_between": Function(_months, 2, False, "integer"),
    "days_between": Function(lambda v, _: (_day(v[1]) - _day(v[0])).days, 2, False, "integer"),
    "working_days_between": Function(_working_days, 2, False, "integer"),
    "total": Function(lambda v, _: number(sum((_exact(x) for x in v), Decimal(0))), None, False, "decimal"),
    "difference": Function(lambda v, _: number(_exact(v[0]) - _exact(v[1])), 2, False, "decimal"),
    "product": Function(_product, None, False, "decimal"),
    "count": Function(lambda v, _: len(v), 1, True, "integer"),
    "sum": Function(lambda v, _: number(sum((_exact(x) for x in v), Decimal(0))), 1, True, "decimal"),
    "min": Function(lambda v, _: number(min(_exact(x) for x in v)), 1, True, "decimal"),
    "max": Function(lambda v, _: number(max(_exact(x) for x in v)), 1, True, "decimal"),
    "any": Function(_any, 1, True, "boolean", True),
    "all": Function(_all, 1, True, "boolean", True),
    "contains": Function(_any, 1, True, "boolean", True),
}
"""Every function by name. ``any``, ``all`` and ``contains`` compare with ``value``."""


def problems(spec: Json) -> list[Problem]:
    """Find what is wrong with a specification."""
    name = spec.get("fn") if isinstance(spec, Mapping) else None
    if not isinstance(name, str) or name not in FUNCTIONS:
        return [
            Problem(
                "/fn",
                "unknown-function",
                text(f"没有函数“{str(name)[:40]}”", f"there is no function {str(name)[:40]!r}"),
                text("可用：" + "、".join(FUNCTIONS), "use one of: " + ", ".join(FUNCTIONS)),
            )
        ]
    function = FUNCTIONS[name]
    found = [*_operand_problems(name, function, spec.get("of")), *_filter_problems(function, spec)]
    if function.needs_value and not isinstance(spec.get("value"), str | int | float):
        found.append(
            Problem(
                "/value",
                "no-value",
                text(f"函数 {name} 需要 value（文字、数字或是否）", f"{name} needs a value to compare with"),
                text("请补充 value", "add value: a text, a number, true or false"),
            )
        )
    known = {"fn", "of", *(["value"] if function.needs_value else []), *(["where"] if function.rows else [])}
    found += [
        Problem(
            join(key),
            "unknown-key",
            text(f"函数 {name} 不用“{str(key)[:40]}”", f"{name} takes no {str(key)[:40]!r}"),
            text("可用：" + "、".join(sorted(known)), "use: " + ", ".join(sorted(known))),
        )
        for key in spec
        if key not in known
    ]
    return found


def _operand_problems(name: str, function: Function, of: Json) -> list[Problem]:
    listed = of if isinstance(of, list) and not function.rows else [of]
    places = [
        p for p in listed if isinstance(p, str) and (p.startswith("/") or (p == TODAY and not function.rows))
    ]
    if len(places) == len(listed) > 0 and function.operands in (None, len(listed)):
        return []
    return [
        Problem(
            "/of",
            "wrong-operands",
            text(
                f"函数 {name} 需要 {function.operands or '若干'} 个取值位置",
                f"{name} takes {function.operands or 'some'} place(s)",
            ),
            text("请写成以 / 开头的位置", "write places that begin with /"),
        )
    ]


def _filter_problems(function: Function, spec: Mapping[str, Json]) -> list[Problem]:
    where = spec.get("where")
    if "where" not in spec or not function.rows:
        return []
    if isinstance(where, Mapping) and where and all(isinstance(v, str | int | float) for v in where.values()):
        return []
    return [
        Problem(
            "/where",
            "wrong-filter",
            text(
                "where 应为对象：每一行的属性及其应有的值",
                "where is an object: properties of a row, and the value each must have",
            ),
            text('如 {"where": {"kind": "person"}}', 'as {"where": {"kind": "person"}}'),
        )
    ]


def places(spec: Mapping[str, Json]) -> list[str]:
    """Give the places in the answers that a specification reads; a group's rows count as the group."""
    of = spec.get("of", [])
    listed = of if isinstance(of, list) else [of]
    return [str(p).partition("/*")[0] for p in listed if p != TODAY]
