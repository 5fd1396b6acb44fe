"""What is done to the facts of a ruleset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..checks.unfinished import TO_BE_CHOSEN
from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from ..functions import FUNCTIONS, TODAY
from .operations import Ground, Step, operation, refuse
from .ruleset_edits import changed, differences, dropped, gone, name_for, typed_value
from .ruleset_fields import element_field, fact_from, field_at
from .ruleset_parameters import parameter_of
from .ruleset_parts import parameter_type, phrase_of
from .ruleset_shape import BLANKS
from .shifts import Shift
from .wording import both
from .words import name_values

FUNCTION_NAMES: Mapping[str, Text] = {
    "age": text("年龄（周岁）", "age in full years"),
    "birth_date": text("身份证号中的出生日期", "birth date in the ID number"),
    "sex": text("身份证号中的性别", "sex in the ID number"),
    "months_between": text("两个日期相隔的足月数", "full months between two dates"),
    "days_between": text("两个日期相隔的天数", "days between two dates"),
    "working_days_between": text("两个日期相隔的工作日数", "working days between two dates"),
    "total": text("几个数之和", "the sum of numbers"),
    "difference": text("两数之差", "the first less the second"),
    "product": text("几个数之积", "the product of numbers"),
    "count": text("分组的行数", "how many rows of a group"),
    "sum": text("分组中某项之和", "the sum over the rows of a group"),
    "min": text("分组中某项的最小值", "the least over the rows of a group"),
    "max": text("分组中某项的最大值", "the greatest over the rows of a group"),
    "any": text("分组中有任一行为某值", "whether some row of a group has a value"),
    "all": text("分组中每一行都为某值", "whether every row of a group has a value"),
    "contains": text("多选中是否选了某值", "whether a choice of several has a value"),
}
name_values("fn", FUNCTION_NAMES.items())


@operation("add_fact")
def add_fact(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Declare a fact read from a field (``place``) of the dictionary or of a form that uses the ruleset."""
    place = str(given["place"])
    field = field_at(ground.library, place, ground.document)
    if field is None:
        code = place.strip("/").replace("/", ".")
        field = next(iter(element_field(ground.library, code, place)), None)
    if field is None:
        raise gone(place)
    name = name_for(ground.document, place.rpartition("/")[2])
    return _declared(ground, name, fact_from(field))


