"""What is done to the parameters of a ruleset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, text
from .automatic import numbered
from .operations import Ground, Step, operation, refuse
from .ruleset_edits import changed, differences, dropped, gone, name_for, typed_value
from .ruleset_parts import parameter_type, phrase_of
from .ruleset_shape import BLANKS


@operation("add_parameter")
def add_parameter(ground: Ground, _: Mapping[str, Any]) -> Step:
    """Add a parameter, a number not yet checked against its basis."""
    document = ground.document
    number = len(document.get("parameters", {})) + 1
    title = numbered("parameter", number)
    made: dict[str, Json] = {"value": 0, "type": "decimal", "title": title, "verified": False}
    if document.get("basis"):
        made["basis"] = str(document["basis"])[:500]
    parameters = {**document.get("parameters", {}), name_for(document, f"parameter_{number}"): made}
    return changed(
        ground,
        {**document, "parameters": parameters},
        text(f"增加参数“{title['zh']}”", f"The parameter “{title['en']}” added"),
    )


@operation("drop_parameter")
def drop_parameter(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Take a parameter (``parameter``) out; refused while a rule or a fact uses it."""
    name = str(given["parameter"])
    held = held_by(ground.document, name)
    if held:
        titles = [phrase_of(ground.document["facts"][each].get("title"), each) for each in held]
        raise refuse(
            join("parameters", name),
            "in-use",
            text(
                "该参数还是这些事实的来源：" + "、".join(each["zh"] for each in titles),
                "the parameter is the source of these facts: " + ", ".join(each["en"] for each in titles),
            ),
            text("请先删除这些事实", "remove these facts first"),
        )
    return dropped(ground, "parameters", "parameter", str(given["parameter"]), text("参数", "parameter"))


@operation("parameter_type")
def set_parameter_type(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Give a parameter (``parameter``) another type (``value``), and a first value of it."""
    name, kind = str(given["parameter"]), str(given["value"])
    raw = parameter_of(ground, name)
    if parameter_type(raw) == kind:
        return Step((), text("", ""))
    numbers = ("integer", "decimal", "money")
    made = {**raw, "type": kind}
    if not (kind in numbers and parameter_type(raw) in numbers):
        made = {key: value for key, value in made.items() if key != "values"}
        made["value"] = BLANKS.get(kind, 0)
    facts = ground.document.get("facts", {})
    typed = {each: {**facts[each], "type": kind} for each in held_by(ground.document, name)}
    also = {"facts": {**facts, **typed}} if typed else {}
    return _with_parameter(ground, name, made, also=also)


@operation("parameter_value")
def parameter_value(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Put the value (``value``) of a parameter (``parameter``), or of one of its days (``from``)."""
    name, day = str(given["parameter"]), given.get("from")
    raw = parameter_of(ground, name)
    place = join("parameters", name, "value")
    value = typed_value(parameter_type(raw), given["value"], place)
    if value is None and day is None and "value" not in raw:
        return Step((), text("", ""))
    if value is None:
        raise refuse(
            place,
            "empty",
            text("参数应有值", "a parameter has a value"),
            text("请填写一个值", "write a value"),
        )
    if day is None:
        made = {**raw, "value": value}
    else:
        listed = [{**each, "value": value} if each["from"] == day else each for each in raw.get("values", ())]
        made = {**raw, "values": listed}
    return _with_parameter(ground, name, made, f"value/{day or ''}")


@operation("parameter_day")
def parameter_day(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let a value of a parameter (``parameter``) hold from another day (``value``), instead of ``from``.

    Without ``from`` a value is added, without ``value`` the one of that day is taken away.
    """
    name, day = str(given["parameter"]), given.get("from")
    raw = parameter_of(ground, name)
    to = typed_value("date", given.get("value") or "", join("parameters", name, "values"))
    if to == day:
        return Step((), text("", ""))
    listed = [each for each in raw.get("values", ()) if each["from"] not in (day, to)]
    known = next((each["value"] for each in raw.get("values", ()) if each["from"] == day), None)
    if to is not None:
        listed.append({"from": to, "value": known if known is not None else raw.get("value", 0)})
    made = {key: value for key, value in raw.items() if key != "values"}
    if listed:
        made["values"] = sorted(listed, key=lambda each: str(each["from"]))
    elif "value" not in made:
        made["value"] = known if known is not None else 0
    return _with_parameter(ground, name, made)


def parameter_of(ground: Ground, name: str) -> Mapping[str, Any]:
    """Give a parameter by its name; Refused when it is not there."""
    raw = ground.document.get("parameters", {}).get(name)
    if not isinstance(raw, Mapping):
        raise gone(join("parameters", name))
    return raw


def held_by(document: Mapping[str, Any], parameter: str) -> list[str]:
    """Name the facts that have the value of a parameter."""
    facts = document.get("facts", {}).items()
    return [name for name, raw in facts if isinstance(raw, Mapping) and raw.get("parameter") == parameter]


def _with_parameter(
    ground: Ground,
    name: str,
    raw: Mapping[str, Any],
    typing: str | None = None,
    also: Mapping[str, Any] | None = None,
) -> Step:
    title = phrase_of(raw.get("title"), name)
    return changed(
        ground,
        {**ground.document, **(also or {}), "parameters": {**ground.document["parameters"], name: raw}},
        differences(
            ground,
            text(f"参数“{title['zh']}”", f"The parameter “{title['en']}”"),
            ground.document["parameters"][name],
            raw,
        ),
        f"parameters/{name}/{typing}" if typing else None,
    )
