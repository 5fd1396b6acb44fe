"""What is done to an element of the dictionary: its field type, what it extends, the fields of a repeated group's rows.

What an element inherits it shows as its own; with the first change of it, it has it by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.library import ELEMENT_URN, UnknownReference
from ..definitions.types import text
from ..forms.fields import FIELD_TYPES
from .between import edits_between
from .computing import functions_for
from .elements import element_named, element_said, items_of
from .forms import CHOICES, NUMBERS, first_options
from .limits import LIMITS
from .operations import Ground, Refused, Step, operation, refuse
from .sensitivity import SENSITIVITIES, of_type, raised
from .shifts import Shift
from .wording import both

_OF_TYPE = ("type", "schema", "options", "unit", "order", "compute")
"""What hangs on the field type."""


@operation("element_type")
def element_type(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Make the element of another field type (``value``): what does not fit it goes, a choice begins with options."""
    said, kind = element_said(ground), str(given["value"])
    if kind == said.type:
        return Step((), text("", ""))
    if kind not in FIELD_TYPES:
        raise refuse(
            "/type",
            "no-such-type",
            text("没有这种字段类型", "there is no such field type"),
            text("请从列表中选择", "choose one of the list"),
        )
    made = {key: value for key, value in ground.document.items() if key not in _OF_TYPE}
    schema = {key: value for key, value in said.schema.items() if key in LIMITS and kind in LIMITS[key].types}
    if kind == "group":
        schema["items"] = {"type": "object", "properties": {}}
    made["type"] = kind
    known = str(ground.document.get("sensitivity", ""))
    more = "" if said.inherits or raised(known, kind) in (known, of_type("text")) else raised(known, kind)
    if more:
        # an ID number must not stand open because nobody thought of it
        made["sensitivity"] = more
    if schema or said.inherits:
        made["schema"] = schema
    if kind in CHOICES:
        made["options"] = [dict(each) for each in said.options] or first_options()
    if kind in NUMBERS and said.unit:
        made["unit"] = said.unit
    if said.compute and said.compute.get("fn") in functions_for(kind):
        made["compute"] = said.compute
    old, new = FIELD_TYPES[said.type].title, FIELD_TYPES[kind].title
    told = text(
        f"字段类型由“{old['zh']}”改为“{new['zh']}”",
        f"field type changed from “{old['en']}” to “{new['en']}”",
    )
    if more:
        word = dict(SENSITIVITIES)[more]
        told = text(f"{told['zh']}，敏感程度：{word['zh']}", f"{told['en']}, sensitivity: {word['en']}")
    return Step(tuple(edits_between(ground.document, made)), told)


@operation("element_extends")
def element_extends(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Let the element be like another (``value``), or like none: then it keeps by itself what it had from it."""
    document, code = ground.document, str(given["value"])
    if code == document.get("extends", ""):
        return Step((), text("", ""))
    before = str(document.get("extends", ""))
    was = both(document, ground.library, before, "extends")
    if not code:
        known = ground.library.with_([document]).element(str(document["code"]))
        made = {key: value for key, value in {**known, **document}.items() if key != "extends"}
        return Step(
            tuple(edits_between(document, made)),
            text(f"不再继承数据元“{was['zh']}”", f"the element “{was['en']}” is extended no longer"),
        )
    library = ground.library.with_([{**document, "extends": code}])
    try:
        library.element(str(document["code"]))
    except (UnknownReference, ValueError) as error:
        raise refuse(
            "/extends",
            "circular-extends" if isinstance(error, ValueError) else "no-such-element",
            text(f"不能继承“{code}”", f"{code!r} cannot be extended"),
            text(
                "请选择一个不继承本数据元的数据元", "choose an element that does not itself extend this one"
            ),
        ) from error
    made = {key: value for key, value in document.items() if key not in _OF_TYPE}
    title = library.get("element", code)["title"]
    what = text("类型和取值规则所继承的数据元", "The element whose type and value rules are taken")
    told = Shift(what, was if before else text("无", "none"), text(title["zh"], title["en"]))
    return Step.of(edits_between(document, {**made, "extends": code}), told)


@operation("row_item")
def row_item(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change the fields of a repeated group's rows: ``part`` is add (``value``, an element's code), or of the ``item`` drop, move (``by``) or need (``value``: yes or no)."""
    said, part = element_said(ground), given["part"]
    if said.type != "group":
        return Step((), text("", ""))
    items = items_of(ground, said)
    names = [each.name for each in items]
    inner: Mapping[str, Any] = said.schema.get("items", {})
    fields = dict(inner.get("properties", {}))
    needed = [each.name for each in items if each.required]
    if part == "add":
        code = str(given["value"])
        if not code:
            return Step((), text("", ""))
        found, name = _addable(ground, code), code.rpartition(".")[2]
        if name in names:
            raise refuse(
                "/schema/items",
                "item-twice",
                text(f"每一行中已有“{name}”", f"the rows have “{name}” already"),
                text("一行中同一名称只能出现一次", "a name stands only once in a row"),
            )
        fields[name] = {"$ref": ELEMENT_URN + code}
        names.append(name)
        title, zh, en = found["title"], "加入每一行", "added to the rows"
    else:
        item = next((each for each in items if each.name == given.get("item")), None)
        if item is None:
            raise _gone(str(given.get("item")))
        title, at = item.title, names.index(item.name)
        if part == "drop":
            del fields[item.name]
            names.remove(item.name)
            needed = [name for name in needed if name != item.name]
            zh, en = "从每一行中移出", "taken out of the rows"
        elif part == "move":
            to = min(max(at + int(given["by"]), 0), len(names) - 1)
            names.insert(to, names.pop(at))
            zh, en = f"移到第 {to + 1} 位", f"moved to place {to + 1}"
        else:
            wanted = given["value"] == "yes"
            needed = [name for name in names if (wanted if name == item.name else name in needed)]
            zh, en = ("在每一行中必填", "required in every row") if wanted else ("选填", "optional")
    made = {key: value for key, value in inner.items() if key != "required"}
    made |= {"type": "object", "properties": fields, **({"required": needed} if needed else {})}
    document = {**ground.document, "schema": {**said.schema, "items": made}, "order": names}
    told = text(f"“{title['zh']}”{zh}", f"“{title['en']}” {en}")
    return Step(tuple(edits_between(ground.document, document)), told)


# inside


def _addable(ground: Ground, code: str) -> Mapping[str, Any]:
    found = element_named(ground, code)
    if not found or found.get("type") == "group" or code == ground.document["code"]:
        raise refuse(
            "/schema/items",
            "no-such-element",
            text(f"“{code}”不能放在每一行中", f"{code!r} cannot stand in the rows"),
            text("请选择另一个不是分组的数据元", "choose another element that is no group"),
        )
    return found


def _gone(name: str) -> Refused:
    return refuse(
        "/schema/items",
        "misplaced",
        text(f"每一行中没有“{name}”", f"there is no {name!r} in the rows"),
        text(
            "它可能已被删除，请在最新内容上重做",
            "it may have been removed: do it again on the newest content",
        ),
    )