@operation("add_derived")
def add_derived(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Declare a fact derived by a function (``fn``) of places (``of``)."""
    name = str(given["fn"])
    if name not in FUNCTIONS or not given["of"]:
        raise refuse(
            "/facts",
            "no-field",
            text("没有可供推导的字段", "there is no field to derive it from"),
            text(
                "请先在数据元或表单中加入这样的字段", "put such a field into the dictionary or a form first"
            ),
        )
    derive: dict[str, Any] = {"fn": name, "of": given["of"]}
    if FUNCTIONS[name].needs_value:
        derive["value"] = True if name in ("any", "all") else TO_BE_CHOSEN
    title = dict(FUNCTION_NAMES.get(name, text(name, name)))
    return _declared(
        ground,
        name_for(ground.document, name),
        {"derive": derive, "type": FUNCTIONS[name].gives, "title": title},
    )


@operation("add_asserted")
def add_asserted(ground: Ground, _: Mapping[str, Any]) -> Step:
    """Declare a fact that rules assert: yes or no, and no otherwise."""
    title = text("由规则得出的事实", "a fact that rules assert")
    made = {"asserted": True, "type": "boolean", "otherwise": False, "title": title}
    return _declared(ground, name_for(ground.document, "follows"), made)


@operation("add_held")
def add_held(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Declare a fact that has the value of a parameter (``parameter``)."""
    name = str(given["parameter"])
    raw = parameter_of(ground, name)
    made = {"parameter": name, "type": parameter_type(raw), "title": dict(phrase_of(raw.get("title"), name))}
    return _declared(ground, name_for(ground.document, name), made)


def _declared(ground: Ground, name: str, fact: Mapping[str, Any]) -> Step:
    facts = {**ground.document.get("facts", {}), name: fact}
    title = phrase_of(fact.get("title"), name)
    return changed(
        ground,
        {**ground.document, "facts": facts},
        text(f"增加事实“{title['zh']}”", f"The fact “{title['en']}” added"),
    )


@operation("drop_fact")
def drop_fact(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take a fact (``fact``) out; refused while a rule uses it."""
    return dropped(ground, "facts", "fact", str(given["fact"]), text("事实", "fact"))


@operation("fact_type")
def fact_type(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Give a fact (``fact``) another type (``value``)."""
    name, kind = str(given["fact"]), str(given["value"])
    raw = _fact(ground, name)
    if raw.get("type") == kind:
        return Step((), text("", ""))
    made = {key: value for key, value in raw.items() if key not in ("items", "values", "otherwise")}
    made["type"] = kind
    if raw.get("asserted") is True and "otherwise" in raw:
        made["otherwise"] = False if kind == "boolean" else BLANKS.get(kind, 0)
    if kind == "list":
        made["items"] = "choice"
    return _with_fact(ground, name, made)


@operation("otherwise")
def otherwise(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say the value (``value``) of an asserted fact (``fact``) when no rule asserts one."""
    name = str(given["fact"])
    raw = _fact(ground, name)
    value = typed_value(str(raw["type"]), given["value"], join("facts", name, "otherwise"))
    made = {key: kept for key, kept in raw.items() if key != "otherwise"}
    if value is not None:
        made["otherwise"] = value
    return _with_fact(ground, name, made, "otherwise")


@operation("derive_by")
def derive_by(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change a part (``part``: of, value, where, wanted) of how a fact (``fact``) is derived.

    ``n`` is the number of the operand, ``value`` what was chosen or typed; an operand one beyond the
    last is added, an empty one taken away.
    """
    name, part, typed = str(given["fact"]), str(given["part"]), given["value"]
    raw = _fact(ground, name)
    derive = dict(raw["derive"])
    where = derive.get("where") or {}
    known = {
        "value": derive.get("value"),
        "where": next(iter(where), ""),
        "wanted": next(iter(where.values()), None),
    }
    if part in known and _written(known[part]) == str(typed):
        return Step((), text("", ""))
    of = derive.get("of", [])
    number, listed = int(given.get("n", 0)), of if isinstance(of, list) else [of]
    if part == "of" and str(typed) == (listed[number] if number < len(listed) else ""):
        return Step((), text("", ""))
    if part == "of":
        derive["of"] = _operands(derive, int(given["n"]), str(typed))
    elif part == "value":
        value = _plain(typed)
        derive["value"] = value if value is not None else True
    elif part == "where":
        derive.pop("where", None)
        if str(typed):
            derive["where"] = {str(typed): True}
    elif part == "wanted" and derive.get("where"):
        value = _plain(typed)
        derive["where"] = {next(iter(derive["where"])): value if value is not None else True}
    return _with_fact(ground, name, {**raw, "derive": derive}, part)


def _operands(derive: Mapping[str, Any], number: int, place: str) -> Json:
    function = FUNCTIONS[derive["fn"]]
    of = derive.get("of", [])
    if function.rows:
        return place or of
    listed = list(of) if isinstance(of, list) else [of]
    if number < len(listed):
        listed[number] = place
    else:
        listed.append(place)
    kept = [each for each in listed if each]
    if function.operands is not None:
        kept = [*kept, TODAY, TODAY][: function.operands]
    return kept or listed


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _plain(typed: Any) -> Json:
    """Read a value whose type nothing tells: yes, no, a number, else a text."""
    written = str(typed[-1] if isinstance(typed, list) and typed else typed).strip()
    if written in ("true", "false"):
        return written == "true"
    if re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", written, re.ASCII):
        return float(written) if "." in written else int(written)
    return written or None


@operation("changeable")
def changeable(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Say whether the applicant could make a fact (``fact``) another; by default he can."""
    name = str(given["fact"])
    made = {key: value for key, value in _fact(ground, name).items() if key != "changeable"}
    if str(given["value"]) == "false":
        made["changeable"] = False
    title = phrase_of(_fact(ground, name).get("title"), name)
    what = text(
        f"申请人能否改变事实“{title['zh']}”", f"Whether the applicant can change the fact “{title['en']}”"
    )
    was, now = (
        both(ground.document, ground.library, each.get("changeable") is not False)
        for each in (_fact(ground, name), made)
    )
    facts = {**ground.document["facts"], name: made}
    return changed(ground, {**ground.document, "facts": facts}, Shift(what, was, now))


def _fact(ground: Ground, name: str) -> Mapping[str, Any]:
    raw = ground.document.get("facts", {}).get(name)
    if not isinstance(raw, Mapping):
        raise gone(join("facts", name))
    return raw


def _with_fact(ground: Ground, name: str, raw: Mapping[str, Any], typing: str | None = None) -> Step:
    title = phrase_of(raw.get("title"), name)
    return changed(
        ground,
        {**ground.document, "facts": {**ground.document["facts"], name: raw}},
        differences(
            ground,
            text(f"事实“{title['zh']}”", f"The fact “{title['en']}”"),
            ground.document["facts"][name],
            raw,
        ),
        f"facts/{name}/{typing}" if typing else None,
    )
